/* GIO's sockets on both loopback addresses and one port. */
#include "config.h"

#include "net-listener.h"

#include <errno.h>
#include <fcntl.h>

#include <glib/gi18n-lib.h>

/* A free IPv4 port may be taken on IPv6; another one is tried. */
#define ATTEMPTS 20

struct _NetListener
{
  GSocket *sockets[2]; /* IPv4, IPv6 (nullable) */
  guint16 port;
};

static GSocket *
listen_on (GSocketFamily family, guint16 port, GError **error)
{
  g_autoptr (GSocket) socket =
      g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);

  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, 64);
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static guint16
port_of (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return address != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) : 0;
}

/* Whether the port is taken on IPv6, rather than IPv6 missing here. */
static gboolean
listen_on_both (NetListener *listener, guint16 port, gboolean *taken, GError **error)
{
  g_autoptr (GError) missing = NULL;

  *taken = FALSE;
  listener->sockets[0] = listen_on (G_SOCKET_FAMILY_IPV4, port, error);
  if (listener->sockets[0] == NULL)
    return FALSE;
  listener->port = port_of (listener->sockets[0]);
  listener->sockets[1] = listen_on (G_SOCKET_FAMILY_IPV6, listener->port, &missing);
  if (listener->sockets[1] != NULL ||
      !g_error_matches (missing, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return TRUE;
  *taken = TRUE;
  g_propagate_error (error, g_steal_pointer (&missing));
  g_clear_object (&listener->sockets[0]);
  return FALSE;
}

NetListener *
net_listener_new (guint16 port, GError **error)
{
  g_autoptr (NetListener) listener = g_new0 (NetListener, 1);
  g_autoptr (GError) reason = NULL;
  gboolean taken = TRUE;

  for (int i = 0; i < ATTEMPTS && taken; i++)
    {
      g_clear_error (&reason);
      if (listen_on_both (listener, port, &taken, &reason))
        return g_steal_pointer (&listener);
      taken = taken && port == 0;
    }
  g_set_error (error,
               NET_ERROR,
               NET_ERROR_CONFIG,
               _ ("Port %u cannot be listened on: %s. Choose another port."),
               port,
               reason->message);
  return NULL;
}

void
net_listener_free (NetListener *listener)
{
  for (gsize i = 0; i < G_N_ELEMENTS (listener->sockets); i++)
    g_clear_object (&listener->sockets[i]);
  g_free (listener);
}

guint16
net_listener_port (NetListener *listener)
{
  return listener->port;
}

/* A descriptor of the caller's own; -1 when nobody waits on this socket. */
static int
try_accept (GSocket *socket)
{
  g_autoptr (GSocket) accepted = socket != NULL ? g_socket_accept (socket, NULL, NULL) : NULL;

  return accepted != NULL ? fcntl (g_socket_get_fd (accepted), F_DUPFD_CLOEXEC, 3) : -1;
}

int
net_listener_accept (NetListener *listener, GCancellable *cancellable, GError **error)
{
  GPollFD fds[3];
  guint n = 0;
  gboolean has_cancelled;
  int fd = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (listener->sockets); i++)
    if (listener->sockets[i] != NULL)
      fds[n++] = (GPollFD){ .fd = g_socket_get_fd (listener->sockets[i]), .events = G_IO_IN };
  has_cancelled = g_cancellable_make_pollfd (cancellable, &fds[n]);
  if (has_cancelled)
    n++;
  while (fd < 0 && !g_cancellable_is_cancelled (cancellable))
    {
      (void) g_poll (fds, n, -1);
      for (gsize i = 0; i < G_N_ELEMENTS (listener->sockets) && fd < 0; i++)
        fd = try_accept (listener->sockets[i]);
    }
  if (has_cancelled)
    g_cancellable_release_fd (cancellable);
  if (fd < 0)
    g_set_error_literal (error, NET_ERROR, NET_ERROR_CANCELLED, _ ("Cancelled."));
  return fd;
}

char *
net_peer (int fd, guint16 *port)
{
  int own = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  g_autoptr (GSocket) socket = own >= 0 ? g_socket_new_from_fd (own, NULL) : NULL;
  g_autoptr (GSocketAddress) address =
      socket != NULL ? g_socket_get_remote_address (socket, NULL) : NULL;

  if (port != NULL)
    *port = 0;
  if (address == NULL || !G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("");
  if (port != NULL)
    *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}
