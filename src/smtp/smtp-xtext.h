/* xtext, in which the parameters of delivery reports are said (RFC 3461 §4): printable ASCII, and
 * everything else as "+" and two hexadecimal digits. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) */
char *smtp_xtext_encode (const char *text);
/* %NULL: @xtext is none, or what it says is no UTF-8 without control characters. (transfer full) */
char *smtp_xtext_decode (const char *xtext);

G_END_DECLS
