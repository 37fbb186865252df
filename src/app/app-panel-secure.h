/* Two connections side by side as somebody on the network sees them: one encrypted from its first
 * byte, one that asked for it by STARTTLS. Both are recorded ones. */
#pragma once

#include <adwaita.h>

#include "app-panel-model.h"

G_BEGIN_DECLS

#define APP_TYPE_PANEL_SECURE (app_panel_secure_get_type ())
G_DECLARE_FINAL_TYPE (AppPanelSecure, app_panel_secure, APP, PANEL_SECURE, AdwWindow)

/* Takes the newest connection of each kind in @model. With @tap (nullable) what is missing can be
 * recorded at the practice post office. */
GtkWidget *app_panel_secure_new (GtkWidget *parent, AppPanelModel *model, WireTap *tap);

G_END_DECLS
