/* "Where it is": one account's storage as a picture, with what would be lost and how much room it
 * takes, and its ledger as a table, one row a letter and one column a place. */
#pragma once

#include <adwaita.h>

#include "app-application.h"
#include "app-ledger-table.h"

G_BEGIN_DECLS

#define APP_TYPE_STORAGE (app_storage_get_type ())
G_DECLARE_FINAL_TYPE (AppStorage, app_storage, APP, STORAGE, AdwWindow)

/* Signal: "exchange" (guint64 cause, const char *command, gint64 at): the person wants to see the
 * exchange behind a cell. */
GtkWidget *app_storage_new (AppApplication *application, GtkWindow *parent, EngineAccount *account);
EngineAccount *app_storage_get_account (AppStorage *self);
/* The page of the letters, with those of @where. */
void app_storage_show_letters (AppStorage *self, StoreWhere where);

G_END_DECLS
