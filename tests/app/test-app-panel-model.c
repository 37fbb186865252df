/* What a tap hears, as the panel's list has it: causes over exchanges over lines, folds, filters,
 * and rows that stay themselves while more comes in. */
#include "app-panel-cell.h"
#include "test-panel-fix.h"

#include <string.h>

static void
test_causes (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (BaseCause) mark = base_cause_new (BASE_CAUSE_MARK, "lunch?");

  panel_fix_assert_shape (fix, "");
  panel_fix_exchange (fix, "SELECT", open);
  panel_fix_exchange (fix, "UID FETCH", open);
  panel_fix_exchange (fix, "UID STORE", mark);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CEECE");
  g_assert_cmpuint (
      app_panel_row_get_exchange (panel_fix_row_at (fix, 0))->cause->id, ==, open->id);
  g_assert_cmpstr (app_panel_row_get_exchange (panel_fix_row_at (fix, 2))->verb, ==, "UID FETCH");
  g_assert_cmpuint (
      app_panel_row_get_exchange (panel_fix_row_at (fix, 3))->cause->id, ==, mark->id);
  g_assert_cmpuint (app_panel_model_count (fix->model), ==, 3);
  g_assert_cmpuint (app_panel_model_find (fix->model, fix->connection->id, 2), ==, 2);
  g_assert_cmpuint (app_panel_model_find (fix->model, fix->connection->id, 99), ==, G_MAXUINT);
}

static void
test_lines (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");

  panel_fix_begin (fix, "UID FETCH", open, "a1 UID FETCH 4711 (FLAGS BODY.PEEK[])");
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CE");
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 1));
  copy_check (&fix->copy);
  panel_fix_assert_shape (fix, "CE.L");
  /* More lines come while they are shown. */
  panel_fix_end (fix, "a1 OK done", BASE_OUTCOME_OK);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CE.LL");
  g_assert_cmpuint (app_panel_row_get_line (panel_fix_row_at (fix, 3)), ==, 1);
  /* A line or a cause is nothing to open. */
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 0));
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 2));
  panel_fix_assert_shape (fix, "CE.LL");
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 1));
  panel_fix_assert_shape (fix, "CE");
}

static void
test_folds (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) connect = base_cause_new (BASE_CAUSE_CONNECT, NULL);
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");

  panel_fix_exchange (fix, "CAPABILITY", connect);
  panel_fix_exchange (fix, "NOOP", connect);
  panel_fix_exchange (fix, "UID FETCH", open);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "FCE");
  g_assert_cmpuint (app_panel_row_get_count (panel_fix_row_at (fix, 0)), ==, 2);
  g_assert_false (app_panel_row_is_run (panel_fix_row_at (fix, 0)));
  /* What is folded does not count as something to look at. */
  g_assert_cmpuint (app_panel_model_count (fix->model), ==, 1);
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 0));
  copy_check (&fix->copy);
  panel_fix_assert_shape (fix, "F.EECE");
  app_panel_model_toggle (fix->model, panel_fix_row_at (fix, 0));
  panel_fix_assert_shape (fix, "FCE");
  app_panel_model_set_everything (fix->model, TRUE);
  copy_check (&fix->copy);
  panel_fix_assert_shape (fix, "CEECE");
}

/* An error is never folded away. */
static void
test_errors_stay (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) connect = base_cause_new (BASE_CAUSE_CONNECT, NULL);

  panel_fix_exchange (fix, "CAPABILITY", connect);
  panel_fix_begin (fix, "NOOP", connect, "a2 NOOP");
  panel_fix_end (fix, "a2 BAD what?", BASE_OUTCOME_BAD);
  panel_fix_exchange (fix, "NOOP", connect);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "FCEF");
}

