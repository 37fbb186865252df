/* One letter at a time; how often and when lies in memory, the letters themselves in the store. */
#include "config.h"

#include "practice-relay.h"

#include <string.h>

#include "net-session.h"
#include "practice-hop.h"
#include "practice-report.h"

/* RFC 5321 §4.5.4.1 asks for half an hour and for days; here somebody is watching. */
#define FIRST_PAUSE (4 * G_USEC_PER_SEC)
#define LONGEST_PAUSE (30 * 60 * G_USEC_PER_SEC)
#define GIVE_UP (5 * 24 * 60 * 60) /* seconds */

typedef struct
{
  PracticeMailbox *queue; /* which it was in: a reset makes another */
  guint32 uid;
  gint64 due; /* of practice_store_clock() */
  gint64 pause;
  gboolean tried;
  gboolean warned; /* the sender knows that it takes longer */
} Job;

struct _PracticeRelay
{
  const PracticeShared *shared;
  GThread *thread;
  GMutex lock;
  GCond cond;   /* something came, or all is tried */
  GArray *jobs; /* Job; the thread's own */
  gboolean woken;
  gboolean busy; /* something due is not tried yet */
  gboolean stopping;
};

static void
job_clear (gpointer data)
{
  practice_mailbox_unref (((Job *) data)->queue);
}

static Job *
find_job (PracticeRelay *relay, const PracticeMailbox *queue, guint32 uid)
{
  for (guint i = 0; i < relay->jobs->len; i++)
    {
      Job *job = &g_array_index (relay->jobs, Job, i);

      if (job->queue == queue && job->uid == uid)
        return job;
    }
  return NULL;
}

static void
add_job (PracticeRelay *relay, const Job *like, PracticeMailbox *queue, guint32 uid)
{
  Job job = *like;

  job.queue = practice_mailbox_ref (queue);
  job.uid = uid;
  g_array_append_val (relay->jobs, job);
}

/* What lies there is what there is to do. */
static void
follow_queue (PracticeRelay *relay)
{
  const Job fresh = { .pause = FIRST_PAUSE };
  PracticeMailbox *queue;

  practice_store_lock (relay->shared->store);
  queue = practice_store_queue (relay->shared->store);
  for (guint i = relay->jobs->len; i > 0; i--)
    {
      const Job *job = &g_array_index (relay->jobs, Job, i - 1);

      if (job->queue != queue || practice_mailbox_find (queue, job->uid) == NULL)
        g_array_remove_index (relay->jobs, i - 1);
    }
  for (guint i = 0; i < practice_mailbox_count (queue); i++)
    {
      guint32 uid = practice_mailbox_get (queue, i)->uid;

      if (find_job (relay, queue, uid) == NULL)
        add_job (relay, &fresh, queue, uid);
    }
  practice_store_unlock (relay->shared->store);
}

static Job *
next_job (PracticeRelay *relay)
{
  Job *next = NULL;

  for (guint i = 0; i < relay->jobs->len; i++)
    {
      Job *job = &g_array_index (relay->jobs, Job, i);

      if (next == NULL || job->due < next->due)
        next = job;
    }
  return next;
}

/* %NULL: it has gone meanwhile. @since: UTC seconds, when it came. (transfer full) */
static PracticeOnward *
read_onward (PracticeRelay *relay, const Job *job, gint64 *since)
{
  g_autoptr (GBytes) written = NULL;
  PracticeEntry *entry;

  practice_store_lock (relay->shared->store);
  entry = job->queue->deleted ? NULL : practice_mailbox_find (job->queue, job->uid);
  if (entry != NULL)
    {
      *since = practice_message_date (entry->message);
      written = practice_message_dup_source (entry->message);
    }
  practice_store_unlock (relay->shared->store);
  return written != NULL ? practice_onward_parse (written) : NULL;
}

/* In place of the letter lies the one for those who are left, or none. %FALSE: the disk does not
 * take it. */
