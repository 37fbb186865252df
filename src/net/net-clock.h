/* The clock every `now` and deadline of a connection is of: it never goes back, and it runs while
 * the machine sleeps, so that a laptop that wakes up knows its connections are dead. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Boot time, microseconds. */
gint64 net_clock_now (void);

G_END_DECLS
