/* practice: the embedded post office, served until it is interrupted. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "cli.h"
#include "cli-office.h"

static void
print_office (PracticeOffice *office)
{
  BaseJson *object = base_json_new ();
  guint n;
  const PracticeUser *users = practice_users (&n);

  base_json_begin_object (object, NULL);
  base_json_add_string (object, "host", practice_office_host (office));
  base_json_begin_object (object, "ports");
  for (PracticePort port = PRACTICE_PORT_SUBMISSION; port <= PRACTICE_PORT_IMAPS; port++)
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
  base_json_end_object (object);
  cli_print_json (object);
  fflush (stdout);
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
      "practice [--port-base P] [--seed S] [--messages K] [--directory DIR]";
  g_autofree char *directory = NULL;
  gint64 port_base = 0, seed = 0, messages = 0;
  const GOptionEntry entries[] = {
    { "port-base", 0, 0, G_OPTION_ARG_INT64, &port_base, NULL, NULL },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, NULL, NULL },
    { "messages", 0, 0, G_OPTION_ARG_INT64, &messages, NULL, NULL },
    { "directory", 0, 0, G_OPTION_ARG_FILENAME, &directory, NULL, NULL },
    { NULL },
  };
  g_autoptr (CliOffice) office = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (GError) error = NULL;
  PracticeOptions options = { 0 };

  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc != 1 || port_base < 0 || port_base > G_MAXUINT16 - PRACTICE_PORT_IMAPS || messages < 0 ||
      messages > 1000000 || seed < 0)
    return cli_usage (synopsis);
  options.port_base = (guint16) port_base;
  options.seed = (guint64) seed;
  options.extra_messages = (guint) messages;
  options.directory = directory;
  options.tap = cli->wire != CLI_WIRE_OFF ? cli->tap : NULL;
  office = cli_office_open (cli->data_given ? cli->data : NULL, &options, &error);
  if (!office)
    return cli_fail (g_steal_pointer (&error));
  loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGINT, interrupted, loop);
  g_unix_signal_add (SIGTERM, interrupted, loop);
  g_unix_signal_add (SIGHUP, interrupted, loop);
  print_office (office->office);
  if (!ferror (stdout))
    g_main_loop_run (loop);
  return CLI_OK;
}
