/* The menu of the list of letters: what can be done with those that are selected. It opens under
 * the pointer, and by the Menu key or Shift+F10 on what is selected. */
#pragma once

#include "app-selection.h"

G_BEGIN_DECLS

/* @menu is kept for as long as @view is there; its entries are actions of the window. A press on a
 * letter that is not selected selects it alone. */
void app_message_menu_install (GtkListView *view,
                               AppListModel *model,
                               AppSelection *selection,
                               GMenuModel *menu);

G_END_DECLS
