/* ledger: where each message is, since when, and by which exchange that is known. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-storage.h"

static void
print_entry (const StoreLedgerEntry *entry, const char *state, gboolean json)
{
  g_autofree char *at = cli_time (entry->at / G_USEC_PER_SEC, 0);
  BaseJson *object;

  if (!json)
    {
      g_autofree char *folder = cli_clean (entry->folder);
      g_autofree char *detail = cli_clean (entry->detail);

      g_print ("%" G_GINT64_FORMAT "\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
               entry->message,
               at ? at : "-",
               cli_place_name (entry->place),
               folder[0] ? folder : "-",
               state,
               detail[0] ? detail : "-",
               entry->exchange[0] ? entry->exchange : "-",
               entry->cause ? base_cause_kind_name (entry->cause->kind) : "-");
      return;
    }
  object = base_json_new ();
  base_json_begin_object (object, NULL);
  base_json_add_int (object, "id", entry->message);
  base_json_add_string (object, "at", at);
  base_json_add_string (object, "place", cli_place_name (entry->place));
  base_json_add_string (object, "folder", entry->folder);
  base_json_add_string (object, "state", state);
  base_json_add_string (object, "detail", entry->detail);
  base_json_add_string (object, "exchange", entry->exchange);
  base_json_add_string (
      object, "cause", entry->cause ? base_cause_kind_name (entry->cause->kind) : NULL);
  base_json_add_string (object, "about", entry->cause ? entry->cause->subject : NULL);
  base_json_end_object (object);
  cli_print_json (object);
}

static const char *
delivery_name (StoreDeliveryState state)
{
  switch (state)
    {
    case STORE_DELIVERY_DELAYED:
      return "delayed";
    case STORE_DELIVERY_RELAYED:
      return "relayed";
    case STORE_DELIVERY_FAILED:
      return "failed";
    case STORE_DELIVERY_DELIVERED:
    default:
      return "delivered";
    }
}

static void
print_delivery (const StoreDelivery *delivery, gint64 message, gboolean json)
{
  g_autofree char *detail = g_strjoin (" ", delivery->recipient, delivery->status, NULL);
  StoreLedgerEntry entry = { .message = message,
                             .place = STORE_PLACE_SERVER,
                             .folder = (char *) "",
                             .detail = detail,
                             .exchange = (char *) "DSN",
                             .at = delivery->at };

  print_entry (&entry, delivery_name (delivery->state), json);
}

/* What reports said of a letter that was sent. */
static gboolean
print_deliveries (StoreReader *reader, gint64 message, gboolean json, GError **error)
{
  g_autoptr (StoreRow) row = store_reader_row_of_message (reader, message, error);
  g_autoptr (GPtrArray) list = NULL;

  if (!row || !row->message_id)
    return row || !*error;
  list = store_reader_deliveries (reader, row->message_id, error);
  for (guint i = 0; list && i < list->len; i++)
    print_delivery (g_ptr_array_index (list, i), message, json);
  return list != NULL;
}

int
cli_ledger (Cli *cli, int argc, char **argv)
{
  gboolean json = FALSE, summary = FALSE, table = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { "summary", 0, 0, G_OPTION_ARG_NONE, &summary, NULL, NULL },
    { "table", 0, 0, G_OPTION_ARG_NONE, &table, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GPtrArray) ledger = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id = 0;
  int code;

  if (!cli_parse (entries, CLI_LEDGER, &argc, &argv))
    return CLI_USAGE;
  if ((argc != 2 && argc != 3) || (summary && (table || argc == 3)))
    return cli_usage (CLI_LEDGER);
  if (argc == 3 && !cli_parse_id (argv[2], &id))
    return CLI_USAGE;
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  if (summary)
    return cli_storage_summary (account, json);
  if (table)
    return cli_storage_table (account, id, json);
  ledger = store_reader_ledger (engine_account_reader (account), id, &error);
  if (!ledger)
    return cli_fail (g_steal_pointer (&error));
  if (id != 0 && ledger->len == 0)
    {
      cli_note (_ ("There is no message %ld in “%s”: see “list”"), (glong) id, argv[1]);
      return CLI_USAGE;
    }
  for (guint i = 0; i < ledger->len; i++)
    {
      const StoreLedgerEntry *entry = g_ptr_array_index (ledger, i);

      print_entry (entry, cli_ledger_name (entry->state), json);
    }
  if (id != 0 && !print_deliveries (engine_account_reader (account), id, json, &error))
    return cli_fail (g_steal_pointer (&error));
  return CLI_OK;
}
