/* What a tap hears, as the panel's list has it: causes over exchanges over lines, folds, filters,
 * and rows that stay themselves while more comes in. */
#include "app-panel-model.h"

#include <string.h>

#include "app-panel-cell.h"
#include "test-app.h"

typedef struct
{
  WireTap *tap;
  WireConnection *connection;
  AppPanelModel *model;
  Copy copy;
  guint64 offset[2]; /* of each direction */
  guint64 exchange;
} PanelFix;

static WireConnection *
open_line (WireTap *tap, const char *account, const char *protocol)
{
  return wire_tap_open (
      tap, account, account, protocol, BASE_ROLE_CLIENT, "mail.example", 993, "192.0.2.7", FALSE);
}

static void
setup_sized (PanelFix *fix, gsize ring, guint max)
{
  fix->tap = wire_tap_new (ring);
  fix->connection = open_line (fix->tap, "ada", "imap");
  fix->model = app_panel_model_new_sized (max);
  copy_init (&fix->copy, G_LIST_MODEL (fix->model));
}

static void
setup (PanelFix *fix, gconstpointer data)
{
  setup_sized (fix, 0, APP_PANEL_MAX_EXCHANGES);
}

static void
setup_small (PanelFix *fix, gconstpointer data)
{
  setup_sized (fix, 16 * 1024, APP_PANEL_MAX_EXCHANGES);
}

/* What is kept is bounded; how many that are changes nothing but the time it takes to say them. */
#define MANY 4000

static void
setup_many (PanelFix *fix, gconstpointer data)
{
  setup_sized (fix, 0, MANY);
}

static void
teardown (PanelFix *fix, gconstpointer data)
{
  copy_clear (&fix->copy);
  g_object_unref (fix->model);
  wire_connection_unref (fix->connection);
  wire_tap_unref (fix->tap);
}

static void
say (PanelFix *fix, BaseDirection direction, const char *line)
{
  g_autofree char *bytes = g_strconcat (line, "\r\n", NULL);
  BaseSpan span = { fix->offset[direction], strlen (bytes), BASE_SPAN_PLAIN, TRUE, fix->exchange };

  wire_tap_bytes (fix->tap, fix->connection, direction, &span, (const guint8 *) bytes);
  fix->offset[direction] += span.length;
}

static void
begin (PanelFix *fix, const char *verb, BaseCause *cause, const char *line)
{
  fix->exchange++;
  wire_tap_exchange_begin (fix->tap, fix->connection, fix->exchange, verb, cause, NULL);
  say (fix, BASE_DIRECTION_OUT, line);
}

static void
end (PanelFix *fix, const char *line, BaseOutcome outcome)
{
  say (fix, BASE_DIRECTION_IN, line);
  wire_tap_exchange_end (fix->tap, fix->connection, fix->exchange, outcome);
}

static void
exchange (PanelFix *fix, const char *verb, BaseCause *cause)
{
  g_autofree char *line = g_strdup_printf ("a%" G_GUINT64_FORMAT " %s", fix->exchange + 1, verb);

  begin (fix, verb, cause, line);
  end (fix, "a OK done", BASE_OUTCOME_OK);
}

static void
pull (PanelFix *fix)
{
  app_panel_model_pull (fix->model, fix->tap);
  copy_check (&fix->copy);
}

/* The list in short: C cause, E exchange, L line, F fold, D dropped; a dot after what is open. */
static char *
shape (PanelFix *fix)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < fix->copy.items->len; i++)
    {
      AppPanelRow *row = fix->copy.items->pdata[i];

      g_string_append_c (text, "CELFD"[app_panel_row_get_kind (row)]);
      if (app_panel_row_is_open (row))
        g_string_append_c (text, '.');
    }
  return g_string_free (text, FALSE);
}

static void
assert_shape (PanelFix *fix, const char *expected)
{
  g_autofree char *found = shape (fix);

  g_assert_cmpstr (found, ==, expected);
}

static AppPanelRow *
row_at (PanelFix *fix, guint position)
{
  g_assert_cmpuint (position, <, fix->copy.items->len);
  return fix->copy.items->pdata[position];
}

