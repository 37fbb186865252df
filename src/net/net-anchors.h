/* The system's trust policy as PKCS #11 modules tell it (p11-kit): the authorities that may vouch
 * for servers, and the certificates that an administrator or the distribution has refused. */
#pragma once

#include <openssl/x509.h>
#include <p11-kit/p11-kit.h>

#include <glib.h>

G_BEGIN_DECLS

/* Immutable once read. */
typedef struct
{
  GHashTable *authorities; /* for servers: by their names, see net_anchors_serve() */
  guint n_authorities;     /* in it */
  GHashTable *refused;     /* set of GBytes, by issuer and serial number */
} NetAnchors;

/* What @modules hold (NULL-terminated, initialised). Never NULL. (transfer full) */
NetAnchors *net_anchors_read (CK_FUNCTION_LIST **modules);
/* What the modules hold that the system marks as its trust policy; NULL when there is none, or it
 * names no authority. (transfer full) */
NetAnchors *net_anchors_read_system (void);
void net_anchors_free (NetAnchors *anchors);

/* @store looks for its authorities among these, by name. To take all 140 of a usual policy apart
 * costs ten times as much as a handshake, and one is enough. @anchors must outlive @store. */
void net_anchors_serve (const NetAnchors *anchors, X509_STORE *store);

/* Whether @certificate is one of the refused. */
gboolean net_anchors_refuse (const NetAnchors *anchors, X509 *certificate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetAnchors, net_anchors_free)

G_END_DECLS
