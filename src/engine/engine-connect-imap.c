/* The way into an IMAP server (RFC 9051 §6.1, §6.2; RFC 3501 for those without AUTH=). */
#include "config.h"

#include "engine-connect.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-wait.h"
#include "imap-core.h"

/* A client's own limits: a SEARCH of a million messages is one line, a letter of a megabyte may be
 * held whole, larger ones are streamed. */
static const BaseLimits limits = {
  .line = 32 * 1024 * 1024,
  .inline_body = 1024 * 1024,
  .count = 4000000,
};

static ImapEvent *
ask (const EngineConnect *connect, NetSession *session, ImapVerb verb, GError **error)
{
  ImapCore *core = (ImapCore *) net_session_core (session);
  g_autoptr (ImapCommand) command = imap_command_new (verb);

  return (ImapEvent *) engine_wait (
      session,
      imap_core_submit (core, g_steal_pointer (&command), connect->cause),
      NULL,
      NULL,
      error);
}

static gboolean
ask_capabilities (const EngineConnect *connect, NetSession *session, GError **error)
{
  ImapCore *core = (ImapCore *) net_session_core (session);
  g_autoptr (BaseEvent) event = NULL;

  if (imap_core_knows_capabilities (core))
    return TRUE;
  event = (BaseEvent *) ask (connect, session, IMAP_VERB_CAPABILITY, error);
  return event != NULL;
}

static gboolean
greet (const EngineConnect *connect, NetSession *session, NetSecurity security, GError **error)
{
  g_autoptr (BaseEvent) event = engine_wait (session, 0, NULL, NULL, error);
  ImapResponse *greeting = event ? ((ImapEvent *) event)->response : NULL;

  if (!greeting)
    return FALSE;
  if (greeting->status == IMAP_STATUS_BYE)
    {
      engine_error_set_said (error,
                             ENGINE_ERROR_TEMPORARY,
                             greeting->text,
                             _ ("%s turned the connection away: try again later"),
                             connect->info->host);
      return FALSE;
    }
  /* RFC 9051 §11.1: whoever greets with PREAUTH makes STARTTLS impossible. */
  if (greeting->status == IMAP_STATUS_PREAUTH && security == NET_SECURITY_STARTTLS)
    {
      g_set_error (
          error,
          ENGINE_ERROR,
          ENGINE_ERROR_NO_TLS,
          _ ("%s greeted us as already signed in, before any encryption, so the connection "
             "was ended: someone may be tampering with the line; try TLS on port 993"),
          connect->info->host);
      return FALSE;
    }
  return TRUE;
}

static gboolean
upgrade (const EngineConnect *connect, NetSession *session, GError **error)
{
  ImapCore *core = (ImapCore *) net_session_core (session);
  g_autoptr (BaseEvent) event = NULL;

  if (!ask_capabilities (connect, session, error))
    return FALSE;
  if (!imap_core_has_capability (core, "STARTTLS"))
    {
      engine_connect_set_no_tls (connect, ENGINE_SIDE_INCOMING, error);
      return FALSE;
    }
  event = (BaseEvent *) ask (connect, session, IMAP_VERB_STARTTLS, error);
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

/* AUTHENTICATE where a mechanism is offered, else the LOGIN command of old servers. */
static guint64
submit_sign_in (const EngineConnect *connect, NetSession *session, GError **error)
{
  ImapCore *core = (ImapCore *) net_session_core (session);
  g_auto (GStrv) mechanisms = imap_core_mechanisms (core);
  const SaslMechanism *mechanism;

  if (!has_usable (mechanisms) && !imap_core_has_capability (core, "LOGINDISABLED") &&
      engine_connect_may_show (connect, ENGINE_SIDE_INCOMING, session))
    return imap_core_submit (
        core, imap_command_login (connect->info->user, connect->password), connect->cause);
  mechanism = engine_connect_choose (
      connect, ENGINE_SIDE_INCOMING, session, (const char *const *) mechanisms, error);
  if (!mechanism)
    return 0;
  return imap_core_authenticate (core,
                                 engine_connect_client (connect, ENGINE_SIDE_INCOMING, mechanism),
                                 mechanism,
                                 connect->cause);
}

static gboolean
sign_in (const EngineConnect *connect, NetSession *session, GError **error)
{
  ImapCore *core = (ImapCore *) net_session_core (session);
  guint64 exchange;
  g_autoptr (BaseEvent) event = NULL;
  const ImapResponse *response;

  if (imap_core_get_state (core) == IMAP_STATE_AUTHENTICATED)
    return ask_capabilities (connect, session, error);
  if (!ask_capabilities (connect, session, error))
    return FALSE;
  exchange = submit_sign_in (connect, session, error);
  if (exchange == 0)
    return FALSE;
  event = engine_wait (session, exchange, NULL, NULL, error);
  if (!event)
    return FALSE;
  response = ((ImapEvent *) event)->response;
  if (event->outcome != BASE_OUTCOME_OK)
    {
      engine_connect_set_refused (connect,
                                  ENGINE_SIDE_INCOMING,
                                  event->outcome == BASE_OUTCOME_TEMPORARY,
                                  response ? response->text : NULL,
                                  error);
      return FALSE;
    }
  return ask_capabilities (connect, session, error);
}

static gboolean
enter (const EngineConnect *connect, NetSession *session, NetSecurity security, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean good;

  if (!greet (connect, session, security, error))
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
engine_connect_imap (const EngineConnect *connect, GError **error)
{
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, &limits);
  NetSecurity security;
  g_autoptr (NetSession) session =
      engine_connect_open (connect, ENGINE_SIDE_INCOMING, BASE_CORE (core), &security, error);

  if (!session || !enter (connect, session, security, error))
    return NULL;
  return g_steal_pointer (&session);
}
