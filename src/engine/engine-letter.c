/* Parsing happens here, on the connection's thread; what the writer's thread gets is ready. */
#include "config.h"

#include "engine-letter.h"

#include <string.h>

#include "mail-message.h"
#include "mail-report.h"
#include "mail-summary.h"
#include "mail-thread.h"
#include "smtp-xtext.h"

typedef struct
{
  MailSummary *summary;
  char *to_text, *cc_text, *refs, *thread, *preview, *keywords, *email_id;
} Strings;

static void
strings_free (Strings *strings)
{
  mail_summary_unref (strings->summary);
  g_free (strings->to_text);
  g_free (strings->cc_text);
  g_free (strings->refs);
  g_free (strings->thread);
  g_free (strings->preview);
  g_free (strings->keywords);
  g_free (strings->email_id);
  g_free (strings);
}

static char *
display_list (GPtrArray *list)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; list && i < list->len; i++)
    {
      if (out->len)
        g_string_append (out, ", ");
      g_string_append (out, mail_address_display (g_ptr_array_index (list, i)));
    }
  return g_string_free (out, FALSE);
}

static char *
join_references (const char *const *references)
{
  if (!references || !references[0])
    return NULL;
  return g_strjoinv (" ", (char **) references);
}

/* (summary: transfer full) */
static EngineLetter *
letter_new (MailSummary *summary)
{
  EngineLetter *letter = g_new0 (EngineLetter, 1);
  Strings *strings = g_new0 (Strings, 1);
  StoreNewMessage *record = &letter->record;

  letter->strings = strings;
  strings->summary = summary;
  strings->to_text = display_list (summary->to);
  strings->cc_text = display_list (summary->cc);
  strings->refs = join_references (summary->references);
  strings->thread =
      mail_thread_key (summary->message_id, summary->in_reply_to, summary->references);
  record->keywords = "";
  record->message_id = summary->message_id;
  record->in_reply_to = summary->in_reply_to;
  record->refs = strings->refs;
  record->thread = strings->thread;
  record->subject = summary->subject;
  record->from_name = summary->from_name;
  record->from_address = summary->from_address;
  record->to_text = strings->to_text;
  record->cc_text = strings->cc_text;
  record->date_utc = summary->has_date ? summary->date : 0;
  record->date_offset = summary->has_date ? summary->date_offset : 0;
  record->attachments = summary->has_attachment ? 1 : 0;
  return letter;
}

EngineLetter *
engine_letter_from_headers (const char *data, gsize len)
{
  return letter_new (mail_summary_from_headers (data, len));
}

static EngineLetter *
from_message (GBytes *source)
{
  g_autoptr (MailMessage) message = mail_message_parse (source, NULL);
  gsize len;
  const char *data = g_bytes_get_data (source, &len);
  EngineLetter *letter;
  Strings *strings;

  if (!message)
    return letter_new (mail_summary_from_headers (data, len));
  letter = letter_new (mail_summary_from_message (message));
  strings = letter->strings;
  strings->preview = mail_preview_from_message (message);
  letter->record.preview = strings->preview;
  letter->record.attachments = mail_message_get_attachments (message)->len;
  letter->record.size = len;
  letter->report = mail_report_read (message);
  return letter;
}

EngineLetter *
engine_letter_from_source (GBytes *source)
{
  EngineLetter *letter = from_message (source);

  letter->source = g_bytes_ref (source);
  return letter;
}

EngineLetter *
engine_letter_from_head (GBytes *head, guint64 size)
{
  EngineLetter *letter = from_message (head);

  letter->record.size = size;
  return letter;
}

void
engine_letter_own_keywords (EngineLetter *letter, char *keywords)
{
  ((Strings *) letter->strings)->keywords = keywords;
  letter->record.keywords = keywords;
}

void
engine_letter_set_told (EngineLetter *letter, const char *email_id, const char *preview)
{
  Strings *strings = letter->strings;

  if (email_id)
    letter->record.email_id = strings->email_id = g_strdup (email_id);
  if (preview && !letter->record.preview)
    letter->record.preview = strings->preview = g_utf8_make_valid (preview, -1);
}

void
engine_letter_free (EngineLetter *letter)
{
  strings_free (letter->strings);
  g_clear_pointer (&letter->source, g_bytes_unref);
  g_clear_pointer (&letter->pack, store_pack_free);
  if (letter->report)
    mail_report_free (letter->report);
  g_free (letter);
}

void
engine_letter_pack (EngineLetter *letter)
{
  letter->pack = store_pack_bytes (letter->source);
  g_clear_pointer (&letter->source, g_bytes_unref);
}

static StoreDeliveryState
delivery_state (MailReportAction action)
{
  switch (action)
    {
    case MAIL_REPORT_FAILED:
      return STORE_DELIVERY_FAILED;
    case MAIL_REPORT_DELIVERED:
      return STORE_DELIVERY_DELIVERED;
    case MAIL_REPORT_RELAYED:
    case MAIL_REPORT_EXPANDED:
      return STORE_DELIVERY_RELAYED;
    case MAIL_REPORT_DELAYED:
    case MAIL_REPORT_OTHER:
    default:
      return STORE_DELIVERY_DELAYED;
    }
}

/* ENVID was the Message-ID, and what came back has it too: either may be missing. */
static gboolean
write_report (const MailReport *report, StoreTx *tx, GError **error)
{
  g_autofree char *plain = report->envelope_id ? smtp_xtext_decode (report->envelope_id) : NULL;
  const char *ids[] = { report->message_id, plain };

  for (guint i = 0; i < report->recipients->len; i++)
    {
      const MailReportRecipient *recipient = g_ptr_array_index (report->recipients, i);

      if (recipient->action == MAIL_REPORT_OTHER)
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (ids); j++)
        if (ids[j] && (j == 0 || g_strcmp0 (ids[0], ids[j]) != 0) &&
            !store_tx_delivery (tx,
                                ids[j],
                                recipient->recipient,
                                delivery_state (recipient->action),
                                recipient->status,
                                error))
          return FALSE;
    }
  return TRUE;
}

gboolean
engine_letter_write_source (EngineLetter *letter, StoreTx *tx, GError **error)
{
  gint64 source;

  if (letter->pack == NULL)
    engine_letter_pack (letter);
  if (!store_tx_source_put (tx, letter->pack, &source, error))
    return FALSE;
  letter->record.source = source;
  letter->record.size = store_pack_size (letter->pack);
  return !letter->report || write_report (letter->report, tx, error);
}
