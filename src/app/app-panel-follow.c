/* The panel follows the tap: a thread that adds to the tap only wakes this one, which looks at
 * once, so that what was said is in the next frame; after much of that it rests (app-panel-pace.h).
 * What is taken at a time is bounded: where more was said, frames come between. While the panel is
 * closed it looks once a second, for the footer. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include <time.h>

#include "app-bench.h"

/* Taken at a time; and the frame that comes before more. */
#define MAX_EVENTS 2000
#define FRAME (G_USEC_PER_SEC / 60)
#define CLOSED_REST G_USEC_PER_SEC
/* Of a frame the panel's own part is no longer than this: what a longer one took, other panes did.
 */
#define MAX_PAINTING (G_USEC_PER_SEC / 120)

/* What this thread has had of the processor, in microseconds. */
static gint64
thread_time (void)
{
  struct timespec used;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &used);
  return (gint64) used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

static void
refresh_selected (AppPanel *self)
{
  AppPanelRow *row = gtk_single_selection_get_selected_item (self->selection);
  LearnExchange *held;

  if (row != NULL && app_panel_row_get_exchange (row) != NULL &&
      (self->unfinished || !app_panel_row_get_exchange (row)->done))
    app_panel_show_selected (self);
  held = app_panel_find_held (self);
  app_step_show (self->step, held);
  if (held != NULL &&
      (held->connection != self->held_connection || held->exchange != self->held_exchange))
    {
      app_panel_take_held (self, held);
      app_panel_select (self, held->connection, held->exchange);
      app_panel_show_selected (self);
    }
  if (self->predicted)
    {
      app_panel_show_selected (self);
      app_panel_tell_verdict (self);
    }
}

/* What was typed is open at once: its answer is what the person waits for. */
static void
open_typed (AppPanel *self)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  guint n = learn_dialogue_count (dialogue);
  guint64 last = n > 0 ? learn_dialogue_get (dialogue, n - 1)->key : 0;

  for (guint i = n; i-- > 0 && learn_dialogue_get (dialogue, i)->key > self->typed;)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i);

      if (exchange->cause != NULL && exchange->cause->kind == BASE_CAUSE_CONSOLE)
        app_panel_model_open (self->model, exchange->key);
    }
  self->typed = last;
}

/* What is shown of what the model took. */
static void
show_taken (AppPanel *self, guint before)
{
  guint after;

  if (gtk_widget_get_visible (GTK_WIDGET (self->console)))
    open_typed (self);
  after = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  g_signal_emit_by_name (self, "summary-changed");
  if (!self->open)
    return;
  refresh_selected (self);
  app_panel_scrubber_update (self->scrubber);
  app_panel_show_empty (self);
  if (after > before && self->follows)
    app_panel_go_on (self);
  else if (after > before)
    self->unseen += after - before;
}

static gboolean
can_pull (AppPanel *self)
{
  return self->tap != NULL && !gtk_toggle_button_get_active (self->pause);
}

void
app_panel_catch_up (AppPanel *self)
{
  app_panel_end_pause (self);
  app_panel_pull (self);
}

void
app_panel_pull (AppPanel *self)
{
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  if (!can_pull (self))
    return;
  app_panel_model_pull (self->model, self->tap);
  show_taken (self, before);
}

/* TRUE: there is more. */
static gboolean
pull_some (AppPanel *self)
{
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  gboolean more;

  if (!can_pull (self))
    return FALSE;
  more = app_panel_model_pull_some (self->model, self->tap, MAX_EVENTS);
  show_taken (self, before);
  return more;
}

/* Resting */

static void
spend (AppPanel *self, gint64 spent)
{
  gint64 now = g_get_monotonic_time ();
  gint64 next = app_panel_pace_spend (&self->pace, now, spent);

  /* What is behind does not rest, lest the tap's ring be full: it leaves time for a frame. */
  if (self->behind)
    self->next_look = now + FRAME;
  else
    self->next_look = self->open ? next : now + CLOSED_REST;
}

static void
on_painted (GdkFrameClock *clock, AppPanel *self)
{
  g_signal_handlers_disconnect_by_func (clock, on_painted, self);
  spend (self, MIN (thread_time () - self->look_ended, MAX_PAINTING));
}

/* How long the oldest of what is shown now has waited to be seen. */
static void
mark (AppPanel *self)
{
  static guint64 marked;
  g_autoptr (GPtrArray) events = NULL;

  if (!app_bench_wants ("panel"))
    return;
  events = wire_tap_read (self->tap, marked + 1, 1);
  if (events->len > 0)
    app_bench_mark_since (
        GTK_WIDGET (self->view), "explained", ((const WireEvent *) events->pdata[0])->clock);
  marked = wire_tap_last_serial (self->tap);
}

static gboolean
on_source (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static gboolean
look (gpointer data)
{
  AppPanel *self = data;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  gint64 began;

  if (g_get_monotonic_time () < self->next_look)
    {
      g_source_set_ready_time (self->source, self->next_look);
      return G_SOURCE_CONTINUE;
    }
  began = thread_time ();
  if (self->open && clock != NULL)
    {
      mark (self);
      g_signal_handlers_disconnect_by_func (clock, on_painted, self);
      g_signal_connect_object (clock, "after-paint", G_CALLBACK (on_painted), self, 0);
    }
  self->behind = pull_some (self);
  self->look_ended = thread_time ();
  spend (self, self->look_ended - began);
  if (self->behind)
    g_source_set_ready_time (self->source, self->next_look);
  return G_SOURCE_CONTINUE;
}

/* On the thread that added to the tap. */
static void
on_tap (gpointer data)
{
  AppPanel *self = data;

  g_source_set_ready_time (self->source, 0);
}

static void
make_source (AppPanel *self)
{
  static GSourceFuncs funcs = { NULL, NULL, on_source, NULL, NULL, NULL };

  self->source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (self->source, look, self, NULL);
  g_source_set_ready_time (self->source, -1);
  /* Before the frame that is due, which then has it. */
  g_source_set_priority (self->source, G_PRIORITY_HIGH_IDLE);
  g_source_attach (self->source, NULL);
}

void
app_panel_follow_tap (AppPanel *self, WireTap *tap)
{
  self->tap = wire_tap_ref (tap);
  app_panel_pace_begin (&self->pace, g_get_monotonic_time ());
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