static void
test_causes (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (BaseCause) mark = base_cause_new (BASE_CAUSE_MARK, "lunch?");

  assert_shape (fix, "");
  exchange (fix, "SELECT", open);
  exchange (fix, "UID FETCH", open);
  exchange (fix, "UID STORE", mark);
  pull (fix);
  assert_shape (fix, "CEECE");
  g_assert_cmpuint (app_panel_row_get_exchange (row_at (fix, 0))->cause->id, ==, open->id);
  g_assert_cmpstr (app_panel_row_get_exchange (row_at (fix, 2))->verb, ==, "UID FETCH");
  g_assert_cmpuint (app_panel_row_get_exchange (row_at (fix, 3))->cause->id, ==, mark->id);
  g_assert_cmpuint (app_panel_model_count (fix->model), ==, 3);
  g_assert_cmpuint (app_panel_model_find (fix->model, fix->connection->id, 2), ==, 2);
  g_assert_cmpuint (app_panel_model_find (fix->model, fix->connection->id, 99), ==, G_MAXUINT);
}

static void
test_lines (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");

  begin (fix, "UID FETCH", open, "a1 UID FETCH 4711 (FLAGS BODY.PEEK[])");
  pull (fix);
  assert_shape (fix, "CE");
  app_panel_model_toggle (fix->model, row_at (fix, 1));
  copy_check (&fix->copy);
  assert_shape (fix, "CE.L");
  /* More lines come while they are shown. */
  end (fix, "a1 OK done", BASE_OUTCOME_OK);
  pull (fix);
  assert_shape (fix, "CE.LL");
  g_assert_cmpuint (app_panel_row_get_line (row_at (fix, 3)), ==, 1);
  /* A line or a cause is nothing to open. */
  app_panel_model_toggle (fix->model, row_at (fix, 0));
  app_panel_model_toggle (fix->model, row_at (fix, 2));
  assert_shape (fix, "CE.LL");
  app_panel_model_toggle (fix->model, row_at (fix, 1));
  assert_shape (fix, "CE");
}

static void
test_folds (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) connect = base_cause_new (BASE_CAUSE_CONNECT, NULL);
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");

  exchange (fix, "CAPABILITY", connect);
  exchange (fix, "NOOP", connect);
  exchange (fix, "UID FETCH", open);
  pull (fix);
  assert_shape (fix, "FCE");
  g_assert_cmpuint (app_panel_row_get_count (row_at (fix, 0)), ==, 2);
  g_assert_false (app_panel_row_is_run (row_at (fix, 0)));
  /* What is folded does not count as something to look at. */
  g_assert_cmpuint (app_panel_model_count (fix->model), ==, 1);
  app_panel_model_toggle (fix->model, row_at (fix, 0));
  copy_check (&fix->copy);
  assert_shape (fix, "F.EECE");
  app_panel_model_toggle (fix->model, row_at (fix, 0));
  assert_shape (fix, "FCE");
  app_panel_model_set_everything (fix->model, TRUE);
  copy_check (&fix->copy);
  assert_shape (fix, "CEECE");
}

/* An error is never folded away. */
static void
test_errors_stay (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) connect = base_cause_new (BASE_CAUSE_CONNECT, NULL);

  exchange (fix, "CAPABILITY", connect);
  begin (fix, "NOOP", connect, "a2 NOOP");
  end (fix, "a2 BAD what?", BASE_OUTCOME_BAD);
  exchange (fix, "NOOP", connect);
  pull (fix);
  assert_shape (fix, "FCEF");
}

static void
test_runs (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) download = base_cause_new (BASE_CAUSE_DOWNLOAD, "INBOX");

  for (guint i = 0; i < 20; i++)
    exchange (fix, "UID FETCH", download);
  pull (fix);
  assert_shape (fix, "CF");
  g_assert_true (app_panel_row_is_run (row_at (fix, 1)));
  g_assert_cmpuint (app_panel_row_get_count (row_at (fix, 1)), ==, 20);
  /* One that fails stands in the open, between two runs. */
  begin (fix, "UID FETCH", download, "a UID FETCH 1 BODY[]");
  end (fix, "a NO gone", BASE_OUTCOME_REFUSED);
  for (guint i = 0; i < 9; i++)
    exchange (fix, "UID FETCH", download);
  pull (fix);
  assert_shape (fix, "CFEF");
}

