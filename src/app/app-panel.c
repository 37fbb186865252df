/* The panel put together: its template, its shape in wide and narrow windows, and what the window
 * asks of it. The list, the bar, the menu, the question and following the tap have files of their
 * own. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include <glib/gi18n.h>

#include "app-panel-summary.h"
#include "app-signal.h"
#include "app-spoken.h"
#include "app-turn.h"
#include "app-wrap.h"

#define NARROW_WIDTH 700

G_DEFINE_FINAL_TYPE (AppPanel, app_panel, GTK_TYPE_BOX)

enum
{
  CLOSE,
  RELEASE,
  SUMMARY_CHANGED,
  LETTER,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
on_close (GtkButton *button, AppPanel *self)
{
  g_signal_emit (self, signals[CLOSE], 0);
}

/* For the window */

/* Beside each other where there is room, else the card under the list. */
static void
arrange (AppPanel *self, int width)
{
  gboolean narrow = width < NARROW_WIDTH;
  GtkOrientation orientation = narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;
  /* In a window that became smaller the exchanges keep at least half. */
  gboolean squeezed = !narrow && gtk_paned_get_position (self->split) < width / 2;

  if (!self->placed || squeezed ||
      orientation != gtk_orientable_get_orientation (GTK_ORIENTABLE (self->split)))
    {
      app_turn (self->split,
                orientation,
                narrow ? MAX (gtk_widget_get_height (GTK_WIDGET (self)) / 3, 110)
                       : width - CLAMP (width / 3, 300, 460));
      self->placed = TRUE;
    }
  /* A window of its own becomes narrow at once, and the card must not hold it wide until it has its
   * place under the list. */
  gtk_paned_set_shrink_end_child (self->split, self->replays && !narrow);
  /* What has no room in the bar is in the menu. */
  gtk_widget_set_visible (GTK_WIDGET (self->heading), !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->pause), !narrow && !self->replays);
  gtk_widget_set_visible (GTK_WIDGET (self->depth), !narrow);
  /* A recording may be of one account alone. */
  gtk_widget_set_visible (GTK_WIDGET (self->accounts),
                          !narrow && (!self->replays || self->uuids->len > 1));
  app_strip_set_narrow (self->strip, narrow);
}

static gboolean
on_resized (gpointer data)
{
  AppPanel *self = data;

  self->resized = 0;
  arrange (self, gtk_widget_get_width (GTK_WIDGET (self)));
  return G_SOURCE_REMOVE;
}

/* Told while the widgets take their places; they are turned afterwards. */
static void
on_width (GtkDrawingArea *measure, int width, int height, AppPanel *self)
{
  if (width != self->width && self->resized == 0)
    self->resized = g_idle_add (on_resized, self);
  self->width = width;
}

void
app_panel_set_service (AppPanel *self, EngineService *service)
{
  self->service = service;
  app_panel_follow_tap (self, engine_service_tap (service));
  app_panel_update_recording (self);
  self->service_watch = engine_service_watch (service, app_panel_name_accounts, self);
  app_panel_name_accounts (self);
  app_step_set_service (self->step, service);
  app_console_set_service (self->console, service, self->model);
}

void
app_panel_set_recording (AppPanel *self, const AppPanelRecording *recording)
{
  static const char *const live[] = { "step", "console", "pause" };

  app_panel_model_feed (self->model, recording->events, recording->connections);
  app_panel_name_recorded (self, recording->connections);
  gtk_widget_set_visible (GTK_WIDGET (self->accounts), self->uuids->len > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->pause), FALSE);
  /* Nothing can be said there, and no account is behind it. */
  gtk_widget_set_visible (GTK_WIDGET (self->step_toggle), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->console_toggle), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->strip), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (live); i++)
    g_action_map_remove_action (G_ACTION_MAP (self->actions), live[i]);
  app_panel_scrubber_set_ended (self->scrubber, TRUE);
  self->replays = TRUE;
  self->follows = FALSE;
  app_panel_scrubber_update (self->scrubber);
  app_panel_update_recording (self);
}

static void
on_store_change (StoreChange *change, gpointer data)
{
  AppPanel *self = data;

  app_strip_update (self->strip);
  if (self->predicted)
    app_panel_tell_verdict (self);
}

void
app_panel_set_account (AppPanel *self, EngineAccount *account)
{
  AppPanelRow *row;

  if (self->account != NULL)
    store_mailbase_unwatch (engine_account_mailbase (self->account), self->change_watch);
  g_clear_pointer (&self->account, engine_account_unref);
  if (account != NULL)
    {
      self->account = engine_account_ref (account);
      self->change_watch =
          store_mailbase_watch (engine_account_mailbase (account), NULL, on_store_change, self);
    }
  app_strip_set_account (self->strip, account);
  row = gtk_single_selection_get_selected_item (self->selection);
  app_panel_show_effect (self, row != NULL ? app_panel_row_get_exchange (row) : NULL);
  g_signal_emit (self, signals[SUMMARY_CHANGED], 0);
}

void
app_panel_set_closable (AppPanel *self, gboolean closable)
{
  gtk_widget_set_visible (self->close, closable);
}

void
app_panel_set_open (AppPanel *self, gboolean open)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  /* Before it takes its place: in a narrow window it must not ask for more width than there is. */
  if (open && root != NULL && gtk_widget_get_width (root) > 0)
    arrange (self, gtk_widget_get_width (root));
  self->open = open;
  self->next_look = 0;
  /* The footer goes on, and nothing is lost while nobody looks. */
  if (!open)
    app_panel_end_pause (self);
  if (open && self->tap != NULL)
    app_panel_pull (self);
  if (open && self->follows)
    app_panel_go_on (self);
}

