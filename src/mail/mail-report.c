/* Content-Type: multipart/report; report-type=delivery-status: words for people, then
 * message/delivery-status = per-message-fields 1*( CRLF per-recipient-fields ) (RFC 3464 §2.1),
 * then the letter or its header. */
#include "config.h"

#include "mail-report.h"

#include <string.h>

#include "mail-header.h"
#include "mail-part.h"

#define MAX_RECIPIENTS 1000

static void
recipient_free (gpointer data)
{
  MailReportRecipient *recipient = data;

  g_free (recipient->recipient);
  g_free (recipient->status);
  g_free (recipient);
}

void
mail_report_free (MailReport *report)
{
  g_free (report->envelope_id);
  g_free (report->message_id);
  g_ptr_array_unref (report->recipients);
  g_free (report);
}

/* A block of fields. */
typedef struct
{
  const char *data;
  GArray *fields; /* MailHeaderField */
} Block;

static char *
dup_field (const Block *block, const char *name)
{
  const MailHeaderField *field = mail_header_find (block->data, block->fields, name, 0);

  return field != NULL
             ? g_strstrip (mail_header_unfold (block->data + field->value, field->value_length))
             : NULL;
}

/* "rfc822; bob@b.example" (RFC 3464 §2.3.1, §2.3.2). */
static char *
dup_address (const Block *block, const char *name)
{
  g_autofree char *value = dup_field (block, name);
  const char *address = value != NULL ? strchr (value, ';') : NULL;

  if (address == NULL)
    return NULL;
  address += 1 + strspn (address + 1, " \t<");
  return *address != '\0' ? g_strndup (address, strcspn (address, " \t>")) : NULL;
}

static MailReportAction
read_action (const char *word)
{
  static const struct
  {
    const char *word;
    MailReportAction action;
  } actions[] = { { "failed", MAIL_REPORT_FAILED },
                  { "delayed", MAIL_REPORT_DELAYED },
                  { "delivered", MAIL_REPORT_DELIVERED },
                  { "relayed", MAIL_REPORT_RELAYED },
                  { "expanded", MAIL_REPORT_EXPANDED } };

  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (actions); i++)
    if (g_ascii_strncasecmp (word, actions[i].word, strlen (actions[i].word)) == 0)
      return actions[i].action;
  return MAIL_REPORT_OTHER;
}

/* status-code = ("2" / "4" / "5") "." 1*3DIGIT "." 1*3DIGIT (RFC 3464 §2.3.4); a comment may
 * follow.
 */
static char *
read_status (const char *text)
{
  gsize len = text != NULL ? strspn (text, "0123456789.") : 0;
  g_autofree char *status = g_strndup (text != NULL ? text : "", len);
  g_auto (GStrv) parts = g_strsplit (status, ".", -1);

  if (g_strv_length (parts) != 3 || strlen (parts[0]) != 1 || strchr ("245", parts[0][0]) == NULL)
    return g_strdup ("");
  for (guint i = 1; i < 3; i++)
    if (parts[i][0] == '\0' || strlen (parts[i]) > 3)
      return g_strdup ("");
  return g_steal_pointer (&status);
}

static void
add_recipient (MailReport *report, const Block *block)
{
  g_autofree char *original = dup_address (block, "Original-Recipient");
  g_autofree char *final = dup_address (block, "Final-Recipient");
  g_autofree char *action = dup_field (block, "Action");
  g_autofree char *status = dup_field (block, "Status");
  MailReportRecipient *recipient;

  if ((original == NULL && final == NULL) || report->recipients->len == MAX_RECIPIENTS)
    return;
  recipient = g_new0 (MailReportRecipient, 1);
  recipient->recipient = original != NULL ? g_steal_pointer (&original) : g_steal_pointer (&final);
  recipient->action = read_action (action);
  recipient->status = read_status (status);
  g_ptr_array_add (report->recipients, recipient);
}

static void
read_status_part (MailReport *report, const MailPart *part)
{
  g_autoptr (GBytes) bytes = mail_part_decode (part);
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);
  gsize at = 0;

  while (at < len)
    {
      g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
      Block block = { data + at, fields };
      gsize block_len = mail_header_scan (data + at, len - at, fields);

      if (block_len == 0)
        return;
      if (report->envelope_id == NULL)
        report->envelope_id = dup_field (&block, "Original-Envelope-Id");
      add_recipient (report, &block);
      at += block_len;
    }
}

static void
read_returned (MailReport *report, const MailPart *part)
{
  g_autoptr (GBytes) bytes = mail_part_decode (part);
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (MailHeaderField));
  gsize len;
  Block block = { g_bytes_get_data (bytes, &len), fields };
  g_autofree char *value = NULL;
  g_auto (GStrv) ids = NULL;

  if (len == 0)
    return;
  mail_header_scan (block.data, len, fields);
  value = dup_field (&block, "Message-ID");
  ids = value != NULL ? mail_header_parse_ids (value) : NULL;
  if (ids != NULL && ids[0] != NULL)
    report->message_id = g_strdup (ids[0]);
}

MailReport *
mail_report_read (const MailMessage *message)
{
  MailPart *root = mail_message_get_root (message);
  const char *type = mail_part_get_type_parameter (root, "report-type");
  g_autoptr (MailReport) report = NULL;

  if (!mail_part_is (root, "multipart", "report") || type == NULL ||
      g_ascii_strcasecmp (type, "delivery-status") != 0)
    return NULL;
  report = g_new0 (MailReport, 1);
  report->recipients = g_ptr_array_new_with_free_func (recipient_free);
  for (guint i = 0; i < mail_part_get_n_children (root); i++)
    {
      const MailPart *part = mail_part_get_child (root, i);

      if (mail_part_is (part, "message", "delivery-status") ||
          mail_part_is (part, "message", "global-delivery-status"))
        read_status_part (report, part);
      else if (i > 0 && report->message_id == NULL &&
               (mail_part_is (part, "message", NULL) ||
                mail_part_is (part, "text", "rfc822-headers")))
        read_returned (report, part);
    }
  return report->recipients->len > 0 ? g_steal_pointer (&report) : NULL;
}
