/* How a dialogue waits for one answer: the same for the three protocols. */
#pragma once

#include "net-session.h"

G_BEGIN_DECLS

/* Sees every event that comes before the one waited for. %FALSE with @error ends the wait. */
typedef gboolean (*EngineWaitFunc) (BaseEvent *event, gpointer data, GError **error);

/* Steps until the event that ends @exchange has come (0: until the greeting) and returns it. A
 * handshake that the core asks for on the way is done. The other events go to @func (nullable).
 * An end of the connection before that is an error. (transfer full) */
BaseEvent *engine_wait (
    NetSession *session, guint64 exchange, EngineWaitFunc func, gpointer data, GError **error);

/* The same; @idle is called after each event, when nothing can be said at this moment and nothing
 * has come. It returns when it is to be called again if nothing comes until then: microseconds of
 * net_clock_now(), G_MAXINT64: not. */
BaseEvent *engine_wait_idle (NetSession *session,
                             guint64 exchange,
                             EngineWaitFunc func,
                             gint64 (*idle) (gpointer data),
                             gpointer data,
                             GError **error);

/* Whether @event asks for the TLS handshake. */
gboolean engine_wait_is_start_tls (NetSession *session, const BaseEvent *event);
/* Sets the error for a connection that ended in good order before the answer had come. */
void engine_wait_set_closed (NetSession *session, GError **error);

G_END_DECLS
