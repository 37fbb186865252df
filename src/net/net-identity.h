/* A certificate with its private key: what a server shows. Immutable, counted atomically. */
#pragma once

#include <openssl/ssl.h>

#include "net-error.h"

G_BEGIN_DECLS

typedef struct _NetIdentity NetIdentity;

/* One that signs itself, as a test's false server or a lazy real one has. @names: NULL-terminated
 * DNS names and addresses. */
NetIdentity *net_identity_self_signed (const char *const *names, GError **error);
NetIdentity *net_identity_ref (NetIdentity *identity);
void net_identity_unref (NetIdentity *identity);

/* The certificate as PEM, without the key. (transfer full) */
char *net_identity_pem (NetIdentity *identity);

/* Makes a certificate for a new P-256 key, signed by @issuer, or by itself if that is %NULL;
 * @authority: it may sign others. @not_before, @not_after: seconds from now. */
NetIdentity *net_identity_make (NetIdentity *issuer,
                                const char *subject,
                                const char *const *names,
                                gboolean authority,
                                gint64 not_before,
                                gint64 not_after,
                                GError **error);
/* Certificate and key in one PEM text, and back. (transfer full) */
char *net_identity_to_pem (NetIdentity *identity);
NetIdentity *net_identity_from_pem (const char *pem, gsize len, GError **error);
/* Whether it is valid for at least @seconds more. */
gboolean net_identity_is_valid (NetIdentity *identity, gint64 seconds);

/* Makes @context show it. */
gboolean net_identity_use (NetIdentity *identity, SSL_CTX *context);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetIdentity, net_identity_unref)

G_END_DECLS
