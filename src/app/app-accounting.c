/* Words and sums are learn's (learn-accounting.h). */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-accounting.h"

#include <glib/gi18n.h>

#include "app-chart.h"
#include "app-format.h"
#include "app-spoken.h"
#include "app-words.h"
#include "learn-accounting.h"
#include "learn-wording.h"

#define DAYS 7

struct _AppAccounting
{
  AdwBin parent_instance;
  AppChart *chart;
  GtkLabel *total, *said;
  AdwPreferencesGroup *tasks, *both;
  GPtrArray *rows; /* widgets in the groups */
};

G_DEFINE_FINAL_TYPE (AppAccounting, app_accounting, ADW_TYPE_BIN)

static void
show_chart (AppAccounting *self, GPtrArray *traffic)
{
  gint64 now = g_get_real_time ();
  gint64 values[DAYS];
  g_auto (GStrv) labels = g_new0 (char *, DAYS + 1);
  g_auto (GStrv) words = g_new0 (char *, DAYS + 1);

  learn_accounting_days (traffic, store_traffic_day (now, 0), values, DAYS);
  for (guint i = 0; i < DAYS; i++)
    {
      g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC);
      g_autoptr (GDateTime) day = g_date_time_add_days (today, -(int) (DAYS - 1 - i));

      labels[i] = g_strdup_printf (
          "%d/%d", g_date_time_get_day_of_month (day), g_date_time_get_month (day));
      words[i] = learn_size_text ((guint64) values[i]);
    }
  app_chart_set (
      self->chart, values, (const char *const *) labels, (const char *const *) words, DAYS);
}

static void
add_row (AppAccounting *self, AdwPreferencesGroup *group, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *escaped = g_markup_escape_text (subtitle, -1);
  g_autofree char *name = g_strdup_printf ("%s: %s", title, subtitle);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  app_spoken_row (row, name);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
  g_object_set_data (G_OBJECT (row), "group", group);
}

static void
clear_rows (AppAccounting *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (g_object_get_data (self->rows->pdata[i], "group"),
                                  self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static void
show_tasks (AppAccounting *self, GPtrArray *traffic)
{
  g_autoptr (GArray) tasks = learn_accounting_tasks (traffic);

  for (guint i = 0; i < tasks->len; i++)
    {
      int task = g_array_index (tasks, int, i);
      g_autofree char *text = NULL;
      LearnCost cost;

      learn_accounting_sum (traffic, NULL, task, &cost);
      text = learn_cost_text (&cost);
      add_row (self, self->tasks, learn_task_text (task), text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->tasks), tasks->len > 0);
}

static void
show_comparison (AppAccounting *self, const LearnComparison *comparison)
{
  g_autofree char *protocol = g_ascii_strup (comparison->protocol, -1);
  g_autofree char *size = comparison->bytes >= 0 ? learn_size_text ((guint64) comparison->bytes)
                                                 : g_strdup (_ ("not known"));
  g_autofree char *trips =
      comparison->round_trips >= 0
          ? g_strdup_printf (
                ngettext ("%1$d round trip", "%1$d round trips", (gulong) comparison->round_trips),
                (int) comparison->round_trips)
          : NULL;
  g_autofree char *title = g_strdup_printf ("%s · %s%s%s · %s",
                                            protocol,
                                            size,
                                            trips != NULL ? " · " : "",
                                            trips != NULL ? trips : "",
                                            comparison->measured ? _ ("measured") : _ ("estimate"));

  add_row (self, self->both, title, comparison->rule);
}

static void
show_total (AppAccounting *self, GPtrArray *traffic)
{
  g_autofree char *total = NULL;
  g_autofree char *in = NULL;
  g_autofree char *out = NULL;
  g_autofree char *said = NULL;
  LearnCost cost;

  learn_accounting_sum (traffic, NULL, LEARN_ANY_TASK, &cost);
  total = learn_cost_text (&cost);
  in = learn_size_text ((guint64) cost.bytes_in);
  out = learn_size_text ((guint64) cost.bytes_out);
  said =
      g_strdup_printf (_ ("As said: %1$s in, %2$s out; compression and encryption make it what is "
                          "on the line."),
                       in,
                       out);
  gtk_label_set_text (self->total, traffic->len > 0 ? total : _ ("Nothing was measured yet."));
  gtk_label_set_text (self->said, traffic->len > 0 ? said : "");
  gtk_widget_set_visible (GTK_WIDGET (self->said), traffic->len > 0);
}

void
app_accounting_show (
    AppAccounting *self, EngineAccount *account, EngineAccount *twin, gint64 letters, gint64 bytes)
{
  int since = store_traffic_day (g_get_real_time (), DAYS - 1);
  g_autoptr (GPtrArray) traffic =
      store_reader_traffic (engine_account_reader (account), since, NULL);
  g_autoptr (GPtrArray) its =
      twin != NULL ? store_reader_traffic (engine_account_reader (twin), since, NULL) : NULL;
  g_autoptr (GPtrArray) both = NULL;

  if (traffic == NULL)
    return;
  clear_rows (self);
  show_chart (self, traffic);
  show_total (self, traffic);
  show_tasks (self, traffic);
  both = learn_accounting_compare (
      engine_account_info (account)->protocol, traffic, its, letters, bytes);
  for (guint i = 0; i < both->len; i++)
    show_comparison (self, both->pdata[i]);
}

static void
app_accounting_finalize (GObject *object)
{
  g_ptr_array_unref (APP_ACCOUNTING (object)->rows);
  G_OBJECT_CLASS (app_accounting_parent_class)->finalize (object);
}

static void
app_accounting_class_init (AppAccountingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_accounting_finalize;
}

static AdwPreferencesGroup *
add_group (GtkBox *box, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (box, group);
  return ADW_PREFERENCES_GROUP (group);
}

static void
app_accounting_init (AppAccounting *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 18));

  self->rows = g_ptr_array_new ();
  gtk_widget_add_css_class (GTK_WIDGET (box), "wizard-page");
  gtk_label_set_text (app_words_add (box, "title-2"), _ ("The last seven days"));
  self->total = app_words_add (box, "heading");
  self->said = app_words_add (box, "dim-label");
  self->chart = APP_CHART (app_chart_new ());
  gtk_box_append (box, GTK_WIDGET (self->chart));
  self->tasks = add_group (box, _ ("What it was for"));
  self->both = add_group (box, _ ("The same week over POP3 and over IMAP"));
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 620);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (box));
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  adw_bin_set_child (ADW_BIN (self), scroller);
}

GtkWidget *
app_accounting_new (void)
{
  return g_object_new (APP_TYPE_ACCOUNTING, NULL);
}
