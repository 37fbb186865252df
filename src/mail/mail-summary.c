/* A row's contents come from the header block alone, so that a list can be filled before any letter
 * has been fetched; a fetched letter adds certainty about attachments. */
#include "config.h"

#include "mail-summary.h"
#include "mail-date.h"
#include "mail-header.h"
#include "mail-line.h"

#include <string.h>

/* Enough source for most previews, and enough even behind a long quotation. */
#define PREVIEW_SOURCE_FIRST 2048
#define PREVIEW_SOURCE 8192

/* HTML letters start with pages of styles. */
#define PREVIEW_HTML_SOURCE 65536

typedef struct
{
  MailSummary public;
  gatomicrefcount count;
} Counted;

static char *
dup_raw (const char *data, GArray *fields, const char *name)
{
  const MailHeaderField *field = mail_header_find (data, fields, name, 0);

  return field != NULL ? mail_header_unfold (data + field->value, field->value_length) : NULL;
}

static char *
dup_decoded (const char *data, GArray *fields, const char *name)
{
  const MailHeaderField *field = mail_header_find (data, fields, name, 0);

  return field != NULL ? mail_decode_header_len (data + field->value, field->value_length)
                       : g_strdup ("");
}

static char *
dup_first_id (const char *value)
{
  g_auto (GStrv) ids = mail_header_parse_ids (value);

  return g_strdup (ids[0]);
}

/* The first person a letter could be from: an address that could be answered, else any. */
static void
set_from (MailSummary *summary, GPtrArray *from, GPtrArray *sender)
{
  const MailAddress *chosen = NULL;

  for (guint i = 0; i < from->len + sender->len && chosen == NULL; i++)
    {
      const MailAddress *one = i < from->len ? from->pdata[i] : sender->pdata[i - from->len];

      if (mail_address_is_valid (one->address))
        chosen = one;
    }
  if (chosen == NULL && from->len > 0)
    chosen = from->pdata[0];
  summary->from_name = g_strdup (chosen != NULL ? chosen->name : "");
  summary->from_address = g_strdup (chosen != NULL ? chosen->address : "");
}

static char *
read_mime_type (const char *value)
{
  gsize length = 0;
  g_autofree char *type = NULL;

  if (value == NULL)
    return g_strdup ("text/plain");
  length = strcspn (value, "; \t(");
  type = g_ascii_strdown (value, length);
  return strchr (type, '/') != NULL ? g_steal_pointer (&type) : g_strdup ("text/plain");
}

/* Without the parts only their frame is known: "mixed" nearly always frames an attachment. */
static gboolean
guess_attachment (const char *mime_type, const char *disposition)
{
  if (disposition != NULL && g_ascii_strncasecmp (disposition, "attachment", 10) == 0)
    return TRUE;
  if (g_str_equal (mime_type, "multipart/mixed"))
    return TRUE;
  return !g_str_has_prefix (mime_type, "text/") && !g_str_has_prefix (mime_type, "multipart/");
}

MailSummary *
mail_summary_from_headers (const char *data, gsize length)
{
  Counted *counted = g_new0 (Counted, 1);
  MailSummary *summary = &counted->public;
  g_autoptr (GArray) fields = g_array_sized_new (FALSE, FALSE, sizeof (MailHeaderField), 16);
  g_autoptr (GPtrArray) sender = NULL;
  g_autofree char *from = NULL;
  g_autofree char *sender_value = NULL;
  g_autofree char *to = NULL;
  g_autofree char *cc = NULL;
  g_autofree char *date = NULL;
  g_autofree char *message_id = NULL;
  g_autofree char *in_reply_to = NULL;
  g_autofree char *references = NULL;
  g_autofree char *type = NULL;
  g_autofree char *disposition = NULL;

  g_atomic_ref_count_init (&counted->count);
  mail_header_scan (data, length, fields);
  from = dup_raw (data, fields, "From");
  sender_value = dup_raw (data, fields, "Sender");
  to = dup_raw (data, fields, "To");
  cc = dup_raw (data, fields, "Cc");
  date = dup_raw (data, fields, "Date");
  message_id = dup_raw (data, fields, "Message-ID");
  in_reply_to = dup_raw (data, fields, "In-Reply-To");
  references = dup_raw (data, fields, "References");
  type = dup_raw (data, fields, "Content-Type");
  disposition = dup_raw (data, fields, "Content-Disposition");

  sender = mail_address_parse_list (sender_value);
  summary->subject = dup_decoded (data, fields, "Subject");
  summary->from = mail_address_parse_list (from);
  summary->to = mail_address_parse_list (to);
  summary->cc = mail_address_parse_list (cc);
  set_from (summary, summary->from, sender);
  summary->has_date = mail_date_parse (date, &summary->date, &summary->date_offset);
  summary->message_id = dup_first_id (message_id);
  summary->in_reply_to = dup_first_id (in_reply_to);
  summary->references = (const char *const *) mail_header_parse_ids (references);
  summary->list_id = dup_decoded (data, fields, "List-Id");
  summary->mime_type = read_mime_type (type);
  summary->has_attachment = guess_attachment (summary->mime_type, disposition);
  return summary;
}

