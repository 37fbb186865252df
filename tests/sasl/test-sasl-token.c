/* Access tokens and certificates: the examples of RFC 7628 and of Google's documentation, both
 * sides against each other, and what strange servers answer. */
#include "sasl-mechanism.h"
#include "sasl-token.h"

#include <string.h>

#define TOKEN "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="

static SaslClient *
new_client (const char *mechanism, const char *user, const char *token)
{
  g_autoptr (BaseSecret) secret = base_secret_new (token, -1);

  return sasl_client_new (sasl_mechanism_find (mechanism), user, secret);
}

static void
assert_response (SaslClient *client, const char *challenge, const char *base64)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) response = sasl_client_step (
      client, (const guint8 *) challenge, challenge != NULL ? strlen (challenge) : 0, &error);
  g_autofree char *encoded = NULL;

  g_assert_no_error (error);
  encoded = base_secret_encode (response);
  g_assert_cmpstr (encoded, ==, base64);
}

/* RFC 7628 §4.1 and §4.3 */
static void
test_oauthbearer (void)
{
  g_autoptr (SaslClient) client = new_client ("oauthbearer", "user@example.com", TOKEN);
  char failure[SASL_FAILURE_SIZE] = "";

  sasl_client_set_host (client, "server.example.com", 143);
  sasl_client_note_failure (client, failure);
  assert_response (client,
                   NULL,
                   "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1"
                   "dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
  g_assert_true (sasl_client_is_done (client));
  assert_response (client,
                   "{\"status\":\"invalid_token\",\"scope\":\"example_scope\","
                   "\"openid-configuration\":\"https://example.com/.well-known/"
                   "openid-configuration\"}",
                   "AQ==");
  g_assert_cmpstr (failure, ==, "invalid_token");
  /* A yes after that is none. */
  g_assert_false (sasl_client_is_done (client));
  g_assert_null (sasl_client_step (client, (const guint8 *) "", 0, NULL));
}

/* developers.google.com, "OAuth 2.0 Mechanism" */
static void
test_xoauth2 (void)
{
  g_autoptr (SaslClient) client = new_client (
      "XOAUTH2", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
  char failure[SASL_FAILURE_SIZE] = "";

  sasl_client_note_failure (client, failure);
  assert_response (client,
                   NULL,
                   "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52"
                   "YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==");
  assert_response (client,
                   "{\"status\":\"401\",\"schemes\":\"bearer mac\","
                   "\"scope\":\"https://mail.google.com/\"}",
                   "");
  g_assert_cmpstr (failure, ==, "401");
}

static void
test_names (void)
{
  g_autoptr (SaslClient) odd = new_client ("OAUTHBEARER", "a,b=c", "t");
  g_autoptr (SaslClient) nobody = new_client ("OAUTHBEARER", "", "t");

  /* n,a=a=2Cb=3Dc,^Aauth=Bearer t^A^A */
  assert_response (odd, NULL, "bixhPWE9MkNiPTNEYywBYXV0aD1CZWFyZXIgdAEB");
  assert_response (nobody, NULL, "biwsAWF1dGg9QmVhcmVyIHQBAQ==");
}

static void
test_tokens_that_cannot_be_sent (void)
{
  const char *const tokens[] = { "", "a b", "a\x01b", "a\r\nb", "caf\xC3\xA9" };

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autoptr (SaslClient) client = new_client ("XOAUTH2", "ada", tokens[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (sasl_client_step (client, NULL, 0, &error));
      g_assert_error (error, SASL_ERROR, SASL_ERROR_CREDENTIALS);
    }
}

static void
test_failures (void)
{
  static const struct
  {
    const char *json, *status;
  } cases[] = {
    { "{\"status\" : \"insufficient_scope\"}", "insufficient_scope" },
    { "{ \"scope\":\"x\",\n\t\"status\":\"400\"}", "400" },
    { "{\"status\":\"a<b>\"}", "a" },
    { "{\"status\":401}", "" },
    { "{\"status\":", "" },
    { "{\"status\"", "" },
    { "{\"status\":\"cut", "cut" },
    { "{\"status\":\"0123456789012345678901234567890123456789012345678901234567890123\"}",
      "012345678901234567890123456789012345678" },
    { "not json", "" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize len = strlen (cases[i].json);
      g_autofree guint8 *exact = g_memdup2 (cases[i].json, MAX (len, 1));
      char failure[SASL_FAILURE_SIZE];

      sasl_token_failure (exact, len, failure);
      g_assert_cmpstr (failure, ==, cases[i].status);
    }
}

static void
test_external (void)
{
  g_autoptr (SaslClient) client = new_client ("EXTERNAL", "ada", "");

  assert_response (client, NULL, "");
  g_assert_true (sasl_client_is_done (client));
}

static const char *
check (const char *user, BaseSecret *token, gpointer data)
{
  if (strcmp (base_secret_peek (token, NULL), "narrow") == 0)
    return "insufficient_scope";
  return strcmp (user, "a,b=c") == 0 && strcmp (base_secret_peek (token, NULL), "good") == 0
             ? NULL
             : "invalid_token";
}

static void
test_both_sides (void)
{
  static const struct
  {
    const char *mechanism, *user, *token, *failure;
  } cases[] = {
    { "OAUTHBEARER", "a,b=c", "good", NULL },
    { "XOAUTH2", "a,b=c", "good", NULL },
    { "OAUTHBEARER", "a,b=c", "expired", "invalid_token" },
    { "XOAUTH2", "a,b=c", "expired", "401" },
    { "OAUTHBEARER", "ada", "good", "invalid_token" },
    { "OAUTHBEARER", "a,b=c", "narrow", "insufficient_scope" },
    { "XOAUTH2", "a,b=c", "narrow", "403" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SaslMechanism *mechanism = sasl_mechanism_find (cases[i].mechanism);
      g_autoptr (SaslClient) client =
          new_client (cases[i].mechanism, cases[i].user, cases[i].token);
      g_autoptr (SaslServer) server = sasl_server_new (mechanism, "h", NULL, NULL);
      g_autoptr (BaseSecret) response = sasl_client_step (client, NULL, 0, NULL);
      g_autoptr (BaseSecret) challenge = NULL;
      g_autoptr (BaseSecret) resigned = NULL;
      char failure[SASL_FAILURE_SIZE] = "";
      gsize len;
      const char *bytes = base_secret_peek (response, &len);
      SaslServerStatus status;

      sasl_server_set_token_check (server, check, NULL);
      sasl_client_note_failure (client, failure);
      status = sasl_server_step (server, (const guint8 *) bytes, len, &challenge, NULL);
      if (cases[i].failure == NULL)
        {
          g_assert_cmpint (status, ==, SASL_SERVER_OK);
          g_assert_cmpstr (sasl_server_user (server), ==, cases[i].user);
          continue;
        }
      g_assert_cmpint (status, ==, SASL_SERVER_CONTINUE);
      bytes = base_secret_peek (challenge, &len);
      resigned = sasl_client_step (client, (const guint8 *) bytes, len, NULL);
      g_assert_cmpstr (failure, ==, cases[i].failure);
      bytes = base_secret_peek (resigned, &len);
      g_clear_pointer (&challenge, base_secret_unref);
      g_assert_cmpint (sasl_server_step (server, (const guint8 *) bytes, len, &challenge, NULL),
                       ==,
                       SASL_SERVER_FAILED);
      g_assert_cmpstr (sasl_server_refusal (server), ==, "The access token is not accepted");
    }
}

static void
test_malformed_responses (void)
{
  static const struct
  {
    const char *mechanism, *response;
  } cases[] = {
    { "OAUTHBEARER", "" },
    { "OAUTHBEARER", "\x01" },
    { "OAUTHBEARER", "n,a=ada,\x01" },
    { "OAUTHBEARER",
      "n,a=,\x01"
      "auth=Bearer t\x01\x01" },
    { "OAUTHBEARER",
      "n,,\x01"
      "auth=Bearer t\x01\x01" },
    { "OAUTHBEARER",
      "n,a=ada,\x01"
      "auth=Bearer t\x01" },
    { "OAUTHBEARER",
      "n,a=ada,\x01"
      "auth=Bearer t\x01\x01more" },
    { "OAUTHBEARER",
      "n,a=ada,\x01"
      "auth=Basic t\x01\x01" },
    { "XOAUTH2",
      "user=ada\x01"
      "auth=Bearer t" },
    { "XOAUTH2", "auth=Bearer t\x01\x01" },
    { "XOAUTH2",
      "user=\x01"
      "auth=Bearer t\x01\x01" },
    { "XOAUTH2",
      "user=\xff\x01"
      "auth=Bearer t\x01\x01" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SaslMechanism *mechanism = sasl_mechanism_find (cases[i].mechanism);
      g_autoptr (SaslServer) server = sasl_server_new (mechanism, "h", NULL, NULL);
      gsize len = strlen (cases[i].response);
      g_autofree guint8 *exact = g_memdup2 (cases[i].response, MAX (len, 1));
      g_autoptr (BaseSecret) challenge = NULL;
      g_autoptr (GError) error = NULL;

      sasl_server_set_token_check (server, check, NULL);
      g_assert_cmpint (
          sasl_server_step (server, exact, len, &challenge, &error), ==, SASL_SERVER_FAILED);
      g_assert_error (error, SASL_ERROR, SASL_ERROR_CHALLENGE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sasl/token/oauthbearer", test_oauthbearer);
  g_test_add_func ("/sasl/token/xoauth2", test_xoauth2);
  g_test_add_func ("/sasl/token/names", test_names);
  g_test_add_func ("/sasl/token/cannot-be-sent", test_tokens_that_cannot_be_sent);
  g_test_add_func ("/sasl/token/failures", test_failures);
  g_test_add_func ("/sasl/token/external", test_external);
  g_test_add_func ("/sasl/token/both-sides", test_both_sides);
  g_test_add_func ("/sasl/token/malformed", test_malformed_responses);
  return g_test_run ();
}
