/* The way into a POP3 server (RFC 1939 §4, RFC 2449, RFC 2595 §4, RFC 5034). */
#include "config.h"

#include "engine-connect.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-wait.h"
#include "pop3-core.h"

static const BaseLimits limits = { .count = 4000000 };

static Pop3Event *
ask (const EngineConnect *connect, NetSession *session, Pop3Verb verb, GError **error)
{
  Pop3Core *core = (Pop3Core *) net_session_core (session);
  g_autoptr (Pop3Command) command = pop3_command_new (verb);

  return (Pop3Event *) engine_wait (
      session, pop3_core_submit (core, command, connect->cause), NULL, NULL, error);
}

/* CAPA may be unknown to old servers; that is an answer too. */
static gboolean
ask_capabilities (const EngineConnect *connect, NetSession *session, GError **error)
{
  g_autoptr (BaseEvent) event = (BaseEvent *) ask (connect, session, POP3_VERB_CAPA, error);

  return event != NULL;
}

static gboolean
greet (const EngineConnect *connect, NetSession *session, GError **error)
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

static gboolean
upgrade (const EngineConnect *connect, NetSession *session, GError **error)
{
  Pop3Core *core = (Pop3Core *) net_session_core (session);
  g_autoptr (BaseEvent) event = NULL;

  if (!ask_capabilities (connect, session, error))
    return FALSE;
  if (!pop3_core_has_capability (core, "STLS"))
    {
      engine_connect_set_no_tls (connect, ENGINE_SIDE_INCOMING, error);
      return FALSE;
    }
  event = (BaseEvent *) ask (connect, session, POP3_VERB_STLS, error);
  if (!event)
    return FALSE;
  if (event->outcome != BASE_OUTCOME_OK)
    {
      engine_connect_set_no_tls (connect, ENGINE_SIDE_INCOMING, error);
      return FALSE;
    }
  return engine_connect_upgrade (connect, ENGINE_SIDE_INCOMING, session, error);
}

static gboolean
has_usable (char **mechanisms)
{
  for (guint i = 0; mechanisms[i]; i++)
    if (sasl_mechanism_find (mechanisms[i]))
      return TRUE;
  return FALSE;
}

/* AUTH where a mechanism is offered; else USER and PASS; on an open line APOP rather than nothing,
 * though its MD5 protects little (RFC 6151). */
static guint64
submit_sign_in (const EngineConnect *connect, NetSession *session, GError **error)
{
  Pop3Core *core = (Pop3Core *) net_session_core (session);
  const StoreAccountInfo *info = connect->info;
  g_auto (GStrv) mechanisms = pop3_core_mechanisms (core);
  gboolean may_show = engine_connect_may_show (connect, ENGINE_SIDE_INCOMING, session);
  const SaslMechanism *mechanism;

  if (!has_usable (mechanisms))
    {
      if (!net_session_is_encrypted (session) && pop3_core_timestamp (core))
        return pop3_core_apop (core, info->user, connect->password, connect->cause);
      if (may_show)
        return pop3_core_login (core, info->user, connect->password, connect->cause);
    }
  mechanism = engine_connect_choose (
      connect, ENGINE_SIDE_INCOMING, session, (const char *const *) mechanisms, error);
  if (!mechanism)
    return 0;
  return pop3_core_authenticate (core,
                                 engine_connect_client (connect, ENGINE_SIDE_INCOMING, mechanism),
                                 mechanism,
                                 connect->cause);
}

static gboolean
sign_in (const EngineConnect *connect, NetSession *session, GError **error)
{
  g_autoptr (BaseEvent) event = NULL;
  guint64 exchange;

  if (!ask_capabilities (connect, session, error))
    return FALSE;
  exchange = submit_sign_in (connect, session, error);
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
  return ask_capabilities (connect, session, error);
}

static gboolean
enter (const EngineConnect *connect, NetSession *session, NetSecurity security, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean good;

  if (!greet (connect, session, error))
    return FALSE;
  if (security == NET_SECURITY_STARTTLS && !upgrade (connect, session, error))
    return FALSE;
  engine_connect_tell (connect, ENGINE_CHECK_SIGN_IN, FALSE, session, NULL, NULL);
  good = sign_in (connect, session, &local);
  engine_connect_tell (connect, ENGINE_CHECK_SIGN_IN, TRUE, session, NULL, local);
  if (!good)
    g_propagate_error (error, g_steal_pointer (&local));
  return good;
}

NetSession *
engine_connect_pop3 (const EngineConnect *connect, GError **error)
{
  Pop3Core *core = pop3_core_new (BASE_ROLE_CLIENT, &limits);
  NetSecurity security;
  g_autoptr (NetSession) session =
      engine_connect_open (connect, ENGINE_SIDE_INCOMING, BASE_CORE (core), &security, error);

  if (!session || !enter (connect, session, security, error))
    return NULL;
  return g_steal_pointer (&session);
}
