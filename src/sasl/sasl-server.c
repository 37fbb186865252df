/* The server's side of the mechanisms. A wrong name and a wrong password look the same to the
 * client, in words and in the number of steps. */
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

struct _SaslServer
{
  const SaslMechanism *mechanism;
  char *host;
  SaslLookup lookup;
  gpointer data;
  SaslTokenCheck check; /* nullable */
  gpointer check_data;
  char *user;
  gboolean started;
  gboolean over;

  int step;             /* questions asked so far */
  char *challenge;      /* CRAM-MD5 */
  BaseSecret *password; /* SCRAM: of the user; %NULL: there is none of that name */
  BaseBinding binding;  /* type NULL: none */
  char *gs2_header;
  char *client_bare;
  char *server_first;
  char *nonce; /* our half, then the whole */
  char *salt;  /* base64 */
  guint iterations;
};

SaslServer *
sasl_server_new (const SaslMechanism *mechanism, const char *host, SaslLookup lookup, gpointer data)
{
  SaslServer *server = g_new0 (SaslServer, 1);

  server->mechanism = mechanism;
  server->host = g_strdup (host);
  server->lookup = lookup;
  server->data = data;
  server->iterations = SASL_SCRAM_MIN_ITERATIONS;
  return server;
}

void
sasl_server_free (SaslServer *server)
{
  g_free (server->host);
  g_free (server->user);
  g_free (server->challenge);
  g_clear_pointer (&server->password, base_secret_unref);
  g_clear_pointer (&server->binding.data, g_bytes_unref);
  g_free (server->gs2_header);
  g_free (server->client_bare);
  g_free (server->server_first);
  g_free (server->nonce);
  g_free (server->salt);
  g_free (server);
}

void
sasl_server_set_binding (SaslServer *server, const BaseBinding *binding)
{
  g_clear_pointer (&server->binding.data, g_bytes_unref);
  server->binding = (BaseBinding){ 0 };
  if (binding != NULL)
    server->binding = (BaseBinding){ binding->type, g_bytes_ref (binding->data) };
}

void
sasl_server_set_token_check (SaslServer *server, SaslTokenCheck check, gpointer data)
{
  server->check = check;
  server->check_data = data;
}

void
sasl_server_set_nonce (SaslServer *server, const char *nonce, const char *salt, guint iterations)
{
  g_free (server->nonce);
  g_free (server->salt);
  server->nonce = g_strdup (nonce);
  server->salt = g_strdup (salt);
  server->iterations = iterations;
}

const char *
sasl_server_refusal (const SaslServer *server)
{
  switch (server->mechanism->proof)
    {
    case SASL_PROOF_TOKEN:
      return "The access token is not accepted";
    case SASL_PROOF_CERTIFICATE:
      return "The certificate is not accepted";
    case SASL_PROOF_PASSWORD:
    default:
      return "The name or the password is wrong";
    }
}

const char *
sasl_server_user (const SaslServer *server)
{
  return server->user;
}

static SaslServerStatus
malformed (const SaslServer *server, GError **error)
{
  g_set_error (error,
               SASL_ERROR,
               SASL_ERROR_CHALLENGE,
               _ ("The client’s response for %s is not what the standard describes."),
               server->mechanism->name);
  return SASL_SERVER_FAILED;
}

static SaslServerStatus
refused (GError **error)
{
  g_set_error_literal (
      error, SASL_ERROR, SASL_ERROR_REFUSED, _ ("The user name or the password is wrong."));
  return SASL_SERVER_FAILED;
}

static SaslServerStatus
ask (BaseSecret **challenge, const char *text)
{
  *challenge = base_secret_new (text, -1);
  return SASL_SERVER_CONTINUE;
}

/* Compares as RFC 4616 §2 wants: both prepared. */
static gboolean
same_password (const BaseSecret *known, const char *typed, gsize len)
{
  g_autoptr (BaseSecret) a = NULL;
  g_autoptr (BaseSecret) b = NULL;
  gsize known_len;
  const char *bytes = base_secret_peek (known, &known_len);

  a = sasl_prep (bytes, known_len, NULL);
  b = sasl_prep (typed, len, NULL);
  return a != NULL && b != NULL && base_secret_length (a) == base_secret_length (b) &&
         CRYPTO_memcmp (
             base_secret_peek (a, NULL), base_secret_peek (b, NULL), base_secret_length (a)) == 0;
}

