/* Sessions on loopback: what is said arrives, in plain text and over TLS, and a line that fails in
 * whatever way is told apart and never waited for too long. */
#include "test-net-server.h"

#include <string.h>
#include <sys/resource.h>

static void
say (NetSession *session, const char *words)
{
  g_autofree char *expected = g_strconcat ("OK ", words, NULL);
  ToyEvent *event;

  toy_say (net_session_core (session), words, NULL);
  event = test_expect (session, TOY_LINE);
  g_assert_cmpstr (event->line, ==, expected);
  base_event_unref (&event->base);
}

static void
quit (NetSession *session)
{
  BaseEvent *event;
  g_autoptr (GError) error = NULL;
  NetStep step;

  toy_quit (net_session_core (session));
  base_event_unref (&test_expect (session, TOY_LINE)->base);
  step = net_session_step (session, FALSE, G_MAXINT64, &event, &error);
  g_assert_no_error (error);
  g_assert_cmpint (step, ==, NET_STEP_CLOSED);
}

static void
test_plain (gconstpointer host)
{
  g_autoptr (TestServer) server = test_server_toy (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NetSession) session =
      test_connect (server, host, NET_SECURITY_NONE, NULL, NULL, &error);
  g_autofree char *said = NULL;
  NetTotals totals;

  g_assert_no_error (error);
  say (session, "hello");
  say (session, "you");
  g_assert_false (net_session_is_encrypted (session));
  quit (session);
  said = test_server_join (server);
  g_assert_cmpstr (said, ==, "SAY hello\nSAY you\nQUIT\n");
  net_session_totals (session, &totals);
  g_assert_cmpuint (totals.bytes_out, ==, strlen ("SAY hello\r\nSAY you\r\nQUIT\r\n"));
  g_assert_cmpuint (totals.bytes_in, ==, strlen ("OK hello\r\nOK you\r\nOK bye\r\n"));
  g_assert_cmpuint (totals.wire_bytes_in, ==, totals.bytes_in);
  g_assert_cmpuint (totals.round_trips, ==, 3);
}

static void
test_tls (gconstpointer host)
{
  g_autoptr (TestServer) server = test_server_toy (test_identity (), TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NetSession) session =
      test_connect (server, host, NET_SECURITY_TLS, NULL, NULL, &error);
  NetTotals totals;

  g_assert_no_error (error);
  g_assert_true (net_session_is_encrypted (session));
  g_assert_cmpstr (base_core_state (net_session_core (session)), ==, "encrypted");
  say (session, "hello");
  quit (session);
  net_session_totals (session, &totals);
  g_assert_cmpuint (totals.wire_bytes_in, >, totals.bytes_in);
}

static void
test_starttls (void)
{
  g_autoptr (TestServer) server = test_server_toy (test_identity (), FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NetSession) session =
      test_connect (server, "localhost", NET_SECURITY_STARTTLS, NULL, NULL, &error);

  g_assert_no_error (error);
  say (session, "in the open");
  toy_starttls (net_session_core (session));
  base_event_unref (&test_expect (session, TOY_LINE)->base);
  base_event_unref (&test_expect (session, TOY_START_TLS)->base);
  g_assert_true (net_session_start_tls (session, &error));
  g_assert_no_error (error);
  g_assert_true (net_session_is_encrypted (session));
  say (session, "in private");
  quit (session);
}

