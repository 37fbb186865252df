/* A whole session in either role, fed whatever comes: spans without gap, nothing beyond what was
 * fed, replies that survive being written and read again. The first byte chooses the role. */
#include <glib.h>
#include <string.h>

#include "smtp-server.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static BaseSecret *
lookup (const char *user, gpointer data)
{
  return base_secret_new ("b", -1);
}

/* Every line of a reply that is written is one that can be read. */
static void
check_reply (const SmtpReply *reply)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  if (reply->lines == NULL || reply->lines[0] == NULL)
    return;
  smtp_reply_write (reply, out);
  lines = g_strsplit (out->str, "\r\n", -1);
  for (guint i = 0; lines[i + 1] != NULL; i++)
    {
      SmtpReplyLine parsed;

      g_assert_true (smtp_reply_line_parse ((const guint8 *) lines[i], strlen (lines[i]), &parsed));
      g_assert_cmpuint (parsed.code, ==, reply->code);
      g_assert_cmpint (parsed.last, ==, lines[i + 2] == NULL);
    }
}

static void
answer (SmtpCore *core, const SmtpEvent *event)
{
  guint64 exchange = event->base.exchange;

  if (event->base.type == SMTP_EVENT_SIGN_IN)
    smtp_core_reply_text (core, exchange, 235, NULL, "in");
  else if (event->base.type == SMTP_EVENT_BODY_END && !event->refused)
    smtp_core_reply_text (core, exchange, 250, NULL, "kept");
  else if (event->base.type != SMTP_EVENT_COMMAND)
    return;
  else if (event->command->verb == SMTP_VERB_STARTTLS)
    smtp_core_accept_tls (core, exchange);
  else if (event->command->verb == SMTP_VERB_DATA)
    smtp_core_reply_text (core, exchange, 354, NULL, "go on");
  else
    smtp_core_reply_text (core, exchange, 250, NULL, "yes");
}

static void
turn (SmtpCore *core, guint64 *understood, guint64 fed)
{
  BaseEvent *event;
  BaseChunk *chunk;
  BaseSpan span;

  do
    {
      while ((chunk = base_core_take_output (BASE_CORE (core), 100)) != NULL)
        base_chunk_unref (chunk);
      if (base_core_next_event (BASE_CORE (core), &event, NULL) != BASE_CORE_EVENT)
        break;
      check_reply (&((SmtpEvent *) event)->reply);
      if (base_core_role (BASE_CORE (core)) == BASE_ROLE_SERVER)
        answer (core, (SmtpEvent *) event);
      else if (event->type == SMTP_EVENT_BEFORE_DOT)
        smtp_core_finish_data (core);
      base_event_unref (event);
    }
  while (TRUE);
  while (base_core_take_span (BASE_CORE (core), &span))
    {
      g_assert_cmpuint (span.offset, ==, *understood);
      *understood += span.length;
    }
  g_assert_cmpuint (*understood, <=, fed);
}

static void
ask (SmtpCore *core)
{
  static const struct
  {
    SmtpVerb verb;
    const char *argument;
  } commands[] = { { SMTP_VERB_EHLO, "x" },      { SMTP_VERB_MAIL, "a@b" },
                   { SMTP_VERB_RCPT, "c@d" },    { SMTP_VERB_RCPT, "e@f" },
                   { SMTP_VERB_DATA, NULL },     { SMTP_VERB_MAIL, "a@b" },
                   { SMTP_VERB_RCPT, "c@d" },    { SMTP_VERB_BDAT, NULL },
                   { SMTP_VERB_STARTTLS, NULL }, { SMTP_VERB_QUIT, NULL } };
  g_autoptr (GBytes) letter = g_bytes_new_static (".a\r\n", 4);
  g_autoptr (BaseBody) body = base_body_new_from_bytes (letter);

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (SmtpCommand) command = smtp_command_new (commands[i].verb, commands[i].argument);

      if (commands[i].verb == SMTP_VERB_BDAT)
        {
          smtp_core_submit_letter (core, body, TRUE, NULL);
          continue;
        }
      if (commands[i].verb == SMTP_VERB_DATA)
        command->body = base_body_new_from_bytes (letter);
      smtp_core_submit (core, command, NULL);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const SmtpServerOptions options = { .host = "x",
                                      .lookup = lookup,
                                      .tls_available = TRUE,
                                      .plaintext_login = TRUE,
                                      .chunking = TRUE,
                                      .size_limit = 200 };
  gboolean server = size > 0 && data[0] % 2 == 1;
  SmtpCore *core = smtp_core_new (server ? BASE_ROLE_SERVER : BASE_ROLE_CLIENT, NULL);
  guint64 understood = 0;
  gsize at = 1;

  if (server)
    {
      smtp_core_set_server_options (core, &options);
      smtp_core_reply_text (core, 0, 220, NULL, "hi");
    }
  else
    {
      ask (core);
    }
  while (at < size)
    {
      const guint8 *end = memchr (data + at, '\n', size - at);
      gsize n = end != NULL ? (gsize) (end - data) + 1 - at : size - at;

      base_core_receive (BASE_CORE (core), data + at, n, (gint64) at);
      at += n;
      turn (core, &understood, at - 1);
    }
  base_core_receive_eof (BASE_CORE (core), (gint64) size);
  base_core_free (BASE_CORE (core));
  return 0;
}
