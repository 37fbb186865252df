/* Labels for what went over a line: it goes on in the next row where there is no room, and nothing
 * is added to it. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void app_verbatim (GtkLabel *label);

G_END_DECLS
