/* What was asked for did not work. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A dialog over @parent that says so, and why. */
void app_trouble_tell (GtkWindow *parent, const GError *error);

G_END_DECLS
