/* Export Exchanges: what the tap has, as text, secrets hidden. */
#pragma once

#include <gtk/gtk.h>

#include "wire-tap.h"

G_BEGIN_DECLS

/* Asks where to and saves; @panel's window is told how it went. */
void app_panel_export (GtkWidget *panel, WireTap *tap);

G_END_DECLS
