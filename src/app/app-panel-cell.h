/* One row of the panel's list: a cause, an exchange, a line, or a fold. */
#pragma once

#include <gtk/gtk.h>

#include "app-panel-model.h"

G_BEGIN_DECLS

#define APP_TYPE_PANEL_CELL (app_panel_cell_get_type ())
G_DECLARE_FINAL_TYPE (AppPanelCell, app_panel_cell, APP, PANEL_CELL, GtkWidget)

GtkWidget *app_panel_cell_new (void);
/* @row: (nullable) nothing is shown. @item: (nullable) it is the child of, while it is bound. */
void app_panel_cell_bind (AppPanelCell *self, AppPanelRow *row, GtkListItem *item);
AppPanelRow *app_panel_cell_get_row (AppPanelCell *self);
/* Makes cells for a list of AppPanelRow; exchanges and lines can be selected. (transfer full) */
GtkListItemFactory *app_panel_cell_factory_new (void);

/* What is selected of the rows of @model: one, or none. (transfer full) */
GtkSingleSelection *app_panel_cell_selection_new (AppPanelModel *model);

G_END_DECLS
