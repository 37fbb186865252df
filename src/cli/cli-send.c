/* send: from a file through the outbox to the server's final reply. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli.h"
#include "mail-compose.h"
#include "mail-inspect.h"
#include "mail-summary.h"

int
cli_send (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "send N [--from A] [--to A]… FILE.eml|-";
  g_autofree char *from = NULL;
  g_auto (GStrv) to = NULL;
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, NULL, NULL },
    { "to", 0, 0, G_OPTION_ARG_STRING_ARRAY, &to, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GBytes) source = NULL;
  g_autoptr (MailMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc != 3)
    return cli_usage (synopsis);
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  read = cli_read_file (argv[2], &error);
  message = read ? mail_inspect_parse (read, &error) : NULL;
  if (!message)
    return cli_fail (g_steal_pointer (&error));
  /* As it goes over the wire it is kept: the copy in Sent has the same bytes. */
  source = mail_to_crlf (read);
  cause = base_cause_new (BASE_CAUSE_SEND, mail_message_get_subject (message));
  return engine_run_send (account, source, from, (const char *const *) to, cause, &error)
             ? CLI_OK
             : cli_fail (g_steal_pointer (&error));
}
