/* When to visit a POP3 server, and how often to come back: the pause it asks for (LOGIN-DELAY, RFC
 * 2449 §6.6) is remembered, and letters without an end are got past by a new connection. */
#include "config.h"

#include "engine-pop3-private.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-fact.h"

/* A fact of the mailbox: the pause in seconds, as of the last sign-in. */
#define PAUSE_FACT "pop3-pause"
#define MOST_RETURNS 3
/* So long a pause is sat out; Courier asks for ten seconds. */
#define SHORT_PAUSE (30 * G_USEC_PER_SEC)

gint64
engine_pop3_next_visit (StoreMailbase *mailbase)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, NULL);
  gint64 at = 0, pause, now = store_mailbase_now (mailbase);
  g_autofree char *said = reader ? store_reader_fact (reader, PAUSE_FACT, &at) : NULL;

  pause = said ? g_ascii_strtoll (said, NULL, 10) * G_USEC_PER_SEC : 0;
  /* A clock that was set back makes nobody wait for years. */
  return pause > 0 && at <= now && now < at + pause ? at + pause : 0;
}

static gboolean
keep_pause (StoreMailbase *mailbase, guint pause, GError **error)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, error);
  g_autofree char *before = reader ? store_reader_fact (reader, PAUSE_FACT, NULL) : NULL;
  g_autofree char *value = g_strdup_printf ("%u", pause);

  if (!reader)
    return FALSE;
  return (pause == 0 && (!before || g_strcmp0 (before, "0") == 0)) ||
         engine_fact_keep (mailbase, STORE_PRIORITY_BULK, FALSE, PAUSE_FACT, value, error);
}

static gboolean
sit_out (const EngineConnect *connect, gint64 microseconds, GError **error)
{
  GPollFD cancelled = { .fd = -1 };
  gboolean can_end = g_cancellable_make_pollfd (connect->cancellable, &cancelled);

  g_poll (&cancelled, can_end ? 1 : 0, (int) (microseconds / 1000) + 1);
  if (can_end)
    g_cancellable_release_fd (connect->cancellable);
  return !g_cancellable_set_error_if_cancelled (connect->cancellable, error);
}

static gboolean
check_pause (const EngineConnect *connect, StoreMailbase *mailbase, GError **error)
{
  gint64 next = engine_pop3_next_visit (mailbase);
  gint64 pause = next - store_mailbase_now (mailbase);
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *text = NULL;

  if (next == 0)
    return TRUE;
  if (pause <= SHORT_PAUSE)
    return sit_out (connect, pause, error);
  time = g_date_time_new_from_unix_local (next / G_USEC_PER_SEC + 1);
  text = g_date_time_format (time, "%H:%M:%S");
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_TEMPORARY,
               _ ("%s asks for a pause between two visits: the next one can be at %s"),
               connect->info->host,
               text);
  return FALSE;
}

typedef struct
{
  const EngineConnect *connect;
  StoreMailbase *mailbase;
  const EnginePop3Wish *wish;
  const EngineWork *work;
  NetTotals *totals;
  GHashTable *endless;
  guint pause;
} Visit;

static void
add_totals (NetTotals *sum, NetSession *session)
{
  NetTotals totals;

  if (!sum)
    return;
  net_session_totals (session, &totals);
  net_totals_add (sum, &totals);
}

static gboolean
visit_once (Visit *visit, GError **error)
{
  EngineConnect connect = *visit->connect;
  EnginePop3 pop3 = {
    .info = connect.info,
    .mailbase = visit->mailbase,
    .wish = visit->wish,
    .work = visit->work,
    .cause = connect.cause,
    .endless = visit->endless,
  };
  g_autoptr (NetSession) session = NULL;
  gboolean good;

  connect.pause = &visit->pause;
  session = engine_connect_pop3 (&connect, error);
  if (!keep_pause (visit->mailbase, visit->pause, session ? error : NULL) || !session)
    return FALSE;
  pop3.session = session;
  good = engine_pop3_collect (&pop3, error);
  add_totals (visit->totals, session);
  return good;
}

/* Comes back for those behind a letter without an end. */
static gboolean
visit_all (Visit *visit, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i <= MOST_RETURNS; i++)
    {
      g_autoptr (GError) local = NULL;
      guint before = g_hash_table_size (visit->endless);

      if (visit_once (visit, &local))
        break;
      if (!first)
        first = g_steal_pointer (&local);
      if (visit->pause > 0 || g_hash_table_size (visit->endless) == before)
        break;
    }
  if (!first)
    return TRUE;
  if (g_hash_table_size (visit->endless) > 0 &&
      g_error_matches (first, BASE_CORE_ERROR, BASE_CORE_ERROR_LIMIT))
    {
      /* The connection was given up for it, and may be made again. */
      first->domain = ENGINE_ERROR;
      first->code = ENGINE_ERROR_TEMPORARY;
    }
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

gboolean
engine_pop3_visit (const EngineConnect *connect,
                   StoreMailbase *mailbase,
                   const EnginePop3Wish *wish,
                   const EngineWork *work,
                   NetTotals *totals,
                   GError **error)
{
  static const EnginePop3Wish nothing = { 0 };
  Visit visit = {
    .connect = connect,
    .mailbase = mailbase,
    .wish = wish ? wish : &nothing,
    .work = work,
    .totals = totals,
  };
  gboolean good;

  if (!check_pause (connect, mailbase, error))
    return FALSE;
  visit.endless = engine_pop3_endless_load (mailbase);
  good = visit_all (&visit, error);
  g_hash_table_unref (visit.endless);
  return good;
}
