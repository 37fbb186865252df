/* One event, with what it holds. */
#include "config.h"

#include "imap-event.h"

static void
event_clear (BaseEvent *base)
{
  ImapEvent *event = (ImapEvent *) base;

  g_clear_pointer (&event->response, imap_response_unref);
  g_clear_pointer (&event->command, imap_command_unref);
  g_free (event->section);
  g_clear_pointer (&event->data, g_bytes_unref);
  g_free (event->user);
}

ImapEvent *
imap_event_new (ImapEventType type, guint64 exchange)
{
  ImapEvent *event = base_event_new (sizeof (ImapEvent), (int) type, event_clear);

  event->base.exchange = exchange;
  return event;
}
