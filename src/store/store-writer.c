/* Batches are chosen first and run second: whether a transaction must reach the disk has to be
 * known before it begins. What a failing job did is rolled back to its savepoint; when the disk
 * itself fails, SQLite drops the transaction, and every job in it hears so. */
#include "config.h"

#include "store-writer.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "store-tx.h"

/* A job costs the queue this much besides its weight, so that empty jobs are bounded too. */
#define JOB_OVERHEAD 512
/* The write-ahead log is copied into the database when it has this many pages (32 MB) and nobody
 * waits; when it has four times as many, in any case. */
#define CHECKPOINT_PAGES 2000
/* Free pages are given back to the disk when there are this many, a few at a time, and only when
 * nobody waits. */
#define FREE_PAGES_MAX 1024
#define FREE_PAGES_STEP 128
/* What other processes commit is looked for this often. Who is rung looks only in case one of them
 * died between its commit and the bell. */
#define LOOK_SECONDS 1
#define RUNG_LOOK_SECONDS 10

typedef struct
{
  StoreTxFunc func;
  StoreDoneFunc done;
  gpointer data;
  GDestroyNotify destroy;
  gsize weight;
  gboolean sync;
  GError *error;
  gboolean ran;
} Job;

static int checkpoint_pages = CHECKPOINT_PAGES;

struct _StoreWriter
{
  GThread *thread;
  StoreSqlite *db;
  StoreTx *tx;
  StoreNotes *notes; /* of the transaction */
  StoreWriterHooks hooks;
  gint64 ahead; /* of the computer's clock, microseconds; atomic */
  int wake_fd, room_fd;
  char *bell;  /* (nullable) */
  int bell_fd; /* -1: not listened to (yet) */
  gint64 data_version;
  gboolean unsynced; /* a commit since the last one that reached the disk */
  int wal_pages;

  GMutex lock; /* guards all below */
  GCond room;
  GQueue queues[2];
  gsize queued; /* bytes, also of the batch that runs */
  gboolean full, closing;
  GError *first_error; /* of queued jobs, since the last flush */
  guint64 syncs;
};

static void
job_free (Job *job)
{
  if (job->destroy != NULL)
    job->destroy (job->data);
  g_clear_error (&job->error);
  g_free (job);
}

/* With the lock held. The event counter stays at one while there is room, so many can poll it. */
static void
account (StoreWriter *writer, gssize difference)
{
  guint64 value = 1;
  gboolean full;

  writer->queued += difference;
  full = writer->full ? writer->queued > STORE_WRITER_QUEUE_MAX / 2
                      : writer->queued >= STORE_WRITER_QUEUE_MAX;
  if (full == writer->full)
    return;
  writer->full = full;
  if (full)
    value = read (writer->room_fd, &value, sizeof value) > 0;
  else
    {
      if (write (writer->room_fd, &value, sizeof value) < 0)
        g_debug ("The room event is set already");
      g_cond_broadcast (&writer->room);
    }
}

static void
wake (StoreWriter *writer)
{
  guint64 one = 1;

  if (write (writer->wake_fd, &one, sizeof one) < 0)
    g_debug ("The wake event is set already");
}

/* Takes the next batch: all clicks that wait, else bulk jobs up to the bound. */
static GPtrArray *
take_batch (StoreWriter *writer, StorePriority *priority, gboolean *closing)
{
  GPtrArray *batch = g_ptr_array_new ();
  gsize weight = 0;
  GQueue *queue;

  g_mutex_lock (&writer->lock);
  *priority = g_queue_is_empty (&writer->queues[STORE_PRIORITY_CLICK]) ? STORE_PRIORITY_BULK
                                                                       : STORE_PRIORITY_CLICK;
  queue = &writer->queues[*priority];
  while (!g_queue_is_empty (queue))
    {
      Job *job = g_queue_peek_head (queue);

      if (batch->len > 0 && weight + job->weight > STORE_WRITER_BATCH_MAX)
        break;
      weight += job->weight;
      g_ptr_array_add (batch, g_queue_pop_head (queue));
    }
  *closing = writer->closing;
  g_mutex_unlock (&writer->lock);
  return batch;
}