static gboolean
replace (PracticeRelay *relay, const Job *job, const PracticeOnward *left, gint64 since)
{
  PracticeStore *store = relay->shared->store;
  const Job again = {
    .due = job->due, .pause = job->pause, .tried = job->tried, .warned = job->warned
  };
  PracticeMailbox *queue = practice_mailbox_ref (job->queue);
  guint32 uid = job->uid;
  gboolean good;

  practice_store_lock (store);
  if (left->rcpts->len > 0)
    {
      gsize len;
      const guint8 *letter = g_bytes_get_data (left->letter, &len);
      g_autoptr (GBytes) written = practice_onward_write (left, letter, len);
      g_autoptr (PracticeMessage) message = practice_message_new (written, since);

      add_job (relay, &again, queue, practice_mailbox_add (queue, message, NULL));
    }
  practice_mailbox_remove (queue, uid);
  good = practice_store_commit (store, NULL);
  practice_store_unlock (store);
  practice_mailbox_unref (queue);
  return good;
}

static void
report (PracticeRelay *relay,
        const PracticeOnward *onward,
        GPtrArray *recipients,
        const PracticeOnward *whole)
{
  const char *ret = smtp_command_parameter (onward->mail, "RET");
  const PracticeReport report = { .full = ret != NULL && g_ascii_strcasecmp (ret, "FULL") == 0,
                                  .envelope_id = smtp_command_parameter (onward->mail, "ENVID"),
                                  .recipients = recipients };
  gsize len;
  const guint8 *letter = g_bytes_get_data (whole->letter, &len);

  if (recipients->len > 0)
    practice_report_send (
        relay->shared, onward->host, onward->mail->argument, &report, letter, len);
}

static void
note (GPtrArray *reported,
      const PracticeOnward *onward,
      const SmtpCommand *rcpt,
      const PracticeAnswer *answer,
      PracticeFate fate,
      const char *status)
{
  PracticeReported *one;

  if (!practice_report_is_wanted (smtp_command_parameter (rcpt, "NOTIFY"), fate))
    return;
  one =
      practice_reported_new (rcpt->argument, smtp_command_parameter (rcpt, "ORCPT"), fate, status);
  one->remote = g_strdup (onward->target->mx);
  one->diagnostic = answer->code != 0 ? g_strdup (answer->words) : NULL;
  g_ptr_array_add (reported, one);
}

/* Greylisting asks for a second try and no more: nobody is troubled with that. */
static gboolean
is_worth_a_warning (const PracticeAnswer *answer, const Job *job)
{
  return !job->warned && (strcmp (answer->status, "4.7.1") != 0 || job->pause > FIRST_PAUSE);
}

/* Sorts out who got it, who will not, and who is tried again. */
static void
settle_job (
    PracticeRelay *relay, Job *job, PracticeOnward *onward, GPtrArray *answers, gint64 since)
{
  g_autoptr (GPtrArray) reported =
      g_ptr_array_new_with_free_func ((GDestroyNotify) practice_reported_free);
  g_autoptr (PracticeOnward) left =
      practice_onward_new (onward->host, onward->target, onward->mail);
  gboolean too_late = practice_store_now (relay->shared->store) / G_USEC_PER_SEC - since > GIVE_UP;
  gboolean warned = job->warned;

  for (guint i = 0; i < answers->len; i++)
    {
      const PracticeAnswer *answer = answers->pdata[i];
      SmtpCommand *rcpt = onward->rcpts->pdata[i];

      if (answer->code / 100 == 2)
        continue;
      if (answer->code / 100 == 5 || too_late)
        {
          note (reported,
                onward,
                rcpt,
                answer,
                PRACTICE_FATE_FAILED,
                answer->code / 100 == 5 ? answer->status : "4.4.7");
          continue;
        }
      if (is_worth_a_warning (answer, job))
        {
          note (reported, onward, rcpt, answer, PRACTICE_FATE_DELAYED, answer->status);
          warned = TRUE;
        }
      g_ptr_array_add (left->rcpts, smtp_command_ref (rcpt));
    }
  left->letter = g_bytes_ref (onward->letter);
  job->warned = warned;
  job->due = practice_store_clock (relay->shared->store) + job->pause;
  job->pause = MIN (job->pause * 2, LONGEST_PAUSE);
  /* Who is told before the queue forgets may be told twice; the other way round, never. */
  report (relay, onward, reported, onward);
  if (left->rcpts->len < onward->rcpts->len)
    replace (relay, job, left, since);
}

