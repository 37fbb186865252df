/* How often the panel may look: following takes a sixteenth of the processor at most, but what was
 * not taken while it was quiet is saved up. So what is said after a silence, and the first moments
 * of a synchronisation, are in the next frame, while a stream that does not end is looked at some
 * ten times a second. No clock: every call is given the time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One part of the processor's time in this many. */
#define APP_PANEL_PACE_SHARE 16
/* Microseconds of work that can be saved up; and the longest rest, however much was spent. */
#define APP_PANEL_PACE_SAVED (G_USEC_PER_SEC / 16)
#define APP_PANEL_PACE_REST (G_USEC_PER_SEC / 5)

typedef struct
{
  gint64 credit; /* microseconds of work that may be done at once; below 0: is owed */
  gint64 at;     /* when that was so */
} AppPanelPace;

/* Begins with all that can be saved up. */
void app_panel_pace_begin (AppPanelPace *pace, gint64 now);
/* @spent microseconds of work were done; returns when it may look again, which is @now or later. */
gint64 app_panel_pace_spend (AppPanelPace *pace, gint64 now, gint64 spent);

G_END_DECLS