static gboolean
click_waits (StoreWriter *writer)
{
  gboolean waits;

  g_mutex_lock (&writer->lock);
  waits = !g_queue_is_empty (&writer->queues[STORE_PRIORITY_CLICK]);
  g_mutex_unlock (&writer->lock);
  return waits;
}

/* Puts what did not run back where it came from, in order. */
static void
give_back (StoreWriter *writer, GPtrArray *batch, guint from, StorePriority priority)
{
  g_mutex_lock (&writer->lock);
  for (guint i = batch->len; i > from; i--)
    g_queue_push_head (&writer->queues[priority], batch->pdata[i - 1]);
  g_mutex_unlock (&writer->lock);
  g_ptr_array_set_size (batch, from);
}

/* FALSE with @error: the whole transaction is lost, not only this job. */
static gboolean
run_job (StoreWriter *writer, Job *job, GError **error)
{
  g_autoptr (GError) failure = NULL;

  gboolean needed = writer->tx->needs_sync;

  job->ran = TRUE;
  if (!store_sqlite_run (writer->db, error, "SAVEPOINT job", ""))
    return FALSE;
  writer->tx->sync_later = FALSE;
  store_tx_job_begin (writer->tx, store_writer_ahead (writer));
  if ((job->func == NULL || job->func (writer->tx, job->data, &failure)) &&
      store_tx_job_end (writer->tx, &failure))
    {
      if (writer->tx->sync_later)
        writer->tx->needs_sync = needed;
      store_notes_merge (writer->notes, writer->tx->notes);
      return store_sqlite_run (writer->db, error, "RELEASE job", "");
    }
  store_tx_job_failed (writer->tx);
  if (sqlite3_get_autocommit (store_sqlite_handle (writer->db)))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  job->error = g_steal_pointer (&failure);
  return store_sqlite_run (writer->db, error, "ROLLBACK TO job", "") &&
         store_sqlite_run (writer->db, error, "RELEASE job", "");
}

/* What was committed without reaches the disk. It writes nothing: a full disk does not keep it from
 * that, and what is told to have failed has not happened. */
static gboolean
sync_now (StoreWriter *writer, GError **error)
{
  if (!store_sqlite_sync_log (writer->db, error))
    return FALSE;
  writer->unsynced = FALSE;
  return TRUE;
}

static void
count_sync (StoreWriter *writer)
{
  g_mutex_lock (&writer->lock);
  writer->syncs++;
  g_mutex_unlock (&writer->lock);
}

/* @sync: what was stated before it began, and is done for what changed. */
static gboolean
commit (StoreWriter *writer, gboolean sync, int changes_before, GError **error)
{
  gboolean changed;

  if (!store_sqlite_run (writer->db, error, "COMMIT", ""))
    return FALSE;
  changed = sqlite3_total_changes (store_sqlite_handle (writer->db)) != changes_before;
  writer->unsynced = changed ? !sync : writer->unsynced;
  /* Some job turned out to need the disk after that had begun without; or nothing was left to be
   * written for one that did. */
  if (!sync && !writer->tx->needs_sync)
    return TRUE;
  count_sync (writer);
  return !writer->unsynced || sync_now (writer, error);
}

static gboolean
begin (StoreWriter *writer, gboolean sync, GError **error)
{
  return store_sqlite_set_sync (writer->db, sync, error) &&
         store_sqlite_run (writer->db, error, "BEGIN IMMEDIATE", "");
}

static gboolean
run_transaction (StoreWriter *writer, GPtrArray *batch, StorePriority priority, GError **error)
{
  int changes = sqlite3_total_changes (store_sqlite_handle (writer->db));
  gboolean sync = FALSE;

  for (guint i = 0; i < batch->len; i++)
    sync |= ((Job *) batch->pdata[i])->sync;
  if (!begin (writer, sync, error))
    return FALSE;
  for (guint i = 0; i < batch->len; i++)
    {
      if (i > 0 && priority == STORE_PRIORITY_BULK && click_waits (writer))
        {
          give_back (writer, batch, i, priority);
          break;
        }
      if (!run_job (writer, batch->pdata[i], error))
        return FALSE;
    }
  return commit (writer, sync, changes, error);
}

