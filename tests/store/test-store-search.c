/* Search: what people type, what is found, and an index that is lost. */
#include "test-store.h"

#include <sqlite3.h>

#include "store-query.h"

static void
test_query (void)
{
  static const struct
  {
    const char *typed, *match;
  } rows[] = {
    { "lunch", "\"lunch\" *" },
    { "lunch today", "\"lunch\" AND \"today\" *" },
    { "lunch ", "\"lunch\" *" },
    { "\"lunch today\"", "\"lunch today\"" },
    { "\"lunch tod", "\"lunch tod\" *" },
    { "from:ada proof", "sender : \"ada\" AND \"proof\" *" },
    { "FROM: ada", "sender : \"ada\" *" },
    { "to:\"Grace Hopper\" x", "recipients : \"Grace Hopper\" AND \"x\" *" },
    { "subject:café", "subject : \"café\" *" },
    { "-- ( lunch", "\"lunch\" *" },
    { "a\"b", "\"a\" AND \"b\" *" },
    { "NOT OR * ^x", "\"NOT\" AND \"OR\" AND \"^x\" *" },
    { "東京", "\"東 京\" *" },
    { "from:山田 Tokyo東京", "sender : \"山 田\" AND \"Tokyo 東 京\" *" },
    { "サーバーが", "\"サー バー が\" *" },
    { "서울", "\"서울\" *" },
    { "", NULL },
    { "  \" \" -", NULL },
    { "from:", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *match = store_query_match (rows[i].typed);

      g_assert_cmpstr (match, ==, rows[i].match);
    }
}

static char *
whole_text (GBytes *source, gpointer data)
{
  int *calls = data;
  gsize len;
  const char *text = g_bytes_get_data (source, &len);

  (*calls)++;
  return g_strndup (text, len);
}

static guint
index_all (Fix *fix)
{
  g_autoptr (GError) error = NULL;
  int calls = 0;
  guint total = 0;
  gint done;

  while ((done = store_search_index (fix->mailbase, 2, whole_text, &calls, &error)) > 0)
    total += done;
  g_assert_no_error (error);
  return total;
}

static void
assert_found (Fix *fix, const char *query, gint64 missing_expected, guint n, ...)
{
  g_autoptr (GError) error = NULL;
  gint64 missing;
  g_autoptr (GArray) found = store_search (fix->mailbase, query, 10, &missing, &error);
  va_list expected;

  g_assert_no_error (error);
  g_assert_cmpint (missing, ==, missing_expected);
  g_assert_cmpuint (found->len, ==, n);
  va_start (expected, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (g_array_index (found, gint64, i), ==, va_arg (expected, gint64));
  va_end (expected);
}

static void
test_find (Fix *fix, gconstpointer data)
{
  gint64 lunch = fix_message_of (
      fix, fix_letter (fix, fix->inbox, 1, NULL, "lunch", "Shall we eat at Bletchley? Élan."));
  gint64 header = fix_message_of (fix, fix_header (fix, fix->inbox, 7, 2, "proof of lunch", 0));
  gint64 placement = fix_letter (fix, fix->inbox, 3, NULL, "other", "nothing at all");
  gint64 other = fix_message_of (fix, placement);

  assert_found (fix, "lunch", 3, 0);
  g_assert_cmpuint (index_all (fix), ==, 3);
  g_assert_cmpuint (index_all (fix), ==, 0);
  assert_found (fix, "lunch", 0, 2, header, lunch);
  assert_found (fix, "bletch", 0, 1, lunch);
  assert_found (fix, "elan", 0, 1, lunch);
  assert_found (fix, "subject:lunch", 0, 2, header, lunch);
  assert_found (fix, "from:lunch", 0, 0);
  assert_found (fix, "\"at all\"", 0, 1, other);
  /* What is gone is not found, before any rebuilding. */
  fix_expunge (fix, fix->inbox, 7, 3);
  assert_found (fix, "nothing", 0, 0);
  /* A body that comes later is indexed then. */
  fix_letter (fix, fix->inbox, 2, NULL, "proof of lunch", "now with a zebra");
  assert_found (fix, "zebra", 1, 0);
  g_assert_cmpuint (index_all (fix), ==, 1);
  assert_found (fix, "zebra", 0, 1, header);
  assert_found (fix, "proof", 0, 1, header);
}

/* Words begin anywhere in scripts that write no spaces. */
static void
test_without_spaces (Fix *fix, gconstpointer data)
{
  static const struct
  {
    const char *text, *found[8], *not_found[5];
  } rows[] = {
    { "明日は東京の会議に出ます。資料はサーバーにあります。",
      { "東京", "会議", "東京の会", "サーバー", "サーバ", "資料 会議", "出ます。資料" },
      { "京東", "東会", "議会", "バーサ" } },
    { "我们明天在北京大学见面,请带\r\n上图书馆的书。",
      { "北京", "大学", "明天在北京", "图书馆", "带上", "\"北京大学\"" },
      { "京北", "大北", "学大" } },
    { "Meeting in Tokyo東京タワー at 9時, RSVP",
      { "tokyo", "東京", "タワー", "9時", "meet", "rsvp" } },
    { "ขอบคุณมากครับ", { "มาก", "ครับ" }, { "มคร" } },
    { "서울에서 만나요", { "서울", "만나" } },
    { "Les élèves préparent l’été à Paris, coûte que coûte",
      { "eleves", "élèves", "prépar", "été", "\"a paris\"", "coute" },
      { "paren", "aris", "lèves" } },
    { "The quick brown foxes, e-mail and naïve co-operation",
      { "quick", "fox", "e-mail", "naive", "\"brown foxes\"" },
      { "uick", "rown", "\"foxes brown\"" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 message =
          fix_message_of (fix, fix_letter (fix, fix->inbox, i + 1, NULL, "subject", rows[i].text));

      index_all (fix);
      for (guint j = 0; j < 8 && rows[i].found[j] != NULL; j++)
        {
          g_test_message ("%s", rows[i].found[j]);
          assert_found (fix, rows[i].found[j], 0, 1, message);
        }
      for (guint j = 0; j < 5 && rows[i].not_found[j] != NULL; j++)
        {
          g_test_message ("%s", rows[i].not_found[j]);
          assert_found (fix, rows[i].not_found[j], 0, 0);
        }
      fix_expunge (fix, fix->inbox, 7, i + 1);
    }
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
}

/* What may stand in search.db's place, and is replaced. */
static void
test_other_index (Fix *fix, gconstpointer data)
{
  static const struct
  {
    const char *name, *sql;
    gboolean fresh;
  } rows[] = {
    { "an older index", "PRAGMA user_version = 1", FALSE },
    { "a newer index", "PRAGMA user_version = 99", FALSE },
    { "somebody's database", "CREATE TABLE cakes (name TEXT)", TRUE },
    { "with our number",
      "PRAGMA page_size = 16384; CREATE TABLE cakes (name TEXT); PRAGMA user_version = 2",
      TRUE },
    { "with our names",
      "CREATE TABLE letter (name TEXT); CREATE TABLE state (name TEXT); PRAGMA user_version = 2",
      TRUE },
    { "an empty folder", NULL, TRUE },
  };
  gint64 lunch = fix_message_of (fix, fix_letter (fix, fix->inbox, 1, NULL, "lunch", "text"));
  g_autofree char *dir = g_path_get_dirname (store_mailbase_path (fix->mailbase));
  g_autofree char *path = g_build_filename (dir, "search.db", NULL);

  index_all (fix);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].name);
      if (rows[i].fresh)
        g_assert_cmpint (g_unlink (path), ==, 0);
      if (rows[i].sql != NULL)
        run_sql (path, rows[i].sql);
      else
        g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      assert_found (fix, "lunch", 1, 0);
      g_assert_cmpuint (index_all (fix), ==, 1);
      assert_found (fix, "lunch", 0, 1, lunch);
    }
}

/* A folder with something in it is not ours to remove: said, by name. */
static void
test_blocked_index (Fix *fix, gconstpointer data)
{
  g_autofree char *dir = g_path_get_dirname (store_mailbase_path (fix->mailbase));
  g_autofree char *path = g_build_filename (dir, "search.db", NULL);
  g_autofree char *inside = g_build_filename (path, "kept", NULL);
  g_autoptr (GError) error = NULL;
  int calls = 0;

  fix_letter (fix, fix->inbox, 1, NULL, "lunch", "text");
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  g_assert_cmpint (store_search_index (fix->mailbase, 2, whole_text, &calls, &error), ==, -1);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_true (g_file_test (inside, G_FILE_TEST_IS_DIR));
  assert_found (fix, "lunch", 1, 0);
}

static void
test_lost_index (Fix *fix, gconstpointer data)
{
  gint64 lunch = fix_message_of (fix, fix_letter (fix, fix->inbox, 1, NULL, "lunch", "text"));
  g_autofree char *dir = g_path_get_dirname (store_mailbase_path (fix->mailbase));
  g_autofree char *path = g_build_filename (dir, "search.db", NULL);

  index_all (fix);
  assert_found (fix, "lunch", 0, 1, lunch);
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_found (fix, "lunch", 1, 0);
  g_assert_cmpuint (index_all (fix), ==, 1);
  assert_found (fix, "lunch", 0, 1, lunch);
  g_assert_true (g_file_set_contents (
      path, "this is not a database, and long enough to be one or not ...", -1, NULL));
  assert_found (fix, "lunch", 1, 0);
  g_assert_cmpuint (index_all (fix), ==, 1);
  assert_found (fix, "lunch", 0, 1, lunch);
}

static void
test_backup (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 1, NULL, "lunch", "text");
  g_autofree char *copy = g_build_filename (fix->dir, "copy", NULL);
  g_autofree char *home = g_build_filename (copy, "accounts", "b", NULL);
  g_autofree char *file = g_build_filename (home, "mail.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMailbase) mailbase = NULL;
  g_autoptr (StoreReader) reader = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_mkdir_with_parents (home, 0700);
  g_assert_true (store_mailbase_backup (fix->mailbase, file, &error));
  g_assert_no_error (error);
  mailbase = store_mailbase_open (copy, "b", TRUE, &error);
  g_assert_no_error (error);
  reader = store_mailbase_reader (mailbase, &error);
  bytes = store_reader_source (reader, fix_message_of (fix, placement), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "text", 4);
  g_assert_false (store_mailbase_backup (fix->mailbase, "/nowhere/at/all", &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/search/query", test_query);
#define ADD(name, func) \
  g_test_add ("/store/search/" name, Fix, NULL, fix_setup_imap, func, fix_teardown)
  ADD ("find", test_find);
  ADD ("without-spaces", test_without_spaces);
  ADD ("other-index", test_other_index);
  ADD ("blocked-index", test_blocked_index);
  ADD ("lost-index", test_lost_index);
  ADD ("backup", test_backup);
  return g_test_run ();
}
