/* Sizes, durations and times as people say them, translated. */
#include "config.h"

#include "learn-measure.h"

#include <glib/gi18n-lib.h>

/* Rounds so that what is shown as "1.0 MB" is not shown as "1000 KB". */
char *
learn_size_text (guint64 bytes)
{
  double kilobytes = (double) bytes / 1000;

  if (bytes < 1000)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu byte", "%lu bytes", (gulong) bytes),
                            (gulong) bytes);
  if (kilobytes < 9.95)
    return g_strdup_printf (_ ("%.1f KB"), kilobytes);
  if (kilobytes < 999.5)
    return g_strdup_printf (_ ("%.0f KB"), kilobytes);
  if (kilobytes < 99950)
    return g_strdup_printf (_ ("%.1f MB"), kilobytes / 1000);
  if (kilobytes < 999500)
    return g_strdup_printf (_ ("%.0f MB"), kilobytes / 1000);
  return g_strdup_printf (_ ("%.1f GB"), kilobytes / 1000000);
}

char *
learn_duration_text (gint64 microseconds)
{
  double seconds = (double) MAX (0, microseconds) / G_USEC_PER_SEC;

  if (seconds < 0.001)
    return g_strdup (_ ("under 1 ms"));
  if (seconds < 0.0995)
    return g_strdup_printf (_ ("%.0f ms"), seconds * 1000);
  if (seconds < 9.95)
    return g_strdup_printf (_ ("%.1f s"), seconds);
  if (seconds < 59.5)
    return g_strdup_printf (_ ("%.0f s"), seconds);
  /* Translators: minutes and seconds. */
  return g_strdup_printf (
      _ ("%1$d min %2$d s"), (int) (seconds + 0.5) / 60, (int) (seconds + 0.5) % 60);
}

/* strftime's names come from the C library's locale, which may lack the language the person reads;
 * gettext has it. */
static const char *
day_name (GDateTime *date)
{
  static const char *const names[] = { N_ ("Mon"), N_ ("Tue"), N_ ("Wed"), N_ ("Thu"),
                                       N_ ("Fri"), N_ ("Sat"), N_ ("Sun") };

  return _ (names[g_date_time_get_day_of_week (date) - 1]);
}

static const char *
month_name (GDateTime *date)
{
  static const char *const names[] = { N_ ("Jan"), N_ ("Feb"), N_ ("Mar"), N_ ("Apr"),
                                       NULL,       N_ ("Jun"), N_ ("Jul"), N_ ("Aug"),
                                       N_ ("Sep"), N_ ("Oct"), N_ ("Nov"), N_ ("Dec") };
  const char *name = names[g_date_time_get_month (date) - 1];

  return name != NULL ? _ (name) : C_ ("short month", "May");
}

/* Of this year or another; @since: as it stands after that word. (transfer full) */
static char *
date_text (GDateTime *date, gboolean this_year, gboolean since)
{
  int day = g_date_time_get_day_of_month (date);
  const char *month = month_name (date);
  int year = g_date_time_get_year (date);

  if (this_year && since)
    /* Translators: after the word "since": "12 Nov" */
    return g_strdup_printf (C_ ("since", "%1$d %2$s"), day, month);
  if (this_year)
    /* Translators: a day of this year: "12 Nov" */
    return g_strdup_printf (_ ("%1$d %2$s"), day, month);
  if (since)
    /* Translators: after the word "since": "12 Nov 2025" */
    return g_strdup_printf (C_ ("since", "%1$d %2$s %3$d"), day, month, year);
  /* Translators: a day with its year: "12 Nov 2025" */
  return g_strdup_printf (_ ("%1$d %2$s %3$d"), day, month, year);
}

static char *
time_text (gint64 at, gboolean since)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (at / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = NULL;
  gint64 age;

  if (then == NULL)
    return g_strdup ("");
  time = g_date_time_format (then, "%-H:%M");
  age = g_date_time_difference (now, then);
  if (g_date_time_get_year (then) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    return g_steal_pointer (&time);
  if (age >= 0 && age < 6 * G_TIME_SPAN_DAY)
    /* Translators: a day of the last week and the time: "Tue 9:41" */
    return g_strdup_printf (C_ ("day and time", "%1$s %2$s"), day_name (then), time);
  return date_text (then, g_date_time_get_year (then) == g_date_time_get_year (now), since);
}

char *
learn_time_text (gint64 at)
{
  return time_text (at, FALSE);
}

char *
learn_since_text (gint64 at)
{
  return time_text (at, TRUE);
}

char *
learn_day_text (gint64 at)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (at / G_USEC_PER_SEC);

  if (date == NULL)
    return g_strdup ("");
  return date_text (date, FALSE, FALSE);
}
