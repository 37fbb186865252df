/* The bar: whose exchanges are shown, which of them, how much is explained, and whether time stands
 * still. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include <glib/gi18n.h>

#include "app-panel-shown.h"

/* Where the bar is too narrow for what drops down, they are chosen in its menu. */
static void
name_in_menu (AppPanel *self, GtkStringList *names)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (names));
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (gtk_string_list_get_string (names, i), NULL);

      g_menu_item_set_action_and_target (item, "panel.account", "u", i);
      g_menu_append_item (menu, item);
    }
  g_menu_remove_all (self->filter_accounts);
  g_menu_append_submenu (self->filter_accounts, _ ("Accounts _Shown"), G_MENU_MODEL (menu));
}

static GtkStringList *
begin_names (AppPanel *self)
{
  GtkStringList *names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("All accounts"));
  g_ptr_array_set_size (self->uuids, 0);
  return names;
}

static void
add_name (
    AppPanel *self, GtkStringList *names, const char *uuid, const char *who, const char *protocol)
{
  g_autofree char *big = g_ascii_strup (protocol, -1);
  g_autofree char *name = g_strdup_printf ("%s · %s", who, big);

  gtk_string_list_append (names, name);
  g_ptr_array_add (self->uuids, g_strdup (uuid));
}

static void
add_between (AppPanel *self, GtkStringList *names)
{
  gtk_string_list_append (names, _ ("From domain to domain"));
  g_ptr_array_add (self->uuids, g_strdup (APP_PANEL_BETWEEN));
}

void
app_panel_name_accounts (gpointer data)
{
  AppPanel *self = data;
  g_autoptr (GPtrArray) accounts = engine_service_accounts (self->service);
  gboolean practice = FALSE;
  guint selected = gtk_drop_down_get_selected (self->accounts);
  g_autofree char *chosen = selected != 0 && selected <= self->uuids->len
                                ? g_strdup (self->uuids->pdata[selected - 1])
                                : NULL;
  g_autoptr (GtkStringList) names = begin_names (self);

  for (guint i = 0; i < accounts->len; i++)
    {
      const StoreAccountInfo *info = engine_account_info (accounts->pdata[i]);

      add_name (self, names, info->uuid, info->email, info->protocol);
      practice = practice || info->practice;
    }
  if (practice)
    add_between (self, names);
  gtk_drop_down_set_model (self->accounts, G_LIST_MODEL (names));
  /* Whose exchanges are shown does not change because another account came or went. */
  for (guint i = 0; chosen != NULL && i < self->uuids->len; i++)
    if (g_str_equal (self->uuids->pdata[i], chosen))
      gtk_drop_down_set_selected (self->accounts, i + 1);
  name_in_menu (self, names);
  app_strip_update (self->strip);
}

static int
by_id (gconstpointer a, gconstpointer b)
{
  const WireConnection *const *first = a;
  const WireConnection *const *second = b;

  return (*first)->id < (*second)->id ? -1 : (*first)->id > (*second)->id;
}

/* An account is known by where its mail comes from, if it was asked for any. */
static const char *
protocol_of (const GPtrArray *connections, const char *uuid)
{
  const char *protocol = "smtp";

  for (guint i = 0; i < connections->len; i++)
    {
      const WireConnection *connection = connections->pdata[i];

      if (g_strcmp0 (connection->account, uuid) == 0 && connection->protocol != NULL &&
          !g_str_equal (connection->protocol, "smtp"))
        protocol = connection->protocol;
    }
  return protocol;
}

void
app_panel_name_recorded (AppPanel *self, GHashTable *recorded)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new ();
  g_autoptr (GtkStringList) names = begin_names (self);
  gboolean between = FALSE;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, recorded);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (connections, value);
  g_ptr_array_sort (connections, by_id);
  for (guint i = 0; i < connections->len; i++)
    {
      const WireConnection *connection = connections->pdata[i];
      const char *uuid = connection->account;

      between = between || connection->caller != NULL;
      if (uuid != NULL && connection->account_name != NULL &&
          !g_ptr_array_find_with_equal_func (self->uuids, uuid, g_str_equal, NULL))
        add_name (self, names, uuid, connection->account_name, protocol_of (connections, uuid));
    }
  if (between)
    add_between (self, names);
  gtk_drop_down_set_model (self->accounts, G_LIST_MODEL (names));
  name_in_menu (self, names);
}