static void
test_runs (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) download = base_cause_new (BASE_CAUSE_DOWNLOAD, "INBOX");

  for (guint i = 0; i < 20; i++)
    panel_fix_exchange (fix, "UID FETCH", download);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CF");
  g_assert_true (app_panel_row_is_run (panel_fix_row_at (fix, 1)));
  g_assert_cmpuint (app_panel_row_get_count (panel_fix_row_at (fix, 1)), ==, 20);
  /* One that fails stands in the open, between two runs. */
  panel_fix_begin (fix, "UID FETCH", download, "a UID FETCH 1 BODY[]");
  panel_fix_end (fix, "a NO gone", BASE_OUTCOME_REFUSED);
  for (guint i = 0; i < 9; i++)
    panel_fix_exchange (fix, "UID FETCH", download);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CFEF");
}

static void
test_filter (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (WireConnection) other = panel_fix_open_line (fix->tap, "grace", "imap");
  WireConnection *ours = fix->connection;

  panel_fix_begin (fix, "UID FETCH", open, "a1 UID FETCH 4711 (FLAGS)");
  panel_fix_end (fix, "a1 OK here you are", BASE_OUTCOME_OK);
  panel_fix_exchange (fix, "NOOP", open);
  fix->connection = other;
  panel_fix_exchange (fix, "UID FETCH", open);
  fix->connection = ours;
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CEFE");
  app_panel_model_set_filter (fix->model, "4711");
  copy_check (&fix->copy);
  panel_fix_assert_shape (fix, "CE");
  /* What the server said is found too, in any case. */
  app_panel_model_set_filter (fix->model, "HERE YOU");
  panel_fix_assert_shape (fix, "CE");
  /* Who looks for something folded sees it. */
  app_panel_model_set_filter (fix->model, "noop");
  panel_fix_assert_shape (fix, "CE");
  app_panel_model_set_filter (fix->model, "xyzzy");
  panel_fix_assert_shape (fix, "");
  app_panel_model_set_filter (fix->model, "");
  app_panel_model_set_account (fix->model, "grace");
  copy_check (&fix->copy);
  panel_fix_assert_shape (fix, "CE");
  g_assert_cmpuint (app_panel_model_count (fix->model), ==, 1);
  app_panel_model_set_account (fix->model, NULL);
  panel_fix_assert_shape (fix, "CEFE");
}

static void
test_rows_stay (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (BaseCause) later = base_cause_new (BASE_CAUSE_OPEN, "later");
  g_autoptr (AppPanelRow) chosen = NULL;
  guint changes = 0;

  panel_fix_begin (fix, "UID FETCH", open, "a1 UID FETCH 4711 (FLAGS)");
  panel_fix_pull (fix);
  chosen = g_object_ref (panel_fix_row_at (fix, 1));
  g_signal_connect (chosen, "changed", G_CALLBACK (panel_fix_count_change), &changes);
  panel_fix_end (fix, "a1 OK done", BASE_OUTCOME_OK);
  panel_fix_pull (fix);
  g_assert_cmpuint (changes, >, 0);
  g_assert_true (app_panel_row_get_exchange (chosen)->done);
  for (guint i = 0; i < 30; i++)
    {
      panel_fix_exchange (fix, "UID STORE", later);
      panel_fix_pull (fix);
      g_assert_true (panel_fix_row_at (fix, 1) == chosen);
    }
}

/* A held command is shown with its lines: there is a question about it. */
static void
test_held (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "Welcome");
  static const char line[] = "a1 UID FETCH 1 (BODY.PEEK[])\r\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (line, strlen (line));
  BaseChunk chunk = { .bytes = bytes, .kind = BASE_SPAN_PLAIN, .ends_line = TRUE, .exchange = 1 };

  wire_tap_held (fix->tap, fix->connection, 1, "UID FETCH", open, NULL, &chunk);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CE.L");
  g_assert_true (app_panel_row_get_exchange (panel_fix_row_at (fix, 1))->held);
  wire_tap_released (fix->tap, fix->connection, 1);
  fix->exchange = 0;
  panel_fix_begin (fix, "UID FETCH", open, "a1 UID FETCH 1 (BODY.PEEK[])");
  panel_fix_end (fix, "a1 OK done", BASE_OUTCOME_OK);
  panel_fix_pull (fix);
  g_assert_false (app_panel_row_get_exchange (panel_fix_row_at (fix, 1))->held);
  panel_fix_assert_shape (fix, "CE");
}

