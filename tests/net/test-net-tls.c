/* Each way a certificate can be refused has its name, and by then the server has heard nothing but
 * a handshake. */
#include "test-net-server.h"

#include <fcntl.h>
#include <string.h>

#include <glib/gstdio.h>

#define YEAR (G_GINT64_CONSTANT (365) * 24 * 3600)

static const char *const good_names[] = { "localhost", "127.0.0.1", "::1", NULL };
static const char *const other_names[] = { "mail.example", "*.example", "192.0.2.1", NULL };

typedef enum
{
  SHOW_GOOD,
  SHOW_OTHER_CA,
  SHOW_SELF_SIGNED,
  SHOW_EXPIRED,
  SHOW_NOT_YET,
  SHOW_WRONG_NAME,
  SHOW_NO_NAME
} Show;

static NetIdentity *
make_identity (Show show)
{
  static const char *const none[] = { NULL };
  g_autoptr (NetCa) other = NULL;
  g_autofree char *dir = NULL;

  switch (show)
    {
    case SHOW_OTHER_CA:
      dir = g_dir_make_tmp ("restante-ca-XXXXXX", NULL);
      other = net_ca_open (dir, NULL);
      return net_ca_issue (other, good_names, -3600, YEAR, NULL);
    case SHOW_SELF_SIGNED:
      return net_identity_self_signed (good_names, NULL);
    case SHOW_EXPIRED:
      return net_ca_issue (test_ca (), good_names, -2 * YEAR, -YEAR, NULL);
    case SHOW_NOT_YET:
      return net_ca_issue (test_ca (), good_names, YEAR, 2 * YEAR, NULL);
    case SHOW_WRONG_NAME:
      return net_ca_issue (test_ca (), other_names, -3600, YEAR, NULL);
    case SHOW_NO_NAME:
      return net_ca_issue (test_ca (), none, -3600, YEAR, NULL);
    case SHOW_GOOD:
    default:
      return net_ca_issue (test_ca (), good_names, -3600, YEAR, NULL);
    }
}

static const struct
{
  Show show;
  const char *host;
  int code; /* -1: accepted */
  const char *says[2];
} cases[] = {
  { SHOW_GOOD, "localhost", -1, { NULL } },
  { SHOW_GOOD, "127.0.0.1", -1, { NULL } },
  { SHOW_GOOD, "::1", -1, { NULL } },
  { SHOW_OTHER_CA,
    "localhost",
    NET_ERROR_CERT_UNKNOWN_ISSUER,
    { "Restante practice authority", "SHA-256" } },
  { SHOW_SELF_SIGNED, "localhost", NET_ERROR_CERT_SELF_SIGNED, { "self-signed", "SHA-256" } },
  { SHOW_EXPIRED, "localhost", NET_ERROR_CERT_EXPIRED, { "expired on 20", "SHA-256" } },
  { SHOW_NOT_YET, "localhost", NET_ERROR_CERT_NOT_YET_VALID, { "not valid before 20", "SHA-256" } },
  { SHOW_WRONG_NAME,
    "localhost",
    NET_ERROR_CERT_WRONG_NAME,
    { "mail.example, *.example, 192.0.2.1", "SHA-256" } },
  { SHOW_WRONG_NAME, "127.0.0.1", NET_ERROR_CERT_WRONG_NAME, { "192.0.2.1", "SHA-256" } },
  { SHOW_NO_NAME, "localhost", NET_ERROR_CERT_WRONG_NAME, { "no name at all", "SHA-256" } },
};

/* Whether the server side of this connection ever got a byte of the dialogue. */
static void
assert_heard_nothing (TestServer *server)
{
  g_autofree char *said = test_server_join (server);

  g_assert_cmpstr (said, ==, "");
}

static void
assert_refused (const GError *error, gsize i)
{
  g_assert_error (error, NET_ERROR, cases[i].code);
  for (gsize j = 0; j < G_N_ELEMENTS (cases[i].says); j++)
    g_assert_nonnull (strstr (error->message, cases[i].says[j]));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_immediate (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NetIdentity) identity = make_identity (cases[i].show);
      g_autoptr (TestServer) server = test_server_toy (identity, TRUE);
      g_autoptr (GError) error = NULL;
      g_autoptr (NetSession) session =
          test_connect (server, cases[i].host, NET_SECURITY_TLS, NULL, NULL, &error);

      g_assert_true ((session != NULL) == (cases[i].code < 0));
      if (session == NULL)
        {
          assert_refused (error, i);
          assert_heard_nothing (server);
        }
    }
}

static void
test_starttls (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NetIdentity) identity = make_identity (cases[i].show);
      g_autoptr (TestServer) server = test_server_toy (identity, FALSE);
      g_autoptr (GError) error = NULL;
      g_autoptr (NetSession) session =
          test_connect (server, cases[i].host, NET_SECURITY_STARTTLS, NULL, NULL, &error);
      g_autofree char *said = NULL;

      g_assert_no_error (error);
      toy_starttls (net_session_core (session));
      base_event_unref (&test_expect (session, TOY_LINE)->base);
      base_event_unref (&test_expect (session, TOY_START_TLS)->base);
      g_assert_true (net_session_start_tls (session, &error) == (cases[i].code < 0));
      if (cases[i].code >= 0)
        assert_refused (error, i);
      g_clear_pointer (&session, net_session_free);
      said = test_server_join (server);
      g_assert_cmpstr (said, ==, "STARTTLS\n");
    }
}

