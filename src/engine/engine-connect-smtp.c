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

static SmtpCore *
core_of (NetSession *session)
{
  return (SmtpCore *) net_session_core (session);
}

static guint64
submit (const EngineConnect *connect, NetSession *session, SmtpVerb verb, const char *argument)
{
  g_autoptr (SmtpCommand) command = smtp_command_new (verb, argument);

  return smtp_core_submit (core_of (session), command, connect->cause);
}

static gboolean
turned_away (const EngineConnect *connect, const BaseEvent *event, GError **error)
{
  guint code = ((const SmtpEvent *) event)->reply.code;
  g_autofree char *said = NULL;

  if ((event->outcome == BASE_OUTCOME_OK || event->outcome == BASE_OUTCOME_NONE) && code >= 200 &&
      code < 400)
    return FALSE;
  said = dup_said (&((const SmtpEvent *) event)->reply);
  if (code >= 500)
    engine_error_set_said (error,
                           ENGINE_ERROR_REFUSED,
                           said,
                           _ ("%s turned the connection away: ask its administrator why"),
                           connect->info->smtp_host);
  else
    engine_error_set_said (error,
                           ENGINE_ERROR_TEMPORARY,
                           said,
                           _ ("%s turned the connection away: try again later"),
                           connect->info->smtp_host);
  return TRUE;
}

static gboolean
greet (const EngineConnect *connect, NetSession *session, gboolean later, GError **error)
{
  g_autoptr (BaseEvent) event = engine_wait (session, 0, NULL, NULL, error);

  return event && !turned_away (connect, event, error);
}

/* RFC 5321 §4.2.1: the word is unknown, or not implemented. */
static gboolean
is_unknown (const BaseEvent *event)
{
  guint code = ((const SmtpEvent *) event)->reply.code;

  return code == 500 || code == 502;
}

/* A server that knows no EHLO is greeted as in the days before extensions (RFC 5321 §3.2). */
static gboolean
learn (const EngineConnect *connect, NetSession *session, GError **error)
{
  g_autoptr (BaseEvent) event =
      engine_wait (session, submit (connect, session, SMTP_VERB_EHLO, OWN_NAME), NULL, NULL, error);
  g_autoptr (BaseEvent) old = NULL;

  if (!event)
    return FALSE;
  if (event->outcome == BASE_OUTCOME_OK)
    return TRUE;
  if (!is_unknown (event))
    return !turned_away (connect, event, error);
  old =
      engine_wait (session, submit (connect, session, SMTP_VERB_HELO, OWN_NAME), NULL, NULL, error);
  return old && !turned_away (connect, old, error);
}

static gboolean
has (NetSession *session, const char *keyword)
{
  return smtp_core_keyword (core_of (session), keyword) != NULL;
}

static guint64
submit_tls (const EngineConnect *connect, NetSession *session)
{
  return submit (connect, session, SMTP_VERB_STARTTLS, NULL);
}

/* RFC 4954 §6: the reply for what is not the right password. */
#define NOT_VALID 535

/* A relay that asks for no sign-in (a home server, a test) offers no AUTH: then there is nothing to
 * prove, and nothing secret to send. */
static gboolean
sign_in (const EngineConnect *connect, NetSession *session, EngineSignIn *attempt, GError **error)
{
  SmtpCore *core = core_of (session);
  g_auto (GStrv) mechanisms = smtp_core_mechanisms (core);
  SaslClient *client;
  g_autoptr (BaseEvent) event = NULL;
  g_autofree char *said = NULL;
  guint code;

  if (!smtp_core_keyword (core, "AUTH"))
    return TRUE;
  client =
      engine_connect_client (connect, ENGINE_SIDE_OUTGOING, session, mechanisms, attempt, error);
  if (!client)
    return FALSE;
  event = engine_wait (session,
                       smtp_core_authenticate (core, client, attempt->mechanism, connect->cause),
                       NULL,
                       NULL,
                       error);
  if (!event)
    return FALSE;
  if (event->outcome == BASE_OUTCOME_OK)
    return TRUE;
  said = dup_said (&((SmtpEvent *) event)->reply);
  code = ((SmtpEvent *) event)->reply.code;
  engine_connect_set_refused (connect,
                              ENGINE_SIDE_OUTGOING,
                              event->outcome == BASE_OUTCOME_TEMPORARY ? ENGINE_REFUSAL_FOR_NOW
                              : code == NOT_VALID                      ? ENGINE_REFUSAL_PASSWORD
                                                                       : ENGINE_REFUSAL_BARE,
                              said,
                              error);
  return FALSE;
}

static BaseCore *
new_core (void)
{
  return BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL));
}

static const EngineConnectWords words = {
  .side = ENGINE_SIDE_OUTGOING,
  .sign_in_step = ENGINE_CHECK_SUBMIT_SIGN_IN,
  .new_core = new_core,
  .greet = greet,
  .learn = learn,
  .tls = "STARTTLS",
  .has = has,
  .submit_tls = submit_tls,
  .sign_in = sign_in,
};

NetSession *
engine_connect_smtp (const EngineConnect *connect, GError **error)
{
  return engine_connect_enter (connect, &words, error);
}
