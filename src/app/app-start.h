/* Which windows the program opens: the first one, those of its menu, and none any more. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

/* Before @application runs. Adds its actions too: "app.add-account", "app.accounts", "app.lessons",
 * "app.edit-draft" (account's UUID, outbox). */
void app_start_prepare (AppApplication *application);

G_END_DECLS
