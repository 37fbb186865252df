/* Done wrong by the core itself, so that whatever the server's own code says stays right. */
#include "config.h"

#include "base-fault.h"

#include <string.h>

#include "base-core-class.h"

void
base_core_set_fault (BaseCore *core, BaseFaultFunc func, gpointer data)
{
  core->fault = func;
  core->fault_data = data;
}

static gboolean
is_goodbye (const char *line)
{
  return g_str_has_prefix (line, "421") || g_str_has_prefix (line, "* BYE");
}

gboolean
base_core_has_fault (BaseCore *core, guint64 exchange, const char *command, const char *tag)
{
  g_autofree char *fault = core->fault != NULL ? core->fault (command, core->fault_data) : NULL;
  g_auto (GStrv) lines = NULL;
  gboolean over = strcmp (command, "CONNECT") == 0 || strcmp (command, "QUIT") == 0;

  if (fault == NULL)
    return FALSE;
  if (fault[0] == '\0')
    {
      base_core_fail (core, BASE_CORE_ERROR_CLOSED, "The line is cut, as it was asked for.");
      return TRUE;
    }
  lines = g_strsplit (fault, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean tagged = tag != NULL && !g_str_has_prefix (lines[i], "* ");
      g_autofree char *line =
          g_strconcat (tagged ? tag : "", tagged ? " " : "", lines[i], "\r\n", NULL);

      base_core_write_string (core, exchange, line, TRUE);
      over = over || is_goodbye (lines[i]);
    }
  base_core_end_exchange (core, exchange);
  if (over)
    base_core_close (core);
  return TRUE;
}
