/* Removing an account: says what only this computer has, exports it to a file, and removes. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

void app_removal_ask (AppApplication *application, GtkWindow *parent, EngineAccount *account);
/* A dialog over @parent: what was asked for did not work, and why. */
void app_removal_tell_error (GtkWindow *parent, const GError *error);

G_END_DECLS
