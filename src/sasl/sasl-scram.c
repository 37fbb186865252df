/* The keys, proofs and attribute syntax of SCRAM, shared by the client and the server. */
#include "config.h"

#include "sasl-scram.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "sasl-prep.h"

static const EVP_MD *
hash_of (const SaslMechanism *mechanism)
{
  return g_str_has_prefix (mechanism->name, "SCRAM-SHA-1") ? EVP_sha1 () : EVP_sha256 ();
}

static gboolean
hmac (const EVP_MD *md, const guint8 *key, const char *text, guint8 *out)
{
  return HMAC (md, key, EVP_MD_get_size (md), (const guint8 *) text, strlen (text), out, NULL) !=
         NULL;
}

gboolean
sasl_scram_derive (const SaslMechanism *mechanism,
                   const BaseSecret *password,
                   const guint8 *salt,
                   gsize salt_len,
                   guint iterations,
                   const char *auth_message,
                   SaslScramKeys *keys,
                   GError **error)
{
  const EVP_MD *md = hash_of (mechanism);
  guint8 salted[SASL_SCRAM_MAX_HASH];
  guint8 stored[SASL_SCRAM_MAX_HASH];
  guint8 server_key[SASL_SCRAM_MAX_HASH];
  g_autoptr (BaseSecret) prepared = NULL;
  const char *typed;
  gsize len;
  gboolean good;

  typed = base_secret_peek (password, &len);
  prepared = sasl_prep (typed, len, error);
  if (prepared == NULL)
    return FALSE;
  typed = base_secret_peek (prepared, &len);
  keys->len = (gsize) EVP_MD_get_size (md);
  good =
      PKCS5_PBKDF2_HMAC (
          typed, (int) len, salt, (int) salt_len, (int) iterations, md, (int) keys->len, salted) &&
      hmac (md, salted, "Client Key", keys->client_key) &&
      EVP_Digest (keys->client_key, keys->len, stored, NULL, md, NULL) &&
      hmac (md, stored, auth_message, keys->proof) && hmac (md, salted, "Server Key", server_key) &&
      hmac (md, server_key, auth_message, keys->signature);
  for (gsize i = 0; i < keys->len; i++)
    keys->proof[i] ^= keys->client_key[i];
  base_secret_wipe (salted, sizeof salted);
  base_secret_wipe (stored, sizeof stored);
  base_secret_wipe (server_key, sizeof server_key);
  if (!good)
    g_set_error (error,
                 SASL_ERROR,
                 SASL_ERROR_NO_MECHANISM,
                 _ ("This computer’s cryptographic library cannot compute %s."),
                 mechanism->name);
  return good;
}

char *
sasl_scram_binding (const char *header, GBytes *data)
{
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  gsize len = 0;
  const guint8 *bytes = data != NULL ? g_bytes_get_data (data, &len) : NULL;

  g_byte_array_append (whole, (const guint8 *) header, (guint) strlen (header));
  if (len > 0)
    g_byte_array_append (whole, bytes, (guint) len);
  return g_base64_encode (whole->data, whole->len);
}

char *
sasl_scram_nonce (void)
{
  guint8 random[24];

  if (RAND_bytes (random, sizeof random) != 1)
    g_error ("no random numbers");
  return g_base64_encode (random, sizeof random);
}

char *
sasl_scram_take (const char **message, char name)
{
  const char *start = *message;
  gsize len;

  if (start[0] != name || start[1] != '=')
    return NULL;
  len = strcspn (start, ",");
  *message = start + len + (start[len] == ',' ? 1 : 0);
  return g_strndup (start + 2, len - 2);
}

char *
sasl_scram_message (const guint8 *bytes, gsize len)
{
  if (len > SASL_SCRAM_MAX_MESSAGE || (len > 0 && memchr (bytes, '\0', len) != NULL))
    return NULL;
  return g_strndup ((const char *) bytes, len);
}

guint8 *
sasl_scram_decode (const char *text, gsize *len)
{
  g_autofree guint8 *bytes = g_base64_decode (text, len);
  g_autofree char *again = g_base64_encode (bytes, *len);

  return strcmp (again, text) == 0 ? g_steal_pointer (&bytes) : NULL;
}