static SaslServerStatus
check_password (
    SaslServer *server, const char *user, const char *password, gsize len, GError **error)
{
  g_autoptr (BaseSecret) known = server->lookup (user, server->data);

  if (known == NULL || !same_password (known, password, len))
    return refused (error);
  g_free (server->user);
  server->user = g_strdup (user);
  return SASL_SERVER_OK;
}

/* A name out of untrusted bytes: UTF-8 without NUL, or %NULL. */
static char *
take_name (const guint8 *bytes, gsize len)
{
  if (len == 0 || !g_utf8_validate_len ((const char *) bytes, len, NULL))
    return NULL;
  return g_strndup ((const char *) bytes, len);
}

static SaslServerStatus
step_plain (
    SaslServer *server, const guint8 *response, gsize len, BaseSecret **challenge, GError **error)
{
  const guint8 *first;
  const guint8 *second;
  const guint8 *end;
  g_autofree char *user = NULL;

  if (response == NULL && server->step++ == 0)
    return ask (challenge, "");
  end = response != NULL ? response + len : NULL;
  first = len > 0 ? memchr (response, '\0', len) : NULL;
  second = first != NULL ? memchr (first + 1, '\0', (gsize) (end - first - 1)) : NULL;
  if (second == NULL || memchr (second + 1, '\0', (gsize) (end - second - 1)) != NULL)
    return malformed (server, error);
  user = take_name (first + 1, (gsize) (second - first - 1));
  if (user == NULL)
    return malformed (server, error);
  /* Acting for somebody else is something this server never allows. */
  if (first != response && (strlen (user) != (gsize) (first - response) ||
                            memcmp (user, response, (gsize) (first - response)) != 0))
    return refused (error);
  return check_password (
      server, user, (const char *) second + 1, (gsize) (end - second - 1), error);
}

static SaslServerStatus
step_login (
    SaslServer *server, const guint8 *response, gsize len, BaseSecret **challenge, GError **error)
{
  if (response == NULL)
    return server->step++ == 0 ? ask (challenge, "Username:") : malformed (server, error);
  if (server->user == NULL)
    {
      server->user = take_name (response, len);
      return server->user != NULL ? ask (challenge, "Password:") : malformed (server, error);
    }
  {
    g_autofree char *user = g_strdup (server->user);

    return check_password (server, user, (const char *) response, len, error);
  }
}

/* The user of "user SP digest", if the digest is the right one. */
static SaslServerStatus
check_cram_md5 (SaslServer *server, const char *text, GError **error)
{
  const char *space = strrchr (text, ' ');
  g_autofree char *user = NULL;
  g_autoptr (BaseSecret) known = NULL;
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int digest_len = 0;
  char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
  const char *key;
  gsize key_len;
  gboolean good;

  if (space == NULL)
    return malformed (server, error);
  user = g_strndup (text, (gsize) (space - text));
  known = server->lookup (user, server->data);
  if (known == NULL)
    return refused (error);
  key = base_secret_peek (known, &key_len);
  if (HMAC (EVP_md5 (),
            key,
            (int) key_len,
            (const guint8 *) server->challenge,
            strlen (server->challenge),
            digest,
            &digest_len) == NULL)
    return refused (error);
  for (guint i = 0; i < digest_len; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", digest[i]);
  good = strlen (space + 1) == strlen (hex) && CRYPTO_memcmp (hex, space + 1, strlen (hex)) == 0;
  base_secret_wipe (digest, sizeof digest);
  base_secret_wipe (hex, sizeof hex);
  if (!good)
    return refused (error);
  server->user = g_steal_pointer (&user);
  return SASL_SERVER_OK;
}

static SaslServerStatus
step_cram_md5 (
    SaslServer *server, const guint8 *response, gsize len, BaseSecret **challenge, GError **error)
{
  g_autofree char *text = NULL;

  if (server->step++ == 0)
    {
      if (response != NULL)
        return malformed (server, error);
      server->challenge = g_strdup_printf (
          "<%u.%" G_GINT64_FORMAT "@%s>", g_random_int (), g_get_real_time (), server->host);
      return ask (challenge, server->challenge);
    }
  if (response == NULL || server->challenge == NULL)
    return malformed (server, error);
  text = take_name (response, len);
  return text != NULL ? check_cram_md5 (server, text, error) : malformed (server, error);
}

/* RFC 5802 §7: saslname, where "," and "=" stand as "=2C" and "=3D". */
static char *
unescape_name (const char *escaped)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *p = escaped; *p != '\0'; p++)
    {
      if (*p != '=')
        {
          g_string_append_c (name, *p);
          continue;
        }
      if (!g_str_has_prefix (p, "=2C") && !g_str_has_prefix (p, "=3D"))
        return NULL;
      g_string_append_c (name, p[1] == '2' ? ',' : '=');
      p += 2;
    }
  if (name->len == 0 || !g_utf8_validate_len (name->str, name->len, NULL))
    return NULL;
  return g_string_free (g_steal_pointer (&name), FALSE);
}

