/* The accounts that the desktop has already (GNOME Online Accounts), to be used here too. */
#pragma once

#include <adwaita.h>

#include "engine-token.h"

G_BEGIN_DECLS

#define APP_TYPE_DESKTOP_LIST (app_desktop_list_get_type ())
G_DECLARE_FINAL_TYPE (AppDesktopList, app_desktop_list, APP, DESKTOP_LIST, GtkBox)

/* Asks the desktop; nothing is shown where it has none. Signal: "chosen" (EngineDesktopAccount *,
 * valid as long as the list). */
void app_desktop_list_load (AppDesktopList *self);

G_END_DECLS
