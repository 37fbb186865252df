/* The times at which a letter can be sent later. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "hour": in an hour; "tomorrow" and "monday": the next of these at eight in the morning, as @now's
 * time zone has it. UTC microseconds. */
gint64 app_later_time (const char *when, GDateTime *now);
/* That minute of that day of the calendar (@month from 1) in @zone; a minute that the clocks leave
 * out is the next that there is. UTC microseconds; 0: no such day. */
gint64 app_later_at (int year, int month, int day, int hour, int minute, GTimeZone *zone);

G_END_DECLS