/* 200 MB each way. What is in memory at once stays small. */
static void
test_large (gconstpointer encrypted)
{
  const guint64 size = G_GUINT64_CONSTANT (200) * 1000 * 1000;
  gboolean tls = GPOINTER_TO_INT (encrypted);
  g_autoptr (TestServer) server = test_server_toy (test_identity (), tls);
  g_autoptr (GError) error = NULL;
  g_autoptr (WireTap) tap = wire_tap_new (0);
  NetSessionOptions options = { .tap = tap };
  g_autoptr (NetSession) session = test_connect (
      server, "localhost", tls ? NET_SECURITY_TLS : NET_SECURITY_NONE, NULL, &options, &error);
  guint8 *zeros = g_malloc0 (1000);
  g_autoptr (GBytes) small = g_bytes_new_take (zeros, 1000);
  g_autoptr (BaseBody) body = base_body_new_from_bytes (small);
  guint64 got = 0;
  struct rusage before;
  struct rusage after;
  ToyEvent *event;

  g_assert_no_error (error);
  toy_put (net_session_core (session), body);
  base_event_unref (&test_expect (session, TOY_LINE)->base);
  getrusage (RUSAGE_SELF, &before);
  toy_get (net_session_core (session), size);
  base_event_unref (&test_expect (session, TOY_LINE)->base);
  while (got < size)
    {
      event = test_expect (session, TOY_DATA);
      got += g_bytes_get_size (event->data);
      base_event_unref (&event->base);
    }
  g_assert_cmpuint (got, ==, size);
  base_event_unref (&test_expect (session, TOY_LINE)->base);
  quit (session);
  getrusage (RUSAGE_SELF, &after);
  /* Sanitizers keep what was freed. */
  if (g_getenv ("RESTANTE_SANITIZED") == NULL)
    g_assert_cmpint (after.ru_maxrss - before.ru_maxrss, <, 16 * 1024);
}

static gssize
read_zeros (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  guint64 *left = data;
  gsize n = (gsize) MIN (*left, len);

  memset (buffer, 'z', n);
  *left -= n;
  return (gssize) n;
}

static void
test_large_out (gconstpointer encrypted)
{
  guint64 size = G_GUINT64_CONSTANT (200) * 1000 * 1000;
  guint64 left = size;
  gboolean tls = GPOINTER_TO_INT (encrypted);
  g_autoptr (TestServer) server = test_server_toy (test_identity (), tls);
  g_autoptr (GError) error = NULL;
  g_autoptr (NetSession) session = test_connect (
      server, "localhost", tls ? NET_SECURITY_TLS : NET_SECURITY_NONE, NULL, NULL, &error);
  g_autoptr (BaseBody) body = base_body_new (size, read_zeros, &left, NULL);
  ToyEvent *event;

  g_assert_no_error (error);
  toy_put (net_session_core (session), body);
  event = test_expect (session, TOY_LINE);
  g_assert_cmpstr (event->line, ==, "OK taken");
  base_event_unref (&event->base);
  quit (session);
}

/* Lines that fail */