/* Says to the gate what waits there as exchange @id of a line. */
static void
hold (PanelFix *fix, WireConnection *connection, guint64 id, const char *verb)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "Welcome");
  g_autofree char *line = g_strdup_printf ("a%d %s 1\r\n", (int) id, verb);
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));
  BaseChunk chunk = { .bytes = bytes, .kind = BASE_SPAN_PLAIN, .ends_line = TRUE, .exchange = id };

  wire_tap_held (fix->tap, connection, id, verb, cause, NULL, &chunk);
  panel_fix_pull (fix);
}

static void
let_go (PanelFix *fix, WireConnection *connection, guint64 id)
{
  wire_tap_released (fix->tap, connection, id);
  wire_tap_exchange_end (fix->tap, connection, id, BASE_OUTCOME_OK);
  panel_fix_pull (fix);
}

/* Two sessions wait: whoever goes through one stays in it, and then comes to the other. */
static void
test_held_twice (PanelFix *fix, gconstpointer data)
{
  g_autoptr (WireConnection) other = panel_fix_open_line (fix->tap, "smtp", "smtp");
  guint64 ours = fix->connection->id;

  g_assert_null (app_panel_model_get_held (fix->model, 0));
  hold (fix, fix->connection, 1, "UID STORE");
  hold (fix, other, 1, "MAIL");
  g_assert_cmpstr (app_panel_model_get_held (fix->model, 0)->verb, ==, "MAIL");
  g_assert_cmpstr (app_panel_model_get_held (fix->model, ours)->verb, ==, "UID STORE");
  let_go (fix, other, 1);
  hold (fix, other, 2, "RCPT");
  g_assert_cmpstr (app_panel_model_get_held (fix->model, other->id)->verb, ==, "RCPT");
  let_go (fix, other, 2);
  /* The one that waited all the time has not been forgotten. */
  g_assert_cmpstr (app_panel_model_get_held (fix->model, other->id)->verb, ==, "UID STORE");
  let_go (fix, fix->connection, 1);
  g_assert_null (app_panel_model_get_held (fix->model, ours));
}

static void
test_dropped (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) download = base_cause_new (BASE_CAUSE_DOWNLOAD, "INBOX");

  for (guint i = 0; i < 2000; i++)
    panel_fix_exchange (fix, "UID FETCH", download);
  panel_fix_pull (fix);
  g_assert_cmpint (app_panel_row_get_kind (panel_fix_row_at (fix, 0)), ==, APP_PANEL_DROPPED);
  g_assert_cmpuint (app_panel_row_get_count (panel_fix_row_at (fix, 0)), >, 1000);
}

/* Whoever changes what is shown still has selected what was selected. */
static void
test_selection_stays (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) connect = base_cause_new (BASE_CAUSE_CONNECT, NULL);
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (GtkSingleSelection) selection = NULL;
  AppPanelRow *row;

  panel_fix_exchange (fix, "CAPABILITY", connect);
  panel_fix_exchange (fix, "UID FETCH", open);
  panel_fix_exchange (fix, "NOOP", connect);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "FCEF");
  selection = app_panel_cell_selection_new (fix->model);
  gtk_single_selection_set_selected (selection, 2);
  row = gtk_single_selection_get_selected_item (selection);
  app_panel_model_set_everything (fix->model, TRUE);
  panel_fix_assert_shape (fix, "CECECE");
  g_assert_true (gtk_single_selection_get_selected_item (selection) == row);
  g_assert_cmpuint (gtk_single_selection_get_selected (selection), ==, 3);
  g_assert_nonnull (app_panel_row_get_exchange (row));
  app_panel_model_set_filter (fix->model, "fetch");
  g_assert_true (gtk_single_selection_get_selected_item (selection) == row);
  app_panel_model_set_filter (fix->model, "noop");
  g_assert_null (gtk_single_selection_get_selected_item (selection));
}

