/* Mornings to come, over the ends of weeks, years and summer time. */
#include "app-later.h"

#include <string.h>

static void
test_times (void)
{
  static const struct
  {
    const char *now, *when, *then;
  } rows[] = {
    { "2026-11-22T10:16:00", "hour", "2026-11-22T11:16:00" },
    { "2026-11-22T10:16:00", "tomorrow", "2026-11-23T08:00:00" }, /* a Sunday */
    { "2026-11-22T10:16:00", "monday", "2026-11-23T08:00:00" },
    { "2026-11-23T07:59:00", "monday", "2026-11-30T08:00:00" }, /* a Monday: the next */
    { "2026-11-24T23:59:59", "tomorrow", "2026-11-25T08:00:00" },
    { "2026-12-31T12:00:00", "tomorrow", "2027-01-01T08:00:00" },
    { "2026-12-31T12:00:00", "monday", "2027-01-04T08:00:00" },
    { "2026-10-24T22:00:00", "tomorrow", "2026-10-25T08:00:00" }, /* that night has an hour more */
  };
  g_autoptr (GTimeZone) paris = g_time_zone_new_identifier ("Europe/Paris");

  g_assert_nonnull (paris);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 (rows[i].now, paris);
      g_autoptr (GDateTime) then = g_date_time_new_from_iso8601 (rows[i].then, paris);

      g_assert_cmpint (
          app_later_time (rows[i].when, now), ==, g_date_time_to_unix (then) * G_USEC_PER_SEC);
    }
}

static void
test_minutes (void)
{
  static const struct
  {
    int year, month, day, hour, minute;
    const char *then;
  } rows[] = {
    { 2026, 11, 22, 23, 59, "2026-11-22T22:59:00Z" },
    { 2027, 1, 1, 0, 0, "2026-12-31T23:00:00Z" },
    { 2028, 2, 29, 8, 5, "2028-02-29T07:05:00Z" },
    { 2027, 3, 28, 2, 30, "2027-03-28T01:00:00Z" }, /* the clocks go from two to three */
    { 2027, 6, 1, 8, 0, "2027-06-01T06:00:00Z" },
  };
  g_autoptr (GTimeZone) paris = g_time_zone_new_identifier ("Europe/Paris");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GDateTime) then = g_date_time_new_from_iso8601 (rows[i].then, NULL);

      g_assert_cmpint (
          app_later_at (
              rows[i].year, rows[i].month, rows[i].day, rows[i].hour, rows[i].minute, paris),
          ==,
          g_date_time_to_unix (then) * G_USEC_PER_SEC);
    }
  g_assert_cmpint (app_later_at (2027, 2, 29, 8, 0, paris), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/later/times", test_times);
  g_test_add_func ("/app/later/minutes", test_minutes);
  return g_test_run ();
}
