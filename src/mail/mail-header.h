/* Header blocks: where each field stands in the bytes, and the decoding of values (RFC 5322 §2.2,
 * RFC 2047, RFC 2231). The caller's bytes are never copied until a value is asked for. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fields after this many are not indexed; a value is read up to MAIL_MAX_HEADER_VALUE bytes. */
#define MAIL_MAX_HEADER_FIELDS 2000
#define MAIL_MAX_HEADER_VALUE (256 * 1024)

/* One field: offsets into the bytes that were scanned. The value still has its folding and leaves
 * out the last line break; @end is after that line break. */
typedef struct
{
  gsize name;
  gsize name_length;
  gsize value;
  gsize value_length;
  gsize end;
} MailHeaderField;

/* mail_header_scan: finds the fields at the start of @data. Appends MailHeaderField to @fields
 * (may be NULL) and returns the length of the block, the empty line included (or @length when the
 * end comes first). Lines end with CRLF or LF. A line that is no field ("From " of mbox, junk) is
 * skipped; but a first line that could not start a header at all means that there is none: 0. */
gsize mail_header_scan (const char *data, gsize length, GArray *fields);

/* mail_header_find: the @nth (from 0) field called @name (case ignored), or NULL. */
const MailHeaderField *
mail_header_find (const char *data, GArray *fields, const char *name, guint nth);

/* mail_header_unfold: the value as one line of valid UTF-8, encoded words untouched. 8-bit bytes
 * that are not UTF-8 are read as windows-1252. (transfer full) */
char *mail_header_unfold (const char *value, gsize length);

/* mail_decode_header: a value (raw, or from an IMAP ENVELOPE) for people: unfolded, encoded words
 * decoded, runs of white space and control characters made one space; valid UTF-8. Encoded words
 * that split a multi-byte character are joined first. @value may be NULL: "". (transfer full) */
char *mail_decode_header (const char *value);
char *mail_decode_header_len (const char *value, gsize length);

/* mail_header_parse_ids: the ids in @value ("<a@b> <c@d>"), without their brackets, at most
 * MAIL_MAX_REFERENCES of them (the first and the last ones are kept). (transfer full), never NULL
 */
#define MAIL_MAX_REFERENCES 200
char **mail_header_parse_ids (const char *value);

G_END_DECLS
