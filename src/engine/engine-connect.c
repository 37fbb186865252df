/* What the three protocols share on the way to a signed-in session. */
#include "config.h"

#include "engine-connect.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-credential.h"
#include "engine-error.h"
#include "engine-taken.h"
#include "engine-tied.h"
#include "engine-wait.h"

#define BYE_PATIENCE G_USEC_PER_SEC

static gboolean
is_outgoing (EngineSide side)
{
  return side == ENGINE_SIDE_OUTGOING;
}

static guint16
port_of (const EngineConnect *connect, EngineSide side)
{
  return is_outgoing (side) ? connect->info->smtp_port : connect->info->port;
}

static const char *
user_name (const EngineConnect *connect, EngineSide side)
{
  const StoreAccountInfo *info = connect->info;

  return is_outgoing (side) && info->smtp_user && info->smtp_user[0] ? info->smtp_user : info->user;
}

void
engine_connect_tell (const EngineConnect *connect,
                     EngineCheckStep step,
                     gboolean done,
                     NetSession *session,
                     const char *detail,
                     const GError *error)
{
  if (connect->step)
    connect->step (step, done, session, detail, error, connect->step_data);
}

static EngineCheckStep
connect_step (EngineSide side)
{
  return is_outgoing (side) ? ENGINE_CHECK_SUBMIT_CONNECT : ENGINE_CHECK_CONNECT;
}

static const char *
security_word (const EngineConnect *connect, EngineSide side)
{
  const char *word = is_outgoing (side) ? connect->info->smtp_security : connect->info->security;

  return word ? word : "";
}

/* Which step it was, by what came of it. */
static EngineCheckStep
failed_step (const GError *error, EngineSide side)
{
  if (error->domain == NET_ERROR)
    switch ((NetError) error->code)
      {
      case NET_ERROR_UNKNOWN_HOST:
        return is_outgoing (side) ? ENGINE_CHECK_SUBMIT_CONNECT : ENGINE_CHECK_NAME;
      case NET_ERROR_TLS:
        return is_outgoing (side) ? ENGINE_CHECK_SUBMIT_ENCRYPT : ENGINE_CHECK_ENCRYPT;
      case NET_ERROR_CERT_UNKNOWN_ISSUER:
      case NET_ERROR_CERT_SELF_SIGNED:
      case NET_ERROR_CERT_EXPIRED:
      case NET_ERROR_CERT_NOT_YET_VALID:
      case NET_ERROR_CERT_WRONG_NAME:
      case NET_ERROR_CERT_OTHER:
      case NET_ERROR_CONFIG:
        return is_outgoing (side) ? ENGINE_CHECK_SUBMIT_ENCRYPT : ENGINE_CHECK_CERTIFICATE;
      case NET_ERROR_UNREACHABLE:
      case NET_ERROR_REFUSED:
      case NET_ERROR_TIMEOUT:
      case NET_ERROR_CUT:
      case NET_ERROR_CANCELLED:
      case NET_ERROR_EDITED:
      default:
        break;
      }
  return connect_step (side);
}

/* The steps of one way in, told as they come: from the one that has begun, through those that lie
 * between, to the last. */
typedef struct
{
  const EngineConnect *connect;
  EngineSide side;
  EngineCheckStep at; /* it has begun */
} Way;

static void
begin (Way *way, EngineCheckStep step)
{
  way->at = step;
  engine_connect_tell (way->connect, step, FALSE, NULL, NULL, NULL);
}

static void
end_until (Way *way, NetSession *session, EngineCheckStep last, const GError *error)
{
  for (last = MAX (last, way->at); way->at < last; begin (way, way->at + 1))
    engine_connect_tell (way->connect, way->at, TRUE, session, NULL, NULL);
  engine_connect_tell (way->connect, last, TRUE, session, NULL, error);
}

static void
on_reached (NetReached reached, gpointer data)
{
  Way *way = data;

  if (reached == NET_REACHED_NAME && way->at == ENGINE_CHECK_NAME)
    {
      end_until (way, NULL, ENGINE_CHECK_NAME, NULL);
      begin (way, ENGINE_CHECK_CONNECT);
    }
  else if (reached == NET_REACHED_SERVER && way->at < connect_step (way->side) + 1 &&
           strcmp (security_word (way->connect, way->side), "tls") == 0)
    {
      end_until (way, NULL, connect_step (way->side), NULL);
      begin (way, connect_step (way->side) + 1);
    }
}

