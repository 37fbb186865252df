/* What the tap sees of a session: every byte once, exchanges from begin to end, the handshake, and
 * of a password only that there was one. */
#include "test-net-server.h"

#include <string.h>

#include <glib/gstdio.h>

#include "wire-transcript.h"

#define PASSWORD "Tr0ub4dor&3-zwölf"

static void
expect_line (NetSession *session, const char *text)
{
  ToyEvent *event = test_expect (session, TOY_LINE);

  g_assert_cmpstr (event->line, ==, text);
  base_event_unref (&event->base);
}

/* A session in which the password is said, repeated by the server, and a body passes. */
static void
converse (WireTap *tap, gboolean tls, gboolean public_secrets)
{
  g_autoptr (TestServer) server = test_server_toy (test_identity (), tls);
  NetSessionOptions options = { .tap = tap,
                                .account_name = "ada",
                                .public_secrets = public_secrets };
  g_autoptr (GError) error = NULL;
  g_autoptr (NetSession) session = test_connect (
      server, "localhost", tls ? NET_SECURITY_TLS : NET_SECURITY_NONE, NULL, &options, &error);
  g_autoptr (BaseSecret) password = base_secret_new (PASSWORD, -1);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  BaseCore *core;
  BaseEvent *event;

  g_assert_no_error (error);
  core = net_session_core (session);
  toy_pass (core, password);
  expect_line (session, "OK");
  toy_say (core, "hello", cause);
  expect_line (session, "OK hello");
  toy_get (core, 100000);
  expect_line (session, "BODY 100000");
  expect_line (session, "OK");
  toy_quit (core);
  expect_line (session, "OK bye");
  g_assert_cmpint (
      net_session_step (session, FALSE, G_MAXINT64, &event, &error), ==, NET_STEP_CLOSED);
}

static guint
count_type (GPtrArray *events, WireEventType type)
{
  guint n = 0;

  for (guint i = 0; i < events->len; i++)
    n += ((WireEvent *) events->pdata[i])->type == type;
  return n;
}

static void
test_dialogue (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (GPtrArray) events = NULL;
  guint64 next[2] = { 0 };
  guint64 open = 0;

  converse (tap, FALSE, FALSE);
  events = wire_tap_read (tap, 1, 10000);
  g_assert_cmpuint (count_type (events, WIRE_OPENED), ==, 1);
  g_assert_cmpuint (count_type (events, WIRE_EXCHANGE_BEGIN), ==, 4);
  g_assert_cmpuint (count_type (events, WIRE_EXCHANGE_END), ==, 4);
  g_assert_cmpuint (count_type (events, WIRE_CLOSED), ==, 1);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      if (event->type == WIRE_EXCHANGE_BEGIN)
        open = event->exchange;
      if (event->type == WIRE_EXCHANGE_BEGIN && g_strcmp0 (event->verb, "SAY") == 0)
        g_assert_cmpstr (event->cause->subject, ==, "lunch?");
      if (event->type == WIRE_EXCHANGE_BEGIN)
        g_assert_nonnull (event->checkpoint);
      if (event->type == WIRE_EXCHANGE_END)
        {
          g_assert_cmpuint (event->exchange, ==, open);
          g_assert_cmpint (event->outcome, ==, BASE_OUTCOME_OK);
          g_assert_cmpuint (event->bytes_in, >, 0);
          g_assert_cmpuint (event->bytes_out, >, 0);
          open = 0;
        }
      if (event->type == WIRE_BYTES)
        {
          /* Inside its exchange, without gap or overlap. */
          g_assert_cmpuint (event->exchange, ==, open);
          g_assert_cmpuint (event->span.offset, ==, next[event->direction]);
          next[event->direction] += event->span.length;
        }
    }
  g_assert_cmpuint (next[BASE_DIRECTION_IN],
                    ==,
                    strlen ("OK\r\nOK hello\r\nBODY 100000\r\nOK\r\nOK bye\r\n") + 100000);
}

