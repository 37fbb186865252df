/* The date-time of INTERNALDATE and the date of SEARCH (RFC 9051 §9). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No date. */
#define IMAP_DATE_NONE G_MININT64

/* "17-Jul-1996 02:44:25 -0700", without quotes: UTC seconds, and the offset in minutes east. */
gboolean imap_date_parse (const char *text, gsize len, gint64 *utc, gint *offset);
void imap_date_write (gint64 utc, gint offset, GString *out);

/* Whether the calendar has the day that @text, one of the two, begins with: the others take
 * 31-Feb for a day in March. */
gboolean imap_date_is_real (const char *text, gsize len);

/* "1-Feb-1994": days since 1970-01-01. */
gboolean imap_date_parse_day (const char *text, gsize len, gint64 *day);
void imap_date_write_day (gint64 day, GString *out);

G_END_DECLS
