/* Dot-stuffing, shared by POP3 and SMTP (RFC 1939 §3, RFC 5321 §4.5.2): a multi-line text ends
 * with a line that is a lone dot; a line that starts with a dot gets another in front. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Undoes the stuffing of a text that arrives in pieces. Zero-initialise before the first piece. */
typedef struct
{
  guint8 state;
  gboolean done; /* the lone dot has been read */
} BaseDotReader;

/* Reads from @in until the text ends or @in does; the content (line ends kept) is appended to @out.
 * Only CRLF . CRLF ends the text; a bare LF does not (RFC 5321 §2.3.8: no smuggling).
 * Returns the bytes consumed; reader->done says whether the text has ended with them. */
gsize base_dot_read (BaseDotReader *reader, const guint8 *in, gsize len, GByteArray *out);

/* How many of the bytes read so far (0 to 2) may turn out to be the start of the lone dot's line:
 * whether they are content is known with the bytes that follow. */
gsize base_dot_reader_pending (const BaseDotReader *reader);

/* Stuffs a text that is sent in pieces. Bare CR and bare LF become CRLF, so nothing sent can end
 * the text early. Zero-initialise before the first piece. */
typedef struct
{
  guint8 state;
} BaseDotWriter;

void base_dot_write (BaseDotWriter *writer, const guint8 *in, gsize len, GByteArray *out);
/* The end: a CRLF if the text did not end with one, then the lone dot. */
void base_dot_finish (BaseDotWriter *writer, GByteArray *out);

G_END_DECLS