static void
script_injection (GSocket *socket, gpointer data)
{
  char line[64];
  GError *error = NULL;

  g_assert_cmpint (g_socket_receive (socket, line, sizeof line, NULL, NULL), >, 0);
  /* One segment, as a man in the middle would send it. */
  g_socket_send (socket, "OK begin\r\n* you have mail\r\n", 27, NULL, NULL);
  {
    int fd = g_socket_get_fd (socket);
    g_autoptr (NetSession) session = net_session_accept (
        dup (fd), toy_core_new (BASE_ROLE_SERVER, NULL), test_identity (), TRUE, NULL, &error);
    BaseEvent *event;

    /* The client must have gone without a word over TLS. */
    g_assert_no_error (error);
    g_assert_cmpint (
        net_session_step (session, FALSE, G_MAXINT64, &event, &error), ==, NET_STEP_ERROR);
    g_assert_error (error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
    g_clear_error (&error);
  }
}

static void
test_injection (void)
{
  g_autoptr (TestServer) server = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (NetSession) session = NULL;
  g_autofree char *said = NULL;

  (void) test_identity ();
  server = test_server_script (script_injection, NULL);
  session = test_connect (server, "localhost", NET_SECURITY_STARTTLS, NULL, NULL, &error);
  g_assert_no_error (error);
  toy_starttls (net_session_core (session));
  base_event_unref (&test_expect (session, TOY_LINE)->base);
  base_event_unref (&test_expect (session, TOY_START_TLS)->base);
  g_assert_true (net_session_start_tls (session, &error));
  g_assert_no_error (error);
  toy_say (net_session_core (session), "a secret", NULL);
  test_expect_error (session, BASE_CORE_ERROR, BASE_CORE_ERROR_INJECTION);
  g_clear_pointer (&session, net_session_free);
  said = test_server_join (server);
}

static void
script_silent (GSocket *socket, gpointer data)
{
  char bytes[4096];

  /* Hears everything, says nothing, until the client goes. */
  while (g_socket_receive (socket, bytes, sizeof bytes, NULL, NULL) > 0)
    ;
}

static void
test_silence (void)
{
  g_autoptr (TestServer) server = test_server_script (script_silent, NULL);
  BaseLimits limits = { .silence = G_USEC_PER_SEC / 10 };
  g_autoptr (NetSession) session =
      test_connect (server, "127.0.0.1", NET_SECURITY_NONE, &limits, NULL, NULL);
  gint64 start = net_clock_now ();

  toy_say (net_session_core (session), "anybody?", NULL);
  test_expect_error (session, BASE_CORE_ERROR, BASE_CORE_ERROR_TIMEOUT);
  g_assert_cmpint (net_clock_now () - start, >=, limits.silence);
  g_assert_cmpint (net_clock_now () - start, <, 50 * limits.silence);
}

static void
test_silent_handshake (void)
{
  g_autoptr (TestServer) server = test_server_script (script_silent, NULL);
  NetSessionOptions options = { .connect_timeout = G_USEC_PER_SEC / 10 };
  g_autoptr (GError) error = NULL;

  g_assert_null (test_connect (server, "127.0.0.1", NET_SECURITY_TLS, NULL, &options, &error));
  g_assert_error (error, NET_ERROR, NET_ERROR_TIMEOUT);
}

/* Never reads until it is told to go. */
static void
script_stalled (GSocket *socket, gpointer data)
{
  GCancellable *go = data;
  GPollFD fd;

  g_assert_true (g_cancellable_make_pollfd (go, &fd));
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (go);
}

static void
test_stalled_writer (void)
{
  g_autoptr (GCancellable) go = g_cancellable_new ();
  g_autoptr (TestServer) server = test_server_script (script_stalled, go);
  BaseLimits limits = { .silence = G_USEC_PER_SEC / 5 };
  g_autoptr (NetSession) session =
      test_connect (server, "127.0.0.1", NET_SECURITY_NONE, &limits, NULL, NULL);
  guint64 left = 100 * 1000 * 1000;
  g_autoptr (BaseBody) body = base_body_new (left, read_zeros, &left, NULL);

  toy_put (net_session_core (session), body);
  test_expect_error (session, NET_ERROR, NET_ERROR_TIMEOUT);
  g_cancellable_cancel (go);
}

static void
script_cut (GSocket *socket, gpointer data)
{
  g_socket_send (socket, "OK hel", 6, NULL, NULL);
}

static void
test_cut (void)
{
  g_autoptr (TestServer) server = test_server_script (script_cut, NULL);
  g_autoptr (NetSession) session =
      test_connect (server, "127.0.0.1", NET_SECURITY_NONE, NULL, NULL, NULL);
  BaseEvent *event;
  g_autoptr (GError) error = NULL;

  toy_say (net_session_core (session), "hello", NULL);
  g_assert_cmpint (
      net_session_step (session, FALSE, G_MAXINT64, &event, &error), ==, NET_STEP_ERROR);
  /* By a goodbye or by a reset: the server closed with our words unread. */
  g_assert_true (g_error_matches (error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED) ||
                 g_error_matches (error, NET_ERROR, NET_ERROR_CUT));
}

static void
test_not_tls (void)
{
  g_autoptr (TestServer) server = test_server_toy (NULL, FALSE);
  g_autoptr (TestServer) chatty = test_server_script (script_cut, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cut = NULL;

  g_assert_null (test_connect (chatty, "127.0.0.1", NET_SECURITY_TLS, NULL, NULL, &error));
  g_assert_true (g_error_matches (error, NET_ERROR, NET_ERROR_TLS) ||
                 g_error_matches (error, NET_ERROR, NET_ERROR_CUT));
}

static void
test_refused (void)
{
  guint16 port;
  NetEndpoint endpoint = { .host = "127.0.0.1", .security = NET_SECURITY_NONE };
  g_autoptr (GError) error = NULL;

  {
    g_autoptr (NetListener) listener = net_listener_new (0, NULL);

    port = net_listener_port (listener);
  }
  endpoint.port = port;
  g_assert_null (
      net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, NULL), NULL, &error));
  g_assert_error (error, NET_ERROR, NET_ERROR_REFUSED);
}

static void
test_unknown_host (void)
{
  static const char *const hosts[] = { "no-such-host.invalid", "a..b", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      NetEndpoint endpoint = { .host = hosts[i], .port = 143, .security = NET_SECURITY_NONE };
      g_autoptr (GError) error = NULL;

      g_assert_null (
          net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, NULL), NULL, &error));
      g_assert_error (error, NET_ERROR, NET_ERROR_UNKNOWN_HOST);
    }
}

