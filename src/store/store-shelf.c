/* Commands and views read for a moment, one after the other or one inside another: they share
 * connections, each of which would parse the schema again. */
#include "config.h"

#include "store-reader.h"

#define KEPT_MAX 2

struct _StoreShelf
{
  gatomicrefcount ref_count;
  GMutex lock; /* guards all below */
  StoreSqlite *kept[KEPT_MAX];
  guint n_kept;
  gboolean closed;
};

StoreShelf *
store_shelf_new (void)
{
  StoreShelf *shelf = g_new0 (StoreShelf, 1);

  g_atomic_ref_count_init (&shelf->ref_count);
  g_mutex_init (&shelf->lock);
  return shelf;
}

/* Under the lock, or as the last who knows it. */
static void
clear (StoreShelf *shelf)
{
  while (shelf->n_kept > 0)
    store_sqlite_close (shelf->kept[--shelf->n_kept]);
}

StoreShelf *
store_shelf_ref (StoreShelf *shelf)
{
  g_atomic_ref_count_inc (&shelf->ref_count);
  return shelf;
}

void
store_shelf_unref (StoreShelf *shelf)
{
  if (!g_atomic_ref_count_dec (&shelf->ref_count))
    return;
  clear (shelf);
  g_mutex_clear (&shelf->lock);
  g_free (shelf);
}

StoreSqlite *
store_shelf_take (StoreShelf *shelf)
{
  StoreSqlite *db = NULL;

  g_mutex_lock (&shelf->lock);
  if (shelf->n_kept > 0)
    db = shelf->kept[--shelf->n_kept];
  g_mutex_unlock (&shelf->lock);
  return db;
}

void
store_shelf_put (StoreShelf *shelf, StoreSqlite *db)
{
  /* A statement that is still in use would hold the log for ever; closing complains of it. */
  gboolean idle = sqlite3_txn_state (store_sqlite_handle (db), NULL) == SQLITE_TXN_NONE;

  if (idle)
    sqlite3_db_release_memory (store_sqlite_handle (db));
  g_mutex_lock (&shelf->lock);
  if (idle && !shelf->closed && shelf->n_kept < KEPT_MAX)
    shelf->kept[shelf->n_kept++] = g_steal_pointer (&db);
  g_mutex_unlock (&shelf->lock);
  g_clear_pointer (&db, store_sqlite_close);
}

void
store_shelf_close (StoreShelf *shelf)
{
  g_mutex_lock (&shelf->lock);
  shelf->closed = TRUE;
  clear (shelf);
  g_mutex_unlock (&shelf->lock);
}
