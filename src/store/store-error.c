/* The store's error domain, and which of its errors pass by themselves. */
#include "config.h"

#include "store-types.h"

static BaseRetry
store_retry (int code)
{
  switch ((StoreError) code)
    {
    case STORE_ERROR_IO:
    case STORE_ERROR_OWNED:
    case STORE_ERROR_CLOSED:
    case STORE_ERROR_BUSY:
      return BASE_RETRY_AGAIN;
    case STORE_ERROR_FULL:
    case STORE_ERROR_READ_ONLY:
      return BASE_RETRY_USER;
    case STORE_ERROR_CORRUPT:
    case STORE_ERROR_NEWER:
    case STORE_ERROR_NOT_FOUND:
    case STORE_ERROR_EXISTS:
    case STORE_ERROR_ONLY_COPY:
    default:
      return BASE_RETRY_FINAL;
    }
}

GQuark
store_error_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    {
      GQuark made = g_quark_from_static_string ("store-error");

      base_error_register (made, store_retry);
      g_once_init_leave (&quark, made);
    }
  return quark;
}
