/* One account's database: who owns it, the one writer thread, and connections to read. */
#pragma once

#include "store-job.h"
#include "store-types.h"

G_BEGIN_DECLS

typedef struct _StoreMailbase StoreMailbase; /* thread-safe handle */
typedef struct _StoreReader StoreReader;     /* a read-only connection; one thread */

/* Opens or makes @dir/accounts/@uuid/mail.db. With @own the process must get the account's lock
 * (held until close), else STORE_ERROR_OWNED; without it, reading and appending to journal and
 * outbox is possible (store_mailbase_is_owner() tells). Orphaned sources are collected by owners.
 */
StoreMailbase *
store_mailbase_open (const char *dir, const char *uuid, gboolean own, GError **error);
StoreMailbase *store_mailbase_ref (StoreMailbase *mailbase);
/* The last unref finishes the writer's queue and closes. */
void store_mailbase_unref (StoreMailbase *mailbase);
gboolean store_mailbase_is_owner (StoreMailbase *mailbase);
const char *store_mailbase_uuid (StoreMailbase *mailbase);
const char *store_mailbase_path (StoreMailbase *mailbase);

/* Runs @func on the writer's thread and waits until it is committed (and synced, with @sync:
 * synchronous=FULL). A synced write makes everything committed before it safe too, also when @func
 * changes nothing or is %NULL. Clicks go before bulk. Not from the app's thread for bulk, never
 * from the writer's own. */
gboolean store_mailbase_write (StoreMailbase *mailbase,
                               StorePriority priority,
                               gboolean sync,
                               StoreTxFunc func,
                               gpointer data,
                               GError **error);
/* The same in two steps, with something else done between them: what is begun must be waited for,
 * once (store_commit_wait()), and @data stay until then. */
StoreCommit *store_mailbase_begin (StoreMailbase *mailbase,
                                   StorePriority priority,
                                   gboolean sync,
                                   StoreTxFunc func,
                                   gpointer data);
/* Queues @func with @weight bytes; many bulk jobs share a transaction of at most 8 MB. @done
 * (nullable) is called on the writer's thread after the commit, or with the error. Blocks while the
 * queue is over its bound unless @try: then returns %FALSE and @data stays the caller's. */
gboolean store_mailbase_queue (StoreMailbase *mailbase,
                               StorePriority priority,
                               gsize weight,
                               StoreTxFunc func,
                               StoreDoneFunc done,
                               gpointer data,
                               GDestroyNotify destroy,
                               gboolean try);
/* Readable while the queue has room, for poll(); never read it, never close it. */
int store_mailbase_room_fd (StoreMailbase *mailbase);
/* Waits until everything queued so far is committed; the first error since the last flush. */
gboolean store_mailbase_flush (StoreMailbase *mailbase, GError **error);
/* fsyncs since open (a synced commit is one, a checkpoint two), for --stats. */
guint64 store_mailbase_syncs (StoreMailbase *mailbase);

/* The account's own clock (UTC microseconds), by which the days of its policies and its pauses are
 * counted: the computer's, unless it was put forward. Any thread. */
gint64 store_mailbase_now (StoreMailbase *mailbase);
/* Until it is closed. Only a practice world's days may be made to pass. Any thread. */
void store_mailbase_put_forward (StoreMailbase *mailbase, gint64 microseconds);

/* @func is called in @context after each commit that changed something, also another process's
 * (noticed within a second). */
typedef void (*StoreChangeFunc) (StoreChange *change, gpointer data);
guint store_mailbase_watch (StoreMailbase *mailbase,
                            GMainContext *context,
                            StoreChangeFunc func,
                            gpointer data);
void store_mailbase_unwatch (StoreMailbase *mailbase, guint id);
/* Wakes @func on the writer's thread when journal or outbox got entries (the engine's bell). */
guint
store_mailbase_watch_journal (StoreMailbase *mailbase, void (*func) (gpointer data), gpointer data);
void store_mailbase_unwatch_journal (StoreMailbase *mailbase, guint id);

StoreReader *store_mailbase_reader (StoreMailbase *mailbase, GError **error);
void store_reader_free (StoreReader *reader);

/* SQLite's backup interface into one file. */
gboolean store_mailbase_backup (StoreMailbase *mailbase, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreMailbase, store_mailbase_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreReader, store_reader_free)

G_END_DECLS
