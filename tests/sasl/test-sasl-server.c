/* The server's side against the RFCs' examples, against our own client, and against clients that
 * lie. */
#include "sasl-mechanism.h"

#include <string.h>

static BaseSecret *
lookup (const char *user, gpointer data)
{
  g_assert_cmpstr (data, ==, "data");
  if (strcmp (user, "user") == 0 || strcmp (user, "a,b=c") == 0)
    return base_secret_new ("pencil", -1);
  if (strcmp (user, "tim") == 0)
    return base_secret_new ("tanstaaftanstaaf", -1);
  /* Typed as one character here, as two on the other side. */
  if (strcmp (user, "zoé") == 0)
    return base_secret_new ("caf\xC3\xA9", -1);
  return NULL;
}

static SaslServer *
new_server (const char *mechanism)
{
  return sasl_server_new (
      sasl_mechanism_find (mechanism), "mail.example", lookup, (gpointer) "data");
}

static SaslServerStatus
step (SaslServer *server, const char *response, gssize len, char **challenge, GError **error)
{
  gsize size = response == NULL ? 0 : len < 0 ? strlen (response) : (gsize) len;
  g_autofree guint8 *exact = response != NULL ? g_memdup2 (response, MAX (size, 1)) : NULL;
  g_autoptr (BaseSecret) secret = NULL;
  SaslServerStatus status = sasl_server_step (server, exact, size, &secret, error);

  g_assert_true ((secret != NULL) == (status == SASL_SERVER_CONTINUE));
  *challenge = secret != NULL ? g_strdup (base_secret_peek (secret, NULL)) : NULL;
  return status;
}

/* One dialogue: the responses in order, what comes of the last. */
typedef struct
{
  const char *mechanism;
  const char *response;
  gssize len;
  int code; /* -1: OK */
} Single;

static void
test_plain (void)
{
  static const Single cases[] = {
    { "PLAIN", "\0tim\0tanstaaftanstaaf", 21, -1 },
    { "PLAIN", "tim\0tim\0tanstaaftanstaaf", 24, -1 },
    { "PLAIN", "\0zo\xC3\xA9\0cafe\xCC\x81", 12, -1 },
    { "PLAIN", "ada\0tim\0tanstaaftanstaaf", 24, SASL_ERROR_REFUSED },
    { "PLAIN", "\0tim\0wrong", 10, SASL_ERROR_REFUSED },
    { "PLAIN", "\0tim\0", 5, SASL_ERROR_REFUSED },
    { "PLAIN", "\0nobody\0tanstaaftanstaaf", 24, SASL_ERROR_REFUSED },
    { "PLAIN", "\0tim\0tanstaaftanstaaf\0", 22, SASL_ERROR_CHALLENGE },
    { "PLAIN", "\0tim", 4, SASL_ERROR_CHALLENGE },
    { "PLAIN", "tim", 3, SASL_ERROR_CHALLENGE },
    { "PLAIN", "", 0, SASL_ERROR_CHALLENGE },
    { "PLAIN", "\0\0x", 3, SASL_ERROR_CHALLENGE },
    { "PLAIN", "\0\xFF\0x", 4, SASL_ERROR_CHALLENGE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SaslServer) server = new_server ("PLAIN");
      g_autoptr (GError) error = NULL;
      g_autofree char *challenge = NULL;
      SaslServerStatus status = step (server, cases[i].response, cases[i].len, &challenge, &error);

      if (cases[i].code < 0)
        {
          g_assert_no_error (error);
          g_assert_cmpint (status, ==, SASL_SERVER_OK);
          g_assert_nonnull (sasl_server_user (server));
        }
      else
        {
          g_assert_cmpint (status, ==, SASL_SERVER_FAILED);
          g_assert_error (error, SASL_ERROR, cases[i].code);
        }
    }
}

