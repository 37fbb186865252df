/* The menu belongs to the view, as a child of it, and goes with it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-message-menu.h"

#include "app-message-row.h"

typedef struct
{
  GtkWidget *view;
  AppListModel *model;
  AppSelection *selection;
  GtkWidget *popover;
} Menu;

static void
open_at (Menu *self, const GdkRectangle *place)
{
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), place);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* G_MAXUINT: none */
static guint
position_of (Menu *self, GtkWidget *row)
{
  AppMessage *message =
      APP_IS_MESSAGE_ROW (row) ? app_message_row_get_message (APP_MESSAGE_ROW (row)) : NULL;

  return message != NULL
             ? app_list_model_find (self->model, app_message_get_row (message)->placement)
             : G_MAXUINT;
}

static void
on_pressed (GtkGestureClick *click, int n_press, double x, double y, Menu *self)
{
  GtkWidget *widget = gtk_widget_pick (self->view, x, y, GTK_PICK_DEFAULT);
  GtkWidget *row = widget != NULL ? gtk_widget_get_ancestor (widget, APP_TYPE_MESSAGE_ROW) : NULL;
  GdkRectangle place = { (int) x, (int) y, 1, 1 };
  guint position;

  /* Between the letter and the edge of its row it is that row, too. */
  if (row == NULL && widget != NULL)
    row = gtk_widget_get_first_child (widget);
  position = row != NULL ? position_of (self, row) : G_MAXUINT;
  if (position == G_MAXUINT)
    return;
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  open_at (self, &place);
}

static gboolean
on_key (GtkWidget *view, GVariant *args, gpointer data)
{
  Menu *self = data;
  guint first = app_selection_first (self->selection);
  graphene_rect_t bounds;
  /* What is selected may have been scrolled away. */
  GdkRectangle place = { 24, 0, 1, 1 };

  if (first == G_MAXUINT)
    return FALSE;
  for (GtkWidget *item = gtk_widget_get_first_child (view); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    if (gtk_widget_get_mapped (item) &&
        position_of (self, gtk_widget_get_first_child (item)) == first &&
        gtk_widget_compute_bounds (item, view, &bounds) && bounds.origin.y >= 0 &&
        bounds.origin.y < gtk_widget_get_height (view))
      place = (GdkRectangle){
        (int) bounds.origin.x + 24, (int) bounds.origin.y, 1, (int) bounds.size.height
      };
  open_at (self, &place);
  return TRUE;
}

static void
on_destroyed (GtkWidget *view, Menu *self)
{
  gtk_widget_unparent (self->popover);
}

void
app_message_menu_install (GtkListView *view,
                          AppListModel *model,
                          AppSelection *selection,
                          GMenuModel *menu)
{
  Menu *self = g_new0 (Menu, 1);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  self->view = GTK_WIDGET (view);
  self->model = model;
  self->selection = selection;
  self->popover = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, self->view);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (self->view, GTK_EVENT_CONTROLLER (click));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (shortcuts),
      gtk_shortcut_new (
          gtk_alternative_trigger_new (gtk_keyval_trigger_new (GDK_KEY_Menu, 0),
                                       gtk_keyval_trigger_new (GDK_KEY_F10, GDK_SHIFT_MASK)),
          gtk_callback_action_new (on_key, self, NULL)));
  gtk_widget_add_controller (self->view, shortcuts);
  g_signal_connect (view, "destroy", G_CALLBACK (on_destroyed), self);
  g_object_set_data_full (G_OBJECT (view), "menu", self, g_free);
}
