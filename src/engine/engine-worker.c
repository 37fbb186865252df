/* Jobs wait in one queue; the waker interrupts a connection that idles, so that they are seen. */
#include "config.h"

#include "engine-worker.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "net-error.h"

#define PROGRESS_EVERY (G_USEC_PER_SEC / 5)
#define FIRST_DELAY (5 * G_USEC_PER_SEC)
#define MOST_DOUBLINGS 6

void
engine_job_answer (EngineJob *job, GArray *messages, GError *error)
{
  if (messages)
    g_task_return_pointer (job->task, messages, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (job->task, error);
  g_clear_object (&job->task);
}

void
engine_job_free (EngineJob *job)
{
  if (job->task)
    engine_job_answer (job,
                       NULL,
                       g_error_new_literal (ENGINE_ERROR,
                                            ENGINE_ERROR_TEMPORARY,
                                            _ ("The server cannot be asked at the moment")));
  g_clear_pointer (&job->cause, base_cause_unref);
  g_free (job);
}

static void
free_job (gpointer job)
{
  engine_job_free (job);
}

typedef struct
{
  EngineWorker *worker;
  EngineWorkerFunc func;
} Start;

static gpointer
run (gpointer data)
{
  Start *start = data;

  start->func (start->worker);
  g_free (start);
  return NULL;
}

EngineWorker *
engine_worker_new (EngineAccount *account, const char *name, EngineWorkerFunc func)
{
  EngineWorker *worker = g_new0 (EngineWorker, 1);
  Start *start = g_new0 (Start, 1);

  worker->account = account;
  worker->context = g_main_context_ref_thread_default ();
  worker->jobs = g_async_queue_new_full (free_job);
  worker->waker = net_waker_new ();
  worker->cancellable = g_cancellable_new ();
  worker->status = engine_status_new (ENGINE_STATE_STOPPED);
  start->worker = worker;
  start->func = func;
  worker->thread = g_thread_new (name, run, start);
  return worker;
}

void
engine_worker_free (EngineWorker *worker)
{
  engine_worker_push (worker, ENGINE_JOB_STOP, 0, FALSE, NULL);
  g_cancellable_cancel (worker->cancellable);
  g_thread_join (worker->thread);
  g_async_queue_unref (worker->jobs);
  net_waker_unref (worker->waker);
  g_object_unref (worker->cancellable);
  engine_status_unref (worker->status);
  g_main_context_unref (worker->context);
  g_free (worker);
}

static void
push (EngineWorker *worker, EngineJob *job, const BaseCause *cause)
{
  job->cause = cause ? base_cause_ref (cause) : NULL;
  g_async_queue_push (worker->jobs, job);
  net_waker_wake (worker->waker);
}

void
engine_worker_push (
    EngineWorker *worker, EngineJobKind kind, gint64 id, gboolean hold, const BaseCause *cause)
{
  EngineJob *job = g_new0 (EngineJob, 1);

  job->kind = kind;
  job->id = id;
  job->hold = hold;
  push (worker, job, cause);
}

void
engine_worker_push_find (EngineWorker *worker, GTask *task, const BaseCause *cause)
{
  EngineJob *job = g_new0 (EngineJob, 1);

  job->kind = ENGINE_JOB_FIND;
  job->task = task;
  push (worker, job, cause);
}

EngineJob *
engine_worker_next (EngineWorker *worker, gint64 until)
{
  gint64 left = until - g_get_monotonic_time ();

  /* Cleared first: a job pushed from here on wakes again. */
  net_waker_clear (worker->waker);
  if (until == G_MAXINT64)
    return g_async_queue_pop (worker->jobs);
  return left <= 0 ? g_async_queue_try_pop (worker->jobs)
                   : g_async_queue_timeout_pop (worker->jobs, (guint64) left);
}

static void
post (EngineWorker *worker)
{
  engine_account_post_status (
      worker->account, worker->context, engine_status_copy (worker->status));
}

void
engine_worker_tell (EngineWorker *worker, EngineState state, const char *activity)
{
  EngineStatus *status = worker->status;

  if (status->state == state && g_strcmp0 (status->activity, activity) == 0 &&
      (state != ENGINE_STATE_IDLE || !status->error))
    return;
  status->state = state;
  g_free (status->activity);
  status->activity = g_strdup (activity);
  status->done = status->total = 0;
  if (state == ENGINE_STATE_IDLE)
    {
      g_clear_error (&status->error);
      status->next_try = 0;
      worker->failures = 0;
      /* Sums belong to the day in which they were made. */
      engine_account_save_traffic (worker->account, NULL);
    }
  post (worker);
}

void
engine_worker_tell_progress (const char *activity, guint64 done, guint64 total, gpointer data)
{
  EngineWorker *worker = data;
  EngineStatus *status = worker->status;
  gint64 now = g_get_monotonic_time ();

  if (status->state == ENGINE_STATE_HELD || now - worker->told < PROGRESS_EVERY)
    return;
  worker->told = now;
  status->state = ENGINE_STATE_BUSY;
  g_free (status->activity);
  status->activity = g_strdup (activity);
  status->done = done;
  status->total = total;
  post (worker);
}

/* A server that refuses for good, says what makes no sense, or breaks off a handshake has often
 * been mended an hour later, and nobody tells us. */
gboolean
engine_worker_may_pass (const GError *error)
{
  return base_error_retry (error) != BASE_RETRY_USER ||
         g_error_matches (error, NET_ERROR, NET_ERROR_TLS);
}

/* Some failures are not over in seconds; sign-ins are not to be tried often, either. */
static guint
least_doublings (const GError *error)
{
  if (base_error_retry (error) != BASE_RETRY_AGAIN)
    return MOST_DOUBLINGS;
  return g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_NOT_NOW) ? MOST_DOUBLINGS - 2 : 0;
}

