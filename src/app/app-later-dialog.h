/* Asks for a day and a time to come, at which a letter is to be sent. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define APP_TYPE_LATER_DIALOG (app_later_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AppLaterDialog, app_later_dialog, APP, LATER_DIALOG, AdwWindow)

/* A window over @parent. @when: what it shows first (UTC microseconds); 0, or over already:
 * tomorrow at eight. Signal: "chosen" (gint64: UTC microseconds, to come), after which it closes;
 * closed in another way, it says nothing. */
AppLaterDialog *app_later_dialog_new (GtkWindow *parent, gint64 when);

G_END_DECLS
