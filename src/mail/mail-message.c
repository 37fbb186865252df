/* Headers are decoded once; then it is decided which parts are the letter and which are listed
 * under it. After that nothing changes, so a message can be read from any thread. */
#include "config.h"

#include "mail-message.h"
#include "mail-date.h"
#include "mail-error.h"
#include "mail-header.h"
#include "mail-part-private.h"
#include "mail-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _MailMessage
{
  gatomicrefcount count;
  GBytes *source;
  MailStructure structure;

  char *subject;
  GPtrArray *from;
  GPtrArray *sender;
  GPtrArray *reply_to;
  GPtrArray *to;
  GPtrArray *cc;
  GPtrArray *bcc;
  gboolean has_date;
  gint64 date;
  int date_offset;
  char *message_id;
  char *in_reply_to;
  char **references;
  char *list_id;

  MailPart *text_body;
  MailPart *html_body;
  GPtrArray *more_texts; /* MailPart: text/plain that follows the body, as lists' footers do */
  GPtrArray *attachments;
};

static const MailPart *
get_root (const MailMessage *message)
{
  return message->structure.parts->pdata[0];
}

/* The @nth field's raw value as a C string, or NULL. */
static char *
dup_raw (const MailMessage *message, const char *name, guint nth)
{
  const MailPart *root = get_root (message);
  const char *data = g_bytes_get_data (message->source, NULL);
  const MailHeaderField *field = mail_header_find (data, root->fields, name, nth);

  if (field == NULL)
    return NULL;
  return mail_header_unfold (data + field->value, field->value_length);
}

GPtrArray *
mail_message_parse_addresses (const MailMessage *message, const char *name)
{
  g_autofree char *value = dup_raw (message, name, 0);

  return mail_address_parse_list (value);
}

static char *
read_first_id (const MailMessage *message, const char *name)
{
  g_autofree char *value = dup_raw (message, name, 0);
  g_auto (GStrv) ids = mail_header_parse_ids (value);

  return g_strdup (ids[0]);
}

static void
read_headers (MailMessage *message)
{
  g_autofree char *date = dup_raw (message, "Date", 0);
  g_autofree char *references = dup_raw (message, "References", 0);

  message->subject = mail_message_dup_header (message, "Subject", 0);
  if (message->subject == NULL)
    message->subject = g_strdup ("");
  message->from = mail_message_parse_addresses (message, "From");
  message->sender = mail_message_parse_addresses (message, "Sender");
  message->reply_to = mail_message_parse_addresses (message, "Reply-To");
  message->to = mail_message_parse_addresses (message, "To");
  message->cc = mail_message_parse_addresses (message, "Cc");
  message->bcc = mail_message_parse_addresses (message, "Bcc");
  message->has_date = mail_date_parse (date, &message->date, &message->date_offset);
  message->message_id = read_first_id (message, "Message-ID");
  message->in_reply_to = read_first_id (message, "In-Reply-To");
  message->references = mail_header_parse_ids (references);
  message->list_id = mail_message_dup_header (message, "List-Id", 0);
}

static gboolean
is_listed (const MailPart *part)
{
  return part->disposition != NULL && g_str_equal (part->disposition, "attachment");
}

/* A text that can be the letter, rather than a file that happens to be text. */
static gboolean
is_body_text (const MailPart *part, const char *subtype)
{
  return part->children == NULL && mail_part_is (part, "text", subtype) && !is_listed (part) &&
         (part->name == NULL || part->disposition == NULL ||
          g_str_equal (part->disposition, "inline"));
}

/* The root of multipart/related is the part that `start` names, else the first (RFC 2387 §3.2). */
static MailPart *
get_related_root (const MailPart *part)
{
  const char *start = mail_part_get_type_parameter (part, "start");

  for (guint i = 0; start != NULL && i < part->children->len; i++)
    {
      MailPart *child = part->children->pdata[i];

      if (child->content_id != NULL && strstr (start, child->content_id) != NULL)
        return child;
    }
  return mail_part_get_child (part, 0);
}

static void
find_bodies (MailMessage *message, MailPart *part)
{
  if (mail_part_is (part, "multipart", "related"))
    {
      MailPart *root = get_related_root (part);

      if (root != NULL)
        find_bodies (message, root);
    }
  else if (g_str_equal (part->type, "multipart"))
    {
      gboolean alternative = g_str_equal (part->subtype, "alternative");

      for (guint i = 0; i < mail_part_get_n_children (part); i++)
        {
          if (!alternative && (message->text_body != NULL || message->html_body != NULL))
            break;
          find_bodies (message, part->children->pdata[i]);
        }
    }
  else if (message->text_body == NULL && is_body_text (part, "plain"))
    message->text_body = part;
  else if (is_body_text (part, "html"))
    {
      /* The last alternative is the best one (RFC 2046 §5.1.4). */
      message->html_body = part;
    }
}

