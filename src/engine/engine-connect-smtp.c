/* The way into a submission server (RFC 6409, RFC 5321 §4.1, RFC 3207, RFC 4954). */
#include "config.h"

#include "engine-connect.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-wait.h"
#include "smtp-core.h"

/* RFC 5321 §4.1.3: an address literal where there is no name to give; it tells nothing about the
 * person's machine. */
#define OWN_NAME "[127.0.0.1]"

static char *
dup_said (const SmtpReply *reply)
{
  return reply->lines ? smtp_reply_dup_text (reply) : NULL;
}

static SmtpEvent *
ask (const EngineConnect *connect,
     NetSession *session,
     SmtpVerb verb,
     const char *argument,
     GError **error)
{
  SmtpCore *core = (SmtpCore *) net_session_core (session);
  g_autoptr (SmtpCommand) command = smtp_command_new (verb, argument);

  return (SmtpEvent *) engine_wait (
      session, smtp_core_submit (core, command, connect->cause), NULL, NULL, error);
}

static gboolean
turned_away (const EngineConnect *connect, const BaseEvent *event, GError **error)
{
  g_autofree char *said = NULL;

  if (event->outcome == BASE_OUTCOME_OK || event->outcome == BASE_OUTCOME_NONE)
    {
      guint code = ((const SmtpEvent *) event)->reply.code;

      if (code >= 200 && code < 400)
        return FALSE;
    }
  said = dup_said (&((const SmtpEvent *) event)->reply);
  engine_error_set_said (error,
                         event->outcome == BASE_OUTCOME_REFUSED ? ENGINE_ERROR_REFUSED
                                                                : ENGINE_ERROR_TEMPORARY,
                         said,
                         _ ("%s turned the connection away: try again later"),
                         connect->info->smtp_host);
  return TRUE;
}

static gboolean
hello (const EngineConnect *connect, NetSession *session, GError **error)
{
  g_autoptr (BaseEvent) event =
      (BaseEvent *) ask (connect, session, SMTP_VERB_EHLO, OWN_NAME, error);

  if (!event)
    return FALSE;
  if (event->outcome == BASE_OUTCOME_OK)
    return TRUE;
  return !turned_away (connect, event, error);
}

static gboolean
upgrade (const EngineConnect *connect, NetSession *session, GError **error)
{
  SmtpCore *core = (SmtpCore *) net_session_core (session);
  g_autoptr (BaseEvent) event = NULL;

  if (!smtp_core_keyword (core, "STARTTLS"))
    {
      engine_connect_set_no_tls (connect, ENGINE_SIDE_OUTGOING, error);
      return FALSE;
    }
  event = (BaseEvent *) ask (connect, session, SMTP_VERB_STARTTLS, NULL, error);
  if (!event)
    return FALSE;
  if (event->outcome != BASE_OUTCOME_OK)
    {
      engine_connect_set_no_tls (connect, ENGINE_SIDE_OUTGOING, error);
      return FALSE;
    }
  return engine_connect_upgrade (connect, ENGINE_SIDE_OUTGOING, session, error) &&
         hello (connect, session, error);
}

/* A relay that asks for no sign-in (a home server, a test) offers no AUTH: then there is nothing to
 * prove, and nothing secret to send. */
static gboolean
sign_in (const EngineConnect *connect, NetSession *session, GError **error)
{
  SmtpCore *core = (SmtpCore *) net_session_core (session);
  g_auto (GStrv) mechanisms = smtp_core_mechanisms (core);
  const SaslMechanism *mechanism;
  g_autoptr (BaseEvent) event = NULL;
  g_autofree char *said = NULL;

  if (!smtp_core_keyword (core, "AUTH"))
    return TRUE;
  mechanism = engine_connect_choose (
      connect, ENGINE_SIDE_OUTGOING, session, (const char *const *) mechanisms, error);
  if (!mechanism)
    return FALSE;
  event = engine_wait (
      session,
      smtp_core_authenticate (core,
                              engine_connect_client (connect, ENGINE_SIDE_OUTGOING, mechanism),
                              mechanism,
                              connect->cause),
      NULL,
      NULL,
      error);
  if (!event)
    return FALSE;
  if (event->outcome == BASE_OUTCOME_OK)
    return TRUE;
  said = dup_said (&((SmtpEvent *) event)->reply);
  engine_connect_set_refused (
      connect, ENGINE_SIDE_OUTGOING, event->outcome == BASE_OUTCOME_TEMPORARY, said, error);
  return FALSE;
}

static gboolean
enter (const EngineConnect *connect, NetSession *session, NetSecurity security, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BaseEvent) greeting = engine_wait (session, 0, NULL, NULL, error);
  gboolean good;

  if (!greeting || turned_away (connect, greeting, error))
    return FALSE;
  if (!hello (connect, session, error))
    return FALSE;
  if (security == NET_SECURITY_STARTTLS && !upgrade (connect, session, error))
    return FALSE;
  engine_connect_tell (connect, ENGINE_CHECK_SUBMIT_SIGN_IN, FALSE, session, NULL, NULL);
  good = sign_in (connect, session, &local);
  engine_connect_tell (connect, ENGINE_CHECK_SUBMIT_SIGN_IN, TRUE, session, NULL, local);
  if (!good)
    g_propagate_error (error, g_steal_pointer (&local));
  return good;
}

NetSession *
engine_connect_smtp (const EngineConnect *connect, GError **error)
{
  SmtpCore *core = smtp_core_new (BASE_ROLE_CLIENT, NULL);
  NetSecurity security;
  g_autoptr (NetSession) session =
      engine_connect_open (connect, ENGINE_SIDE_OUTGOING, BASE_CORE (core), &security, error);

  if (!session || !enter (connect, session, security, error))
    return NULL;
  return g_steal_pointer (&session);
}
