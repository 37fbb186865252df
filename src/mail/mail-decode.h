/* Encoded words back into text (RFC 2047), and base64 back into bytes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_decode_words: @text is one line of valid UTF-8; encoded words in it are decoded, what only
 * looks like one stays. Valid UTF-8, but it may hold controls. (transfer full) */
char *mail_decode_words (const char *text);

/* mail_decode_base64: into @out, which has room for @length / 4 * 3 + 6 bytes; returns how many
 * were written. Other characters than base64's are passed over; missing padding is forgiven. */
gsize mail_decode_base64 (const char *text, gsize length, guchar *out);

G_END_DECLS
