/* A short list under a lock. */
#include "config.h"

#include "practice-sessions.h"

struct _PracticeSessions
{
  GMutex lock;
  GPtrArray *sessions; /* PracticeSession, by visit */
};

static void
session_free (gpointer data)
{
  PracticeSession *session = data;

  g_free (session->user);
  g_free (session);
}

PracticeSessions *
practice_sessions_new (void)
{
  PracticeSessions *sessions = g_new0 (PracticeSessions, 1);

  g_mutex_init (&sessions->lock);
  sessions->sessions = g_ptr_array_new_with_free_func (session_free);
  return sessions;
}

void
practice_sessions_free (PracticeSessions *sessions)
{
  g_ptr_array_unref (sessions->sessions);
  g_mutex_clear (&sessions->lock);
  g_free (sessions);
}

static PracticeSession *
find (PracticeSessions *sessions, guint64 visit)
{
  for (guint i = 0; i < sessions->sessions->len; i++)
    {
      PracticeSession *session = sessions->sessions->pdata[i];

      if (session->visit == visit)
        return session;
    }
  return NULL;
}

void
practice_sessions_note (PracticeSessions *sessions,
                        guint64 visit,
                        const char *counter,
                        guint16 port,
                        const char *state,
                        const char *user)
{
  PracticeSession *session;

  g_mutex_lock (&sessions->lock);
  session = find (sessions, visit);
  if (session == NULL)
    {
      session = g_new0 (PracticeSession, 1);
      session->visit = visit;
      session->counter = counter;
      session->port = port;
      g_ptr_array_add (sessions->sessions, session);
    }
  session->state = state;
  if (user != NULL && session->user == NULL)
    session->user = g_strdup (user);
  g_mutex_unlock (&sessions->lock);
}

void
practice_sessions_end (PracticeSessions *sessions, guint64 visit)
{
  PracticeSession *session;

  g_mutex_lock (&sessions->lock);
  session = find (sessions, visit);
  if (session != NULL)
    g_ptr_array_remove (sessions->sessions, session);
  g_mutex_unlock (&sessions->lock);
}

GPtrArray *
practice_sessions_list (PracticeSessions *sessions)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (session_free);

  g_mutex_lock (&sessions->lock);
  for (guint i = 0; i < sessions->sessions->len; i++)
    {
      PracticeSession *copy = g_memdup2 (sessions->sessions->pdata[i], sizeof *copy);

      copy->user = g_strdup (copy->user);
      g_ptr_array_add (list, copy);
    }
  g_mutex_unlock (&sessions->lock);
  return list;
}
