/* What a row of the message list needs, from a header block alone or from a whole message. */
#pragma once

#include "mail-message.h"

G_BEGIN_DECLS

#define MAIL_PREVIEW_CHARACTERS 200

/* Immutable and atomically counted; read the fields directly. Strings are valid UTF-8, "" when
 * missing, except the ids, which are then NULL. */
typedef struct
{
  const char *subject;
  const char *from_name; /* of the first From, else of Sender */
  const char *from_address;
  GPtrArray *from; /* MailAddress */
  GPtrArray *to;
  GPtrArray *cc;
  gint64 date;     /* seconds since 1970, UTC; 0 with has_date FALSE */
  int date_offset; /* minutes east of UTC */
  gboolean has_date;
  const char *message_id;        /* nullable, without brackets */
  const char *in_reply_to;       /* nullable, without brackets */
  const char *const *references; /* oldest first */
  const char *list_id;
  const char *mime_type;   /* "multipart/mixed"; "text/plain" when missing */
  gboolean has_attachment; /* known from a message; guessed from the type of a header block */
} MailSummary;

/* mail_summary_from_headers: @data is a header block, whole or cut anywhere; what follows it is
 * ignored. Never fails. (transfer full) */
MailSummary *mail_summary_from_headers (const char *data, gsize length);
MailSummary *mail_summary_from_message (MailMessage *message);
MailSummary *mail_summary_ref (MailSummary *summary);
void mail_summary_unref (MailSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailSummary, mail_summary_unref)

/* mail_preview_from_text: the first MAIL_PREVIEW_CHARACTERS of a body, white space folded, quoted
 * lines and the line that introduces them left out. (transfer full)
 * mail_preview_from_message: the same of the letter's body; attachments are not decoded. */
char *mail_preview_from_text (const char *text);
char *mail_preview_from_message (MailMessage *message);

G_END_DECLS
