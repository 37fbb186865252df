/* The times at which a letter can be sent later. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "hour": in an hour; "tomorrow" and "monday": the next of these at eight in the morning, as @now's
 * time zone has it. UTC microseconds. */
gint64 app_later_time (const char *when, GDateTime *now);

G_END_DECLS