static void
test_filter (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (WireConnection) other = open_line (fix->tap, "grace", "imap");
  WireConnection *ours = fix->connection;

  begin (fix, "UID FETCH", open, "a1 UID FETCH 4711 (FLAGS)");
  end (fix, "a1 OK here you are", BASE_OUTCOME_OK);
  exchange (fix, "NOOP", open);
  fix->connection = other;
  exchange (fix, "UID FETCH", open);
  fix->connection = ours;
  pull (fix);
  assert_shape (fix, "CEFE");
  app_panel_model_set_filter (fix->model, "4711");
  copy_check (&fix->copy);
  assert_shape (fix, "CE");
  /* What the server said is found too, in any case. */
  app_panel_model_set_filter (fix->model, "HERE YOU");
  assert_shape (fix, "CE");
  /* Who looks for something folded sees it. */
  app_panel_model_set_filter (fix->model, "noop");
  assert_shape (fix, "CE");
  app_panel_model_set_filter (fix->model, "xyzzy");
  assert_shape (fix, "");
  app_panel_model_set_filter (fix->model, "");
  app_panel_model_set_account (fix->model, "grace");
  copy_check (&fix->copy);
  assert_shape (fix, "CE");
  g_assert_cmpuint (app_panel_model_count (fix->model), ==, 1);
  app_panel_model_set_account (fix->model, NULL);
  assert_shape (fix, "CEFE");
}

static void
on_changed (AppPanelRow *row, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_rows_stay (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (BaseCause) later = base_cause_new (BASE_CAUSE_OPEN, "later");
  g_autoptr (AppPanelRow) chosen = NULL;
  guint changes = 0;

  begin (fix, "UID FETCH", open, "a1 UID FETCH 4711 (FLAGS)");
  pull (fix);
  chosen = g_object_ref (row_at (fix, 1));
  g_signal_connect (chosen, "changed", G_CALLBACK (on_changed), &changes);
  end (fix, "a1 OK done", BASE_OUTCOME_OK);
  pull (fix);
  g_assert_cmpuint (changes, >, 0);
  g_assert_true (app_panel_row_get_exchange (chosen)->done);
  for (guint i = 0; i < 30; i++)
    {
      exchange (fix, "UID STORE", later);
      pull (fix);
      g_assert_true (row_at (fix, 1) == chosen);
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
  pull (fix);
  assert_shape (fix, "CE.L");
  g_assert_true (app_panel_row_get_exchange (row_at (fix, 1))->held);
  wire_tap_released (fix->tap, fix->connection, 1);
  fix->exchange = 0;
  begin (fix, "UID FETCH", open, "a1 UID FETCH 1 (BODY.PEEK[])");
  end (fix, "a1 OK done", BASE_OUTCOME_OK);
  pull (fix);
  g_assert_false (app_panel_row_get_exchange (row_at (fix, 1))->held);
  assert_shape (fix, "CE");
}

static void
test_dropped (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) download = base_cause_new (BASE_CAUSE_DOWNLOAD, "INBOX");

  for (guint i = 0; i < 2000; i++)
    exchange (fix, "UID FETCH", download);
  pull (fix);
  g_assert_cmpint (app_panel_row_get_kind (row_at (fix, 0)), ==, APP_PANEL_DROPPED);
  g_assert_cmpuint (app_panel_row_get_count (row_at (fix, 0)), >, 1000);
}

/* Hours of traffic do not grow without bound, and what is shown stays right. */
static void
test_bounded (PanelFix *fix, gconstpointer data)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (fix->model);

  for (guint i = 0; i < MANY + 500; i++)
    {
      g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "letter");

      exchange (fix, "UID FETCH", cause);
      if (i % 100 == 99)
        app_panel_model_pull (fix->model, fix->tap);
    }
  pull (fix);
  g_assert_cmpuint (learn_dialogue_count (dialogue), <=, MANY);
  g_assert_cmpuint (learn_dialogue_count (dialogue), >, MANY / 2);
  g_assert_cmpint (app_panel_row_get_kind (row_at (fix, 0)), ==, APP_PANEL_DROPPED);
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
  for (guint i = 0; i < MANY; i++)
    exchange (fix, i == MANY / 2 ? "UID STORE" : "UID FETCH", cause);
  pull (fix);
  assert_shape (fix, "CE");
  before = app_panel_model_get_work (fix->model);
  exchange (fix, "UID FETCH", cause);
  pull (fix);
  assert_shape (fix, "DCE");
  /* Each is placed again, by its mark; none is looked at but the new one. */
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, MANY + 100);
}

