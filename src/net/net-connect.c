/* GIO connects on a main context that nobody else sees, so the thread may block here while name
 * look-ups and several attempts go on, and still hear the deadline and a cancellation. */
#include "config.h"

#include "net-connect.h"

#include <errno.h>
#include <fcntl.h>

#include <glib/gi18n-lib.h>

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable; /* of this attempt */
  gboolean timed_out;
  GSocketConnection *connection;
  GError *error;
  NetReachedFunc reached; /* (nullable) */
  gpointer reached_data;
} Attempt;

static void
on_event (GSocketClient *client,
          GSocketClientEvent event,
          GSocketConnectable *host,
          GIOStream *stream,
          gpointer data)
{
  Attempt *attempt = data;

  if (event == G_SOCKET_CLIENT_RESOLVED)
    attempt->reached (NET_REACHED_NAME, attempt->reached_data);
  else if (event == G_SOCKET_CLIENT_CONNECTED)
    attempt->reached (NET_REACHED_SERVER, attempt->reached_data);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  Attempt *attempt = data;

  attempt->connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &attempt->error);
  g_main_loop_quit (attempt->loop);
}

static gboolean
on_timeout (gpointer data)
{
  Attempt *attempt = data;

  attempt->timed_out = TRUE;
  g_cancellable_cancel (attempt->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
call_from (GSocketClient *client, const char *address)
{
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new_from_string (address, 0);

  g_socket_client_set_local_address (client, local);
}

static void
run_attempt (Attempt *attempt,
             const NetEndpoint *endpoint,
             gint64 timeout,
             GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketConnectable) host = g_network_address_new (endpoint->host, endpoint->port);
  g_autoptr (GSource) timer = g_timeout_source_new ((guint) (timeout / 1000));
  gulong handler = 0;

  g_main_context_push_thread_default (context);
  attempt->loop = g_main_loop_new (context, FALSE);
  attempt->cancellable = g_cancellable_new ();
  g_source_set_callback (timer, on_timeout, attempt, NULL);
  g_source_attach (timer, context);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable,
                                     G_CALLBACK (on_cancelled),
                                     g_object_ref (attempt->cancellable),
                                     g_object_unref);
  client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  if (endpoint->local_address != NULL)
    call_from (client, endpoint->local_address);
  if (attempt->reached != NULL)
    g_signal_connect (client, "event", G_CALLBACK (on_event), attempt);
  g_socket_client_connect_async (client, host, attempt->cancellable, on_connected, attempt);
  g_main_loop_run (attempt->loop);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);
  g_source_destroy (timer);
  /* What GIO still has to clean up of the attempts that lost. */
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  g_main_loop_unref (attempt->loop);
  g_object_unref (attempt->cancellable);
}

static void
set_resolver_error (GError **error, const NetEndpoint *endpoint, const GError *reason)
{
  if (reason->code == G_RESOLVER_ERROR_TEMPORARY_FAILURE)
    g_set_error (error,
                 NET_ERROR,
                 NET_ERROR_UNKNOWN_HOST,
                 _ ("The name %s could not be looked up: no name server answers. "
                    "Check the network, and the spelling of the name."),
                 endpoint->host);
  else
    g_set_error (error,
                 NET_ERROR,
                 NET_ERROR_UNKNOWN_HOST,
                 _ ("There is no server called %s. Check the spelling of the name."),
                 endpoint->host);
}

static void
set_connect_error (GError **error, const NetEndpoint *endpoint, const GError *reason)
{
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_set_error (error,
                 NET_ERROR,
                 NET_ERROR_REFUSED,
                 _ ("Nobody answers on %s, port %u: the server is down, or the port is wrong. "
                    "Check the port, or try again later."),
                 endpoint->host,
                 endpoint->port);
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error (error,
                 NET_ERROR,
                 NET_ERROR_TIMEOUT,
                 _ ("%s does not answer on port %u: a firewall may block the port, or the server "
                    "is down. Try another network, or try again later."),
                 endpoint->host,
                 endpoint->port);
  else
    g_set_error (error,
                 NET_ERROR,
                 NET_ERROR_UNREACHABLE,
                 _ ("%s cannot be reached: there is no way from this network to it. "
                    "Check the network connection."),
                 endpoint->host);
}

/* Says in our own words what GIO ran into. */
static void
translate (GError **error,
           const NetEndpoint *endpoint,
           const Attempt *attempt,
           GCancellable *cancellable)
{
  g_autoptr (GError) late = NULL;

  if (cancellable != NULL && g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, NET_ERROR, NET_ERROR_CANCELLED, _ ("Cancelled."));
    }
  else if (attempt->timed_out)
    {
      late = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "");
      set_connect_error (error, endpoint, late);
    }
  else if (attempt->error->domain == G_RESOLVER_ERROR)
    {
      set_resolver_error (error, endpoint, attempt->error);
    }
  /* What is not even in the form of a name. */
  else if (g_error_matches (attempt->error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT) ||
           g_error_matches (attempt->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      late = g_error_new_literal (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "");
      set_resolver_error (error, endpoint, late);
    }
  else
    {
      set_connect_error (error, endpoint, attempt->error);
    }
}

static char *
address_of (GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address (connection, NULL);

  if (address == NULL || !G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("");
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

int
net_connect (const NetEndpoint *endpoint,
             gint64 timeout,
             GCancellable *cancellable,
             NetReachedFunc reached,
             gpointer data,
             char **address,
             GError **error)
{
  Attempt attempt = { .reached = reached, .reached_data = data };
  int fd = -1;

  run_attempt (&attempt, endpoint, timeout, cancellable);
  if (attempt.connection != NULL)
    {
      /* The link keeps the descriptor and nothing of GIO. */
      fd = fcntl (g_socket_get_fd (g_socket_connection_get_socket (attempt.connection)),
                  F_DUPFD_CLOEXEC,
                  3);
      if (fd < 0)
        g_set_error_literal (error, NET_ERROR, NET_ERROR_UNREACHABLE, g_strerror (errno));
      else
        *address = address_of (attempt.connection);
      g_object_unref (attempt.connection);
    }
  else
    {
      translate (error, endpoint, &attempt, cancellable);
    }
  g_clear_error (&attempt.error);
  return fd;
}
