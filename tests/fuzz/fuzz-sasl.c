/* What the other side of an authentication may say: the first byte chooses a mechanism and a side,
 * then messages follow, each led by its length. Nothing is accepted that the password does not
 * prove. */
#include <glib.h>
#include <string.h>

#include "sasl-mechanism.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static const char *const names[] = { "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256" };

/* The next message, in memory of its size; FALSE at the end. */
static gboolean
next_message (const guint8 **data, size_t *size, guint8 **message, gsize *len)
{
  if (*size == 0)
    return FALSE;
  *len = MIN ((gsize) (*data)[0], *size - 1);
  *message = *len > 0 ? g_memdup2 (*data + 1, *len) : g_malloc (1);
  *data += *len + 1;
  *size -= *len + 1;
  return TRUE;
}

static void
run_client (const SaslMechanism *mechanism, const guint8 *data, size_t size)
{
  g_autoptr (BaseSecret) password = base_secret_new ("pencil", -1);
  g_autoptr (SaslClient) client = sasl_client_new (mechanism, "user", password);
  guint8 *message;
  gsize len;

  sasl_client_set_nonce (client, "fyko+d2lbbFgONRv9qkxdawL");
  if (mechanism->client_first)
    base_secret_unref (sasl_client_step (client, NULL, 0, NULL));
  while (next_message (&data, &size, &message, &len))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BaseSecret) response = sasl_client_step (client, message, len, &error);

      g_assert_true ((response == NULL) == (error != NULL));
      g_free (message);
    }
}

static BaseSecret *
lookup (const char *user, gpointer data)
{
  g_assert_true (g_utf8_validate (user, -1, NULL));
  /* Long enough not to be guessed. */
  return g_str_has_prefix (user, "u") ? base_secret_new ("b9f6c5d1e07a43c2", -1) : NULL;
}

static void
run_server (const SaslMechanism *mechanism, const guint8 *data, size_t size)
{
  g_autoptr (SaslServer) server = sasl_server_new (mechanism, "mail.example", lookup, NULL);
  SaslServerStatus status = SASL_SERVER_CONTINUE;
  guint8 *message;
  gsize len;

  while (status == SASL_SERVER_CONTINUE && next_message (&data, &size, &message, &len))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BaseSecret) challenge = NULL;

      status = sasl_server_step (server, message, len, &challenge, &error);
      g_assert_true ((status == SASL_SERVER_FAILED) == (error != NULL));
      g_assert_true ((status == SASL_SERVER_CONTINUE) == (challenge != NULL));
      g_free (message);
    }
  g_assert_cmpint (status, !=, SASL_SERVER_OK);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const SaslMechanism *mechanism;

  if (size == 0)
    return 0;
  mechanism = sasl_mechanism_find (names[(data[0] >> 1) % G_N_ELEMENTS (names)]);
  if (data[0] & 1)
    run_client (mechanism, data + 1, size - 1);
  else
    run_server (mechanism, data + 1, size - 1);
  return 0;
}
