/* export: letters as files that other programs read. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli.h"
#include "engine-export.h"

static int
format_from_name (const char *name)
{
  static const char *const names[] = { "mbox", "maildir", "eml" };

  for (guint i = 0; name && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      return (int) i;
  return -1;
}

int
cli_export (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "export N [FOLDER] --format mbox|maildir|eml TARGET";
  g_autofree char *name = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  EngineExported exported;
  int format, code;

  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  format = format_from_name (name);
  if ((argc != 3 && argc != 4) || format < 0)
    return cli_usage (synopsis);
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  if (!engine_export (engine_account_reader (account),
                      argc == 4 ? argv[2] : NULL,
                      (EngineExportFormat) format,
                      argv[argc - 1],
                      &exported,
                      &error))
    return cli_fail (g_steal_pointer (&error));
  if (exported.missing == 0)
    return CLI_OK;
  cli_note (g_dngettext (GETTEXT_PACKAGE,
                         "%ld message is only on the server and was left out: “sync” first",
                         "%ld messages are only on the server and were left out: “sync” first",
                         (gulong) exported.missing),
            (glong) exported.missing);
  return CLI_AGAIN;
}
