/* The wizard: try without an account, or add one's own. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

#define APP_TYPE_WIZARD (app_wizard_get_type ())
G_DECLARE_FINAL_TYPE (AppWizard, app_wizard, APP, WIZARD, AdwWindow)

/* A window of its own, over @parent (nullable). */
AppWizard *app_wizard_new (AppApplication *application, GtkWindow *parent);
/* The same, to change an account. @start: where what is to be changed is; what is good is left
 * alone, and one page and the check are all that is shown, but for EVERYTHING. */
typedef enum
{
  APP_WIZARD_EVERYTHING,
  APP_WIZARD_PASSWORD,
  APP_WIZARD_SERVERS
} AppWizardStart;
/* Where an account's error can be mended. */
AppWizardStart app_wizard_start_for (const GError *error);
AppWizard *app_wizard_new_edit (AppApplication *application,
                                GtkWindow *parent,
                                const StoreAccountInfo *info,
                                AppWizardStart start);

/* The first page alone, for a window that has no account yet: "Add my account", "Try without an
 * account". Uses the actions "app.add-account" and "win.practice". */
GtkWidget *app_welcome_new (void);

G_END_DECLS
