/* A row of widgets that goes on in another line where there is no room, as words do in a text. In
 * each line those that expand share what is left. Its children come from a template, or are
 * inserted as gtk_widget_set_parent() does. Properties: “spacing” (pixels, between children and
 * lines; 6) and “homogeneous” (all as wide as the widest). */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_WRAP (app_wrap_get_type ())
G_DECLARE_FINAL_TYPE (AppWrap, app_wrap, APP, WRAP, GtkWidget)

G_END_DECLS
