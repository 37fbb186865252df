/* Drafts are outbox entries in the state DRAFT; sending one is a change of its state. */
#include "config.h"

#include "engine-draft.h"

#include <glib/gi18n-lib.h>

#include "engine-account-private.h"
#include "engine-outbox.h"
#include "engine-worker.h"
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
                  const EngineSendWish *wish,
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
      .next_try = wish ? wish->when : 0,
      .options = wish ? wish->options : 0,
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

static void
ring (EngineAccount *account)
{
  if (account->incoming)
    engine_worker_push (account->incoming, ENGINE_JOB_DRAFT, 0, FALSE, NULL);
}

static gboolean
put_draft (EngineAccount *account,
           gint64 *draft,
           GBytes *source,
           gint64 answers,
           int answer_kind,
           GError **error)
{
  return engine_draft_put (account,
                           STORE_OUTBOX_DRAFT,
                           source,
                           NULL,
                           NULL,
                           answers,
                           answer_kind,
                           NULL,
                           NULL,
                           draft,
                           error);
}

gboolean
engine_account_save_draft (EngineAccount *account,
                           gint64 *draft,
                           GBytes *source,
                           gint64 answers,
                           int answer_kind,
                           GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean good = put_draft (account, draft, source, answers, answer_kind, &local);

  /* Another client removed it while somebody wrote on here: what was written is kept. */
  if (!good && *draft != 0 && g_error_matches (local, STORE_ERROR, STORE_ERROR_NOT_FOUND))
    {
      *draft = 0;
      good = put_draft (account, draft, source, answers, answer_kind, error);
    }
  else if (!good)
    g_propagate_error (error, g_steal_pointer (&local));
  if (good)
    ring (account);
  return good;
}

gint64
engine_account_draft_of (EngineAccount *account, gint64 placement)
{
  return store_reader_draft_of (account->reader, placement);
}

typedef struct
{
  gint64 draft, placement;
} Adoption;

static gboolean
write_adoption (StoreTx *tx, gpointer data, GError **error)
{
  const Adoption *adoption = data;

  return store_tx_draft_adopt (tx, adoption->draft, adoption->placement, error);
}

gboolean
engine_account_adopt_draft (EngineAccount *account, gint64 draft, gint64 placement, GError **error)
{
  Adoption adoption = { draft, placement };

  return store_mailbase_write (
      account->mailbase, STORE_PRIORITY_CLICK, TRUE, write_adoption, &adoption, error);
}

typedef struct
{
  StoreOutboxEntry *entry;
  gint64 id;
} Change;

typedef struct
{
  Change change;
  StoreOutboxState was;
} Queued;

static gboolean
write_change (StoreTx *tx, gpointer data, GError **error)
{
  Change *change = data;

  return store_tx_outbox_put (tx, change->entry, &change->id, error);
}

/* What the person decided about may be on its way by now: it goes once. */
static gboolean
write_queued (StoreTx *tx, gpointer data, GError **error)
{
  Queued *queued = data;
  StoreOutboxState state;

  if (!store_tx_outbox_current (tx, queued->change.id, &state, NULL, NULL, error))
    return FALSE;
  if (state != queued->was || state == STORE_OUTBOX_SENDING)
    {
      g_set_error_literal (error,
                           STORE_ERROR,
                           STORE_ERROR_EXISTS,
                           _ ("It is too late to change the letter: it is on its way."));
      return FALSE;
    }
  return write_change (tx, &queued->change, error);
}

static gboolean
queue_entry (EngineAccount *account,
             StoreOutboxEntry *entry,
             gint64 when,
             const BaseCause *cause,
             GError **error)
{
  Queued queued = { { entry, entry->id }, entry->state };

  if (!check_addresses (entry, error))
    return FALSE;
  g_clear_pointer (&entry->cause, base_cause_unref);
  entry->cause = base_cause_ref (cause);
  entry->state = STORE_OUTBOX_QUEUED;
  entry->next_try = when;
  return store_mailbase_write (
      account->mailbase, STORE_PRIORITY_CLICK, TRUE, write_queued, &queued, error);
}

gboolean
engine_account_send_draft (EngineAccount *account,
                           gint64 draft,
                           const EngineSendWish *wish,
                           const BaseCause *cause,
                           GError **error)
{
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (account->reader, draft, error);

  if (!entry)
    return FALSE;
  if (wish)
    entry->options = wish->options;
  if (!queue_entry (account, entry, wish ? wish->when : 0, cause, error))
    return FALSE;
  ring (account);
  return TRUE;
}

/* Whoever has it is asked no more. */
static void
drop_accepted (StoreOutboxEntry *entry)
{
  g_autoptr (GStrvBuilder) left = g_strv_builder_new ();

  for (guint i = 0; entry->recipients[i]; i++)
    if (!g_strv_contains ((const char *const *) entry->accepted, entry->recipients[i]))
      g_strv_builder_add (left, entry->recipients[i]);
  /* Its copy in Sent was filed with the first of them. */
  if (entry->accepted[0])
    entry->save_copy = FALSE;
  g_strfreev (entry->recipients);
  entry->recipients = g_strv_builder_end (left);
}

gboolean
engine_account_send_again (EngineAccount *account,
                           gint64 outbox,
                           const BaseCause *cause,
                           GError **error)
{
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (account->reader, outbox, error);

  if (!entry)
    return FALSE;
  drop_accepted (entry);
  return queue_entry (account, entry, 0, cause, error);
}

static gboolean
refuse_on_its_way (GError **error)
{
  g_set_error_literal (error,
                       STORE_ERROR,
                       STORE_ERROR_EXISTS,
                       _ ("It is too late to take the letter back: it is on its way."));
  return FALSE;
}

static gboolean
write_unsent (StoreTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  StoreOutboxState state;

  if (!store_tx_outbox_current (tx, change->id, &state, NULL, NULL, error))
    return FALSE;
  return state == STORE_OUTBOX_QUEUED ? write_change (tx, change, error)
                                      : refuse_on_its_way (error);
}

gboolean
engine_account_unsend (EngineAccount *account, gint64 outbox, GError **error)
{
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (account->reader, outbox, error);
  Change change = { entry, outbox };

  if (!entry)
    return FALSE;
  drop_accepted (entry);
  entry->state = STORE_OUTBOX_DRAFT;
  entry->next_try = 0;
  return store_mailbase_write (
      account->mailbase, STORE_PRIORITY_CLICK, TRUE, write_unsent, &change, error);
}

/* What became of one that is on its way could not be told without it. */
static gboolean
write_discard (StoreTx *tx, gpointer data, GError **error)
{
  gint64 draft = *(gint64 *) data;
  StoreOutboxState state;
  g_autoptr (GError) local = NULL;

  if (!store_tx_outbox_current (tx, draft, &state, NULL, NULL, &local))
    {
      if (g_error_matches (local, STORE_ERROR, STORE_ERROR_NOT_FOUND))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return state == STORE_OUTBOX_SENDING ? refuse_on_its_way (error)
                                       : store_tx_outbox_remove (tx, draft, error);
}

gboolean
engine_account_discard_draft (EngineAccount *account, gint64 draft, GError **error)
{
  if (!store_mailbase_write (
          account->mailbase, STORE_PRIORITY_CLICK, FALSE, write_discard, &draft, error))
    return FALSE;
  ring (account);
  return TRUE;
}
