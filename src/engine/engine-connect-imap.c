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

static ImapCore *
core_of (NetSession *session)
{
  return (ImapCore *) net_session_core (session);
}

static guint64
submit (const EngineConnect *connect, NetSession *session, ImapVerb verb)
{
  return imap_core_submit (core_of (session), imap_command_new (verb), connect->cause);
}

static gboolean
learn (const EngineConnect *connect, NetSession *session, GError **error)
{
  g_autoptr (BaseEvent) event = NULL;

  if (imap_core_knows_capabilities (core_of (session)))
    return TRUE;
  event = engine_wait (session, submit (connect, session, IMAP_VERB_CAPABILITY), NULL, NULL, error);
  return event != NULL;
}

static gboolean
has (NetSession *session, const char *capability)
{
  return imap_core_has_capability (core_of (session), capability);
}

static guint64
submit_tls (const EngineConnect *connect, NetSession *session)
{
  return submit (connect, session, IMAP_VERB_STARTTLS);
}

static gboolean
greet (const EngineConnect *connect, NetSession *session, gboolean later, GError **error)
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
  if (greeting->status == IMAP_STATUS_PREAUTH && later)
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

/* AUTHENTICATE where a mechanism is offered, else the LOGIN command of old servers. */
static guint64
submit_sign_in (const EngineConnect *connect,
                NetSession *session,
                EngineSignIn *attempt,
                GError **error)
{
  ImapCore *core = core_of (session);
  g_auto (GStrv) mechanisms = imap_core_mechanisms (core);
  SaslClient *client;

  if (!engine_connect_knows_any (connect, attempt, mechanisms) &&
      !imap_core_has_capability (core, "LOGINDISABLED") &&
      engine_connect_may_login (connect, ENGINE_SIDE_INCOMING, session))
    return imap_core_submit (
        core, imap_command_login (connect->info->user, connect->password), connect->cause);
  client =
      engine_connect_client (connect, ENGINE_SIDE_INCOMING, session, mechanisms, attempt, error);
  return client ? imap_core_authenticate (core, client, attempt->mechanism, connect->cause) : 0;
}

/* RFC 5530 §3. What has another code, or none, may have another reason. */
static EngineRefusal
refusal_of (const BaseEvent *event, const ImapResponse *response)
{
  if (event->outcome == BASE_OUTCOME_TEMPORARY)
    return ENGINE_REFUSAL_FOR_NOW;
  switch (response ? (int) response->code.type : -1)
    {
    case IMAP_CODE_AUTHENTICATIONFAILED:
    case IMAP_CODE_AUTHORIZATIONFAILED:
    case IMAP_CODE_CONTACTADMIN:
    case IMAP_CODE_EXPIRED:
    case IMAP_CODE_NOPERM:
    case IMAP_CODE_PRIVACYREQUIRED:
      return ENGINE_REFUSAL_PASSWORD;
    default:
      return ENGINE_REFUSAL_BARE;
    }
}

static gboolean
sign_in (const EngineConnect *connect, NetSession *session, EngineSignIn *attempt, GError **error)
{
  ImapCore *core = core_of (session);
  guint64 exchange;
  g_autoptr (BaseEvent) event = NULL;
  const ImapResponse *response;

  if (imap_core_get_state (core) == IMAP_STATE_AUTHENTICATED)
    return TRUE;
  exchange = submit_sign_in (connect, session, attempt, error);
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
                                  refusal_of (event, response),
                                  response ? response->text : NULL,
                                  error);
      return FALSE;
    }
  return learn (connect, session, error);
}

static BaseCore *
new_core (void)
{
  return BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, &limits));
}

static const EngineConnectWords words = {
  .side = ENGINE_SIDE_INCOMING,
  .sign_in_step = ENGINE_CHECK_SIGN_IN,
  .new_core = new_core,
  .greet = greet,
  .learn = learn,
  .tls = "STARTTLS",
  .has = has,
  .submit_tls = submit_tls,
  .sign_in = sign_in,
};

NetSession *
engine_connect_imap (const EngineConnect *connect, GError **error)
{
  return engine_connect_enter (connect, &words, error);
}
