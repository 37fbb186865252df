/* The outgoing side's thread, and the one that fills the search index. */
#include "config.h"

#include "engine-error.h"
#include "engine-index.h"
#include "engine-outbox.h"
#include "engine-run.h"
#include "engine-worker.h"

/* A letter's own refusal is in its entry; what stands in the way of all is the account's error. */
static void
tell_send_error (EngineWorker *worker, const GError *error)
{
  engine_account_post_send_error (worker->account, worker->context, error);
}

/* When the next letter is due, in monotonic time. @due: one is due now. */
static gint64
next_due (EngineWorker *worker, StoreReader *reader, gboolean *due)
{
  g_autoptr (StoreOutboxEntry) entry = NULL;
  gint64 next = G_MAXINT64;

  entry = engine_outbox_due (worker->account->mailbase, reader, 0, &next, NULL);
  *due = entry != NULL;
  return next == G_MAXINT64 ? G_MAXINT64
                            : g_get_monotonic_time () +
                                  MAX (0, next - store_mailbase_now (worker->account->mailbase));
}

/* Sends what is due, and says when to look again. A letter that still is due then was kept back by
 * what is wrong with the account, which is @error: it is tried again later, or when the person has
 * mended it. */
static gint64
send_due (EngineWorker *worker, GError **error)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (worker->account->mailbase, NULL);
  g_autoptr (GError) local = NULL;
  gboolean due;
  gint64 next;

  if (!reader)
    return G_MAXINT64;
  next = next_due (worker, reader, &due);
  if (!due)
    return next;
  engine_run_outbox (worker->account, reader, worker->cancellable, NULL, &local);
  if (!g_cancellable_is_cancelled (worker->cancellable))
    tell_send_error (worker, local);
  next = next_due (worker, reader, &due);
  if (!due || !local)
    {
      worker->failures = 0;
      return next;
    }
  if (engine_worker_may_pass (local))
    next = MIN (next, g_get_monotonic_time () + engine_worker_backoff (worker, local));
  else
    next = G_MAXINT64;
  g_propagate_error (error, g_steal_pointer (&local));
  return next;
}

/* FALSE: to be stopped. */
static gboolean
wait_for_reason (EngineWorker *worker, gint64 until, const GError *error)
{
  for (;;)
    {
      g_autoptr (EngineJob) job = engine_worker_next (worker, until);
      g_autoptr (StoreReader) reader = NULL;
      gboolean due;

      if (job && job->kind == ENGINE_JOB_STOP)
        return FALSE;
      if (!job || !error || engine_worker_is_reason (job, error))
        return TRUE;
      /* Where nothing is to be sent any more, nothing is in the way. */
      reader = store_mailbase_reader (worker->account->mailbase, NULL);
      if (!reader)
        return TRUE;
      next_due (worker, reader, &due);
      if (!due)
        return TRUE;
    }
}

void
engine_outgoing (EngineWorker *worker)
{
  gboolean go_on = TRUE;

  while (go_on)
    {
      g_autoptr (GError) error = NULL;
      gint64 until = send_due (worker, &error);

      go_on = wait_for_reason (worker, until, error);
    }
}

void
engine_indexing (EngineWorker *worker)
{
  for (;;)
    {
      g_autoptr (EngineJob) job = engine_worker_next (worker, G_MAXINT64);
      gint done = 1;

      if (job->kind == ENGINE_JOB_STOP)
        return;
      while (done > 0 && !g_cancellable_is_cancelled (worker->cancellable))
        done = engine_index_step (worker->account->mailbase, NULL);
    }
}
