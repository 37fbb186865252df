/* Finds a host's addresses and connects to the first that answers. */
#pragma once

#include <gio/gio.h>

#include "net-endpoint.h"
#include "net-error.h"

G_BEGIN_DECLS

/* Happy eyeballs (RFC 8305) over IPv6 and IPv4, no proxy. @timeout: microseconds for all of it.
 * @reached (nullable) is told on this thread when the name is known, and when somebody answers.
 * Returns a connected socket, the caller's to close, and in @address the IP address in words
 * (transfer full); or -1 with @error. */
int net_connect (const NetEndpoint *endpoint,
                 gint64 timeout,
                 GCancellable *cancellable,
                 NetReachedFunc reached,
                 gpointer data,
                 char **address,
                 GError **error);

G_END_DECLS
