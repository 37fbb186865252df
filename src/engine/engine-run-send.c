/* Outgoing mail, done by the calling thread. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-account-private.h"
#include "engine-draft.h"
#include "engine-error.h"
#include "engine-foreseen.h"
#include "engine-outbox.h"
#include "engine-run.h"
#include "engine-smtp.h"
#include "smtp-core.h"
#include "store-write.h"

#define OWNER_PATIENCE ((gint64) 60 * G_USEC_PER_SEC)
#define OWNER_LOOK (G_USEC_PER_SEC / 5)

/* What the server offers is known when the next letter is written. */
static gboolean
write_offer (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_set_fact (tx, ENGINE_OFFER_FACT, data, error);
}

/* That it could not be noted costs a forecast, and no letter. */
static void
keep_offer (EngineAccount *account, NetSession *session)
{
  g_autofree char *offer =
      engine_offer_write (account->info, smtp_core_offer ((SmtpCore *) net_session_core (session)));

  if (offer)
    store_mailbase_write (account->mailbase, STORE_PRIORITY_BULK, FALSE, write_offer, offer, NULL);
}

static gboolean
can_send (EngineAccount *account, GError **error)
{
  if (account->info->smtp_host && account->info->smtp_host[0])
    return TRUE;
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_CONFIG,
               _ ("The account “%s” only receives: give it an SMTP server to send with"),
               account->info->name);
  return FALSE;
}

static NetSession *
connect_outgoing (EngineAccount *account,
                  const BaseCause *cause,
                  GCancellable *cancellable,
                  GError **error)
{
  EngineConnect connect;
  NetSession *session;

  if (!engine_account_prepare (account, cause, cancellable, NULL, &connect, error))
    return NULL;
  session = engine_connect_smtp (&connect, error);
  base_secret_unref (connect.password);
  if (session)
    keep_offer (account, session);
  return session;
}

static void
say_quit (NetSession *session, const BaseCause *cause)
{
  g_autoptr (SmtpCommand) quit = smtp_command_new (SMTP_VERB_QUIT, NULL);

  engine_connect_bye (session,
                      smtp_core_submit ((SmtpCore *) net_session_core (session), quit, cause));
}

/* What is sent, and why the last of it was: that ends the session too. */
typedef struct
{
  StoreMailbase *mailbase;
  StoreReader *reader;
  gint64 id; /* 0: whatever is due */
  BaseCause *last;
} Waiting;

static StoreOutboxEntry *
next_due (gint64 except, gpointer data)
{
  Waiting *waiting = data;
  gint64 next;
  StoreOutboxEntry *entry =
      engine_outbox_due (waiting->mailbase, waiting->reader, except, &next, NULL);

  if (!entry)
    return NULL;
  g_clear_pointer (&waiting->last, base_cause_unref);
  waiting->last =
      entry->cause ? base_cause_ref (entry->cause) : base_cause_new (BASE_CAUSE_SEND, NULL);
  return entry;
}

/* One session's work. *@go_on: what is left may be tried over
 * another one. */
static gboolean
send_over_one (EngineAccount *account,
               const EngineSmtpQueue *queue,
               const BaseCause *cause,
               GCancellable *cancellable,
               gboolean *go_on,
               GError **error)
{
  const Waiting *waiting = queue->data;
  g_autoptr (NetSession) session = NULL;
  gboolean usable, good;

  *go_on = FALSE;
  session = connect_outgoing (account, cause, cancellable, error);
  if (!session)
    return FALSE;
  good = engine_smtp_run (queue, session, &usable, go_on, error);
  if (usable)
    say_quit (session, waiting->last ? waiting->last : cause);
  return good;
}

gboolean
engine_run_outbox (EngineAccount *account, GCancellable *cancellable, GError **error)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (account->mailbase, error);
  Waiting waiting = { .mailbase = account->mailbase, .reader = reader };
  EngineSmtpQueue queue = {
    .info = account->info,
    .mailbase = account->mailbase,
    .reader = reader,
    .next = next_due,
    .data = &waiting,
  };
  g_autoptr (GError) first = NULL;
  gboolean go_on = TRUE;

  if (!reader || !engine_outbox_find_fates (account->mailbase, account->info, error))
    return FALSE;
  while (go_on)
    {
      g_autoptr (GError) local = NULL;
      gint64 next;
      g_autoptr (StoreOutboxEntry) entry =
          engine_outbox_due (account->mailbase, reader, 0, &next, &local);
      g_autoptr (BaseCause) cause = entry && entry->cause ? base_cause_ref (entry->cause)
                                                          : base_cause_new (BASE_CAUSE_SEND, NULL);

      go_on = FALSE;
      if (entry && can_send (account, &local))
        send_over_one (account, &queue, cause, cancellable, &go_on, &local);
      /* Who takes a letter back knows it. */
      if (!first && (!g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                     g_cancellable_is_cancelled (cancellable)))
        first = g_steal_pointer (&local);
    }
  g_clear_pointer (&waiting.last, base_cause_unref);
  if (!first)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/* The owner's worker sends it; its answer is read from the outbox. */
