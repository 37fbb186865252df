/* Which messages are selected: a set of positions over the list model. Selecting a million rows
 * fetches none of them. */
#pragma once

#include <gtk/gtk.h>

#include "app-list-model.h"

G_BEGIN_DECLS

#define APP_TYPE_SELECTION (app_selection_get_type ())
G_DECLARE_FINAL_TYPE (AppSelection, app_selection, APP, SELECTION, GObject)

AppSelection *app_selection_new (AppListModel *model);
guint app_selection_count (AppSelection *self);
/* The lowest selected position, G_MAXUINT if none. */
guint app_selection_first (AppSelection *self);
/* Placements of all that is selected, newest first. gint64 (transfer full) */
GArray *app_selection_placements (AppSelection *self);

G_END_DECLS
