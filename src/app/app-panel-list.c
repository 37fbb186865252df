/* The list of exchanges: its rows, what is selected, and whether it follows what is new. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include <glib/gi18n.h>

#include "app-leave.h"
#include "app-panel-cell.h"
#include "learn-wording.h"

void
app_panel_scroll_to (AppPanel *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

/* Lines of an exchange that are brought into view with it. */
#define LINES_SEEN 6
/* Of rows that were just added the list knows no height before it has been laid out: what is to be
 * seen is looked after once more then. */
#define FRAMES_TO_LAY_OUT 2

static void
reveal_selected (AppPanel *self)
{
  guint at = gtk_single_selection_get_selected (self->selection);

  if (at == GTK_INVALID_LIST_POSITION)
    return;
  for (guint n = LINES_SEEN; n > 0; n--)
    {
      g_autoptr (AppPanelRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), at + n);

      if (row == NULL || app_panel_row_get_kind (row) != APP_PANEL_LINE)
        continue;
      app_panel_scroll_to (self, at + n);
      break;
    }
  app_panel_scroll_to (self, at);
}

static gboolean
on_laid_out_frame (GtkWidget *view, GdkFrameClock *clock, gpointer data)
{
  AppPanel *self = data;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  if (++self->frames < FRAMES_TO_LAY_OUT)
    return G_SOURCE_CONTINUE;
  self->settling = 0;
  if (self->reveals)
    reveal_selected (self);
  else if (self->follows && n > 0)
    app_panel_scroll_to (self, n - 1);
  self->reveals = FALSE;
  return G_SOURCE_REMOVE;
}

static void
scroll_once_more (AppPanel *self)
{
  self->frames = 0;
  if (self->settling == 0)
    self->settling =
        gtk_widget_add_tick_callback (GTK_WIDGET (self->view), on_laid_out_frame, self, NULL);
}

void
app_panel_show_news (AppPanel *self)
{
  gboolean paused = gtk_toggle_button_get_active (self->pause);
  g_autofree char *text = paused ? g_strdup (_ ("Paused: go on ↓"))
                                 : g_strdup_printf (_ ("%d new ↓"), (int) self->unseen);

  gtk_button_set_label (self->news, text);
  gtk_widget_set_visible (GTK_WIDGET (self->news), paused || self->unseen > 0);
}

void
app_panel_go_on (AppPanel *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  self->follows = TRUE;
  self->unseen = 0;
  app_panel_show_news (self);
  if (n == 0)
    return;
  app_panel_scroll_to (self, n - 1);
  scroll_once_more (self);
}

static void
on_news (GtkButton *button, AppPanel *self)
{
  app_panel_end_pause (self);
  app_panel_go_on (self);
}

static gboolean
is_at_end (AppPanel *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  return gtk_adjustment_get_value (adjustment) >= end - 24;
}

/* Scrolling away from the end stops following; coming back to it goes on. */
static void
on_scrolled (GtkAdjustment *adjustment, AppPanel *self)
{
  gboolean at_end = is_at_end (self);

  if (at_end && self->unseen > 0)
    {
      self->unseen = 0;
      app_panel_show_news (self);
    }
  if (at_end)
    self->follows =
        gtk_single_selection_get_selected_item (self->selection) == NULL || self->follows;
  else if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->follows = FALSE;
}

/* The list has been laid out again: only now is it known whether what is new can be seen. */
static void
on_laid_out (AppPanel *self)
{
  if (is_at_end (self))
    self->unseen = 0;
  app_panel_show_news (self);
}

/* The strip tells of one account: another account's exchange did nothing to it. */
void
app_panel_show_effect (AppPanel *self, const LearnExchange *exchange)
{
  gboolean ours =
      exchange != NULL && exchange->info != NULL && self->account != NULL &&
      g_strcmp0 (exchange->info->account, engine_account_info (self->account)->uuid) == 0;
  g_autofree char *effect = ours ? learn_exchange_effect (exchange) : NULL;

  app_strip_set_effect (self->strip, effect);
}

void
app_panel_show_selected (AppPanel *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  LearnExchange *exchange = row != NULL ? app_panel_row_get_exchange (row) : NULL;
  guint line = row != NULL ? app_panel_row_get_line (row) : 0;

  if (exchange == NULL)
    return;
  self->unfinished = !exchange->done;
  app_card_show (self->card, exchange, line);
  /* Step by step has its own button, for commands of every kind. */
  app_card_ask (self->card, exchange->held && !app_step_is_active (self->step));
  if (exchange->connection != self->held_connection || exchange->exchange != self->held_exchange)
    app_card_tell (self->card, NULL, FALSE);
  app_panel_show_effect (self, exchange);
  app_panel_show_letters (self, exchange);
}

