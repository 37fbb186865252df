/* SASLprep (RFC 4013): makes names and passwords comparable, so that what is typed on one keyboard
 * matches what was typed on another. */
#pragma once

#include "base-secret.h"

G_BEGIN_DECLS

/* Prepares @len bytes of UTF-8 (query strings: unassigned code points pass). Returns the prepared
 * text, or %NULL with SASL_ERROR_CREDENTIALS if it is not UTF-8 or holds what RFC 4013 §2.3
 * prohibits. The bidirectional rule (§2.4) is left out: it protects people who compare names by
 * eye, and a password that breaks it must still reach the server that accepted it. (transfer full)
 */
BaseSecret *sasl_prep (const char *text, gsize len, GError **error);

G_END_DECLS
