/* GMime reads the many ways in which dates are written; writing has just one. */
#include "config.h"

#include "mail-date.h"

#include <gmime/gmime.h>
#include <string.h>

/* No date is longer; a megabyte of digits is not read. */
#define MAX_DATE 200
/* The first of January 1970, counted as GDate does. */
#define EPOCH_JULIAN 719163

/* Digits, @least to @most of them; *at moves behind. */
static gboolean
read_number (const char **at, int least, int most, int *number)
{
  int digits = 0;

  for (*number = 0; digits < most && g_ascii_isdigit (**at); digits++)
    *number = *number * 10 + *(*at)++ - '0';
  return digits >= least && !g_ascii_isdigit (**at);
}

static gboolean
read_word (const char **at, const char *word)
{
  gsize length = strlen (word);

  if (strncmp (*at, word, length) != 0)
    return FALSE;
  *at += length;
  return TRUE;
}

static gboolean
read_month (const char **at, int *month)
{
  static const char names[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";

  for (*month = 1; *month <= 12; ++*month)
    if (strncmp (*at, names + (*month - 1) * 4, 4) == 0)
      {
        *at += 4;
        return TRUE;
      }
  return FALSE;
}

/* "Sun, 22 Nov 2026 03:22:07 +0100", as RFC 5322 §3.3 has dates written and nearly all are; what is
 * written otherwise in any way is GMime's. */
static gboolean
parse_strict (const char *at, gint64 *utc, int *offset_minutes)
{
  int day, month, year, hour, minute, zone;
  int second = 0;
  gboolean west;
  GDate date;

  if (g_ascii_isalpha (*at))
    {
      if (strlen (at) < 5 || strspn (at, "MTWFSaedhionrtu") != 3 || at[3] != ',' || at[4] != ' ')
        return FALSE;
      at += 5;
    }
  if (!read_number (&at, 1, 2, &day) || !read_word (&at, " ") || !read_month (&at, &month) ||
      !read_number (&at, 4, 4, &year) || !read_word (&at, " ") || !read_number (&at, 2, 2, &hour) ||
      !read_word (&at, ":") || !read_number (&at, 2, 2, &minute) ||
      (read_word (&at, ":") && !read_number (&at, 2, 2, &second)) || !read_word (&at, " "))
    return FALSE;
  west = *at == '-';
  if ((*at != '-' && *at != '+') || (at++, !read_number (&at, 4, 4, &zone)) || *at != '\0')
    return FALSE;
  if (year < 1970 || !g_date_valid_dmy (day, month, year) || hour > 23 || minute > 59 ||
      second > 59 || zone % 100 > 59 || zone > 1400)
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, day, month, year);
  *offset_minutes = (zone / 100 * 60 + zone % 100) * (west ? -1 : 1);
  *utc = ((gint64) g_date_get_julian (&date) - EPOCH_JULIAN) * 86400 + hour * 3600 +
         (minute - *offset_minutes) * 60 + second;
  return TRUE;
}

gboolean
mail_date_parse (const char *text, gint64 *utc, int *offset_minutes)
{
  g_autofree char *capped = NULL;
  g_autoptr (GDateTime) date = NULL;

  *utc = 0;
  *offset_minutes = 0;
  if (text != NULL && parse_strict (text, utc, offset_minutes))
    return TRUE;
  if (text == NULL || strcspn (text, "0123456789") == strlen (text))
    return FALSE;
  if (strlen (text) > MAX_DATE)
    text = capped = g_strndup (text, MAX_DATE);
  date = g_mime_utils_header_decode_date (text);
  if (date == NULL)
    return FALSE;
  *utc = g_date_time_to_unix (date);
  *offset_minutes = (int) (g_date_time_get_utc_offset (date) / G_TIME_SPAN_MINUTE);
  return TRUE;
}

char *
mail_date_format (gint64 utc, int offset_minutes)
{
  static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  int offset = CLAMP (offset_minutes, -24 * 60 + 1, 24 * 60 - 1);
  g_autoptr (GDateTime) date = NULL;

  /* A time at the edge of the type is no date either, and must not overflow on the way. */
  date = g_date_time_new_from_unix_utc (CLAMP (utc, G_MININT64 / 2, G_MAXINT64 / 2) + offset * 60);
  if (date == NULL)
    date = g_date_time_new_from_unix_utc (0);
  return g_strdup_printf ("%s, %d %s %04d %02d:%02d:%02d %c%02d%02d",
                          days[g_date_time_get_day_of_week (date) - 1],
                          g_date_time_get_day_of_month (date),
                          months[g_date_time_get_month (date) - 1],
                          g_date_time_get_year (date),
                          g_date_time_get_hour (date),
                          g_date_time_get_minute (date),
                          g_date_time_get_second (date),
                          offset < 0 ? '-' : '+',
                          ABS (offset) / 60,
                          ABS (offset) % 60);
}

int
mail_date_local_offset (gint64 utc)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (utc);

  return date != NULL ? (int) (g_date_time_get_utc_offset (date) / G_TIME_SPAN_MINUTE) : 0;
}
