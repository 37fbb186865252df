/* Messages that nothing needs any more are removed: no placement, nothing in the journal, no letter
 * on its way. */
#include "config.h"

#include "store-tx.h"

/* Without placements and letters to send it has no share in the counters. */
static gboolean
remove_message (StoreTx *tx, gint64 message, gint64 source, const BaseCause *cause, GError **error)
{
  if (!store_sqlite_run (tx->db, error, "DELETE FROM journal WHERE message = ?", "i", message) ||
      !store_sqlite_run (tx->db, error, "DELETE FROM message WHERE id = ?", "i", message))
    return FALSE;
  if (source == 0)
    return TRUE;
  return store_source_collect (tx, source, error) &&
         store_tx_ledger (
             tx, message, STORE_PLACE_HERE, "", STORE_LEDGER_REMOVED_HERE, "", cause, "", error);
}

/* @remove: for good, also what may be met elsewhere. */
static gboolean
collect (StoreTx *tx, gint64 message, gboolean remove, const BaseCause *cause, GError **error)
{
  gint64 needed;
  gint64 source;
  gint64 known;
  gboolean found;

  if (!store_sqlite_number (
          tx->db, &source, &found, error, "SELECT source FROM message WHERE id = ?", "i", message))
    return FALSE;
  if (!found)
    return TRUE;
  if (!store_sqlite_number (tx->db,
                            &needed,
                            NULL,
                            error,
                            "SELECT EXISTS (SELECT 1 FROM placement WHERE message = ?1) OR "
                            "EXISTS (SELECT 1 FROM outbox WHERE message = ?1) OR "
                            "EXISTS (SELECT 1 FROM journal WHERE message = ?1 AND state <> 3)",
                            "i",
                            message))
    return FALSE;
  if (needed)
    return TRUE;
  if (!store_sqlite_number (tx->db,
                            &known,
                            NULL,
                            error,
                            "SELECT email_id IS NOT NULL FROM message WHERE id = ?",
                            "i",
                            message))
    return FALSE;
  if (known && !remove)
    return store_sqlite_run (
        tx->db, error, "UPDATE message SET adrift = 1 WHERE id = ?", "i", message);
  return remove_message (tx, message, source, cause, error);
}

gboolean
store_message_collect (StoreTx *tx, gint64 message, const BaseCause *cause, GError **error)
{
  return collect (tx, message, FALSE, cause, error);
}

gboolean
store_tx_collect_adrift (StoreTx *tx, const BaseCause *cause, GError **error)
{
  g_autoptr (GArray) adrift =
      store_sqlite_numbers (tx->db, error, "SELECT id FROM message WHERE adrift <> 0", "");

  for (guint i = 0; adrift != NULL && i < adrift->len; i++)
    if (!collect (tx, g_array_index (adrift, gint64, i), TRUE, cause, error))
      return FALSE;
  return adrift != NULL;
}
