/* Drafts are plain data; reading one back from its bytes is reading any letter, so a draft survives
 * other programs' editing too. */
#include "config.h"

#include "mail-draft.h"
#include "mail-error.h"
#include "mail-inspect.h"
#include "mail-line.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  MailAttachment public;
  gatomicrefcount count;
} Counted;

/* What people attach; anything else is application/octet-stream unless the caller knows better. */
static const struct
{
  const char *suffix;
  const char *mime_type;
} types[] = {
  { "pdf", "application/pdf" },
  { "txt", "text/plain" },
  { "csv", "text/csv" },
  { "html", "text/html" },
  { "ics", "text/calendar" },
  { "vcf", "text/vcard" },
  { "md", "text/markdown" },
  { "jpg", "image/jpeg" },
  { "jpeg", "image/jpeg" },
  { "png", "image/png" },
  { "gif", "image/gif" },
  { "webp", "image/webp" },
  { "svg", "image/svg+xml" },
  { "mp3", "audio/mpeg" },
  { "ogg", "audio/ogg" },
  { "mp4", "video/mp4" },
  { "zip", "application/zip" },
  { "gz", "application/gzip" },
  { "json", "application/json" },
  { "eml", "message/rfc822" },
  { "odt", "application/vnd.oasis.opendocument.text" },
  { "ods", "application/vnd.oasis.opendocument.spreadsheet" },
  { "odp", "application/vnd.oasis.opendocument.presentation" },
  { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
  { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
  { "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
};

static const char *
guess_type (const char *name)
{
  const char *dot = strrchr (name, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (dot + 1, types[i].suffix) == 0)
      return types[i].mime_type;
  return "application/octet-stream";
}

static MailAttachment *
new_attachment (const char *path, GBytes *bytes, const char *name, const char *mime_type)
{
  Counted *counted = g_new0 (Counted, 1);
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  g_atomic_ref_count_init (&counted->count);
  counted->public.path = g_strdup (path);
  counted->public.bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  counted->public.name = mail_clean_line (valid);
  counted->public.mime_type = g_strdup (mime_type != NULL ? mime_type : guess_type (valid));
  return &counted->public;
}

MailAttachment *
mail_attachment_new_for_path (const char *path, const char *name, const char *mime_type)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *shown = g_filename_display_name (base);

  return new_attachment (path, NULL, name != NULL ? name : shown, mime_type);
}

MailAttachment *
mail_attachment_new_for_bytes (GBytes *bytes, const char *name, const char *mime_type)
{
  return new_attachment (NULL, bytes, name != NULL ? name : _ ("attachment"), mime_type);
}

MailAttachment *
mail_attachment_ref (MailAttachment *attachment)
{
  g_atomic_ref_count_inc (&((Counted *) attachment)->count);
  return attachment;
}

void
mail_attachment_unref (MailAttachment *attachment)
{
  if (!g_atomic_ref_count_dec (&((Counted *) attachment)->count))
    return;
  g_free ((char *) attachment->path);
  g_clear_pointer (&attachment->bytes, g_bytes_unref);
  g_free ((char *) attachment->name);
  g_free ((char *) attachment->mime_type);
  g_free (attachment);
}

MailDraft *
mail_draft_new (void)
{
  MailDraft *draft = g_new0 (MailDraft, 1);

  draft->reply_to = mail_address_list_new ();
  draft->to = mail_address_list_new ();
  draft->cc = mail_address_list_new ();
  draft->bcc = mail_address_list_new ();
  draft->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_attachment_unref);
  return draft;
}

static void
add_all (GPtrArray *to, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, mail_address_ref (from->pdata[i]));
}

