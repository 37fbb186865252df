/* GMime reads the many ways in which dates are written; writing has just one. */
#include "config.h"

#include "mail-date.h"

#include <gmime/gmime.h>
#include <string.h>

/* No date is longer; a megabyte of digits is not read. */
#define MAX_DATE 200

gboolean
mail_date_parse (const char *text, gint64 *utc, int *offset_minutes)
{
  g_autofree char *capped = NULL;
  g_autoptr (GDateTime) date = NULL;

  *utc = 0;
  *offset_minutes = 0;
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
