/* Mornings are counted in days of the calendar: some have 23 hours. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-later.h"

#define MORNING 8

static gint64
morning_in (GDateTime *now, int days)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);

  return app_later_at (g_date_time_get_year (day),
                       g_date_time_get_month (day),
                       g_date_time_get_day_of_month (day),
                       MORNING,
                       0,
                       g_date_time_get_timezone (now));
}

gint64
app_later_at (int year, int month, int day, int hour, int minute, GTimeZone *zone)
{
  g_autoptr (GDateTime) time = g_date_time_new (zone, year, month, day, hour, minute, 0);

  return time != NULL ? g_date_time_to_unix (time) * G_USEC_PER_SEC : 0;
}

gint64
app_later_time (const char *when, GDateTime *now)
{
  if (g_str_equal (when, "tomorrow"))
    return morning_in (now, 1);
  if (g_str_equal (when, "monday"))
    return morning_in (now, 8 - g_date_time_get_day_of_week (now));
  return (g_date_time_to_unix (now) + 3600) * G_USEC_PER_SEC;
}
