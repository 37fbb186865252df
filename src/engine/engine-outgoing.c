/* The outgoing side's thread, and the one that fills the search index. */
#include "config.h"

#include "engine-error.h"
#include "engine-index.h"
#include "engine-outbox.h"
#include "engine-run.h"
#include "engine-status.h"
#include "engine-worker.h"

#define LOOK_AGAIN ((gint64) 60 * G_USEC_PER_SEC)

/* A letter's own refusal is in its entry; what stands in the way of all is the account's error. */
static void
tell_send_error (EngineWorker *worker, const GError *error)
{
  engine_account_post_send_error (worker->account, worker->context, error);
}

/* When the next letter is due, in monotonic time. */
static gint64
next_due (EngineWorker *worker)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (worker->account->mailbase, NULL);
  g_autoptr (StoreOutboxEntry) entry = NULL;
  gint64 next = G_MAXINT64;

  if (reader)
    entry = engine_outbox_due (reader, &next, NULL);
  if (entry)
    return g_get_monotonic_time () + LOOK_AGAIN;
  return next == G_MAXINT64 ? G_MAXINT64
                            : g_get_monotonic_time () + MAX (0, next - g_get_real_time ());
}

static gboolean
has_due (EngineWorker *worker)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (worker->account->mailbase, NULL);
  g_autoptr (StoreOutboxEntry) entry = NULL;
  gint64 next;

  if (reader)
    entry = engine_outbox_due (reader, &next, NULL);
  return entry != NULL;
}

void
engine_outgoing (EngineWorker *worker)
{
  for (;;)
    {
      g_autoptr (EngineJob) job = NULL;

      if (has_due (worker))
        {
          g_autoptr (GError) error = NULL;

          engine_run_outbox (worker->account, worker->cancellable, &error);
          if (!g_cancellable_is_cancelled (worker->cancellable))
            tell_send_error (worker, error);
        }
      job = engine_worker_next (worker, next_due (worker));
      if (job && job->kind == ENGINE_JOB_STOP)
        return;
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