static void
on_selected (GtkSingleSelection *selection, GParamSpec *pspec, AppPanel *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (selection);

  if (row == NULL)
    {
      app_card_clear (self->card);
      app_strip_set_effect (self->strip, NULL);
      return;
    }
  self->follows = FALSE;
  gtk_stack_set_visible_child_name (self->side, "card");
  /* The list holds on to it, so that its lines do not push it out of the view. */
  app_panel_scroll_to (self, gtk_single_selection_get_selected (selection));
  if (app_panel_row_get_kind (row) == APP_PANEL_EXCHANGE &&
      app_panel_row_get_exchange (row) != NULL)
    app_panel_model_open (self->model, app_panel_row_get_exchange (row)->key);
  app_card_turn_back (self->card);
  /* Of several that wait, this one is to go. */
  if (app_panel_row_get_exchange (row) != NULL && app_panel_row_get_exchange (row)->held)
    {
      app_panel_take_held (self, app_panel_row_get_exchange (row));
      app_step_show (self->step, app_panel_row_get_exchange (row));
    }
  app_panel_show_selected (self);
}

static void
on_activated (GtkListView *view, guint position, AppPanel *self)
{
  g_autoptr (AppPanelRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  if (app_panel_row_get_kind (row) == APP_PANEL_LINE)
    app_card_focus (self->card);
  else
    app_panel_model_toggle (self->model, row);
}

/* From a line to its parts, as one reads on. */
static gboolean
on_key (
    GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, AppPanel *self)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self->view)) == GTK_TEXT_DIR_RTL;

  if (key != (mirrored ? GDK_KEY_Left : GDK_KEY_Right) ||
      (state & gtk_accelerator_get_default_mod_mask ()) != 0 ||
      gtk_single_selection_get_selected_item (self->selection) == NULL)
    return FALSE;
  return app_card_focus (self->card);
}

/* GTK leads the keyboard to the row that it stood on last, or to the first of all. */
gboolean
app_panel_focus_selected (AppPanel *self)
{
  gpointer selected = gtk_single_selection_get_selected_item (self->selection);
  GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));

  for (; item != NULL && selected != NULL; item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *cell = gtk_widget_get_first_child (item);

      if (APP_IS_PANEL_CELL (cell) && gtk_widget_get_child_visible (item) &&
          app_panel_cell_get_row (APP_PANEL_CELL (cell)) == selected)
        return gtk_widget_grab_focus (item);
    }
  return FALSE;
}

#define FRAMES 20

/* The row is made when the list is laid out, a frame or two after it was scrolled there. */
static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  guint *frames = data;

  return app_panel_focus_selected (APP_PANEL (widget)) || ++*frames > FRAMES ? G_SOURCE_REMOVE
                                                                             : G_SOURCE_CONTINUE;
}

void
app_panel_take_focus (AppPanel *self)
{
  gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, g_new0 (guint, 1), g_free);
}

static gboolean
on_leave (AppPanel *self)
{
  return app_panel_focus_selected (self) || gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
on_clicked (GtkGestureClick *gesture, int n_press, double x, double y, AppPanel *self)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  GtkWidget *cell = widget != NULL ? gtk_widget_get_ancestor (widget, APP_TYPE_PANEL_CELL) : NULL;
  AppPanelRow *row = cell != NULL ? app_panel_cell_get_row (APP_PANEL_CELL (cell)) : NULL;

  if (row != NULL && app_panel_row_get_kind (row) == APP_PANEL_FOLD)
    app_panel_model_toggle (self->model, row);
}

static void
select_position (AppPanel *self, guint position)
{
  if (position == G_MAXUINT)
    return;
  gtk_single_selection_set_selected (self->selection, position);
  app_panel_scroll_to (self, position);
  self->reveals = TRUE;
  scroll_once_more (self);
}

void
app_panel_select (AppPanel *self, guint64 connection, guint64 exchange)
{
  select_position (self, app_panel_model_find (self->model, connection, exchange));
}

void
app_panel_select_key (AppPanel *self, guint64 key)
{
  select_position (self, app_panel_model_find_key (self->model, key));
}

void
app_panel_init_list (AppPanel *self)
{
  g_autoptr (GtkListItemFactory) factory = app_panel_cell_factory_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  self->selection = app_panel_cell_selection_new (self->model);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activated), self);
  g_signal_connect (click, "released", G_CALLBACK (on_clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  app_leave_by_tab (GTK_WIDGET (self->view));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  g_signal_connect_swapped (self->card, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (adjustment, "value-changed", G_CALLBACK (on_scrolled), self);
  g_signal_connect_swapped (adjustment, "changed", G_CALLBACK (on_laid_out), self);
  g_signal_connect (self->news, "clicked", G_CALLBACK (on_news), self);
}
