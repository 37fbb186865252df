/* The panel with much in it: what is kept is bounded, and what is done for one thing more, for a
 * search or for a fold does not grow with what is there. */
#include "test-panel-fix.h"

/* Hours of traffic do not grow without bound, and what is shown stays right. */
static void
test_bounded (PanelFix *fix, gconstpointer data)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (fix->model);

  for (guint i = 0; i < PANEL_FIX_MANY + 500; i++)
    {
      g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "letter");

      panel_fix_exchange (fix, "UID FETCH", cause);
      if (i % 100 == 99)
        app_panel_model_pull (fix->model, fix->tap);
    }
  panel_fix_pull (fix);
  g_assert_cmpuint (learn_dialogue_count (dialogue), <=, PANEL_FIX_MANY);
  g_assert_cmpuint (learn_dialogue_count (dialogue), >, PANEL_FIX_MANY / 2);
  g_assert_cmpint (app_panel_row_get_kind (panel_fix_row_at (fix, 0)), ==, APP_PANEL_DROPPED);
  g_assert_cmpuint (fix->copy.items->len, ==, 2 * learn_dialogue_count (dialogue) + 1);
  g_assert_cmpuint (app_panel_model_count (fix->model), ==, learn_dialogue_count (dialogue));
}

/* When the oldest go, the others are not looked at again: a filter with words would take its time.
 */
static void
test_bounded_work (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "letter");
  guint64 before;

  app_panel_model_set_filter (fix->model, "=uid store");
  for (guint i = 0; i < PANEL_FIX_MANY; i++)
    panel_fix_exchange (fix, i == PANEL_FIX_MANY / 2 ? "UID STORE" : "UID FETCH", cause);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CE");
  before = app_panel_model_get_work (fix->model);
  panel_fix_exchange (fix, "UID FETCH", cause);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "DCE");
  /* Each is placed again, by its mark; none is looked at but the new one. */
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, PANEL_FIX_MANY + 100);
}

/* Words are looked for piece by piece; until all has been looked at the rows stay what they were,
 * what is said meanwhile is found too, and who needs one row does not wait. */
static void
test_piece_by_piece (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "letter");
  guint turns = 0;
  guint64 before, first;

  for (guint i = 0; i < PANEL_FIX_MANY; i++)
    panel_fix_exchange (fix, i % 100 == 50 ? "UID STORE" : "UID FETCH", cause);
  app_panel_model_set_everything (fix->model, TRUE);
  panel_fix_pull (fix);
  first = fix->copy.items->len;
  before = app_panel_model_get_work (fix->model);
  app_panel_model_set_filter (fix->model, "store");
  g_assert_true (app_panel_model_is_looking (fix->model));
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, PANEL_FIX_MANY / 2);
  g_assert_cmpuint (fix->copy.items->len, ==, first);
  panel_fix_exchange (fix, "UID STORE", cause);
  panel_fix_pull (fix);
  g_assert_cmpuint (fix->copy.items->len, ==, first);
  while (app_panel_model_is_looking (fix->model))
    {
      before = app_panel_model_get_work (fix->model);
      g_assert_true (g_main_context_iteration (NULL, FALSE));
      if (app_panel_model_is_looking (fix->model))
        g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, PANEL_FIX_MANY / 2);
      turns++;
    }
  g_assert_cmpuint (turns, >, 1);
  copy_check (&fix->copy);
  g_assert_cmpuint (fix->copy.items->len, ==, 1 + PANEL_FIX_MANY / 100 + 1);
  app_panel_model_set_filter (fix->model, "fetch");
  g_assert_true (app_panel_model_is_looking (fix->model));
  g_assert_cmpuint (app_panel_model_find (fix->model, fix->connection->id, 1), ==, 1);
  g_assert_false (app_panel_model_is_looking (fix->model));
  copy_check (&fix->copy);
  /* Another word in the middle of looking for one; and nobody waits for the answer. */
  app_panel_model_set_filter (fix->model, "store");
  app_panel_model_set_filter (fix->model, "xyzzy");
  app_panel_model_set_filter (fix->model, "=uid store");
  copy_check (&fix->copy);
  g_assert_cmpuint (fix->copy.items->len, ==, 1 + PANEL_FIX_MANY / 100 + 1);
  app_panel_model_set_filter (fix->model, "xyzzy");
}

typedef struct
{
  guint from, to; /* rows that are looked at */
  guint touched;  /* of them, by what the list told */
} Looked;

static void
on_items_changed (GListModel *model, guint at, guint removed, guint added, Looked *looked)
{
  if (at < looked->to && at + removed > looked->from && removed > 0)
    looked->touched += MIN (at + removed, looked->to) - MAX (at, looked->from);
}

