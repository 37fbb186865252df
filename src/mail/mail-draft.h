/* A letter being written: plain data that the composer fills in. One thread at a time. */
#pragma once

#include "mail-message.h"

G_BEGIN_DECLS

/* A file to send along: a path, read when the letter is composed, or bytes. Atomically counted. */
typedef struct
{
  const char *path;      /* nullable */
  GBytes *bytes;         /* nullable: then path */
  const char *name;      /* the name recipients see, never NULL */
  const char *mime_type; /* never NULL */
} MailAttachment;

/* @name and @mime_type may be NULL: the path's last element, and a guess by the name's suffix. */
MailAttachment *
mail_attachment_new_for_path (const char *path, const char *name, const char *mime_type);
MailAttachment *
mail_attachment_new_for_bytes (GBytes *bytes, const char *name, const char *mime_type);
/* A part of a letter, to send along again. */
MailAttachment *mail_attachment_new_for_part (const MailPart *part);
MailAttachment *mail_attachment_ref (MailAttachment *attachment);
void mail_attachment_unref (MailAttachment *attachment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailAttachment, mail_attachment_unref)

/* Where drafts keep Bcc; anything with the prefix is taken out before sending. */
#define MAIL_PRIVATE_PREFIX "X-Restante-"
#define MAIL_BCC_FIELD MAIL_PRIVATE_PREFIX "Bcc"

/* Every field is owned; set strings with g_free() and g_strdup() (or g_set_str()), lists in place.
 * NULL strings mean "none" (ids: generated; subject and text: ""). */
typedef struct
{
  MailAddress *from;   /* nullable */
  GPtrArray *reply_to; /* lists of MailAddress, never NULL */
  GPtrArray *to;
  GPtrArray *cc;
  GPtrArray *bcc;
  char *subject;
  char *text;             /* UTF-8, \n line ends */
  GPtrArray *attachments; /* MailAttachment, never NULL */
  char *message_id;       /* ids without brackets; NULL: generated when composed */
  char *in_reply_to;
  char **references; /* nullable, oldest first */
  gint64 date;       /* seconds since 1970; 0: now, when composed */
  int date_offset;   /* minutes; taken from the time zone when date is 0 */
} MailDraft;

MailDraft *mail_draft_new (void);
MailDraft *mail_draft_copy (const MailDraft *draft);
void mail_draft_free (MailDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailDraft, mail_draft_free)

/* mail_draft_is_empty: whether there is nothing a person would miss: no recipients, no subject, no
 * text, no attachment. */
gboolean mail_draft_is_empty (const MailDraft *draft);

/* mail_draft_from_bytes: reads back what mail_compose() wrote (or any message, to edit it as new):
 * text body, attachments as bytes, Bcc. NULL with MAIL_ERROR. (transfer full) */
MailDraft *mail_draft_from_bytes (GBytes *source, GError **error);

G_END_DECLS
