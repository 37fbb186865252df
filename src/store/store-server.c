/* What an IMAP server says of messages that are known: new flags, and that they are gone. What
 * waits in the journal wins over the server in what is shown, until the server has heard it. */
#include "config.h"

#include "store-tx.h"

gboolean
store_tx_server_flags (StoreTx *tx,
                       gint64 folder,
                       guint32 uidvalidity,
                       guint32 uid,
                       guint flags,
                       const char *keywords,
                       guint64 modseq,
                       GError **error)
{
  gint64 id = store_placement_find (tx, folder, uidvalidity, uid, error);
  g_autoptr (StorePlacement) placement = NULL;
  gint64 deed;

  if (id == 0)
    {
      /* A move or deletion that waits has taken it out of the folder: its row is elsewhere. */
      deed = store_deed_find_uid (tx, folder, uidvalidity, uid, error);
      if (deed <= 0)
        return deed == 0;
      if (!store_sqlite_number (
              tx->db, &id, NULL, error, "SELECT placement FROM journal WHERE id = ?", "i", deed))
        return FALSE;
    }
  if (id < 0 || !store_placement_load (tx, id, &placement, error))
    return FALSE;
  if (placement == NULL)
    return TRUE;
  if (!store_sqlite_run (tx->db,
                         error,
                         "UPDATE placement SET server_flags = ?, modseq = max (modseq, ?), "
                         "keywords = ? WHERE id = ? "
                         "AND (server_flags <> ?1 OR modseq < ?2 OR keywords <> ?3)",
                         "iiti",
                         (gint64) flags,
                         (gint64) modseq,
                         keywords,
                         id))
    return FALSE;
  if (placement->pending & STORE_PENDING_FLAGS)
    return store_placement_refresh (tx, id, error);
  return store_placement_show_flags (tx, placement, flags, error);
}

/* Its move can no longer be played. If it was under way it may have done this itself: then the copy
 * is met in the target, and until that was looked through the row stays there, without a UID. */
static gboolean
expunged_in_journal (
    StoreTx *tx, gint64 id, const BaseCause *cause, const char *exchange, GError **error)
{
  g_autoptr (StoreDeed) deed = NULL;

  if (!store_deed_load (tx, id, &deed, error))
    return FALSE;
  if (deed->kind == STORE_JOURNAL_DELETE)
    return store_deed_deleted (tx, deed, STORE_LEDGER_GONE_FROM_SERVER, cause, exchange, error);
  return store_deed_finish (tx, deed, error) &&
         store_placement_refresh (tx, deed->placement, error);
}

static gboolean
expunged (StoreTx *tx,
          const StorePlacement *placement,
          const BaseCause *cause,
          const char *exchange,
          GError **error)
{
  g_autoptr (GArray) deeds = store_deed_of_placement (tx, placement->id, error);
  char uid[16];

  g_snprintf (uid, sizeof uid, "%u", placement->uid);
  /* Flags and deletions that wait have lost their object: the server was quicker. */
  for (guint i = 0; deeds != NULL && i < deeds->len; i++)
    {
      g_autoptr (StoreDeed) deed = NULL;

      if (!store_deed_load (tx, g_array_index (deeds, gint64, i), &deed, error) ||
          !store_deed_drop (tx, deed, error))
        return FALSE;
    }
  return deeds != NULL && store_placement_remove (tx, placement, error) &&
         store_tx_ledger (tx,
                          placement->message,
                          STORE_PLACE_SERVER,
                          placement->folder_name,
                          STORE_LEDGER_GONE_FROM_SERVER,
                          uid,
                          cause,
                          exchange,
                          error) &&
         store_message_collect (tx, placement->message, cause, error);
}

/* Where that it was there under this UID was only promised, and no letter ever had that UID, it may
 * be there under another. */
static gboolean
is_believed (const StorePlacement *placement, guint32 uidnext)
{
  return placement->doubt == STORE_DOUBT_NONE ||
         (placement->doubt == STORE_DOUBT_PROMISED && placement->uid < uidnext);
}

gboolean
store_tx_server_expunged (StoreTx *tx,
                          gint64 folder,
                          guint32 uidvalidity,
                          const guint32 *uids,
                          guint n_uids,
                          guint32 uidnext,
                          const BaseCause *cause,
                          const char *exchange,
                          GError **error)
{
  for (guint i = 0; i < n_uids; i++)
    {
      gint64 id = store_placement_find (tx, folder, uidvalidity, uids[i], error);
      gint64 deed = id == 0 ? store_deed_find_uid (tx, folder, uidvalidity, uids[i], error) : 0;
      g_autoptr (StorePlacement) placement = NULL;

      if (id < 0 || deed < 0)
        return FALSE;
      if (deed > 0 && !expunged_in_journal (tx, deed, cause, exchange, error))
        return FALSE;
      if (id > 0 && !store_placement_load (tx, id, &placement, error))
        return FALSE;
      if (id > 0 && !(is_believed (placement, uidnext)
                          ? expunged (tx, placement, cause, exchange, error)
                          : store_doubt_lose_uid (tx, id, placement->doubt, error)))
        return FALSE;
    }
  return TRUE;
}
