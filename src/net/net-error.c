/* Which of the network's errors pass by themselves. */
#include "config.h"

#include "net-error.h"

static BaseRetry
net_retry (int code)
{
  switch ((NetError) code)
    {
    case NET_ERROR_TLS:
    case NET_ERROR_CERT_UNKNOWN_ISSUER:
    case NET_ERROR_CERT_SELF_SIGNED:
    case NET_ERROR_CERT_EXPIRED:
    case NET_ERROR_CERT_NOT_YET_VALID:
    case NET_ERROR_CERT_WRONG_NAME:
    case NET_ERROR_CERT_OTHER:
    case NET_ERROR_CONFIG:
      return BASE_RETRY_USER;
    case NET_ERROR_UNKNOWN_HOST: /* a laptop without a network knows no host at all */
    case NET_ERROR_UNREACHABLE:
    case NET_ERROR_REFUSED:
    case NET_ERROR_TIMEOUT:
    case NET_ERROR_CUT:
    case NET_ERROR_CANCELLED:
    case NET_ERROR_EDITED:
    default:
      return BASE_RETRY_AGAIN;
    }
}

GQuark
net_error_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    {
      GQuark domain = g_quark_from_static_string ("net-error");

      base_error_register (domain, net_retry);
      g_once_init_leave (&quark, domain);
    }
  return (GQuark) quark;
}
