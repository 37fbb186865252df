/* The client's side of the mechanisms: one function a mechanism, each a few steps long. */
#include "config.h"

#include "sasl-mechanism.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "sasl-prep.h"
#include "sasl-scram.h"
#include "sasl-token.h"

struct _SaslClient
{
  const SaslMechanism *mechanism;
  char *user;
  BaseSecret *password;
  int step;     /* -1 after an error */
  guint *steps; /* nullable: those that succeeded */
  gboolean done;

  /* tokens */
  char *host; /* nullable */
  guint16 port;
  char *failure; /* nullable: SASL_FAILURE_SIZE bytes of the caller's */

  /* SCRAM */
  BaseBinding binding; /* type NULL: none */
  char *nonce;
  char *first_bare;
  guint8 signature[SASL_SCRAM_MAX_HASH]; /* what the server has to prove */
  gsize signature_len;
};

SaslClient *
sasl_client_new (const SaslMechanism *mechanism, const char *user, BaseSecret *password)
{
  SaslClient *client = g_new0 (SaslClient, 1);

  client->mechanism = mechanism;
  client->user = g_strdup (user);
  client->password = base_secret_ref (password);
  return client;
}

BaseSecret *
sasl_client_password (const SaslClient *client)
{
  return client->password;
}

void
sasl_client_free (SaslClient *client)
{
  g_free (client->user);
  g_free (client->host);
  base_secret_unref (client->password);
  g_clear_pointer (&client->binding.data, g_bytes_unref);
  g_free (client->nonce);
  g_free (client->first_bare);
  base_secret_wipe (client->signature, sizeof client->signature);
  g_free (client);
}

void
sasl_client_set_binding (SaslClient *client, const BaseBinding *binding)
{
  g_clear_pointer (&client->binding.data, g_bytes_unref);
  client->binding = (BaseBinding){ 0 };
  if (binding != NULL)
    client->binding = (BaseBinding){ binding->type, g_bytes_ref (binding->data) };
}

void
sasl_client_count_steps (SaslClient *client, guint *steps)
{
  client->steps = steps;
}

void
sasl_client_set_host (SaslClient *client, const char *host, guint16 port)
{
  g_free (client->host);
  client->host = g_strdup (host);
  client->port = port;
}

void
sasl_client_note_failure (SaslClient *client, char failure[SASL_FAILURE_SIZE])
{
  client->failure = failure;
}

void
sasl_client_set_nonce (SaslClient *client, const char *nonce)
{
  g_free (client->nonce);
  client->nonce = g_strdup (nonce);
}

gboolean
sasl_client_is_done (const SaslClient *client)
{
  return client->done;
}

static BaseSecret *
malformed (const SaslClient *client, GError **error)
{
  g_set_error (error,
               SASL_ERROR,
               SASL_ERROR_CHALLENGE,
               _ ("The server’s challenge for %s is not what the standard describes."),
               client->mechanism->name);
  return NULL;
}

static BaseSecret *
take_string (char *text)
{
  BaseSecret *secret = base_secret_new (text, -1);

  base_secret_wipe_string (text);
  return secret;
}

/* RFC 4616: message = [authzid] UTF8NUL authcid UTF8NUL passwd */
static BaseSecret *
step_plain (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  gsize user_len = strlen (client->user);
  gsize password_len;
  const char *password = base_secret_peek (client->password, &password_len);
  gsize size = user_len + password_len + 2;
  g_autofree char *message = NULL;
  BaseSecret *response;

  /* Servers differ in whether an empty challenge comes first; one with words in it is ignored. */
  if (client->step > 0)
    return malformed (client, error);
  if (memchr (password, '\0', password_len) != NULL)
    {
      g_set_error_literal (error,
                           SASL_ERROR,
                           SASL_ERROR_CREDENTIALS,
                           _ ("The password holds a NUL character, which cannot be sent."));
      return NULL;
    }
  message = g_malloc0 (size);
  memcpy (message + 1, client->user, user_len);
  memcpy (message + user_len + 2, password, password_len);
  response = base_secret_new (message, (gssize) size);
  base_secret_wipe (message, size);
  client->done = TRUE;
  return response;
}

/* Never standardised; whatever the server asks, the first answer is the name, the second the
 * password. */
static BaseSecret *
step_login (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  if ((challenge == NULL && client->step == 0) || client->step > 1)
    return malformed (client, error);
  if (client->step == 0)
    return base_secret_new (client->user, -1);
  client->done = TRUE;
  return base_secret_ref (client->password);
}