static void
finish_jobs (StoreWriter *writer, GPtrArray *batch, const GError *failure)
{
  for (guint i = 0; i < batch->len; i++)
    {
      Job *job = batch->pdata[i];
      const GError *error = failure != NULL ? failure : job->error;
      gsize weight = job->weight;

      g_mutex_lock (&writer->lock);
      if (error != NULL && writer->first_error == NULL && job->destroy != (GDestroyNotify) NULL)
        writer->first_error = g_error_copy (error);
      g_mutex_unlock (&writer->lock);
      if (job->done != NULL)
        job->done (error, job->data);
      job_free (job);
      g_mutex_lock (&writer->lock);
      account (writer, -(gssize) (weight + JOB_OVERHEAD));
      g_mutex_unlock (&writer->lock);
    }
}

static void
run_batch (StoreWriter *writer, GPtrArray *batch, StorePriority priority)
{
  g_autoptr (GError) error = NULL;
  gboolean rang;

  writer->tx->needs_sync = writer->tx->journal_rang = FALSE;
  if (!run_transaction (writer, batch, priority, &error))
    {
      if (!sqlite3_get_autocommit (store_sqlite_handle (writer->db)))
        store_sqlite_exec (writer->db, "ROLLBACK", NULL);
      store_tx_over (writer->tx, FALSE);
      store_notes_clear (writer->notes);
      finish_jobs (writer, batch, error);
      return;
    }
  store_tx_over (writer->tx, TRUE);
  rang = writer->tx->journal_rang;
  if (!store_notes_empty (writer->notes))
    writer->hooks.committed (store_notes_take (writer->notes), writer->hooks.data);
  if (rang)
    writer->hooks.journal_rang (writer->hooks.data);
  finish_jobs (writer, batch, NULL);
}

static int
on_wal (void *data, sqlite3 *handle, const char *name, int pages)
{
  StoreWriter *writer = data;

  writer->wal_pages = pages;
  return SQLITE_OK;
}

static void
maybe_checkpoint (StoreWriter *writer)
{
  int log = 0;
  int done = 0;

  if (writer->wal_pages < checkpoint_pages ||
      (writer->wal_pages < 4 * checkpoint_pages && click_waits (writer)))
    return;
  writer->wal_pages = 0;
  /* When a reader is in the way, or the disk is full, the log grows a little longer. */
  if (sqlite3_wal_checkpoint_v2 (
          store_sqlite_handle (writer->db), NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &done) !=
      SQLITE_OK)
    return;
  if (done == log)
    writer->unsynced = FALSE;
  g_mutex_lock (&writer->lock);
  writer->syncs += 2;
  g_mutex_unlock (&writer->lock);
}

/* TRUE when there is more to give back. */
static gboolean
give_pages_back (StoreWriter *writer)
{
  gint64 before = store_sqlite_pragma (writer->db, "freelist_count", NULL);
  g_autofree char *sql = g_strdup_printf ("PRAGMA incremental_vacuum (%d)", FREE_PAGES_STEP);
  gint64 after;

  if (before < FREE_PAGES_MAX || !store_sqlite_set_sync (writer->db, FALSE, NULL) ||
      !store_sqlite_exec (writer->db, sql, NULL))
    return FALSE;
  writer->unsynced = TRUE;
  after = store_sqlite_pragma (writer->db, "freelist_count", NULL);
  maybe_checkpoint (writer);
  return after >= FREE_PAGES_MAX && after < before;
}

/* Another process's commits: data_version moves for them only. */
static void
look_elsewhere (StoreWriter *writer)
{
  gint64 version = store_sqlite_pragma (writer->db, "data_version", NULL);
  g_autoptr (GArray) folders = NULL;

  if (version < 0 || version == writer->data_version)
    return;
  writer->data_version = version;
  folders = store_sqlite_numbers (writer->db, NULL, "SELECT id FROM folder", "");
  if (folders == NULL)
    return;
  writer->hooks.committed (store_change_new_elsewhere (folders), writer->hooks.data);
  writer->hooks.journal_rang (writer->hooks.data);
}

