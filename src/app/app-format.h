/* Dates as a list shows them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "9:41" today, "Tue" this week, "12 Nov" this year, "12 Nov 2025" before. (transfer full) */
char *app_format_date_short (gint64 utc_seconds);
/* "today 9:41", "Tuesday 9:41", "12 November 2026, 9:41" (transfer full) */
char *app_format_date_long (gint64 utc_seconds);

G_END_DECLS