/* Cancelling */

/* By then the other thread waits; were it slower, it would find itself cancelled, which must do the
 * same. */
static gpointer
cancel_soon (gpointer data)
{
  g_usleep (50000);
  g_cancellable_cancel (data);
  return NULL;
}

typedef enum
{
  CANCEL_BEFORE,
  CANCEL_HANDSHAKE,
  CANCEL_READING,
  CANCEL_WRITING
} CancelWhen;

static void
test_cancel (gconstpointer data)
{
  CancelWhen when = GPOINTER_TO_INT (data);
  g_autoptr (GCancellable) go = g_cancellable_new ();
  g_autoptr (TestServer) server = when == CANCEL_WRITING ? test_server_script (script_stalled, go)
                                                         : test_server_script (script_silent, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  NetSessionOptions options = { .cancellable = cancellable };
  g_autoptr (GError) error = NULL;
  g_autoptr (NetSession) session = NULL;
  g_autoptr (BaseBody) body = NULL;
  guint64 left = 100 * 1000 * 1000;
  GThread *thread;

  if (when == CANCEL_BEFORE)
    g_cancellable_cancel (cancellable);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  session = test_connect (server,
                          "127.0.0.1",
                          when == CANCEL_HANDSHAKE ? NET_SECURITY_TLS : NET_SECURITY_NONE,
                          NULL,
                          &options,
                          &error);
  if (when == CANCEL_BEFORE || when == CANCEL_HANDSHAKE)
    {
      g_assert_null (session);
      g_assert_error (error, NET_ERROR, NET_ERROR_CANCELLED);
    }
  else
    {
      g_assert_no_error (error);
      body = base_body_new (left, read_zeros, &left, NULL);
      if (when == CANCEL_WRITING)
        toy_put (net_session_core (session), body);
      else
        toy_say (net_session_core (session), "hello?", NULL);
      test_expect_error (session, NET_ERROR, NET_ERROR_CANCELLED);
    }
  g_thread_join (thread);
  g_cancellable_cancel (go);
}

/* A port that never answers: a listener whose backlog is full. */
typedef struct
{
  GSocket *listener;
  GPtrArray *fillers;
  guint16 port;
} Deaf;

static void
deaf_open (Deaf *deaf)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  deaf->listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  deaf->fillers = g_ptr_array_new_with_free_func (g_object_unref);
  g_socket_set_listen_backlog (deaf->listener, 0);
  g_assert_true (g_socket_bind (deaf->listener, any, TRUE, NULL));
  g_assert_true (g_socket_listen (deaf->listener, NULL));
  bound = g_socket_get_local_address (deaf->listener, NULL);
  deaf->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  for (int i = 0; i < 8; i++)
    {
      GSocket *filler =
          g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

      g_socket_set_blocking (filler, FALSE);
      (void) g_socket_connect (filler, bound, NULL, NULL);
      g_ptr_array_add (deaf->fillers, filler);
    }
}

static void
deaf_close (Deaf *deaf)
{
  g_ptr_array_unref (deaf->fillers);
  g_object_unref (deaf->listener);
}

static void
test_connect_timeout (void)
{
  Deaf deaf;
  NetSessionOptions options = { .connect_timeout = G_USEC_PER_SEC / 5 };
  NetEndpoint endpoint = { .host = "127.0.0.1", .security = NET_SECURITY_NONE };
  g_autoptr (GError) error = NULL;
  gint64 start = net_clock_now ();

  deaf_open (&deaf);
  endpoint.port = deaf.port;
  g_assert_null (
      net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, NULL), &options, &error));
  g_assert_error (error, NET_ERROR, NET_ERROR_TIMEOUT);
  g_assert_cmpint (net_clock_now () - start, <, 5 * G_USEC_PER_SEC);
  deaf_close (&deaf);
}