/* RFC 2195: user SP lower-case hex of HMAC-MD5 (password, challenge) */
static BaseSecret *
step_cram_md5 (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int digest_len = 0;
  gsize key_len;
  const char *key = base_secret_peek (client->password, &key_len);
  GString *response;

  if (len == 0 || client->step > 0)
    return malformed (client, error);
  if (HMAC (EVP_md5 (), key, (int) key_len, challenge, len, digest, &digest_len) == NULL)
    {
      g_set_error (error,
                   SASL_ERROR,
                   SASL_ERROR_NO_MECHANISM,
                   _ ("This computer’s cryptographic library cannot compute %s."),
                   client->mechanism->name);
      return NULL;
    }
  response = g_string_sized_new (strlen (client->user) + 2 * digest_len + 2);
  g_string_append_printf (response, "%s ", client->user);
  for (guint i = 0; i < digest_len; i++)
    g_string_append_printf (response, "%02x", digest[i]);
  base_secret_wipe (digest, sizeof digest);
  client->done = TRUE;
  return take_string (g_string_free (response, FALSE));
}

/* One response; a challenge after it says why it was refused, and waits for a last word before the
 * server says no (RFC 7628 §3.2.3). */
static BaseSecret *
step_token (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  BaseSecret *response = NULL;

  if (client->step == 0 && len == 0)
    response = sasl_token_response (
        client->mechanism, client->user, client->host, client->port, client->password, error);
  else if (client->step == 1)
    response = sasl_token_resign (client->mechanism);
  else
    return malformed (client, error);
  if (client->step == 1 && client->failure != NULL)
    sasl_token_failure (challenge, len, client->failure);
  client->done = client->step == 0 && response != NULL;
  return response;
}

/* RFC 4422, appendix A: whom the certificate names, and nobody else. */
static BaseSecret *
step_external (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  if (client->step > 0)
    return malformed (client, error);
  client->done = TRUE;
  return base_secret_new ("", 0);
}

/* RFC 5802 §6: "p" binds; "y" could, but the server did not offer it; "n" cannot. (transfer full)
 */
static char *
gs2_header (const SaslClient *client)
{
  if (client->mechanism->binds)
    return g_strdup_printf ("p=%s,,", client->binding.type);
  return g_strdup (client->binding.type != NULL ? "y,," : "n,,");
}

/* RFC 5802 §7: client-first-message = gs2-header client-first-message-bare
 *              client-first-message-bare = username "," nonce */
static BaseSecret *
scram_first (SaslClient *client, GError **error)
{
  g_autoptr (BaseSecret) prepared = sasl_prep (client->user, strlen (client->user), error);
  g_autoptr (GString) name = NULL;
  g_autofree char *header = NULL;

  if (client->mechanism->binds && client->binding.type == NULL)
    return malformed (client, error);
  if (prepared == NULL)
    return NULL;
  name = g_string_new (base_secret_peek (prepared, NULL));
  g_string_replace (name, "=", "=3D", 0);
  g_string_replace (name, ",", "=2C", 0);
  if (client->nonce == NULL)
    client->nonce = sasl_scram_nonce ();
  client->first_bare = g_strdup_printf ("n=%s,r=%s", name->str, client->nonce);
  header = gs2_header (client);
  return take_string (g_strconcat (header, client->first_bare, NULL));
}

/* RFC 5802 §7: server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count
 * A mandatory extension ("m=") is one we do not know, so it fails like any other wrong letter. */
static gboolean
parse_server_first (SaslClient *client,
                    const char *message,
                    char **nonce,
                    guint8 **salt,
                    gsize *salt_len,
                    guint64 *iterations)
{
  g_autofree char *encoded_salt = NULL;
  g_autofree char *count = NULL;

  *nonce = sasl_scram_take (&message, 'r');
  encoded_salt = *nonce != NULL ? sasl_scram_take (&message, 's') : NULL;
  count = encoded_salt != NULL ? sasl_scram_take (&message, 'i') : NULL;
  if (count == NULL || !g_ascii_string_to_unsigned (count, 10, 1, G_MAXUINT32, iterations, NULL))
    return FALSE;
  /* A nonce that is only ours would let the server choose an old conversation. */
  if (!g_str_has_prefix (*nonce, client->nonce) || strlen (*nonce) == strlen (client->nonce))
    return FALSE;
  *salt = sasl_scram_decode (encoded_salt, salt_len);
  return *salt != NULL && *salt_len > 0;
}

static gboolean
check_iterations (const SaslClient *client, guint64 iterations, GError **error)
{
  g_autofree char *asked = NULL;

  if (iterations >= SASL_SCRAM_MIN_ITERATIONS && iterations <= SASL_SCRAM_MAX_ITERATIONS)
    return TRUE;
  asked = g_strdup_printf ("%" G_GUINT64_FORMAT, iterations);
  g_set_error (error,
               SASL_ERROR,
               SASL_ERROR_CHALLENGE,
               _ ("The server asks for %s rounds of %s; between %d and %d are reasonable. "
                  "Nothing that depends on your password was sent."),
               asked,
               client->mechanism->name,
               SASL_SCRAM_MIN_ITERATIONS,
               SASL_SCRAM_MAX_ITERATIONS);
  return FALSE;
}

