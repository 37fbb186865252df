/* Which cells of a list can be seen: a list makes two hundred of them for the twenty that are, and
 * to fill, style and lay out all of them at each jump takes several frames. A cell that joins is
 * allocated again whenever rows of its list may have moved; unless it is in sight it need not have
 * anything in it, and when it is it asks to be filled, which happens before the frame is painted.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For a cell's root() and unroot(); where no list is around it, it is always in sight. */
void app_panel_sight_join (GtkWidget *cell);
void app_panel_sight_leave (GtkWidget *cell);
/* For its size_allocate(): whether any of it can be seen, or nearly. */
gboolean app_panel_sight_has (GtkWidget *cell);
/* The same: calls @fill before the next frame is painted, where widgets may be changed, and has the
 * cell allocated again after that. */
void app_panel_sight_fill (GtkWidget *cell, void (*fill) (GtkWidget *cell));

G_END_DECLS
