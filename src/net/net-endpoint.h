/* Where a server is and how the way there is protected. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  NET_SECURITY_NONE,
  NET_SECURITY_TLS,     /* immediate TLS (RFC 8314) */
  NET_SECURITY_STARTTLS /* upgraded; never falls back */
} NetSecurity;

const char *net_security_name (NetSecurity security); /* "none", "tls", "starttls" */
int net_security_from_name (const char *name);        /* -1: unknown */

typedef struct
{
  const char *host; /* a name or an address, IPv6 without brackets */
  guint16 port;
  NetSecurity security;
  const char *ca_file; /* PEM, trusted besides the system's store (nullable) */
  /* PEM, a certificate and its key, or the key beside it (NAME.key): shown to a server that asks
   * (nullable) */
  const char *client_cert;
  const char *local_address; /* the IP address to call from (nullable: any) */
  /* What @host, an address then, is called: a certificate has to be for that name, and errors and
   * the tap say it (nullable: @host itself) */
  const char *name;
} NetEndpoint;

/* How far a connection has come. */
typedef enum
{
  NET_REACHED_NAME,  /* its name has addresses */
  NET_REACHED_SERVER /* somebody answers there */
} NetReached;
typedef void (*NetReachedFunc) (NetReached reached, gpointer data);

G_END_DECLS
