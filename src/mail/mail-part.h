/* One part of a message: what it says of itself, where it stands in the source, and its contents
 * (RFC 2045, 2046, 2183, 2231). A part belongs to its MailMessage and lives as long. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MailPart MailPart;

/* Bytes into the message's source: a header block (its empty line included), then a body. Enough
 * to answer IMAP's BODY[1.2], BODY[1.2.MIME] and to count lines without parsing again. */
typedef struct
{
  gsize header;
  gsize header_length;
  gsize body;
  gsize body_length;
} MailPartSpan;

/* Lower case; "text"/"plain" when missing (RFC 2045 §5.2), "application"/"octet-stream" when it
 * cannot be read. */
const char *mail_part_get_type (const MailPart *part);
const char *mail_part_get_subtype (const MailPart *part);
gboolean mail_part_is (const MailPart *part, const char *type, const char *subtype_or_null);

/* mail_part_get_mime_type: "type/subtype". */
const char *mail_part_get_mime_type (const MailPart *part);

/* Declared charset, lower case; NULL when none. */
const char *mail_part_get_charset (const MailPart *part);

/* File name from Content-Disposition, else from Content-Type; decoded, its folders and control
 * characters taken out, so that it is safe to offer as a name. NULL when none. */
const char *mail_part_get_name (const MailPart *part);

/* Lower case "inline", "attachment" or another word; NULL when the header is missing. */
const char *mail_part_get_disposition (const MailPart *part);

/* Without brackets; NULL when none. */
const char *mail_part_get_content_id (const MailPart *part);

/* Content-Description, decoded; NULL when none. */
const char *mail_part_get_description (const MailPart *part);

/* Transfer encoding, lower case; "7bit" when none is named. */
const char *mail_part_get_encoding (const MailPart *part);

/* A parameter of Content-Type (or of Content-Disposition), decoded; NULL when absent. */
const char *mail_part_get_type_parameter (const MailPart *part, const char *name);
const char *mail_part_get_disposition_parameter (const MailPart *part, const char *name);

/* The parameter at @index of Content-Type in written order: FALSE after the last. */
gboolean mail_part_nth_type_parameter (const MailPart *part,
                                       guint index,
                                       const char **name,
                                       const char **value);
gboolean mail_part_nth_disposition_parameter (const MailPart *part,
                                              guint index,
                                              const char **name,
                                              const char **value);

/* mail_part_dup_header: the first field called @name in the part's own header, decoded, or NULL.
 * (transfer full) */
char *mail_part_dup_header (const MailPart *part, const char *name);

/* The tree. A multipart has its parts; a message/rfc822 has one child, whose header is the inner
 * message's. The index counts all parts of the message in reading order from 0, the root. */
guint mail_part_get_n_children (const MailPart *part);
MailPart *mail_part_get_child (const MailPart *part, guint index);
MailPart *mail_part_get_parent (const MailPart *part);
guint mail_part_get_index (const MailPart *part);
MailPartSpan mail_part_get_span (const MailPart *part);

/* mail_part_is_attachment: whether a reader would list it under the letter. */
gboolean mail_part_is_attachment (const MailPart *part);

/* mail_part_get_size: bytes after decoding, counted without decoding (and exact but for broken
 * encodings). For a multipart and message/rfc822 the encoded size. */
gsize mail_part_get_size (const MailPart *part);

/* mail_part_decode: the contents without their transfer encoding. Identity encodings share the
 * source's memory. Broken base64 and quoted-printable give what can be read. (transfer full) */
GBytes *mail_part_decode (const MailPart *part);

/* mail_part_dup_text: the contents of a text part as valid UTF-8 with \n line ends; @max_bytes
 * above 0 decodes no more than about that many bytes of source. Not for other types: "".
 * (transfer full) */
char *mail_part_dup_text (const MailPart *part, gsize max_bytes);

G_END_DECLS
