/* Sums of days: added up, in order, and for a bounded time. */
#include "test-store.h"

#include "store-traffic.h"

static gboolean
add (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_add_traffic (tx, data, error);
}

static void
test_adds_up (Fix *fix, gconstpointer data)
{
  int today = store_traffic_day (g_get_real_time (), 0);
  StoreTraffic one = { .day = today,
                       .protocol = (char *) "imap",
                       .task = 2,
                       .exchanges = 1,
                       .round_trips = 1,
                       .bytes_in = 100,
                       .line_in = 60,
                       .waited = 5 };
  StoreTraffic old = one;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  const StoreTraffic *row;

  old.day = store_traffic_day (g_get_real_time (), STORE_TRAFFIC_DAYS + 10);
  FIX_WRITE (fix, add, &old);
  FIX_WRITE (fix, add, &one);
  FIX_WRITE (fix, add, &one);
  one.task = -1;
  FIX_WRITE (fix, add, &one);
  fix_reopen (fix);
  rows = store_reader_traffic (fix->reader, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  row = rows->pdata[1];
  g_assert_cmpint (row->day, ==, today);
  g_assert_cmpint (row->exchanges, ==, 2);
  g_assert_cmpint (row->bytes_in, ==, 200);
  g_assert_cmpint (row->line_in, ==, 120);
  g_assert_cmpint (row->waited, ==, 10);
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = store_reader_traffic (fix->reader, today + 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 0);
}

static void
test_arrived (Fix *fix, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 letters, bytes;

  fix_letter (fix, fix->inbox, 1, NULL, "one@x", "the first letter");
  g_assert_true (store_reader_arrived (fix->reader, 0, &letters, &bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpint (letters, ==, 1);
  g_assert_cmpint (bytes, ==, strlen ("the first letter"));
  g_assert_true (store_reader_arrived (fix->reader, G_MAXINT64, &letters, &bytes, &error));
  g_assert_cmpint (letters, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/traffic/adds-up", Fix, NULL, fix_setup_imap, test_adds_up, fix_teardown);
  g_test_add ("/store/traffic/arrived", Fix, NULL, fix_setup_imap, test_arrived, fix_teardown);
  return g_test_run ();
}
