/* accounting: what an account's connections cost in the last seven days. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-accounting.h"
#include "engine-twin.h"
#include "learn-accounting.h"
#include "learn-wording.h"

#define DAYS 7

static void
add_cost (BaseJson *json, const LearnCost *cost)
{
  base_json_add_int (json, "exchanges", cost->exchanges);
  base_json_add_int (json, "round_trips", cost->round_trips);
  base_json_add_int (json, "bytes_in", cost->bytes_in);
  base_json_add_int (json, "bytes_out", cost->bytes_out);
  base_json_add_int (json, "line_in", cost->line_in);
  base_json_add_int (json, "line_out", cost->line_out);
  base_json_add_int (json, "waited_us", cost->waited);
}

static void
print_rows_json (GPtrArray *traffic)
{
  for (guint i = 0; i < traffic->len; i++)
    {
      const StoreTraffic *row = traffic->pdata[i];
      g_autoptr (GPtrArray) one = g_ptr_array_new ();
      BaseJson *json = base_json_new ();
      LearnCost cost;

      g_ptr_array_add (one, (gpointer) row);
      learn_accounting_sum (one, NULL, LEARN_ANY_TASK, &cost);
      base_json_begin_object (json, NULL);
      base_json_add_int (json, "day", row->day);
      base_json_add_string (json, "protocol", row->protocol);
      base_json_add_string (
          json, "task", row->task >= 0 ? base_cause_kind_name ((BaseCauseKind) row->task) : NULL);
      add_cost (json, &cost);
      base_json_end_object (json);
      cli_print_json (json);
    }
}

static void
print_rows (GPtrArray *traffic)
{
  g_autoptr (GArray) tasks = learn_accounting_tasks (traffic);
  g_autofree char *total = NULL;
  LearnCost cost;

  learn_accounting_sum (traffic, NULL, LEARN_ANY_TASK, &cost);
  total = learn_cost_text (&cost);
  g_print ("%s: %s\n", _ ("The last seven days"), total);
  for (guint i = 0; i < tasks->len; i++)
    {
      int task = g_array_index (tasks, int, i);
      g_autofree char *text = NULL;

      learn_accounting_sum (traffic, NULL, task, &cost);
      text = learn_cost_text (&cost);
      g_print ("  %s: %s\n", learn_task_text (task), text);
    }
}

static void
print_comparison (const LearnComparison *comparison, gboolean json)
{
  g_autofree char *protocol = g_ascii_strup (comparison->protocol, -1);
  g_autofree char *size =
      comparison->bytes >= 0 ? learn_size_text ((guint64) comparison->bytes) : NULL;
  BaseJson *object;

  if (!json)
    {
      g_print ("%s: %s (%s). %s\n",
               protocol,
               size != NULL ? size : _ ("not known"),
               comparison->measured ? _ ("measured") : _ ("estimate"),
               comparison->rule);
      return;
    }
  object = base_json_new ();
  base_json_begin_object (object, NULL);
  base_json_add_string (object, "week_by", comparison->protocol);
  base_json_add_bool (object, "measured", comparison->measured);
  if (comparison->bytes >= 0)
    base_json_add_int (object, "bytes", comparison->bytes);
  if (comparison->round_trips >= 0)
    base_json_add_int (object, "round_trips", comparison->round_trips);
  base_json_add_string (object, "rule", comparison->rule);
  base_json_end_object (object);
  cli_print_json (object);
}

int
cli_accounting (Cli *cli, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { NULL },
  };
  int since = store_traffic_day (g_get_real_time (), DAYS - 1);
  gint64 week = g_get_real_time () / G_USEC_PER_SEC - DAYS * 24 * 60 * 60;
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GPtrArray) traffic = NULL;
  g_autoptr (GPtrArray) other = NULL;
  g_autoptr (GPtrArray) both = NULL;
  g_autoptr (GError) error = NULL;
  EngineAccount *twin;
  gint64 letters, bytes;
  int code;

  if (!cli_parse (entries, CLI_ACCOUNTING, &argc, &argv))
    return CLI_USAGE;
  if (argc != 2)
    return cli_usage (CLI_ACCOUNTING);
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  traffic = store_reader_traffic (engine_account_reader (account), since, &error);
  if (!traffic ||
      !store_reader_arrived (engine_account_reader (account), week, &letters, &bytes, &error))
    return cli_fail (g_steal_pointer (&error));
  accounts = engine_service_accounts (cli->service);
  twin = engine_twin_find (accounts, account);
  if (twin)
    other = store_reader_traffic (engine_account_reader (twin), since, NULL);
  if (json)
    print_rows_json (traffic);
  else if (traffic->len == 0)
    g_print ("%s\n", _ ("Nothing was measured yet."));
  else
    print_rows (traffic);
  both = learn_accounting_compare (
      engine_account_info (account)->protocol, traffic, other, letters, bytes);
  for (guint i = 0; i < both->len; i++)
    print_comparison (both->pdata[i], json);
  return CLI_OK;
}
