/* What of the outbox's drafts is on the server (the table draft_copy). */
#include "config.h"

#include "store-read.h"
#include "store-reader.h"
#include "store-tx.h"

void
store_draft_copy_free (StoreDraftCopy *copy)
{
  g_free (copy->message_id);
  g_free (copy);
}

static void
free_copy (gpointer copy)
{
  store_draft_copy_free (copy);
}

GPtrArray *
store_reader_draft_copies (StoreReader *reader, GError **error)
{
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func (free_copy);
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT c.id, coalesce (o.id, 0), c.version, c.message_id, c.folder, c.uidvalidity, c.uid "
      "FROM draft_copy c LEFT JOIN outbox o ON o.id = c.draft AND o.state = 0 ORDER BY c.id",
      "");
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreDraftCopy *copy = g_new0 (StoreDraftCopy, 1);

      copy->id = sqlite3_column_int64 (stmt, 0);
      copy->draft = sqlite3_column_int64 (stmt, 1);
      copy->version = sqlite3_column_int64 (stmt, 2);
      copy->message_id = store_column_nullable (stmt, 3);
      copy->folder = sqlite3_column_int64 (stmt, 4);
      copy->uidvalidity = sqlite3_column_int64 (stmt, 5);
      copy->uid = sqlite3_column_int64 (stmt, 6);
      g_ptr_array_add (copies, copy);
    }
  return step == 0 ? g_steal_pointer (&copies) : NULL;
}

gint64
store_reader_draft_of (StoreReader *reader, gint64 placement)
{
  gint64 draft = 0;

  if (!store_sqlite_number (reader->db,
                            &draft,
                            NULL,
                            NULL,
                            "SELECT o.id FROM placement p JOIN draft_copy c ON c.folder = p.folder "
                            "AND c.uidvalidity = p.uidvalidity AND c.uid = p.uid "
                            "JOIN outbox o ON o.id = c.draft AND o.state = 0 "
                            "WHERE p.id = ? ORDER BY c.id DESC LIMIT 1",
                            "i",
                            placement))
    return 0;
  return draft;
}

gboolean
store_tx_draft_said (
    StoreTx *tx, gint64 draft, gint64 version, gint64 folder, gint64 *id, GError **error)
{
  if (!store_sqlite_run (tx->db,
                         error,
                         "INSERT INTO draft_copy (draft, version, message_id, folder) "
                         "SELECT ?1, id, message_id, ?3 FROM message WHERE id = ?2",
                         "iii",
                         draft,
                         version,
                         folder))
    return FALSE;
  *id = store_sqlite_last_id (tx->db);
  tx->needs_sync = TRUE;
  return TRUE;
}

gboolean
store_tx_draft_is (StoreTx *tx, gint64 id, guint32 uidvalidity, guint32 uid, GError **error)
{
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE draft_copy SET uidvalidity = ?, uid = ? WHERE id = ?",
                           "iii",
                           (gint64) uidvalidity,
                           (gint64) uid,
                           id);
}

gboolean
store_tx_draft_left (StoreTx *tx, gint64 id, GError **error)
{
  return store_sqlite_run (tx->db, error, "UPDATE draft_copy SET draft = 0 WHERE id = ?", "i", id);
}

gboolean
store_tx_draft_gone (StoreTx *tx, gint64 id, GError **error)
{
  return store_sqlite_run (tx->db, error, "DELETE FROM draft_copy WHERE id = ?", "i", id);
}

gboolean
store_tx_draft_adopt (StoreTx *tx, gint64 draft, gint64 placement, GError **error)
{
  return store_sqlite_run (
      tx->db,
      error,
      "INSERT INTO draft_copy (draft, version, message_id, folder, uidvalidity, uid) "
      "SELECT ?1, 0, m.message_id, p.folder, p.uidvalidity, p.uid FROM placement p "
      "JOIN message m ON m.id = p.message WHERE p.id = ?2 AND p.uid IS NOT NULL",
      "ii",
      draft,
      placement);
}
