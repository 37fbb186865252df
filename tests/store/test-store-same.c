/* Equal letters share their bytes; letters that only begin alike do not. */
#include <sqlite3.h>
#include <string.h>
#include <zstd.h>

#include "store-pack.h"
#include "test-store.h"

#define LONG (3 * STORE_SUMMED)

/* A letter of @len bytes whose byte at @odd is another one. */
static char *
make_letter (gsize len, gsize odd)
{
  char *text = g_malloc (len + 1);

  for (gsize i = 0; i < len; i++)
    text[i] = i % 64 == 63 ? '\n' : (char) ('a' + i * 7 % 26);
  text[len] = 0;
  if (odd < len)
    text[odd] = '#';
  return text;
}

static char *
read_back (Fix *fix, gint64 placement)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      store_reader_source (fix->reader, fix_message_of (fix, placement), &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static sqlite3 *
open_database (Fix *fix)
{
  g_autofree char *path = g_build_filename (fix->dir, "accounts", "a-b-c", "mail.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  return db;
}

static int
count (Fix *fix, const char *what)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(%s) FROM source", what);
  sqlite3 *db = open_database (fix);
  sqlite3_stmt *stmt;
  int number;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  number = sqlite3_column_int (stmt, 0);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return number;
}

static gint64
put (Fix *fix, const char *uidl, const char *text)
{
  return fix_letter (fix, fix->inbox, 0, uidl, "a@x", text);
}

static void
test_equal (Fix *fix, gconstpointer data)
{
  g_autofree char *text = make_letter (LONG, LONG);
  gint64 first = put (fix, "u1", text);
  gint64 second = put (fix, "u2", text);

  g_assert_cmpint (fix_message_of (fix, first), !=, fix_message_of (fix, second));
  g_assert_cmpint (count (fix, "*"), ==, 1);
}

static void
test_alike (Fix *fix, gconstpointer data)
{
  /* Behind what is summed, in the first chunk and in the last. */
  const gsize odd[] = { LONG, STORE_SUMMED, LONG - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autofree char *text = make_letter (LONG, odd[i]);
      g_autofree char *uidl = g_strdup_printf ("u%u", i);
      gint64 placement = put (fix, uidl, text);
      g_autofree char *back = read_back (fix, placement);

      g_assert_cmpint (count (fix, "*"), ==, i + 1);
      g_assert_cmpint (count (fix, "DISTINCT head_sum"), ==, 1);
      g_assert_true (g_str_equal (back, text));
    }
}

/* Another release of the compressor may have packed what is here. */
static void
test_packed_otherwise (Fix *fix, gconstpointer data)
{
  g_autofree char *text = make_letter (STORE_SUMMED, STORE_SUMMED);
  gsize room = ZSTD_compressBound (STORE_SUMMED);
  g_autofree guint8 *packed = g_malloc (room);
  gsize len = ZSTD_compress (packed, room, text, STORE_SUMMED, 19);
  sqlite3 *db = open_database (fix);
  sqlite3_stmt *stmt;

  put (fix, "u1", text);
  g_assert_false (ZSTD_isError (len));
  g_assert_cmpint (
      sqlite3_prepare_v2 (db, "UPDATE source_chunk SET data = ?", -1, &stmt, NULL), ==, SQLITE_OK);
  sqlite3_bind_blob (stmt, 1, packed, (int) len, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_DONE);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  put (fix, "u2", text);
  g_assert_cmpint (count (fix, "*"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/store/same/" name, Fix, NULL, fix_setup_pop3, func, fix_teardown)
  ADD ("equal", test_equal);
  ADD ("alike", test_alike);
  ADD ("packed-otherwise", test_packed_otherwise);
#undef ADD
  return g_test_run ();
}
