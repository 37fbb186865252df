/* Text into headers: whole values, and the pieces from which they are written. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_encode_header: @text as the value of an unstructured field such as Subject: encoded words
 * where needed, folded with CRLF for a field whose name takes @column bytes;
 * mail_decode_header() reads it again. (transfer full) */
char *mail_encode_header (const char *text, gsize column);

/* mail_encode_needed: whether @text cannot stand in a header as it is: not ASCII, controls, what
 * looks like an encoded word, or a word too long to fold. */
gboolean mail_encode_needed (const char *text);

/* mail_encode_words: @length bytes of UTF-8 as encoded words, folded; @column is where the line
 * stands and is moved on. mail_encode_plain: ASCII as it is, folded at its spaces. */
void mail_encode_words (GString *out, const char *text, gsize length, gsize *column);
void mail_encode_plain (GString *out, const char *text, gsize length, gsize *column);

G_END_DECLS
