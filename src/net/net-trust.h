/* Which authorities are trusted: the system's, read once a process and only when they are needed,
 * because reading them takes longer than a handshake, and an account's own. */
#pragma once

#include <openssl/x509.h>

#include "net-error.h"

G_BEGIN_DECLS

/* The system's authorities for servers, and those in @ca_file (PEM, nullable). Changes of the
 * system's are seen after a restart, those of @ca_file at every call. NULL with NET_ERROR_CONFIG if
 * the file cannot be read. (transfer full) */
X509_STORE *net_trust_store (const char *ca_file, GError **error);

/* Whether this computer's policy refuses @certificate, whoever vouches for it. */
gboolean net_trust_refuses (X509 *certificate);

G_END_DECLS
