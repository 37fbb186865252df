/* Drafts are outbox entries in the state DRAFT; sending one is a change of its state. */
#include "config.h"

#include "engine-draft.h"

#include <glib/gi18n-lib.h>

#include "engine-account-private.h"
#include "engine-outbox.h"
#include "mail-address.h"
#include "mail-compose.h"
#include "mail-error.h"
#include "mail-summary.h"

static char **
dup_recipients (GBytes *source)
{
  g_autoptr (GPtrArray) list = mail_get_recipients (source);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < list->len; i++)
    g_strv_builder_add (builder, ((const MailAddress *) g_ptr_array_index (list, i))->address);
  return g_strv_builder_end (builder);
}

static char *
dup_sender (EngineAccount *account, GBytes *source)
{
  gsize len;
  const char *data = g_bytes_get_data (source, &len);
  g_autoptr (MailSummary) summary = mail_summary_from_headers (data, len);

  return g_strdup (summary->from_address && summary->from_address[0] ? summary->from_address
                                                                     : account->info->email);
}

static gboolean
check_addresses (const StoreOutboxEntry *entry, GError **error)
{
  if (!entry->recipients[0])
    {
      g_set_error_literal (error,
                           MAIL_ERROR,
                           MAIL_ERROR_ADDRESS,
                           _ ("The letter names no recipient: give it a To, Cc or Bcc"));
      return FALSE;
    }
  for (guint i = 0; entry->recipients[i]; i++)
    if (!mail_address_is_valid (entry->recipients[i]))
      {
        g_set_error (error,
                     MAIL_ERROR,
                     MAIL_ERROR_ADDRESS,
                     _ ("“%s” is not an address that mail could be sent to"),
                     entry->recipients[i]);
        return FALSE;
      }
  if (mail_address_is_valid (entry->sender))
    return TRUE;
  g_set_error (error,
               MAIL_ERROR,
               MAIL_ERROR_ADDRESS,
               _ ("“%s” is not an address that mail could be sent from"),
               entry->sender);
  return FALSE;
}

gboolean
engine_draft_put (EngineAccount *account,
                  StoreOutboxState state,
                  GBytes *source,
                  const char *from,
                  const char *const *recipients,
                  gint64 answers,
                  int answer_kind,
                  const BaseCause *cause,
                  gint64 *id,
                  GError **error)
{
  g_autoptr (EngineLetter) letter = engine_letter_from_source (source);
  g_autofree char *sender = from ? g_strdup (from) : dup_sender (account, source);
  g_auto (GStrv) given = recipients ? g_strdupv ((char **) recipients) : dup_recipients (source);
  EngineOutgoing outgoing = {
    .entry = {
      .id = *id,
      .answers = answers,
      .answer_kind = answer_kind,
      .cause = (BaseCause *) cause,
      .state = state,
      .sender = sender,
      .recipients = given,
      .save_copy = TRUE,
      .created = g_get_real_time (),
      .changed = g_get_real_time (),
    },
    .letter = letter,
  };

  if (state != STORE_OUTBOX_DRAFT && !check_addresses (&outgoing.entry, error))
    return FALSE;
  if (!store_mailbase_write (
          account->mailbase, STORE_PRIORITY_CLICK, TRUE, engine_outbox_put, &outgoing, error))
    return FALSE;
  *id = outgoing.entry.id;
  return TRUE;
}

gboolean
engine_account_save_draft (EngineAccount *account,
                           gint64 *draft,
                           GBytes *source,
                           gint64 answers,
                           int answer_kind,
                           GError **error)
{
  return engine_draft_put (
      account, STORE_OUTBOX_DRAFT, source, NULL, NULL, answers, answer_kind, NULL, draft, error);
}

typedef struct
{
  const StoreOutboxEntry *entry;
  gint64 id;
} Change;

static gboolean
write_queued (StoreTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  StoreOutboxEntry entry = *change->entry;

  entry.state = STORE_OUTBOX_QUEUED;
  entry.next_try = 0;
  entry.changed = g_get_real_time ();
  return store_tx_outbox_put (tx, &entry, &change->id, error);
}

static gboolean
queue_entry (EngineAccount *account, gint64 id, const BaseCause *cause, GError **error)
{
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (account->reader, id, error);
  Change change = { entry, id };

  if (!entry || !check_addresses (entry, error))
    return FALSE;
  g_clear_pointer (&entry->cause, base_cause_unref);
  entry->cause = base_cause_ref (cause);
  return store_mailbase_write (
      account->mailbase, STORE_PRIORITY_CLICK, TRUE, write_queued, &change, error);
}

gboolean
engine_account_send_draft (EngineAccount *account,
                           gint64 draft,
                           const BaseCause *cause,
                           GError **error)
{
  return queue_entry (account, draft, cause, error);
}

gboolean
engine_account_send_again (EngineAccount *account,
                           gint64 outbox,
                           const BaseCause *cause,
                           GError **error)
{
  return queue_entry (account, outbox, cause, error);
}

static gboolean
write_discard (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_outbox_remove (tx, *(gint64 *) data, error);
}

gboolean
engine_account_discard_draft (EngineAccount *account, gint64 draft, GError **error)
{
  return store_mailbase_write (
      account->mailbase, STORE_PRIORITY_CLICK, FALSE, write_discard, &draft, error);
}