static gboolean
wait_for_owner (EngineAccount *account, gint64 id, GError **error)
{
  gint64 until = g_get_monotonic_time () + OWNER_PATIENCE;

  while (g_get_monotonic_time () < until)
    {
      g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (account->reader, id, error);

      if (!entry)
        return FALSE;
      if (entry->state == STORE_OUTBOX_SENT)
        return TRUE;
      if (entry->state == STORE_OUTBOX_FAILED)
        {
          g_set_error (error,
                       ENGINE_ERROR,
                       ENGINE_ERROR_REFUSED,
                       _ ("%s refused the letter (code %u): see it in the outbox"),
                       account->info->smtp_host,
                       entry->reply_code);
          return FALSE;
        }
      if (entry->state == STORE_OUTBOX_UNKNOWN)
        {
          g_set_error_literal (
              error,
              ENGINE_ERROR,
              ENGINE_ERROR_MAYBE_SENT,
              _ ("The letter may have been sent: ask the recipients before sending "
                 "it again"));
          return FALSE;
        }
      /* The owner is another process: the outbox is looked into until it holds the answer. */
      g_usleep (OWNER_LOOK);
    }
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_OWNED,
               _ ("The letter is in the outbox, and the running Restante that has the account “%s” "
                  "will send it"),
               account->info->name);
  return FALSE;
}

static StoreOutboxEntry *
same_again (gint64 except, gpointer data)
{
  const Waiting *waiting = data;
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (waiting->reader, waiting->id, NULL);

  return entry && entry->id != except && entry->state == STORE_OUTBOX_QUEUED &&
                 entry->next_try <= store_mailbase_now (waiting->mailbase)
             ? g_steal_pointer (&entry)
             : NULL;
}

/* Goes on with those of its recipients whom the server takes in another transaction only. */
static gboolean
send_entry (EngineAccount *account, gint64 id, const BaseCause *cause, GError **error)
{
  Waiting waiting = { .mailbase = account->mailbase, .reader = account->reader, .id = id };
  EngineSmtpQueue queue = {
    .info = account->info,
    .mailbase = account->mailbase,
    .reader = account->reader,
    .cause = cause,
    .next = same_again,
    .data = &waiting,
  };
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (account->reader, id, error);
  gboolean go_on = TRUE;

  if (!entry)
    return FALSE;
  if (entry->state != STORE_OUTBOX_QUEUED)
    {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The letter was taken back"));
      return FALSE;
    }
  while (go_on && entry)
    {
      if (!send_over_one (account, &queue, cause, NULL, &go_on, error))
        return FALSE;
      g_clear_pointer (&entry, store_outbox_entry_free);
      entry = same_again (0, &waiting);
    }
  return TRUE;
}

static gboolean
write_removed (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_outbox_remove (tx, *(gint64 *) data, error);
}

/* The caller hears that it was not sent, and will send it again or not; were it tried again from
 * here too, it would go out twice. What was refused or may have been sent stays to be seen. Where
 * it cannot be taken back, since the disk is full, the caller hears that it will go out. */
static void
give_up (EngineAccount *account, gint64 id, GError **error)
{
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (account->reader, id, NULL);
  g_autoptr (GError) why = NULL;

  if (!entry || entry->state != STORE_OUTBOX_QUEUED || entry->accepted[0] ||
      store_mailbase_write (
          account->mailbase, STORE_PRIORITY_CLICK, TRUE, write_removed, &id, NULL) ||
      !error)
    return;
  why = g_steal_pointer (error);
  g_set_error (error,
               why->domain,
               why->code,
               _ ("The letter waits in the outbox, and the next “sync” sends it: do not send it "
                  "again (%s)"),
               why->message);
}

/* Some recipients may have been refused while others were accepted. */
static gboolean
check_refused (EngineAccount *account, gint64 id, GError **error)
{
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (account->reader, id, error);
  g_autofree char *list = NULL;

  if (!entry)
    return FALSE;
  if (!entry->refused || !entry->refused[0])
    return TRUE;
  list = g_strjoinv (", ", entry->refused);
  g_strdelimit (list, "\t", ' ');
  if (entry->state == STORE_OUTBOX_QUEUED)
    {
      /* Not 75 either: the others have the letter. */
      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_REFUSED,
                   _ ("The letter was accepted, but not yet for %s: it waits in the outbox for "
                      "them, and the next “sync” tries again"),
                   list);
      return FALSE;
    }
  g_set_error (
      error,
      ENGINE_ERROR,
      ENGINE_ERROR_REFUSED,
      _ ("The letter was accepted, but not for %s: correct these addresses and send to them "
         "again"),
      list);
  return FALSE;
}

gboolean
engine_run_send (EngineAccount *account,
                 GBytes *source,
                 const char *from,
                 const char *const *recipients,
                 const EngineSendWish *wish,
                 const BaseCause *cause,
                 GError **error)
{
  gint64 id = 0;

  if (!can_send (account, error))
    return FALSE;
  if (store_mailbase_is_owner (account->mailbase) &&
      !engine_outbox_recover (account->mailbase, error))
    return FALSE;
  if (!engine_draft_put (
          account, STORE_OUTBOX_QUEUED, source, from, recipients, 0, 0, wish, cause, &id, error))
    return FALSE;
  if (wish && wish->when > store_mailbase_now (account->mailbase))
    return TRUE;
  if (!store_mailbase_is_owner (account->mailbase))
    return wait_for_owner (account, id, error) && check_refused (account, id, error);
  if (!send_entry (account, id, cause, error))
    {
      give_up (account, id, error);
      return FALSE;
    }
  /* The copy in Sent is journalled; that it cannot be put there now changes nothing. */
  if (engine_account_is_imap (account))
    engine_run_journal (account, NULL, NULL);
  return check_refused (account, id, error);
}