MailSummary *
mail_summary_from_message (MailMessage *message)
{
  Counted *counted = g_new0 (Counted, 1);
  MailSummary *summary = &counted->public;
  const char *list_id = mail_message_get_list_id (message);

  g_atomic_ref_count_init (&counted->count);
  summary->subject = g_strdup (mail_message_get_subject (message));
  summary->from = g_ptr_array_ref (mail_message_get_from (message));
  summary->to = g_ptr_array_ref (mail_message_get_to (message));
  summary->cc = g_ptr_array_ref (mail_message_get_cc (message));
  set_from (summary, summary->from, mail_message_get_sender (message));
  summary->has_date = mail_message_get_date (message, &summary->date, &summary->date_offset);
  summary->message_id = g_strdup (mail_message_get_message_id (message));
  summary->in_reply_to = g_strdup (mail_message_get_in_reply_to (message));
  summary->references =
      (const char *const *) g_strdupv ((char **) mail_message_get_references (message));
  summary->list_id = g_strdup (list_id != NULL ? list_id : "");
  summary->mime_type = g_strdup (mail_part_get_mime_type (mail_message_get_root (message)));
  summary->has_attachment = mail_message_get_attachments (message)->len > 0;
  return summary;
}

MailSummary *
mail_summary_ref (MailSummary *summary)
{
  g_atomic_ref_count_inc (&((Counted *) summary)->count);
  return summary;
}

void
mail_summary_unref (MailSummary *summary)
{
  if (!g_atomic_ref_count_dec (&((Counted *) summary)->count))
    return;
  g_free ((char *) summary->subject);
  g_free ((char *) summary->from_name);
  g_free ((char *) summary->from_address);
  g_ptr_array_unref (summary->from);
  g_ptr_array_unref (summary->to);
  g_ptr_array_unref (summary->cc);
  g_free ((char *) summary->message_id);
  g_free ((char *) summary->in_reply_to);
  g_strfreev ((char **) summary->references);
  g_free ((char *) summary->list_id);
  g_free ((char *) summary->mime_type);
  g_free (summary);
}

static gboolean
is_quote (const char *line)
{
  return *line == '>';
}

/* "On Monday, Ada wrote:": a line that ends with a colon right before a quotation. */
static gboolean
introduces_quote (const char *line, gsize length, const char *next)
{
  while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\r'))
    length--;
  if (length == 0 || line[length - 1] != ':')
    return FALSE;
  next += strspn (next, "\r\n ");
  return is_quote (next);
}

static char *
cut_characters (char *line, glong max)
{
  char *end = line;

  while (*end != '\0' && max-- > 0)
    end = g_utf8_next_char (end);
  *end = '\0';
  return g_strchomp (line);
}

/* Rules of "-----", "=====" and "_____" are no words. */
static gboolean
is_rule (const char *line, gsize length)
{
  return length >= 3 && strspn (line, "-=_*~ \t\r") >= length;
}

/* The words of the first lines, of some @most bytes. */
static char *
collect_words (const char *text, gsize most)
{
  g_autoptr (GString) words = g_string_sized_new (most + most / 2);
  g_autofree char *valid = NULL;

  for (const char *line = text; *line != '\0' && words->len < most;)
    {
      gsize length = strcspn (line, "\n");
      const char *next = line[length] == '\n' ? line + length + 1 : line + length;

      if (length == 3 && strncmp (line, "-- ", 3) == 0)
        break;
      if (!is_quote (line) && !introduces_quote (line, length, next) && !is_rule (line, length))
        {
          g_string_append_len (words, line, MIN (length, most));
          g_string_append_c (words, ' ');
        }
      line = next;
    }
  /* A letter that is only a quotation is better shown than left blank. */
  if (strspn (words->str, " \t\r") == words->len)
    {
      g_string_truncate (words, 0);
      g_string_append_len (words, text, strnlen (text, most));
    }
  valid = g_utf8_make_valid (words->str, words->len);
  return mail_clean_line (valid);
}

char *
mail_preview_from_text (const char *text)
{
  char *words = collect_words (text, MAIL_PREVIEW_CHARACTERS * 2);

  /* Mostly enough; a few more than are shown, because the last one may have been cut. */
  if (g_utf8_strlen (words, -1) <= MAIL_PREVIEW_CHARACTERS + 4)
    {
      g_free (words);
      words = collect_words (text, MAIL_PREVIEW_CHARACTERS * 8);
    }
  return cut_characters (words, MAIL_PREVIEW_CHARACTERS);
}

static char *
preview_of (MailMessage *message, gsize source)
{
  g_autofree char *text = mail_message_dup_body_text (message, source);

  return mail_preview_from_text (text);
}

char *
mail_preview_from_message (MailMessage *message)
{
  const MailPart *plain = mail_message_get_text_body (message);
  g_autofree char *preview = NULL;

  if (plain == NULL)
    return preview_of (message, PREVIEW_HTML_SOURCE);
  preview = preview_of (message, PREVIEW_SOURCE_FIRST);
  if (mail_part_get_span (plain).body_length <= PREVIEW_SOURCE_FIRST ||
      g_utf8_strlen (preview, -1) == MAIL_PREVIEW_CHARACTERS)
    return g_steal_pointer (&preview);
  return preview_of (message, PREVIEW_SOURCE);
}
