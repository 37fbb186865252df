/* Parsing happens here, on the connection's thread; what the writer's thread gets is ready. */
#include "config.h"

#include "engine-letter.h"

#include <string.h>

#include "mail-message.h"
#include "mail-report.h"
#include "mail-summary.h"
#include "mail-thread.h"
#include "smtp-xtext.h"

/* A letter and its strings are one block of memory: rows by the ten thousand are made on one thread
 * and freed on another, which costs malloc more than copying costs us. */
typedef struct
{
  EngineLetter public;
  char *keywords, *email_id, *preview; /* nullable: what came later */
  char texts[];
} Whole;

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

static gsize
room_for (const char *text)
{
  return text ? strlen (text) + 1 : 0;
}

/* Copies @text to *@at, which moves on. */
static const char *
put (char **at, const char *text)
{
  char *copy = *at;

  if (!text)
    return NULL;
  *at = g_stpcpy (copy, text) + 1;
  return copy;
}

static EngineLetter *
letter_new (const MailSummary *summary, const char *preview)
{
  g_autofree char *to = display_list (summary->to);
  g_autofree char *cc = display_list (summary->cc);
  g_autofree char *refs = join_references (summary->references);
  g_autofree char *thread =
      mail_thread_key (summary->message_id, summary->in_reply_to, summary->references);
  const struct
  {
    const char *text;
    gsize field; /* of the record */
  } texts[] = {
    { summary->message_id, G_STRUCT_OFFSET (StoreNewMessage, message_id) },
    { summary->in_reply_to, G_STRUCT_OFFSET (StoreNewMessage, in_reply_to) },
    { refs, G_STRUCT_OFFSET (StoreNewMessage, refs) },
    { thread, G_STRUCT_OFFSET (StoreNewMessage, thread) },
    { summary->subject, G_STRUCT_OFFSET (StoreNewMessage, subject) },
    { summary->from_name, G_STRUCT_OFFSET (StoreNewMessage, from_name) },
    { summary->from_address, G_STRUCT_OFFSET (StoreNewMessage, from_address) },
    { to, G_STRUCT_OFFSET (StoreNewMessage, to_text) },
    { cc, G_STRUCT_OFFSET (StoreNewMessage, cc_text) },
    { preview, G_STRUCT_OFFSET (StoreNewMessage, preview) },
  };
  gsize room = 0;
  StoreNewMessage *record;
  Whole *whole;
  char *at;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    room += room_for (texts[i].text);
  whole = g_malloc (sizeof *whole + room);
  memset (whole, 0, sizeof *whole);
  record = &whole->public.record;
  at = whole->texts;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    G_STRUCT_MEMBER (const char *, record, texts[i].field) = put (&at, texts[i].text);
  record->keywords = "";
  record->date_utc = summary->has_date ? summary->date : 0;
  record->date_offset = summary->has_date ? summary->date_offset : 0;
  record->attachments = summary->has_attachment ? 1 : 0;
  return &whole->public;
}

EngineLetter *
engine_letter_from_headers (const char *data, gsize len)
{
  g_autoptr (MailSummary) summary = mail_summary_from_headers (data, len);

  return letter_new (summary, NULL);
}

static EngineLetter *
from_message (GBytes *source)
{
  g_autoptr (MailMessage) message = mail_message_parse (source, NULL);
  g_autoptr (MailSummary) summary = NULL;
  g_autofree char *preview = NULL;
  gsize len;
  const char *data = g_bytes_get_data (source, &len);
  EngineLetter *letter;

  if (!message)
    return engine_letter_from_headers (data, len);
  summary = mail_summary_from_message (message);
  preview = mail_preview_from_message (message);
  letter = letter_new (summary, preview);
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
  ((Whole *) letter)->keywords = keywords;
  letter->record.keywords = keywords;
}

void
engine_letter_set_told (EngineLetter *letter, const char *email_id, const char *preview)
{
  Whole *whole = (Whole *) letter;

  if (email_id)
    letter->record.email_id = whole->email_id = g_strdup (email_id);
  if (preview && !letter->record.preview)
    letter->record.preview = whole->preview = g_utf8_make_valid (preview, -1);
}

void
engine_letter_free (EngineLetter *letter)
{
  Whole *whole = (Whole *) letter;

  g_free (whole->keywords);
  g_free (whole->email_id);
  g_free (whole->preview);
  g_clear_pointer (&letter->source, g_bytes_unref);
  g_clear_pointer (&letter->pack, store_pack_free);
  if (letter->report)
    mail_report_free (letter->report);
  g_free (whole);
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
