/* Text in any charset to valid UTF-8, whatever the label says. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_charset_to_utf8: tries in order the declared @charset (nullable; wrong and old names are
 * known), UTF-8, ISO-2022-JP when its escapes are there, and windows-1252, which cannot fail. Bytes
 * that the declared charset cannot read become U+FFFD, when they are few. NUL bytes become U+FFFD,
 * so the result is a C string. @out_length may be NULL. (transfer full) */
char *mail_charset_to_utf8 (const char *data, gsize length, const char *charset, gsize *out_length);

G_END_DECLS
