/* The nearer a date, the less of it is said. An account is its address and its protocol, never the
 * name it is filed under. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-format.h"

#include <glib/gi18n.h>

typedef enum
{
  TODAY,
  THIS_WEEK,
  THIS_YEAR,
  BEFORE /* another year */
} Distance;

/* Calendar days matter, not hours: what came at 23:50 was yesterday ten minutes later. */
static Distance
distance (GDateTime *then)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  GDate a;
  GDate b;
  int days;

  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  g_date_set_dmy (&a,
                  (GDateDay) g_date_time_get_day_of_month (then),
                  (GDateMonth) g_date_time_get_month (then),
                  (GDateYear) g_date_time_get_year (then));
  g_date_set_dmy (&b,
                  (GDateDay) g_date_time_get_day_of_month (now),
                  (GDateMonth) g_date_time_get_month (now),
                  (GDateYear) g_date_time_get_year (now));
  days = g_date_days_between (&a, &b);
  if (days == 0)
    return TODAY;
  if (days > 0 && days < 7)
    return THIS_WEEK;
  return g_date_time_get_year (then) == g_date_time_get_year (now) ? THIS_YEAR : BEFORE;
}

static GDateTime *
local (gint64 utc_seconds)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (utc_seconds);

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

/* strftime's %A and %B come from the C library's locale, which may lack the language the person
 * reads; gettext has it. */
static const char *
weekday (GDateTime *date, gboolean full)
{
  static const char *const names[] = { N_ ("Monday"),   N_ ("Tuesday"), N_ ("Wednesday"),
                                       N_ ("Thursday"), N_ ("Friday"),  N_ ("Saturday"),
                                       N_ ("Sunday") };
  static const char *const shorts[] = { N_ ("Mon"), N_ ("Tue"), N_ ("Wed"), N_ ("Thu"),
                                        N_ ("Fri"), N_ ("Sat"), N_ ("Sun") };
  int day = g_date_time_get_day_of_week (date) - 1;

  return full ? _ (names[day]) : _ (shorts[day]);
}

static const char *
month (GDateTime *date, gboolean full)
{
  static const char *const names[] = {
    N_ ("January"),  N_ ("February"), N_ ("March"),  N_ ("April"),     NC_ ("full month", "May"),
    N_ ("June"),     N_ ("July"),     N_ ("August"), N_ ("September"), N_ ("October"),
    N_ ("November"), N_ ("December")
  };
  static const char *const shorts[] = {
    N_ ("Jan"), N_ ("Feb"), N_ ("Mar"), N_ ("Apr"), NC_ ("short month", "May"),
    N_ ("Jun"), N_ ("Jul"), N_ ("Aug"), N_ ("Sep"), N_ ("Oct"),
    N_ ("Nov"), N_ ("Dec")
  };
  int index = g_date_time_get_month (date) - 1;

  if (index == 4)
    return full ? g_dpgettext2 (NULL, "full month", "May")
                : g_dpgettext2 (NULL, "short month", "May");
  return full ? _ (names[index]) : _ (shorts[index]);
}

char *
app_format_date_short (gint64 utc_seconds)
{
  g_autoptr (GDateTime) date = local (utc_seconds);

  if (date == NULL || utc_seconds == 0)
    return g_strdup ("");
  switch (distance (date))
    {
    case TODAY:
      return g_date_time_format (date, "%-H:%M");
    case THIS_WEEK:
      return g_strdup (weekday (date, FALSE));
    case THIS_YEAR:
      /* Translators: day and short month, "12 Nov" */
      return g_strdup_printf (
          _ ("%1$d %2$s"), g_date_time_get_day_of_month (date), month (date, FALSE));
    case BEFORE:
    default:
      /* Translators: day, short month and year, "12 Nov 2024" */
      return g_strdup_printf (_ ("%1$d %2$s %3$d"),
                              g_date_time_get_day_of_month (date),
                              month (date, FALSE),
                              g_date_time_get_year (date));
    }
}

char *
app_format_date_long (gint64 utc_seconds)
{
  g_autoptr (GDateTime) date = local (utc_seconds);
  g_autofree char *time = NULL;

  if (date == NULL || utc_seconds == 0)
    return g_strdup (_ ("no date"));
  time = g_date_time_format (date, "%-H:%M");
  switch (distance (date))
    {
    case TODAY:
      /* Translators: a time: "today 9:41" */
      return g_strdup_printf (_ ("today %s"), time);
    case THIS_WEEK:
      /* Translators: weekday and time: "Tuesday 9:41" */
      return g_strdup_printf (_ ("%1$s %2$s"), weekday (date, TRUE), time);
    case THIS_YEAR:
    case BEFORE:
    default:
      /* Translators: day, month, year, time: "12 November 2026, 9:41" */
      return g_strdup_printf (_ ("%1$d %2$s %3$d, %4$s"),
                              g_date_time_get_day_of_month (date),
                              month (date, TRUE),
                              g_date_time_get_year (date),
                              time);
    }
}

char *
app_format_day (GDateTime *date)
{
  /* Translators: day, month, year: "23 November 2026" */
  return g_strdup_printf (_ ("%1$d %2$s %3$d"),
                          g_date_time_get_day_of_month (date),
                          month (date, TRUE),
                          g_date_time_get_year (date));
}

char *
app_format_when (gint64 utc_microseconds)
{
  g_autoptr (GDateTime) date = local (utc_microseconds / G_USEC_PER_SEC);
  g_autofree char *time = date != NULL ? g_date_time_format (date, "%-H:%M") : NULL;

  if (date == NULL)
    return g_strdup (_ ("no date"));
  switch (distance (date))
    {
    case TODAY:
      return g_strdup_printf (_ ("today %s"), time);
    case THIS_WEEK:
    case THIS_YEAR:
      /* Translators: weekday, day, month, time: "Monday 23 November, 8:00" */
      return g_strdup_printf (_ ("%1$s %2$d %3$s, %4$s"),
                              weekday (date, TRUE),
                              g_date_time_get_day_of_month (date),
                              month (date, TRUE),
                              time);
    case BEFORE:
    default:
      /* Translators: weekday, day, month, year, time: "Friday 1 January 2027, 8:00" */
      return g_strdup_printf (_ ("%1$s %2$d %3$s %4$d, %5$s"),
                              weekday (date, TRUE),
                              g_date_time_get_day_of_month (date),
                              month (date, TRUE),
                              g_date_time_get_year (date),
                              time);
    }
}

char *
app_format_next_try (gint64 utc_microseconds)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (utc_microseconds / G_USEC_PER_SEC);
  gboolean soon = utc_microseconds - g_get_real_time () < 60 * G_USEC_PER_SEC;

  return g_date_time_format (then, soon ? "%H:%M:%S" : "%H:%M");
}

char *
app_format_account (const StoreAccountInfo *info)
{
  g_autofree char *protocol = g_ascii_strup (info->protocol, -1);

  return g_strdup_printf ("%s, %s", info->email, protocol);
}
