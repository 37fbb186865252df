/* One letter, sent while the caller waits. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-account-private.h"
#include "engine-draft.h"
#include "engine-error.h"
#include "engine-outbox.h"
#include "engine-run-outbox.h"
#include "engine-run.h"
#include "store-write.h"

#define OWNER_PATIENCE ((gint64) 60 * G_USEC_PER_SEC)
#define OWNER_LOOK (G_USEC_PER_SEC / 5)

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

typedef struct
{
  StoreMailbase *mailbase;
  StoreReader *reader;
  gint64 id;
} Letter;

static StoreOutboxEntry *
same_again (gint64 except, gpointer data)
{
  const Letter *letter = data;
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_find (letter->reader, letter->id, NULL);

  return entry && entry->id != except && entry->state == STORE_OUTBOX_QUEUED &&
                 entry->next_try <= store_mailbase_now (letter->mailbase)
             ? g_steal_pointer (&entry)
             : NULL;
}

/* Goes on with those of its recipients whom the server takes in another transaction only. */
static gboolean
send_entry (EngineAccount *account, gint64 id, const BaseCause *cause, GError **error)
{
  Letter letter = { .mailbase = account->mailbase, .reader = account->reader, .id = id };
  EngineSmtpQueue queue = {
    .info = account->info,
    .mailbase = account->mailbase,
    .reader = account->reader,
    .cause = cause,
    .next = same_again,
    .data = &letter,
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
      if (!engine_run_session (account, &queue, cause, NULL, NULL, NULL, &go_on, error))
        return FALSE;
      g_clear_pointer (&entry, store_outbox_entry_free);
      entry = same_again (0, &letter);
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

  if (!engine_run_can_send (account, error))
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
