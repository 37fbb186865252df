/* Errors of accounts at work; what a person has to do is in the text. */
#pragma once

#include "base-error.h"

G_BEGIN_DECLS

#define ENGINE_ERROR (engine_error_quark ())
GQuark engine_error_quark (void);

typedef enum
{
  ENGINE_ERROR_CREDENTIALS, /* the server refused user or password */
  ENGINE_ERROR_NOT_NOW,     /* it refused what it has taken before, and gave no reason */
  ENGINE_ERROR_NO_PASSWORD, /* none stored, no keyring, or its file cannot be read */
  ENGINE_ERROR_CONFIG,      /* the account's settings make no sense */
  ENGINE_ERROR_REFUSED,     /* the server refused a command for good */
  ENGINE_ERROR_TEMPORARY,   /* the server refused it for now (4yz, IN-USE, UNAVAILABLE) */
  ENGINE_ERROR_PROTOCOL,    /* the server broke the protocol */
  ENGINE_ERROR_NOT_FOUND,   /* no such account, folder, message */
  ENGINE_ERROR_NO_TLS,      /* STARTTLS is not offered, or PREAUTH came before it */
  ENGINE_ERROR_MAYBE_SENT,  /* the line was cut after the final dot */
  ENGINE_ERROR_OFFLINE      /* only headers are here, and the account is paused or unreachable */
} EngineError;

/* The exit code of restante-cli for any error of this program (DESIGN: 64 … 78). */
int engine_error_exit_code (const GError *error);

/* Sets @error to the formatted text, followed by what the server said (@said is made one line, cut
 * and cleaned; nothing is added when it is %NULL or empty). */
void
engine_error_set_said (GError **error, EngineError code, const char *said, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

G_END_DECLS
