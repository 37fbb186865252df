/* Calendar days decide how much of a date is said. */
#include "app-format.h"

#include <string.h>

/* The moment @days before today at this time of day. */
static gint64
days_ago (int days, int hour, int minute)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (now),
                                                          g_date_time_get_month (now),
                                                          g_date_time_get_day_of_month (now),
                                                          hour,
                                                          minute,
                                                          0);
  g_autoptr (GDateTime) then = g_date_time_add_days (midnight, -days);

  return g_date_time_to_unix (then);
}

/* As GLib writes it in the C locale, whose names are the ones the source has. */
static char *
written (gint64 seconds, const char *format)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  return g_date_time_format (local, format);
}

static int
year_of (gint64 seconds)
{
  g_autofree char *year = written (seconds, "%Y");

  return atoi (year);
}

static void
test_short (void)
{
  static const struct
  {
    int days, hour, minute;
    const char *format; /* NULL: day and month, with the year when it is another */
  } cases[] = {
    { 0, 0, 5, "%-H:%M" }, { 0, 9, 41, "%-H:%M" }, { 0, 23, 59, "%-H:%M" }, { 1, 23, 50, "%a" },
    { 1, 0, 0, "%a" },     { 6, 0, 1, "%a" },      { 7, 12, 0, NULL },      { 40, 12, 0, NULL },
    { 400, 12, 0, NULL },  { -1, 12, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 then = days_ago (cases[i].days, cases[i].hour, cases[i].minute);
      gboolean this_year = year_of (then) == year_of (days_ago (0, 12, 0));
      const char *format = cases[i].format != NULL ? cases[i].format
                           : this_year             ? "%-e %b"
                                                   : "%-e %b %Y";
      g_autofree char *expected = written (then, format);
      g_autofree char *text = app_format_date_short (then);

      g_assert_cmpstr (text, ==, expected);
    }
}

static void
test_long (void)
{
  g_autofree char *today = app_format_date_long (days_ago (0, 9, 41));
  gint64 week = days_ago (2, 9, 41);
  g_autofree char *weekday = app_format_date_long (week);
  g_autofree char *expected_weekday = written (week, "%A %-H:%M");
  gint64 old = days_ago (500, 17, 5);
  g_autofree char *before = app_format_date_long (old);
  g_autofree char *expected_before = written (old, "%-e %B %Y, %-H:%M");

  g_assert_cmpstr (today, ==, "today 9:41");
  g_assert_cmpstr (weekday, ==, expected_weekday);
  g_assert_cmpstr (before, ==, expected_before);
}

static void
test_none (void)
{
  g_autofree char *nothing = app_format_date_short (0);
  g_autofree char *unknown = app_format_date_long (0);
  g_autofree char *absurd = app_format_date_short (G_MAXINT64);
  g_autofree char *ancient = app_format_date_long (G_MININT64);

  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (unknown, ==, "no date");
  g_assert_cmpstr (absurd, ==, "");
  g_assert_cmpstr (ancient, ==, "no date");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/format/short", test_short);
  g_test_add_func ("/app/format/long", test_long);
  g_test_add_func ("/app/format/none", test_none);
  return g_test_run ();
}
