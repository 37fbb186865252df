/* Exchanges as text for a file or the clipboard, seen before they leave. */
#pragma once

#include <adwaita.h>

#include "app-panel-model.h"

G_BEGIN_DECLS

#define APP_TYPE_PANEL_EXPORT (app_panel_export_get_type ())
G_DECLARE_FINAL_TYPE (AppPanelExport, app_panel_export, APP, PANEL_EXPORT, AdwWindow)

/* @keys: of the exchanges the panel shows (guint64; transfer full). @selected: one of the dialogue,
 * or 0. What the dialogue forgets meanwhile is left out. @panel hears "win.tell". */
GtkWidget *
app_panel_export_new (GtkWidget *panel, AppPanelModel *model, GArray *keys, guint64 selected);

G_END_DECLS
