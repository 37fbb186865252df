/* One event, with what it holds. */
#include "config.h"

#include "pop3-event.h"

static void
event_clear (BaseEvent *base)
{
  Pop3Event *event = (Pop3Event *) base;

  g_clear_pointer (&event->command, pop3_command_unref);
  pop3_status_clear (&event->status);
  g_free (event->entry.uid);
  g_clear_pointer (&event->data, g_bytes_unref);
  g_strfreev (event->words);
  g_free (event->user);
}

Pop3Event *
pop3_event_new (Pop3EventType type, guint64 exchange, Pop3Command *command)
{
  Pop3Event *event = base_event_new (sizeof (Pop3Event), (int) type, event_clear);

  event->base.exchange = exchange;
  event->command = command != NULL ? pop3_command_ref (command) : NULL;
  return event;
}
