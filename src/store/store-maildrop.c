/* POP3: what the server lists. The maildrop is a folder nobody sees; its placements remember UIDLs,
 * and a DELE is provisional until a QUIT was answered (RFC 1939 section 6). */
#include "config.h"

#include "store-tx.h"

/* The open DELETE entry of a maildrop placement. */
static gboolean
load_deletion (StoreTx *tx, gint64 placement, StoreDeed **deed, GError **error)
{
  gint64 id;

  *deed = NULL;
  return store_sqlite_number (tx->db,
                              &id,
                              NULL,
                              error,
                              "SELECT id FROM journal WHERE placement = ? AND kind = 3 AND state "
                              "<> 3 ORDER BY id LIMIT 1",
                              "i",
                              placement) &&
         (id == 0 || store_deed_load (tx, id, deed, error));
}

/* The server no longer has it: its memory goes, and what was hidden here waiting for that. */
static gboolean
gone (StoreTx *tx,
      const StorePlacement *placement,
      StoreLedgerState state,
      const BaseCause *cause,
      const char *exchange,
      GError **error)
{
  g_autoptr (StoreDeed) deed = NULL;

  if (!load_deletion (tx, placement->id, &deed, error))
    return FALSE;
  if (deed != NULL)
    return store_deed_deleted (tx, deed, state, cause, exchange, error);
  return store_placement_remove (tx, placement, error) &&
         store_tx_ledger (tx,
                          placement->message,
                          STORE_PLACE_SERVER,
                          placement->folder_name,
                          state,
                          placement->uidl,
                          cause,
                          exchange,
                          error) &&
         store_message_collect (tx, placement->message, cause, error);
}

static gboolean
undone (StoreTx *tx,
        const StorePlacement *placement,
        const BaseCause *cause,
        const char *exchange,
        GError **error)
{
  g_autoptr (StoreDeed) deed = NULL;

  if (!store_placement_set_pending (
          tx, placement, placement->pending & ~(guint) STORE_PENDING_DELE, error) ||
      !load_deletion (tx, placement->id, &deed, error))
    return FALSE;
  if (deed != NULL && deed->state == STORE_JOURNAL_RUNNING &&
      !store_sqlite_run (tx->db, error, "UPDATE journal SET state = 0 WHERE id = ?", "i", deed->id))
    return FALSE;
  return store_tx_ledger (tx,
                          placement->message,
                          STORE_PLACE_SERVER,
                          placement->folder_name,
                          STORE_LEDGER_DELETE_UNDONE,
                          placement->uidl,
                          cause,
                          exchange,
                          error);
}

gboolean
store_tx_maildrop_listed (StoreTx *tx,
                          gint64 maildrop,
                          const char *const *uidls,
                          guint n,
                          const BaseCause *cause,
                          GError **error)
{
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) known =
      store_sqlite_numbers (tx->db,
                            error,
                            "SELECT id FROM placement WHERE folder = ? AND uidl IS NOT NULL",
                            "i",
                            maildrop);

  for (guint i = 0; i < n; i++)
    g_hash_table_add (listed, (gpointer) uidls[i]);
  for (guint i = 0; known != NULL && i < known->len; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;
      gboolean good =
          store_placement_load (tx, g_array_index (known, gint64, i), &placement, error);

      if (good && placement != NULL && !g_hash_table_contains (listed, placement->uidl))
        good = gone (tx, placement, STORE_LEDGER_NO_LONGER_LISTED, cause, "UIDL", error);
      else if (good && placement != NULL && (placement->pending & STORE_PENDING_DELE))
        /* Said in a session that never came to its QUIT. */
        good = undone (tx, placement, cause, "UIDL", error);
      if (!good)
        return FALSE;
    }
  return known != NULL;
}

gboolean
store_tx_maildrop_dele (StoreTx *tx, gint64 id, const BaseCause *cause, GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;

  if (!store_placement_load (tx, id, &placement, error))
    return FALSE;
  if (placement == NULL || (placement->pending & STORE_PENDING_DELE))
    return TRUE;
  return store_placement_set_pending (
             tx, placement, placement->pending | STORE_PENDING_DELE, error) &&
         store_tx_ledger (tx,
                          placement->message,
                          STORE_PLACE_SERVER,
                          placement->folder_name,
                          STORE_LEDGER_DELETE_ASKED,
                          placement->uidl,
                          cause,
                          "DELE",
                          error);
}

static gboolean
subtract_removed (StoreTx *tx, gint64 maildrop, guint n, gint64 size, GError **error)
{
  store_notes_folder (tx->notes, maildrop);
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE folder SET server_total = max (0, server_total - ?), "
                           "server_size = max (0, server_size - ?), as_of = ? "
                           "WHERE id = ? AND server_total >= 0",
                           "iiii",
                           (gint64) n,
                           size,
                           tx->now,
                           maildrop);
}

gboolean
store_tx_maildrop_quit (
    StoreTx *tx, gint64 maildrop, gboolean good, const BaseCause *cause, GError **error)
{
  g_autoptr (GArray) leaving = store_sqlite_numbers (
      tx->db,
      error,
      "SELECT id FROM placement WHERE folder = ? AND pending & 16 ORDER BY id",
      "i",
      maildrop);
  gint64 freed;

  if (leaving == NULL ||
      !store_sqlite_number (tx->db,
                            &freed,
                            NULL,
                            error,
                            "SELECT coalesce (sum (message.size), 0) FROM placement "
                            "JOIN message ON message.id = placement.message "
                            "WHERE folder = ? AND pending & 16",
                            "i",
                            maildrop))
    return FALSE;
  for (guint i = 0; i < leaving->len; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;

      if (!store_placement_load (tx, g_array_index (leaving, gint64, i), &placement, error))
        return FALSE;
      if (placement == NULL)
        continue;
      if (!(good ? gone (tx, placement, STORE_LEDGER_GONE_FROM_SERVER, cause, "QUIT", error)
                 : undone (tx, placement, cause, "", error)))
        return FALSE;
    }
  /* What the server removed it no longer has: nobody need ask it again to know. */
  return !good || leaving->len == 0 || subtract_removed (tx, maildrop, leaving->len, freed, error);
}
