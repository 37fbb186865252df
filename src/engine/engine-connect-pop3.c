/* The way into a POP3 server (RFC 1939 §4, RFC 2449, RFC 2595 §4, RFC 3206, RFC 5034, RFC 6856). */
#include "config.h"

#include "engine-connect.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-wait.h"
#include "pop3-core.h"

static const BaseLimits limits = { .count = 4000000 };

/* Between two visits, where a server wants a pause and does not say how long. */
#define USUAL_PAUSE 600

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
  gboolean may_login = engine_connect_may_login (connect, ENGINE_SIDE_INCOMING, session);
  SaslClient *client;

  if (!engine_connect_knows_any (connect, attempt, mechanisms))
    {
      if (!net_session_is_encrypted (session) && pop3_core_timestamp (core) &&
          (connect->proofs & SASL_PROOF_PASSWORD))
        return pop3_core_apop (core, info->user, connect->password, connect->cause);
      if (may_login)
        return pop3_core_login (core, info->user, connect->password, connect->cause);
    }
  client =
      engine_connect_client (connect, ENGINE_SIDE_INCOMING, session, mechanisms, attempt, error);
  return client ? pop3_core_authenticate (core, client, attempt->mechanism, connect->cause) : 0;
}

/* LOGIN-DELAY (RFC 2449 §6.6); what is said after the sign-in is this person's. */
static void
note_pause (const EngineConnect *connect, NetSession *session)
{
  const char *said = pop3_core_capability (core_of (session), "LOGIN-DELAY");

  if (connect->pause && said)
    *connect->pause = (guint) MIN (g_ascii_strtoull (said, NULL, 10), 24 * 60 * 60);
}

/* Why, by the response code (RFC 2449 §8.1, RFC 3206): only some of the reasons are the
 * password's. */
static void
set_refused (const EngineConnect *connect, const Pop3Status *status, GError **error)
{
  const char *code = status->code ? status->code : "";
  const char *host = connect->info->host;

  if (strcmp (code, "IN-USE") == 0)
    engine_error_set_said (
        error,
        ENGINE_ERROR_TEMPORARY,
        status->text,
        _ ("The mailbox at %s is open in another program, and POP3 lets only one "
           "in at a time: this program waits and tries again"),
        host);
  else if (strcmp (code, "LOGIN-DELAY") == 0)
    engine_error_set_said (error,
                           ENGINE_ERROR_TEMPORARY,
                           status->text,
                           _ ("%s wants a longer pause between two visits: this program waits and "
                              "tries again"),
                           host);
  else if (strcmp (code, "SYS/PERM") == 0)
    engine_error_set_said (error,
                           ENGINE_ERROR_REFUSED,
                           status->text,
                           _ ("%s cannot open this mailbox, and it is not the password’s fault: "
                              "ask its administrator"),
                           host);
  else
    engine_connect_set_refused (connect,
                                ENGINE_SIDE_INCOMING,
                                pop3_status_outcome (status) == BASE_OUTCOME_TEMPORARY
                                    ? ENGINE_REFUSAL_FOR_NOW
                                : strcmp (code, "AUTH") == 0 ? ENGINE_REFUSAL_PASSWORD
                                                             : ENGINE_REFUSAL_BARE,
                                status->text,
                                error);
  if (connect->pause && *connect->pause == 0 && strcmp (code, "LOGIN-DELAY") == 0)
    *connect->pause = USUAL_PAUSE;
}

/* The language of the person, for what the server says (RFC 6856 §3); English is its own. */
static Pop3Command *
make_lang (void)
{
  const char *locale = g_get_language_names ()[0];
  gsize len = strspn (locale, "abcdefghijklmnopqrstuvwxyz");
  Pop3Command *command;

  if (len < 2 || len > 3 || strncmp (locale, "en", len) == 0)
    return NULL;
  command = pop3_command_new (POP3_VERB_LANG);
  command->name = g_strndup (locale, len);
  return command;
}

/* Before the sign-in, and only then (RFC 6856 §2.1). A server that refuses either goes on as
 * before. */
static gboolean
agree_on_letters (const EngineConnect *connect, NetSession *session, GError **error)
{
  Pop3Core *core = core_of (session);
  g_autoptr (Pop3Command) utf8 = pop3_command_new (POP3_VERB_UTF8);
  g_autoptr (Pop3Command) lang = make_lang ();
  g_autoptr (BaseEvent) agreed = NULL;
  g_autoptr (BaseEvent) chosen = NULL;

  if (pop3_core_has_capability (core, "UTF8"))
    {
      agreed =
          engine_wait (session, pop3_core_submit (core, utf8, connect->cause), NULL, NULL, error);
      if (!agreed)
        return FALSE;
    }
  if (!lang || !pop3_core_has_capability (core, "LANG"))
    return TRUE;
  chosen = engine_wait (session, pop3_core_submit (core, lang, connect->cause), NULL, NULL, error);
  return chosen != NULL;
}

static gboolean
sign_in (const EngineConnect *connect, NetSession *session, EngineSignIn *attempt, GError **error)
{
  g_autoptr (BaseEvent) event = NULL;
  guint64 exchange;

  note_pause (connect, session);
  if (!agree_on_letters (connect, session, error))
    return FALSE;
  exchange = submit_sign_in (connect, session, attempt, error);
  if (exchange == 0)
    return FALSE;
  event = engine_wait (session, exchange, NULL, NULL, error);
  if (!event)
    return FALSE;
  if (event->outcome != BASE_OUTCOME_OK)
    {
      set_refused (connect, &((Pop3Event *) event)->status, error);
      return FALSE;
    }
  /* RFC 2449 §5: what is offered may differ after the sign-in. */
  if (!learn (connect, session, error))
    return FALSE;
  note_pause (connect, session);
  return TRUE;
}

static BaseCore *
new_core (void)
{
  return BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, &limits));
}

static const EngineConnectWords words = {
  .side = ENGINE_SIDE_INCOMING,
  .sign_in_step = ENGINE_CHECK_SIGN_IN,
  .new_core = new_core,
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
  return engine_connect_enter (connect, &words, error);
}
