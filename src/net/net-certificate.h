/* Certificates in words: for the tap, for the panel, and for the sentence that says why one was
 * refused. */
#pragma once

#include <openssl/x509.h>

#include "wire-event.h"

G_BEGIN_DECLS

/* (transfer full) */
WireCertificate *net_certificate_describe (X509 *certificate);
/* A chain, the server's own first; %NULL or an empty one gives %NULL. (transfer full) */
GPtrArray *net_certificate_describe_chain (STACK_OF (X509) * chain);
/* A day in words for a sentence, UTC: "2026-11-22". (transfer full) */
char *net_certificate_day (gint64 seconds);

G_END_DECLS