static gboolean
has_related_ancestor (const MailPart *part)
{
  for (part = part->parent; part != NULL; part = part->parent)
    if (mail_part_is (part, "multipart", "related"))
      return TRUE;
  return FALSE;
}

/* Pictures that the HTML shows in its text are not listed under it. */
static gboolean
is_embedded (const MailMessage *message, const MailPart *part)
{
  return message->html_body != NULL && g_str_equal (part->type, "image") &&
         part->content_id != NULL && !is_listed (part) && has_related_ancestor (part);
}

static gboolean
is_unlisted_alternative (const MailPart *part)
{
  return part->parent != NULL && mail_part_is (part->parent, "multipart", "alternative") &&
         !is_listed (part) && g_str_equal (part->type, "text") &&
         !g_str_equal (part->subtype, "calendar");
}

static void
find_attachments (MailMessage *message, MailPart *part)
{
  if (part == message->text_body || part == message->html_body)
    return;
  if (g_str_equal (part->type, "multipart") && part->children != NULL)
    {
      for (guint i = 0; i < part->children->len; i++)
        find_attachments (message, part->children->pdata[i]);
      return;
    }
  if (is_embedded (message, part) || is_unlisted_alternative (part))
    return;
  if (message->text_body != NULL && message->html_body == NULL && part->name == NULL &&
      is_body_text (part, "plain"))
    {
      g_ptr_array_add (message->more_texts, part);
      return;
    }
  part->is_attachment = TRUE;
  g_ptr_array_add (message->attachments, part);
}

MailMessage *
mail_message_parse (GBytes *source, GError **error)
{
  MailMessage *message = NULL;

  if (g_bytes_get_size (source) > MAIL_MAX_SOURCE)
    {
      g_set_error (error,
                   MAIL_ERROR,
                   MAIL_ERROR_TOO_LARGE,
                   _ ("This message is larger than %d MB and is not read."),
                   (int) (MAIL_MAX_SOURCE / 1024 / 1024));
      return NULL;
    }
  message = g_new0 (MailMessage, 1);
  g_atomic_ref_count_init (&message->count);
  message->source = g_bytes_ref (source);
  message->structure = mail_structure_read (source);
  message->more_texts = g_ptr_array_new ();
  message->attachments = g_ptr_array_new ();
  read_headers (message);
  find_bodies (message, message->structure.parts->pdata[0]);
  find_attachments (message, message->structure.parts->pdata[0]);
  return message;
}

MailMessage *
mail_message_ref (MailMessage *message)
{
  g_atomic_ref_count_inc (&message->count);
  return message;
}

void
mail_message_unref (MailMessage *message)
{
  if (!g_atomic_ref_count_dec (&message->count))
    return;
  g_ptr_array_unref (message->structure.parts);
  g_ptr_array_unref (message->more_texts);
  g_ptr_array_unref (message->attachments);
  g_ptr_array_unref (message->from);
  g_ptr_array_unref (message->sender);
  g_ptr_array_unref (message->reply_to);
  g_ptr_array_unref (message->to);
  g_ptr_array_unref (message->cc);
  g_ptr_array_unref (message->bcc);
  g_free (message->subject);
  g_free (message->message_id);
  g_free (message->in_reply_to);
  g_free (message->list_id);
  g_strfreev (message->references);
  g_bytes_unref (message->source);
  g_free (message);
}

GBytes *
mail_message_get_source (const MailMessage *message)
{
  return message->source;
}

MailDefects
mail_message_get_defects (const MailMessage *message)
{
  return message->structure.defects;
}

const char *
mail_message_get_subject (const MailMessage *message)
{
  return message->subject;
}

GPtrArray *
mail_message_get_from (const MailMessage *message)
{
  return message->from;
}

GPtrArray *
mail_message_get_sender (const MailMessage *message)
{
  return message->sender;
}

GPtrArray *
mail_message_get_reply_to (const MailMessage *message)
{
  return message->reply_to;
}

GPtrArray *
mail_message_get_to (const MailMessage *message)
{
  return message->to;
}

GPtrArray *
mail_message_get_cc (const MailMessage *message)
{
  return message->cc;
}

GPtrArray *
mail_message_get_bcc (const MailMessage *message)
{
  return message->bcc;
}

