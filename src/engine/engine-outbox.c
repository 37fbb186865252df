/* How letters get into the outbox and are found there. */
#include "config.h"

#include "engine-outbox.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"

gboolean
engine_outbox_put (StoreTx *tx, gpointer data, GError **error)
{
  EngineOutgoing *outgoing = data;
  StoreNewMessage *record = &outgoing->letter->record;
  gint64 placement;

  if (!engine_letter_write_source (outgoing->letter, tx, error))
    return FALSE;
  record->folder = 0;
  record->arrived = g_get_real_time () / G_USEC_PER_SEC;
  record->message = 0;
  if (!store_tx_put_message (
          tx, record, outgoing->entry.cause, "", &outgoing->entry.message, &placement, error))
    return FALSE;
  outgoing->entry.subject = (char *) record->subject;
  return store_tx_outbox_put (tx, &outgoing->entry, &outgoing->entry.id, error);
}

static gboolean
write_unknown (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *entries = data;

  for (guint i = 0; i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = g_ptr_array_index (entries, i);

      if (entry->state == STORE_OUTBOX_SENDING &&
          !store_tx_outbox_state (tx,
                                  entry->id,
                                  STORE_OUTBOX_UNKNOWN,
                                  0,
                                  NULL,
                                  NULL,
                                  _ ("The program ended before the server had answered"),
                                  0,
                                  "DATA",
                                  error))
        return FALSE;
    }
  return TRUE;
}

gboolean
engine_outbox_recover (StoreMailbase *mailbase, GError **error)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, error);
  g_autoptr (GPtrArray) entries = reader ? store_reader_outbox (reader, error) : NULL;

  if (!entries)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = g_ptr_array_index (entries, i);

      if (entry->state == STORE_OUTBOX_SENDING)
        return store_mailbase_write (
            mailbase, STORE_PRIORITY_CLICK, TRUE, write_unknown, entries, error);
    }
  return TRUE;
}

StoreOutboxEntry *
engine_outbox_find (StoreReader *reader, gint64 id, GError **error)
{
  StoreOutboxEntry *entry;

  if (!store_reader_outbox_entry (reader, id, &entry, error))
    return NULL;
  if (!entry)
    g_set_error_literal (
        error, ENGINE_ERROR, ENGINE_ERROR_NOT_FOUND, _ ("There is no such letter in the outbox"));
  return entry;
}

StoreOutboxEntry *
engine_outbox_due (
    StoreMailbase *mailbase, StoreReader *reader, gint64 except, gint64 *next, GError **error)
{
  gint64 due;

  *next = G_MAXINT64;
  if (!store_reader_outbox_due (reader, store_mailbase_now (mailbase), except, &due, next, error))
    return NULL;
  return due ? engine_outbox_find (reader, due, error) : NULL;
}
