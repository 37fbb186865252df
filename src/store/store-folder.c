/* Folders: found or made by place and name, and what the server says of them. */
#include "config.h"

#include "store-tx.h"

#include <string.h>

#include <glib/gi18n-lib.h>

gboolean
store_tx_put_folder (StoreTx *tx, const StoreFolder *folder, gint64 *id, GError **error)
{
  /* The one name that means the same in any case (RFC 9051 section 5.1). */
  const char *name = g_ascii_strcasecmp (folder->name, "INBOX") == 0 ? "INBOX" : folder->name;
  int before = sqlite3_total_changes (store_sqlite_handle (tx->db));

  store_tx_look_away (tx);
  if (!store_sqlite_run (
          tx->db,
          error,
          "INSERT INTO folder (place, name, delimiter, role, attributes, selectable, wire_name) "
          "VALUES (?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (place, name) DO UPDATE SET delimiter = excluded.delimiter, role = "
          "excluded.role, "
          "attributes = excluded.attributes, selectable = excluded.selectable, wire_name = "
          "excluded.wire_name "
          "WHERE delimiter IS NOT excluded.delimiter OR role <> excluded.role "
          "OR attributes <> excluded.attributes OR selectable <> excluded.selectable "
          "OR wire_name IS NOT excluded.wire_name",
          "issiiis",
          (gint64) folder->place,
          name,
          folder->delimiter,
          (gint64) folder->role,
          (gint64) folder->attributes,
          (gint64) (folder->selectable != 0),
          folder->wire_name) ||
      !store_sqlite_number (tx->db,
                            id,
                            NULL,
                            error,
                            "SELECT id FROM folder WHERE place = ? AND name = ?",
                            "is",
                            (gint64) folder->place,
                            name))
    return FALSE;
  if (sqlite3_total_changes (store_sqlite_handle (tx->db)) != before)
    {
      store_notes_folder (tx->notes, *id);
      store_notes_folders (tx->notes);
    }
  return TRUE;
}

gboolean
store_tx_rename_folder (StoreTx *tx, gint64 folder, const char *name, GError **error)
{
  store_tx_look_away (tx);
  store_notes_folder (tx->notes, folder);
  store_notes_folders (tx->notes);
  return store_sqlite_run (
      tx->db, error, "UPDATE folder SET name = ? WHERE id = ?", "si", name, folder);
}

gboolean
store_tx_set_mailbox_id (StoreTx *tx, gint64 folder, const char *mailbox_id, GError **error)
{
  return store_sqlite_run (
      tx->db,
      error,
      "UPDATE folder SET mailbox_id = ?1 WHERE id = ?2 AND mailbox_id IS NOT ?1",
      "si",
      mailbox_id,
      folder);
}

gboolean
store_tx_set_folder_server (StoreTx *tx,
                            gint64 folder,
                            guint32 uidvalidity,
                            guint32 uidnext,
                            guint64 modseq,
                            gint64 total,
                            gint64 size,
                            GError **error)
{
  store_notes_folder (tx->notes, folder);
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE folder SET uidvalidity = ?, uidnext = ?, modseq = ?, "
                           "server_total = ?, server_size = ?, "
                           "as_of = ? WHERE id = ?",
                           "iiiiiii",
                           (gint64) uidvalidity,
                           (gint64) uidnext,
                           (gint64) modseq,
                           total,
                           size,
                           tx->now,
                           folder);
}

gboolean
store_tx_set_folder_total (StoreTx *tx, gint64 folder, gint64 total, GError **error)
{
  store_notes_folder (tx->notes, folder);
  return store_sqlite_run (
      tx->db, error, "UPDATE folder SET server_total = ? WHERE id = ?", "ii", total, folder);
}

gboolean
store_tx_revalidate_folder (StoreTx *tx, gint64 folder, guint32 uidvalidity, GError **error)
{
  g_autofree char *name = NULL;
  StorePlace place;
  StoreRole role;
  guint32 known;

  return store_folder_load (tx, folder, &place, &role, &name, &known, error) &&
         (known == uidvalidity ||
          store_doubt_all_uids (tx, folder, uidvalidity, STORE_DOUBT_NONE, error));
}

/* The placement is no longer on the server, and its open entries cannot be played any more. */
static gboolean
forget (StoreTx *tx, gint64 id, const BaseCause *cause, const char *exchange, GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;

  if (!store_placement_load (tx, id, &placement, error))
    return FALSE;
  if (placement == NULL)
    return TRUE;
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE counter SET waiting = waiting - "
                           "(SELECT count(*) FROM journal WHERE placement = ? AND state <> 3)",
                           "i",
                           id) &&
         store_sqlite_run (
             tx->db, error, "DELETE FROM journal WHERE placement = ? AND state <> 3", "i", id) &&
         store_placement_remove (tx, placement, error) &&
         store_tx_ledger (tx,
                          placement->message,
                          STORE_PLACE_SERVER,
                          placement->folder_name,
                          STORE_LEDGER_GONE_FROM_SERVER,
                          "",
                          cause,
                          exchange,
                          error) &&
         store_message_collect (tx, placement->message, cause, error);
}

/* The folder was looked through, and it was not met. */
static gboolean
give_up (StoreTx *tx, gint64 id, const BaseCause *cause, const char *exchange, GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;
  gboolean kept = FALSE;

  if (!store_placement_load (tx, id, &placement, error) ||
      (placement != NULL && !store_doubt_keep (tx, placement, cause, &kept, error)))
    return FALSE;
  return kept || forget (tx, id, cause, exchange, error);
}

