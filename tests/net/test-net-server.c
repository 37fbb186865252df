/* The threads behind the tests' servers. */
#include "test-net-server.h"

#include <string.h>

#include <glib/gstdio.h>

struct _TestServer
{
  NetListener *listener;
  GCancellable *cancellable;
  GThread *thread;
  NetIdentity *identity;
  gboolean tls_now;
  TestScript script;
  gpointer data;
  GString *said;
};

NetCa *
test_ca (void)
{
  static NetCa *ca;

  if (ca == NULL)
    {
      g_autofree char *dir = g_dir_make_tmp ("restante-ca-XXXXXX", NULL);
      g_autoptr (GError) error = NULL;

      ca = net_ca_open (dir, &error);
      g_assert_no_error (error);
    }
  return ca;
}

NetIdentity *
test_identity (void)
{
  static const char *const names[] = { "localhost", "127.0.0.1", "::1", NULL };
  static NetIdentity *identity;

  if (identity == NULL)
    identity = net_ca_issue (test_ca (), names, -3600, 3600, NULL);
  g_assert_nonnull (identity);
  return identity;
}

static gssize
read_x (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  guint64 *left = data;
  gsize n = (gsize) MIN (*left, len);

  memset (buffer, 'x', n);
  *left -= n;
  return (gssize) n;
}

static void
answer (TestServer *server, BaseCore *core, const char *line, guint64 *body)
{
  g_string_append_printf (server->said, "%s\n", line);
  if (g_str_has_prefix (line, "SAY "))
    {
      g_autofree char *reply = g_strconcat ("OK ", line + 4, NULL);

      toy_reply (core, reply);
    }
  else if (g_str_has_prefix (line, "PASS "))
    {
      toy_reply (core, "OK");
    }
  else if (g_str_has_prefix (line, "GET "))
    {
      guint64 size = g_ascii_strtoull (line + 4, NULL, 10);
      BaseBody *source = base_body_new (size, read_x, g_memdup2 (&size, sizeof size), g_free);

      toy_reply_body (core, source);
      base_body_unref (source);
    }
  else if (g_str_has_prefix (line, "PUT "))
    {
      *body = g_ascii_strtoull (line + 4, NULL, 10);
    }
}

static void
serve_toy (TestServer *server, int fd)
{
  NetSessionOptions options = { .cancellable = server->cancellable };
  g_autoptr (NetSession) session = net_session_accept (
      fd, toy_core_new (BASE_ROLE_SERVER, NULL), server->identity, server->tls_now, &options, NULL);
  BaseEvent *event;
  guint64 body = 0;

  while (session != NULL &&
         net_session_step (session, FALSE, G_MAXINT64, &event, NULL) == NET_STEP_EVENT)
    {
      ToyEvent *toy = (ToyEvent *) event;
      gboolean good = TRUE;

      if (event->type == TOY_LINE)
        answer (server, net_session_core (session), toy->line, &body);
      if (event->type == TOY_DATA)
        {
          body -= g_bytes_get_size (toy->data);
          if (body == 0)
            toy_reply (net_session_core (session), "OK taken");
        }
      if (event->type == TOY_START_TLS)
        good = net_session_start_tls (session, NULL);
      base_event_unref (event);
      if (!good)
        break;
    }
}

static gpointer
run (gpointer data)
{
  TestServer *server = data;
  int fd = net_listener_accept (server->listener, server->cancellable, NULL);

  if (fd < 0)
    return NULL;
  if (server->script != NULL)
    {
      g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);

      g_socket_set_blocking (socket, TRUE);
      server->script (socket, server->data);
    }
  else
    {
      serve_toy (server, fd);
    }
  return NULL;
}

static TestServer *
start (TestServer *server)
{
  g_autoptr (GError) error = NULL;

  server->listener = net_listener_new (0, &error);
  g_assert_no_error (error);
  server->cancellable = g_cancellable_new ();
  server->said = g_string_new (NULL);
  server->thread = g_thread_new ("test-server", run, server);
  return server;
}

TestServer *
test_server_toy (NetIdentity *identity, gboolean tls_now)
{
  TestServer *server = g_new0 (TestServer, 1);

  server->identity = identity != NULL ? net_identity_ref (identity) : NULL;
  server->tls_now = tls_now;
  return start (server);
}

TestServer *
test_server_script (TestScript script, gpointer data)
{
  TestServer *server = g_new0 (TestServer, 1);

  server->script = script;
  server->data = data;
  return start (server);
}

guint16
test_server_port (TestServer *server)
{
  return net_listener_port (server->listener);
}

char *
test_server_join (TestServer *server)
{
  g_thread_join (g_steal_pointer (&server->thread));
  return g_strdup (server->said->str);
}

void
test_server_free (TestServer *server)
{
  g_cancellable_cancel (server->cancellable);
  if (server->thread != NULL)
    g_thread_join (server->thread);
  g_object_unref (server->cancellable);
  net_listener_free (server->listener);
  g_clear_pointer (&server->identity, net_identity_unref);
  g_string_free (server->said, TRUE);
  g_free (server);
}

NetSession *
test_connect (TestServer *server,
              const char *host,
              NetSecurity security,
              const BaseLimits *limits,
              const NetSessionOptions *options,
              GError **error)
{
  NetEndpoint endpoint = { .host = host,
                           .port = test_server_port (server),
                           .security = security,
                           .ca_file = net_ca_file (test_ca ()) };

  return net_session_connect (&endpoint, toy_core_new (BASE_ROLE_CLIENT, limits), options, error);
}

ToyEvent *
test_expect (NetSession *session, ToyEventType type)
{
  for (;;)
    {
      BaseEvent *event;
      g_autoptr (GError) error = NULL;
      NetStep step = net_session_step (session, FALSE, G_MAXINT64, &event, &error);

      g_assert_no_error (error);
      g_assert_cmpint (step, ==, NET_STEP_EVENT);
      if (event->type == (int) type)
        return (ToyEvent *) event;
      g_assert_cmpint (event->type, ==, TOY_DATA);
      base_event_unref (event);
    }
}

void
test_expect_error (NetSession *session, GQuark domain, int code)
{
  BaseEvent *event;
  g_autoptr (GError) error = NULL;

  while (net_session_step (session, FALSE, G_MAXINT64, &event, &error) == NET_STEP_EVENT)
    base_event_unref (event);
  g_assert_error (error, domain, code);
}
