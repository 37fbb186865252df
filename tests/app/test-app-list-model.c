/* The windowed list: every change is told so that a listener's copy stays right, and rows are read
 * only when somebody looks at them. */
#include "app-list-model.h"
#include "test-app.h"

typedef struct
{
  AppFix app;
  AppListModel *model;
  GArray *copy; /* placements, kept by what the model tells */
  guint told, loads;
} ListFix;

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, gpointer data)
{
  ListFix *fix = data;

  fix->told++;
  g_assert_cmpuint (position + removed, <=, fix->copy->len);
  if (removed > 0)
    g_array_remove_range (fix->copy, position, removed);
  for (guint i = 0; i < added; i++)
    {
      gint64 placement = app_list_model_get_placement (fix->model, position + i);

      g_array_insert_val (fix->copy, position + i, placement);
    }
  /* Also between two runs of one change the list is what was told so far. */
  g_assert_cmpuint (fix->copy->len, ==, g_list_model_get_n_items (list));
}

static void
on_loaded (AppListModel *model, gpointer data)
{
  ((ListFix *) data)->loads++;
}

static void
setup (ListFix *fix, gconstpointer data)
{
  app_fix_setup (&fix->app, data);
  fix->model = app_list_model_new ();
  fix->copy = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_signal_connect (fix->model, "items-changed", G_CALLBACK (on_items_changed), fix);
  g_signal_connect (fix->model, "loaded", G_CALLBACK (on_loaded), fix);
}

static void
teardown (ListFix *fix, gconstpointer data)
{
  /* A load under way keeps the model. */
  g_signal_handlers_disconnect_by_data (fix->model, fix);
  g_object_unref (fix->model);
  g_array_unref (fix->copy);
  app_fix_teardown (&fix->app, data);
}

/* The model, the copy and the store all say the same. */
static void
assert_same (ListFix *fix)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) stored =
      store_reader_list (fix->app.fix.reader, app_list_model_get_folder (fix->model), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fix->model)), ==, stored->len);
  g_assert_cmpuint (fix->copy->len, ==, stored->len);
  for (guint i = 0; i < stored->len; i++)
    {
      gint64 placement = g_array_index (stored, StoreListed, i).placement;

      g_assert_cmpint (g_array_index (fix->copy, gint64, i), ==, placement);
      g_assert_cmpint (app_list_model_get_placement (fix->model, i), ==, placement);
    }
}

static gboolean
is_loaded (gpointer data)
{
  return app_list_model_is_loaded (((ListFix *) data)->model);
}

static gboolean
is_stored (gpointer data)
{
  ListFix *fix = data;
  g_autoptr (GArray) stored =
      store_reader_list (fix->app.fix.reader, app_list_model_get_folder (fix->model), NULL);

  if (g_list_model_get_n_items (G_LIST_MODEL (fix->model)) != stored->len)
    return FALSE;
  for (guint i = 0; i < stored->len; i++)
    if (app_list_model_get_placement (fix->model, i) !=
        g_array_index (stored, StoreListed, i).placement)
      return FALSE;
  return TRUE;
}

static void
show (ListFix *fix, gint64 folder)
{
  app_list_model_set_folder (fix->model, fix->app.account, folder);
  app_list_model_complete (fix->model);
  app_wait (is_loaded, fix);
}

static void
test_empty (ListFix *fix, gconstpointer data)
{
  show (fix, fix->app.fix.inbox);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fix->model)), ==, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fix->model), 0));
  g_assert_cmpint (app_list_model_get_placement (fix->model, 0), ==, 0);
  g_assert_cmpuint (app_list_model_find (fix->model, 1), ==, G_MAXUINT);
  app_list_model_set_folder (fix->model, NULL, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fix->model)), ==, 0);
}

static void
test_rows (ListFix *fix, gconstpointer data)
{
  g_autoptr (AppMessage) first = NULL;
  g_autoptr (AppMessage) again = NULL;
  g_autoptr (AppMessage) last = NULL;

  app_fix_fill (&fix->app, 300);
  show (fix, fix->app.fix.inbox);
  assert_same (fix);
  g_assert_cmpuint (app_list_model_get_n_rows (fix->model), ==, 0);
  first = g_list_model_get_item (G_LIST_MODEL (fix->model), 0);
  g_assert_cmpstr (app_message_get_row (first)->subject, ==, "letter 1");
  /* It came with its neighbours, not with the folder. */
  g_assert_cmpuint (app_list_model_get_n_rows (fix->model), <, 100);
  again = g_list_model_get_item (G_LIST_MODEL (fix->model), 0);
  g_assert_true (first == again);
  last = g_list_model_get_item (G_LIST_MODEL (fix->model), 299);
  g_assert_cmpstr (app_message_get_row (last)->subject, ==, "letter 300");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fix->model), 300));
}

