/* The live check of an account: each step as it is done, with its time and "See exchange". */
#pragma once

#include <gtk/gtk.h>

#include "engine-check.h"

G_BEGIN_DECLS

#define APP_TYPE_CHECK_LIST (app_check_list_get_type ())
G_DECLARE_FINAL_TYPE (AppCheckList, app_check_list, APP, CHECK_LIST, GtkBox)

/* Signals: "finished" (GError *: the first thing that is wrong, NULL when all is good),
 * "see-exchange" (guint64 serial of the tap). */
GtkWidget *app_check_list_new (void);
/* Runs the check on a thread of its own; a check that runs already is cancelled. Without @password
 * (nullable) the account's own is used. */
void app_check_list_run (AppCheckList *self,
                         const StoreAccountInfo *info,
                         BaseSecret *password,
                         WireTap *tap);
void app_check_list_cancel (AppCheckList *self);

G_END_DECLS
