/* A job for the thread that writes to an account's database: a function that runs inside a
 * transaction (what it can do there is in store-write.h), before others or behind them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _StoreTx StoreTx; /* inside a transaction, on the writer's thread only */

typedef enum
{
  STORE_PRIORITY_CLICK,
  STORE_PRIORITY_BULK
} StorePriority;

/* Must not block. %FALSE with @error rolls back what this function did (and only that; when the
 * disk itself fails, the jobs that shared the transaction fail with it). */
typedef gboolean (*StoreTxFunc) (StoreTx *tx, gpointer data, GError **error);
/* Told of the end of a job that nobody waits for; on the writer's thread. */
typedef void (*StoreDoneFunc) (const GError *error, gpointer data);

/* A job that was begun and is to be waited for. */
typedef struct _StoreCommit StoreCommit;
/* (transfer full) @commit */
gboolean store_commit_wait (StoreCommit *commit, GError **error);

G_END_DECLS
