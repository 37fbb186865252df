/* What the seeded letters enclose: small, real files, drawn here so that none has to be shipped. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A map of the harbour, PNG (RFC 2083). (transfer full) */
GBytes *practice_attachment_map (void);
/* One page, PDF 1.4, saying @title. (transfer full) */
GBytes *practice_attachment_proof (const char *title);
/* An invitation for the Thursday after @now (UTC seconds), iCalendar (RFC 5545). (transfer full) */
GBytes *practice_attachment_calendar (const char *summary, gint64 now);

G_END_DECLS
