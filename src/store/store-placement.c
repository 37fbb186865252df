/* Where a message is: the one place where rows of `placement` change, so that counters, the app's
 * lists and the rows always agree. */
#include "config.h"

#include "store-tx.h"

void
store_placement_free (StorePlacement *placement)
{
  g_free (placement->uidl);
  g_free (placement->folder_name);
  g_free (placement);
}

gboolean
store_placement_load (StoreTx *tx, gint64 id, StorePlacement **loaded, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db,
      error,
      "SELECT p.message, p.folder, p.uidvalidity, p.uid, p.uidl, p.flags, p.server_flags, "
      "p.pending, p.hidden, p.sort_date, f.place, f.role, f.name, m.source, p.doubt "
      "FROM placement p JOIN folder f ON f.id = p.folder "
      "JOIN message m ON m.id = p.message WHERE p.id = ?",
      "i",
      id);
  StorePlacement *placement;
  int step;

  *loaded = NULL;
  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (tx->db, stmt, error);
  if (step != 1)
    return step == 0;
  placement = *loaded = g_new0 (StorePlacement, 1);
  placement->id = id;
  placement->message = sqlite3_column_int64 (stmt, 0);
  placement->folder = sqlite3_column_int64 (stmt, 1);
  placement->uidvalidity = sqlite3_column_int64 (stmt, 2);
  placement->uid = sqlite3_column_int64 (stmt, 3);
  placement->uidl = store_column_nullable (stmt, 4);
  placement->flags = sqlite3_column_int (stmt, 5);
  placement->server_flags = sqlite3_column_int (stmt, 6);
  placement->pending = sqlite3_column_int (stmt, 7);
  placement->hidden = sqlite3_column_int (stmt, 8);
  placement->sort_date = sqlite3_column_int64 (stmt, 9);
  placement->place = sqlite3_column_int (stmt, 10);
  placement->role = sqlite3_column_int (stmt, 11);
  placement->folder_name = store_column_text (stmt, 12);
  placement->source = sqlite3_column_int64 (stmt, 13);
  placement->doubt = sqlite3_column_int (stmt, 14);
  store_sqlite_reset (stmt);
  return TRUE;
}

gint64
store_placement_find (StoreTx *tx, gint64 folder, guint32 uidvalidity, guint32 uid, GError **error)
{
  gint64 id = 0;

  if (uid == 0)
    return 0;
  if (!store_sqlite_number (
          tx->db,
          &id,
          NULL,
          error,
          "SELECT id FROM placement WHERE folder = ? AND uidvalidity = ? AND uid = ?",
          "iii",
          folder,
          (gint64) uidvalidity,
          (gint64) uid))
    return -1;
  return id;
}

GArray *
store_placement_of_message (StoreTx *tx, gint64 message, GError **error)
{
  return store_sqlite_numbers (
      tx->db, error, "SELECT id FROM placement WHERE message = ? ORDER BY id", "i", message);
}

gboolean
store_placement_remove (StoreTx *tx, const StorePlacement *placement, GError **error)
{
  if (!store_counts_take (tx, placement->message, error) ||
      !store_sqlite_run (tx->db, error, "DELETE FROM placement WHERE id = ?", "i", placement->id) ||
      !store_counts_put (tx, placement->message, error))
    return FALSE;
  if (!placement->hidden)
    store_notes_removed (tx->notes, placement->id, placement->folder, placement->sort_date);
  return TRUE;
}

gboolean
store_placement_hide (StoreTx *tx, const StorePlacement *placement, gboolean hidden, GError **error)
{
  if (placement->hidden == hidden)
    return TRUE;
  if (!store_counts_take (tx, placement->message, error) ||
      !store_sqlite_run (tx->db,
                         error,
                         "UPDATE placement SET hidden = ? WHERE id = ?",
                         "ii",
                         (gint64) hidden,
                         placement->id) ||
      !store_counts_put (tx, placement->message, error))
    return FALSE;
  if (hidden)
    store_notes_removed (tx->notes, placement->id, placement->folder, placement->sort_date);
  else
    store_notes_added (tx->notes, placement->id, placement->folder, placement->sort_date);
  return TRUE;
}

