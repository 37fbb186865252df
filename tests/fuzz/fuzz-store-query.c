/* Whatever is typed into the search field, FTS5 gets a query it understands; and what the query
 * looks for in a letter made of the same words is no error either. */
#include <sqlite3.h>
#include <string.h>

#include "store-query.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static sqlite3 *
index_of_one (void)
{
  static sqlite3 *db;

  if (db != NULL)
    return db;
  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "CREATE VIRTUAL TABLE letter USING fts5 (subject, sender, "
                                 "recipients, text, content = '');"
                                 "INSERT INTO letter (rowid, subject, sender, recipients, text) "
                                 "VALUES (1, 'a', 'b', 'c', 'd')",
                                 NULL,
                                 NULL,
                                 NULL),
                   ==,
                   SQLITE_OK);
  return db;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *typed = g_strndup ((const char *) data, size);
  g_autofree char *match = store_query_match (typed);
  sqlite3 *db = index_of_one ();
  sqlite3_stmt *stmt = NULL;
  int code;

  if (match == NULL)
    return 0;
  g_assert_true (g_utf8_validate (match, -1, NULL));
  g_assert_cmpint (
      sqlite3_prepare_v2 (db, "SELECT rowid FROM letter WHERE letter MATCH ?", -1, &stmt, NULL),
      ==,
      SQLITE_OK);
  sqlite3_bind_text (stmt, 1, match, -1, SQLITE_STATIC);
  code = sqlite3_step (stmt);
  g_assert_true (code == SQLITE_ROW || code == SQLITE_DONE);
  sqlite3_finalize (stmt);
  return 0;
}
