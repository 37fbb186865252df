/* Runs one fuzz target over its corpus without a fuzzer: each file whole, then cut short at every
 * length, always in memory of exactly that size, so that the sanitizers see a read past the end. */
#include <glib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

/* Longer files are cut at this many places only. */
#define MAX_CUTS 1024

static void
run_exact (const char *data, gsize size)
{
  guint8 *exact = g_malloc (MAX (size, 1));
  guint8 *end = exact;

  /* An empty input has no byte that may be read, so it points past the only one there is. */
  if (size > 0)
    memcpy (exact, data, size);
  else
    end = exact + 1;
  LLVMFuzzerTestOneInput (end, size);
  g_free (exact);
}

static void
test_empty (void)
{
  run_exact ("", 0);
}

static void
test_file (gconstpointer user_data)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  gsize step;

  g_file_get_contents (user_data, &data, &size, &error);
  g_assert_no_error (error);
  run_exact (data, size);
  step = MAX (size / MAX_CUTS, 1);
  for (gsize cut = 1; cut < size; cut += step)
    run_exact (data, cut);
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) corpus = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  g_test_add_func ("/corpus/empty", test_empty);
  corpus = g_dir_open (argv[1], 0, NULL);
  while (corpus != NULL && (name = g_dir_read_name (corpus)) != NULL)
    {
      g_autofree char *path = g_strconcat ("/corpus/", name, NULL);

      g_test_add_data_func_full (path, g_build_filename (argv[1], name, NULL), test_file, g_free);
    }
  return g_test_run ();
}
