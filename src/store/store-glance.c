/* A look at one folder's row, and what is remembered of it for the rest of a job. */
#include "config.h"

#include "store-tx.h"

#include <glib/gi18n-lib.h>

gboolean
store_folder_load (StoreTx *tx,
                   gint64 id,
                   StorePlace *place,
                   StoreRole *role,
                   char **name,
                   guint32 *uidvalidity,
                   GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db, error, "SELECT place, role, name, uidvalidity FROM folder WHERE id = ?", "i", id);
  int step;

  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (tx->db, stmt, error);
  if (step == 0)
    g_set_error_literal (
        error, STORE_ERROR, STORE_ERROR_NOT_FOUND, _ ("The folder is no longer there."));
  if (step != 1)
    return FALSE;
  *place = sqlite3_column_int (stmt, 0);
  *role = sqlite3_column_int (stmt, 1);
  if (name != NULL)
    *name = store_column_text (stmt, 2);
  if (uidvalidity != NULL)
    *uidvalidity = sqlite3_column_int64 (stmt, 3);
  store_sqlite_reset (stmt);
  return TRUE;
}

void
store_tx_look_away (StoreTx *tx)
{
  g_free (tx->glance.name);
  tx->glance = (StoreGlance){ 0 };
}

gboolean
store_tx_look (StoreTx *tx, gint64 folder, GError **error)
{
  StoreGlance *glance = &tx->glance;
  gint64 row;

  if (glance->folder == folder)
    return TRUE;
  store_tx_look_away (tx);
  if (!store_folder_load (
          tx, folder, &glance->place, &glance->role, &glance->name, &glance->uidvalidity, error) ||
      !store_sqlite_number (
          tx->db,
          &row,
          &glance->unplaced,
          error,
          "SELECT id FROM placement WHERE folder = ? AND uid IS NULL AND uidl IS NULL LIMIT 1",
          "i",
          folder) ||
      !store_sqlite_number (tx->db,
                            &row,
                            &glance->journal,
                            error,
                            "SELECT id FROM journal WHERE state <> 3 LIMIT 1",
                            ""))
    {
      store_tx_look_away (tx);
      return FALSE;
    }
  glance->folder = folder;
  return TRUE;
}
