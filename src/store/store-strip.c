/* The storage strip of an account: maintained counters, read in one go. */
#include "config.h"

#include "store-read.h"
#include "store-reader.h"

/* The fact "quota": what is used and what there is, of 1024 bytes each. */
static void
read_quota (StoreReader *reader, StoreStrip *strip)
{
  g_autofree char *quota = store_reader_fact (reader, "quota", NULL);
  char *end = NULL;

  if (quota == NULL)
    return;
  strip->quota_used = g_ascii_strtoll (quota, &end, 10);
  strip->quota_limit = g_ascii_strtoll (end, NULL, 10);
}

gboolean
store_reader_strip (StoreReader *reader, StoreStrip *strip, GError **error)
{
  /* Folders are few. The oldest answer says how fresh the sum is. A size that leaves out one of
   * them would be none. */
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT copies_here, bytes_here, headers_only, only_here, leaving, waiting, "
      "(SELECT sum (server_total) FROM folder WHERE place = 0 AND selectable AND server_total >= "
      "0), "
      "(SELECT CASE WHEN min (server_size) >= 0 THEN sum (server_size) END FROM folder "
      "WHERE place = 0 AND selectable AND server_total <> 0), "
      "(SELECT min (as_of) FROM folder WHERE place = 0 AND selectable AND as_of > 0) FROM counter",
      "");

  *strip = (StoreStrip){ .server_total = -1, .server_size = -1 };
  if (stmt == NULL || store_sqlite_step (reader->db, stmt, error) != 1)
    return FALSE;
  strip->copies_here = sqlite3_column_int64 (stmt, 0);
  strip->bytes_here = sqlite3_column_int64 (stmt, 1);
  strip->headers_only = sqlite3_column_int64 (stmt, 2);
  strip->only_here = sqlite3_column_int64 (stmt, 3);
  strip->leaving_at_quit = sqlite3_column_int64 (stmt, 4);
  strip->waiting = sqlite3_column_int64 (stmt, 5);
  if (sqlite3_column_type (stmt, 6) != SQLITE_NULL)
    strip->server_total = sqlite3_column_int64 (stmt, 6);
  if (sqlite3_column_type (stmt, 7) != SQLITE_NULL)
    strip->server_size = sqlite3_column_int64 (stmt, 7);
  strip->server_as_of = sqlite3_column_int64 (stmt, 8);
  store_sqlite_reset (stmt);
  read_quota (reader, strip);
  return TRUE;
}

/* The newest entry of each letter in each place until then, rows of several letters taken apart;
 * SQLite takes a bare column from the row that max() chose. */
#define AT_SQL                                                                                \
  "WITH RECURSIVE run (message, last, place, state, id) AS "                                  \
  "(SELECT message, last, place, state, id - (last - message) FROM ledger "                   \
  "WHERE last > 0 AND at <= ?1 "                                                              \
  "UNION ALL SELECT message + 1, last, place, state, id + 1 FROM run WHERE message < last), " \
  "entry AS (SELECT message, place, state, id FROM ledger WHERE last = 0 AND at <= ?1 "       \
  "UNION ALL SELECT message, place, state, id FROM run), "                                    \
  "known AS (SELECT message, place, state, max(id) FROM entry GROUP BY message, place), "     \
  "both AS (SELECT message, "                                                                 \
  "max(CASE WHEN place = 0 THEN state END) AS server, "                                       \
  "max(CASE WHEN place = 1 THEN state END) AS here FROM known GROUP BY message), "            \
  "letter AS (SELECT server, coalesce(server IN (1, 3, 6, 7, 12, 15), 0) AS there, "          \
  "coalesce(here IN (2, 13), 0) AS copied FROM both) "                                        \
  "SELECT coalesce(sum(there), 0), coalesce(sum(server = 3), 0), coalesce(sum(copied), 0), "  \
  "coalesce(sum(there AND NOT copied), 0), coalesce(sum(copied AND NOT there), 0), "          \
  "coalesce(sum(server = 7), 0) FROM letter"

gboolean
store_reader_strip_at (StoreReader *reader, gint64 when, StoreStrip *strip, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (reader->db, error, AT_SQL, "i", when);

  *strip = (StoreStrip){ .server_total = -1, .server_size = -1, .bytes_here = -1 };
  if (stmt == NULL || store_sqlite_step (reader->db, stmt, error) != 1)
    return FALSE;
  strip->server_total = sqlite3_column_int64 (stmt, 0);
  strip->leaving_at_quit = sqlite3_column_int64 (stmt, 1);
  strip->copies_here = sqlite3_column_int64 (stmt, 2);
  strip->headers_only = sqlite3_column_int64 (stmt, 3);
  strip->only_here = sqlite3_column_int64 (stmt, 4);
  strip->waiting = sqlite3_column_int64 (stmt, 5);
  strip->server_as_of = when;
  store_sqlite_reset (stmt);
  return TRUE;
}
