/* The practice post office behind the counter: who is there and in which state each session is on
 * either side, and switches for what is to go wrong. */
#pragma once

#include <adwaita.h>

#include "app-application.h"

G_BEGIN_DECLS

#define APP_TYPE_OFFICE (app_office_get_type ())
G_DECLARE_FINAL_TYPE (AppOffice, app_office, APP, OFFICE, AdwWindow)

/* What @application has must be open. */
GtkWidget *app_office_new (GtkWidget *parent, AppApplication *application);

G_END_DECLS
