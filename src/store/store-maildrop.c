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

/* Of a letter whose bytes never came, nothing is left but its headers: they go with it. */
static gboolean
remove_here (StoreTx *tx, const StorePlacement *listed, GError **error)
{
  g_autoptr (GArray) ids = store_placement_of_message (tx, listed->message, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;

      if (!store_placement_load (tx, g_array_index (ids, gint64, i), &placement, error) ||
          (placement != NULL && placement->id != listed->id &&
           !store_placement_remove (tx, placement, error)))
        return FALSE;
    }
  return ids != NULL;
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
  if (placement->source == 0 && !remove_here (tx, placement, error))
    return FALSE;
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

/* Those of which the list tells something: no longer listed, or a DELE that did not happen. */
static GArray *
find_news (StoreTx *tx, gint64 maildrop, GHashTable *listed, GError **error)
{
  g_autoptr (GArray) news = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db,
      error,
      "SELECT id, uidl, pending FROM placement WHERE folder = ? AND uidl IS NOT NULL",
      "i",
      maildrop);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (tx->db, stmt, error)) == 1)
    {
      gint64 id = sqlite3_column_int64 (stmt, 0);

      if ((sqlite3_column_int (stmt, 2) & STORE_PENDING_DELE) ||
          !g_hash_table_contains (listed, sqlite3_column_text (stmt, 1)))
        g_array_append_val (news, id);
    }
  return step == 0 ? g_steal_pointer (&news) : NULL;
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
  g_autoptr (GArray) news = NULL;

  for (guint i = 0; i < n; i++)
    g_hash_table_add (listed, (gpointer) uidls[i]);
  news = find_news (tx, maildrop, listed, error);
  for (guint i = 0; news != NULL && i < news->len; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;
      gboolean good = store_placement_load (tx, g_array_index (news, gint64, i), &placement, error);

      if (good && placement != NULL && !g_hash_table_contains (listed, placement->uidl))
        good = gone (tx, placement, STORE_LEDGER_NO_LONGER_LISTED, cause, "UIDL", error);
      else if (good && placement != NULL)
        /* Said in a session that never came to its QUIT. */
        good = undone (tx, placement, cause, "UIDL", error);
      if (!good)
        return FALSE;
    }
  return news != NULL;
}

gboolean
store_tx_maildrop_weighs (StoreTx *tx, gint64 placement, guint64 listed, GError **error)
{
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE placement SET listed = ? WHERE id = ?",
                           "ii",
                           (gint64) listed,
                           placement);
}

/* Some servers write marks of their own into a letter: then its bytes differ, and its name does
 * not. */
static gboolean
is_same (StoreTx *tx,
         const StorePlacement *placement,
         gint64 source,
         const char *message_id,
         gboolean *same,
         GError **error)
{
  gint64 found = store_source_same (tx, source, error);
  gint64 named = 0;

  if (found < 0 || (message_id != NULL &&
                    !store_sqlite_number (tx->db,
                                          &named,
                                          NULL,
                                          error,
                                          "SELECT id FROM message WHERE id = ? AND message_id = ?",
                                          "is",
                                          placement->message,
                                          message_id)))
    return FALSE;
  *same = named != 0 || (placement->source != 0 && placement->source == found);
  return TRUE;
}

/* @found is %NULL when nothing is known by this name. */
static gboolean
load_named (StoreTx *tx, gint64 maildrop, const char *uidl, StorePlacement **found, GError **error)
{
  gint64 id;

  *found = NULL;
  return store_sqlite_number (tx->db,
                              &id,
                              NULL,
                              error,
                              "SELECT id FROM placement WHERE folder = ? AND uidl = ?",
                              "is",
                              maildrop,
                              uidl) &&
         (id == 0 || store_placement_load (tx, id, found, error));
}

gboolean
store_tx_maildrop_fits (StoreTx *tx,
                        gint64 maildrop,
                        const char *uidl,
                        const StoreNewMessage *message,
                        gboolean *fits,
                        const BaseCause *cause,
                        GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;

  *fits = TRUE;
  if (!load_named (tx, maildrop, uidl, &placement, error))
    return FALSE;
  if (placement == NULL)
    return TRUE;
  return store_doubt_is_same (tx, placement->message, message, fits, error) &&
         (*fits || gone (tx, placement, STORE_LEDGER_NO_LONGER_LISTED, cause, "RETR", error));
}

gboolean
store_tx_maildrop_compare (StoreTx *tx,
                           gint64 maildrop,
                           const char *uidl,
                           gint64 source,
                           const char *message_id,
                           guint64 listed,
                           gboolean *same,
                           const BaseCause *cause,
                           GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;

  *same = FALSE;
  if (!load_named (tx, maildrop, uidl, &placement, error))
    return FALSE;
  if (placement == NULL)
    return TRUE;
  if (!is_same (tx, placement, source, message_id, same, error))
    return FALSE;
  return *same ? store_tx_source_discard (tx, source, error) &&
                     store_tx_maildrop_weighs (tx, placement->id, listed, error)
               : gone (tx, placement, STORE_LEDGER_NO_LONGER_LISTED, cause, "RETR", error);
}

gboolean
store_tx_maildrop_doubt (
    StoreTx *tx, gint64 maildrop, const char *uidl, const BaseCause *cause, GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;
  g_autoptr (StoreDeed) deed = NULL;

  if (!load_named (tx, maildrop, uidl, &placement, error) ||
      (placement != NULL && !load_deletion (tx, placement->id, &deed, error)))
    return FALSE;
  /* One that somebody deletes here is what they saw. */
  if (placement == NULL || deed != NULL)
    return TRUE;
  return (placement->source != 0 || remove_here (tx, placement, error)) &&
         store_placement_remove (tx, placement, error) &&
         store_message_collect (tx, placement->message, cause, error);
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
