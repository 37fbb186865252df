/* ledger --summary and --table: the storage view of the window in a terminal. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli-storage.h"
#include "learn-before.h"
#include "learn-storage.h"
#include "learn-wording.h"

/* The summary */

static void
print_sum_json (BaseJson *json, const char *name, const StoreSum *sum)
{
  base_json_begin_object (json, name);
  base_json_add_int (json, "letters", sum->letters);
  base_json_add_int (json, "bytes", sum->bytes);
  base_json_end_object (json);
}

static void
print_summary_json (const StoreSurvey *survey, const StoreStrip *strip)
{
  BaseJson *json = base_json_new ();

  base_json_begin_object (json, NULL);
  print_sum_json (json, "only_here", &survey->only_here);
  print_sum_json (json, "both", &survey->both);
  print_sum_json (json, "only_there", &survey->only_there);
  print_sum_json (json, "leaving", &survey->leaving);
  base_json_add_int (json, "not_seen", survey->not_seen);
  base_json_add_int (json, "unsent", survey->unsent);
  base_json_add_int (json, "lost_with_computer", survey->only_here.letters);
  base_json_add_int (json, "lost_with_provider", learn_loss_provider_letters (survey));
  if (strip->server_as_of > 0)
    {
      g_autofree char *as_of = cli_time (strip->server_as_of / G_USEC_PER_SEC, 0);

      base_json_add_string (json, "as_of", as_of);
    }
  if (strip->quota_limit > 0)
    {
      base_json_add_int (json, "quota_used", strip->quota_used * 1024);
      base_json_add_int (json, "quota_limit", strip->quota_limit * 1024);
    }
  base_json_end_object (json);
  cli_print_json (json);
}

static void
print_sum (const char *what, const StoreSum *sum)
{
  g_autofree char *size = learn_size_text ((guint64) sum->bytes);

  g_print ("%6" G_GINT64_FORMAT "  %9s  %s\n", sum->letters, size, what);
}

static void
print_loss (const char *when, char *what, char *why)
{
  g_print ("%s %s. %s\n", when, what, why);
  g_free (what);
  g_free (why);
}

static void
print_summary (const StoreSurvey *survey, const StoreStrip *strip)
{
  StoreSum not_seen = { survey->not_seen, 0 };

  print_sum (_ ("only here"), &survey->only_here);
  print_sum (_ ("here and on the server"), &survey->both);
  print_sum (_ ("only on the server"), &survey->only_there);
  if (not_seen.letters > 0)
    g_print ("%6" G_GINT64_FORMAT "  %9s  %s\n",
             not_seen.letters,
             "?",
             _ ("on the server, never looked at here"));
  if (survey->leaving.letters > 0)
    print_sum (_ ("leaving the server"), &survey->leaving);
  if (strip->quota_limit > 0)
    {
      g_autofree char *used = learn_size_text ((guint64) strip->quota_used * 1024);
      g_autofree char *limit = learn_size_text ((guint64) strip->quota_limit * 1024);

      g_print (_ ("Room on the server: %1$s of %2$s used\n"), used, limit);
    }
  if (strip->server_as_of > 0)
    {
      g_autofree char *time = learn_time_text (strip->server_as_of);

      g_print (_ ("The server as of %s\n"), time);
    }
  print_loss (_ ("If this computer died tonight:"),
              learn_loss_computer (survey),
              learn_loss_computer_why (survey));
  print_loss (_ ("If the provider closed:"),
              learn_loss_provider (survey),
              learn_loss_provider_why (survey));
}

int
cli_storage_summary (EngineAccount *account, gboolean json)
{
  StoreReader *reader = engine_account_reader (account);
  GError *error = NULL;
  StoreSurvey survey;
  StoreStrip strip;

  if (!store_reader_survey (reader, &survey, &error) ||
      !store_reader_strip (reader, &strip, &error))
    return cli_fail (error);
  if (json)
    print_summary_json (&survey, &strip);
  else
    print_summary (&survey, &strip);
  return CLI_OK;
}

