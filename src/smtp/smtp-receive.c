/* The letter on the server's side: dots undone, handed on in pieces, and refused as a whole when it
 * is too large or holds a bare CR or LF, by which a second letter could be smuggled in. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

void
smtp_receive_begin (SmtpCore *core)
{
  core->expect = SMTP_EXPECT_BODY;
  core->dots = (BaseDotReader){ 0 };
  core->body_tail = 0;
  core->body_size = 0;
  core->last_byte = '\n';
  core->refusal = 0;
}

static void
refuse (SmtpCore *core, guint code, const char *enhanced, const char *text)
{
  if (core->refusal != 0)
    return;
  core->refusal = code;
  core->refusal_enhanced = enhanced;
  core->refusal_text = text;
}

/* RFC 5321 §2.3.8: CR and LF appear together or not at all. */
static void
check_line_ends (SmtpCore *core, const GByteArray *content)
{
  guint8 last = core->last_byte;

  for (guint i = 0; i < content->len; i++)
    {
      guint8 c = content->data[i];

      if ((c == '\n') != (last == '\r') && (c == '\n' || last == '\r'))
        refuse (core, 550, "5.6.0", "A line of the letter does not end with CR and LF");
      last = c;
    }
  core->last_byte = last;
}

static void
check_size (SmtpCore *core)
{
  guint64 limit = core->options.size_limit > 0 ? core->options.size_limit : core->base.limits.body;

  if (core->body_size > limit)
    refuse (core, 552, "5.3.4", "The letter is larger than this server takes");
}

static void
end_of_letter (SmtpCore *core)
{
  g_autoptr (SmtpCommand) command = g_steal_pointer (&core->data_command);
  SmtpEvent *event = smtp_core_event (SMTP_EVENT_BODY_END, core->data_exchange, command);

  core->expect = SMTP_EXPECT_LINE;
  if (core->refusal == 0)
    {
      core->busy = core->data_exchange;
      core->busy_command = g_steal_pointer (&command);
    }
  else
    {
      event->refused = TRUE;
      smtp_core_enter (core, SMTP_STATE_READY);
      smtp_server_refuse (
          core, core->data_exchange, core->refusal, core->refusal_enhanced, core->refusal_text);
    }
  smtp_core_add_event (core, event);
}

static void
add_spans (SmtpCore *core, gsize consumed)
{
  gsize known = core->body_tail + consumed;

  if (core->dots.done)
    {
      base_core_add_span (&core->base, BASE_SPAN_BODY, known - 3, core->data_exchange, FALSE);
      base_core_add_span (&core->base, BASE_SPAN_PLAIN, 3, core->data_exchange, TRUE);
      return;
    }
  core->body_tail = base_dot_reader_pending (&core->dots);
  base_core_add_span (
      &core->base, BASE_SPAN_BODY, known - core->body_tail, core->data_exchange, FALSE);
}

gsize
smtp_receive_body (SmtpCore *core, const guint8 *bytes, gsize len)
{
  GByteArray *content = g_byte_array_sized_new ((guint) len);
  gsize consumed = base_dot_read (&core->dots, bytes, len, content);
  SmtpEvent *event;

  add_spans (core, consumed);
  core->body_size += content->len;
  check_line_ends (core, content);
  check_size (core);
  if (content->len > 0 && core->refusal == 0)
    {
      event = smtp_core_event (SMTP_EVENT_BODY_DATA, core->data_exchange, core->data_command);
      event->data = g_byte_array_free_to_bytes (content);
      smtp_core_add_event (core, event);
    }
  else
    {
      g_byte_array_unref (content);
    }
  if (core->dots.done)
    end_of_letter (core);
  return consumed;
}
