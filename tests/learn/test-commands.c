/* test-commands FILE: what the exchanges of a recording are as commands for a terminal, on standard
 * output. For tests/learn/test-learn-commands.py, which runs them. */
#include "config.h"

#include <locale.h>

#include "learn-export.h"
#include "wire-transcript.h"

int
main (int argc, char **argv)
{
  g_autoptr (GHashTable) connections = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GPtrArray) exchanges = g_ptr_array_new ();
  g_autoptr (LearnDialogue) dialogue = learn_dialogue_new (10000, NULL, NULL);
  g_autofree char *text = NULL;

  setlocale (LC_ALL, "");
  g_assert_cmpint (argc, ==, 2);
  events = wire_transcript_read (argv[1], &connections, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      learn_dialogue_feed (dialogue, event, g_hash_table_lookup (connections, &event->connection));
    }
  for (guint i = 0; i < learn_dialogue_count (dialogue); i++)
    g_ptr_array_add (exchanges, learn_dialogue_get (dialogue, i));
  text = learn_export (exchanges, LEARN_EXPORT_COMMANDS, FALSE);
  g_print ("%s", text);
  return 0;
}
