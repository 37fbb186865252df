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
