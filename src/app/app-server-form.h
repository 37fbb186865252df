/* Servers of an account, editable: incoming and outgoing host, port, security, login, and the files
 * of certificates: whom to trust, and what to show. */
#pragma once

#include <adwaita.h>

#include "store-types.h"

G_BEGIN_DECLS

#define APP_TYPE_SERVER_FORM (app_server_form_get_type ())
G_DECLARE_FINAL_TYPE (AppServerForm, app_server_form, APP, SERVER_FORM, GtkBox)

/* Signals: "changed", "activated" (Enter in one of the fields). */
GtkWidget *app_server_form_new (void);
void app_server_form_load (AppServerForm *self, const StoreAccountInfo *info);
void app_server_form_save (AppServerForm *self, StoreAccountInfo *info);
/* Whether what is required is there. */
gboolean app_server_form_is_complete (AppServerForm *self);

G_END_DECLS
