/* What mail costs: sums by task, days, and comparisons that say what they are made of. */
#include "config.h"

#include <string.h>

#include "base-cause.h"
#include "learn-accounting.h"

static GPtrArray *
week (void)
{
  static const StoreTraffic rows[] = {
    { .day = 20261231,
      .protocol = (char *) "imap",
      .task = BASE_CAUSE_SYNC,
      .exchanges = 4,
      .round_trips = 2,
      .bytes_in = 9000,
      .bytes_out = 100,
      .line_in = 3000,
      .line_out = 200,
      .waited = 500000 },
    { .day = 20270101,
      .protocol = (char *) "imap",
      .task = BASE_CAUSE_WATCH,
      .exchanges = 1,
      .round_trips = 1,
      .bytes_in = 10,
      .bytes_out = 10,
      .line_in = 40,
      .line_out = 40,
      .waited = 1700000000 },
    { .day = 20270101,
      .protocol = (char *) "smtp",
      .task = BASE_CAUSE_SEND,
      .exchanges = 5,
      .round_trips = 5,
      .bytes_in = 300,
      .bytes_out = 7000,
      .line_in = 400,
      .line_out = 7100,
      .waited = 250000 },
  };
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_ptr_array_add (list, (gpointer) &rows[i]);
  return list;
}

static void
test_sums (void)
{
  g_autoptr (GPtrArray) rows = week ();
  g_autoptr (GArray) tasks = learn_accounting_tasks (rows);
  g_autofree char *text = NULL;
  gint64 days[3];
  LearnCost cost;

  learn_accounting_sum (rows, NULL, LEARN_ANY_TASK, &cost);
  g_assert_cmpint (cost.line_in, ==, 3440);
  g_assert_cmpint (cost.round_trips, ==, 8);
  /* Half an hour of IDLE is nobody's waiting. */
  g_assert_cmpint (cost.waited, ==, 750000);
  text = learn_cost_text (&cost);
  g_assert_cmpstr (text, ==, "3.4 KB received, 7.3 KB sent · 8 round trips · 0.8 s of waiting");
  g_assert_cmpuint (tasks->len, ==, 3);
  g_assert_cmpint (g_array_index (tasks, int, 0), ==, BASE_CAUSE_SEND);
  g_assert_cmpint (g_array_index (tasks, int, 2), ==, BASE_CAUSE_WATCH);
  learn_accounting_days (rows, 20270101, days, G_N_ELEMENTS (days));
  g_assert_cmpint (days[0], ==, 0);
  g_assert_cmpint (days[1], ==, 3200);
  g_assert_cmpint (days[2], ==, 7580);
}

static void
test_comparison (void)
{
  g_autoptr (GPtrArray) rows = week ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) both = learn_accounting_compare ("imap", rows, NULL, 12, 48000);
  g_autoptr (GPtrArray) nothing = learn_accounting_compare ("pop3", none, rows, 0, 0);
  const LearnComparison *pop3 = both->pdata[0], *imap = both->pdata[1];

  g_assert_cmpstr (pop3->protocol, ==, "pop3");
  g_assert_false (pop3->measured);
  g_assert_cmpint (pop3->bytes, ==, 48000);
  g_assert_cmpint (pop3->round_trips, ==, -1);
  g_assert_nonnull (strstr (pop3->rule, "Estimate: the 12 letters"));
  /* What was sent is no matter of reading. */
  g_assert_true (imap->measured);
  g_assert_cmpint (imap->bytes, ==, 3280);
  pop3 = nothing->pdata[0];
  imap = nothing->pdata[1];
  g_assert_true (pop3->measured);
  g_assert_cmpint (pop3->bytes, ==, 0);
  g_assert_true (imap->measured);
  g_assert_cmpint (imap->round_trips, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/accounting/sums", test_sums);
  g_test_add_func ("/learn/accounting/comparison", test_comparison);
  return g_test_run ();
}
