/* Any bytes are a message: everything can be asked of it, all of it is UTF-8, and what is composed
 * from it reads back the same. */
#include <glib.h>
#include <string.h>

#include "mail-compose.h"
#include "mail-init.h"
#include "mail-inspect.h"
#include "mail-reply.h"
#include "mail-summary.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check_text (char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_free (text);
}

static void
check_parts (MailMessage *message)
{
  for (guint i = 0; i < mail_message_get_n_parts (message); i++)
    {
      const MailPart *part = mail_message_get_part (message, i);
      MailPartSpan span = mail_part_get_span (part);
      g_autoptr (GBytes) contents = mail_part_decode (part);

      g_assert_cmpuint (span.header + span.header_length, ==, span.body);
      g_assert_cmpuint (
          span.body + span.body_length, <=, g_bytes_get_size (mail_message_get_source (message)));
      g_assert_nonnull (contents);
    }
}

/* Write, read, write: the second writing changes nothing. */
static void
check_draft (MailMessage *message)
{
  g_autoptr (MailDraft) draft = mail_draft_from_bytes (mail_message_get_source (message), NULL);
  g_autoptr (MailDraft) again = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) rewritten = NULL;

  if (draft == NULL)
    return;
  written = mail_compose (draft, MAIL_COMPOSE_DRAFT, NULL);
  g_assert_nonnull (written);
  again = mail_draft_from_bytes (written, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->text, ==, draft->text);
  g_assert_cmpstr (again->subject, ==, draft->subject);
  g_assert_cmpuint (again->attachments->len, ==, draft->attachments->len);
  rewritten = mail_compose (again, MAIL_COMPOSE_DRAFT, NULL);
  g_assert_nonnull (rewritten);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) source = NULL;
  g_autoptr (GBytes) stripped = NULL;
  g_autoptr (GBytes) twice = NULL;
  g_autoptr (MailMessage) message = NULL;
  g_autoptr (MailSummary) summary = NULL;
  g_autoptr (GPtrArray) own = NULL;
  g_autoptr (GPtrArray) recipients = NULL;
  g_autoptr (MailDraft) reply = NULL;

  mail_init ();
  source = g_bytes_new (data, size);
  message = mail_message_parse (source, NULL);
  summary = mail_summary_from_headers ((const char *) data, size);
  own = mail_address_parse_list ("me@x.example");
  check_text (mail_inspect_json (message));
  check_text (mail_inspect_text (message));
  check_text (mail_inspect_structure (message));
  check_text (mail_preview_from_message (message));
  check_parts (message);
  check_draft (message);
  reply = mail_reply (message, own, MAIL_REPLY_ALL);
  recipients = mail_get_recipients (source);
  stripped = mail_strip_bcc (source);
  twice = mail_strip_bcc (stripped);
  g_assert_true (g_bytes_equal (stripped, twice));
  return 0;
}
