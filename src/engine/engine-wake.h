/* Reasons to try again that the machine gives: the network is back (GNetworkMonitor), or the
 * machine has slept (logind's PrepareForSleep, or the boot-time clock gone ahead of the one that
 * stands still meanwhile). One for all accounts; app's thread only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENGINE_WAKE_NETWORK, /* something changed, and there is a network */
  ENGINE_WAKE_RESUME   /* what was connected before is most likely dead */
} EngineWake;

typedef void (*EngineWakeFunc) (EngineWake what, gpointer data);

/* The returned id is never 0. */
guint engine_wake_watch (EngineWakeFunc func, gpointer data);
void engine_wake_unwatch (guint id);

/* For the tests: as if the machine had been asleep for @asleep microseconds since it was started.
 */
void engine_wake_notice (gint64 asleep);

G_END_DECLS