/* RFC 5802 §7: gs2-cbind-flag = ("p=" cb-name) / "n" / "y"; moves *@rest behind its comma. A client
 * that says "y" to a server that offers binding was told otherwise by somebody (RFC 5802 §6). */
static gboolean
take_binding_flag (const SaslServer *server, const char **rest)
{
  g_autofree char *type = NULL;

  if (server->mechanism->binds)
    {
      type = sasl_scram_take (rest, 'p');
      return type != NULL && g_strcmp0 (type, server->binding.type) == 0;
    }
  if (((*rest)[0] != 'n' && ((*rest)[0] != 'y' || server->binding.type != NULL)) ||
      (*rest)[1] != ',')
    return FALSE;
  *rest += 2;
  return TRUE;
}

/* RFC 5802 §7: gs2-header = gs2-cbind-flag "," [authzid] "," */
static const char *
skip_gs2_header (SaslServer *server, const char *message, char **authzid)
{
  const char *rest = message;
  g_autofree char *escaped = NULL;

  if (!take_binding_flag (server, &rest))
    return NULL;
  if (*rest == ',')
    {
      rest++;
    }
  else
    {
      escaped = sasl_scram_take (&rest, 'a');
      *authzid = escaped != NULL ? unescape_name (escaped) : NULL;
      if (*authzid == NULL)
        return NULL;
    }
  server->gs2_header = g_strndup (message, (gsize) (rest - message));
  return rest;
}

static SaslServerStatus
scram_first (SaslServer *server, const char *message, BaseSecret **challenge, GError **error)
{
  g_autofree char *authzid = NULL;
  g_autofree char *name = NULL;
  g_autofree char *client_nonce = NULL;
  g_autofree char *nonce = NULL;
  const char *rest = skip_gs2_header (server, message, &authzid);

  if (rest == NULL)
    return malformed (server, error);
  server->client_bare = g_strdup (rest);
  name = sasl_scram_take (&rest, 'n');
  client_nonce = name != NULL ? sasl_scram_take (&rest, 'r') : NULL;
  if (client_nonce == NULL || *client_nonce == '\0')
    return malformed (server, error);
  server->user = unescape_name (name);
  if (server->user == NULL)
    return malformed (server, error);
  if (authzid != NULL && strcmp (authzid, server->user) != 0)
    return refused (error);
  server->password = server->lookup (server->user, server->data);
  nonce = server->nonce != NULL ? g_steal_pointer (&server->nonce) : sasl_scram_nonce ();
  if (server->salt == NULL)
    server->salt = sasl_scram_nonce ();
  server->nonce = g_strconcat (client_nonce, nonce, NULL);
  server->server_first =
      g_strdup_printf ("r=%s,s=%s,i=%u", server->nonce, server->salt, server->iterations);
  return ask (challenge, server->server_first);
}

static gboolean
check_proof (const SaslScramKeys *keys, const char *proof)
{
  gsize len;
  g_autofree guint8 *bytes = sasl_scram_decode (proof, &len);

  return bytes != NULL && len == keys->len && CRYPTO_memcmp (bytes, keys->proof, len) == 0;
}

static SaslServerStatus
verify_proof (SaslServer *server,
              const char *without_proof,
              const char *proof,
              BaseSecret **challenge,
              GError **error)
{
  g_autofree char *auth_message =
      g_strjoin (",", server->client_bare, server->server_first, without_proof, NULL);
  g_autofree char *signature = NULL;
  g_autofree char *verifier = NULL;
  g_autofree guint8 *salt = NULL;
  g_autoptr (BaseSecret) nobody = base_secret_new ("", 0);
  gsize salt_len;
  SaslScramKeys keys;
  gboolean good;

  salt = g_base64_decode (server->salt, &salt_len);
  if (!sasl_scram_derive (server->mechanism,
                          server->password != NULL ? server->password : nobody,
                          salt,
                          salt_len,
                          server->iterations,
                          auth_message,
                          &keys,
                          error))
    return SASL_SERVER_FAILED;
  good = check_proof (&keys, proof) && server->password != NULL;
  signature = g_base64_encode (keys.signature, keys.len);
  base_secret_wipe (&keys, sizeof keys);
  if (!good)
    return refused (error);
  verifier = g_strconcat ("v=", signature, NULL);
  return ask (challenge, verifier);
}