static void
test_cancel_connecting (void)
{
  Deaf deaf;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  NetSessionOptions options = { .cancellable = cancellable };
  NetEndpoint endpoint = { .host = "127.0.0.1", .security = NET_SECURITY_NONE };
  g_autoptr (GError) error = NULL;
  gint64 start = net_clock_now ();
  GThread *thread;

  deaf_open (&deaf);
  endpoint.port = deaf.port;
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_null (
      net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, NULL), &options, &error));
  g_assert_error (error, NET_ERROR, NET_ERROR_CANCELLED);
  g_assert_cmpint (net_clock_now () - start, <, 5 * G_USEC_PER_SEC);
  g_thread_join (thread);
  deaf_close (&deaf);
}

/* Waking */

/* As above: a waker that was woken before the wait must end it too. */
static gpointer
wake_soon (gpointer data)
{
  g_usleep (50000);
  net_waker_wake (data);
  return NULL;
}

static void
test_waker (void)
{
  g_autoptr (TestServer) server = test_server_toy (NULL, FALSE);
  g_autoptr (NetWaker) waker = net_waker_new ();
  NetSessionOptions options = { .waker = waker };
  g_autoptr (NetSession) session =
      test_connect (server, "127.0.0.1", NET_SECURITY_NONE, NULL, &options, NULL);
  BaseEvent *event;
  GThread *thread = g_thread_new ("wake", wake_soon, waker);
  gint64 soon;

  g_assert_cmpint (net_session_step (session, TRUE, G_MAXINT64, &event, NULL), ==, NET_STEP_WOKEN);
  g_thread_join (thread);
  g_assert_cmpint (net_session_step (session, TRUE, G_MAXINT64, &event, NULL), ==, NET_STEP_WOKEN);
  net_waker_clear (waker);
  soon = net_clock_now () + 20000;
  g_assert_cmpint (net_session_step (session, TRUE, soon, &event, NULL), ==, NET_STEP_LATER);
  g_assert_cmpint (net_clock_now (), >=, soon);
  /* Not asked for, not told. */
  net_waker_wake (waker);
  say (session, "hello");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/net/session/plain/name", "localhost", test_plain);
  g_test_add_data_func ("/net/session/plain/ipv4", "127.0.0.1", test_plain);
  g_test_add_data_func ("/net/session/plain/ipv6", "::1", test_plain);
  g_test_add_data_func ("/net/session/tls/name", "localhost", test_tls);
  g_test_add_data_func ("/net/session/tls/ipv4", "127.0.0.1", test_tls);
  g_test_add_data_func ("/net/session/tls/ipv6", "::1", test_tls);
  g_test_add_func ("/net/session/starttls", test_starttls);
  g_test_add_data_func ("/net/session/large/in/plain", GINT_TO_POINTER (FALSE), test_large);
  g_test_add_data_func ("/net/session/large/in/tls", GINT_TO_POINTER (TRUE), test_large);
  g_test_add_data_func ("/net/session/large/out/plain", GINT_TO_POINTER (FALSE), test_large_out);
  g_test_add_data_func ("/net/session/large/out/tls", GINT_TO_POINTER (TRUE), test_large_out);
  g_test_add_func ("/net/session/injection", test_injection);
  g_test_add_func ("/net/session/silence", test_silence);
  g_test_add_func ("/net/session/silent-handshake", test_silent_handshake);
  g_test_add_func ("/net/session/stalled-writer", test_stalled_writer);
  g_test_add_func ("/net/session/cut", test_cut);
  g_test_add_func ("/net/session/not-tls", test_not_tls);
  g_test_add_func ("/net/session/refused", test_refused);
  g_test_add_func ("/net/session/unknown-host", test_unknown_host);
  g_test_add_func ("/net/session/connect-timeout", test_connect_timeout);
  g_test_add_data_func ("/net/session/cancel/before", GINT_TO_POINTER (CANCEL_BEFORE), test_cancel);
  g_test_add_func ("/net/session/cancel/connecting", test_cancel_connecting);
  g_test_add_data_func (
      "/net/session/cancel/handshake", GINT_TO_POINTER (CANCEL_HANDSHAKE), test_cancel);
  g_test_add_data_func (
      "/net/session/cancel/reading", GINT_TO_POINTER (CANCEL_READING), test_cancel);
  g_test_add_data_func (
      "/net/session/cancel/writing", GINT_TO_POINTER (CANCEL_WRITING), test_cancel);
  g_test_add_func ("/net/session/waker", test_waker);
  return g_test_run ();
}