static void
test_handshake (void)
{
  static const char *const messages[] = { "ClientHello", "ServerHello", "Certificate", "Finished" };
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (GPtrArray) events = NULL;
  gboolean seen[G_N_ELEMENTS (messages)] = { FALSE };
  const WireEvent *done = NULL;
  const WireEvent *last;
  guint carried = 0;

  converse (tap, TRUE, FALSE);
  events = wire_tap_read (tap, 1, 10000);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      for (gsize j = 0; j < G_N_ELEMENTS (messages); j++)
        if (event->type == WIRE_TLS_MESSAGE && strcmp (event->name, messages[j]) == 0)
          seen[j] = TRUE;
      if (event->type == WIRE_TLS_MESSAGE && strcmp (event->name, "ClientHello") == 0)
        {
          g_assert_cmpint (event->direction, ==, BASE_DIRECTION_OUT);
          g_assert_cmpstr (event->detail, ==, "sni=localhost alpn=");
        }
      /* More than was said goes over the line, in records. */
      if (event->type == WIRE_EXCHANGE_END && event->outcome == BASE_OUTCOME_OK)
        {
          g_assert_cmpuint (event->carried.bytes_in, >, event->bytes_in);
          g_assert_cmpuint (event->carried.records_in, >=, 1);
          carried++;
        }
      if (event->type == WIRE_TLS_DONE)
        done = event;
    }
  for (gsize j = 0; j < G_N_ELEMENTS (messages); j++)
    g_assert_true (seen[j]);
  g_assert_cmpuint (carried, >, 0);
  g_assert_nonnull (done);
  g_assert_true (g_str_has_prefix (done->name, "TLSv1."));
  g_assert_cmpuint (done->chain->len, ==, 2);
  g_assert_cmpstr (
      ((WireCertificate *) done->chain->pdata[0])->names, ==, "localhost, 127.0.0.1, ::1");
  g_assert_cmpstr (
      ((WireCertificate *) done->chain->pdata[1])->subject, ==, "Restante practice authority");
  last = events->pdata[events->len - 1];
  g_assert_cmpint (last->type, ==, WIRE_CLOSED);
}

static void
script_echo (GSocket *socket, gpointer data)
{
  char line[256];
  g_autofree char *base64 = g_base64_encode ((const guchar *) PASSWORD, strlen (PASSWORD));
  g_autofree char *reply =
      g_strdup_printf ("* you said %s\r\nNO %s is wrong\r\n", PASSWORD, base64);

  (void) g_socket_receive (socket, line, sizeof line, NULL, NULL);
  /* Byte by byte, so that it is split wherever it can be. */
  for (const char *p = reply; *p != '\0'; p++)
    (void) g_socket_send (socket, p, 1, NULL, NULL);
}

