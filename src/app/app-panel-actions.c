/* What the panel's menu does. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include "app-panel-export.h"
#include "app-panel-secure.h"

static void
on_export (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppPanel *self = data;
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  const LearnExchange *selected = row != NULL ? app_panel_row_get_exchange (row) : NULL;

  gtk_window_present (GTK_WINDOW (app_panel_export_new (GTK_WIDGET (self),
                                                        self->model,
                                                        app_panel_model_dup_shown (self->model),
                                                        selected != NULL ? selected->key : 0)));
}

static void
on_secure (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppPanel *self = data;

  gtk_window_present (
      GTK_WINDOW (app_panel_secure_new (GTK_WIDGET (self), self->model, self->tap)));
}

void
app_panel_init_actions (AppPanel *self)
{
  static const GActionEntry entries[] = {
    { .name = "export", .activate = on_export },
    { .name = "secure", .activate = on_secure },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "panel", G_ACTION_GROUP (self->actions));
}
