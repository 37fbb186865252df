/* test-learn-recording FILE…: every line of these recordings has an explanation of its own, in both
 * languages. For tests/learn/test-learn-heard.py, whose recordings are the program's own work. */
#include "config.h"

#include "test-lines.h"
#include "wire-transcript.h"

static void
test_recording (gconstpointer path)
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
  g_assert_cmpuint (learn_dialogue_dropped (dialogue), ==, 0);
  g_assert_cmpuint (test_lines_check (dialogue, NULL), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++)
    {
      g_autofree char *name = g_strdup_printf ("/learn/recording/%d", i);

      g_test_add_data_func (name, argv[i], test_recording);
    }
  return g_test_run ();
}