static EngineCheckStep
encrypted_step (EngineSide side)
{
  return is_outgoing (side) ? ENGINE_CHECK_SUBMIT_ENCRYPT : ENGINE_CHECK_CERTIFICATE;
}

static NetSession *
open_session (const EngineConnect *connect,
              EngineSide side,
              BaseCore *core,
              NetSecurity *security,
              GError **error)
{
  const StoreAccountInfo *info = connect->info;
  const char *ca_file = info->ca_file && info->ca_file[0] ? info->ca_file : NULL;
  NetEndpoint endpoint = {
    .host = engine_side_host (connect->info, side),
    .port = is_outgoing (side) ? info->smtp_port : info->port,
    .ca_file = ca_file,
    .client_cert = info->client_cert[0] ? info->client_cert : NULL,
  };
  Way way = { .connect = connect, .side = side };
  NetSessionOptions options = {
    .tap = connect->tap,
    .gate = connect->gate,
    .account = info->uuid && info->uuid[0] ? info->uuid : NULL,
    .account_name = info->name,
    .cancellable = connect->cancellable,
    .waker = connect->waker,
    .reached = on_reached,
    .reached_data = &way,
  };
  g_autoptr (GError) local = NULL;
  int found = net_security_from_name (security_word (connect, side));
  NetSession *session;

  if (found < 0 || !endpoint.host || !endpoint.host[0] || endpoint.port == 0)
    {
      base_core_free (core);
      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_CONFIG,
                   _ ("The account “%s” has no complete server: set host, port and security"),
                   info->name);
      return NULL;
    }
  *security = endpoint.security = (NetSecurity) found;
  begin (&way, is_outgoing (side) ? ENGINE_CHECK_SUBMIT_CONNECT : ENGINE_CHECK_NAME);
  session = net_session_connect (&endpoint, core, &options, &local);
  if (session)
    {
      end_until (&way,
                 session,
                 *security == NET_SECURITY_TLS ? encrypted_step (side) : connect_step (side),
                 NULL);
      return session;
    }
  end_until (&way, NULL, failed_step (local, side), local);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* The answer to STARTTLS and the core's wish for the handshake may come in either order. */
