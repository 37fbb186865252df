/* A connected socket, with or without TLS: the one place in the program where bytes enter and
 * leave, and the one place where a connection's thread waits. Used by one thread. */
#pragma once

#include <gio/gio.h>
#include <openssl/ssl.h>

#include "net-error.h"
#include "net-waker.h"

G_BEGIN_DECLS

typedef struct _NetLink NetLink;

/* Takes over @fd and makes it nonblocking. @cancellable and @waker may be %NULL. */
NetLink *net_link_new (int fd, GCancellable *cancellable, NetWaker *waker);
/* With TLS a close_notify is sent, if that takes no time. */
void net_link_free (NetLink *link);
/* What is sent from here on does not arrive, a goodbye neither. */
void net_link_break (NetLink *link);

typedef enum
{
  NET_LINK_OK,    /* *n bytes, at least one */
  NET_LINK_AGAIN, /* nothing now: wait */
  NET_LINK_EOF,   /* reading: the other side said goodbye */
  NET_LINK_ERROR  /* @error is set: NET_ERROR_CUT, NET_ERROR_TLS */
} NetLinkResult;

/* Neither of them ever waits. A call of net_link_write() that was told AGAIN may be repeated with
 * the bytes somewhere else, but they must be the same bytes. */
NetLinkResult net_link_read (NetLink *link, guint8 *bytes, gsize len, gsize *n, GError **error);
NetLinkResult
net_link_write (NetLink *link, const guint8 *bytes, gsize len, gsize *n, GError **error);

/* One step of the TLS handshake that net_link_set_tls() prepared: OK when it is done. On ERROR the
 * caller knows better what to say: *reason (transfer none, nullable) is OpenSSL's word for it, and
 * @error is set only if the line was cut. */
NetLinkResult net_link_handshake (NetLink *link, const char **reason, GError **error);
/* (transfer full) @ssl, client or server already chosen. Everything after goes through it. */
void net_link_set_tls (NetLink *link, SSL *ssl);
SSL *net_link_tls (NetLink *link);

/* Everything after is compressed, in both directions, below what read and write say and above TLS.
 * Nothing may be on its way. */
void net_link_set_deflate (NetLink *link);
gboolean net_link_is_deflated (NetLink *link);

typedef enum
{
  NET_WAIT_READY, /* try again what was told AGAIN */
  NET_WAIT_WOKEN,
  NET_WAIT_CANCELLED,
  NET_WAIT_LATER /* @until has come */
} NetWait;

/* Waits until there is something to read (@read) or room to write (@write). @wake: the waker
 * counts.
 * @until: net_clock_now(), G_MAXINT64: for ever. */
NetWait net_link_wait (NetLink *link, gboolean read, gboolean write, gboolean wake, gint64 until);
/* Without waiting: CANCELLED, WOKEN, or READY to go on. */
NetWait net_link_check (NetLink *link, gboolean wake);

/* The other side has said all that it will say; what it said last may still have to be read. */
gboolean net_link_is_hung_up (NetLink *link);

/* Besides what it is told to wait for, it returns READY when @gate is woken. (transfer none) */
void net_link_set_gate (NetLink *link, NetWaker *gate);

/* Bytes on the socket itself, TLS included. */
guint64 net_link_bytes_in (NetLink *link);
guint64 net_link_bytes_out (NetLink *link);
/* Microseconds spent waiting for the line. */
gint64 net_link_waited (NetLink *link);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetLink, net_link_free)

G_END_DECLS
