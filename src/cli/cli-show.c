/* show, inspect: one letter, from the store or from a file. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "engine-error.h"
#include "mail-inspect.h"

static int
print_text (char *text)
{
  g_autofree char *clean = cli_clean_lines (text);

  fputs (clean, stdout);
  if (clean[0] && clean[strlen (clean) - 1] != '\n')
    fputc ('\n', stdout);
  g_free (text);
  return CLI_OK;
}

static StoreRow *
get_row (EngineAccount *account, gint64 id, GError **error)
{
  StoreRow *row = store_reader_row_of_message (engine_account_reader (account), id, NULL);

  if (!row)
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_NOT_FOUND,
                 _ ("There is no message %ld in “%s”: see “list”"),
                 (glong) id,
                 engine_account_info (account)->name);
  return row;
}

/* The bytes; fetched first when only the headers are here. */
static GBytes *
get_source (EngineAccount *account, gint64 id, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BaseCause) cause = NULL;
  g_autoptr (StoreRow) row = NULL;
  StoreReader *reader = engine_account_reader (account);
  GBytes *source = store_reader_source (reader, id, &local);

  if (source)
    return source;
  if (!g_error_matches (local, STORE_ERROR, STORE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  row = get_row (account, id, error);
  if (!row)
    return NULL;
  cause = base_cause_new (BASE_CAUSE_OPEN, row->subject);
  return engine_run_body (account, id, cause, error) ? store_reader_source (reader, id, error)
                                                     : NULL;
}

/* "2", "1.2" */
static gboolean
is_section (const char *part)
{
  return g_regex_match_simple (
      "^[1-9][0-9]{0,3}(\\.[1-9][0-9]{0,3}){0,15}$", part, G_REGEX_DOLLAR_ENDONLY, 0);
}

/* An attachment alone does not need the rest of the letter. */
static GBytes *
get_part (EngineAccount *account, gint64 id, const char *part, GError **error)
{
  g_autoptr (StoreRow) row = get_row (account, id, error);
  g_autoptr (BaseCause) cause = row ? base_cause_new (BASE_CAUSE_OPEN, row->subject) : NULL;

  return row ? engine_run_part (account, id, part, cause, error) : NULL;
}

int
cli_show (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "show N ID [--raw|--text|--structure|--part NUMBER]";
  gboolean raw = FALSE, text = FALSE, structure = FALSE;
  g_autofree char *part = NULL;
  const GOptionEntry entries[] = {
    { "raw", 0, 0, G_OPTION_ARG_NONE, &raw, NULL, NULL },
    { "text", 0, 0, G_OPTION_ARG_NONE, &text, NULL, NULL },
    { "structure", 0, 0, G_OPTION_ARG_NONE, &structure, NULL, NULL },
    { "part", 0, 0, G_OPTION_ARG_STRING, &part, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GBytes) source = NULL;
  g_autoptr (MailMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;
  int code;

  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc != 3 || raw + text + structure + (part != NULL) > 1 || (part && !is_section (part)))
    return cli_usage (synopsis);
  if (!cli_parse_id (argv[2], &id))
    return CLI_USAGE;
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  source = part ? get_part (account, id, part, &error) : get_source (account, id, &error);
  if (source && (raw || part))
    return cli_write_out (source, &error) ? CLI_OK : cli_fail (g_steal_pointer (&error));
  message = source ? mail_message_parse (source, &error) : NULL;
  if (!message)
    return cli_fail (g_steal_pointer (&error));
  return print_text (structure ? mail_inspect_structure (message) : mail_inspect_text (message));
}

int
cli_inspect (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "inspect FILE.eml|- [--json|--text|--structure]";
  gboolean json = FALSE, text = FALSE, structure = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { "text", 0, 0, G_OPTION_ARG_NONE, &text, NULL, NULL },
    { "structure", 0, 0, G_OPTION_ARG_NONE, &structure, NULL, NULL },
    { NULL },
  };
  g_autoptr (GBytes) source = NULL;
  g_autoptr (MailMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc != 2 || json + text + structure > 1)
    return cli_usage (synopsis);
  source = cli_read_file (argv[1], &error);
  message = source ? mail_inspect_parse (source, &error) : NULL;
  if (!message)
    {
      /* It exits 0 or 65 only, also when the file cannot be read. */
      cli_fail (g_steal_pointer (&error));
      return CLI_BAD_DATA;
    }
  if (text)
    return print_text (mail_inspect_text (message));
  return print_text (structure ? mail_inspect_structure (message) : mail_inspect_json (message));
}