static gboolean
step_until_encrypted (NetSession *session, GError **error)
{
  while (!net_session_is_encrypted (session))
    {
      g_autoptr (BaseEvent) event = NULL;
      NetStep step = net_session_step (session, FALSE, G_MAXINT64, &event, error);

      if (step == NET_STEP_ERROR)
        return FALSE;
      if (step == NET_STEP_CLOSED)
        {
          engine_wait_set_closed (session, error);
          return FALSE;
        }
      if (step == NET_STEP_EVENT && engine_wait_is_start_tls (session, event) &&
          !net_session_start_tls (session, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
start_tls (const EngineConnect *connect, EngineSide side, NetSession *session, GError **error)
{
  g_autoptr (GError) local = NULL;
  Way way = { .connect = connect, .side = side };
  gboolean good;

  begin (&way, connect_step (side) + 1);
  good = step_until_encrypted (session, &local);
  end_until (&way, session, good ? encrypted_step (side) : failed_step (local, side), local);
  if (!good)
    g_propagate_error (error, g_steal_pointer (&local));
  return good;
}

static void
set_no_tls (const EngineConnect *connect, EngineSide side, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_set_error (
      &local,
      ENGINE_ERROR,
      ENGINE_ERROR_NO_TLS,
      _ ("%s does not offer the encryption that the account demands, so nothing secret was "
         "sent: someone may be tampering with the line; try TLS on its own port, or ask "
         "the server’s administrator"),
      engine_side_host (connect->info, side));
  engine_connect_tell (connect, encrypted_step (side), FALSE, NULL, NULL, NULL);
  engine_connect_tell (connect, encrypted_step (side), TRUE, NULL, NULL, local);
  g_propagate_error (error, g_steal_pointer (&local));
}

/* Nothing that the server said before TLS is believed after it, so it is asked again. */
static gboolean
upgrade (const EngineConnect *connect,
         const EngineConnectWords *words,
         NetSession *session,
         GError **error)
{
  g_autoptr (BaseEvent) event = NULL;

  if (!words->learn (connect, session, error))
    return FALSE;
  if (words->has (session, words->tls))
    {
      event = engine_wait (session, words->submit_tls (connect, session), NULL, NULL, error);
      if (!event)
        return FALSE;
    }
  if (event && event->outcome == BASE_OUTCOME_OK)
    return start_tls (connect, words->side, session, error);
  set_no_tls (connect, words->side, error);
  return FALSE;
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_CREDENTIALS) ||
         g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_NOT_NOW);
}

/* Servers bind sign-ins in ways that are not known here ("tls-unique"). Some say so by refusing its
 * name, others (Cyrus SASL) only by refusing the proof, in the words they have for a wrong
 * password. So one that refused is asked again without; but who says that the bindings differ is
 * believed. */
static gboolean
may_know_no_such_binding (const EngineSignIn *attempt, NetSession *session, const GError *error)
{
  return attempt->mechanism && attempt->mechanism->binds && !net_session_is_over (session) &&
         is_refusal (error);
}

/* RFC 6750 §3.1: a new token for the same things would help nobody. */
static gboolean
is_too_narrow (const EngineSignIn *attempt)
{
  return strcmp (attempt->failure, "insufficient_scope") == 0 ||
         strcmp (attempt->failure, "403") == 0;
}

static void
set_too_narrow (const EngineConnect *connect, EngineSide side, GError **error)
{
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_CONFIG,
               _ ("The access token does not allow what %s asks for: allow mail where the token "
                  "comes from"),
               engine_side_host (connect->info, side));
}

/* Whoever refuses a certificate may know the password. */
static gboolean
may_know_another_proof (const EngineConnect *connect,
                        const EngineSignIn *attempt,
                        NetSession *session,
                        const GError *error)
{
  return attempt->mechanism && attempt->mechanism->proof == SASL_PROOF_CERTIFICATE &&
         (connect->proofs & ~(guint) SASL_PROOF_CERTIFICATE) != 0 &&
         !net_session_is_over (session) && is_refusal (error);
}

static gboolean
sign_in (const EngineConnect *connect,
         const EngineConnectWords *words,
         NetSession *session,
         GError **error)
{
  EngineSignIn tied = { .binding = base_core_binding (net_session_core (session)) };
  EngineSignIn loose = { 0 };
  g_autoptr (GError) local = NULL;
  gboolean good = words->sign_in (connect, session, &tied, &local);

  if (!good && may_know_another_proof (connect, &tied, session, local))
    {
      tied = (EngineSignIn){ .binding = tied.binding, .without = SASL_PROOF_CERTIFICATE };
      loose.without = tied.without;
      g_clear_error (&local);
      good = words->sign_in (connect, session, &tied, &local);
    }
  if (good)
    {
      if (tied.mechanism && tied.mechanism->binds)
        engine_tied_note (connect->mailbase, connect->info, words->side);
      return TRUE;
    }
  if (may_know_no_such_binding (&tied, session, local))
    {
      g_autoptr (GError) untied = NULL;

      if (engine_tied_before (connect->mailbase, connect->info, words->side))
        {
          /* Tied again in a while it may be let in; otherwise it is never said. */
          if (g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_NOT_NOW))
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          engine_tied_set_error (connect->info, words->side, error);
          return FALSE;
        }
      /* Whoever was shown a proof may stand between: nothing more than a proof is said to them. */
      loose.proof_only = tied.steps >= 2;
      if (words->sign_in (connect, session, &loose, &untied))
        return TRUE;
      /* Where nothing else may be said, the first refusal is what the person has to know. */
      if (g_error_matches (untied, ENGINE_ERROR, ENGINE_ERROR_CONFIG))
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_propagate_error (error, g_steal_pointer (&untied));
      return FALSE;
    }
  if (is_too_narrow (&tied))
    {
      set_too_narrow (connect, words->side, error);
      return FALSE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
go_in (const EngineConnect *connect,
       const EngineConnectWords *words,
       NetSession *session,
       NetSecurity security,
       GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean later = security == NET_SECURITY_STARTTLS;
  gboolean good;

  if (!words->greet (connect, session, later, error))
    return FALSE;
  if (connect->by_hand)
    return TRUE;
  if (later && !upgrade (connect, words, session, error))
    return FALSE;
  engine_connect_tell (connect, words->sign_in_step, FALSE, session, NULL, NULL);
  good = words->learn (connect, session, &local) && sign_in (connect, words, session, &local);
  engine_connect_tell (connect, words->sign_in_step, TRUE, session, NULL, local);
  if (!good)
    g_propagate_error (error, g_steal_pointer (&local));
  return good;
}

static NetSession *
enter (const EngineConnect *connect, const EngineConnectWords *words, GError **error)
{
  NetSecurity security;
  g_autoptr (NetSession) session =
      open_session (connect, words->side, words->new_core (), &security, error);

  if (!session || !go_in (connect, words, session, security, error))
    return NULL;
  return g_steal_pointer (&session);
}

/* Tokens live for an hour or so, and some servers hang up on one that has expired: a new one is
 * said over a new connection. */
static NetSession *
enter_again (const EngineConnect *connect,
             const EngineConnectWords *words,
             GError *refusal,
             GError **error)
{
  EngineConnect renewed = *connect;
  EngineCredential credential = { 0 };
  NetSession *session = NULL;

  if (!engine_credential_load (connect->info, TRUE, &credential, error))
    {
      g_error_free (refusal);
      return NULL;
    }
  renewed.password = credential.secret;
  renewed.proofs = credential.proofs;
  /* The same once more would be refused once more. */
  if (base_secret_equal (credential.secret, connect->password))
    {
      g_propagate_error (error, refusal);
    }
  else
    {
      g_error_free (refusal);
      session = enter (&renewed, words, error);
    }
  base_secret_unref (credential.secret);
  return session;
}

NetSession *
engine_connect_enter (const EngineConnect *connect, const EngineConnectWords *words, GError **error)
{
  GError *refusal = NULL;
  GError *local = NULL;
  NetSession *session = enter (connect, words, &refusal);

  if (!session && (connect->proofs & SASL_PROOF_TOKEN) &&
      engine_credential_is_made (connect->info) && is_refusal (refusal))
    session = enter_again (connect, words, refusal, &local);
  else
    local = refusal;
  if (session && !connect->by_hand)
    engine_taken_note (connect->mailbase, connect->info, words->side);
  else if (!connect->beside && g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_NOT_NOW))
    engine_taken_note_refusal (connect->mailbase, words->side);
  if (!session)
    g_propagate_error (error, local);
  return session;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address ? g_inet_address_get_is_loopback (address)
                 : g_ascii_strcasecmp (host, "localhost") == 0;
}

gboolean
engine_connect_may_show (const EngineConnect *connect, EngineSide side, NetSession *session)
{
  return net_session_is_encrypted (session) || is_loopback (engine_side_host (connect->info, side));
}

gboolean
engine_connect_may_login (const EngineConnect *connect, EngineSide side, NetSession *session)
{
  return (connect->proofs & SASL_PROOF_PASSWORD) &&
         engine_connect_may_show (connect, side, session) &&
         !engine_tied_before (connect->mailbase, connect->info, side);
}

/* A token opens the account to whoever reads it, and a certificate is shown by TLS: an open line
 * has no use for either, also where it leads to this computer. */
static guint
usable_proofs (const EngineConnect *connect, NetSession *session)
{
  return net_session_is_encrypted (session) ? connect->proofs
                                            : connect->proofs & SASL_PROOF_PASSWORD;
}

gboolean
engine_connect_knows_any (const EngineConnect *connect, const EngineSignIn *attempt, char **offered)
{
  for (guint i = 0; offered[i]; i++)
    {
      const SaslMechanism *mechanism = sasl_mechanism_find (offered[i]);

      if (mechanism && (mechanism->proof & connect->proofs & ~attempt->without))
        return TRUE;
    }
  return FALSE;
}

static void
set_no_mechanism (const EngineConnect *connect,
                  EngineSide side,
                  NetSession *session,
                  GError **error)
{
  if (!net_session_is_encrypted (session) && usable_proofs (connect, session) == 0)
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_CONFIG,
                 _ ("An access token or a certificate is only shown over an encrypted line, and "
                    "nothing was sent to %s: choose TLS or STARTTLS as the account’s security"),
                 engine_side_host (connect->info, side));
  else if (!(connect->proofs & SASL_PROOF_PASSWORD))
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_CONFIG,
                 (connect->proofs & SASL_PROOF_TOKEN)
                     ? _ ("%s takes no access tokens: sign in with a password")
                     : _ ("%s takes no certificates: sign in with a password"),
                 engine_side_host (connect->info, side));
  else if (net_session_is_encrypted (session))
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_CONFIG,
                 _ ("%s offers no way of signing in that this program knows: ask its administrator "
                    "for password sign-in"),
                 engine_side_host (connect->info, side));
  else
    g_set_error (
        error,
        ENGINE_ERROR,
        ENGINE_ERROR_CONFIG,
        _ ("%s would read the password from an open line, so it was not sent: choose TLS or "
           "STARTTLS as the account’s security"),
        engine_side_host (connect->info, side));
}

