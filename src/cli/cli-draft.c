/* draft: letters that are not finished, saved, listed and discarded; a synchronisation brings them
 * to the server's folder. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli.h"
#include "mail-edit.h"

#define SYNOPSIS \
  "draft save N [--over ID] FILE.eml|- | draft list N | draft send N ID | draft discard N ID"

static int
save (Cli *cli, int argc, char **argv)
{
  gint64 id = 0;
  const GOptionEntry entries[] = {
    { "over", 0, 0, G_OPTION_ARG_INT64, &id, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GBytes) source = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!cli_parse (entries, SYNOPSIS, &argc, &argv))
    return CLI_USAGE;
  if (argc != 3)
    return cli_usage (SYNOPSIS);
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  read = cli_read_file (argv[2], &error);
  source = read ? mail_to_crlf (read) : NULL;
  if (!source || !engine_account_save_draft (account, &id, source, 0, 0, &error))
    return cli_fail (g_steal_pointer (&error));
  g_print ("%" G_GINT64_FORMAT "\n", id);
  return CLI_OK;
}

static int
list (EngineAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = store_reader_outbox (engine_account_reader (account), &error);

  if (!entries)
    return cli_fail (g_steal_pointer (&error));
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *subject = cli_clean (entry->subject);

      if (entry->state == STORE_OUTBOX_DRAFT)
        g_print ("%" G_GINT64_FORMAT "\t%s\n", entry->id, subject);
    }
  return CLI_OK;
}

static int
discard (EngineAccount *account, const char *word)
{
  g_autoptr (GError) error = NULL;
  gint64 id;

  if (!g_ascii_string_to_signed (word, 10, 1, G_MAXINT64, &id, NULL))
    return cli_usage (SYNOPSIS);
  return engine_account_discard_draft (account, id, &error) ? CLI_OK
                                                            : cli_fail (g_steal_pointer (&error));
}

/* Where another process owns the account, that one sends it. */
static int
send_draft (EngineAccount *account, const char *word)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, NULL);
  g_autoptr (GError) error = NULL;
  gint64 id;

  if (!g_ascii_string_to_signed (word, 10, 1, G_MAXINT64, &id, NULL))
    return cli_usage (SYNOPSIS);
  if (!engine_account_send_draft (account, id, NULL, cause, &error) ||
      (store_mailbase_is_owner (engine_account_mailbase (account)) &&
       !engine_run_outbox (account, engine_account_reader (account), NULL, NULL, &error)))
    return cli_fail (g_steal_pointer (&error));
  return CLI_OK;
}

int
cli_draft (Cli *cli, int argc, char **argv)
{
  g_autoptr (EngineAccount) account = NULL;
  gboolean lists = argc == 3 && strcmp (argv[1], "list") == 0;
  gboolean sends = argc == 4 && strcmp (argv[1], "send") == 0;
  int code;

  if (argc > 1 && strcmp (argv[1], "save") == 0)
    return save (cli, argc - 1, argv + 1);
  if (!lists && !sends && !(argc == 4 && strcmp (argv[1], "discard") == 0))
    return cli_usage (SYNOPSIS);
  account = cli_account_open (cli, argv[2], FALSE, &code);
  if (!account)
    return code;
  if (sends)
    return send_draft (account, argv[3]);
  return lists ? list (account) : discard (account, argv[3]);
}
