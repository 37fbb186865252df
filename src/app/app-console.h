/* The console: a line to type into under the exchanges, to a session of its own with an account's
 * server. What is said stands among the exchanges like everything else; here is only what helps to
 * say it: what may be said now, what the line means, and what it would do to letters. */
#pragma once

#include <gtk/gtk.h>

#include "app-panel-model.h"
#include "engine-service.h"

G_BEGIN_DECLS

#define APP_TYPE_CONSOLE (app_console_get_type ())
G_DECLARE_FINAL_TYPE (AppConsole, app_console, APP, CONSOLE, GtkBox)

/* Practice accounts are offered at once, others after a question. @model: where the session's
 * exchanges are found, to be copied. */
/* Signals: "typing" (the person turns to it, or types; what helps ought to be seen), "left"
 * (Escape: the keyboard wants to go elsewhere). */
void app_console_set_service (AppConsole *self, EngineService *service, AppPanelModel *model);
/* What helps to type, to be put where there is room. (transfer none) */
GtkWidget *app_console_get_help (AppConsole *self);
/* Shows or hides it; hidden, its session ends. */
void app_console_set_open (AppConsole *self, gboolean open);

G_END_DECLS
