/* The menu in the panel's bar of what is shown: one protocol, failures, what was slow, keep-alives.
 */
#pragma once

#include <gtk/gtk.h>

#include "app-panel-model.h"

G_BEGIN_DECLS

/* Adds the menu's actions, which change what @model shows; @button looks otherwise while something
 * is left out. Both have to live as long as @actions. */
void app_panel_shown_add (GActionMap *actions, AppPanelModel *model, GtkWidget *button);
/* Whether nothing is left out: by these, or by the action "account" (a position; 0: all). */
gboolean app_panel_shown_is_whole (GActionGroup *actions);
/* The button looks as it is: for who changes the account. */
void app_panel_shown_tell (GActionGroup *actions, GtkWidget *button);
/* Shows everything again. */
void app_panel_shown_reset (GActionGroup *actions);

G_END_DECLS
