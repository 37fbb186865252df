/* A certificate authority of our own: the practice post office's, made at first use and kept in the
 * data directory, and what the tests need to make bad certificates. */
#pragma once

#include "net-identity.h"

G_BEGIN_DECLS

typedef struct _NetCa NetCa;

/* Loads the authority kept in @dir, or makes one (and @dir): ca-key.pem with the key (0600), and
 * ca.pem, which may be given to others. Two processes that start at once agree on one. */
NetCa *net_ca_open (const char *dir, GError **error);
NetCa *net_ca_ref (NetCa *ca);
void net_ca_unref (NetCa *ca);
const char *net_ca_file (NetCa *ca); /* path of ca.pem */

/* @names: NULL-terminated DNS names and addresses. @not_before, @not_after: seconds from now. */
NetIdentity *net_ca_issue (
    NetCa *ca, const char *const *names, gint64 not_before, gint64 not_after, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetCa, net_ca_unref)

G_END_DECLS
