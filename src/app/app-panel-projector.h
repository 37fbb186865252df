/* One exchange in large type for a wall: the device, the words, the server. Space goes on by a
 * line; what the server answers is hidden until then. Exchanges of real accounts are never shown.
 */
#pragma once

#include <adwaita.h>

#include "app-panel-model.h"

G_BEGIN_DECLS

#define APP_TYPE_PANEL_PROJECTOR (app_panel_projector_get_type ())
G_DECLARE_FINAL_TYPE (AppPanelProjector, app_panel_projector, APP, PANEL_PROJECTOR, AdwWindow)

/* @practice: the accounts' UUIDs that may be shown, a set. (transfer none) @key: the exchange to
 * begin with; 0: the newest. */
GtkWidget *app_panel_projector_new (GtkWidget *parent,
                                    AppPanelModel *model,
                                    GHashTable *practice,
                                    guint64 key);

G_END_DECLS
