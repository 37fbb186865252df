/* outbox: what has not been sent, or not to everybody: why, and when it is tried next; and what a
 * person decides about it. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli.h"

static const char *
state_name (const StoreOutboxEntry *entry)
{
  switch (entry->state)
    {
    case STORE_OUTBOX_DRAFT:
      return "draft";
    case STORE_OUTBOX_QUEUED:
      return "queued";
    case STORE_OUTBOX_SENDING:
      return "sending";
    case STORE_OUTBOX_UNKNOWN:
      return "may-have-been-sent";
    case STORE_OUTBOX_FAILED:
      return "refused";
    case STORE_OUTBOX_SENT:
    default:
      return entry->refused[0] ? "sent-to-some" : "sent";
    }
}

static void
add_list (BaseJson *json, const char *name, char **list)
{
  base_json_begin_array (json, name);
  for (guint i = 0; list[i]; i++)
    base_json_add_string (json, NULL, list[i]);
  base_json_end_array (json);
}

/* "address\tcode\tstatus" */
static void
add_refused (BaseJson *json, char **refused)
{
  base_json_begin_array (json, "refused");
  for (guint i = 0; refused[i]; i++)
    {
      g_auto (GStrv) parts = g_strsplit (refused[i], "\t", 3);
      gboolean coded = parts[0] && parts[1];

      base_json_begin_object (json, NULL);
      base_json_add_string (json, "address", parts[0]);
      base_json_add_int (json, "code", coded ? g_ascii_strtoll (parts[1], NULL, 10) : 0);
      base_json_add_string (json, "status", coded ? parts[2] : NULL);
      base_json_end_object (json);
    }
  base_json_end_array (json);
}

static void
print_json (const StoreOutboxEntry *entry)
{
  BaseJson *json = base_json_new ();
  g_autofree char *next =
      entry->next_try > 0 ? cli_time (entry->next_try / G_USEC_PER_SEC, 0) : NULL;

  base_json_begin_object (json, NULL);
  base_json_add_int (json, "id", entry->id);
  base_json_add_int (json, "message", entry->message);
  base_json_add_string (json, "state", state_name (entry));
  base_json_add_string (json, "subject", entry->subject);
  add_list (json, "recipients", entry->recipients);
  add_list (json, "accepted", entry->accepted);
  add_refused (json, entry->refused);
  base_json_add_int (json, "attempts", entry->attempts);
  base_json_add_string (json, "next", next);
  base_json_add_string (json, "why", entry->error);
  base_json_end_object (json);
  cli_print_json (json);
}

static void
print_line (const StoreOutboxEntry *entry)
{
  g_autofree char *next =
      entry->next_try > 0 ? cli_time (entry->next_try / G_USEC_PER_SEC, 0) : NULL;
  g_autofree char *to = g_strjoinv (", ", entry->recipients);
  g_autofree char *who = cli_clean (to);
  g_autofree char *subject = cli_clean (entry->subject);
  g_autofree char *why = cli_clean (entry->error ? entry->error : "-");

  g_print ("%" G_GINT64_FORMAT "\t%s\t%s\t%s\t%s\t%s\n",
           entry->id,
           state_name (entry),
           next ? next : "-",
           who,
           subject,
           why);
  for (guint i = 0; entry->refused[i]; i++)
    {
      g_autofree char *refused = cli_clean (entry->refused[i]);

      g_print ("\t%s\n", refused);
    }
}

static gboolean
decide (EngineAccount *account, gint64 id, const char *what, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, NULL);

  return strcmp (what, "again") == 0 ? engine_account_send_again (account, id, cause, error)
                                     : engine_account_discard_draft (account, id, error);
}

static int
send_due (EngineAccount *account, gboolean stats, gboolean json)
{
  g_autoptr (GError) error = NULL;
  EngineSyncStats totals;

  if (!engine_run_due (account, NULL, &totals, &error))
    return cli_fail (g_steal_pointer (&error));
  if (stats)
    cli_print_stats (&totals, json);
  return CLI_OK;
}

static int
list (EngineAccount *account, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outbox = store_reader_outbox (engine_account_reader (account), &error);

  for (guint i = 0; outbox && i < outbox->len; i++)
    {
      const StoreOutboxEntry *entry = g_ptr_array_index (outbox, i);

      if (entry->state == STORE_OUTBOX_SENT && !entry->refused[0])
        continue;
      if (json)
        print_json (entry);
      else
        print_line (entry);
    }
  return outbox ? CLI_OK : cli_fail (g_steal_pointer (&error));
}

int
cli_outbox (Cli *cli, int argc, char **argv)
{
  gboolean json = FALSE, stats = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { "stats", 0, 0, G_OPTION_ARG_NONE, &stats, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  gboolean lists, sends, decides;
  gint64 id = 0;
  int code;

  if (!cli_parse (entries, CLI_OUTBOX, &argc, &argv))
    return CLI_USAGE;
  lists = argc == 2 && !stats;
  sends = argc == 3 && strcmp (argv[2], "send") == 0 && (stats || !json);
  decides =
      argc == 4 && !stats && (strcmp (argv[3], "again") == 0 || strcmp (argv[3], "discard") == 0);
  if (!lists && !sends && !decides)
    return cli_usage (CLI_OUTBOX);
  if (decides && !cli_parse_id (argv[2], &id))
    return CLI_USAGE;
  account = cli_account_open (cli, argv[1], sends, &code);
  if (!account)
    return code;
  if (sends)
    return send_due (account, stats, json);
  if (lists)
    return list (account, json);
  return decide (account, id, argv[3], &error) ? CLI_OK : cli_fail (g_steal_pointer (&error));
}
