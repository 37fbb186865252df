/* Recordings: whatever a file holds, reading it ends, and what was understood is written and read
 * again as the same. Lines and exports are made of it too. */
#include <glib.h>
#include <string.h>

#include "wire-lines.h"
#include "wire-transcript.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static char *
write_all (GPtrArray *events, GHashTable *connections)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];
      g_autofree char *line =
          wire_event_to_json (event, g_hash_table_lookup (connections, &event->connection));

      g_string_append_printf (text, "%s\n", line);
    }
  return g_string_free (text, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GHashTable) connections = NULL;
  g_autoptr (GHashTable) again = NULL;
  g_autoptr (GPtrArray) events =
      wire_transcript_parse ((const char *) data, size, 1, &connections, NULL);
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (WireLines) lines = wire_lines_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (events == NULL)
    return 0;
  first = write_all (events, connections);
  read = wire_transcript_parse (first, strlen (first), 1, &again, NULL);
  g_assert_nonnull (read);
  second = write_all (read, again);
  g_assert_cmpstr (first, ==, second);
  for (guint i = 0; i < events->len; i++)
    {
      WireLine *line = wire_lines_feed (lines, events->pdata[i]);

      if (line == NULL)
        continue;
      g_assert_true (g_utf8_validate (line->text, -1, NULL));
      wire_line_free (line);
    }
  return 0;
}