static BaseSecret *
scram_final (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  g_autofree char *server_first = sasl_scram_message (challenge, len);
  g_autofree char *nonce = NULL;
  g_autofree guint8 *salt = NULL;
  g_autofree char *header = NULL;
  g_autofree char *binding = NULL;
  g_autofree char *without_proof = NULL;
  g_autofree char *auth_message = NULL;
  g_autofree char *proof = NULL;
  gsize salt_len;
  guint64 iterations;
  SaslScramKeys keys;
  gboolean good;

  if (server_first == NULL ||
      !parse_server_first (client, server_first, &nonce, &salt, &salt_len, &iterations))
    return malformed (client, error);
  if (!check_iterations (client, iterations, error))
    return NULL;
  header = gs2_header (client);
  binding = sasl_scram_binding (header, client->mechanism->binds ? client->binding.data : NULL);
  without_proof = g_strdup_printf ("c=%s,r=%s", binding, nonce);
  auth_message = g_strjoin (",", client->first_bare, server_first, without_proof, NULL);
  good = sasl_scram_derive (client->mechanism,
                            client->password,
                            salt,
                            salt_len,
                            (guint) iterations,
                            auth_message,
                            &keys,
                            error);
  if (good)
    {
      memcpy (client->signature, keys.signature, keys.len);
      client->signature_len = keys.len;
      proof = g_base64_encode (keys.proof, keys.len);
    }
  base_secret_wipe (&keys, sizeof keys);
  return good ? take_string (g_strdup_printf ("%s,p=%s", without_proof, proof)) : NULL;
}

/* RFC 5802 §7: server-error-value */
static gboolean
is_binding_error (const char *message)
{
  return g_str_has_prefix (message, "e=channel-bindings-dont-match") ||
         g_str_has_prefix (message, "e=server-does-support-channel-binding");
}

/* RFC 5802 §7: server-final-message = (server-error / verifier) ["," extensions] */
static BaseSecret *
scram_verify (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  g_autofree char *message = sasl_scram_message (challenge, len);
  const char *rest = message;
  g_autofree char *verifier = NULL;
  g_autofree guint8 *signature = NULL;
  gsize signature_len;

  if (message == NULL)
    return malformed (client, error);
  if (is_binding_error (message))
    {
      g_set_error_literal (error,
                           SASL_ERROR,
                           SASL_ERROR_BINDING,
                           _ ("The server sees another encrypted connection than this computer "
                              "does: somebody may stand between. Your password was not shown."));
      return NULL;
    }
  if (g_str_has_prefix (message, "e="))
    {
      g_set_error_literal (error,
                           SASL_ERROR,
                           SASL_ERROR_REFUSED,
                           _ ("The server refused the user name or the password. "
                              "Check both in the account’s settings."));
      return NULL;
    }
  verifier = sasl_scram_take (&rest, 'v');
  signature = verifier != NULL ? sasl_scram_decode (verifier, &signature_len) : NULL;
  if (signature == NULL)
    return malformed (client, error);
  if (signature_len != client->signature_len ||
      CRYPTO_memcmp (signature, client->signature, signature_len) != 0)
    {
      g_set_error_literal (error,
                           SASL_ERROR,
                           SASL_ERROR_SERVER_PROOF,
                           _ ("The server could not prove that it knows your password, so it may "
                              "not be your server. Check the host name; your password was not "
                              "shown to it."));
      return NULL;
    }
  client->done = TRUE;
  return base_secret_new ("", 0);
}

static BaseSecret *
step_scram (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  switch (client->step)
    {
    case 0:
      return len == 0 ? scram_first (client, error) : malformed (client, error);
    case 1:
      return scram_final (client, challenge, len, error);
    case 2:
      return scram_verify (client, challenge, len, error);
    default:
      return malformed (client, error);
    }
}

BaseSecret *
sasl_client_step (SaslClient *client, const guint8 *challenge, gsize len, GError **error)
{
  const char *name = client->mechanism->name;
  BaseSecret *response;

  if (client->step < 0)
    return malformed (client, error);
  if (strcmp (name, "PLAIN") == 0)
    response = step_plain (client, challenge, len, error);
  else if (strcmp (name, "LOGIN") == 0)
    response = step_login (client, challenge, len, error);
  else if (strcmp (name, "CRAM-MD5") == 0)
    response = step_cram_md5 (client, challenge, len, error);
  else if (client->mechanism->proof == SASL_PROOF_TOKEN)
    response = step_token (client, challenge, len, error);
  else if (client->mechanism->proof == SASL_PROOF_CERTIFICATE)
    response = step_external (client, challenge, len, error);
  else
    response = step_scram (client, challenge, len, error);
  client->step = response != NULL ? client->step + 1 : -1;
  if (response != NULL && client->steps != NULL)
    ++*client->steps;
  if (response == NULL)
    client->done = FALSE;
  return response;
}
