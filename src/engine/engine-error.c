/* The retry class and the exit code of every error, decided on codes, never on text. */
#include "config.h"

#include "engine-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "mail-error.h"
#include "net-error.h"
#include "sasl-mechanism.h"
#include "store-types.h"

#define SAID_MAX 300

/* <sysexits.h>, and what DESIGN says of them. */
enum
{
  EXIT_USAGE_ERROR = 64,
  EXIT_BAD_DATA = 65,
  EXIT_UNKNOWN_HOST = 68,
  EXIT_UNAVAILABLE = 69,
  EXIT_IO = 74,
  EXIT_AGAIN = 75,
  EXIT_PROTOCOL = 76,
  EXIT_CREDENTIALS = 77,
  EXIT_CONFIG = 78
};

static BaseRetry
engine_retry (int code)
{
  switch ((EngineError) code)
    {
    case ENGINE_ERROR_CREDENTIALS:
    case ENGINE_ERROR_NO_PASSWORD:
    case ENGINE_ERROR_CONFIG:
    case ENGINE_ERROR_NO_TLS:
    case ENGINE_ERROR_MAYBE_SENT:
      return BASE_RETRY_USER;
    case ENGINE_ERROR_REFUSED:
    case ENGINE_ERROR_NOT_FOUND:
      return BASE_RETRY_FINAL;
    case ENGINE_ERROR_NOT_NOW:
    case ENGINE_ERROR_TEMPORARY:
    case ENGINE_ERROR_PROTOCOL:
    case ENGINE_ERROR_OFFLINE:
    default:
      return BASE_RETRY_AGAIN;
    }
}

GQuark
engine_error_quark (void)
{
  static gsize quark = 0;

  if (g_once_init_enter (&quark))
    {
      GQuark made = g_quark_from_static_string ("engine-error");

      base_error_register (made, engine_retry);
      g_once_init_leave (&quark, made);
    }
  return (GQuark) quark;
}

static int
engine_exit (int code)
{
  switch ((EngineError) code)
    {
    case ENGINE_ERROR_CREDENTIALS:
      return EXIT_CREDENTIALS;
    case ENGINE_ERROR_NO_PASSWORD:
    case ENGINE_ERROR_CONFIG:
      return EXIT_CONFIG;
    case ENGINE_ERROR_REFUSED:
      return EXIT_UNAVAILABLE;
    case ENGINE_ERROR_PROTOCOL:
    case ENGINE_ERROR_NO_TLS:
      return EXIT_PROTOCOL;
    case ENGINE_ERROR_NOT_FOUND:
      return EXIT_USAGE_ERROR;
    case ENGINE_ERROR_MAYBE_SENT:
      /* Not 75: a script that tries again would send it twice. */
      return EXIT_IO;
    case ENGINE_ERROR_NOT_NOW:
    case ENGINE_ERROR_TEMPORARY:
    case ENGINE_ERROR_OFFLINE:
    default:
      return EXIT_AGAIN;
    }
}

static int
net_exit (int code)
{
  switch ((NetError) code)
    {
    case NET_ERROR_UNKNOWN_HOST:
      return EXIT_UNKNOWN_HOST;
    case NET_ERROR_UNREACHABLE:
    case NET_ERROR_REFUSED:
    case NET_ERROR_TIMEOUT:
      return EXIT_UNAVAILABLE;
    case NET_ERROR_TLS:
      return EXIT_PROTOCOL;
    case NET_ERROR_CERT_UNKNOWN_ISSUER:
    case NET_ERROR_CERT_SELF_SIGNED:
    case NET_ERROR_CERT_EXPIRED:
    case NET_ERROR_CERT_NOT_YET_VALID:
    case NET_ERROR_CERT_WRONG_NAME:
    case NET_ERROR_CERT_OTHER:
    case NET_ERROR_CONFIG:
      return EXIT_CONFIG;
    case NET_ERROR_CUT:
    case NET_ERROR_CANCELLED:
    case NET_ERROR_EDITED:
    default:
      return EXIT_AGAIN;
    }
}

static int
core_exit (int code)
{
  switch ((BaseCoreError) code)
    {
    case BASE_CORE_ERROR_TIMEOUT:
    case BASE_CORE_ERROR_CLOSED:
      return EXIT_AGAIN;
    case BASE_CORE_ERROR_PROTOCOL:
    case BASE_CORE_ERROR_LIMIT:
    case BASE_CORE_ERROR_INJECTION:
    default:
      return EXIT_PROTOCOL;
    }
}

static int
sasl_exit (int code)
{
  switch ((SaslError) code)
    {
    case SASL_ERROR_NO_MECHANISM:
      return EXIT_CONFIG;
    case SASL_ERROR_CHALLENGE:
      return EXIT_PROTOCOL;
    case SASL_ERROR_SERVER_PROOF:
    case SASL_ERROR_BINDING:
    case SASL_ERROR_REFUSED:
    case SASL_ERROR_CREDENTIALS:
    default:
      return EXIT_CREDENTIALS;
    }
}

static int
store_exit (int code)
{
  switch ((StoreError) code)
    {
    case STORE_ERROR_NEWER:
      return EXIT_CONFIG;
    case STORE_ERROR_OWNED:
    case STORE_ERROR_BUSY:
      return EXIT_AGAIN;
    case STORE_ERROR_NOT_FOUND:
    case STORE_ERROR_EXISTS:
    case STORE_ERROR_ONLY_COPY:
      return EXIT_USAGE_ERROR;
    case STORE_ERROR_IO:
    case STORE_ERROR_FULL:
    case STORE_ERROR_CORRUPT:
    case STORE_ERROR_CLOSED:
    case STORE_ERROR_READ_ONLY:
    default:
      return EXIT_IO;
    }
}

int
engine_error_exit_code (const GError *error)
{
  if (error->domain == ENGINE_ERROR)
    return engine_exit (error->code);
  if (error->domain == NET_ERROR)
    return net_exit (error->code);
  if (error->domain == BASE_CORE_ERROR)
    return core_exit (error->code);
  if (error->domain == SASL_ERROR)
    return sasl_exit (error->code);
  if (error->domain == STORE_ERROR)
    return store_exit (error->code);
  if (error->domain == MAIL_ERROR)
    return EXIT_BAD_DATA;
  if (error->domain == G_OPTION_ERROR)
    return EXIT_USAGE_ERROR;
  return EXIT_IO;
}

void
engine_error_set_said (GError **error, EngineError code, const char *said, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *quoted = said ? base_error_quote (said, -1, SAID_MAX) : NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (quoted && quoted[0])
    /* Translators: the first %s is our sentence, the second one what a mail server answered. */
    g_set_error (error, ENGINE_ERROR, (int) code, _ ("%s; the server said: %s"), text, quoted);
  else
    g_set_error_literal (error, ENGINE_ERROR, (int) code, text);
}
