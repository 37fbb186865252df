/* Who is at the counters just now, and in which state each session is on the office's side: what
 * the window shows beside the client's. Any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PracticeSessions PracticeSessions;

typedef struct
{
  guint64 visit;       /* grows with each connection */
  const char *counter; /* "imap", "pop3", "smtp", "mx"; static */
  const char *state;   /* in the RFC's word ("selected"); static */
  char *user;          /* who signed in (nullable) */
  guint16 port;        /* of the counter */
} PracticeSession;

PracticeSessions *practice_sessions_new (void);
void practice_sessions_free (PracticeSessions *sessions);

/* For the counters: a session has begun, or is in another state; it is over. */
void practice_sessions_note (PracticeSessions *sessions,
                             guint64 visit,
                             const char *counter,
                             guint16 port,
                             const char *state,
                             const char *user);
void practice_sessions_end (PracticeSessions *sessions, guint64 visit);
/* PracticeSession, the first to come first. (transfer full) */
GPtrArray *practice_sessions_list (PracticeSessions *sessions);

/* Those of an office. */
struct _PracticeOffice;
GPtrArray *practice_office_list_sessions (struct _PracticeOffice *office);

G_END_DECLS
