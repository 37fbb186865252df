/* New letters out of old ones: replies and forwards. */
#pragma once

#include "mail-draft.h"

G_BEGIN_DECLS

/* MAIL_REPLY_SENDER: to Reply-To, else From; answering one's own letter goes to its To again.
 * MAIL_REPLY_ALL: the same, and everybody in To and Cc as Cc, never oneself, nobody twice.
 * MAIL_REPLY_LIST: to the list's address (List-Post); like SENDER when there is none. */
typedef enum
{
  MAIL_REPLY_SENDER,
  MAIL_REPLY_ALL,
  MAIL_REPLY_LIST,
} MailReplyMode;

/* MAIL_FORWARD_INLINE: the text below a short header, attachments kept as attachments.
 * MAIL_FORWARD_ATTACHED: the letter whole, as message/rfc822. */
typedef enum
{
  MAIL_FORWARD_INLINE,
  MAIL_FORWARD_ATTACHED,
} MailForwardMode;

/* @own: MailAddress of the person, the default first; From becomes the one the letter was sent to.
 * May be empty. Text is quoted with "> " under "On DATE, NAME wrote:", in the person's language.
 * (transfer full) */
MailDraft *mail_reply (MailMessage *message, GPtrArray *own, MailReplyMode mode);
MailDraft *mail_forward (MailMessage *message, GPtrArray *own, MailForwardMode mode);

/* "Re: " or "Fwd: " put before @subject, once: known prefixes of other programs and languages
 * ("RE:", "Ré :", "AW:", "TR:", "WG:", "Re[2]:") are not repeated. (transfer full) */
char *mail_reply_subject (const char *subject);
char *mail_forward_subject (const char *subject);

/* mail_quote: @text with "> " before each line (">" before lines that are quotes already), its
 * signature left out. (transfer full) */
char *mail_quote (const char *text);

G_END_DECLS
