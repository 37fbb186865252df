/* Dates as a list shows them, and accounts as people call them. */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

/* "9:41" today, "Tue" this week, "12 Nov" this year, "12 Nov 2025" before. (transfer full) */
char *app_format_date_short (gint64 utc_seconds);
/* "today 9:41", "Tuesday 9:41", "12 November 2026, 9:41" (transfer full) */
char *app_format_date_long (gint64 utc_seconds);
/* "23 November 2026" (transfer full) */
char *app_format_day (GDateTime *date);
/* A time to come: "today 9:41", "Monday 23 November, 8:00"; the year where it is another.
 * (transfer full) */
char *app_format_when (gint64 utc_microseconds);
/* "9:41", or "9:41:05" when it is less than a minute away. (transfer full) */
char *app_format_next_try (gint64 utc_microseconds);

/* "ada@example.org, IMAP": one address may be read by both protocols. (transfer full) */
char *app_format_account (const StoreAccountInfo *info);

G_END_DECLS