/* Words are looked for piece by piece; until all has been looked at the rows stay what they were,
 * what is said meanwhile is found too, and who needs one row does not wait. */
static void
test_piece_by_piece (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "letter");
  guint turns = 0;
  guint64 before, first;

  for (guint i = 0; i < MANY; i++)
    exchange (fix, i % 100 == 50 ? "UID STORE" : "UID FETCH", cause);
  app_panel_model_set_everything (fix->model, TRUE);
  pull (fix);
  first = fix->copy.items->len;
  before = app_panel_model_get_work (fix->model);
  app_panel_model_set_filter (fix->model, "store");
  g_assert_true (app_panel_model_is_looking (fix->model));
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, MANY / 2);
  g_assert_cmpuint (fix->copy.items->len, ==, first);
  exchange (fix, "UID STORE", cause);
  pull (fix);
  g_assert_cmpuint (fix->copy.items->len, ==, first);
  while (app_panel_model_is_looking (fix->model))
    {
      before = app_panel_model_get_work (fix->model);
      g_assert_true (g_main_context_iteration (NULL, FALSE));
      if (app_panel_model_is_looking (fix->model))
        g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, MANY / 2);
      turns++;
    }
  g_assert_cmpuint (turns, >, 1);
  copy_check (&fix->copy);
  g_assert_cmpuint (fix->copy.items->len, ==, 1 + MANY / 100 + 1);
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
  g_assert_cmpuint (fix->copy.items->len, ==, 1 + MANY / 100 + 1);
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

      exchange (fix, i % 3 == 0 ? "UID STORE" : "UID FETCH", cause);
      if (i % 500 == 499)
        pull (fix);
    }
  first = g_object_ref (row_at (fix, 3));
  g_assert_cmpstr (app_panel_row_get_exchange (first)->verb, ==, "UID FETCH");
  g_signal_connect (first, "changed", G_CALLBACK (on_changed), &changes);
  handler = g_signal_connect (fix->model, "items-changed", G_CALLBACK (on_items_changed), &looked);
  wait_for_words (fix, "=uid store");
  g_assert_cmpuint (fix->copy.items->len, ==, 2000);
  g_assert_cmpuint (looked.touched, ==, 0);
  g_assert_cmpuint (changes, >, 0);
  g_assert_true (row_at (fix, 3) == first);
  g_assert_cmpstr (app_panel_row_get_exchange (first)->verb, ==, "UID STORE");
  g_assert_cmpuint (app_panel_row_get_exchange (first)->exchange, ==, 4);
  /* Every row says what a list that is made anew says. */
  for (guint i = 0; i < fix->copy.items->len; i++)
    {
      g_assert_cmpint (app_panel_row_get_kind (row_at (fix, i)),
                       ==,
                       i % 2 == 0 ? APP_PANEL_CAUSE : APP_PANEL_EXCHANGE);
      g_assert_cmpuint (app_panel_row_get_exchange (row_at (fix, i))->exchange, ==, i / 2 * 3 + 1);
    }
  /* Selected in the middle: it stays itself, and its neighbours stay where they are beside it. */
  chosen = g_object_ref (row_at (fix, 1001));
  exchange_of_chosen = app_panel_row_get_exchange (chosen);
  app_panel_model_keep (fix->model, chosen);
  looked = (Looked){ 950, 1050, 0 };
  wait_for_words (fix, "");
  g_assert_cmpuint (fix->copy.items->len, ==, 6000);
  g_assert_cmpuint (looked.touched, ==, 0);
  at = app_panel_model_position (fix->model, chosen);
  g_assert_true (row_at (fix, at) == chosen);
  g_assert_true (app_panel_row_get_exchange (chosen) == exchange_of_chosen);
  for (guint i = 0; i < fix->copy.items->len; i++)
    g_assert_cmpuint (app_panel_row_get_exchange (row_at (fix, i))->exchange, ==, i / 2 + 1);
  g_signal_handler_disconnect (fix->model, handler);
}