gboolean
mail_message_get_date (const MailMessage *message, gint64 *utc, int *offset_minutes)
{
  if (utc != NULL)
    *utc = message->date;
  if (offset_minutes != NULL)
    *offset_minutes = message->date_offset;
  return message->has_date;
}

const char *
mail_message_get_message_id (const MailMessage *message)
{
  return message->message_id;
}

const char *
mail_message_get_in_reply_to (const MailMessage *message)
{
  return message->in_reply_to;
}

const char *const *
mail_message_get_references (const MailMessage *message)
{
  return (const char *const *) message->references;
}

const char *
mail_message_get_list_id (const MailMessage *message)
{
  return message->list_id;
}

char *
mail_message_dup_header (const MailMessage *message, const char *name, guint nth)
{
  const char *data = g_bytes_get_data (message->source, NULL);
  const MailHeaderField *field = mail_header_find (data, get_root (message)->fields, name, nth);

  if (field == NULL)
    return NULL;
  return mail_decode_header_len (data + field->value, field->value_length);
}

MailPart *
mail_message_get_root (const MailMessage *message)
{
  return message->structure.parts->pdata[0];
}

guint
mail_message_get_n_parts (const MailMessage *message)
{
  return message->structure.parts->len;
}

MailPart *
mail_message_get_part (const MailMessage *message, guint index)
{
  return index < message->structure.parts->len ? message->structure.parts->pdata[index] : NULL;
}

MailPart *
mail_message_find_content_id (const MailMessage *message, const char *content_id)
{
  for (guint i = 0; i < message->structure.parts->len; i++)
    {
      MailPart *part = message->structure.parts->pdata[i];

      if (part->content_id != NULL && g_str_equal (part->content_id, content_id))
        return part;
    }
  return NULL;
}

MailPart *
mail_message_find_section (const MailMessage *message, const char *section, const char **rest)
{
  MailPart *part = mail_message_get_root (message);
  gboolean first = TRUE;

  while (g_ascii_isdigit (*section))
    {
      char *end;
      guint64 number = g_ascii_strtoull (section, &end, 10);
      MailPart *whole = part;

      gboolean embedded = !first && mail_part_is (part, "message", "rfc822") &&
                          mail_part_get_n_children (part) == 1;

      if (embedded)
        whole = mail_part_get_child (part, 0);
      if (mail_part_is (whole, "multipart", NULL))
        {
          if (number == 0 || number > mail_part_get_n_children (whole))
            return NULL;
          part = mail_part_get_child (whole, (guint) number - 1);
        }
      else if (number == 1 && (first || embedded))
        part = whole;
      else
        return NULL;
      first = FALSE;
      section = *end == '.' ? end + 1 : end;
    }
  *rest = section;
  return part;
}

MailPart *
mail_message_get_text_body (const MailMessage *message)
{
  return message->text_body;
}

MailPart *
mail_message_get_html_body (const MailMessage *message)
{
  return message->html_body;
}

GPtrArray *
mail_message_get_attachments (const MailMessage *message)
{
  return message->attachments;
}

/* RFC 3676 §4: the text parameter format=flowed, with DelSp. */
static char *
dup_plain (const MailPart *part, gsize max_bytes)
{
  const char *format = mail_part_get_type_parameter (part, "format");
  const char *delsp = mail_part_get_type_parameter (part, "delsp");
  char *text = mail_part_dup_text (part, max_bytes);
  char *unflowed = NULL;

  if (format == NULL || g_ascii_strcasecmp (format, "flowed") != 0)
    return text;
  unflowed = mail_text_unflow (text, delsp != NULL && g_ascii_strcasecmp (delsp, "yes") == 0);
  g_free (text);
  return unflowed;
}

char *
mail_message_dup_body_text (const MailMessage *message, gsize max_bytes)
{
  GString *text = NULL;

  if (message->text_body == NULL && message->html_body == NULL)
    return g_strdup ("");
  if (message->text_body == NULL)
    {
      g_autofree char *html = mail_part_dup_text (message->html_body, max_bytes);

      return mail_html_to_text (html, -1);
    }
  text = g_string_new (NULL);
  for (guint i = 0; i <= message->more_texts->len; i++)
    {
      const MailPart *part = i == 0 ? message->text_body : message->more_texts->pdata[i - 1];
      g_autofree char *one = dup_plain (part, max_bytes);

      if (text->len > 0 && *one != '\0')
        g_string_append (text, text->str[text->len - 1] == '\n' ? "\n" : "\n\n");
      g_string_append (text, one);
      if (max_bytes > 0 && text->len >= max_bytes)
        break;
    }
  return g_string_free (text, FALSE);
}
