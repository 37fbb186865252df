/* Errors of names, connections and TLS. The texts are sentences for people: what happened, with
 * which server, what to do next. */
#pragma once

#include "base-error.h"

G_BEGIN_DECLS

#define NET_ERROR (net_error_quark ())
GQuark net_error_quark (void);

typedef enum
{
  NET_ERROR_UNKNOWN_HOST, /* no such name, or no name server that answers */
  NET_ERROR_UNREACHABLE,  /* no route, network down */
  NET_ERROR_REFUSED,      /* nobody listens there */
  NET_ERROR_TIMEOUT,      /* no answer to the connection: a firewall, a blocked port */
  NET_ERROR_CUT,          /* reset or closed in the middle */
  NET_ERROR_CANCELLED,
  NET_ERROR_TLS, /* the handshake failed: not TLS, no common version */
  NET_ERROR_CERT_UNKNOWN_ISSUER,
  NET_ERROR_CERT_SELF_SIGNED,
  NET_ERROR_CERT_EXPIRED,
  NET_ERROR_CERT_NOT_YET_VALID,
  NET_ERROR_CERT_WRONG_NAME, /* the text lists the names it has */
  NET_ERROR_CERT_OTHER,
  NET_ERROR_CONFIG, /* the CA file cannot be read; a port cannot be listened on */
  NET_ERROR_EDITED  /* the person changed a line that was held: what came of it is not the program's
                     */
} NetError;

G_END_DECLS
