/* The selection is a set of positions: it follows its letters, and selecting reads none of them. */
#include "app-selection.h"
#include "test-app.h"

typedef struct
{
  AppFix app;
  AppListModel *model;
  AppSelection *selection;
  GtkSelectionModel *gtk;
  guint changes;
  guint first, last; /* of the last change told */
} SelectionFix;

#define ROWS 200

static void
on_selection_changed (GtkSelectionModel *model, guint position, guint n_items, gpointer data)
{
  SelectionFix *fix = data;

  fix->changes++;
  fix->first = position;
  fix->last = position + n_items - 1;
}

static gboolean
is_loaded (gpointer data)
{
  return app_list_model_is_loaded (((SelectionFix *) data)->model);
}

static void
setup (SelectionFix *fix, gconstpointer data)
{
  app_fix_setup (&fix->app, data);
  app_fix_fill (&fix->app, ROWS);
  fix->model = app_list_model_new ();
  fix->selection = app_selection_new (fix->model);
  fix->gtk = GTK_SELECTION_MODEL (fix->selection);
  app_list_model_set_folder (fix->model, fix->app.account, fix->app.fix.inbox);
  app_list_model_complete (fix->model);
  app_wait (is_loaded, fix);
  g_signal_connect (fix->selection, "selection-changed", G_CALLBACK (on_selection_changed), fix);
}

static void
teardown (SelectionFix *fix, gconstpointer data)
{
  g_object_unref (fix->selection);
  g_object_unref (fix->model);
  app_fix_teardown (&fix->app, data);
}

static void
test_one (SelectionFix *fix, gconstpointer data)
{
  g_assert_cmpuint (app_selection_count (fix->selection), ==, 0);
  g_assert_cmpuint (app_selection_first (fix->selection), ==, G_MAXUINT);
  gtk_selection_model_select_item (fix->gtk, 7, TRUE);
  g_assert_cmpuint (fix->first, ==, 7);
  g_assert_cmpuint (fix->last, ==, 7);
  gtk_selection_model_select_item (fix->gtk, 3, FALSE);
  g_assert_cmpuint (app_selection_count (fix->selection), ==, 2);
  g_assert_cmpuint (app_selection_first (fix->selection), ==, 3);
  /* Both are touched: one is selected, the other is no longer. */
  gtk_selection_model_select_item (fix->gtk, 9, TRUE);
  g_assert_cmpuint (fix->first, ==, 3);
  g_assert_cmpuint (fix->last, ==, 9);
  g_assert_false (gtk_selection_model_is_selected (fix->gtk, 7));
  g_assert_true (gtk_selection_model_is_selected (fix->gtk, 9));
  fix->changes = 0;
  gtk_selection_model_select_item (fix->gtk, 9, TRUE);
  g_assert_cmpuint (fix->changes, ==, 0);
}

static void
test_ranges (SelectionFix *fix, gconstpointer data)
{
  g_autoptr (GtkBitset) wanted = gtk_bitset_new_range (12, 4);
  g_autoptr (GtkBitset) mask = gtk_bitset_new_range (10, 10);
  g_autoptr (GArray) placements = NULL;

  gtk_selection_model_select_range (fix->gtk, 5, 10, TRUE);
  gtk_selection_model_unselect_range (fix->gtk, 7, 2);
  g_assert_cmpuint (app_selection_count (fix->selection), ==, 8);
  gtk_selection_model_set_selection (fix->gtk, wanted, mask);
  /* 5 6 9 stay, for the mask does not cover them; 12 to 15 are new. */
  g_assert_cmpuint (app_selection_count (fix->selection), ==, 7);
  placements = app_selection_placements (fix->selection);
  g_assert_cmpuint (placements->len, ==, 7);
  g_assert_cmpint (
      g_array_index (placements, gint64, 0), ==, app_list_model_get_placement (fix->model, 5));
  g_assert_cmpint (
      g_array_index (placements, gint64, 6), ==, app_list_model_get_placement (fix->model, 15));
  gtk_selection_model_unselect_all (fix->gtk);
  g_assert_cmpuint (app_selection_count (fix->selection), ==, 0);
}

static void
test_all_reads_nothing (SelectionFix *fix, gconstpointer data)
{
  g_autoptr (GArray) placements = NULL;

  gtk_selection_model_select_all (fix->gtk);
  g_assert_cmpuint (app_selection_count (fix->selection), ==, ROWS);
  placements = app_selection_placements (fix->selection);
  g_assert_cmpuint (placements->len, ==, ROWS);
  g_assert_cmpuint (app_list_model_get_n_rows (fix->model), ==, 0);
}

static gboolean
has_one_more (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((SelectionFix *) data)->model)) == ROWS + 1;
}

static gboolean
has_as_many (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((SelectionFix *) data)->model)) == ROWS;
}

/* A letter that comes in above moves the position, not the choice. */
static void
test_follows (SelectionFix *fix, gconstpointer data)
{
  gint64 chosen = app_list_model_get_placement (fix->model, 5);
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;
  g_autoptr (GArray) none = NULL;

  gtk_selection_model_select_item (fix->gtk, 5, TRUE);
  fix_header (&fix->app.fix, fix->app.fix.inbox, 7, 9001, "<above@x>", 0);
  app_wait (has_one_more, fix);
  before = app_selection_placements (fix->selection);
  g_assert_cmpuint (before->len, ==, 1);
  g_assert_cmpint (g_array_index (before, gint64, 0), ==, chosen);
  g_assert_cmpuint (app_selection_first (fix->selection), ==, 6);
  /* One below goes: nothing moves. */
  fix_expunge (&fix->app.fix, fix->app.fix.inbox, 7, 100);
  app_wait (has_as_many, fix);
  after = app_selection_placements (fix->selection);
  g_assert_cmpint (g_array_index (after, gint64, 0), ==, chosen);
  g_assert_cmpuint (app_selection_first (fix->selection), ==, 6);
  /* The chosen one goes: nothing else is chosen instead, and that is told. */
  fix_header (&fix->app.fix, fix->app.fix.inbox, 7, 9002, "<above too@x>", 0);
  app_wait (has_one_more, fix);
  fix->changes = 0;
  fix_expunge (&fix->app.fix, fix->app.fix.inbox, 7, 6);
  app_wait (has_as_many, fix);
  none = app_selection_placements (fix->selection);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (fix->changes, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/app/selection/" name, SelectionFix, NULL, setup, func, teardown)
  ADD ("one", test_one);
  ADD ("ranges", test_ranges);
  ADD ("all-reads-nothing", test_all_reads_nothing);
  ADD ("follows", test_follows);
  return g_test_run ();
}