static void
wait_for_words (PanelFix *fix, const char *words)
{
  app_panel_model_set_filter (fix->model, words);
  while (app_panel_model_is_looking (fix->model))
    g_main_context_iteration (NULL, TRUE);
  copy_check (&fix->copy);
}

/* When a search changes all rows, those that somebody looks at are not taken away: they say what
 * stands there now. What is selected goes with what it is of. */
static void
test_say_else (PanelFix *fix, gconstpointer data)
{
  g_autoptr (AppPanelRow) first = NULL;
  g_autoptr (AppPanelRow) chosen = NULL;
  Looked looked = { 0, 100, 0 };
  const LearnExchange *exchange_of_chosen;
  guint changes = 0;
  guint at;
  gulong handler;

  app_panel_model_set_everything (fix->model, TRUE);
  for (guint i = 0; i < 3000; i++)
    {
      g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "lunch?");

      panel_fix_exchange (fix, i % 3 == 0 ? "UID STORE" : "UID FETCH", cause);
      if (i % 500 == 499)
        panel_fix_pull (fix);
    }
  first = g_object_ref (panel_fix_row_at (fix, 3));
  g_assert_cmpstr (app_panel_row_get_exchange (first)->verb, ==, "UID FETCH");
  g_signal_connect (first, "changed", G_CALLBACK (panel_fix_count_change), &changes);
  handler = g_signal_connect (fix->model, "items-changed", G_CALLBACK (on_items_changed), &looked);
  wait_for_words (fix, "=uid store");
  g_assert_cmpuint (fix->copy.items->len, ==, 2000);
  g_assert_cmpuint (looked.touched, ==, 0);
  g_assert_cmpuint (changes, >, 0);
  g_assert_true (panel_fix_row_at (fix, 3) == first);
  g_assert_cmpstr (app_panel_row_get_exchange (first)->verb, ==, "UID STORE");
  g_assert_cmpuint (app_panel_row_get_exchange (first)->exchange, ==, 4);
  /* Every row says what a list that is made anew says. */
  for (guint i = 0; i < fix->copy.items->len; i++)
    {
      g_assert_cmpint (app_panel_row_get_kind (panel_fix_row_at (fix, i)),
                       ==,
                       i % 2 == 0 ? APP_PANEL_CAUSE : APP_PANEL_EXCHANGE);
      g_assert_cmpuint (
          app_panel_row_get_exchange (panel_fix_row_at (fix, i))->exchange, ==, i / 2 * 3 + 1);
    }
  /* Selected in the middle: it stays itself, and its neighbours stay where they are beside it. */
  chosen = g_object_ref (panel_fix_row_at (fix, 1001));
  exchange_of_chosen = app_panel_row_get_exchange (chosen);
  app_panel_model_keep (fix->model, chosen);
  looked = (Looked){ 950, 1050, 0 };
  wait_for_words (fix, "");
  g_assert_cmpuint (fix->copy.items->len, ==, 6000);
  g_assert_cmpuint (looked.touched, ==, 0);
  at = app_panel_model_position (fix->model, chosen);
  g_assert_true (panel_fix_row_at (fix, at) == chosen);
  g_assert_true (app_panel_row_get_exchange (chosen) == exchange_of_chosen);
  for (guint i = 0; i < fix->copy.items->len; i++)
    g_assert_cmpuint (
        app_panel_row_get_exchange (panel_fix_row_at (fix, i))->exchange, ==, i / 2 + 1);
  g_signal_handler_disconnect (fix->model, handler);
}

/* A fold or a run of thousands grows by what comes, and is not made again for it. */
static void
test_long_folds (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) cause =
      base_cause_new (GPOINTER_TO_INT (data) ? BASE_CAUSE_SYNC : BASE_CAUSE_DOWNLOAD, "INBOX");
  guint64 before;

  for (guint i = 0; i < PANEL_FIX_MANY / 2; i++)
    panel_fix_exchange (fix, "UID FETCH", cause);
  panel_fix_pull (fix);
  before = app_panel_model_get_work (fix->model);
  for (guint i = 0; i < 10; i++)
    {
      panel_fix_begin (fix, "UID FETCH", cause, "a UID FETCH 1");
      panel_fix_pull (fix);
      panel_fix_end (fix, "a OK done", BASE_OUTCOME_OK);
      panel_fix_pull (fix);
    }
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, 10 * 20);
  panel_fix_assert_shape (fix, GPOINTER_TO_INT (data) ? "F" : "CF");
  g_assert_cmpuint (app_panel_row_get_count (panel_fix_row_at (fix, fix->copy.items->len - 1)),
                    ==,
                    PANEL_FIX_MANY / 2 + 10);
  /* One in the middle of an open one that is refused. */
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, fix->copy.items->len - 1));
  panel_fix_begin (fix, "UID FETCH", cause, "a UID FETCH 1");
  panel_fix_pull (fix);
  panel_fix_exchange (fix, "UID FETCH", cause);
  panel_fix_pull (fix);
  g_assert_cmpuint (fix->copy.items->len, >=, PANEL_FIX_MANY / 2 + 12);
}

