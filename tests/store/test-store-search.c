/* Search: what people type, what is found, and an index that is lost. */
#include "test-store.h"

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
  ADD ("lost-index", test_lost_index);
  ADD ("backup", test_backup);
  return g_test_run ();
}