gboolean
store_placement_move (StoreTx *tx,
                      const StorePlacement *placement,
                      gint64 folder,
                      guint32 uidvalidity,
                      guint32 uid,
                      GError **error)
{
  store_tx_look_away (tx);
  if (!store_counts_take (tx, placement->message, error) ||
      !store_sqlite_run (tx->db,
                         error,
                         "UPDATE placement SET folder = ?, uidvalidity = ?, uid = ?, modseq = 0, "
                         "doubt = 0, since = ? WHERE id = ?",
                         "iinii",
                         folder,
                         (gint64) uidvalidity,
                         (gint64) uid,
                         tx->now,
                         placement->id) ||
      !store_counts_put (tx, placement->message, error))
    return FALSE;
  if (!placement->hidden)
    {
      store_notes_removed (tx->notes, placement->id, placement->folder, placement->sort_date);
      store_notes_added (tx->notes, placement->id, folder, placement->sort_date);
    }
  return TRUE;
}

gboolean
store_placement_show_flags (StoreTx *tx,
                            const StorePlacement *placement,
                            guint flags,
                            GError **error)
{
  gboolean was_read = (placement->flags & STORE_FLAG_SEEN) != 0;
  gboolean is_read = (flags & STORE_FLAG_SEEN) != 0;

  if (placement->flags == flags)
    return TRUE;
  if (!store_sqlite_run (tx->db,
                         error,
                         "UPDATE placement SET flags = ? WHERE id = ?",
                         "ii",
                         (gint64) flags,
                         placement->id))
    return FALSE;
  if (placement->hidden)
    return TRUE;
  if (was_read != is_read)
    store_counts_folder (tx, placement->folder, 0, is_read ? -1 : 1, 0);
  store_notes_changed (tx->notes, placement->id, placement->folder, placement->sort_date);
  return TRUE;
}

gboolean
store_placement_set_pending (StoreTx *tx,
                             const StorePlacement *placement,
                             guint pending,
                             GError **error)
{
  /* Only these two are counted. */
  guint counted = STORE_PENDING_APPEND | STORE_PENDING_DELE;
  gboolean count = (placement->pending & counted) != (pending & counted);

  if (placement->pending == pending)
    return TRUE;
  if (count && !store_counts_take (tx, placement->message, error))
    return FALSE;
  if (!store_sqlite_run (tx->db,
                         error,
                         "UPDATE placement SET pending = ? WHERE id = ?",
                         "ii",
                         (gint64) pending,
                         placement->id))
    return FALSE;
  if (!placement->hidden)
    store_notes_changed (tx->notes, placement->id, placement->folder, placement->sort_date);
  return !count || store_counts_put (tx, placement->message, error);
}

gboolean
store_placement_refresh (StoreTx *tx, gint64 id, GError **error)
{
  static const guint marks[] = {
    [STORE_JOURNAL_FLAGS] = STORE_PENDING_FLAGS,
    [STORE_JOURNAL_MOVE] = STORE_PENDING_MOVE,
    [STORE_JOURNAL_DELETE] = STORE_PENDING_DELETE,
    [STORE_JOURNAL_APPEND] = STORE_PENDING_APPEND,
  };
  g_autoptr (StorePlacement) placement = NULL;
  guint flags;
  guint pending;
  sqlite3_stmt *stmt;
  int step;

  if (!store_placement_load (tx, id, &placement, error))
    return FALSE;
  if (placement == NULL)
    return TRUE;
  flags = placement->server_flags;
  pending = placement->pending & STORE_PENDING_DELE;
  stmt = store_sqlite_query (
      tx->db,
      error,
      "SELECT kind, flags_add, flags_remove FROM journal WHERE placement = ? "
      "AND (state < 2 OR (state = 2 AND kind = 4 AND folder IS NULL)) ORDER BY id",
      "i",
      id);
  if (stmt == NULL)
    return FALSE;
  while ((step = store_sqlite_step (tx->db, stmt, error)) == 1)
    {
      guint kind = sqlite3_column_int (stmt, 0);

      pending |= kind < G_N_ELEMENTS (marks) ? marks[kind] : 0;
      if (kind == STORE_JOURNAL_FLAGS)
        flags = (flags | sqlite3_column_int (stmt, 1)) & ~(guint) sqlite3_column_int (stmt, 2);
    }
  if (step < 0 || !store_placement_set_pending (tx, placement, pending, error))
    return FALSE;
  return store_placement_show_flags (tx, placement, flags, error);
}

gboolean
store_placement_note_message (StoreTx *tx, gint64 message, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db,
      error,
      "SELECT id, folder, sort_date FROM placement WHERE message = ? AND hidden = 0",
      "i",
      message);
  int step;

  if (stmt == NULL)
    return FALSE;
  while ((step = store_sqlite_step (tx->db, stmt, error)) == 1)
    store_notes_changed (tx->notes,
                         sqlite3_column_int64 (stmt, 0),
                         sqlite3_column_int64 (stmt, 1),
                         sqlite3_column_int64 (stmt, 2));
  return step == 0;
}
