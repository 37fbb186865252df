/* practice: the embedded post office, served until it is interrupted. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "cli.h"
#include "cli-office.h"
#include "cli-page.h"

static void
print_office (PracticeOffice *office)
{
  BaseJson *object = base_json_new ();
  guint n;
  const PracticeUser *users = practice_users (&n);
  g_auto (GStrv) dns = practice_office_list_dns (office);

  base_json_begin_object (object, NULL);
  base_json_add_string (object, "host", practice_office_host (office));
  base_json_begin_object (object, "ports");
  for (PracticePort port = PRACTICE_PORT_SUBMISSION; port <= PRACTICE_PORT_LAST; port++)
    base_json_add_uint (object, practice_port_name (port), practice_office_port (office, port));
  base_json_end_object (object);
  base_json_add_string (object, "ca_file", practice_office_ca_file (office));
  base_json_begin_array (object, "users");
  for (guint i = 0; i < n; i++)
    {
      base_json_begin_object (object, NULL);
      base_json_add_string (object, "user", users[i].name);
      base_json_add_string (object, "address", users[i].address);
      base_json_add_string (object, "full_name", users[i].person);
      base_json_add_string (object, "password", users[i].password);
      base_json_end_object (object);
    }
  base_json_end_array (object);
  base_json_begin_array (object, "dns");
  for (guint i = 0; dns[i] != NULL; i++)
    base_json_add_string (object, NULL, dns[i]);
  base_json_end_array (object);
  base_json_end_object (object);
  cli_print_json (object);
  fflush (stdout);
}

void
cli_practice_help (void)
{
  static const struct
  {
    const char *fault, *what;
  } faults[] = {
    { "reply=PROTOCOL:COMMAND:TEXT",
      N_ ("Says TEXT and does nothing: reply=smtp:RCPT:452 4.2.2 Full") },
    { "cut=PROTOCOL:COMMAND|N",
      N_ ("Cuts the line when COMMAND comes, or after N bytes of answers") },
    { "lose=PROTOCOL:COMMAND", N_ ("Does what COMMAND asks, and cuts the line before answering") },
    { "slow=PROTOCOL:N", N_ ("Says N bytes a second") },
    { "no-starttls=PROTOCOL", N_ ("Does not offer STARTTLS, as if somebody had taken it out") },
    { "certificate-expired", N_ ("Shows yesterday’s certificate") },
    { "certificate-mismatched", N_ ("Shows another host’s certificate") },
    { "token-expired", N_ ("Refuses OAuth tokens") },
    { "over-quota", N_ ("Has no room for anything more") },
    { "mailbox-full=USER", N_ ("Refuses letters to USER for good: 552 5.2.2") },
    { "greylist=smtp|mx", N_ ("Asks whoever is not known to come again: 451 4.7.1") },
    { "new-uidvalidity", N_ ("Numbers a mailbox anew when it is opened") },
    { "same-uidl", N_ ("Gives one UIDL to two letters each") },
    { "login-delay=N", N_ ("Lets nobody collect by POP3 twice within N seconds") },
  };

  g_print ("\n");
  cli_page_print (
      _ ("A fault shows every time; “3x,” in front of it: the first three times; “#2,”: "
         "the second time; “30%,”: by chance, the same with each start of one seed. "
         "PROTOCOL is smtp, pop3, imap, mx (between the two domains’ hosts) or *; COMMAND may be "
         "CONNECT, the greeting, or “.”, the end of a letter sent."),
      0,
      NULL,
      CLI_PLAIN);
  g_print ("\n");
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      cli_page_print (faults[i].fault, 2, NULL, CLI_BOLD);
      cli_page_print (_ (faults[i].what), 6, NULL, CLI_PLAIN);
    }
}

static gboolean
interrupted (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
cli_practice (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] =
      "practice [--port-base P] [--seed S] [--messages K] [--directory DIR] [--fault FAULT]…";
  g_autofree char *directory = NULL;
  g_auto (GStrv) faults = NULL;
  gint64 port_base = 0, seed = 0, messages = 0;
  const GOptionEntry entries[] = {
    { "port-base", 0, 0, G_OPTION_ARG_INT64, &port_base, NULL, NULL },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, NULL, NULL },
    { "messages", 0, 0, G_OPTION_ARG_INT64, &messages, NULL, NULL },
    { "directory", 0, 0, G_OPTION_ARG_FILENAME, &directory, NULL, NULL },
    { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &faults, NULL, NULL },
    { NULL },
  };
  g_autoptr (CliOffice) office = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (GError) error = NULL;
  PracticeOptions options = { 0 };

  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc != 1 || port_base < 0 || port_base > G_MAXUINT16 - PRACTICE_PORT_LAST || messages < 0 ||
      messages > 1000000 || seed < 0)
    return cli_usage (synopsis);
  options.port_base = (guint16) port_base;
  options.seed = (guint64) seed;
  options.extra_messages = (guint) messages;
  options.directory = directory;
  options.tap = cli->wire != CLI_WIRE_OFF ? cli->tap : NULL;
  options.hop_tap = options.tap;
  office = cli_office_open (cli->data_given ? cli->data : NULL, &options, &error);
  if (!office)
    return cli_fail (g_steal_pointer (&error));
  for (guint i = 0; faults && faults[i]; i++)
    {
      if (practice_faults_add (practice_office_faults (office->office), faults[i], &error))
        continue;
      cli_note ("%s", error->message);
      return CLI_USAGE;
    }
  loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGINT, interrupted, loop);
  g_unix_signal_add (SIGTERM, interrupted, loop);
  g_unix_signal_add (SIGHUP, interrupted, loop);
  print_office (office->office);
  if (!ferror (stdout))
    g_main_loop_run (loop);
  return CLI_OK;
}
