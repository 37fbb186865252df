/* What a client's first message of TLS tells everybody on the line. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "sni=mail.example alpn=imap,pop3" of the handshake message @message (a ClientHello with its
 * header of four bytes, RFC 8446 §4.1.2); what it does not have is empty. %NULL if it is none.
 * (transfer full) */
char *net_hello_describe (const guint8 *message, gsize len);

G_END_DECLS
