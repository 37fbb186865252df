/* sync: everything asked for is committed when it returns. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "cli.h"

#define SYNOPSIS                                                                             \
  "sync N [--folder F]… [--headers-only] [--watch SECONDS] [--connections 1|2] [--stats] " \
  "[--index] [--json]"

/* One line of a terminal, written over; nothing where nobody looks. */
static void
progress (const char *activity, guint64 done, guint64 total, gpointer data)
{
  if (total > 0)
    g_printerr ("\r\033[K%s: %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, activity, done, total);
  else
    g_printerr ("\r\033[K%s: %" G_GUINT64_FORMAT, activity, done);
}

int
cli_sync (Cli *cli, int argc, char **argv)
{
  EngineSyncOptions options = { 0 };
  EngineSyncStats totals;
  gint connections = 0;
  gboolean stats = FALSE, json = FALSE, index = FALSE;
  g_auto (GStrv) folders = NULL;
  const GOptionEntry entries[] = {
    { "folder", 0, 0, G_OPTION_ARG_STRING_ARRAY, &folders, NULL, NULL },
    { "headers-only", 0, 0, G_OPTION_ARG_NONE, &options.headers_only, NULL, NULL },
    { "watch", 0, 0, G_OPTION_ARG_INT64, &options.watch, NULL, NULL },
    { "connections", 0, 0, G_OPTION_ARG_INT, &connections, NULL, NULL },
    { "stats", 0, 0, G_OPTION_ARG_NONE, &stats, NULL, NULL },
    { "index", 0, 0, G_OPTION_ARG_NONE, &index, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (GError) error = NULL;
  gboolean tty = isatty (STDERR_FILENO) && cli->wire == CLI_WIRE_OFF;
  gboolean good;
  gint64 refused;
  int code;

  if (!cli_parse (entries, SYNOPSIS, &argc, &argv))
    return CLI_USAGE;
  if (argc != 2 || options.watch < 0 || options.watch > G_MAXINT32 || connections < 0 ||
      connections > 2)
    return cli_usage (SYNOPSIS);
  account = cli_account_open (cli, argv[1], TRUE, &code);
  if (!account)
    return code;
  options.folders = folders;
  options.connections = (guint) connections;
  options.progress = tty ? progress : NULL;
  refused = cli_last_refused (account);
  good = engine_run_sync (account, &options, cause, &totals, &error) &&
         (!index || engine_run_index (account, &error));
  if (tty)
    fputs ("\r\033[K", stderr);
  cli_tell_refused (account, refused);
  if (!good)
    return cli_fail (g_steal_pointer (&error));
  if (stats)
    cli_print_stats (&totals, json);
  return CLI_OK;
}
