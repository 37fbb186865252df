/* The folders of all accounts, with unread counts and each account's protocol. */
#pragma once

#include <gtk/gtk.h>

#include "engine-service.h"

G_BEGIN_DECLS

#define APP_TYPE_SIDEBAR (app_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (AppSidebar, app_sidebar, APP, SIDEBAR, GtkBox)

/* Signals: "folder-selected" (account, folder id as gint64): the person chose another folder;
 * "outbox-selected" (account); "activated": a click or Enter, maybe on the one that is chosen
 * already. EngineAccount pointers, valid during the emission. */
void app_sidebar_set_service (AppSidebar *self, EngineService *service);
/* Selects the inbox of the account with this UUID, as soon as it is known. */
void app_sidebar_select_account (AppSidebar *self, const char *uuid);
const char *app_sidebar_folder_icon (const StoreFolder *folder);
/* Selects a folder of the account with this UUID. */
void app_sidebar_select_folder (AppSidebar *self, const char *uuid, gint64 folder);
/* Its drafts and letters on their way, if there are any. */
void app_sidebar_select_outbox (AppSidebar *self, const char *uuid);
/* Nothing else is shown: the window's buttons are here. */
void app_sidebar_set_alone (AppSidebar *self, gboolean alone);
/* The keyboard goes to the folder that is shown, as soon as there is one. */
void app_sidebar_take_focus (AppSidebar *self);

G_END_DECLS