MailDraft *
mail_draft_copy (const MailDraft *draft)
{
  MailDraft *copy = mail_draft_new ();

  copy->from = draft->from != NULL ? mail_address_ref (draft->from) : NULL;
  add_all (copy->reply_to, draft->reply_to);
  add_all (copy->to, draft->to);
  add_all (copy->cc, draft->cc);
  add_all (copy->bcc, draft->bcc);
  copy->subject = g_strdup (draft->subject);
  copy->text = g_strdup (draft->text);
  for (guint i = 0; i < draft->attachments->len; i++)
    g_ptr_array_add (copy->attachments, mail_attachment_ref (draft->attachments->pdata[i]));
  copy->message_id = g_strdup (draft->message_id);
  copy->in_reply_to = g_strdup (draft->in_reply_to);
  copy->references = g_strdupv (draft->references);
  copy->date = draft->date;
  copy->date_offset = draft->date_offset;
  return copy;
}

void
mail_draft_free (MailDraft *draft)
{
  g_clear_pointer (&draft->from, mail_address_unref);
  g_ptr_array_unref (draft->reply_to);
  g_ptr_array_unref (draft->to);
  g_ptr_array_unref (draft->cc);
  g_ptr_array_unref (draft->bcc);
  g_ptr_array_unref (draft->attachments);
  g_free (draft->subject);
  g_free (draft->text);
  g_free (draft->message_id);
  g_free (draft->in_reply_to);
  g_strfreev (draft->references);
  g_free (draft);
}

static gboolean
is_blank (const char *text)
{
  return text == NULL || strspn (text, " \t\r\n") == strlen (text);
}

gboolean
mail_draft_is_empty (const MailDraft *draft)
{
  return draft->to->len == 0 && draft->cc->len == 0 && draft->bcc->len == 0 &&
         draft->attachments->len == 0 && is_blank (draft->subject) && is_blank (draft->text);
}

MailAttachment *
mail_attachment_new_for_part (const MailPart *part)
{
  const char *name = mail_part_get_name (part);
  g_autoptr (GBytes) bytes = mail_part_decode (part);

  if (name == NULL && mail_part_is (part, "message", "rfc822"))
    name = _ ("letter.eml");
  return mail_attachment_new_for_bytes (bytes, name, mail_part_get_mime_type (part));
}

/* mail_compose() ends every text with one line break, which is not the person's. */
static char *
dup_text (const MailMessage *message)
{
  char *text = mail_message_dup_body_text (message, 0);
  gsize length = strlen (text);

  if (length > 0 && text[length - 1] == '\n')
    text[length - 1] = '\0';
  return text;
}

MailDraft *
mail_draft_from_bytes (GBytes *source, GError **error)
{
  g_autoptr (MailMessage) message = mail_inspect_parse (source, error);
  g_autoptr (GPtrArray) kept = NULL;
  GPtrArray *attachments = NULL;
  const char *const *references = NULL;
  MailDraft *draft = NULL;

  if (message == NULL)
    return NULL;
  draft = mail_draft_new ();
  if (mail_message_get_from (message)->len > 0)
    draft->from = mail_address_ref (mail_message_get_from (message)->pdata[0]);
  add_all (draft->reply_to, mail_message_get_reply_to (message));
  add_all (draft->to, mail_message_get_to (message));
  add_all (draft->cc, mail_message_get_cc (message));
  add_all (draft->bcc, mail_message_get_bcc (message));
  kept = mail_message_parse_addresses (message, MAIL_BCC_FIELD);
  add_all (draft->bcc, kept);
  draft->subject = g_strdup (mail_message_get_subject (message));
  draft->text = dup_text (message);
  attachments = mail_message_get_attachments (message);
  for (guint i = 0; i < attachments->len; i++)
    g_ptr_array_add (draft->attachments, mail_attachment_new_for_part (attachments->pdata[i]));
  draft->message_id = g_strdup (mail_message_get_message_id (message));
  draft->in_reply_to = g_strdup (mail_message_get_in_reply_to (message));
  references = mail_message_get_references (message);
  if (references[0] != NULL)
    draft->references = g_strdupv ((char **) references);
  mail_message_get_date (message, &draft->date, &draft->date_offset);
  return draft;
}
