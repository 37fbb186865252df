/* Mornings are counted in days of the calendar: some have 23 hours. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-later.h"

#define MORNING 8

static gint64
morning_in (GDateTime *now, int days)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);
  g_autoptr (GDateTime) morning = g_date_time_new (g_date_time_get_timezone (now),
                                                   g_date_time_get_year (day),
                                                   g_date_time_get_month (day),
                                                   g_date_time_get_day_of_month (day),
                                                   MORNING,
                                                   0,
                                                   0);

  return g_date_time_to_unix (morning) * G_USEC_PER_SEC;
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