/* The recording of a session whose server repeats the password, raw and encoded. */
static void
test_redacted (void)
{
  g_autofree char *dir = g_dir_make_tmp ("restante-report-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "recording", NULL);
  g_autofree char *text = NULL;
  g_autofree char *base64 = g_base64_encode ((const guchar *) PASSWORD, strlen (PASSWORD));
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (TestServer) server = test_server_script (script_echo, NULL);
  NetSessionOptions options = { .tap = tap };
  g_autoptr (NetSession) session = NULL;
  g_autoptr (BaseSecret) password = base_secret_new (PASSWORD, -1);
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (GHashTable) connections = NULL;

  g_assert_true (wire_tap_record (tap, path, NULL));
  session = test_connect (server, "127.0.0.1", NET_SECURITY_NONE, NULL, &options, NULL);
  toy_pass (net_session_core (session), password);
  base_event_unref (&test_expect (session, TOY_LINE)->base);
  base_event_unref (&test_expect (session, TOY_LINE)->base);
  g_clear_pointer (&session, net_session_free);
  converse (tap, TRUE, FALSE);
  g_assert_true (wire_tap_record_stop (tap, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  read = wire_transcript_read (path, &connections, NULL);
  base64[strcspn (base64, "=")] = '\0';
  g_assert_null (strstr (text, PASSWORD));
  g_assert_null (strstr (text, "Tr0ub4dor"));
  g_assert_null (strstr (text, base64));
  g_assert_nonnull (strstr (text, "* you said "));
  g_assert_nonnull (strstr (text, " is wrong"));
}

static void
test_public (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (GPtrArray) events = NULL;
  gboolean shown = FALSE;

  converse (tap, FALSE, TRUE);
  events = wire_tap_read (tap, 1, 10000);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      if (event->type == WIRE_BYTES && event->span.kind == BASE_SPAN_SECRET)
        {
          g_assert_cmpmem (g_bytes_get_data (event->bytes, NULL),
                           g_bytes_get_size (event->bytes),
                           PASSWORD,
                           strlen (PASSWORD));
          shown = TRUE;
        }
    }
  g_assert_true (shown);
}

static void
script_cut (GSocket *socket, gpointer data)
{
  char line[256];

  (void) g_socket_receive (socket, line, sizeof line, NULL, NULL);
}

static void
test_lost (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (TestServer) server = test_server_script (script_cut, NULL);
  NetSessionOptions options = { .tap = tap };
  g_autoptr (NetSession) session =
      test_connect (server, "127.0.0.1", NET_SECURITY_NONE, NULL, &options, NULL);
  g_autoptr (GPtrArray) events = NULL;
  const WireEvent *event;

  toy_say (net_session_core (session), "hello", NULL);
  test_expect_error (session, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
  events = wire_tap_read (tap, 1, 100);
  event = events->pdata[events->len - 2];
  g_assert_cmpint (event->type, ==, WIRE_EXCHANGE_END);
  g_assert_cmpint (event->outcome, ==, BASE_OUTCOME_LOST);
  event = events->pdata[events->len - 1];
  g_assert_cmpint (event->type, ==, WIRE_CLOSED);
  g_assert_cmpstr (event->name, ==, "cut");
}

/* A command at the gate is shown, is not said, and runs out of no deadline. */
static void
test_held (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (TestServer) server = test_server_toy (NULL, FALSE);
  NetSessionOptions options = { .tap = tap };
  BaseLimits limits = { .silence = 20000 };
  g_autoptr (NetSession) session =
      test_connect (server, "127.0.0.1", NET_SECURITY_NONE, &limits, &options, NULL);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  const WireEvent *event;
  BaseEvent *none;

  base_core_hold (net_session_core (session));
  toy_say (net_session_core (session), "hello", NULL);
  net_session_report_held (session);
  net_session_report_held (session);
  g_assert_cmpint (
      net_session_step (session, FALSE, net_clock_now () + 60000, &none, NULL), ==, NET_STEP_LATER);
  before = wire_tap_read (tap, 1, 100);
  g_assert_cmpuint (before->len, ==, 2);
  event = before->pdata[1];
  g_assert_cmpint (event->type, ==, WIRE_HELD);
  g_assert_cmpstr (event->verb, ==, "SAY");
  g_assert_cmpmem (g_bytes_get_data (event->bytes, NULL), 11, "SAY hello\r\n", 11);

  net_session_release (session);
  expect_line (session, "OK hello");
  after = wire_tap_read (tap, 3, 100);
  g_assert_cmpint (((WireEvent *) after->pdata[0])->type, ==, WIRE_RELEASED);
  g_assert_cmpint (((WireEvent *) after->pdata[1])->type, ==, WIRE_EXCHANGE_BEGIN);
  g_assert_cmpint (((WireEvent *) after->pdata[2])->type, ==, WIRE_BYTES);
  g_assert_cmpint (((WireEvent *) after->pdata[after->len - 1])->type, ==, WIRE_EXCHANGE_END);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/report/dialogue", test_dialogue);
  g_test_add_func ("/net/report/handshake", test_handshake);
  g_test_add_func ("/net/report/redacted", test_redacted);
  g_test_add_func ("/net/report/public", test_public);
  g_test_add_func ("/net/report/lost", test_lost);
  g_test_add_func ("/net/report/held", test_held);
  return g_test_run ();
}
