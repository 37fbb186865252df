/* The words for the ways to protect a connection. */
#include "config.h"

#include "net-endpoint.h"

#include <string.h>

static const char *const names[] = {
  [NET_SECURITY_NONE] = "none",
  [NET_SECURITY_TLS] = "tls",
  [NET_SECURITY_STARTTLS] = "starttls",
};

const char *
net_security_name (NetSecurity security)
{
  return names[security];
}

int
net_security_from_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return (int) i;
  return -1;
}
