/* How the keyboard leaves: windows by Escape, long lists by Tab. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For windows that are put together in code; a class of windows binds the key for itself. */
void app_leave_by_escape (GtkWindow *window);
/* @inside stands in a scrolled window. Tab leaves it at once, where GTK 4.8 would go from row to
 * row, in a mailbox a hundred thousand times; the arrow keys walk along the rows. */
void app_leave_by_tab (GtkWidget *inside);

G_END_DECLS
