/* See test-smtp.h. */
#include "test-smtp.h"

#include <string.h>

SmtpCore *
test_smtp_core (Dialogue *dialogue)
{
  return (SmtpCore *) dialogue->core;
}

const char *
test_smtp_outcome (BaseOutcome outcome)
{
  static const char *const outcomes[] = { "",         " OK",  " CONTINUE", " TEMPORARY",
                                          " REFUSED", " BAD", " LOST" };

  return outcomes[outcome];
}

void
test_smtp_submit (Dialogue *dialogue, SmtpVerb verb, const char *argument, const char *letter)
{
  g_autoptr (SmtpCommand) command = smtp_command_new (verb, argument);
  g_autoptr (GBytes) bytes = NULL;

  if (letter != NULL)
    {
      bytes = g_bytes_new (letter, strlen (letter));
      command->body = base_body_new_from_bytes (bytes);
    }
  smtp_core_submit (test_smtp_core (dialogue), command, NULL);
}

void
test_smtp_describe (const BaseEvent *base, GString *out)
{
  const SmtpEvent *event = (const SmtpEvent *) base;

  if (base->type == SMTP_EVENT_BEFORE_DOT)
    g_string_append (out, "BEFORE_DOT\n");
  else if (base->type == SMTP_EVENT_REPLY && event->command->verb != SMTP_VERB_EHLO)
    g_string_append_printf (out,
                            "%s%s %u%s\n",
                            smtp_verb_name (event->command->verb),
                            event->command->last ? " LAST" : "",
                            event->reply.code,
                            test_smtp_outcome (base->outcome));
}
