/* Sizes, durations and times in people's words, translated: valid UTF-8 without markup, (transfer
 * full). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "1.2 MB", "48 KB", "12 bytes"; "0.2 s", "33 ms". 1 KB is 1000 bytes. */
char *learn_size_text (guint64 bytes);
char *learn_duration_text (gint64 microseconds);
/* "9:41" today, "Tue 9:41" in the last six days, "12 Nov" this year, "12 Nov 2025" before. @at: UTC
 * microseconds. */
char *learn_time_text (gint64 at);
/* The same, as it stands after "since". */
char *learn_since_text (gint64 at);
/* "12 Nov 2025". @at: the same. */
char *learn_day_text (gint64 at);

G_END_DECLS
