/* A picture of an account: three boxes in a row, as wide as what they hold: only on the server, on
 * both sides, only on this computer. */
#pragma once

#include <gtk/gtk.h>

#include "store-survey.h"

G_BEGIN_DECLS

#define APP_TYPE_STORAGE_PICTURE (app_storage_picture_get_type ())
G_DECLARE_FINAL_TYPE (AppStoragePicture, app_storage_picture, APP, STORAGE_PICTURE, GtkWidget)

GtkWidget *app_storage_picture_new (void);
void app_storage_picture_set (AppStoragePicture *self, const StoreSurvey *survey);

G_END_DECLS