/* The kernel takes its time to end a watch (5 to 40 ms): only who has nothing to do begins one. */
static void
listen_for_bell (StoreWriter *writer)
{
  if (writer->bell == NULL || writer->bell_fd >= 0)
    return;
  writer->bell_fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (writer->bell_fd >= 0 && inotify_add_watch (writer->bell_fd, writer->bell, IN_MODIFY) < 0)
    {
      close (writer->bell_fd);
      writer->bell_fd = -1;
    }
}

/* Sleeps until a job, a bell or the next look; nothing is open meanwhile. */
static void
wait (StoreWriter *writer)
{
  struct pollfd fds[2] = { { writer->wake_fd, POLLIN, 0 }, { writer->bell_fd, POLLIN, 0 } };
  char events[sizeof (struct inotify_event) * 16];
  guint64 count;
  int ready = poll (fds,
                    writer->bell_fd >= 0 ? 2 : 1,
                    (writer->bell_fd >= 0 ? RUNG_LOOK_SECONDS : LOOK_SECONDS) * 1000);

  if (ready == 0)
    listen_for_bell (writer);
  if (ready <= 0)
    return;
  if (fds[0].revents != 0 && read (writer->wake_fd, &count, sizeof count) < 0)
    g_debug ("The wake event was taken already");
  if (writer->bell_fd >= 0 && fds[1].revents != 0)
    while (read (writer->bell_fd, events, sizeof events) > 0)
      continue;
}

static gpointer
writer_thread (gpointer data)
{
  StoreWriter *writer = data;

  for (;;)
    {
      StorePriority priority;
      gboolean closing;
      g_autoptr (GPtrArray) batch = take_batch (writer, &priority, &closing);

      if (batch->len > 0)
        {
          run_batch (writer, batch, priority);
          maybe_checkpoint (writer);
          continue;
        }
      if (!closing)
        look_elsewhere (writer);
      if (!give_pages_back (writer) && !closing)
        wait (writer);
      if (closing)
        return NULL;
    }
}

StoreWriter *
store_writer_new (StoreSqlite *db, const char *bell, const StoreWriterHooks *hooks)
{
  StoreWriter *writer = g_new0 (StoreWriter, 1);

  writer->db = db;
  writer->tx = store_tx_new (db);
  writer->notes = store_notes_new ();
  writer->hooks = *hooks;
  writer->bell = g_strdup (bell);
  writer->bell_fd = -1;
  writer->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  writer->room_fd = eventfd (1, EFD_CLOEXEC | EFD_NONBLOCK);
  g_mutex_init (&writer->lock);
  g_cond_init (&writer->room);
  writer->data_version = store_sqlite_pragma (db, "data_version", NULL);
  sqlite3_wal_hook (store_sqlite_handle (db), on_wal, writer);
  writer->thread = g_thread_new ("store-writer", writer_thread, writer);
  return writer;
}

void
store_writer_free (StoreWriter *writer)
{
  g_mutex_lock (&writer->lock);
  writer->closing = TRUE;
  g_cond_broadcast (&writer->room);
  g_mutex_unlock (&writer->lock);
  wake (writer);
  g_thread_join (writer->thread);
  store_tx_free (writer->tx);
  store_notes_free (writer->notes);
  store_sqlite_close (writer->db);
  close (writer->wake_fd);
  close (writer->room_fd);
  if (writer->bell_fd >= 0)
    close (writer->bell_fd);
  g_free (writer->bell);
  g_mutex_clear (&writer->lock);
  g_cond_clear (&writer->room);
  g_clear_error (&writer->first_error);
  g_free (writer);
}

static void
push (StoreWriter *writer, StorePriority priority, Job *job)
{
  g_queue_push_tail (&writer->queues[priority], job);
  account (writer, job->weight + JOB_OVERHEAD);
}

static void
nothing (gpointer data)
{
}

