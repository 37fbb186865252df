/* --stats: what a run took. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"

/* In bytes; of this program alone, where getrusage() would count whoever started it too. */
static guint64
peak_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) ||
      !(line = strstr (status, "VmHWM:")))
    return 0;
  return g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) * 1024;
}

void
cli_print_stats (const EngineSyncStats *stats, gboolean json)
{
  const struct
  {
    const char *name;
    guint64 value;
  } values[] = {
    { "messages", stats->messages },
    { "bodies", stats->bodies },
    { "bytes_in", stats->net.bytes_in },
    { "bytes_out", stats->net.bytes_out },
    { "wire_bytes_in", stats->net.wire_bytes_in },
    { "wire_bytes_out", stats->net.wire_bytes_out },
    { "round_trips", stats->net.round_trips },
    { "fsyncs", stats->syncs },
    { "peak_memory", peak_memory () },
  };
  BaseJson *object;

  if (!json)
    {
      g_print ("seconds %.3f\n", stats->seconds);
      for (guint i = 0; i < G_N_ELEMENTS (values); i++)
        g_print ("%s %" G_GUINT64_FORMAT "\n", values[i].name, values[i].value);
      fflush (stdout);
      return;
    }
  object = base_json_new ();
  base_json_begin_object (object, NULL);
  base_json_add_double (object, "seconds", stats->seconds);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    base_json_add_uint (object, values[i].name, values[i].value);
  base_json_end_object (object);
  cli_print_json (object);
  fflush (stdout);
}