static void
test_added (ListFix *fix, gconstpointer data)
{
  gint64 placement;

  app_fix_fill (&fix->app, 10);
  show (fix, fix->app.fix.inbox);
  placement = fix_header (&fix->app.fix, fix->app.fix.inbox, 7, 4711, "<new@x>", 0);
  fix_header (&fix->app.fix, fix->app.fix.archive, 8, 1, "<elsewhere@x>", 0);
  app_wait (is_stored, fix);
  assert_same (fix);
  g_assert_cmpuint (app_list_model_find (fix->model, placement), ==, 0);
}

static void
test_removed (ListFix *fix, gconstpointer data)
{
  gint64 third;

  app_fix_fill (&fix->app, 10);
  show (fix, fix->app.fix.inbox);
  third = app_list_model_get_placement (fix->model, 2);
  fix_expunge (&fix->app.fix, fix->app.fix.inbox, 7, 3);
  app_wait (is_stored, fix);
  assert_same (fix);
  g_assert_cmpuint (app_list_model_find (fix->model, third), ==, G_MAXUINT);
  for (guint32 uid = 1; uid <= 10; uid++)
    if (uid != 3)
      fix_expunge (&fix->app.fix, fix->app.fix.inbox, 7, uid);
  app_wait (is_stored, fix);
  assert_same (fix);
}

/* More separate runs than are told one by one. */
static void
test_many_holes (ListFix *fix, gconstpointer data)
{
  app_fix_fill (&fix->app, 400);
  show (fix, fix->app.fix.inbox);
  for (guint32 uid = 1; uid <= 400; uid += 2)
    fix_expunge (&fix->app.fix, fix->app.fix.inbox, 7, uid);
  app_wait (is_stored, fix);
  assert_same (fix);
}

static void
test_random (ListFix *fix, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2026);
  guint32 next = 51;

  app_fix_fill (&fix->app, 50);
  show (fix, fix->app.fix.inbox);
  for (guint round = 0; round < 60; round++)
    {
      for (guint i = 0; i < 3; i++)
        {
          guint n = g_list_model_get_n_items (G_LIST_MODEL (fix->model));

          if (g_rand_boolean (rand) || n == 0)
            {
              g_autofree char *id = g_strdup_printf ("<%u@x>", next);

              fix_header (&fix->app.fix, fix->app.fix.inbox, 7, next++, id, 0);
            }
          else
            {
              fix_expunge (&fix->app.fix,
                           fix->app.fix.inbox,
                           7,
                           (guint32) g_rand_int_range (rand, 1, (gint32) next));
            }
        }
      app_wait (is_stored, fix);
      assert_same (fix);
    }
}

static void
on_changed (AppMessage *message, gpointer data)
{
  (*(guint *) data)++;
}

static gboolean
is_counted (gpointer data)
{
  return *(guint *) data > 0;
}

/* A letter that is marked read stays the same object, which says so. */
static void
test_changed (ListFix *fix, gconstpointer data)
{
  g_autoptr (AppMessage) message = NULL;
  guint changes = 0;
  guint told;

  app_fix_fill (&fix->app, 5);
  show (fix, fix->app.fix.inbox);
  message = g_list_model_get_item (G_LIST_MODEL (fix->model), 1);
  g_assert_true (app_message_is_unread (message));
  g_signal_connect (message, "changed", G_CALLBACK (on_changed), &changes);
  told = fix->told;
  fix_flags (&fix->app.fix, app_list_model_get_placement (fix->model, 1), STORE_FLAG_SEEN, 0);
  app_wait (is_counted, &changes);
  g_assert_false (app_message_is_unread (message));
  g_assert_cmpuint (fix->told, ==, told);
}

static gboolean
has_one (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((ListFix *) data)->model)) == 1;
}

