/* restante-cli: the options that stand before the command, the table of commands, and the exit
 * code. Diagnostics: one line on standard error says what happened, where, and what to do next. */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "mail-init.h"

static const struct
{
  const char *name;
  CliCommand command;
  const char *synopsis;
} commands[] = {
  { "account", cli_account, "account add imap|pop3 … | account list | account remove N" },
  { "sync",
    cli_sync,
    "sync N [--folder F]… [--headers-only] [--watch SECONDS] [--stats] [--index]" },
  { "folders", cli_folders, "folders N [--json]" },
  { "list", cli_list, "list N FOLDER [--json] [--limit K]" },
  { "show", cli_show, "show N ID [--raw|--text|--structure]" },
  { "flag", cli_flag, "flag N ID… [+seen|-seen|+flagged|-flagged|…]" },
  { "move", cli_move, "move N ID… FOLDER" },
  { "delete", cli_delete, "delete N ID… [--expunge]" },
  { "search", cli_search, "search QUERY [--account N] [--json] [--limit K]" },
  { "send", cli_send, "send N [--from A] [--to A]… FILE.eml|-" },
  { "ledger", cli_ledger, "ledger N [ID] [--json]" },
  { "inspect", cli_inspect, "inspect FILE.eml|- [--json|--text|--structure]" },
  { "explain", cli_explain, "explain imap|pop3|smtp LINE [--json]" },
  { "export", cli_export, "export N [FOLDER] --format mbox|maildir|eml TARGET" },
  { "practice", cli_practice, "practice [--port-base P] [--seed S] [--messages K]" },
  { "demo", cli_demo, "demo" },
};

static void
print_help (void)
{
  g_print ("restante-cli [--data DIR] [--wire[=lines|explain|json]] COMMAND …\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %s\n", commands[i].synopsis);
}

/* Options before the command; the index of the command, or -1. */
static int
parse_globals (Cli *cli, int argc, char **argv)
{
  int i = 1;

  for (; i < argc && argv[i][0] == '-'; i++)
    {
      const char *option = argv[i];

      if (strcmp (option, "--data") == 0 && i + 1 < argc)
        cli->data = g_strdup (argv[++i]);
      else if (g_str_has_prefix (option, "--data="))
        cli->data = g_strdup (option + strlen ("--data="));
      else if (strcmp (option, "--wire") == 0 || strcmp (option, "--wire=lines") == 0)
        cli->wire = CLI_WIRE_LINES;
      else if (strcmp (option, "--wire=explain") == 0)
        cli->wire = CLI_WIRE_EXPLAIN;
      else if (strcmp (option, "--wire=json") == 0)
        cli->wire = CLI_WIRE_JSON;
      else
        {
          cli_note (_ ("There is no option “%s” before the command"), option);
          return -1;
        }
    }
  return i;
}

static int
run_command (Cli *cli, int argc, char **argv)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, argv[0]) == 0)
      return commands[i].command (cli, argc, argv);
  cli_note (_ ("There is no command “%s”: see “restante-cli --help”"), argv[0]);
  return CLI_USAGE;
}

static int
run (Cli *cli, int argc, char **argv)
{
  int first = parse_globals (cli, argc, argv);
  CliWire *wire = NULL;
  int code;

  if (first < 0)
    return CLI_USAGE;
  if (first >= argc)
    {
      print_help ();
      return CLI_USAGE;
    }
  cli->data_given = cli->data != NULL;
  if (!cli->data)
    cli->data = g_build_filename (g_get_user_data_dir (), "restante", NULL);
  cli->tap = wire_tap_new (0);
  if (cli->wire != CLI_WIRE_OFF)
    wire = cli_wire_start (cli->tap, cli->wire);
  else
    wire_tap_set_enabled (cli->tap, FALSE);
  code = run_command (cli, argc - first, argv + first);
  g_clear_pointer (&cli->service, engine_service_free);
  if (wire)
    cli_wire_stop (wire);
  wire_tap_unref (cli->tap);
  return code;
}

static void
set_language (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *built = g_build_filename (BUILD_ROOT, "po", NULL);
  gboolean uninstalled = self && g_str_has_prefix (self, BUILD_ROOT G_DIR_SEPARATOR_S);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, uninstalled ? built : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  Cli cli = { 0 };
  int code;

  set_language ();
  signal (SIGPIPE, SIG_IGN);
  mail_init ();
  if (argc > 1 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0))
    {
      print_help ();
      return CLI_OK;
    }
  if (argc > 1 && strcmp (argv[1], "--version") == 0)
    {
      g_print ("restante-cli %s\n", VERSION);
      return CLI_OK;
    }
  code = run (&cli, argc, argv);
  g_free (cli.data);
  if (fflush (stdout) != 0 && code == CLI_OK)
    code = CLI_IO;
  return code;
}
