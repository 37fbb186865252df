/* Dialogues recorded with Dovecot, Cyrus, Courier, Postfix, Exim, OpenSMTPD and the practice post
 * office (test-learn-live.c made them): every line is explained by an entry of its own, in both
 * languages. */
#include "config.h"

#include <string.h>

#include "test-lines.h"
#include "wire-transcript.h"

static void
test_transcript (gconstpointer path)
{
  g_autoptr (GHashTable) connections = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = wire_transcript_read (path, &connections, &error);
  g_autoptr (LearnDialogue) dialogue = learn_dialogue_new (10000, NULL, NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      learn_dialogue_feed (dialogue, event, g_hash_table_lookup (connections, &event->connection));
    }
  g_assert_cmpuint (test_lines_check (dialogue, NULL), >, 40);
}

/* What was recorded shows nobody's machine, and nobody's secret. */
static void
test_clean (gconstpointer path)
{
  static const char *const never[] = { "/tmp", "/work",  "/home",     "/root",
                                       "/usr", "/build", "analytical" };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    g_assert_null (strstr (text, never[i]));
}

int
main (int argc, char **argv)
{
  g_autofree char *directory = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_test_init (&argc, &argv, NULL);
  directory = g_test_build_filename (G_TEST_DIST, "learn", "transcripts", NULL);
  dir = g_dir_open (directory, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *about = g_strconcat ("/learn/transcripts/", name, NULL);
      g_autofree char *clean = g_strconcat ("/learn/transcripts/clean/", name, NULL);
      char *path = g_build_filename (directory, name, NULL);

      g_ptr_array_add (paths, path);
      g_test_add_data_func (about, path, test_transcript);
      g_test_add_data_func (clean, path, test_clean);
    }
  return g_test_run ();
}
