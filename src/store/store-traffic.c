/* One row a day, protocol and task: some tens of rows a day at most, for a bounded number of days.
 */
#include "config.h"

#include "store-traffic.h"

#include "store-read.h"
#include "store-reader.h"
#include "store-tx.h"

void
store_traffic_free (StoreTraffic *traffic)
{
  g_free (traffic->protocol);
  g_free (traffic);
}

int
store_traffic_day (gint64 at, int days)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (at / G_USEC_PER_SEC);
  g_autoptr (GDateTime) day = g_date_time_add_days (then, -days);

  return g_date_time_get_year (day) * 10000 + g_date_time_get_month (day) * 100 +
         g_date_time_get_day_of_month (day);
}

gboolean
store_tx_add_traffic (StoreTx *tx, const StoreTraffic *traffic, GError **error)
{
  return store_sqlite_run (
             tx->db,
             error,
             "INSERT INTO traffic (day, protocol, task, exchanges, round_trips, bytes_in, "
             "bytes_out, line_in, line_out, waited) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
             "ON CONFLICT (day, protocol, task) DO UPDATE SET exchanges = exchanges + "
             "excluded.exchanges, round_trips = round_trips + excluded.round_trips, bytes_in = "
             "bytes_in + excluded.bytes_in, bytes_out = bytes_out + excluded.bytes_out, line_in = "
             "line_in + excluded.line_in, line_out = line_out + excluded.line_out, waited = waited "
             "+ excluded.waited",
             "isiiiiiiii",
             (gint64) traffic->day,
             traffic->protocol,
             (gint64) traffic->task,
             traffic->exchanges,
             traffic->round_trips,
             traffic->bytes_in,
             traffic->bytes_out,
             traffic->line_in,
             traffic->line_out,
             traffic->waited) &&
         store_sqlite_run (tx->db,
                           error,
                           "DELETE FROM traffic WHERE day < ?",
                           "i",
                           (gint64) store_traffic_day (tx->now, STORE_TRAFFIC_DAYS));
}

GPtrArray *
store_reader_traffic (StoreReader *reader, int since, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) store_traffic_free);
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT day, protocol, task, exchanges, round_trips, bytes_in, bytes_out, line_in, line_out, "
      "waited FROM traffic WHERE day >= ? ORDER BY day, protocol, task",
      "i",
      (gint64) since);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreTraffic *traffic = g_new0 (StoreTraffic, 1);

      traffic->day = sqlite3_column_int (stmt, 0);
      traffic->protocol = store_column_text (stmt, 1);
      traffic->task = sqlite3_column_int (stmt, 2);
      traffic->exchanges = sqlite3_column_int64 (stmt, 3);
      traffic->round_trips = sqlite3_column_int64 (stmt, 4);
      traffic->bytes_in = sqlite3_column_int64 (stmt, 5);
      traffic->bytes_out = sqlite3_column_int64 (stmt, 6);
      traffic->line_in = sqlite3_column_int64 (stmt, 7);
      traffic->line_out = sqlite3_column_int64 (stmt, 8);
      traffic->waited = sqlite3_column_int64 (stmt, 9);
      g_ptr_array_add (list, traffic);
    }
  return step == 0 ? g_steal_pointer (&list) : NULL;
}

gboolean
store_reader_arrived (
    StoreReader *reader, gint64 since, gint64 *letters, gint64 *bytes, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT count(*), coalesce (sum (m.size), 0) FROM message m WHERE m.arrived >= ? AND (EXISTS "
      "(SELECT 1 FROM ledger l WHERE l.message = m.id AND l.state = 1) OR m.id >= "
      "(SELECT l.message FROM ledger l WHERE l.last > 0 AND l.last >= m.id ORDER BY l.last LIMIT "
      "1))",
      "i",
      since);

  if (stmt == NULL || store_sqlite_step (reader->db, stmt, error) != 1)
    return FALSE;
  *letters = sqlite3_column_int64 (stmt, 0);
  *bytes = sqlite3_column_int64 (stmt, 1);
  store_sqlite_reset (stmt);
  return TRUE;
}
