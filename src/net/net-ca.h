/* A certificate authority of our own: the practice post office's, made at first use and kept in the
 * data directory, and what the tests need to make bad certificates. */
#pragma once

#include "net-session.h"

G_BEGIN_DECLS

typedef struct _NetCa NetCa;

/* Loads @dir/ca.pem and its key (0600), or makes them. */
NetCa *net_ca_open (const char *dir, GError **error);
NetCa *net_ca_ref (NetCa *ca);
void net_ca_unref (NetCa *ca);
const char *net_ca_file (NetCa *ca); /* path of ca.pem */

/* @names: NULL-terminated DNS names and addresses. @not_before, @not_after: seconds from now. */
NetIdentity *net_ca_issue (NetCa *ca, const char *const *names, gint64 not_before, gint64 not_after, GError **error);
NetIdentity *net_identity_self_signed (const char *const *names, GError **error);
NetIdentity *net_identity_ref (NetIdentity *identity);
void net_identity_unref (NetIdentity *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetCa, net_ca_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetIdentity, net_identity_unref)

G_END_DECLS
