/* The outbox's states change only here. */
#include "config.h"

#include "engine-outbox.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-place.h"

/* Tries again after 1, 2, 4 … minutes, at most an hour, and up to a quarter more, so that not all
 * come back at the same moment. */
#define FIRST_DELAY (60 * G_USEC_PER_SEC)
#define MOST_DOUBLINGS 6

static gint64
next_try (guint attempts)
{
  gint64 delay = (gint64) FIRST_DELAY << MIN (attempts, MOST_DOUBLINGS);

  return g_get_real_time () + delay + (gint64) (g_random_double () * (double) delay / 4);
}

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
engine_outbox_due (StoreReader *reader, gint64 *next, GError **error)
{
  gint64 due;

  *next = G_MAXINT64;
  if (!store_reader_outbox_due (reader, g_get_real_time (), &due, next, error))
    return NULL;
  return due ? engine_outbox_find (reader, due, error) : NULL;
}

static gboolean
write_sending (StoreTx *tx, gpointer data, GError **error)
{
  StoreOutboxState state;

  if (!store_tx_outbox_current (tx, *(gint64 *) data, &state, error))
    return FALSE;
  if (state != STORE_OUTBOX_QUEUED)
    {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The letter was taken back"));
      return FALSE;
    }
  return store_tx_outbox_state (
      tx, *(gint64 *) data, STORE_OUTBOX_SENDING, 0, NULL, NULL, NULL, 0, "DATA", error);
}

gboolean
engine_outbox_sending (StoreMailbase *mailbase, gint64 id, GError **error)
{
  return store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, TRUE, write_sending, &id, error);
}

typedef struct
{
  const StoreAccountInfo *info;
  const StoreOutboxEntry *entry;
  const EngineSent *sent;
  gint64 sent_folder; /* 0: none known */
} Finish;

static gboolean
put_copy_here (StoreTx *tx, Finish *finish, GError **error)
{
  StoreNewMessage record = {
    .folder = finish->sent_folder,
    .message = finish->entry->message,
    .flags = STORE_FLAG_SEEN,
    .keywords = "",
    .subject = "",
    .from_name = "",
    .from_address = "",
    .to_text = "",
    .cc_text = "",
    .arrived = g_get_real_time () / G_USEC_PER_SEC,
  };
  gint64 message, placement;

  return store_tx_put_message (tx, &record, finish->entry->cause, "", &message, &placement, error);
}

static gboolean
put_copy (StoreTx *tx, Finish *finish, GError **error)
{
  gint64 journal;

  if (strcmp (finish->info->protocol, "pop3") == 0)
    return finish->sent_folder == 0 || put_copy_here (tx, finish, error);
  if (strcmp (finish->info->protocol, "imap") != 0)
    return TRUE;
  if (finish->sent_folder == 0)
    finish->sent_folder = engine_place_make (tx, STORE_ROLE_SENT, error);
  return finish->sent_folder != 0 && store_tx_journal_append (tx,
                                                              finish->entry->message,
                                                              finish->sent_folder,
                                                              STORE_FLAG_SEEN,
                                                              finish->entry->cause,
                                                              &journal,
                                                              error);
}

static gboolean
write_finish (StoreTx *tx, gpointer data, GError **error)
{
  Finish *finish = data;
  const EngineSent *sent = finish->sent;
  StoreOutboxState now;
  gint64 next = 0;

  if (!store_tx_outbox_current (tx, finish->entry->id, &now, error))
    return FALSE;
  /* Whoever took it back meanwhile has it. */
  if (now != STORE_OUTBOX_QUEUED && now != STORE_OUTBOX_SENDING)
    return TRUE;
  if (sent->state == STORE_OUTBOX_QUEUED && !sent->at_once)
    next = next_try (finish->entry->attempts);
  if (!store_tx_outbox_state (tx,
                              finish->entry->id,
                              sent->state,
                              sent->reply_code,
                              (const char *const *) sent->accepted->pdata,
                              (const char *const *) sent->refused->pdata,
                              sent->why,
                              next,
                              "DATA",
                              error))
    return FALSE;
  /* Once, when the first of them has it. */
  return (sent->state != STORE_OUTBOX_SENT && sent->state != STORE_OUTBOX_QUEUED) ||
         !sent->accepted->pdata[0] || finish->entry->accepted[0] || !finish->entry->save_copy ||
         put_copy (tx, finish, error);
}

gboolean
engine_outbox_finish (StoreMailbase *mailbase,
                      StoreReader *reader,
                      const StoreAccountInfo *info,
                      const StoreOutboxEntry *entry,
                      const EngineSent *sent,
                      GError **error)
{
  g_autoptr (StoreFolder) folder = store_reader_folder_by_role (reader, STORE_ROLE_SENT, NULL);
  Finish finish = { info, entry, sent, 0 };

  finish.sent_folder = folder ? folder->id : 0;
  g_ptr_array_add (sent->accepted, NULL);
  g_ptr_array_add (sent->refused, NULL);
  return store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, TRUE, write_finish, &finish, error);
}
