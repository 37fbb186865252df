/* Reads recordings back, strictly: what this program did not write is not shown as if it had. */
#include "config.h"

#include "wire-transcript.h"

#include "base-error.h"

static BaseRetry
wire_retry (int code)
{
  return BASE_RETRY_USER;
}

GQuark
wire_error_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    {
      GQuark domain = g_quark_from_static_string ("wire-error");

      base_error_register (domain, wire_retry);
      g_once_init_leave (&quark, domain);
    }
  return (GQuark) quark;
}
