/* A worker is a thread with a queue of jobs: the account's incoming connection, its outgoing one,
 * and its search index. What is common to them is here; what each does is a function that runs
 * until it is told to stop. */
#pragma once

#include "engine-account-private.h"
#include "engine-work.h"
#include "net-session.h"

G_BEGIN_DECLS

typedef enum
{
  ENGINE_JOB_STOP,
  ENGINE_JOB_RING,    /* the journal or the outbox got entries; there may be something to index */
  ENGINE_JOB_REFRESH, /* look now */
  ENGINE_JOB_NETWORK, /* the network is back */
  ENGINE_JOB_AGAIN,   /* what was refused is to be tried again: first look whether there is room */
  ENGINE_JOB_RESUME,  /* the machine has slept: what is connected is most likely dead */
  ENGINE_JOB_DRAFT,   /* a draft was changed, sent or discarded */
  ENGINE_JOB_BODY,    /* message, hold */
  ENGINE_JOB_LOOK,    /* folder */
  ENGINE_JOB_FIND     /* task */
} EngineJobKind;

typedef struct
{
  EngineJobKind kind;
  gint64 id; /* message or folder */
  gboolean hold;
  gboolean again;   /* BODY: the line was cut while it came */
  BaseCause *cause; /* (nullable) */
  GTask *task; /* FIND: its data is the question; one that is dropped unanswered fails (nullable) */
} EngineJob;
void engine_job_free (EngineJob *job);

struct _EngineWorker
{
  EngineAccount *account; /* lives longer: stop joins the thread */
  GThread *thread;
  GMainContext *context; /* where statuses are told */
  GAsyncQueue *jobs;
  NetWaker *waker;
  GCancellable *cancellable;
  gint released; /* atomic: engine_account_release() was called */
  gint busy;     /* atomic: it is at work for long, and what is wanted goes another way */

  /* Of the worker's thread. */
  EngineStatus *status;
  gint64 told; /* when progress was told last */
  guint failures;
  gint64 not_before; /* by the account's clock: the server wants to be left alone until then */
};

typedef void (*EngineWorkerFunc) (EngineWorker *worker);

EngineWorker *engine_worker_new (EngineAccount *account, const char *name, EngineWorkerFunc func);
/* Tells it to stop and waits. */
void engine_worker_free (EngineWorker *worker);
/* From any thread. */
void engine_worker_push (
    EngineWorker *worker, EngineJobKind kind, gint64 id, gboolean hold, const BaseCause *cause);
/* @task: (transfer full) */
void engine_worker_push_find (EngineWorker *worker, GTask *task, const BaseCause *cause);

/* For the worker's thread. The next job; waits at most until @until (monotonic time; 0: not at all,
 * G_MAXINT64: for ever). (transfer full) (nullable) */
EngineJob *engine_worker_next (EngineWorker *worker, gint64 until);
/* Answers the job's task with @messages (transfer full), or with @error (transfer full). */
void engine_job_answer (EngineJob *job, GArray *messages, GError *error);
void engine_worker_tell (EngineWorker *worker, EngineState state, const char *activity);
/* Tells the error, and waits until it is time to try again or the person does something. FALSE: to
 * be stopped. */
gboolean engine_worker_wait_error (EngineWorker *worker, const GError *error);
/* Whether @job is a reason to try again after @error. What only a person can mend (a password, a
 * certificate) waits for the person, however often the network comes and goes: servers lock those
 * out who ask again and again. */
gboolean engine_worker_is_reason (const EngineJob *job, const GError *error);
/* Whether it is tried again by itself; else it waits for the person. */
gboolean engine_worker_may_pass (const GError *error);
/* How long to wait after another failure, in microseconds; 5, 10, 20 … seconds, at most about five
 * minutes, up to a quarter more by chance: accounts and machines do not come back all at once. What
 * is no matter of a moment is tried again after the longest of these. */
gint64 engine_worker_backoff (EngineWorker *worker, const GError *error);
void
engine_worker_tell_progress (const char *activity, guint64 done, guint64 total, gpointer worker);

void engine_incoming_imap (EngineWorker *worker);
void engine_incoming_pop3 (EngineWorker *worker);
void engine_reading (EngineWorker *worker);
void engine_outgoing (EngineWorker *worker);
void engine_indexing (EngineWorker *worker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineJob, engine_job_free)

G_END_DECLS
