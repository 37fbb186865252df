/* The moments are gathered when somebody takes hold of the rule, and stay until it is back at now:
 * what happens meanwhile does not push the handle along. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-scrubber.h"

#include <glib/gi18n.h>

#include "app-signal.h"
#include "app-wrap.h"

struct _AppPanelScrubber
{
  GtkBox parent_instance;
  GtkScale *scale;
  GtkLabel *when;
  GtkButton *now;
  LearnDialogue *dialogue;
  GArray *moments; /* gint64, ascending; NULL: at now */
  gboolean setting, ended;
};

G_DEFINE_FINAL_TYPE (AppPanelScrubber, app_panel_scrubber, GTK_TYPE_BOX)

enum
{
  MOVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static int
compare_moments (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

static GArray *
gather (LearnDialogue *dialogue)
{
  GArray *moments = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < learn_dialogue_count (dialogue); i++)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i);
      gint64 end = exchange->when + exchange->duration;

      g_array_append_val (moments, exchange->when);
      if (exchange->done && exchange->duration > 0)
        g_array_append_val (moments, end);
    }
  g_array_sort (moments, compare_moments);
  return moments;
}

static void
set_scale (AppPanelScrubber *self, guint n, guint at)
{
  self->setting = TRUE;
  gtk_range_set_range (GTK_RANGE (self->scale), 0, MAX (n, 1));
  gtk_range_set_value (GTK_RANGE (self->scale), at);
  self->setting = FALSE;
}

static void
show_when (AppPanelScrubber *self, gint64 when)
{
  g_autoptr (GDateTime) time =
      when != 0 ? g_date_time_new_from_unix_local (when / G_USEC_PER_SEC) : NULL;
  g_autofree char *seconds = time != NULL ? g_date_time_format (time, "%H:%M:%S") : NULL;
  g_autofree char *text =
      seconds != NULL ? g_strdup_printf ("%s.%03d", seconds, (int) (when % G_USEC_PER_SEC / 1000))
                      : g_strdup (self->ended ? _ ("End") : _ ("Now"));

  gtk_label_set_text (self->when, text);
  gtk_widget_set_visible (GTK_WIDGET (self->now), when != 0);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

static void
to_now (AppPanelScrubber *self)
{
  g_clear_pointer (&self->moments, g_array_unref);
  show_when (self, 0);
  app_panel_scrubber_update (self);
  g_signal_emit (self, signals[MOVED], 0, (gint64) 0);
}

static void
on_value (GtkRange *range, AppPanelScrubber *self)
{
  guint at = (guint) gtk_range_get_value (range);
  guint upper = (guint) gtk_adjustment_get_upper (gtk_range_get_adjustment (range));
  gint64 when;

  if (self->setting || self->dialogue == NULL)
    return;
  if (at >= upper)
    {
      to_now (self);
      return;
    }
  if (self->moments == NULL)
    self->moments = gather (self->dialogue);
  if (self->moments->len == 0)
    return;
  when = g_array_index (self->moments, gint64, MIN (at, self->moments->len - 1));
  show_when (self, when);
  g_signal_emit (self, signals[MOVED], 0, when);
}

void
app_panel_scrubber_update (AppPanelScrubber *self)
{
  guint n;

  if (self->moments != NULL || self->dialogue == NULL)
    return;
  /* As many as there would be moments; they are gathered when they are wanted. */
  n = 2 * learn_dialogue_count (self->dialogue);
  set_scale (self, n, n);
}

void
app_panel_scrubber_set_ended (AppPanelScrubber *self, gboolean ended)
{
  self->ended = ended;
  gtk_button_set_label (self->now, ended ? _ ("To the End") : _ ("Back to Now"));
  to_now (self);
}

void
app_panel_scrubber_go (AppPanelScrubber *self, gint64 when)
{
  guint at = 0;

  if (when == 0)
    {
      to_now (self);
      return;
    }
  g_clear_pointer (&self->moments, g_array_unref);
  self->moments = gather (self->dialogue);
  while (at < self->moments->len && g_array_index (self->moments, gint64, at) <= when)
    at++;
  set_scale (self, self->moments->len, at > 0 ? at - 1 : 0);
  show_when (self, when);
  g_signal_emit (self, signals[MOVED], 0, when);
}

void
app_panel_scrubber_set_dialogue (AppPanelScrubber *self, LearnDialogue *dialogue)
{
  self->dialogue = dialogue;
  app_panel_scrubber_update (self);
}

static void
on_now (GtkButton *button, AppPanelScrubber *self)
{
  to_now (self);
}

static void
app_panel_scrubber_dispose (GObject *object)
{
  AppPanelScrubber *self = APP_PANEL_SCRUBBER (object);

  self->dialogue = NULL;
  g_clear_pointer (&self->moments, g_array_unref);
  G_OBJECT_CLASS (app_panel_scrubber_parent_class)->dispose (object);
}

static void
app_panel_scrubber_class_init (AppPanelScrubberClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_panel_scrubber_dispose;
  signals[MOVED] = app_signal_new (klass, "moved", 1, G_TYPE_INT64);
}

static void
app_panel_scrubber_init (AppPanelScrubber *self)
{
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 1);
  GtkWidget *wrap = g_object_new (APP_TYPE_WRAP, "spacing", 8, "hexpand", TRUE, NULL);

  gtk_widget_add_css_class (GTK_WIDGET (self), "panel-scrubber");
  self->scale = GTK_SCALE (scale);
  self->when = GTK_LABEL (gtk_label_new (NULL));
  self->now = GTK_BUTTON (gtk_button_new_with_label (_ ("Back to Now")));
  gtk_widget_set_hexpand (scale, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->when), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->when), "measure");
  gtk_label_set_width_chars (self->when, 12);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Moment shown"), -1);
  /* A rule that is shorter leads nowhere. */
  gtk_widget_set_size_request (scale, 160, -1);
  gtk_widget_set_parent (scale, wrap);
  gtk_widget_set_parent (GTK_WIDGET (self->when), wrap);
  gtk_widget_set_parent (GTK_WIDGET (self->now), wrap);
  gtk_box_append (GTK_BOX (self), wrap);
  g_signal_connect (scale, "value-changed", G_CALLBACK (on_value), self);
  g_signal_connect (self->now, "clicked", G_CALLBACK (on_now), self);
  show_when (self, 0);
}
