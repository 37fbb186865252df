/* What time it is in a lesson, in words: its clock goes as the computer's does, and is put forward
 * where days have to pass. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "14 days", "20 minutes": whole ones of the largest unit that fits. (transfer full) */
char *learn_period_text (guint64 seconds);
/* "Practice clock: 7 Dec 2026, 22:50", "put forward by 15 days", "the exchanges are of today":
 * parts that stand beside or under each other. @ahead: microseconds. (transfer full) */
char **learn_practice_clock_words (gint64 ahead);

G_END_DECLS
