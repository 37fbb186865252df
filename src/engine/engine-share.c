/* One thread, one connection, one queue of jobs and one of answers; the connection is opened with
 * the first job. */
#include "config.h"

#include "engine-share.h"

#include "engine-second.h"

/* So many letters or bytes are one block: each side goes on through the folder, newest first. */
#define BLOCK_LETTERS 200
#define BLOCK_BYTES (4 * 1024 * 1024)
/* Signing in once more costs some round trips and the server a process. */
#define WORTH_BYTES (4 * 1024 * 1024)

typedef struct
{
  gint64 folder;
  guint32 uidvalidity;
  GArray *missing; /* StoreMissing; NULL: stop */
} Job;

struct _EngineShare
{
  EngineAccount *account;
  const BaseCause *cause;
  gboolean always;
  gboolean over; /* it was refused, or ended */
  gboolean busy; /* begun, and not waited for */
  GThread *thread;
  GAsyncQueue *jobs, *answers; /* Job, Answer */
  GCancellable *cancellable;

  /* Of the second thread; the first reads them when it has ended. */
  NetTotals totals;
  guint64 bodies;
};

typedef struct
{
  guint got;
  gboolean good;
} Answer;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->missing, g_array_unref);
  g_free (job);
}

static gboolean
is_cancelled (gpointer data)
{
  EngineShare *share = data;

  return g_cancellable_is_cancelled (share->cancellable);
}

/* Opens the connection with the first job. */
static gboolean
fetch (EngineShare *share, EngineImap **imap, const Job *job, guint *got)
{
  EngineWork work = { .urgent = is_cancelled, .data = share, .bodies = &share->bodies };

  if (!*imap)
    *imap = engine_second_open (
        share->account, share->cause, share->cancellable, &work, STORE_PRIORITY_BULK, NULL);
  return *imap && engine_second_select (*imap, job->folder, job->uidvalidity) &&
         engine_imap_bodies (
             *imap, (const StoreMissing *) job->missing->data, job->missing->len, got, NULL);
}

static gpointer
run (gpointer data)
{
  EngineShare *share = data;
  EngineImap *imap = NULL;

  for (;;)
    {
      Job *job = g_async_queue_pop (share->jobs);
      Answer *answer;

      if (!job->missing)
        {
          job_free (job);
          break;
        }
      answer = g_new0 (Answer, 1);
      answer->good = fetch (share, &imap, job, &answer->got);
      job_free (job);
      g_async_queue_push (share->answers, answer);
    }
  if (imap)
    {
      net_session_totals (imap->session, &share->totals);
      engine_imap_free (imap);
    }
  return NULL;
}

EngineShare *
engine_share_new (EngineAccount *account, const BaseCause *cause, gboolean always)
{
  EngineShare *share = g_new0 (EngineShare, 1);

  share->account = account;
  share->cause = cause;
  share->always = always;
  share->jobs = g_async_queue_new_full (job_free);
  share->answers = g_async_queue_new_full (g_free);
  share->cancellable = g_cancellable_new ();
  return share;
}

void
engine_share_free (EngineShare *share, gpointer data, guint64 *bodies)
{
  NetTotals *totals = data;

  if (share->thread)
    {
      /* Whatever it still does was not waited for: the first one failed. */
      if (share->busy)
        g_cancellable_cancel (share->cancellable);
      g_async_queue_push (share->jobs, g_new0 (Job, 1));
      g_thread_join (share->thread);
    }
  if (totals)
    net_totals_add (totals, &share->totals);
  if (bodies)
    *bodies += share->bodies;
  g_async_queue_unref (share->jobs);
  g_async_queue_unref (share->answers);
  g_object_unref (share->cancellable);
  g_free (share);
}

gboolean
engine_share_pays (EngineShare *share, guint64 bytes, gboolean slow)
{
  return !share->over && (slow || share->always) && bytes >= WORTH_BYTES;
}

/* The end of the block that begins at @first. */
static guint
block_end (const GArray *missing, guint first)
{
  guint64 bytes = 0;
  guint i = first;

  while (i < missing->len && i - first < BLOCK_LETTERS && bytes < BLOCK_BYTES)
    bytes += g_array_index (missing, StoreMissing, i++).size;
  return i;
}

void
engine_share_begin (EngineShare *share, gint64 folder, guint32 uidvalidity, GArray *missing)
{
  Job *job = g_new0 (Job, 1);
  guint kept = 0, end;
  gboolean its = FALSE;

  job->folder = folder;
  job->uidvalidity = uidvalidity;
  job->missing = g_array_new (FALSE, FALSE, sizeof (StoreMissing));
  for (guint i = 0; i < missing->len; i = end, its = !its)
    {
      end = block_end (missing, i);
      for (guint k = i; k < end; k++)
        if (its)
          g_array_append_val (job->missing, g_array_index (missing, StoreMissing, k));
        else
          g_array_index (missing, StoreMissing, kept++) = g_array_index (missing, StoreMissing, k);
    }
  g_array_set_size (missing, kept);
  if (!share->thread)
    share->thread = g_thread_new ("second", run, share);
  share->busy = TRUE;
  g_async_queue_push (share->jobs, job);
}

guint
engine_share_end (EngineShare *share)
{
  g_autofree Answer *answer = g_async_queue_pop (share->answers);

  share->busy = FALSE;
  share->over = !answer->good;
  return answer->got;
}
