/* The steps themselves are sasl-client.c's and sasl-server.c's; here is how they are put in lines.
 */
#include "config.h"

#include "sasl-sign-in.h"

#include <string.h>

#include <glib/gi18n-lib.h>

struct _SaslSignIn
{
  SaslClient *client;
  const SaslMechanism *mechanism;
  BaseSecret *first; /* the first response, when the command had no room for it */
};

SaslSignIn *
sasl_sign_in_new (SaslClient *client, const SaslMechanism *mechanism)
{
  SaslSignIn *sign_in = g_new0 (SaslSignIn, 1);

  sign_in->client = client;
  sign_in->mechanism = mechanism;
  return sign_in;
}

void
sasl_sign_in_free (SaslSignIn *sign_in)
{
  sasl_client_free (sign_in->client);
  g_clear_pointer (&sign_in->first, base_secret_unref);
  g_free (sign_in);
}

static BaseSecret *
next_step (SaslSignIn *sign_in, BaseCore *core, const BaseSecret *challenge)
{
  GError *error = NULL;
  gsize len = 0;
  const char *bytes = challenge != NULL ? base_secret_peek (challenge, &len) : NULL;
  BaseSecret *response = sasl_client_step (sign_in->client, (const guint8 *) bytes, len, &error);

  if (response == NULL)
    base_core_fail_error (core, error);
  /* LOGIN answers with the bare name, which is no secret, and the password, which is masked. */
  else if (strcmp (sign_in->mechanism->name, "LOGIN") != 0)
    base_core_add_mask (core, response);
  return response;
}

BaseSecret *
sasl_sign_in_begin (SaslSignIn *sign_in, BaseCore *core, gsize room)
{
  BaseSecret *first;

  base_core_add_mask (core, sasl_client_password (sign_in->client));
  if (!sign_in->mechanism->client_first)
    return NULL;
  first = next_step (sign_in, core, NULL);
  if (first == NULL || (base_secret_length (first) + 2) / 3 * 4 <= room)
    return first;
  sign_in->first = first;
  return NULL;
}

void
sasl_sign_in_answer (
    SaslSignIn *sign_in, BaseCore *core, guint64 exchange, const char *challenge, gsize len)
{
  g_autoptr (BaseSecret) response = g_steal_pointer (&sign_in->first);

  if (response == NULL)
    {
      g_autoptr (BaseSecret) decoded = base_secret_decode (challenge, len);

      if (decoded == NULL)
        {
          base_core_fail (core,
                          BASE_CORE_ERROR_PROTOCOL,
                          _ ("The server’s challenge is not well-formed base64."));
          return;
        }
      response = next_step (sign_in, core, decoded);
    }
  if (response != NULL)
    sasl_sign_in_write (core, exchange, "", response);
}

gboolean
sasl_sign_in_check (const SaslSignIn *sign_in, BaseCore *core)
{
  if (sasl_client_is_done (sign_in->client))
    return TRUE;
  base_core_fail_error (core,
                        g_error_new_literal (SASL_ERROR,
                                             SASL_ERROR_SERVER_PROOF,
                                             _ ("The server said yes without proving that it knows "
                                                "the password, so it may not be your server.")));
  return FALSE;
}

void
sasl_sign_in_write (BaseCore *core, guint64 exchange, const char *prefix, const BaseSecret *step)
{
  char *base64 = base_secret_encode (step);

  base_core_write_string (core, exchange, prefix, FALSE);
  base_core_write (core, BASE_SPAN_SECRET, exchange, base64, strlen (base64), FALSE);
  base_core_write_string (core, exchange, "\r\n", TRUE);
  base_secret_wipe_string (base64);
}

gboolean
sasl_sign_in_is_offered (const BaseCore *core,
                         const char *mechanism,
                         const char *const *allowed,
                         gboolean may_show_password)
{
  const SaslMechanism *found = sasl_mechanism_find (mechanism);
  /* Who knows passwords knows no tokens, unless they say so; certificates nobody asks for here. */
  gboolean listed = allowed == NULL && found != NULL && found->proof == SASL_PROOF_PASSWORD;

  for (guint i = 0; !listed && allowed != NULL && allowed[i] != NULL; i++)
    listed = g_ascii_strcasecmp (allowed[i], mechanism) == 0;
  return found != NULL && listed && found->proof != SASL_PROOF_CERTIFICATE &&
         (may_show_password || !found->shows_password) &&
         (!found->binds || base_core_binding (core) != NULL);
}

SaslServer *
sasl_sign_in_serve (const BaseCore *core,
                    const SaslMechanism *mechanism,
                    const char *host,
                    SaslLookup lookup,
                    SaslTokenCheck token_check,
                    gpointer data)
{
  SaslServer *server = sasl_server_new (mechanism, host, lookup, data);

  sasl_server_set_binding (server, base_core_binding (core));
  if (token_check != NULL)
    sasl_server_set_token_check (server, token_check, data);
  return server;
}

SaslServerStatus
sasl_sign_in_step (BaseCore *core,
                   guint64 exchange,
                   SaslServer *server,
                   const BaseSecret *response,
                   const char *prefix,
                   GError **error)
{
  gsize len = 0;
  const char *bytes = response != NULL ? base_secret_peek (response, &len) : NULL;
  g_autoptr (BaseSecret) challenge = NULL;
  SaslServerStatus status =
      sasl_server_step (server, (const guint8 *) bytes, len, &challenge, error);

  if (status == SASL_SERVER_CONTINUE)
    sasl_sign_in_write (core, exchange, prefix, challenge);
  return status;
}

BaseSecret *
sasl_sign_in_read (BaseCore *core,
                   guint64 exchange,
                   const guint8 *line,
                   gsize len,
                   gsize with_end,
                   gboolean *cancelled)
{
  BaseSecretSpan secret = { 0, len };

  *cancelled = len == 1 && line[0] == '*';
  if (*cancelled)
    secret.length = 0;
  base_core_add_secret_span (core, &secret, with_end, exchange);
  return *cancelled ? NULL : base_secret_decode ((const char *) line, len);
}
