/* What the panel's menu does. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include "app-panel-export.h"
#include "app-panel-projector.h"
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

/* Those that are shown on a wall. */
static GHashTable *
practice_accounts (AppPanel *self)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) accounts =
      self->service != NULL ? engine_service_accounts (self->service) : NULL;

  for (guint i = 0; accounts != NULL && i < accounts->len; i++)
    if (engine_account_info (accounts->pdata[i])->practice)
      g_hash_table_add (set, g_strdup (engine_account_info (accounts->pdata[i])->uuid));
  return set;
}

static void
on_projector (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppPanel *self = data;
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  const LearnExchange *selected = row != NULL ? app_panel_row_get_exchange (row) : NULL;
  g_autoptr (GHashTable) practice = practice_accounts (self);

  gtk_window_present (GTK_WINDOW (app_panel_projector_new (
      GTK_WIDGET (self), self->model, practice, selected != NULL ? selected->key : 0)));
}

static void
on_step (GSimpleAction *action, GVariant *state, gpointer data)
{
  AppPanel *self = data;

  g_simple_action_set_state (action, state);
  /* What waits has to be seen. */
  app_panel_end_pause (self);
  app_step_set_active (self->step, g_variant_get_boolean (state));
}

static void
on_console (GSimpleAction *action, GVariant *state, gpointer data)
{
  AppPanel *self = data;

  g_simple_action_set_state (action, state);
  app_console_set_open (self->console, g_variant_get_boolean (state));
  if (!g_variant_get_boolean (state))
    gtk_stack_set_visible_child_name (self->side, "card");
}

static void
on_typing (AppPanel *self)
{
  /* Whoever types waits for the answer. */
  app_panel_end_pause (self);
  gtk_stack_set_visible_child_name (self->side, "console");
  /* What it does comes first, and is not to be missed. */
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->console_side), 0);
}

static void
on_console_left (AppPanel *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->console_toggle));
}

static void
on_step_left (AppPanel *self)
{
  /* The bar goes, and what was pressed with it. */
  gtk_widget_grab_focus (GTK_WIDGET (self->step_toggle));
  g_action_group_change_action_state (
      G_ACTION_GROUP (self->actions), "step", g_variant_new_boolean (FALSE));
}

void
app_panel_init_actions (AppPanel *self)
{
  static const GActionEntry entries[] = {
    { .name = "export", .activate = on_export },
    { .name = "secure", .activate = on_secure },
    { .name = "projector", .activate = on_projector },
    { .name = "step", .state = "false", .change_state = on_step },
    { .name = "console", .state = "false", .change_state = on_console },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "panel", G_ACTION_GROUP (self->actions));
  gtk_scrolled_window_set_child (self->console_side, app_console_get_help (self->console));
  g_signal_connect_swapped (self->console, "typing", G_CALLBACK (on_typing), self);
  g_signal_connect_swapped (self->console, "left", G_CALLBACK (on_console_left), self);
  g_signal_connect_swapped (self->step, "left", G_CALLBACK (on_step_left), self);
}
