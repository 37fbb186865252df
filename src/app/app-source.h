/* A letter as it came, in a window of its own. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWindow *app_source_new (GtkWindow *parent, GBytes *source);

G_END_DECLS