/* A fold or a run of thousands grows by what comes, and is not made again for it. */
static void
test_long_folds (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) cause =
      base_cause_new (GPOINTER_TO_INT (data) ? BASE_CAUSE_SYNC : BASE_CAUSE_DOWNLOAD, "INBOX");
  guint64 before;

  for (guint i = 0; i < MANY / 2; i++)
    exchange (fix, "UID FETCH", cause);
  pull (fix);
  before = app_panel_model_get_work (fix->model);
  for (guint i = 0; i < 10; i++)
    {
      begin (fix, "UID FETCH", cause, "a UID FETCH 1");
      pull (fix);
      end (fix, "a OK done", BASE_OUTCOME_OK);
      pull (fix);
    }
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, 10 * 20);
  assert_shape (fix, GPOINTER_TO_INT (data) ? "F" : "CF");
  g_assert_cmpuint (
      app_panel_row_get_count (row_at (fix, fix->copy.items->len - 1)), ==, MANY / 2 + 10);
  /* One in the middle of an open one that is refused. */
  app_panel_model_toggle (fix->model, row_at (fix, fix->copy.items->len - 1));
  begin (fix, "UID FETCH", cause, "a UID FETCH 1");
  pull (fix);
  exchange (fix, "UID FETCH", cause);
  pull (fix);
  g_assert_cmpuint (fix->copy.items->len, >=, MANY / 2 + 12);
}

/* Whoever changes what is shown still has selected what was selected. */
static void
test_selection_stays (PanelFix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) connect = base_cause_new (BASE_CAUSE_CONNECT, NULL);
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (GtkSingleSelection) selection = NULL;
  AppPanelRow *row;

  exchange (fix, "CAPABILITY", connect);
  exchange (fix, "UID FETCH", open);
  exchange (fix, "NOOP", connect);
  pull (fix);
  assert_shape (fix, "FCEF");
  selection = app_panel_cell_selection_new (fix->model);
  gtk_single_selection_set_selected (selection, 2);
  row = gtk_single_selection_get_selected_item (selection);
  app_panel_model_set_everything (fix->model, TRUE);
  assert_shape (fix, "CECECE");
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
  WireConnection *smtp = open_line (fix->tap, "ada", "smtp");

  exchange (fix, "UID FETCH", open);
  begin (fix, "UID STORE", open, "a2 UID STORE 4 +FLAGS (\\Seen)");
  end (fix, "a2 NO [OVERQUOTA] Mailbox is full", BASE_OUTCOME_REFUSED);
  exchange (fix, "NOOP", open);
  fix->connection = smtp;
  memset (fix->offset, 0, sizeof fix->offset);
  begin (fix, "RCPT", open, "RCPT TO:<andré@b.example>");
  end (fix, "550 5.1.1 no such user", BASE_OUTCOME_REFUSED);
  fix->connection = imap;
  app_panel_model_set_everything (fix->model, TRUE);
  pull (fix);
  assert_shape (fix, "CEEEE");

  app_panel_model_set_protocol (fix->model, "smtp");
  assert_shape (fix, "CE");
  g_assert_cmpstr (app_panel_row_get_exchange (row_at (fix, 1))->verb, ==, "RCPT");
  app_panel_model_set_only (fix->model, APP_PANEL_ONLY_FAILED);
  assert_shape (fix, "CE");
  app_panel_model_set_protocol (fix->model, "");
  assert_shape (fix, "CEE");
  app_panel_model_set_only (fix->model, APP_PANEL_ONLY_SLOW);
  assert_shape (fix, "");
  app_panel_model_set_only (fix->model, APP_PANEL_NO_KEEP_ALIVES);
  assert_shape (fix, "CEEE");
  app_panel_model_set_only (fix->model, 0);

  /* Words in any order, of any case, each somewhere in the exchange; also one word of a refusal. */
  app_panel_model_set_filter (fix->model, "overquota  store");
  assert_shape (fix, "CE");
  g_assert_cmpstr (app_panel_row_get_exchange (row_at (fix, 1))->verb, ==, "UID STORE");
  app_panel_model_set_filter (fix->model, "store 550");
  assert_shape (fix, "");
  app_panel_model_set_filter (fix->model, "ANDRÉ SUCH");
  assert_shape (fix, "CE");
  app_panel_model_set_filter (fix->model, "andre");
  assert_shape (fix, "");
  /* A command alone, whatever others say of it. */
  app_panel_model_set_filter (fix->model, "=uid store");
  assert_shape (fix, "CE");
  g_assert_cmpstr (app_panel_row_get_exchange (row_at (fix, 1))->verb, ==, "UID STORE");
  app_panel_model_set_filter (fix->model, "=store");
  assert_shape (fix, "");
  app_panel_model_set_filter (fix->model, "=");
  assert_shape (fix, "CEEEE");
  app_panel_model_set_filter (fix->model, "  ");
  assert_shape (fix, "CEEEE");
  wire_connection_unref (smtp);
}

