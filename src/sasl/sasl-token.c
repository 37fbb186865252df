/* A response is one string of pairs between ^A characters. A token is a password to whoever has it:
 * it is never longer in memory than its secret. */
#include "config.h"

#include "sasl-token.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define SEPARATOR "\x01"
/* Tokens are some kilobytes long; whole error texts are shorter. */
#define MAX_TOKEN (64 * 1024)

static gboolean
is_bearer (const SaslMechanism *mechanism)
{
  return strcmp (mechanism->name, "OAUTHBEARER") == 0;
}

/* RFC 6750 §2.1 allows fewer characters; no provider's token has others than these. */
static gboolean
is_token (const char *bytes, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (bytes[i] <= 0x20 || bytes[i] >= 0x7f)
      return FALSE;
  return len > 0 && len <= MAX_TOKEN;
}

static void
add_escaped (GString *out, const char *user)
{
  for (; *user != '\0'; user++)
    {
      if (*user == ',')
        g_string_append (out, "=2C");
      else if (*user == '=')
        g_string_append (out, "=3D");
      else
        g_string_append_c (out, *user);
    }
}

/* RFC 7628 §3.1: client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep; without a user the token
 * says who it is. */
static void
begin_bearer (GString *out, const char *user, const char *host, guint16 port)
{
  g_string_append (out, "n,");
  if (*user != '\0')
    g_string_append (out, "a=");
  add_escaped (out, user);
  g_string_append (out, "," SEPARATOR);
  if (host != NULL)
    g_string_append_printf (out, "host=%s" SEPARATOR "port=%u" SEPARATOR, host, port);
}

BaseSecret *
sasl_token_response (const SaslMechanism *mechanism,
                     const char *user,
                     const char *host,
                     guint16 port,
                     BaseSecret *token,
                     GError **error)
{
  gsize len;
  const char *bytes = base_secret_peek (token, &len);
  GString *out;
  BaseSecret *response;

  if (!is_token (bytes, len) || strpbrk (user, "\x01\r\n") != NULL)
    {
      g_set_error_literal (error,
                           SASL_ERROR,
                           SASL_ERROR_CREDENTIALS,
                           _ ("The access token or the user name holds characters that cannot be "
                              "sent."));
      return NULL;
    }
  /* Large enough at once: a string that grows leaves its beginning behind in memory. */
  out = g_string_sized_new (len + 3 * strlen (user) + (host != NULL ? strlen (host) : 0) + 64);
  if (is_bearer (mechanism))
    begin_bearer (out, user, host, port);
  else
    g_string_append_printf (out, "user=%s" SEPARATOR, user);
  g_string_append (out, "auth=Bearer ");
  g_string_append_len (out, bytes, (gssize) len);
  g_string_append (out, SEPARATOR SEPARATOR);
  response = base_secret_new (out->str, (gssize) out->len);
  base_secret_wipe_string (g_string_free (out, FALSE));
  return response;
}

BaseSecret *
sasl_token_resign (const SaslMechanism *mechanism)
{
  return base_secret_new (is_bearer (mechanism) ? SEPARATOR : "", -1);
}

/* The object is flat, and one member counts; what is no such object has none. */
void
sasl_token_failure (const guint8 *json, gsize len, char failure[SASL_FAILURE_SIZE])
{
  static const char key[] = "\"status\"";
  const char *at = len > 0 ? memmem (json, len, key, sizeof key - 1) : NULL;
  const char *end = (const char *) json + len;
  gsize n = 0;

  failure[0] = '\0';
  if (at == NULL)
    return;
  at += sizeof key - 1;
  while (at < end && strchr (" \t\r\n:", *at) != NULL && *at != '\0')
    at++;
  if (at == end || *at++ != '"')
    return;
  while (at < end && n + 1 < SASL_FAILURE_SIZE && (g_ascii_isalnum (*at) || *at == '_'))
    failure[n++] = *at++;
  failure[n] = '\0';
}

/* --- the server's side --- */

static char *
unescape (const char *text, gsize len)
{
  GString *name = g_string_new_len (text, (gssize) len);

  g_string_replace (name, "=2C", ",", 0);
  g_string_replace (name, "=3D", "=", 0);
  return g_string_free (name, FALSE);
}

/* The pairs, each ended by ^A; one empty pair ends them all. */
static gboolean
take_pairs (const char *text, char **user, BaseSecret **token)
{
  while (*text != '\0' && *text != '\x01')
    {
      const char *end = strchr (text, '\x01');

      if (end == NULL)
        return FALSE;
      if (g_str_has_prefix (text, "user=") && *user == NULL)
        *user = g_strndup (text + 5, (gsize) (end - text) - 5);
      else if (g_ascii_strncasecmp (text, "auth=Bearer ", 12) == 0 && *token == NULL)
        *token = base_secret_new (text + 12, end - text - 12);
      text = end + 1;
    }
  return text[0] == '\x01' && text[1] == '\0' && *token != NULL;
}

gboolean
sasl_token_parse (const SaslMechanism *mechanism,
                  const guint8 *response,
                  gsize len,
                  char **user,
                  BaseSecret **token)
{
  char *message = g_strndup ((const char *) response, len);
  const char *rest = message;
  gboolean good = len > 0 && memchr (response, '\0', len) == NULL &&
                  g_utf8_validate_len ((const char *) response, len, NULL);

  *user = NULL;
  *token = NULL;
  if (good && is_bearer (mechanism))
    {
      const char *end = strchr (message, '\x01');

      good =
          end != NULL && g_str_has_prefix (message, "n,a=") && end - message > 5 && end[-1] == ',';
      if (good)
        *user = unescape (message + 4, (gsize) (end - message) - 5);
      rest = good ? end + 1 : rest;
    }
  good = good && take_pairs (rest, user, token) && *user != NULL && **user != '\0';
  base_secret_wipe_string (message);
  return good;
}

char *
sasl_token_challenge (const SaslMechanism *mechanism, const char *failure)
{
  if (is_bearer (mechanism))
    return g_strdup_printf ("{\"status\":\"%s\",\"scope\":\"mail\"}", failure);
  return g_strdup_printf ("{\"status\":\"%s\",\"schemes\":\"bearer\",\"scope\":\"mail\"}",
                          strcmp (failure, "insufficient_scope") == 0 ? "403" : "401");
}
