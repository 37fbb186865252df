/* Removing an account: says what only this computer has, exports it to a file, and removes. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

void app_removal_ask (AppApplication *application, GtkWindow *parent, EngineAccount *account);

G_END_DECLS