/* Of as many as are kept, opening one or a fold makes only its rows. */
static void
test_many (PanelFix *fix, gconstpointer data)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (fix->model);
  g_autoptr (BaseCause) sync = base_cause_new (BASE_CAUSE_SYNC, NULL);
  guint64 before;
  guint rows;

  for (guint i = 0; i < MANY; i++)
    {
      exchange (fix, "UID FETCH", sync);
      if (i % 500 == 499)
        app_panel_model_pull (fix->model, fix->tap);
    }
  pull (fix);
  g_assert_cmpuint (learn_dialogue_count (dialogue), ==, MANY);
  g_assert_cmpuint (learn_dialogue_bytes (dialogue), <, LEARN_MAX_BYTES);
  assert_shape (fix, "F");
  app_panel_model_toggle (fix->model, row_at (fix, 0));
  rows = fix->copy.items->len;
  g_assert_cmpuint (rows, ==, MANY + 1);
  before = app_panel_model_get_work (fix->model);
  app_panel_model_toggle (fix->model, row_at (fix, 3));
  app_panel_model_open (fix->model, app_panel_row_get_exchange (row_at (fix, rows / 2))->key);
  app_panel_model_toggle (fix->model, row_at (fix, rows - 5));
  copy_check (&fix->copy);
  g_assert_cmpuint (fix->copy.items->len, >, rows);
  app_panel_model_toggle (fix->model, row_at (fix, 3));
  copy_check (&fix->copy);
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, 100);
  /* The oldest go, and a row says so. */
  for (guint i = 0; i < 10; i++)
    exchange (fix, "UID STORE", sync);
  pull (fix);
  g_assert_cmpuint (learn_dialogue_count (dialogue), <=, MANY);
  g_assert_cmpint (app_panel_row_get_kind (row_at (fix, 0)), ==, APP_PANEL_DROPPED);
}

