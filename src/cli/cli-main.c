/* restante-cli: the options that stand before the command, the table of commands, and the exit
 * code. Diagnostics: one line on standard error says what happened, where, and what to do next. */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli-accounting.h"
#include "cli-page.h"
#include "mail-init.h"

/* A command with several synopses has a row for each. */
static const struct
{
  const char *name;
  CliCommand command;
  const char *synopsis, *what;
  void (*more) (void); /* of its help (nullable) */
} commands[] = {
  { "demo",
    cli_demo,
    "demo",
    N_ ("Send a letter and fetch it by POP3 and by IMAP, each exchange explained") },
  { "lesson",
    cli_lesson,
    CLI_LESSON,
    N_ ("The lessons; with a name, or a teacher’s file, that one, against real servers") },
  { "account", cli_account, CLI_ACCOUNT_ADD, N_ ("Check the servers, then keep the account") },
  { "account", cli_account, "account list [--json]", N_ ("The accounts") },
  { "account",
    cli_account,
    "account desktop [--json]",
    N_ ("The computer’s online accounts with mail, for --sign-in goa:ID") },
  { "account", cli_account, "account remove N", N_ ("Forget the account and its mail here") },
  { "sync",
    cli_sync,
    "sync N [--folder F]… [--headers-only] [--watch SECONDS] [--connections 1|2] [--stats] "
    "[--index] [--json]",
    N_ ("Bring what is here and what the server has up to date") },
  { "folders",
    cli_folders,
    "folders N [--json]",
    N_ ("The folders, and how many letters they hold") },
  { "list",
    cli_list,
    "list N FOLDER [--json] [--limit K]",
    N_ ("A folder’s letters, newest first") },
  { "show",
    cli_show,
    "show N ID [--raw|--text|--structure|--part NUMBER]",
    N_ ("A letter; --raw: its exact bytes") },
  { "flag", cli_flag, "flag N ID… [+seen|-seen|+flagged|-flagged|…]", N_ ("Mark letters") },
  { "move", cli_move, "move N ID… FOLDER", N_ ("Move letters") },
  { "delete", cli_delete, "delete N ID… [--expunge]", N_ ("To the Trash; --expunge: for good") },
  { "search",
    cli_search,
    "search QUERY [--account N] [--server] [--json] [--limit K]",
    N_ ("Find letters by subject, people and text, newest first") },
  { "conversation",
    cli_conversation,
    "conversation N ID [--server] [--json]",
    N_ ("The letters that belong together with one; --server: as the server groups them, too") },
  { "draft",
    cli_draft,
    "draft save N [--over ID] FILE.eml|- | draft list N | draft send N ID | draft discard N ID",
    N_ ("Letters that are not finished") },
  { "send", cli_send, CLI_SEND, N_ ("Send a letter; without --to, to those it names") },
  { "outbox",
    cli_outbox,
    CLI_OUTBOX,
    N_ ("What waits to be sent or could not be, why, and when it is tried next; send what is "
        "due") },
  { "ledger", cli_ledger, CLI_LEDGER, N_ ("Where each letter is, since when, by which exchange") },
  { "accounting",
    cli_accounting,
    CLI_ACCOUNTING,
    N_ ("What connections cost in the last days, and over POP3 and IMAP") },
  { "inspect",
    cli_inspect,
    "inspect FILE.eml|- [--json|--text|--structure]",
    N_ ("What a file with a letter holds") },
  { "explain",
    cli_explain,
    "explain imap|pop3|smtp LINE [--json]",
    N_ ("The parts of one line, explained") },
  { "console",
    cli_console,
    "console N [--smtp] [--by-hand]",
    N_ ("Type commands to the account’s server, each explained; lines come from standard input") },
  { "export",
    cli_export,
    "export N [FOLDER] --format mbox|maildir|eml TARGET",
    N_ ("Write letters to files") },
  { "practice",
    cli_practice,
    "practice [--port-base P] [--seed S] [--messages K] [--directory DIR] [--fault FAULT]…",
    N_ ("Run the practice post office until interrupted"),
    cli_practice_help },
};

static void
print_command (guint i)
{
  cli_page_print (commands[i].synopsis, 2, NULL, CLI_BOLD);
  cli_page_print (_ (commands[i].what), 6, NULL, CLI_PLAIN);
}

