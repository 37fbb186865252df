/* The letter on the server's side: dots undone, handed on in pieces, and refused as a whole when it
 * is too large or holds a bare CR or LF, by which a second letter could be smuggled in. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

static void
begin_letter (SmtpCore *core)
{
  core->last_byte = '\n';
  core->refusal = 0;
  core->lines.text_size = 0;
}

void
smtp_receive_begin (SmtpCore *core)
{
  base_lines_begin_text (&core->lines, core->data_exchange);
  begin_letter (core);
}

/* RFC 3030 §2: the bytes follow in any case, also those of a chunk that is refused; they are read
 * past then. */
void
smtp_receive_chunk (SmtpCore *core, guint64 exchange, SmtpCommand *command)
{
  core->data_exchange = exchange;
  g_clear_pointer (&core->data_command, smtp_command_unref);
  core->data_command = smtp_command_ref (command);
  if (core->lines.state == SMTP_STATE_RCPT)
    {
      begin_letter (core);
      base_lines_enter (&core->lines, SMTP_STATE_DATA);
    }
  if (command->size > 0)
    base_lines_begin_chunk (&core->lines, exchange, command->size);
  else
    smtp_server_text_end (&core->lines);
}

void
smtp_receive_refuse (SmtpCore *core, guint code, const char *enhanced, const char *text)
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
        smtp_receive_refuse (
            core, 550, "5.6.0", "A line of the letter does not end with CR and LF");
      last = c;
    }
  core->last_byte = last;
}

static void
check_size (SmtpCore *core)
{
  guint64 limit = core->options.size_limit > 0 ? core->options.size_limit : core->base.limits.body;

  if (core->lines.text_size > limit)
    smtp_receive_refuse (core, 552, "5.3.4", "The letter is larger than this server takes");
}

void
smtp_receive_text (BaseLines *lines, GByteArray *content)
{
  SmtpCore *core = (SmtpCore *) lines;
  SmtpEvent *event;

  check_line_ends (core, content);
  check_size (core);
  if (content->len == 0 || core->refusal != 0)
    {
      g_byte_array_unref (content);
      return;
    }
  event = smtp_event_new (SMTP_EVENT_BODY_DATA, core->data_exchange, core->data_command);
  event->data = g_byte_array_free_to_bytes (content);
  base_core_add_event (&core->base, &event->base);
}
