/* The way into a POP3 server (RFC 1939 §4, RFC 2449, RFC 2595 §4, RFC 5034). */
#include "config.h"

#include "engine-connect.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-wait.h"
#include "pop3-core.h"

static const BaseLimits limits = { .count = 4000000 };

static Pop3Core *
core_of (NetSession *session)
{
  return (Pop3Core *) net_session_core (session);
}

static guint64
submit (const EngineConnect *connect, NetSession *session, Pop3Verb verb)
{
  g_autoptr (Pop3Command) command = pop3_command_new (verb);

  return pop3_core_submit (core_of (session), command, connect->cause);
}

/* CAPA may be unknown to old servers; that is an answer too. */
static gboolean
learn (const EngineConnect *connect, NetSession *session, GError **error)
{
  g_autoptr (BaseEvent) event =
      engine_wait (session, submit (connect, session, POP3_VERB_CAPA), NULL, NULL, error);

  return event != NULL;
}

static gboolean
has (NetSession *session, const char *capability)
{
  return pop3_core_has_capability (core_of (session), capability);
}

static guint64
submit_tls (const EngineConnect *connect, NetSession *session)
{
  return submit (connect, session, POP3_VERB_STLS);
}

static gboolean
greet (const EngineConnect *connect, NetSession *session, gboolean later, GError **error)
{
  g_autoptr (BaseEvent) event = engine_wait (session, 0, NULL, NULL, error);

  if (!event)
    return FALSE;
  if (!((Pop3Event *) event)->status.ok)
    {
      engine_error_set_said (error,
                             ENGINE_ERROR_TEMPORARY,
                             ((Pop3Event *) event)->status.text,
                             _ ("%s turned the connection away: try again later"),
                             connect->info->host);
      return FALSE;
    }
  return TRUE;
}

/* AUTH where a mechanism is offered; else USER and PASS; on an open line APOP rather than nothing,
 * though its MD5 protects little (RFC 6151). */
static guint64
submit_sign_in (const EngineConnect *connect,
                NetSession *session,
                EngineSignIn *attempt,
                GError **error)
{
  Pop3Core *core = core_of (session);
  const StoreAccountInfo *info = connect->info;
  g_auto (GStrv) mechanisms = pop3_core_mechanisms (core);
  gboolean may_show = engine_connect_may_show (connect, ENGINE_SIDE_INCOMING, session);
  SaslClient *client;

  if (!engine_connect_knows_any (mechanisms))
    {
      if (!net_session_is_encrypted (session) && pop3_core_timestamp (core))
        return pop3_core_apop (core, info->user, connect->password, connect->cause);
      if (may_show)
        return pop3_core_login (core, info->user, connect->password, connect->cause);
    }
  client =
      engine_connect_client (connect, ENGINE_SIDE_INCOMING, session, mechanisms, attempt, error);
  return client ? pop3_core_authenticate (core, client, attempt->mechanism, connect->cause) : 0;
}

static gboolean
sign_in (const EngineConnect *connect, NetSession *session, EngineSignIn *attempt, GError **error)
{
  g_autoptr (BaseEvent) event = NULL;
  guint64 exchange;

  exchange = submit_sign_in (connect, session, attempt, error);
  if (exchange == 0)
    return FALSE;
  event = engine_wait (session, exchange, NULL, NULL, error);
  if (!event)
    return FALSE;
  if (event->outcome != BASE_OUTCOME_OK)
    {
      engine_connect_set_refused (connect,
                                  ENGINE_SIDE_INCOMING,
                                  event->outcome == BASE_OUTCOME_TEMPORARY,
                                  ((Pop3Event *) event)->status.text,
                                  error);
      return FALSE;
    }
  /* RFC 2449 §5: what is offered may differ after the sign-in. */
  return learn (connect, session, error);
}

static const EngineConnectWords words = {
  .side = ENGINE_SIDE_INCOMING,
  .sign_in_step = ENGINE_CHECK_SIGN_IN,
  .greet = greet,
  .learn = learn,
  .tls = "STLS",
  .has = has,
  .submit_tls = submit_tls,
  .sign_in = sign_in,
};

NetSession *
engine_connect_pop3 (const EngineConnect *connect, GError **error)
{
  return engine_connect_enter (
      connect, &words, BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, &limits)), error);
}
