/* Dates as IMAP writes them, without the help of the system's time zone. */
#include "config.h"

#include "imap-date.h"

#include <string.h>

static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* Days since 1970-01-01 of a date in the Gregorian calendar, and back. */
static gint64
days_from_civil (gint64 year, int month, int day)
{
  gint64 era;
  gint64 year_of_era;
  gint64 day_of_year;

  year -= month <= 2;
  era = (year >= 0 ? year : year - 399) / 400;
  year_of_era = year - era * 400;
  day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

static void
civil_from_days (gint64 days, gint64 *year, int *month, int *day)
{
  gint64 era;
  gint64 day_of_era;
  gint64 year_of_era;
  gint64 day_of_year;
  gint64 shifted;

  days += 719468;
  era = (days >= 0 ? days : days - 146096) / 146097;
  day_of_era = days - era * 146097;
  year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  shifted = (5 * day_of_year + 2) / 153;
  *day = (int) (day_of_year - (153 * shifted + 2) / 5 + 1);
  *month = (int) (shifted < 10 ? shifted + 3 : shifted - 9);
  *year = year_of_era + era * 400 + (*month <= 2);
}

static gboolean
take_digits (const char **p, const char *end, guint min, guint max, int *value)
{
  guint n = 0;

  *value = 0;
  while (n < max && *p < end && g_ascii_isdigit (**p))
    {
      *value = *value * 10 + (*(*p)++ - '0');
      n++;
    }
  return n >= min;
}

static gboolean
take_char (const char **p, const char *end, char c)
{
  if (*p == end || **p != c)
    return FALSE;
  (*p)++;
  return TRUE;
}

/* date-day "-" date-month "-" date-year; a day below ten may have a space or a zero in front. */
static gboolean
take_date (const char **p, const char *end, gint64 *days)
{
  int day;
  int year;

  while (*p < end && **p == ' ')
    (*p)++;
  if (!take_digits (p, end, 1, 2, &day) || !take_char (p, end, '-') || end - *p < 4)
    return FALSE;
  for (int m = 0; m < 12; m++)
    if (g_ascii_strncasecmp (*p, months[m], 3) == 0)
      {
        *p += 3;
        if (!take_char (p, end, '-') || !take_digits (p, end, 4, 4, &year) || day < 1 || day > 31)
          return FALSE;
        *days = days_from_civil (year, m + 1, day);
        return TRUE;
      }
  return FALSE;
}

/* date-time = date SP time SP zone; the zone's sign is missing in some, or the whole zone. */
gboolean
imap_date_parse (const char *text, gsize len, gint64 *utc, gint *offset)
{
  const char *p = text;
  const char *end = text + len;
  gint64 days;
  int hour;
  int minute;
  int second;
  int zone = 0;
  int sign = 1;

  if (!take_date (&p, end, &days) || !take_char (&p, end, ' ') ||
      !take_digits (&p, end, 2, 2, &hour) || !take_char (&p, end, ':') ||
      !take_digits (&p, end, 2, 2, &minute) || !take_char (&p, end, ':') ||
      !take_digits (&p, end, 2, 2, &second) || hour > 23 || minute > 59 || second > 60)
    return FALSE;
  if (take_char (&p, end, ' ') && p < end)
    {
      if (take_char (&p, end, '-'))
        sign = -1;
      else
        take_char (&p, end, '+');
      if (!take_digits (&p, end, 4, 4, &zone))
        return FALSE;
    }
  if (p != end)
    return FALSE;
  *offset = sign * (zone / 100 * 60 + zone % 100);
  *utc = days * 86400 + hour * 3600 + minute * 60 + second - (gint64) *offset * 60;
  return TRUE;
}

static gint64
floor_div (gint64 a, gint64 b)
{
  return a / b - (a % b < 0);
}

void
imap_date_write (gint64 utc, gint offset, GString *out)
{
  gint64 local = utc + (gint64) offset * 60;
  gint64 days = floor_div (local, 86400);
  gint64 seconds = local - days * 86400;
  gint64 year;
  int month;
  int day;

  civil_from_days (days, &year, &month, &day);
  g_string_append_printf (out,
                          "%02d-%s-%04d %02d:%02d:%02d %c%02d%02d",
                          day,
                          months[month - 1],
                          (int) year,
                          (int) (seconds / 3600),
                          (int) (seconds / 60 % 60),
                          (int) (seconds % 60),
                          offset < 0 ? '-' : '+',
                          ABS (offset) / 60,
                          ABS (offset) % 60);
}

gboolean
imap_date_parse_day (const char *text, gsize len, gint64 *day)
{
  const char *p = text;

  return take_date (&p, text + len, day) && p == text + len;
}

gboolean
imap_date_is_real (const char *text, gsize len)
{
  const char *p = text;
  gint64 days;
  gint64 year;
  int month;
  int day;

  if (!take_date (&p, text + len, &days))
    return FALSE;
  civil_from_days (days, &year, &month, &day);
  while (len > 0 && *text == ' ')
    {
      text++;
      len--;
    }
  return g_ascii_strtoll (text, NULL, 10) == day;
}

void
imap_date_write_day (gint64 days, GString *out)
{
  gint64 year;
  int month;
  int day;

  civil_from_days (days, &year, &month, &day);
  g_string_append_printf (out, "%d-%s-%04d", day, months[month - 1], (int) year);
}
