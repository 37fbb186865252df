/* Dates as mail writes them (RFC 5322 §3.3 and the obsolete forms still seen). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_date_parse: "Sun, 22 Nov 2026 09:41:00 +0100 (CET)" gives seconds since 1970 in UTC and the
 * sender's offset in minutes. FALSE when there is no date in @text; @utc is then 0. */
gboolean mail_date_parse (const char *text, gint64 *utc, int *offset_minutes);

/* mail_date_format: the reverse, in RFC 5322's words whatever the locale. (transfer full) */
char *mail_date_format (gint64 utc, int offset_minutes);

/* mail_date_local_offset: the offset in minutes that applies here at @utc. */
int mail_date_local_offset (gint64 utc);

G_END_DECLS
