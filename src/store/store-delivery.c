/* What became of letters after they were handed over, as delivery reports have it. */
#include "config.h"

#include <string.h>

#include "store-read.h"
#include "store-reader.h"
#include "store-tx.h"

void
store_delivery_free (StoreDelivery *delivery)
{
  g_free (delivery->recipient);
  g_free (delivery->status);
  g_free (delivery);
}

static gboolean
is_in_lines (const char *lines, const char *address)
{
  g_auto (GStrv) each = g_strsplit (lines, "\n", -1);

  for (guint i = 0; each[i] != NULL; i++)
    if (g_ascii_strcasecmp (each[i], address) == 0)
      return TRUE;
  return FALSE;
}

/* Whether this account sent a letter with @message_id, and to @recipient as far as that is known.
 */
static gboolean
was_sent (
    StoreTx *tx, const char *message_id, const char *recipient, gboolean *sent, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db,
      error,
      "SELECT o.recipients FROM outbox o JOIN message m ON m.id = o.message "
      "WHERE m.message_id = ?1 UNION ALL SELECT NULL FROM message m JOIN placement p "
      "ON p.message = m.id JOIN folder f ON f.id = p.folder WHERE m.message_id = ?1 AND "
      "f.role = ?2",
      "si",
      message_id,
      (gint64) STORE_ROLE_SENT);
  gboolean anybody = FALSE;
  gboolean known = FALSE;
  int step;

  *sent = FALSE;
  if (stmt == NULL)
    return FALSE;
  while ((step = store_sqlite_step (tx->db, stmt, error)) == 1)
    {
      const char *recipients = (const char *) sqlite3_column_text (stmt, 0);

      anybody = anybody || recipients == NULL;
      known = known || recipients != NULL;
      *sent = *sent || (recipients != NULL && is_in_lines (recipients, recipient));
    }
  /* Sent elsewhere: whom it went to stands nowhere here. */
  if (anybody && !known)
    *sent = TRUE;
  return step == 0;
}

gboolean
store_tx_delivery (StoreTx *tx,
                   const char *message_id,
                   const char *recipient,
                   StoreDeliveryState state,
                   const char *status,
                   GError **error)
{
  gboolean sent;

  if (!was_sent (tx, message_id, recipient, &sent, error))
    return FALSE;
  if (!sent)
    return TRUE;
  /* Reports overtake each other, and the newest letters are fetched first: what a host on the way
   * knew (1, 2) takes back nothing that the last one said (3, 4). */
  if (!store_sqlite_run (
          tx->db,
          error,
          "INSERT INTO delivery (message_id, recipient, state, status, at) VALUES (?, lower (?), "
          "?, ?, ?) ON CONFLICT (message_id, recipient) DO UPDATE SET state = excluded.state, "
          "status = excluded.status, at = excluded.at WHERE excluded.state >= min (state, 3)",
          "ssiti",
          message_id,
          recipient,
          (gint64) state,
          status,
          tx->now))
    return FALSE;
  store_notes_outbox (tx->notes);
  return TRUE;
}

GPtrArray *
store_reader_deliveries (StoreReader *reader, const char *message_id, GError **error)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) store_delivery_free);
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT recipient, state, status, at FROM delivery WHERE message_id = ? ORDER BY id",
      "s",
      message_id);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreDelivery *delivery = g_new0 (StoreDelivery, 1);

      delivery->recipient = store_column_text (stmt, 0);
      delivery->state = (StoreDeliveryState) sqlite3_column_int (stmt, 1);
      delivery->status = store_column_text (stmt, 2);
      delivery->at = sqlite3_column_int64 (stmt, 3);
      g_ptr_array_add (list, delivery);
    }
  return step == 0 ? g_steal_pointer (&list) : NULL;
}
