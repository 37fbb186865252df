/* The wizard: try without an account, or add one's own. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

#define APP_TYPE_WIZARD (app_wizard_get_type ())
G_DECLARE_FINAL_TYPE (AppWizard, app_wizard, APP, WIZARD, AdwWindow)

/* A window of its own, over @parent (nullable). */
AppWizard *app_wizard_new (AppApplication *application, GtkWindow *parent);
/* The same, to change an account: starts at its servers, knows its choices. */
AppWizard *
app_wizard_new_edit (AppApplication *application, GtkWindow *parent, const StoreAccountInfo *info);

/* The first page alone, for a window that has no account yet: "Add my account", "Try without an
 * account". Uses the actions "app.add-account" and "win.practice". */
GtkWidget *app_welcome_new (void);

G_END_DECLS
