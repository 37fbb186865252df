/* The addresses of the envelope (RFC 5321 §4.1.2, with UTF-8 as RFC 6531 §3.3 adds it). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 5321 §4.5.3.1.3: with its brackets. */
#define SMTP_MAX_PATH 256

/* Parses "<local@domain>" at the start of @text; the null path "<>" only if @null_allowed. A source
 * route is read past (RFC 5321 Appendix C). Returns the bytes consumed with the brackets, and the
 * path without them in @path (transfer full); 0: that is no path. */
gsize smtp_path_parse (const char *text, gsize len, gboolean null_allowed, char **path);

/* Domain or address literal, as EHLO takes it; underscores, which are sent, are let through. */
gboolean smtp_path_is_domain (const char *text, gsize len);

G_END_DECLS
