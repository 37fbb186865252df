/* Starts and stops an account's threads, and hands them what a person wishes of it. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "engine-account-private.h"
#include "engine-error.h"
#include "engine-outbox.h"
#include "engine-question.h"
#include "engine-wake.h"
#include "engine-worker.h"

/* On the writer's thread. */
static void
journal_rang (gpointer data)
{
  EngineAccount *account = data;

  engine_worker_push (account->incoming, ENGINE_JOB_RING, 0, FALSE, NULL);
  engine_worker_push (account->outgoing, ENGINE_JOB_RING, 0, FALSE, NULL);
}

static void
woken (EngineWake what, gpointer data)
{
  EngineAccount *account = data;
  EngineJobKind kind = what == ENGINE_WAKE_RESUME ? ENGINE_JOB_RESUME : ENGINE_JOB_NETWORK;

  engine_worker_push (account->incoming, kind, 0, FALSE, NULL);
  engine_worker_push (account->outgoing, kind, 0, FALSE, NULL);
  if (account->reading)
    engine_worker_push (account->reading, kind, 0, FALSE, NULL);
}

gboolean
engine_account_start (EngineAccount *account, GError **error)
{
  if (account->incoming)
    return TRUE;
  if (!engine_account_must_own (account, error) ||
      !engine_outbox_recover (account->mailbase, error))
    return FALSE;
  account->indexer = engine_worker_new (account, "index", engine_indexing);
  account->outgoing = engine_worker_new (account, "outgoing", engine_outgoing);
  account->incoming = engine_worker_new (account,
                                         "incoming",
                                         engine_account_is_imap (account) ? engine_incoming_imap
                                                                          : engine_incoming_pop3);
  if (engine_account_is_imap (account))
    account->reading = engine_worker_new (account, "reading", engine_reading);
  account->journal_watch = store_mailbase_watch_journal (account->mailbase, journal_rang, account);
  account->wake_watch = engine_wake_watch (woken, account);
  account->stop = engine_account_stop;
  return TRUE;
}

void
engine_account_stop (EngineAccount *account)
{
  if (!account->incoming)
    return;
  store_mailbase_unwatch_journal (account->mailbase, account->journal_watch);
  engine_wake_unwatch (account->wake_watch);
  /* It hands over to the next. */
  g_clear_pointer (&account->reading, engine_worker_free);
  g_clear_pointer (&account->incoming, engine_worker_free);
  g_clear_pointer (&account->outgoing, engine_worker_free);
  g_clear_pointer (&account->indexer, engine_worker_free);
  engine_status_unref (account->status);
  account->status = engine_status_new (ENGINE_STATE_STOPPED);
  engine_account_notify (account);
}

void
engine_account_refresh (EngineAccount *account, const BaseCause *cause)
{
  if (!account->incoming)
    return;
  engine_worker_push (account->incoming, ENGINE_JOB_REFRESH, 0, FALSE, cause);
  engine_worker_push (account->outgoing, ENGINE_JOB_REFRESH, 0, FALSE, cause);
}

void
engine_account_want_body (EngineAccount *account,
                          gint64 message,
                          gboolean hold,
                          const BaseCause *cause)
{
  EngineWorker *worker = account->incoming;

  if (!worker)
    return;
  /* What is held is released by whoever watches the first connection. */
  if (!hold && account->reading && g_atomic_int_get (&worker->busy))
    worker = account->reading;
  else
    g_atomic_int_set (&worker->released, 0);
  engine_worker_push (worker, ENGINE_JOB_BODY, message, hold, cause);
}

void
engine_account_release (EngineAccount *account)
{
  if (!account->incoming)
    return;
  g_atomic_int_set (&account->incoming->released, 1);
  net_waker_wake (account->incoming->waker);
}

/* (question: transfer full) */
static void
ask (EngineAccount *account,
     EngineQuestion *question,
     const BaseCause *cause,
     GAsyncReadyCallback callback,
     gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);

  g_task_set_task_data (task, question, engine_question_free);
  if (!account->reading)
    {
      g_task_return_new_error (task,
                               ENGINE_ERROR,
                               ENGINE_ERROR_TEMPORARY,
                               _ ("The server cannot be asked at the moment"));
      g_object_unref (task);
      return;
    }
  engine_worker_push_find (g_atomic_int_get (&account->incoming->busy) ? account->reading
                                                                       : account->incoming,
                           task,
                           cause);
}

void
engine_account_find_async (EngineAccount *account,
                           const char *query,
                           const BaseCause *cause,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  ask (account, engine_question_new (query, ENGINE_FIND_LAST, 0), cause, callback, data);
}

void
engine_account_conversation_async (EngineAccount *account,
                                   gint64 message,
                                   const BaseCause *cause,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  ask (account, engine_question_new (NULL, 0, message), cause, callback, data);
}

GArray *
engine_account_find_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
engine_account_look_at (EngineAccount *account, gint64 folder, const BaseCause *cause)
{
  if (!account->incoming)
    return;
  engine_worker_push (account->incoming, ENGINE_JOB_LOOK, folder, FALSE, cause);
  if (account->reading && g_atomic_int_get (&account->incoming->busy))
    engine_worker_push (account->reading, ENGINE_JOB_LOOK, folder, FALSE, cause);
}
