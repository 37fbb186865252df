/* A pane of the window whose width is the person's: it asks for its own width, never for its
 * content's, and its trailing edge can be dragged. Give it the content with the property "child".
 * The width is in pixels, kept between "min-width" and 4096; the container may give less where the
 * window is small, and more where the pane expands. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_PANE (app_pane_get_type ())
G_DECLARE_FINAL_TYPE (AppPane, app_pane, APP, PANE, GtkWidget)

int app_pane_get_width (AppPane *self);
void app_pane_set_width (AppPane *self, int width);
/* A pane that stands alone has no edge to drag. */
void app_pane_set_resizable (AppPane *self, gboolean resizable);

G_END_DECLS