static void
try_job (PracticeRelay *relay, Job *job)
{
  gint64 since = 0;
  g_autoptr (PracticeOnward) onward = read_onward (relay, job, &since);
  g_autoptr (GPtrArray) answers = NULL;

  if (onward == NULL)
    {
      const Job gone = *job;
      g_autoptr (PracticeOnward) nobody = practice_onward_new (NULL, NULL, NULL);

      job->due = G_MAXINT64;
      replace (relay, &gone, nobody, since);
      return;
    }
  answers = practice_hop_hand_over (relay->shared, onward, job->tried);
  job->tried = TRUE;
  if (!g_cancellable_is_cancelled (relay->shared->cancellable))
    settle_job (relay, job, onward, answers, since);
}

static gpointer
run (gpointer data)
{
  PracticeRelay *relay = data;

  g_mutex_lock (&relay->lock);
  while (!relay->stopping)
    {
      Job *job;

      relay->woken = FALSE;
      g_mutex_unlock (&relay->lock);
      follow_queue (relay);
      job = next_job (relay);
      if (job != NULL && job->due <= practice_store_clock (relay->shared->store))
        {
          try_job (relay, job);
          g_mutex_lock (&relay->lock);
          continue;
        }
      g_mutex_lock (&relay->lock);
      if (relay->woken || relay->stopping)
        continue;
      relay->busy = FALSE;
      g_cond_broadcast (&relay->cond);
      if (job == NULL)
        g_cond_wait (&relay->cond, &relay->lock);
      else
        /* Who puts the clock forward wakes the relay. */
        g_cond_wait_until (&relay->cond,
                           &relay->lock,
                           job->due + g_get_monotonic_time () -
                               practice_store_clock (relay->shared->store));
    }
  g_mutex_unlock (&relay->lock);
  net_session_forget_thread ();
  return NULL;
}

PracticeRelay *
practice_relay_new (const PracticeShared *shared)
{
  PracticeRelay *relay = g_new0 (PracticeRelay, 1);

  relay->shared = shared;
  relay->jobs = g_array_new (FALSE, FALSE, sizeof (Job));
  g_array_set_clear_func (relay->jobs, job_clear);
  g_mutex_init (&relay->lock);
  g_cond_init (&relay->cond);
  relay->busy = TRUE;
  relay->thread = g_thread_new ("practice relay", run, relay);
  return relay;
}

void
practice_relay_free (PracticeRelay *relay)
{
  g_mutex_lock (&relay->lock);
  relay->stopping = TRUE;
  g_cond_broadcast (&relay->cond);
  g_mutex_unlock (&relay->lock);
  g_thread_join (relay->thread);
  g_array_unref (relay->jobs);
  g_cond_clear (&relay->cond);
  g_mutex_clear (&relay->lock);
  g_free (relay);
}

void
practice_relay_wake (PracticeRelay *relay)
{
  g_mutex_lock (&relay->lock);
  relay->woken = TRUE;
  relay->busy = TRUE;
  g_cond_broadcast (&relay->cond);
  g_mutex_unlock (&relay->lock);
}

void
practice_relay_settle (PracticeRelay *relay, gint64 timeout)
{
  gint64 until = g_get_monotonic_time () + timeout;

  g_mutex_lock (&relay->lock);
  while (relay->busy && !relay->stopping && g_cond_wait_until (&relay->cond, &relay->lock, until))
    ;
  g_mutex_unlock (&relay->lock);
}