static void
test_scram_vector (void)
{
  g_autoptr (SaslServer) server = new_server ("SCRAM-SHA-256");
  g_autofree char *first = NULL;
  g_autofree char *final = NULL;
  g_autofree char *none = NULL;

  sasl_server_set_nonce (
      server, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "W22ZaJ0SNY7soEsUEjb6gQ==", 4096);
  g_assert_cmpint (step (server, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO", -1, &first, NULL),
                   ==,
                   SASL_SERVER_CONTINUE);
  g_assert_cmpstr (
      first,
      ==,
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  g_assert_cmpint (step (server,
                         "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                         "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                         -1,
                         &final,
                         NULL),
                   ==,
                   SASL_SERVER_CONTINUE);
  g_assert_cmpstr (final, ==, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  g_assert_cmpint (step (server, "", 0, &none, NULL), ==, SASL_SERVER_OK);
  g_assert_cmpstr (sasl_server_user (server), ==, "user");
}

static void
test_scram_lies (void)
{
  static const char *const firsts[] = {
    "",
    "n",
    "n,,",
    "n,,n=user",
    "n,,n=user,r=",
    "n,,r=abc,n=user",
    "n,,n=us=er,r=abc",
    "n,,n=,r=abc",
    "p=tls-unique,,n=user,r=abc",
    "n,b=user,n=user,r=abc",
    "n,a=other,n=user,r=abc",
    "n,,m=x,n=user,r=abc",
  };
  static const char *const finals[] = {
    "",
    "c=biws",
    "c=biws,r=abcdef",
    "c=biws,r=abcdef,p=",
    "c=biws,r=abc,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    "c=eSws,r=abcdef,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    "c=biws,r=abcdef,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=,x=y",
    "c=biws,r=abcdef,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (firsts); i++)
    {
      g_autoptr (SaslServer) server = new_server ("SCRAM-SHA-1");
      g_autofree char *challenge = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (step (server, firsts[i], -1, &challenge, &error), ==, SASL_SERVER_FAILED);
      g_assert_nonnull (error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (finals); i++)
    {
      g_autoptr (SaslServer) server = new_server ("SCRAM-SHA-256");
      g_autofree char *challenge = NULL;
      g_autofree char *second = NULL;
      g_autoptr (GError) error = NULL;

      sasl_server_set_nonce (server, "def", "W22ZaJ0SNY7soEsUEjb6gQ==", 4096);
      g_assert_cmpint (
          step (server, "n,,n=user,r=abc", -1, &challenge, NULL), ==, SASL_SERVER_CONTINUE);
      g_assert_cmpint (step (server, finals[i], -1, &second, &error), ==, SASL_SERVER_FAILED);
      g_assert_nonnull (error);
    }
}

/* Our client against our server; what the server says goes back until one of them is content. */
static gboolean
converse (const char *mechanism, const char *user, const char *password, gboolean initial)
{
  const SaslMechanism *found = sasl_mechanism_find (mechanism);
  g_autoptr (BaseSecret) secret = base_secret_new (password, -1);
  g_autoptr (SaslClient) client = sasl_client_new (found, user, secret);
  g_autoptr (SaslServer) server = new_server (mechanism);
  g_autoptr (BaseSecret) response =
      initial && found->client_first ? sasl_client_step (client, NULL, 0, NULL) : NULL;
  SaslServerStatus status = SASL_SERVER_CONTINUE;

  for (int turn = 0; turn < 5 && status == SASL_SERVER_CONTINUE; turn++)
    {
      g_autoptr (BaseSecret) challenge = NULL;
      g_autoptr (GError) error = NULL;
      gsize len = 0;
      const guint8 *bytes =
          response != NULL ? (const guint8 *) base_secret_peek (response, &len) : NULL;

      status = sasl_server_step (server, bytes, len, &challenge, &error);
      if (status == SASL_SERVER_FAILED)
        g_assert_error (error, SASL_ERROR, SASL_ERROR_REFUSED);
      if (status != SASL_SERVER_CONTINUE)
        break;
      g_clear_pointer (&response, base_secret_unref);
      bytes = (const guint8 *) base_secret_peek (challenge, &len);
      response = sasl_client_step (client, bytes, len, &error);
      g_assert_no_error (error);
    }
  if (status == SASL_SERVER_OK)
    {
      g_assert_true (sasl_client_is_done (client));
      g_assert_cmpstr (sasl_server_user (server), ==, user);
    }
  return status == SASL_SERVER_OK;
}

/* The first two turns of a sign-in whose ends see these bindings (nullable); what became of it. */
static SaslServerStatus
try_binding (const char *mechanism,
             const BaseBinding *client_binding,
             const BaseBinding *server_binding,
             char **said)
{
  g_autoptr (BaseSecret) secret = base_secret_new ("tanstaaftanstaaf", -1);
  g_autoptr (SaslClient) client = sasl_client_new (sasl_mechanism_find (mechanism), "tim", secret);
  g_autoptr (SaslServer) server = new_server (mechanism);
  g_autoptr (BaseSecret) response = NULL;
  SaslServerStatus status = SASL_SERVER_CONTINUE;

  sasl_client_set_binding (client, client_binding);
  sasl_server_set_binding (server, server_binding);
  response = sasl_client_step (client, NULL, 0, NULL);
  g_assert_nonnull (response);
  *said = g_strndup (base_secret_peek (response, NULL), 16);
  for (int turn = 0; turn < 3 && status == SASL_SERVER_CONTINUE && response != NULL; turn++)
    {
      g_autoptr (BaseSecret) challenge = NULL;
      gsize len;
      const guint8 *bytes = (const guint8 *) base_secret_peek (response, &len);

      status = sasl_server_step (server, bytes, len, &challenge, NULL);
      g_clear_pointer (&response, base_secret_unref);
      if (status != SASL_SERVER_CONTINUE)
        break;
      bytes = (const guint8 *) base_secret_peek (challenge, &len);
      response = sasl_client_step (client, bytes, len, NULL);
    }
  return status;
}

/* RFC 5802 §6: who stands between two connections has two bindings. */
static void
test_binding (void)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("this connection's thirty-two byte", 32);
  g_autoptr (GBytes) two = g_bytes_new_static ("another connection's thirty-two b", 32);
  const BaseBinding here = { "tls-exporter", one };
  const BaseBinding there = { "tls-exporter", two };
  const BaseBinding other = { "tls-server-end-point", one };
  static const char *const names[] = { "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS" };
  g_autofree char *said = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *first = NULL;
      g_autofree char *second = NULL;
      g_autofree char *third = NULL;
      g_autofree char *fourth = NULL;

      g_assert_cmpint (try_binding (names[i], &here, &here, &first), ==, SASL_SERVER_OK);
      g_assert_cmpstr (first, ==, "p=tls-exporter,,");
      g_assert_cmpint (try_binding (names[i], &here, &there, &second), ==, SASL_SERVER_FAILED);
      g_assert_cmpint (try_binding (names[i], &here, &other, &third), ==, SASL_SERVER_FAILED);
      g_assert_cmpint (try_binding (names[i], &here, NULL, &fourth), ==, SASL_SERVER_FAILED);
    }
  /* Somebody hid that the server binds: it is told, and refuses. */
  g_assert_cmpint (try_binding ("SCRAM-SHA-256", &here, &here, &said), ==, SASL_SERVER_FAILED);
  g_assert_true (g_str_has_prefix (said, "y,,n=tim,"));
  g_clear_pointer (&said, g_free);
  /* A server that cannot bind takes either. */
  g_assert_cmpint (try_binding ("SCRAM-SHA-256", &here, NULL, &said), ==, SASL_SERVER_OK);
  g_clear_pointer (&said, g_free);
  g_assert_cmpint (try_binding ("SCRAM-SHA-256", NULL, NULL, &said), ==, SASL_SERVER_OK);
  g_assert_true (g_str_has_prefix (said, "n,,n=tim,"));
}

static void
test_both (void)
{
  static const char *const names[] = {
    "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (int initial = 0; initial < 2; initial++)
      {
        g_assert_true (converse (names[i], "tim", "tanstaaftanstaaf", initial));
        g_assert_true (converse (names[i], "a,b=c", "pencil", initial));
        g_assert_false (converse (names[i], "tim", "tanstaaf", initial));
        g_assert_false (converse (names[i], "nobody", "tanstaaf", initial));
        g_assert_false (converse (names[i], "nobody", "", initial));
      }
  g_assert_true (converse ("SCRAM-SHA-256", "zoé", "cafe\xCC\x81", TRUE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sasl/server/plain", test_plain);
  g_test_add_func ("/sasl/server/scram-vector", test_scram_vector);
  g_test_add_func ("/sasl/server/scram-lies", test_scram_lies);
  g_test_add_func ("/sasl/server/binding", test_binding);
  g_test_add_func ("/sasl/server/both-sides", test_both);
  return g_test_run ();
}
