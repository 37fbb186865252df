/* The window: folders, letters, reader, and the Protocol panel under them. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

#define APP_TYPE_WINDOW (app_window_get_type ())
G_DECLARE_FINAL_TYPE (AppWindow, app_window, APP, WINDOW, AdwApplicationWindow)

/* What others ask of it goes by its actions: "win.tell" (a text) says something for a moment,
 * "win.offer-back" (account's UUID, outbox, seconds) that a letter is about to go, with Undo,
 * "win.show-account" (UUID) shows that account's inbox as soon as there is one; the others are in
 * app-window-actions.c. */
AppWindow *app_window_new (AppApplication *application);

G_END_DECLS
