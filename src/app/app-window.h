/* The window: folders, letters, reader, and the Protocol panel under them. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

#define APP_TYPE_WINDOW (app_window_get_type ())
G_DECLARE_FINAL_TYPE (AppWindow, app_window, APP, WINDOW, AdwApplicationWindow)

AppWindow *app_window_new (AppApplication *application);
/* A toast; with @undo not 0 it offers to take that cause back. */
/* (transfer full) */
void app_window_add_toast (AppWindow *self, AdwToast *toast);
void app_window_tell (AppWindow *self, const char *text, guint64 undo);
/* Its inbox, as soon as there is one. */
void app_window_show_account (AppWindow *self, const char *uuid);

G_END_DECLS