/* What people look for when something went wrong. */
static void
test_filters (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  WireConnection *imap = fix->connection;
  WireConnection *smtp = panel_fix_open_line (fix->tap, "ada", "smtp");

  panel_fix_exchange (fix, "UID FETCH", open);
  panel_fix_begin (fix, "UID STORE", open, "a2 UID STORE 4 +FLAGS (\\Seen)");
  panel_fix_end (fix, "a2 NO [OVERQUOTA] Mailbox is full", BASE_OUTCOME_REFUSED);
  panel_fix_exchange (fix, "NOOP", open);
  fix->connection = smtp;
  memset (fix->offset, 0, sizeof fix->offset);
  panel_fix_begin (fix, "RCPT", open, "RCPT TO:<andré@b.example>");
  panel_fix_end (fix, "550 5.1.1 no such user", BASE_OUTCOME_REFUSED);
  fix->connection = imap;
  app_panel_model_set_everything (fix->model, TRUE);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CEEEE");

  app_panel_model_set_protocol (fix->model, "smtp");
  panel_fix_assert_shape (fix, "CE");
  g_assert_cmpstr (app_panel_row_get_exchange (panel_fix_row_at (fix, 1))->verb, ==, "RCPT");
  app_panel_model_set_only (fix->model, APP_PANEL_ONLY_FAILED);
  panel_fix_assert_shape (fix, "CE");
  app_panel_model_set_protocol (fix->model, "");
  panel_fix_assert_shape (fix, "CEE");
  app_panel_model_set_only (fix->model, APP_PANEL_ONLY_SLOW);
  panel_fix_assert_shape (fix, "");
  app_panel_model_set_only (fix->model, APP_PANEL_NO_KEEP_ALIVES);
  panel_fix_assert_shape (fix, "CEEE");
  app_panel_model_set_only (fix->model, 0);

  /* Words in any order, of any case, each somewhere in the exchange; also one word of a refusal. */
  app_panel_model_set_filter (fix->model, "overquota  store");
  panel_fix_assert_shape (fix, "CE");
  g_assert_cmpstr (app_panel_row_get_exchange (panel_fix_row_at (fix, 1))->verb, ==, "UID STORE");
  app_panel_model_set_filter (fix->model, "store 550");
  panel_fix_assert_shape (fix, "");
  app_panel_model_set_filter (fix->model, "ANDRÉ SUCH");
  panel_fix_assert_shape (fix, "CE");
  app_panel_model_set_filter (fix->model, "andre");
  panel_fix_assert_shape (fix, "");
  /* A command alone, whatever others say of it. */
  app_panel_model_set_filter (fix->model, "=uid store");
  panel_fix_assert_shape (fix, "CE");
  g_assert_cmpstr (app_panel_row_get_exchange (panel_fix_row_at (fix, 1))->verb, ==, "UID STORE");
  app_panel_model_set_filter (fix->model, "=store");
  panel_fix_assert_shape (fix, "");
  app_panel_model_set_filter (fix->model, "=");
  panel_fix_assert_shape (fix, "CEEEE");
  app_panel_model_set_filter (fix->model, "  ");
  panel_fix_assert_shape (fix, "CEEEE");
  wire_connection_unref (smtp);
}

