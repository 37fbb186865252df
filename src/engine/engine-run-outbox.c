/* What is due goes out over as few sessions as the server allows. */
#include "config.h"

#include "engine-run-outbox.h"

#include <glib/gi18n-lib.h>

#include "engine-account-private.h"
#include "engine-error.h"
#include "engine-fact.h"
#include "engine-foreseen.h"
#include "engine-outbox.h"
#include "engine-run.h"
#include "smtp-core.h"

/* What the server offers is known when the next letter is written. That it could not be noted costs
 * a forecast, and no letter. */
static void
keep_offer (EngineAccount *account, NetSession *session)
{
  g_autofree char *offer =
      engine_offer_write (account->info, smtp_core_offer ((SmtpCore *) net_session_core (session)));

  if (offer)
    engine_fact_keep (
        account->mailbase, STORE_PRIORITY_BULK, FALSE, ENGINE_OFFER_FACT, offer, NULL);
}

gboolean
engine_run_can_send (EngineAccount *account, GError **error)
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

  engine_connect_bye (
      session, smtp_core_submit ((SmtpCore *) net_session_core (session), quit, cause), NULL, NULL);
}

/* What is sent, and why the last of it was: that ends the session too. */
typedef struct
{
  StoreMailbase *mailbase;
  StoreReader *reader;
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

gboolean
engine_run_session (EngineAccount *account,
                    const EngineSmtpQueue *queue,
                    const BaseCause *cause,
                    BaseCause *const *last,
                    GCancellable *cancellable,
                    NetTotals *totals,
                    gboolean *go_on,
                    GError **error)
{
  g_autoptr (NetSession) session = NULL;
  gboolean usable, good;

  *go_on = FALSE;
  session = connect_outgoing (account, cause, cancellable, error);
  if (!session)
    return FALSE;
  good = engine_smtp_run (queue, session, &usable, go_on, error);
  if (usable)
    say_quit (session, last && *last ? *last : cause);
  if (totals)
    {
      NetTotals these;

      net_session_totals (session, &these);
      net_totals_add (totals, &these);
    }
  return good;
}

gboolean
engine_run_outbox (EngineAccount *account,
                   StoreReader *reader,
                   GCancellable *cancellable,
                   NetTotals *totals,
                   GError **error)
{
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

  if (!engine_outbox_find_fates (account->mailbase, reader, account->info, error))
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
      if (entry && engine_run_can_send (account, &local))
        engine_run_session (
            account, &queue, cause, &waiting.last, cancellable, totals, &go_on, &local);
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

gboolean
engine_run_due (EngineAccount *account,
                GCancellable *cancellable,
                EngineSyncStats *stats,
                GError **error)
{
  gint64 start = net_clock_now ();
  guint64 syncs = store_mailbase_syncs (account->mailbase);
  NetTotals totals = { 0 };
  gboolean good = engine_account_must_own (account, error) &&
                  engine_outbox_recover (account->mailbase, error) &&
                  engine_run_outbox (account, account->reader, cancellable, &totals, error);

  if (stats)
    *stats = (EngineSyncStats){
      .seconds = (double) (net_clock_now () - start) / G_USEC_PER_SEC,
      .net = totals,
      .syncs = store_mailbase_syncs (account->mailbase) - syncs,
    };
  return good;
}