/* The table */

static void
print_head (GPtrArray *places)
{
  GString *line = g_string_new ("id");

  for (guint i = 0; i < places->len; i++)
    {
      const LearnPlace *place = places->pdata[i];
      g_autofree char *title = cli_clean (place->title);

      g_string_append_printf (line, "\t%s", title);
    }
  g_string_append_printf (line, "\t%s", _ ("subject"));
  g_print ("%s\n", line->str);
  g_string_free (line, TRUE);
}

static void
print_row (const StoreLetter *letter, GPtrArray *places, GPtrArray *folders)
{
  GString *line = g_string_new (NULL);
  g_autofree char *subject = cli_clean (letter->subject);

  g_string_append_printf (line, "%" G_GINT64_FORMAT, letter->message);
  for (guint i = 0; i < places->len; i++)
    {
      g_autoptr (LearnCell) cell = learn_cell (letter, places->pdata[i], folders);

      /* What is provisional stands in brackets: a terminal has no dashes. */
      if (cell->state == LEARN_CELL_ABSENT)
        g_string_append (line, "\t-");
      else if (learn_cell_is_provisional (cell))
        g_string_append_printf (line, "\t[%s]", cell->text);
      else
        g_string_append_printf (line, "\t%s", cell->text);
    }
  g_print ("%s\t%s\n", line->str, subject);
  g_string_free (line, TRUE);
}

static void
print_row_json (const StoreLetter *letter, GPtrArray *places, GPtrArray *folders)
{
  BaseJson *json = base_json_new ();

  base_json_begin_object (json, NULL);
  base_json_add_int (json, "id", letter->message);
  base_json_add_string (json, "subject", letter->subject);
  base_json_begin_array (json, "places");
  for (guint i = 0; i < places->len; i++)
    {
      const LearnPlace *place = places->pdata[i];
      g_autoptr (LearnCell) cell = learn_cell (letter, place, folders);
      g_autofree char *since = cell->since > 0 ? cli_time (cell->since / G_USEC_PER_SEC, 0) : NULL;

      if (cell->state == LEARN_CELL_ABSENT)
        continue;
      base_json_begin_object (json, NULL);
      base_json_add_string (json, "place", place->id);
      base_json_add_string (json, "state", learn_cell_state_name (cell->state));
      base_json_add_bool (json, "provisional", learn_cell_is_provisional (cell));
      base_json_add_string (json, "since", since);
      base_json_add_string (json, "exchange", cell->exchange);
      base_json_add_string (
          json, "cause", cell->cause != NULL ? base_cause_kind_name (cell->cause->kind) : NULL);
      base_json_end_object (json);
    }
  base_json_end_array (json);
  base_json_end_object (json);
  cli_print_json (json);
}

int
cli_storage_table (EngineAccount *account, gint64 id, gboolean json)
{
  StoreReader *reader = engine_account_reader (account);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = store_reader_folders (reader, &error);
  g_autoptr (GPtrArray) places = NULL;
  g_autoptr (GArray) ids = NULL;

  if (folders == NULL)
    return cli_fail (g_steal_pointer (&error));
  places = learn_places (folders);
  if (id != 0)
    {
      ids = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_array_append_val (ids, id);
    }
  else if ((ids = store_reader_survey_list (reader, STORE_WHERE_ANYWHERE, &error)) == NULL)
    {
      return cli_fail (g_steal_pointer (&error));
    }
  if (!json)
    print_head (places);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (StoreLetter) letter =
          store_reader_letter (reader, g_array_index (ids, gint64, i), &error);

      if (letter == NULL)
        return cli_fail (g_steal_pointer (&error));
      if (json)
        print_row_json (letter, places, folders);
      else
        print_row (letter, places, folders);
    }
  return CLI_OK;
}
