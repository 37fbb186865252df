/* What can be done with a row: copied, looked at with its like alone, followed to its letter. It
 * opens under the pointer, and by the Menu key or Shift+F10 on what is selected. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include <glib/gi18n.h>

#include "app-panel-cell.h"
#include "learn-export.h"

/* Of what is selected. (nullable) */
static LearnExchange *
selected_exchange (AppPanel *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);

  return row != NULL ? app_panel_row_get_exchange (row) : NULL;
}

static void
copy (AppPanel *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_widget_activate_action (
      GTK_WIDGET (self), "win.tell", "s", _ ("It is in the clipboard; passwords are not."));
}

/* A line as it is shown; of an exchange, its command. */
static void
on_copy (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppPanel *self = data;
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  const LearnExchange *exchange = selected_exchange (self);
  guint line = row != NULL ? app_panel_row_get_line (row) : 0;

  if (exchange != NULL && line < exchange->lines->len)
    copy (self, ((const WireLine *) exchange->lines->pdata[line])->text);
}

static void
on_copy_as (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const char *const formats[] = {
    [LEARN_EXPORT_TEXT] = "text",
    [LEARN_EXPORT_MARKDOWN] = "markdown",
    [LEARN_EXPORT_JSON] = "json",
    [LEARN_EXPORT_COMMANDS] = "commands",
  };
  AppPanel *self = data;
  LearnExchange *exchange = selected_exchange (self);
  g_autoptr (GPtrArray) exchanges = g_ptr_array_new ();

  if (exchange == NULL)
    return;
  g_ptr_array_add (exchanges, exchange);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_equal (formats[i], g_variant_get_string (parameter, NULL)))
      {
        g_autofree char *text = learn_export (exchanges, (LearnExportFormat) i, FALSE);

        copy (self, text);
      }
}

static void
on_open_letter (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppPanel *self = data;
  LearnExchange *exchange = selected_exchange (self);

  if (exchange != NULL)
    app_panel_open_letter (self, exchange);
}

/* @uuid: of an account, or APP_PANEL_BETWEEN. */
static gboolean
is_of (const LearnExchange *exchange, const char *uuid)
{
  const WireConnection *info = exchange->info;

  if (info != NULL && info->caller != NULL)
    return g_str_equal (uuid, APP_PANEL_BETWEEN);
  return info != NULL && g_strcmp0 (info->account, uuid) == 0;
}

static void
on_only_account (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppPanel *self = data;
  const LearnExchange *exchange = selected_exchange (self);

  for (guint i = 0; exchange != NULL && i < self->uuids->len; i++)
    if (is_of (exchange, self->uuids->pdata[i]))
      gtk_drop_down_set_selected (self->accounts, i + 1);
}

static void
on_only_command (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppPanel *self = data;
  const LearnExchange *exchange = selected_exchange (self);
  g_autofree char *text = exchange != NULL ? g_strconcat ("=", exchange->verb, NULL) : NULL;

  if (text != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->filter), text);
}

static void
set_enabled (AppPanel *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)), enabled);
}

/* What can be done with this row; what cannot is not offered. */
static void
prepare (AppPanel *self)
{
  const LearnExchange *exchange = selected_exchange (self);
  gboolean account = FALSE;

  for (guint i = 0; exchange != NULL && i < self->uuids->len; i++)
    account = account || is_of (exchange, self->uuids->pdata[i]);
  set_enabled (self, "copy", exchange != NULL && exchange->lines->len > 0);
  set_enabled (self, "copy-as", exchange != NULL && exchange->lines->len > 0);
  set_enabled (self, "open-letter", exchange != NULL && app_panel_has_letter (self, exchange));
  set_enabled (self, "only-account", account);
  set_enabled (self, "only-command", exchange != NULL);
}

static void
open_at (AppPanel *self, const GdkRectangle *place)
{
  prepare (self);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->row_menu), place);
  gtk_popover_popup (GTK_POPOVER (self->row_menu));
}

static void
on_pressed (GtkGestureClick *click, int n_press, double x, double y, AppPanel *self)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  GtkWidget *cell = widget != NULL ? gtk_widget_get_ancestor (widget, APP_TYPE_PANEL_CELL) : NULL;
  AppPanelRow *row;
  GdkRectangle place = { (int) x, (int) y, 1, 1 };

  /* Between the cell and the edge of its row it is that row, too. */
  if (cell == NULL && widget != NULL && APP_IS_PANEL_CELL (gtk_widget_get_first_child (widget)))
    cell = gtk_widget_get_first_child (widget);
  row = cell != NULL ? app_panel_cell_get_row (APP_PANEL_CELL (cell)) : NULL;
  if (row == NULL || (app_panel_row_get_kind (row) != APP_PANEL_EXCHANGE &&
                      app_panel_row_get_kind (row) != APP_PANEL_LINE))
    return;
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_single_selection_set_selected (self->selection, app_panel_model_position (self->model, row));
  open_at (self, &place);
}

/* The widget of what is selected, if it is on screen. (nullable) */
static GtkWidget *
selected_widget (AppPanel *self)
{
  gpointer row = gtk_single_selection_get_selected_item (self->selection);

  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view)); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *cell = gtk_widget_get_first_child (item);

      if (APP_IS_PANEL_CELL (cell) && app_panel_cell_get_row (APP_PANEL_CELL (cell)) == row &&
          gtk_widget_get_mapped (cell))
        return cell;
    }
  return NULL;
}

static gboolean
on_menu_key (GtkWidget *view, GVariant *args, gpointer data)
{
  AppPanel *self = data;
  GtkWidget *cell = selected_exchange (self) != NULL ? selected_widget (self) : NULL;
  graphene_rect_t bounds;
  /* What is selected may have been scrolled away. */
  GdkRectangle place = { 24, 0, 1, 1 };

  if (selected_exchange (self) == NULL)
    return FALSE;
  if (cell != NULL && gtk_widget_compute_bounds (cell, view, &bounds) && bounds.origin.y >= 0 &&
      bounds.origin.y < gtk_widget_get_height (view))
    place = (GdkRectangle){
      (int) bounds.origin.x + 24, (int) bounds.origin.y, 1, (int) bounds.size.height
    };
  open_at (self, &place);
  return TRUE;
}

void
app_panel_init_menu (AppPanel *self)
{
  static const GActionEntry entries[] = {
    { .name = "copy", .activate = on_copy },
    { .name = "copy-as", .activate = on_copy_as, .parameter_type = "s" },
    { .name = "open-letter", .activate = on_open_letter },
    { .name = "only-account", .activate = on_only_account },
    { .name = "only-command", .activate = on_only_command },
  };
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  self->row_menu = gtk_popover_menu_new_from_model (self->row_menu_model);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->row_menu), FALSE);
  gtk_widget_set_halign (self->row_menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->row_menu, GTK_WIDGET (self->view));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (shortcuts),
      gtk_shortcut_new (
          gtk_alternative_trigger_new (gtk_keyval_trigger_new (GDK_KEY_Menu, 0),
                                       gtk_keyval_trigger_new (GDK_KEY_F10, GDK_SHIFT_MASK)),
          gtk_callback_action_new (on_menu_key, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->view), shortcuts);
}