/* However much is shown, what one more exchange costs is the same. */
static void
test_work (PanelFix *fix, gconstpointer data)
{
  gboolean everything = GPOINTER_TO_INT (data);
  g_autoptr (BaseCause) open = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  guint64 before;

  app_panel_model_set_everything (fix->model, everything);
  for (guint i = 0; i < MANY / 2; i++)
    {
      exchange (fix, i % 3 == 0 ? "UID FETCH" : i % 3 == 1 ? "NOOP" : "UID STORE", open);
      if (i % 500 == 499)
        app_panel_model_pull (fix->model, fix->tap);
    }
  pull (fix);
  before = app_panel_model_get_work (fix->model);
  exchange (fix, "UID COPY", open);
  app_panel_model_pull (fix->model, fix->tap);
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, 100);
  begin (fix, "UID MOVE", open, "a UID MOVE 1 Trash");
  app_panel_model_pull (fix->model, fix->tap);
  end (fix, "a OK moved", BASE_OUTCOME_OK);
  pull (fix);
  g_assert_cmpuint (app_panel_model_get_work (fix->model) - before, <, 300);
  g_assert_cmpuint (
      app_panel_model_find (fix->model, fix->connection->id, fix->exchange), !=, G_MAXUINT);
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
          begin (fix, verb, cause, "a said");
          if (g_rand_int_range (random, 0, 4) == 0)
            app_panel_model_pull (fix->model, fix->tap);
          end (fix,
               "a answered",
               g_rand_int_range (random, 0, 30) == 0 ? BASE_OUTCOME_REFUSED : BASE_OUTCOME_OK);
        }
      if (i % 50 == 0)
        {
          g_autofree char *pieces = NULL;

          pull (fix);
          pieces = shape (fix);
          app_panel_model_set_filter (fix->model, "");
          copy_check (&fix->copy);
          assert_shape (fix, pieces);
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

  exchange (fix, "SELECT", open);
  begin (fix, "UID FETCH", open, "a UID FETCH 1");
  first = g_get_real_time ();
  g_usleep (1000);
  end (fix, "a OK done", BASE_OUTCOME_OK);
  /* Two clocks say when it ended, to a microsecond each. */
  g_usleep (1000);
  second = g_get_real_time ();
  g_usleep (1000);
  exchange (fix, "UID STORE", open);
  pull (fix);
  assert_shape (fix, "CEEE");
  app_panel_model_set_until (fix->model, first);
  copy_check (&fix->copy);
  assert_shape (fix, "CEE");
  g_assert_true (app_panel_row_is_under_way (row_at (fix, 2)));
  app_panel_model_open (fix->model, app_panel_row_get_exchange (row_at (fix, 2))->key);
  assert_shape (fix, "CEE.L");
  app_panel_model_set_until (fix->model, second);
  copy_check (&fix->copy);
  assert_shape (fix, "CEE.LL");
  g_assert_false (app_panel_row_is_under_way (row_at (fix, 2)));
  /* What comes meanwhile waits. */
  exchange (fix, "NOOP", NULL);
  pull (fix);
  assert_shape (fix, "CEE.LL");
  app_panel_model_set_until (fix->model, 0);
  copy_check (&fix->copy);
  assert_shape (fix, "CEE.LLEF");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, before, func) \
  g_test_add ("/app/panel-model/" name, PanelFix, NULL, before, func, teardown)
  ADD ("causes", setup, test_causes);
  ADD ("lines", setup, test_lines);
  ADD ("folds", setup, test_folds);
  ADD ("errors-stay", setup, test_errors_stay);
  ADD ("runs", setup, test_runs);
  ADD ("filter", setup, test_filter);
  ADD ("filters", setup, test_filters);
  ADD ("selection-stays", setup, test_selection_stays);
  ADD ("rows-stay", setup, test_rows_stay);
  ADD ("held", setup, test_held);
  ADD ("dropped", setup_small, test_dropped);
  ADD ("bounded", setup_many, test_bounded);
  ADD ("bounded-work", setup_many, test_bounded_work);
  ADD ("piece-by-piece", setup, test_piece_by_piece);
  ADD ("say-else", setup, test_say_else);
  ADD ("many", setup_many, test_many);
  ADD ("pieces", setup, test_pieces);
  ADD ("until", setup, test_until);
  g_test_add ("/app/panel-model/long-fold",
              PanelFix,
              GINT_TO_POINTER (TRUE),
              setup,
              test_long_folds,
              teardown);
  g_test_add ("/app/panel-model/long-run",
              PanelFix,
              GINT_TO_POINTER (FALSE),
              setup,
              test_long_folds,
              teardown);
  g_test_add (
      "/app/panel-model/work", PanelFix, GINT_TO_POINTER (FALSE), setup, test_work, teardown);
  g_test_add ("/app/panel-model/work-unfolded",
              PanelFix,
              GINT_TO_POINTER (TRUE),
              setup,
              test_work,
              teardown);
  return g_test_run ();
}