static void
on_account_filter (AppPanel *self)
{
  guint selected = gtk_drop_down_get_selected (self->accounts);

  app_panel_model_set_account (
      self->model,
      selected == 0 || selected > self->uuids->len ? NULL : self->uuids->pdata[selected - 1]);
  app_panel_shown_tell (G_ACTION_GROUP (self->actions), self->filters);
  app_panel_show_empty (self);
}

static void
on_filter (GtkSearchEntry *entry, AppPanel *self)
{
  app_panel_model_set_filter (self->model, gtk_editable_get_text (GTK_EDITABLE (entry)));
  app_panel_show_empty (self);
}

/* What is routine is folded for newcomers; everyone else sees all there is. */
static void
on_depth (AppPanel *self)
{
  AppCardDepth depth = (AppCardDepth) gtk_drop_down_get_selected (self->depth);

  if (depth > APP_CARD_ENGINEER)
    return;
  app_panel_model_set_everything (self->model, depth != APP_CARD_NEWCOMER);
  app_card_set_depth (self->card, depth);
  if (gtk_single_selection_get_selected_item (self->selection) != NULL)
    app_panel_show_selected (self);
}

void
app_panel_forget_filters (AppPanel *self)
{
  gtk_drop_down_set_selected (self->accounts, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->filter), "");
  app_panel_model_set_filter (self->model, "");
  app_panel_shown_reset (G_ACTION_GROUP (self->actions));
}

static void
on_pause (GtkToggleButton *button, AppPanel *self)
{
  gboolean paused = gtk_toggle_button_get_active (button);

  if (paused && app_step_is_active (self->step))
    {
      /* What waits has to be seen. */
      gtk_toggle_button_set_active (button, FALSE);
      gtk_widget_activate_action (
          GTK_WIDGET (self), "win.tell", "s", _ ("Step by step, each command waits already."));
      return;
    }
  gtk_button_set_icon_name (GTK_BUTTON (button),
                            paused ? "media-playback-start-symbolic"
                                   : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), paused ? _ ("Go on") : _ ("Pause"));
  app_panel_show_news (self);
  app_panel_pull (self);
}

void
app_panel_end_pause (AppPanel *self)
{
  gtk_toggle_button_set_active (self->pause, FALSE);
}

/* An enumeration's nick in the settings, a position in the list. */
static const char *const depths[] = { "newcomer", "user", "engineer" };

static gboolean
depth_from_setting (GValue *value, GVariant *variant, gpointer data)
{
  guint position = 0;

  while (position < G_N_ELEMENTS (depths) - 1 &&
         !g_str_equal (depths[position], g_variant_get_string (variant, NULL)))
    position++;
  g_value_set_uint (value, position);
  return TRUE;
}

static GVariant *
depth_to_setting (const GValue *value, const GVariantType *type, gpointer data)
{
  guint position = g_value_get_uint (value);

  return g_variant_new_string (depths[MIN (position, G_N_ELEMENTS (depths) - 1)]);
}

void
app_panel_init_bar (AppPanel *self)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autoptr (GAction) explanations = g_settings_create_action (settings, "explanations");
  g_autoptr (GPropertyAction) pause = g_property_action_new ("pause", self->pause, "active");
  g_autoptr (GPropertyAction) account =
      g_property_action_new ("account", self->accounts, "selected");

  g_action_map_add_action (G_ACTION_MAP (self->actions), explanations);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (pause));
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (account));
  self->uuids = g_ptr_array_new_with_free_func (g_free);
  app_panel_shown_add (G_ACTION_MAP (self->actions), self->model, self->filters);
  g_signal_connect (self->filter, "search-changed", G_CALLBACK (on_filter), self);
  g_signal_connect (self->pause, "toggled", G_CALLBACK (on_pause), self);
  g_signal_connect_swapped (
      self->accounts, "notify::selected", G_CALLBACK (on_account_filter), self);
  g_signal_connect_swapped (self->depth, "notify::selected", G_CALLBACK (on_depth), self);
  g_settings_bind_with_mapping (settings,
                                "explanations",
                                self->depth,
                                "selected",
                                G_SETTINGS_BIND_DEFAULT,
                                depth_from_setting,
                                depth_to_setting,
                                NULL,
                                NULL);
  on_depth (self);
}
