/* Letters by the thousand for measurements: plausible, all different, the same for the same seed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A whole letter with CRLF line ends. (transfer full) */
GBytes *practice_generate (guint64 seed, guint index, gint64 date);

G_END_DECLS