/* RFC 5802 §7: client-final-message-without-proof = channel-binding "," nonce ["," extensions] */
static SaslServerStatus
scram_final (SaslServer *server, const char *message, BaseSecret **challenge, GError **error)
{
  const char *rest = message;
  g_autofree char *binding = sasl_scram_take (&rest, 'c');
  g_autofree char *nonce = binding != NULL ? sasl_scram_take (&rest, 'r') : NULL;
  const char *proof = strstr (message, ",p=");
  g_autofree char *without_proof = NULL;
  g_autofree char *expected = NULL;

  if (nonce == NULL || proof == NULL || strchr (proof + 1, ',') != NULL)
    return malformed (server, error);
  expected = sasl_scram_binding (server->gs2_header,
                                 server->mechanism->binds ? server->binding.data : NULL);
  if (strcmp (binding, expected) != 0 || strcmp (nonce, server->nonce) != 0)
    return malformed (server, error);
  without_proof = g_strndup (message, (gsize) (proof - message));
  return verify_proof (server, without_proof, proof + 3, challenge, error);
}

static SaslServerStatus
step_scram (
    SaslServer *server, const guint8 *response, gsize len, BaseSecret **challenge, GError **error)
{
  g_autofree char *message = NULL;

  if (response == NULL)
    return server->step == 0 ? ask (challenge, "") : malformed (server, error);
  message = sasl_scram_message (response, len);
  if (message == NULL)
    return malformed (server, error);
  switch (server->step++)
    {
    case 0:
      return scram_first (server, message, challenge, error);
    case 1:
      return scram_final (server, message, challenge, error);
    default:
      /* The client has seen our proof and has nothing more to say. */
      return len == 0 ? SASL_SERVER_OK : malformed (server, error);
    }
}

static const char *
check_token (SaslServer *server, const char *user, BaseSecret *token)
{
  g_autoptr (BaseSecret) known = NULL;

  if (server->check != NULL)
    return server->check (user, token, server->check_data);
  known = server->lookup (user, server->data);
  return known != NULL && base_secret_equal (known, token) ? NULL : "invalid_token";
}

static SaslServerStatus
step_token (
    SaslServer *server, const guint8 *response, gsize len, BaseSecret **challenge, GError **error)
{
  g_autofree char *user = NULL;
  g_autoptr (BaseSecret) token = NULL;
  g_autofree char *why = NULL;
  const char *failure;

  if (response == NULL && server->step == 0)
    return ask (challenge, "");
  /* Whatever is answered to it, the challenge below was a no. */
  if (server->step++ > 0)
    return refused (error);
  if (!sasl_token_parse (server->mechanism, response, len, &user, &token))
    return malformed (server, error);
  failure = check_token (server, user, token);
  if (failure == NULL)
    {
      server->user = g_steal_pointer (&user);
      return SASL_SERVER_OK;
    }
  why = sasl_token_challenge (server->mechanism, failure);
  return ask (challenge, why);
}

SaslServerStatus
sasl_server_step (
    SaslServer *server, const guint8 *response, gsize len, BaseSecret **challenge, GError **error)
{
  const char *name = server->mechanism->name;
  SaslServerStatus status;

  *challenge = NULL;
  if (server->over)
    return malformed (server, error);
  /* Only at the start does nothing differ from an empty response. */
  if (server->started && response == NULL)
    response = (const guint8 *) "";
  server->started = TRUE;
  if (strcmp (name, "PLAIN") == 0)
    status = step_plain (server, response, len, challenge, error);
  else if (strcmp (name, "LOGIN") == 0)
    status = step_login (server, response, len, challenge, error);
  else if (strcmp (name, "CRAM-MD5") == 0)
    status = step_cram_md5 (server, response, len, challenge, error);
  else if (server->mechanism->proof == SASL_PROOF_TOKEN)
    status = step_token (server, response, len, challenge, error);
  else if (server->mechanism->proof == SASL_PROOF_CERTIFICATE)
    status = refused (error);
  else
    status = step_scram (server, response, len, challenge, error);
  server->over = status != SASL_SERVER_CONTINUE;
  return status;
}