/* Of as many as are kept, opening one or a fold makes only its rows. */
static void
test_many (PanelFix *fix, gconstpointer data)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (fix->model);
  g_autoptr (BaseCause) sync = base_cause_new (BASE_CAUSE_SYNC, NULL);
  guint64 before;
  guint rows;

  for (guint i = 0; i < PANEL_FIX_MANY; i++)
    {
      panel_fix_exchange (fix, "UID FETCH", sync);
      if (i % 500 == 499)
        app_panel_model_pull (fix->model, fix->tap);
    }
  panel_fix_pull (fix);
  g_assert_cmpuint (learn_dialogue_count (dialogue), ==, PANEL_FIX_MANY);
  g_assert_cmpuint (learn_dialogue_bytes (dialogue), <, LEARN_MAX_BYTES);
  panel_fix_assert_shape (fix, "F");
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 0));
  rows = fix->copy.items->len;
  g_assert_cmpuint (rows, ==, PANEL_FIX_MANY + 1);
  before = app_panel_model_get_work (fix->model);
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 3));
  app_panel_model_open (fix->model,
                        app_panel_row_get_exchange (panel_fix_row_at (fix, rows / 2))->key);
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, rows - 5));
  copy_check (&fix->copy);
  g_assert_cmpuint (fix->copy.items->len, >, rows);
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 3));
  copy_check (&fix->copy);
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, 100);
  /* The oldest go, and a row says so. */
  for (guint i = 0; i < 10; i++)
    panel_fix_exchange (fix, "UID STORE", sync);
  panel_fix_pull (fix);
  g_assert_cmpuint (learn_dialogue_count (dialogue), <=, PANEL_FIX_MANY);
  g_assert_cmpint (app_panel_row_get_kind (panel_fix_row_at (fix, 0)), ==, APP_PANEL_DROPPED);
}

/* However much is shown, what one more exchange costs is the same. */
static void
test_work (PanelFix *fix, gconstpointer data)
{
  gboolean everything = GPOINTER_TO_INT (data);
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  guint64 before;

  app_panel_model_set_everything (fix->model, everything);
  for (guint i = 0; i < PANEL_FIX_MANY / 2; i++)
    {
      panel_fix_exchange (fix, i % 3 == 0 ? "UID FETCH" : i % 3 == 1 ? "NOOP" : "UID STORE", open);
      if (i % 500 == 499)
        app_panel_model_pull (fix->model, fix->tap);
    }
  panel_fix_pull (fix);
  before = app_panel_model_get_work (fix->model);
  panel_fix_exchange (fix, "UID COPY", open);
  app_panel_model_pull (fix->model, fix->tap);
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, 100);
  panel_fix_begin (fix, "UID MOVE", open, "a UID MOVE 1 Trash");
  app_panel_model_pull (fix->model, fix->tap);
  panel_fix_end (fix, "a OK moved", BASE_OUTCOME_OK);
  panel_fix_pull (fix);
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, 300);
  g_assert_cmpuint (
      app_panel_model_find (fix->model, fix->connection->id, fix->exchange), !=, G_MAXUINT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, before, func) \
  g_test_add ("/app/panel-much/" name, PanelFix, NULL, before, func, panel_fix_teardown)
  ADD ("bounded", panel_fix_setup_many, test_bounded);
  ADD ("bounded-work", panel_fix_setup_many, test_bounded_work);
  ADD ("piece-by-piece", panel_fix_setup, test_piece_by_piece);
  ADD ("say-else", panel_fix_setup, test_say_else);
  ADD ("many", panel_fix_setup_many, test_many);
  g_test_add ("/app/panel-much/long-fold",
              PanelFix,
              GINT_TO_POINTER (TRUE),
              panel_fix_setup,
              test_long_folds,
              panel_fix_teardown);
  g_test_add ("/app/panel-much/long-run",
              PanelFix,
              GINT_TO_POINTER (FALSE),
              panel_fix_setup,
              test_long_folds,
              panel_fix_teardown);
  g_test_add ("/app/panel-much/work",
              PanelFix,
              GINT_TO_POINTER (FALSE),
              panel_fix_setup,
              test_work,
              panel_fix_teardown);
  g_test_add ("/app/panel-much/work-unfolded",
              PanelFix,
              GINT_TO_POINTER (TRUE),
              panel_fix_setup,
              test_work,
              panel_fix_teardown);
  return g_test_run ();
}
