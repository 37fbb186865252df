/* Drafts to the exact bytes of RFC 5322. What sending has to change in them: mail-edit.h. */
#pragma once

#include "mail-draft.h"
#include "mail-edit.h"

G_BEGIN_DECLS

/* MAIL_COMPOSE_SEND: Bcc is not written. MAIL_COMPOSE_DRAFT: Bcc is kept in a private field,
 * X-Restante-Bcc, which mail_draft_from_bytes() reads and mail_strip_bcc() takes out. */
typedef enum
{
  MAIL_COMPOSE_SEND,
  MAIL_COMPOSE_DRAFT,
} MailComposeMode;

/* mail_compose: the letter as it goes out: CRLF, 7-bit (but for an attached letter that is itself
 * 8-bit), no line above 998 bytes, text in UTF-8 (quoted-printable where plain lines would not do),
 * names by RFC 2231. Fills in @draft's message_id and date where they are not set, so composing
 * again gives the same id. Sending needs a valid From and valid recipients: MAIL_ERROR_ADDRESS; an
 * unreadable file is MAIL_ERROR_ATTACHMENT. (transfer full) */
GBytes *mail_compose (MailDraft *draft, MailComposeMode mode, GError **error);

/* mail_generate_message_id: a new id without brackets, with the domain of @from_address
 * ("localhost" without one). (transfer full) */
char *mail_generate_message_id (const char *from_address);

G_END_DECLS
