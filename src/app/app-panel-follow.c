/* The panel follows the tap: a thread that adds to the tap only sets the time at which this thread
 * looks, a tenth of a second later. While the panel is closed it looks once a second, for the
 * footer. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#define OPEN_INTERVAL (G_USEC_PER_SEC / 10)
#define CLOSED_INTERVAL G_USEC_PER_SEC

static void
refresh_selected (AppPanel *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  LearnExchange *held;

  if (row != NULL && app_panel_row_get_exchange (row) != NULL &&
      !app_panel_row_get_exchange (row)->done)
    app_panel_show_selected (self);
  held = app_panel_find_held (self);
  if (held != NULL &&
      (held->connection != self->held_connection || held->exchange != self->held_exchange))
    {
      self->held_connection = held->connection;
      self->held_exchange = held->exchange;
      app_panel_select (self, held->connection, held->exchange);
      app_panel_show_selected (self);
    }
  if (self->predicted)
    {
      app_panel_show_selected (self);
      app_panel_tell_verdict (self);
    }
}

void
app_panel_pull (AppPanel *self)
{
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint after;

  if (gtk_toggle_button_get_active (self->pause))
    return;
  app_panel_model_pull (self->model, self->tap);
  after = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  g_signal_emit_by_name (self, "summary-changed");
  if (!self->open)
    return;
  refresh_selected (self);
  if (after > before && self->follows)
    app_panel_go_on (self);
  else if (after > before)
    self->unseen += after - before;
}

static gboolean
on_source (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static gboolean
on_news_time (gpointer data)
{
  app_panel_pull (data);
  return G_SOURCE_CONTINUE;
}

/* On the thread that added to the tap. */
static void
on_tap (gpointer data)
{
  AppPanel *self = data;
  gint64 delay = g_atomic_int_get (&self->open_now) ? OPEN_INTERVAL : CLOSED_INTERVAL;

  g_source_set_ready_time (self->source, g_get_monotonic_time () + delay);
}

static void
make_source (AppPanel *self)
{
  static GSourceFuncs funcs = { NULL, NULL, on_source, NULL, NULL, NULL };

  self->source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (self->source, on_news_time, self, NULL);
  g_source_set_ready_time (self->source, -1);
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT_IDLE);
  g_source_attach (self->source, NULL);
}

void
app_panel_follow_tap (AppPanel *self, WireTap *tap)
{
  self->tap = wire_tap_ref (tap);
  make_source (self);
  self->tap_watch = wire_tap_watch (self->tap, on_tap, self);
}

void
app_panel_leave_tap (AppPanel *self)
{
  if (self->tap_watch != 0)
    wire_tap_unwatch (self->tap, self->tap_watch);
  self->tap_watch = 0;
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->tap, wire_tap_unref);
}
