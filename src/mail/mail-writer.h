/* Bodies on their way out: transfer encodings and the headers that name files. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_write_text: a text/plain part: its Content-Type and encoding, an empty line, and @text
 * (UTF-8, \n line ends) with one line break added at its end. */
void mail_write_text (GString *out, const char *text);

/* mail_write_file: an attachment: headers, an empty line, and @bytes in base64; a letter
 * (message/rfc822), which may not be encoded (RFC 2046 §5.2.1), goes as it is. */
void mail_write_file (GString *out, GBytes *bytes, const char *name, const char *mime_type);

/* Bytes in a transfer encoding. Text has lines that end with CRLF or LF, and gets CRLF. */
void mail_write_quoted_printable (GString *out, const char *text, gsize length);
void mail_write_base64 (GString *out, gconstpointer bytes, gsize length);

G_END_DECLS