static void
print_help (void)
{
  static const struct
  {
    const char *name, *what;
  } options[] = {
    { "--data DIR", N_ ("Keep mail and accounts in this folder, not in ~/.local/share/restante") },
    { "--wire[=lines|explain|json]", N_ ("Show what is said to servers, on standard error") },
    { "-h, --help", N_ ("This help; after a command, that command’s") },
    { "--version", N_ ("The program’s version") },
  };

  cli_page_print (_ ("Usage: restante-cli [--data DIR] [--wire[=lines|explain|json]] COMMAND …"),
                  0,
                  NULL,
                  CLI_PLAIN);
  g_print ("\n");
  cli_page_print (_ ("Reads and sends mail over IMAP, POP3 and SMTP, and explains what is said."),
                  0,
                  NULL,
                  CLI_PLAIN);
  g_print ("\n%s\n", _ ("Options:"));
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      cli_page_print (options[i].name, 2, NULL, CLI_BOLD);
      cli_page_print (_ (options[i].what), 6, NULL, CLI_PLAIN);
    }
  g_print ("\n%s\n", _ ("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    print_command (i);
  g_print ("\n");
  cli_page_print (
      _ ("N is an account’s name, ID a letter’s number in the first column of “list”, A an "
         "address, and - standard input or output. A POP3 account’s folder on the server "
         "is called INBOX."),
      0,
      NULL,
      CLI_PLAIN);
  g_print ("\n");
  cli_page_print (
      _ ("It ends with 0; 64: wrong usage; 65: bad data; 68: unknown host; 69: server "
         "unavailable; 74: input or output failed; 75: try again later; 76: the protocol "
         "was broken; 77: user or password refused; 78: configuration or certificate."),
      0,
      NULL,
      CLI_PLAIN);
}

static gboolean
is_help (const char *word)
{
  return strcmp (word, "--help") == 0 || strcmp (word, "-h") == 0;
}

/* These two stand where a command does. */
static gboolean
is_question (const char *word)
{
  return is_help (word) || strcmp (word, "--version") == 0;
}

/* Options before the command; the index of the command, or -1. */
static int
parse_globals (Cli *cli, int argc, char **argv)
{
  int i = 1;

  for (; i < argc && argv[i][0] == '-' && !is_question (argv[i]); i++)
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

static void
answer (const char *question)
{
  if (is_help (question))
    print_help ();
  else
    g_print ("restante-cli %s\n", VERSION);
}

static int
run_command (Cli *cli, int argc, char **argv)
{
  gboolean help = argc == 2 && is_help (argv[1]);
  gboolean known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (strcmp (commands[i].name, argv[0]) != 0)
        continue;
      if (!help)
        return commands[i].command (cli, argc, argv);
      print_command (i);
      if (commands[i].more)
        commands[i].more ();
      known = TRUE;
    }
  if (known)
    return CLI_OK;
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
  if (is_question (argv[first]))
    {
      answer (argv[first]);
      return CLI_OK;
    }
  cli->data_given = cli->data != NULL;
  if (!cli->data)
    cli->data = g_build_filename (g_get_user_data_dir (), "restante", NULL);
  cli->tap = wire_tap_new (0);
  if (cli->wire != CLI_WIRE_OFF)
    wire = cli_wire_start (cli->tap, cli->wire);
  else if (g_strcmp0 (g_getenv ("RESTANTE_BENCH"), "tap") != 0)
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
  /* GLib 2.74 makes the locale that it reads numbers in when it reads the first one. Where threads
   * are about by then, the lock it waits at can leave an errno, and a good number is called none.
   */
  g_ascii_strtoll ("0", NULL, 10);
  bindtextdomain (GETTEXT_PACKAGE, uninstalled ? built : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

/* What was said is worth nothing when nobody got it. */
static int
check_output (int code)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return code;
  if (code == CLI_OK)
    cli_note (_ ("Standard output cannot be written: free some space, or write elsewhere"));
  return code == CLI_OK ? CLI_IO : code;
}

int
main (int argc, char **argv)
{
  Cli cli = { 0 };
  int code;

  set_language ();
  g_set_prgname ("restante-cli");
  cli_terminal_init ();
  signal (SIGPIPE, SIG_IGN);
  mail_init ();
  code = run (&cli, argc, argv);
  g_free (cli.data);
  return check_output (code);
}
