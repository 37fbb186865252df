/* send: from a file through the outbox to the server's final reply. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli.h"
#include "mail-edit.h"
#include "mail-inspect.h"
#include "mail-summary.h"

/* "2026-11-23T08:30", in this computer's time unless it names an offset ("Z", "+01:00"); the
 * seconds may be left out, which GLib does not allow. */
#define UP_TO_MINUTES 16

static gboolean
read_time (const char *text, gint64 *when)
{
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  g_autoptr (GString) whole = g_string_new (text);
  g_autoptr (GDateTime) time = NULL;

  if (whole->len >= UP_TO_MINUTES && text[UP_TO_MINUTES] != ':')
    g_string_insert (whole, UP_TO_MINUTES, ":00");
  time = g_date_time_new_from_iso8601 (whole->str, here);
  if (time)
    *when = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return time != NULL;
}

int
cli_send (Cli *cli, int argc, char **argv)
{
  g_autofree char *from = NULL;
  g_autofree char *at = NULL;
  gboolean reports = FALSE;
  gboolean require_tls = FALSE;
  EngineSendWish wish = { 0 };
  g_auto (GStrv) to = NULL;
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, NULL, NULL },
    { "to", 0, 0, G_OPTION_ARG_STRING_ARRAY, &to, NULL, NULL },
    { "at", 0, 0, G_OPTION_ARG_STRING, &at, NULL, NULL },
    { "reports", 0, 0, G_OPTION_ARG_NONE, &reports, NULL, NULL },
    { "require-tls", 0, 0, G_OPTION_ARG_NONE, &require_tls, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GBytes) source = NULL;
  g_autoptr (MailMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!cli_parse (entries, CLI_SEND, &argc, &argv))
    return CLI_USAGE;
  if (argc != 3 || (at && !read_time (at, &wish.when)))
    return cli_usage (CLI_SEND);
  wish.options = (reports ? STORE_SEND_REPORTS : 0) | (require_tls ? STORE_SEND_REQUIRE_TLS : 0);
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
  return engine_run_send (account, source, from, (const char *const *) to, &wish, cause, &error)
             ? CLI_OK
             : cli_fail (g_steal_pointer (&error));
}