SaslClient *
engine_connect_client (const EngineConnect *connect,
                       EngineSide side,
                       NetSession *session,
                       char **offered,
                       EngineSignIn *attempt,
                       GError **error)
{
  SaslClient *client;

  gboolean may_show = !attempt->proof_only && engine_connect_may_show (connect, side, session);

  attempt->mechanism = sasl_mechanism_choose ((const char *const *) offered,
                                              usable_proofs (connect, session) & ~attempt->without,
                                              may_show,
                                              attempt->binding,
                                              NULL);
  if (!attempt->mechanism)
    {
      set_no_mechanism (connect, side, session, error);
      return NULL;
    }
  if (attempt->mechanism->proof == SASL_PROOF_PASSWORD && !attempt->mechanism->binds &&
      engine_tied_before (connect->mailbase, connect->info, side))
    {
      engine_tied_set_error (connect->info, side, error);
      return NULL;
    }
  client = sasl_client_new (attempt->mechanism, user_name (connect, side), connect->password);
  sasl_client_set_binding (client, attempt->binding);
  sasl_client_count_steps (client, &attempt->steps);
  sasl_client_set_host (client, engine_side_host (connect->info, side), port_of (connect, side));
  sasl_client_note_failure (client, attempt->failure);
  return client;
}

void
engine_connect_set_refused (const EngineConnect *connect,
                            EngineSide side,
                            EngineRefusal refusal,
                            const char *said,
                            GError **error)
{
  const char *host = engine_side_host (connect->info, side);

  if (refusal == ENGINE_REFUSAL_BARE &&
      engine_taken_before (connect->mailbase, connect->info, side))
    engine_error_set_said (error,
                           ENGINE_ERROR_NOT_NOW,
                           said,
                           _ ("%s does not say why it refused the sign-in of “%s”, which it has "
                              "taken before: this program tries again in a few minutes"),
                           host,
                           user_name (connect, side));
  else if (refusal == ENGINE_REFUSAL_FOR_NOW)
    engine_error_set_said (error,
                           ENGINE_ERROR_TEMPORARY,
                           said,
                           _ ("%s lets nobody sign in at the moment: try again later"),
                           host);
  else if (connect->proofs & SASL_PROOF_TOKEN)
    engine_error_set_said (error,
                           ENGINE_ERROR_CREDENTIALS,
                           said,
                           _ ("%s refused the access token of “%s”: sign in again where it comes "
                              "from"),
                           host,
                           user_name (connect, side));
  else if (!(connect->proofs & SASL_PROOF_PASSWORD))
    engine_error_set_said (error,
                           ENGINE_ERROR_CREDENTIALS,
                           said,
                           _ ("%s knows nobody by the certificate that was shown: choose another "
                              "in the account’s settings"),
                           host);
  else
    engine_error_set_said (
        error,
        ENGINE_ERROR_CREDENTIALS,
        said,
        _ ("%s refused the sign-in of “%s”: check the user name and the password in the account’s "
           "settings"),
        host,
        user_name (connect, side));
}

void
engine_connect_bye (NetSession *session, guint64 exchange, EngineConnectHeard heard, gpointer data)
{
  gint64 until = net_clock_now () + BYE_PATIENCE;

  while (!net_session_is_over (session))
    {
      g_autoptr (BaseEvent) event = NULL;
      g_autoptr (GError) ignored = NULL;
      NetStep step = net_session_step (session, FALSE, until, &event, &ignored);

      if (step != NET_STEP_EVENT ||
          (event->exchange == exchange && event->outcome != BASE_OUTCOME_NONE))
        return;
      if (heard)
        heard (event, data);
    }
}
