/* TLS as mail needs it: 1.2 at least, the system's trust and one more authority, the name or the
 * address checked, and a refusal that says why. */
#pragma once

#include <openssl/ssl.h>

#include "net-endpoint.h"
#include "net-error.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct _NetIdentity NetIdentity; /* a certificate with its key: net-identity.h */

/* What is remembered of one handshake beside OpenSSL's own state; it must outlive the SSL. */
typedef struct _NetTls NetTls;

/* A client that trusts the system's authorities and those in endpoint->ca_file, and wants a
 * certificate for endpoint->host. NULL with NET_ERROR_CONFIG if the file cannot be read. The
 * messages of the handshake are reported to @tap (nullable). */
NetTls *net_tls_new_client (const NetEndpoint *endpoint,
                            WireTap *tap,
                            WireConnection *connection,
                            GError **error);
/* A server that shows @identity. */
NetTls *net_tls_new_server (NetIdentity *identity,
                            WireTap *tap,
                            WireConnection *connection,
                            GError **error);
void net_tls_free (NetTls *tls);

/* Records of TLS in one direction so far, the handshake's too. */
guint64 net_tls_records (const NetTls *tls, BaseDirection direction);

/* For the link, which takes it over. (transfer full), once. */
SSL *net_tls_take_ssl (NetTls *tls);

/* Why the handshake failed: one of NET_ERROR_CERT_*, or NET_ERROR_TLS. @reason: OpenSSL's word
 * (nullable). */
void net_tls_set_error (const NetTls *tls, const char *reason, GError **error);

/* What ties a sign-in to this connection: tls-exporter (RFC 9266), or before TLS 1.3, where not all
 * programs mean the same by that, the server's certificate (RFC 5929). Type %NULL: neither. @data:
 * (transfer full). */
BaseBinding net_tls_binding (SSL *ssl);

/* The certificates the other side showed, its own first (nullable). (transfer full) */
GPtrArray *net_tls_chain (SSL *ssl);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetTls, net_tls_free)

G_END_DECLS