gboolean
store_tx_finish_revalidation (
    StoreTx *tx, gint64 folder, const BaseCause *cause, const char *exchange, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GArray) lost = NULL;
  StorePlace place;
  StoreRole role;

  if (!store_folder_load (tx, folder, &place, &role, &name, NULL, error))
    return FALSE;
  if (place != STORE_PLACE_SERVER || role == STORE_ROLE_MAILDROP)
    return TRUE;
  /* A move or an append that is still to be played explains why there is no UID yet. */
  lost = store_sqlite_numbers (
      tx->db,
      error,
      "SELECT p.id FROM placement p WHERE p.folder = ? AND p.uid IS NULL AND p.uidl IS NULL AND "
      "NOT EXISTS "
      "(SELECT 1 FROM journal j WHERE j.placement = p.id AND j.state <> 3 AND j.kind IN (2, 4))",
      "i",
      folder);
  for (guint i = 0; lost != NULL && i < lost->len; i++)
    if (!give_up (tx, g_array_index (lost, gint64, i), cause, exchange, error))
      return FALSE;
  if (lost == NULL)
    return FALSE;
  /* Entries for messages of this folder whose UID was not found again. */
  g_clear_pointer (&lost, g_array_unref);
  lost = store_sqlite_numbers (
      tx->db,
      error,
      "SELECT j.id FROM journal j WHERE j.folder = ? AND j.uid IS NULL AND j.state <> 3 AND j.kind "
      "IN (2, 3) "
      "AND j.uidl IS NULL AND NOT EXISTS (SELECT 1 FROM journal e WHERE e.placement = j.placement "
      "AND e.id < j.id AND e.state <> 3 AND e.kind IN (2, 4))",
      "i",
      folder);
  for (guint i = 0; lost != NULL && i < lost->len; i++)
    {
      g_autoptr (StoreDeed) deed = NULL;

      if (!store_deed_load (tx, g_array_index (lost, gint64, i), &deed, error) ||
          (deed != NULL && !forget (tx, deed->placement, cause, exchange, error)))
        return FALSE;
    }
  return lost != NULL;
}

/* What was to be put into the folder, and is nowhere else, stays on this computer. */
static gboolean
keep_here (StoreTx *tx,
           const StorePlacement *placement,
           const char *name,
           const BaseCause *cause,
           GError **error)
{
  StoreFolder here = { .place = STORE_PLACE_HERE, .name = (char *) name, .selectable = TRUE };
  gint64 target;

  return store_tx_put_folder (tx, &here, &target, error) &&
         store_sqlite_run (tx->db,
                           error,
                           "UPDATE counter SET waiting = waiting - "
                           "(SELECT count(*) FROM journal WHERE placement = ? AND state <> 3)",
                           "i",
                           placement->id) &&
         store_sqlite_run (tx->db,
                           error,
                           "DELETE FROM journal WHERE placement = ? AND state <> 3",
                           "i",
                           placement->id) &&
         store_placement_set_pending (tx, placement, 0, error) &&
         store_placement_move (tx, placement, target, 0, 0, error) &&
         store_tx_ledger (tx,
                          placement->message,
                          STORE_PLACE_HERE,
                          name,
                          STORE_LEDGER_SAVED_HERE,
                          "",
                          cause,
                          "",
                          error);
}

static gboolean
leave (StoreTx *tx, gint64 id, const char *name, const BaseCause *cause, GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;

  if (!store_placement_load (tx, id, &placement, error))
    return FALSE;
  if (placement == NULL)
    return TRUE;
  if (placement->pending & STORE_PENDING_APPEND)
    return keep_here (tx, placement, name, cause, error);
  if (placement->uid == 0 && (placement->pending & STORE_PENDING_MOVE))
    {
      /* The move was not played yet: the message is still where it was. */
      g_autoptr (GArray) deeds = store_deed_of_placement (tx, id, error);
      gboolean good = deeds != NULL;

      for (guint i = good ? deeds->len : 0; good && i > 0; i--)
        {
          g_autoptr (StoreDeed) deed = NULL;

          good = store_deed_load (tx, g_array_index (deeds, gint64, i - 1), &deed, error) &&
                 store_deed_put_back (tx, deed, error) && store_deed_drop (tx, deed, error);
        }
      return good && store_placement_refresh (tx, id, error);
    }
  return forget (tx, id, cause, "LIST", error);
}

gboolean
store_tx_remove_folder (StoreTx *tx, gint64 folder, GError **error)
{
  g_autoptr (GArray) placements = NULL;
  g_autofree char *name = NULL;
  StorePlace place;
  StoreRole role;

  store_tx_look_away (tx);
  if (!store_folder_load (tx, folder, &place, &role, &name, NULL, error))
    return FALSE;
  placements = store_sqlite_numbers (
      tx->db, error, "SELECT id FROM placement WHERE folder = ?", "i", folder);
  if (placements == NULL)
    return FALSE;
  if (place == STORE_PLACE_HERE && placements->len > 0)
    {
      g_set_error_literal (error,
                           STORE_ERROR,
                           STORE_ERROR_ONLY_COPY,
                           _ ("The folder on this computer is not empty."));
      return FALSE;
    }
  for (guint i = 0; i < placements->len; i++)
    if (!leave (tx, g_array_index (placements, gint64, i), name, NULL, error))
      return FALSE;
  store_notes_folders (tx->notes);
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE counter SET waiting = waiting - "
                           "(SELECT count(*) FROM journal WHERE folder = ? AND state <> 3)",
                           "i",
                           folder) &&
         store_sqlite_run (tx->db, error, "DELETE FROM journal WHERE folder = ?", "i", folder) &&
         store_sqlite_run (tx->db, error, "DELETE FROM folder WHERE id = ?", "i", folder);
}
