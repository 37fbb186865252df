/* Allocation and counting of events. */
#include "config.h"

#include "base-event.h"

gpointer
base_event_new (gsize size, int type, void (*clear) (BaseEvent *event))
{
  BaseEvent *event = g_malloc0 (size);

  g_atomic_ref_count_init (&event->ref_count);
  event->type = type;
  event->clear = clear;
  event->size = size;
  return event;
}

BaseEvent *
base_event_ref (BaseEvent *event)
{
  g_atomic_ref_count_inc (&event->ref_count);
  return event;
}

void
base_event_unref (BaseEvent *event)
{
  if (!g_atomic_ref_count_dec (&event->ref_count))
    return;
  if (event->clear != NULL)
    event->clear (event);
  g_free (event);
}