gint64
engine_worker_backoff (EngineWorker *worker, const GError *error)
{
  guint doublings = MIN (least_doublings (error) + worker->failures, MOST_DOUBLINGS);
  gint64 delay = (gint64) FIRST_DELAY << doublings;

  worker->failures++;
  return delay + g_random_int_range (0, (gint32) (delay / 4));
}

/* In a café whose door is a web page, the page's certificate is shown for every server, or no TLS
 * is spoken at all. */
static gboolean
is_of_certificate (const GError *error)
{
  return error->domain == NET_ERROR &&
         (error->code == NET_ERROR_TLS ||
          (error->code >= NET_ERROR_CERT_UNKNOWN_ISSUER && error->code <= NET_ERROR_CERT_OTHER));
}

gboolean
engine_worker_is_reason (const EngineJob *job, const GError *error)
{
  gboolean again = engine_worker_may_pass (error);

  switch (job->kind)
    {
    case ENGINE_JOB_STOP:
    case ENGINE_JOB_REFRESH:
    case ENGINE_JOB_AGAIN:
      return TRUE;
    case ENGINE_JOB_NETWORK:
      return again || is_of_certificate (error);
    case ENGINE_JOB_RESUME:
    case ENGINE_JOB_BODY:
    case ENGINE_JOB_LOOK:
      return again;
    case ENGINE_JOB_RING:
    case ENGINE_JOB_DRAFT:
    case ENGINE_JOB_FIND:
    default:
      return FALSE;
    }
}

/* Wishes are kept for when the connection stands; other jobs have said what they had to say. */
static void
keep (GPtrArray *kept, EngineJob *job)
{
  if (job->kind == ENGINE_JOB_BODY || job->kind == ENGINE_JOB_LOOK)
    {
      g_ptr_array_add (kept, job);
      return;
    }
  engine_job_free (job);
}

/* Jobs from before the failure are no reason to try again. FALSE: one of them was to stop. */
static gboolean
drain (EngineWorker *worker, GPtrArray *kept)
{
  EngineJob *job;

  while ((job = engine_worker_next (worker, 0)))
    {
      if (job->kind == ENGINE_JOB_STOP)
        {
          engine_job_free (job);
          return FALSE;
        }
      keep (kept, job);
    }
  return TRUE;
}

/* What the person or the network does from now on is. */
static gboolean
wait_for_reason (EngineWorker *worker, gint64 until, const GError *error, GPtrArray *kept)
{
  EngineJob *job;

  while ((job = engine_worker_next (worker, until)))
    {
      gboolean reason = engine_worker_is_reason (job, error);

      if (job->kind == ENGINE_JOB_STOP)
        {
          engine_job_free (job);
          return FALSE;
        }
      keep (kept, job);
      if (reason)
        break;
    }
  return TRUE;
}

gboolean
engine_worker_wait_error (EngineWorker *worker, const GError *error)
{
  EngineStatus *status = worker->status;
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  gboolean again = engine_worker_may_pass (error);
  gint64 backoff = engine_worker_backoff (worker, error); /* counts: it is asked once */
  gint64 delay = MAX (backoff, worker->not_before - store_mailbase_now (worker->account->mailbase));
  gboolean go_on = !g_cancellable_is_cancelled (worker->cancellable) && drain (worker, kept);

  if (go_on)
    {
      status->state = again ? ENGINE_STATE_WAITING : ENGINE_STATE_NEEDS_USER;
      g_clear_pointer (&status->activity, g_free);
      g_clear_error (&status->error);
      status->error = g_error_copy (error);
      status->next_try = again ? g_get_real_time () + delay : 0;
      post (worker);
      go_on = wait_for_reason (
          worker, again ? g_get_monotonic_time () + delay : G_MAXINT64, error, kept);
    }
  for (guint i = kept->len; i > 0; i--)
    g_async_queue_push_front (worker->jobs, g_ptr_array_index (kept, i - 1));
  return go_on;
}