void
app_panel_show_serial (AppPanel *self, guint64 serial)
{
  g_autoptr (GPtrArray) events = wire_tap_read (self->tap, serial, 64);

  app_panel_catch_up (self);
  app_panel_forget_filters (self);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      if (event->connection == 0 ||
          app_panel_model_find (self->model, event->connection, event->exchange) == G_MAXUINT)
        continue;
      app_panel_select (self, event->connection, event->exchange);
      return;
    }
}

char *
app_panel_dup_summary (AppPanel *self)
{
  return app_panel_summary_text (self->account, app_panel_model_count (self->model));
}

static void
app_panel_dispose (GObject *object)
{
  AppPanel *self = APP_PANEL (object);

  g_clear_handle_id (&self->resized, g_source_remove);
  app_panel_stop_recording (self, FALSE);
  g_clear_object (&self->chooser);
  app_panel_leave_tap (self);
  if (self->service_watch != 0)
    engine_service_unwatch (self->service, self->service_watch);
  self->service_watch = 0;
  if (self->strip != NULL)
    app_panel_set_account (self, NULL);
  g_clear_pointer (&self->row_menu, gtk_widget_unparent);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  g_clear_object (&self->actions);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_pointer (&self->uuids, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_PANEL);
  G_OBJECT_CLASS (app_panel_parent_class)->dispose (object);
}

/* The keyboard comes into the list at the row that is chosen. */
static gboolean
app_panel_focus (GtkWidget *widget, GtkDirectionType direction)
{
  AppPanel *self = APP_PANEL (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *list = GTK_WIDGET (self->view);
  GtkWidget *focus = gtk_root_get_focus (root);
  /* Asked before, since a row that the keyboard leaves may be no more. */
  gboolean inside = focus != NULL && gtk_widget_is_ancestor (focus, list);

  if (!GTK_WIDGET_CLASS (app_panel_parent_class)->focus (widget, direction))
    return FALSE;
  focus = gtk_root_get_focus (root);
  if (!inside && focus != NULL && gtk_widget_is_ancestor (focus, list))
    app_panel_focus_selected (self);
  return TRUE;
}

static void
app_panel_class_init (AppPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_panel_dispose;
  widget_class->focus = app_panel_focus;
  signals[CLOSE] = app_signal_new (klass, "close", 0);
  signals[RELEASE] = app_signal_new (klass, "release", 1, G_TYPE_STRING);
  signals[SUMMARY_CHANGED] = app_signal_new (klass, "summary-changed", 0);
  signals[LETTER] = app_signal_new (klass, "letter", 2, G_TYPE_STRING, G_TYPE_INT64);
  g_type_ensure (APP_TYPE_CARD);
  g_type_ensure (APP_TYPE_STRIP);
  g_type_ensure (APP_TYPE_PANEL_SCRUBBER);
  g_type_ensure (APP_TYPE_STEP);
  g_type_ensure (APP_TYPE_WRAP);
  g_type_ensure (APP_TYPE_CONSOLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-panel.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppPanel, name)
  BIND (heading);
  BIND (accounts);
  BIND (depth);
  BIND (filter);
  BIND (filters);
  BIND (pause);
  BIND (step_toggle);
  BIND (console_toggle);
  BIND (close);
  BIND (measure);
  BIND (split);
  BIND (scroller);
  BIND (card_scroller);
  BIND (view);
  BIND (row_menu_model);
  BIND (news);
  BIND (nothing);
  BIND (nothing_why);
  BIND (nothing_narrowed);
  BIND (filter_accounts);
  BIND (recording);
  BIND (scrubber);
  BIND (card);
  BIND (strip);
  BIND (step);
  BIND (console);
  BIND (side);
  BIND (console_side);
#undef BIND
}

static void
on_answered (AppCard *card, gboolean keeps, AppPanel *self)
{
  app_panel_answer (self, keeps);
}

/* The list and the strip are taken to that moment. */
static void
on_moved (AppPanelScrubber *scrubber, gint64 when, AppPanel *self)
{
  app_panel_model_set_until (self->model, when);
  app_strip_set_moment (self->strip, when);
  app_panel_show_empty (self);
  if (when == 0 || self->replays)
    app_panel_go_on (self);
  else
    app_panel_scroll_to (self, MAX (g_list_model_get_n_items (G_LIST_MODEL (self->model)), 1) - 1);
  if (when != 0)
    self->follows = FALSE;
}

static void
app_panel_init (AppPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_drop_down (self->accounts);
  app_spoken_drop_down (self->depth);
  self->follows = TRUE;
  self->model = app_panel_model_new ();
  app_panel_init_list (self);
  app_panel_init_actions (self);
  app_panel_init_menu (self);
  app_panel_init_recording (self);
  app_panel_init_bar (self);
  app_panel_init_empty (self);
  app_card_set_letters (self->card, app_panel_find_letter, self);
  g_signal_connect (self->measure, "resize", G_CALLBACK (on_width), self);
  app_panel_scrubber_set_dialogue (self->scrubber, app_panel_model_get_dialogue (self->model));
  g_signal_connect (self->scrubber, "moved", G_CALLBACK (on_moved), self);
  g_signal_connect (self->card, "answered", G_CALLBACK (on_answered), self);
  g_signal_connect (self->close, "clicked", G_CALLBACK (on_close), self);
}
