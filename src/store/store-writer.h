/* The one thread that writes to an account's database: jobs in two priorities, a bound in bytes,
 * and transactions that are never open while it waits. Private to the store. */
#pragma once

#include "store-change.h"
#include "store-job.h"
#include "store-sqlite.h"

G_BEGIN_DECLS

typedef struct _StoreWriter StoreWriter;

typedef struct
{
  /* Called on the writer's thread after a commit. */
  void (*committed) (StoreChange *change /* (transfer full) */, gpointer data);
  void (*journal_rang) (gpointer data);
  gpointer data;
} StoreWriterHooks;

/* Takes @db over. @bell (nullable) is a file that other processes write to when they have committed
 * something; without, their commits are looked for every second, and so they are until the writer
 * has been idle for a second for the first time. */
StoreWriter *store_writer_new (StoreSqlite *db, const char *bell, const StoreWriterHooks *hooks);
/* Finishes what is queued, then ends the thread and closes the database. */
void store_writer_free (StoreWriter *writer);
StoreCommit *store_writer_begin (
    StoreWriter *writer, StorePriority priority, gboolean sync, StoreTxFunc func, gpointer data);
gboolean store_writer_queue (StoreWriter *writer,
                             StorePriority priority,
                             gsize weight,
                             StoreTxFunc func,
                             StoreDoneFunc done,
                             gpointer data,
                             GDestroyNotify destroy,
                             gboolean try);
gboolean store_writer_flush (StoreWriter *writer, GError **error);
int store_writer_room_fd (StoreWriter *writer);
guint64 store_writer_syncs (StoreWriter *writer);
/* The mailbase's clock. Any thread. */
void store_writer_put_forward (StoreWriter *writer, gint64 microseconds);
gint64 store_writer_ahead (StoreWriter *writer);

/* At how many pages the write-ahead log is copied into the database; 0: as usual. For tests, of
 * writers that are not made yet. */
void store_writer_set_checkpoint_pages (guint pages);

#define STORE_WRITER_QUEUE_MAX (16 << 20)
#define STORE_WRITER_BATCH_MAX (8 << 20)

G_END_DECLS
