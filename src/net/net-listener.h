/* A listening socket on loopback, for the practice post office and the tests. */
#pragma once

#include <gio/gio.h>

#include "net-error.h"

G_BEGIN_DECLS

typedef struct _NetListener NetListener;

/* Listens on 127.0.0.1:@port and, where there is IPv6, [::1]:@port. 0: a free port. */
NetListener *net_listener_new (guint16 port, GError **error);
void net_listener_free (NetListener *listener);
guint16 net_listener_port (NetListener *listener);
/* Waits for a connection; the socket is the caller's. -1 with NET_ERROR_CANCELLED when cancelled.
 */
int net_listener_accept (NetListener *listener, GCancellable *cancellable, GError **error);

/* Who is at the other end of a connected socket, which stays the caller's: the IP address in words
 * (transfer full), "" if it is not known. @port (nullable): theirs, 0 if it is not known. */
char *net_peer (int fd, guint16 *port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetListener, net_listener_free)

G_END_DECLS
