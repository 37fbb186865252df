/* Undo for a letter that was sent and has not left yet. */
#pragma once

#include <adwaita.h>

#include "app-application.h"

G_BEGIN_DECLS

/* Adds the action "app.take-back" (account's UUID, outbox). */
void app_take_back_install (AppApplication *application);
/* Says for @seconds, in the window, that letter @outbox of @account is about to go; Undo makes it a
 * draft again and opens it ("app.edit-draft"). */
void app_take_back_offer (AppApplication *application,
                          EngineAccount *account,
                          gint64 outbox,
                          guint seconds);
/* Shows that in @overlay: the seconds that are left, and nothing once it can no longer be taken
 * back, or was. */
void app_take_back_show (AppApplication *application,
                         AdwToastOverlay *overlay,
                         const char *uuid,
                         gint64 outbox,
                         guint seconds);
/* Nobody is there any more who could take one back: all that are offered go now. */
void app_take_back_end (AppApplication *application);

G_END_DECLS