gboolean
store_writer_queue (StoreWriter *writer,
                    StorePriority priority,
                    gsize weight,
                    StoreTxFunc func,
                    StoreDoneFunc done,
                    gpointer data,
                    GDestroyNotify destroy,
                    gboolean try)
{
  Job *job;

  g_mutex_lock (&writer->lock);
  /* The writer's own thread must not wait for itself: what a done callback queues is let in. */
  while (writer->full && !writer->closing && g_thread_self () != writer->thread)
    {
      if (try)
        {
          g_mutex_unlock (&writer->lock);
          return FALSE;
        }
      g_cond_wait (&writer->room, &writer->lock);
    }
  job = g_new0 (Job, 1);
  job->func = func;
  job->done = done;
  job->data = data;
  job->destroy = destroy != NULL ? destroy : nothing;
  job->weight = weight;
  push (writer, priority, job);
  g_mutex_unlock (&writer->lock);
  wake (writer);
  return TRUE;
}

struct _StoreCommit
{
  StoreTxFunc func;
  gpointer data;
  GMutex lock;
  GCond cond;
  gboolean over;
  GError *error;
};

static gboolean
commit_run (StoreTx *tx, gpointer data, GError **error)
{
  StoreCommit *commit = data;

  return commit->func == NULL || commit->func (tx, commit->data, error);
}

static void
commit_done (const GError *error, gpointer data)
{
  StoreCommit *commit = data;

  g_mutex_lock (&commit->lock);
  commit->over = TRUE;
  commit->error = error != NULL ? g_error_copy (error) : NULL;
  g_cond_signal (&commit->cond);
  g_mutex_unlock (&commit->lock);
}

StoreCommit *
store_writer_begin (
    StoreWriter *writer, StorePriority priority, gboolean sync, StoreTxFunc func, gpointer data)
{
  StoreCommit *commit = g_new0 (StoreCommit, 1);
  Job *job = g_new0 (Job, 1);

  g_assert (g_thread_self () != writer->thread);
  commit->func = func;
  commit->data = data;
  g_mutex_init (&commit->lock);
  g_cond_init (&commit->cond);
  job->func = commit_run;
  job->done = commit_done;
  job->data = commit;
  job->sync = sync;
  g_mutex_lock (&writer->lock);
  push (writer, priority, job);
  g_mutex_unlock (&writer->lock);
  wake (writer);
  return commit;
}

gboolean
store_commit_wait (StoreCommit *commit, GError **error)
{
  g_autoptr (GError) failure = NULL;

  g_mutex_lock (&commit->lock);
  while (!commit->over)
    g_cond_wait (&commit->cond, &commit->lock);
  g_mutex_unlock (&commit->lock);
  failure = commit->error;
  g_mutex_clear (&commit->lock);
  g_cond_clear (&commit->cond);
  g_free (commit);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
store_writer_flush (StoreWriter *writer, GError **error)
{
  GError *first;

  /* Clicks go before bulk, so when this one is done everything queued before it is. */
  if (!store_commit_wait (store_writer_begin (writer, STORE_PRIORITY_BULK, FALSE, NULL, NULL),
                          error))
    return FALSE;
  g_mutex_lock (&writer->lock);
  first = g_steal_pointer (&writer->first_error);
  g_mutex_unlock (&writer->lock);
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, first);
  return FALSE;
}

int
store_writer_room_fd (StoreWriter *writer)
{
  return writer->room_fd;
}

guint64
store_writer_syncs (StoreWriter *writer)
{
  guint64 syncs;

  g_mutex_lock (&writer->lock);
  syncs = writer->syncs;
  g_mutex_unlock (&writer->lock);
  return syncs;
}

void
store_writer_put_forward (StoreWriter *writer, gint64 microseconds)
{
  __atomic_add_fetch (&writer->ahead, microseconds, __ATOMIC_RELAXED);
}

gint64
store_writer_ahead (StoreWriter *writer)
{
  return __atomic_load_n (&writer->ahead, __ATOMIC_RELAXED);
}

void
store_writer_set_checkpoint_pages (guint pages)
{
  checkpoint_pages = pages != 0 ? (int) pages : CHECKPOINT_PAGES;
}
