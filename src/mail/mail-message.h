/* A whole message, read once and then immutable: decoded headers, the tree of parts, and which of
 * them are the letter and which its attachments. Parts are spans of the source and are decoded only
 * when asked for, so a 50 MB attachment costs nothing in a list. */
#pragma once

#include "mail-address.h"
#include "mail-part.h"
#include "mail-structure.h"

G_BEGIN_DECLS

/* A larger source is refused. */
#define MAIL_MAX_SOURCE ((gsize) 1024 * 1024 * 1024)

typedef struct _MailMessage MailMessage;

/* mail_message_parse: reads @source, which the message keeps. Fails only with MAIL_ERROR_TOO_LARGE.
 * (transfer full) */
MailMessage *mail_message_parse (GBytes *source, GError **error);
MailMessage *mail_message_ref (MailMessage *message);
void mail_message_unref (MailMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMessage, mail_message_unref)

GBytes *mail_message_get_source (const MailMessage *message);
MailDefects mail_message_get_defects (const MailMessage *message);

/* Headers, decoded. Strings are valid UTF-8; lists belong to the message and are never NULL. */
const char *mail_message_get_subject (const MailMessage *message); /* "" when missing */
GPtrArray *mail_message_get_from (const MailMessage *message);
GPtrArray *mail_message_get_sender (const MailMessage *message);
GPtrArray *mail_message_get_reply_to (const MailMessage *message);
GPtrArray *mail_message_get_to (const MailMessage *message);
GPtrArray *mail_message_get_cc (const MailMessage *message);
GPtrArray *mail_message_get_bcc (const MailMessage *message);

/* mail_message_get_date: seconds since 1970 in UTC, and the sender's offset in minutes. FALSE (and
 * zeros) without a readable Date. Both out arguments may be NULL. */
gboolean mail_message_get_date (const MailMessage *message, gint64 *utc, int *offset_minutes);

/* Ids without brackets: NULL when missing; references oldest first, never NULL. */
const char *mail_message_get_message_id (const MailMessage *message);
const char *mail_message_get_in_reply_to (const MailMessage *message);
const char *const *mail_message_get_references (const MailMessage *message);
const char *mail_message_get_list_id (const MailMessage *message);

/* mail_message_dup_header: the @nth (from 0) field called @name, decoded, or NULL. (transfer full)
 */
char *mail_message_dup_header (const MailMessage *message, const char *name, guint nth);

/* mail_message_parse_addresses: the addresses of the first field called @name. (transfer full) */
GPtrArray *mail_message_parse_addresses (const MailMessage *message, const char *name);

/* The tree and its flat view: index 0 is the root; `restante-part:N` in sanitised HTML is part N.
 */
MailPart *mail_message_get_root (const MailMessage *message);
guint mail_message_get_n_parts (const MailMessage *message);
MailPart *mail_message_get_part (const MailMessage *message, guint index);

/* mail_message_find_content_id: the part with this Content-ID (without brackets), or NULL. */
MailPart *mail_message_find_content_id (const MailMessage *message, const char *content_id);

/* mail_message_find_section: the part that IMAP's "1.2" names (RFC 9051 §6.4.5.1), or NULL; what
 * follows the numbers is left in *@rest. */
MailPart *
mail_message_find_section (const MailMessage *message, const char *section, const char **rest);

/* The letter itself: the best text/plain and the best text/html part, each NULL when there is
 * none. */
MailPart *mail_message_get_text_body (const MailMessage *message);
MailPart *mail_message_get_html_body (const MailMessage *message);

/* mail_message_get_attachments: MailPart in reading order, what a reader lists under the letter;
 * pictures that the HTML body shows itself are left out. Never NULL, owned by the message. */
GPtrArray *mail_message_get_attachments (const MailMessage *message);

/* mail_message_dup_body_text: the letter to read as plain text: the text/plain body (its
 * format=flowed paragraphs joined, RFC 3676), else the HTML body as text. "" when there is neither.
 * @max_bytes above 0 stops after about so many. (transfer full) */
char *mail_message_dup_body_text (const MailMessage *message, gsize max_bytes);

G_END_DECLS