/* Its own certificate as the account's authority: what people with a server of their own do. */
static void
test_pinned (void)
{
  g_autoptr (NetIdentity) identity = net_identity_self_signed (good_names, NULL);
  g_autoptr (TestServer) server = test_server_toy (identity, TRUE);
  g_autofree char *pem = net_identity_pem (identity);
  g_autofree char *dir = g_dir_make_tmp ("restante-pin-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "server.pem", NULL);
  NetEndpoint endpoint = { .host = "localhost",
                           .port = test_server_port (server),
                           .security = NET_SECURITY_TLS,
                           .ca_file = file };
  g_autoptr (GError) error = NULL;
  g_autoptr (NetSession) session = NULL;

  g_assert_true (g_file_set_contents (file, pem, -1, NULL));
  session = net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, NULL), NULL, &error);
  g_assert_no_error (error);
}

/* Without the account's file the system's trust does not know our authority. */
static void
test_system_trust (void)
{
  g_autoptr (TestServer) server = test_server_toy (test_identity (), TRUE);
  NetEndpoint endpoint = { .host = "localhost",
                           .port = test_server_port (server),
                           .security = NET_SECURITY_TLS };
  g_autoptr (GError) error = NULL;

  g_assert_null (
      net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, NULL), NULL, &error));
  g_assert_error (error, NET_ERROR, NET_ERROR_CERT_UNKNOWN_ISSUER);
}

/* The system's bundle is read when it is needed, and then it is. */
static void
test_bundle (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  g_setenv ("SSL_CERT_FILE", net_ca_file (test_ca ()), TRUE);
  g_setenv ("SSL_CERT_DIR", "/no/such/directory", TRUE);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TestServer) server = test_server_toy (test_identity (), TRUE);
      NetEndpoint endpoint = { .host = "localhost",
                               .port = test_server_port (server),
                               .security = NET_SECURITY_TLS };
      g_autoptr (GError) error = NULL;
      g_autoptr (NetSession) session =
          net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, NULL), NULL, &error);

      g_assert_no_error (error);
    }
}

static void
test_bad_ca_file (void)
{
  static const char *const files[] = { "/no/such/file.pem", "/dev/null" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (TestServer) server = test_server_toy (test_identity (), TRUE);
      NetEndpoint endpoint = { .host = "localhost",
                               .port = test_server_port (server),
                               .security = NET_SECURITY_TLS,
                               .ca_file = files[i] };
      g_autoptr (GError) error = NULL;

      g_assert_null (
          net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, NULL), NULL, &error));
      g_assert_error (error, NET_ERROR, NET_ERROR_CONFIG);
      g_assert_cmpint (base_error_retry (error), ==, BASE_RETRY_USER);
    }
}

/* A server from before TLS 1.2. */
static void
script_old (GSocket *socket, gpointer data)
{
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());
  SSL *ssl;

  SSL_CTX_set_security_level (context, 0);
  g_assert_true (SSL_CTX_set_min_proto_version (context, TLS1_VERSION));
  g_assert_true (SSL_CTX_set_max_proto_version (context, TLS1_1_VERSION));
  g_assert_true (net_identity_use (test_identity (), context));
  ssl = SSL_new (context);
  /* GIO's sockets only seem to block. */
  fcntl (g_socket_get_fd (socket), F_SETFL, 0);
  SSL_set_fd (ssl, g_socket_get_fd (socket));
  g_assert_cmpint (SSL_accept (ssl), !=, 1);
  SSL_free (ssl);
  SSL_CTX_free (context);
}

static void
test_old_server (void)
{
  g_autoptr (TestServer) server = NULL;
  g_autoptr (GError) error = NULL;

  (void) test_identity ();
  server = test_server_script (script_old, NULL);
  g_assert_null (test_connect (server, "localhost", NET_SECURITY_TLS, NULL, NULL, &error));
  g_assert_error (error, NET_ERROR, NET_ERROR_TLS);
}

static void
test_ca_is_kept (void)
{
  g_autofree char *dir = g_dir_make_tmp ("restante-ca-XXXXXX", NULL);
  g_autofree char *inner = g_build_filename (dir, "practice", NULL);
  g_autofree char *key = g_build_filename (inner, "ca-key.pem", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  GStatBuf status;
  g_autoptr (NetCa) ca = net_ca_open (inner, NULL);
  g_autoptr (NetCa) again = net_ca_open (inner, NULL);
  g_autoptr (NetCa) mended = NULL;

  g_assert_nonnull (ca);
  g_assert_nonnull (again);
  g_assert_true (g_file_get_contents (net_ca_file (ca), &first, NULL, NULL));
  g_assert_true (g_file_get_contents (net_ca_file (again), &second, NULL, NULL));
  g_assert_cmpstr (first, ==, second);
  g_assert_null (strstr (first, "PRIVATE"));
  g_assert_cmpint (g_stat (key, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  /* A file that a full disk left half written. */
  g_assert_true (g_file_set_contents (key, "-----BEGIN PRIV", -1, NULL));
  mended = net_ca_open (inner, NULL);
  g_assert_nonnull (mended);
  g_assert_true (g_file_get_contents (net_ca_file (mended), &third, NULL, NULL));
  g_assert_cmpstr (first, !=, third);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/tls/immediate", test_immediate);
  g_test_add_func ("/net/tls/starttls", test_starttls);
  g_test_add_func ("/net/tls/pinned", test_pinned);
  g_test_add_func ("/net/tls/system-trust", test_system_trust);
  g_test_add_func ("/net/tls/bundle", test_bundle);
  g_test_add_func ("/net/tls/bad-ca-file", test_bad_ca_file);
  g_test_add_func ("/net/tls/old-server", test_old_server);
  g_test_add_func ("/net/ca/is-kept", test_ca_is_kept);
  return g_test_run ();
}
