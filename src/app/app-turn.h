/* Turns a split: its two sides beside each other where there is room, else below each other. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Sets both for good: alone, gtk_paned_set_position() right after another orientation leads to
 * somewhere else, as what was a width is then compared with what is a height. */
void app_turn (GtkPaned *split, GtkOrientation orientation, int position);

G_END_DECLS
