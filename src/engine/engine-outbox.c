/* How letters get into the outbox and are found there. */
#include "config.h"

#include "engine-outbox.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-witness.h"

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

typedef struct
{
  GPtrArray *entries;
  const char *path;
} Recovery;

/* @entry was in hand when sending ended. Whoever took it back meanwhile has it. */
static gboolean
recover_entry (StoreTx *tx, const StoreOutboxEntry *entry, const char *path, GError **error)
{
  StoreOutboxState state;
  gint64 ahead;
  const char *why;
  g_autoptr (GError) local = NULL;

  if (!store_tx_outbox_current (tx, entry->id, &state, NULL, &ahead, &local))
    {
      if (g_error_matches (local, STORE_ERROR, STORE_ERROR_NOT_FOUND))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (state == STORE_OUTBOX_SENDING)
    why = _ ("The program ended before the server had answered");
  else if (state != STORE_OUTBOX_QUEUED || ahead == 0)
    return TRUE;
  else if (engine_witness_denies (path, ahead))
    return store_tx_outbox_unmark (tx, ahead, ahead + 1, error);
  else
    why = _ ("The computer or the program stopped when it was about to go out");
  return store_tx_outbox_state (
      tx, entry->id, STORE_OUTBOX_UNKNOWN, 0, NULL, NULL, why, 0, "DATA", error);
}

static gboolean
write_recovery (StoreTx *tx, gpointer data, GError **error)
{
  const Recovery *recovery = data;

  for (guint i = 0; i < recovery->entries->len; i++)
    if (!recover_entry (tx, g_ptr_array_index (recovery->entries, i), recovery->path, error))
      return FALSE;
  return TRUE;
}

gboolean
engine_outbox_recover (StoreMailbase *mailbase, GError **error)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, error);
  g_autoptr (GPtrArray) entries = reader ? store_reader_outbox_half (reader, error) : NULL;
  Recovery recovery = { entries, store_mailbase_path (mailbase) };

  if (!entries || (entries->len > 0 &&
                   !store_mailbase_write (
                       mailbase, STORE_PRIORITY_CLICK, TRUE, write_recovery, &recovery, error)))
    return FALSE;
  if (entries->len > 0)
    engine_witness_forget (recovery.path);
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
