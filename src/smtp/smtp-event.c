/* One event, with what it holds. */
#include "config.h"

#include "smtp-event.h"

static void
event_clear (BaseEvent *base)
{
  SmtpEvent *event = (SmtpEvent *) base;

  g_clear_pointer (&event->command, smtp_command_unref);
  smtp_reply_clear (&event->reply);
  g_clear_pointer (&event->data, g_bytes_unref);
  g_free (event->user);
}

SmtpEvent *
smtp_event_new (SmtpEventType type, guint64 exchange, SmtpCommand *command)
{
  SmtpEvent *event = base_event_new (sizeof (SmtpEvent), (int) type, event_clear);

  event->base.exchange = exchange;
  event->command = command != NULL ? smtp_command_ref (command) : NULL;
  return event;
}
