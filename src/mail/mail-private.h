/* Small helpers that the files of this folder share and nobody else needs. */
#pragma once

#include "mail-draft.h"
#include "mail-message.h"

G_BEGIN_DECLS

/* mail_clean_line: valid UTF-8 as one line: white space and controls folded to one space, none at
 * the ends, direction overrides taken out. (transfer full) */
char *mail_clean_line (const char *text);

/* mail_remove_spaces: takes ASCII white space and controls out, in place. */
void mail_remove_spaces (char *text);

/* mail_subject_skip_prefix: what follows one "Re:" or "Fwd:" like prefix at @at, or NULL when there
 * is none; @forward says which. */
const char *mail_subject_skip_prefix (const char *at, gboolean *forward);

/* Where drafts keep Bcc; anything with the prefix is taken out before sending. */
#define MAIL_PRIVATE_PREFIX "X-Restante-"
#define MAIL_BCC_FIELD MAIL_PRIVATE_PREFIX "Bcc"

/* mail_message_parse_addresses: the addresses of the first field called @name. (transfer full) */
GPtrArray *mail_message_parse_addresses (const MailMessage *message, const char *name);

/* mail_attachment_new_for_part: a part of a letter to send along again. (transfer full) */
MailAttachment *mail_attachment_new_for_part (const MailPart *part);

G_END_DECLS