/* Brought up to date piece by piece, the list is what it would be if it were made at once. */
static void
test_pieces (PanelFix *fix, gconstpointer data)
{
  static const char *const verbs[] = { "NOOP", "UID FETCH", "UID FETCH", "IDLE", "UID STORE" };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (BaseCause) one = base_cause_new (BASE_CAUSE_OPEN, "one");
  g_autoptr (BaseCause) two = base_cause_new (BASE_CAUSE_MARK, "two");
  g_autoptr (BaseCause) three = base_cause_new (BASE_CAUSE_SYNC, "INBOX");
  BaseCause *const causes[] = { one, two, three };

  for (guint i = 0; i < 600; i++)
    {
      guint run = g_rand_int_range (random, 1, 14);
      const char *verb = verbs[g_rand_int_range (random, 0, G_N_ELEMENTS (verbs))];
      BaseCause *cause = causes[g_rand_int_range (random, 0, 3)];

      for (guint j = 0; j < run; j++)
        {
          panel_fix_begin (fix, verb, cause, "a said");
          if (g_rand_int_range (random, 0, 4) == 0)
            app_panel_model_pull (fix->model, fix->tap);
          panel_fix_end (fix,
                         "a answered",
                         g_rand_int_range (random, 0, 30) == 0 ? BASE_OUTCOME_REFUSED
                                                               : BASE_OUTCOME_OK);
        }
      if (i % 50 == 0)
        {
          g_autofree char *pieces = NULL;

          panel_fix_pull (fix);
          pieces = panel_fix_shape (fix);
          app_panel_model_set_filter (fix->model, "");
          copy_check (&fix->copy);
          panel_fix_assert_shape (fix, pieces);
        }
    }
}

/* Any moment again: what was not said yet is not there, and what had not ended is under way. */
static void
test_until (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  gint64 first;
  gint64 second;

  panel_fix_exchange (fix, "SELECT", open);
  panel_fix_begin (fix, "UID FETCH", open, "a UID FETCH 1");
  first = g_get_real_time ();
  g_usleep (1000);
  panel_fix_end (fix, "a OK done", BASE_OUTCOME_OK);
  /* Two clocks say when it ended, to a microsecond each. */
  g_usleep (1000);
  second = g_get_real_time ();
  g_usleep (1000);
  panel_fix_exchange (fix, "UID STORE", open);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CEEE");
  app_panel_model_set_until (fix->model, first);
  copy_check (&fix->copy);
  panel_fix_assert_shape (fix, "CEE");
  g_assert_true (app_panel_row_is_under_way (panel_fix_row_at (fix, 2)));
  app_panel_model_open (fix->model, app_panel_row_get_exchange (panel_fix_row_at (fix, 2))->key);
  panel_fix_assert_shape (fix, "CEE.L");
  app_panel_model_set_until (fix->model, second);
  copy_check (&fix->copy);
  panel_fix_assert_shape (fix, "CEE.LL");
  g_assert_false (app_panel_row_is_under_way (panel_fix_row_at (fix, 2)));
  /* What comes meanwhile waits. */
  panel_fix_exchange (fix, "NOOP", NULL);
  panel_fix_pull (fix);
  panel_fix_assert_shape (fix, "CEE.LL");
  app_panel_model_set_until (fix->model, 0);
  copy_check (&fix->copy);
  panel_fix_assert_shape (fix, "CEE.LLEF");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, before, func) \
  g_test_add ("/app/panel-model/" name, PanelFix, NULL, before, func, panel_fix_teardown)
  ADD ("causes", panel_fix_setup, test_causes);
  ADD ("lines", panel_fix_setup, test_lines);
  ADD ("folds", panel_fix_setup, test_folds);
  ADD ("errors-stay", panel_fix_setup, test_errors_stay);
  ADD ("runs", panel_fix_setup, test_runs);
  ADD ("filter", panel_fix_setup, test_filter);
  ADD ("filters", panel_fix_setup, test_filters);
  ADD ("selection-stays", panel_fix_setup, test_selection_stays);
  ADD ("rows-stay", panel_fix_setup, test_rows_stay);
  ADD ("held", panel_fix_setup, test_held);
  ADD ("held-twice", panel_fix_setup, test_held_twice);
  ADD ("dropped", panel_fix_setup_small, test_dropped);
  ADD ("pieces", panel_fix_setup, test_pieces);
  ADD ("until", panel_fix_setup, test_until);
  return g_test_run ();
}