/* What a program beside the window does is seen too. */
static void
test_another_process (ListFix *fix, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMailbase) guest = NULL;
  Fix other = fix->app.fix;
  g_autoptr (AppMessage) message = NULL;
  guint changes = 0;

  app_fix_fill (&fix->app, 2);
  show (fix, fix->app.fix.inbox);
  message = g_list_model_get_item (G_LIST_MODEL (fix->model), 1);
  g_signal_connect (message, "changed", G_CALLBACK (on_changed), &changes);
  guest = store_mailbase_open (
      fix->app.fix.dir, store_mailbase_uuid (fix->app.fix.mailbase), FALSE, &error);
  g_assert_no_error (error);
  other.mailbase = guest;
  other.cause = base_cause_ref (fix->app.fix.cause);
  fix_flags (&other, app_list_model_get_placement (fix->model, 1), STORE_FLAG_SEEN, 0);
  app_wait (is_counted, &changes);
  g_assert_false (app_message_is_unread (message));
  fix_move (&other, app_list_model_get_placement (fix->model, 0), fix->app.fix.archive);
  app_wait (has_one, fix);
  assert_same (fix);
  base_cause_unref (other.cause);
}

/* What a window shows first is there at once; the rest is added behind it. */
static void
test_newest (ListFix *fix, gconstpointer data)
{
  guint before;

  app_fix_fill (&fix->app, 300);
  app_list_model_set_folder (fix->model, fix->app.account, fix->app.fix.inbox);
  before = g_list_model_get_n_items (G_LIST_MODEL (fix->model));
  g_assert_cmpuint (before, >=, 32);
  g_assert_cmpuint (before, <, 100);
  g_assert_false (app_list_model_is_loaded (fix->model));
  g_assert_cmpuint (fix->told, ==, 1);
  app_list_model_complete (fix->model);
  app_list_model_complete (fix->model);
  app_wait (is_loaded, fix);
  assert_same (fix);
  g_assert_cmpuint (fix->told, ==, 2);
  g_assert_cmpuint (fix->loads, ==, 1);
}

static void
test_switch (ListFix *fix, gconstpointer data)
{
  app_fix_fill (&fix->app, 5);
  fix_header (&fix->app.fix, fix->app.fix.archive, 8, 1, "<a@x>", 0);
  /* The answer for the first folder comes too late to count. */
  app_list_model_set_folder (fix->model, fix->app.account, fix->app.fix.inbox);
  app_list_model_complete (fix->model);
  show (fix, fix->app.fix.archive);
  assert_same (fix);
  g_assert_cmpuint (fix->loads, ==, 1);
  show (fix, fix->app.fix.inbox);
  assert_same (fix);
}

static void
test_search (ListFix *fix, gconstpointer data)
{
  app_fix_fill (&fix->app, 5);
  app_list_model_set_query (fix->model, fix->app.account, "nothing-like-it");
  app_wait (is_loaded, fix);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fix->model)), ==, 0);
  /* Nobody indexed these five, and it is said. */
  g_assert_cmpint (app_list_model_get_missing (fix->model), ==, 5);
}

static void
test_large (ListFix *fix, gconstpointer data)
{
  guint n = g_getenv ("RESTANTE_SANITIZED") != NULL ? 10000 : 100000;
  g_autoptr (AppMessage) middle = NULL;
  gint64 began;

  app_fix_fill (&fix->app, n);
  began = g_get_monotonic_time ();
  show (fix, fix->app.fix.inbox);
  g_test_message (
      "%u ids after %" G_GINT64_FORMAT " ms", n, (g_get_monotonic_time () - began) / 1000);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fix->model)), ==, n);
  g_assert_cmpuint (fix->told, <=, 2);
  middle = g_list_model_get_item (G_LIST_MODEL (fix->model), n / 2);
  g_assert_nonnull (middle);
  g_assert_cmpuint (app_list_model_get_n_rows (fix->model), <, 100);
  /* Who scrolls through everything does not keep everything. */
  for (guint i = 0; i < n; i += 50)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (fix->model), i));
  g_assert_cmpuint (app_list_model_get_n_rows (fix->model), <=, 1024);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/app/list-model/" name, ListFix, NULL, setup, func, teardown)
  ADD ("empty", test_empty);
  ADD ("rows", test_rows);
  ADD ("added", test_added);
  ADD ("removed", test_removed);
  ADD ("many-holes", test_many_holes);
  ADD ("random", test_random);
  ADD ("changed", test_changed);
  ADD ("another-process", test_another_process);
  ADD ("newest", test_newest);
  ADD ("switch", test_switch);
  ADD ("search", test_search);
  ADD ("large", test_large);
  return g_test_run ();
}
