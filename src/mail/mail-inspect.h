/* What a message file holds, for `restante-cli inspect` and `show`. */
#pragma once

#include "mail-message.h"

G_BEGIN_DECLS

/* mail_inspect_json: one JSON object on one line without its line end: subject, from, to, cc (each
 * a decoded string, "" when missing), date (RFC 3339 with the sender's offset, or null), message_id
 * (with its brackets, or null) and parts: an array that holds the root, a tree of {type, charset,
 * name, size, disposition, text, parts}; `text` is whole on every text leaf and null elsewhere,
 * `parts` is an array everywhere.
 * mail_inspect_text: the letter to read: main headers, body, names of attachments.
 * mail_inspect_structure: the tree of parts, one a line, numbered as IMAP does (RFC 9051 §6.4.5).
 * (transfer full), valid UTF-8 */
char *mail_inspect_json (MailMessage *message);
char *mail_inspect_text (MailMessage *message);
char *mail_inspect_structure (MailMessage *message);

/* mail_inspect_parse: like mail_message_parse(), but what has no header field at all is refused
 * with MAIL_ERROR_NOT_A_MESSAGE. */
MailMessage *mail_inspect_parse (GBytes *source, GError **error);

G_END_DECLS
