/* Each layer has one error domain and says of each code whether trying again can help. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BASE_RETRY_AGAIN, /* passes by itself: try again later */
  BASE_RETRY_USER,  /* waits for the person: a password, a certificate, a full mailbox */
  BASE_RETRY_FINAL  /* trying again gives the same */
} BaseRetry;

/* What the protocol cores report. */
#define BASE_CORE_ERROR (base_core_error_quark ())
GQuark base_core_error_quark (void);

typedef enum
{
  BASE_CORE_ERROR_PROTOCOL, /* the other side broke the grammar or the order of the dialogue */
  BASE_CORE_ERROR_LIMIT,    /* a named limit was exceeded (line, literal, count) */
  BASE_CORE_ERROR_TIMEOUT,  /* silence for longer than the limit */
  BASE_CORE_ERROR_CLOSED,   /* the line was cut in the middle of something */
  BASE_CORE_ERROR_INJECTION /* bytes stood in the buffer when TLS began (RFC 3207, 2595) */
} BaseCoreError;

typedef BaseRetry (*BaseRetryFunc) (int code);

/* A layer registers how its codes are to be retried; done once for each domain, from any thread. */
void base_error_register (GQuark domain, BaseRetryFunc func);
/* The class of any error; domains nobody registered are %BASE_RETRY_AGAIN. */
BaseRetry base_error_retry (const GError *error);

/* Makes what a server said fit to be quoted in an error: one line, control characters and invalid
 * UTF-8 replaced, at most @max characters. (transfer full) */
char *base_error_quote (const char *text, gssize len, gsize max);

G_END_DECLS
