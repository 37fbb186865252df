/* Shared by the commands: errors, arguments, opening. */
#include "config.h"

#include "cli.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine-error.h"
#include "mail-message.h"

static void
say (const char *text)
{
  g_autofree char *line = cli_clean (text);

  cli_wire_catch_up ();
  g_printerr ("restante-cli: %s\n", line);
}

int
cli_fail (GError *error)
{
  int code = engine_error_exit_code (error);

  say (error->message);
  g_error_free (error);
  return code;
}

int
cli_usage (const char *synopsis)
{
  cli_note (_ ("usage: restante-cli %s"), synopsis);
  return CLI_USAGE;
}

void
cli_note (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  say (text);
}

/* What a terminal would obey is not shown: C0, DEL and C1. */
static char *
clean (const char *text, const char *kept)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x20 ? strchr (kept, (int) c) != NULL : (c < 0x7f || c > 0x9f))
        g_string_append_len (out, p, g_utf8_next_char (p) - p);
      else
        g_string_append_c (out, ' ');
    }
  return g_string_free (out, FALSE);
}

char *
cli_clean (const char *text)
{
  return clean (text, "");
}

char *
cli_clean_lines (const char *text)
{
  return clean (text, "\t\n");
}

gboolean
cli_parse (const GOptionEntry *entries, const char *synopsis, int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      cli_note (_ ("%s; usage: restante-cli %s"), error->message, synopsis);
      return FALSE;
    }
  /* "--" ends the options and is none of the arguments. */
  for (int i = 1; i < *argc; i++)
    if (strcmp ((*argv)[i], "--") == 0)
      {
        memmove (&(*argv)[i], &(*argv)[i + 1], (gsize) (*argc - i) * sizeof (char *));
        --*argc;
        break;
      }
  return TRUE;
}

gboolean
cli_service (Cli *cli, int *code)
{
  g_autoptr (GError) error = NULL;

  if (!cli->service)
    cli->service = engine_service_new (cli->data, cli->tap, &error);
  if (cli->service)
    return TRUE;
  *code = cli_fail (g_steal_pointer (&error));
  return FALSE;
}

EngineAccount *
cli_account_open (Cli *cli, const char *name, gboolean own, int *code)
{
  g_autoptr (GError) error = NULL;
  EngineAccount *account;

  if (!cli_service (cli, code))
    return NULL;
  account = engine_service_account (cli->service, name, TRUE, &error);
  if (!account && !own &&
      (g_error_matches (error, STORE_ERROR, STORE_ERROR_OWNED) ||
       g_error_matches (error, STORE_ERROR, STORE_ERROR_READ_ONLY)))
    {
      g_clear_error (&error);
      account = engine_service_account (cli->service, name, FALSE, &error);
    }
  if (!account)
    *code = cli_fail (g_steal_pointer (&error));
  return account;
}

gboolean
cli_parse_id (const char *text, gint64 *id)
{
  if (g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, id, NULL))
    return TRUE;
  cli_note (_ ("“%s” is no message id: see the first column of “list”"), text);
  return FALSE;
}

gint64
cli_placement (EngineAccount *account, gint64 message, int *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreRow) row =
      store_reader_row_of_message (engine_account_reader (account), message, &error);

  if (row)
    return row->placement;
  if (!error)
    g_set_error (&error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_NOT_FOUND,
                 _ ("There is no message %ld in “%s”: see “list”"),
                 (glong) message,
                 engine_account_info (account)->name);
  *code = cli_fail (g_steal_pointer (&error));
  return 0;
}

char *
cli_time (gint64 seconds, int offset)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (offset * 60);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_timezone (utc, zone) : NULL;

  return local ? g_date_time_format (local,
                                     offset == 0 ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%S%:z")
               : NULL;
}

const char *
cli_role_name (StoreRole role)
{
  switch (role)
    {
    case STORE_ROLE_INBOX:
      return "inbox";
    case STORE_ROLE_DRAFTS:
      return "drafts";
    case STORE_ROLE_SENT:
      return "sent";
    case STORE_ROLE_ARCHIVE:
      return "archive";
    case STORE_ROLE_JUNK:
      return "junk";
    case STORE_ROLE_TRASH:
      return "trash";
    case STORE_ROLE_ALL:
      return "all";
    case STORE_ROLE_FLAGGED:
      return "flagged";
    case STORE_ROLE_IMPORTANT:
      return "important";
    case STORE_ROLE_MAILDROP:
      return "maildrop";
    case STORE_ROLE_NONE:
    default:
      return NULL;
    }
}

const char *
cli_place_name (StorePlace place)
{
  return place == STORE_PLACE_SERVER ? "server" : "here";
}

const char *
cli_ledger_name (StoreLedgerState state)
{
  static const char *const names[] = {
    [STORE_LEDGER_SEEN_ON_SERVER] = "seen-on-server",
    [STORE_LEDGER_COPIED_HERE] = "copied-here",
    [STORE_LEDGER_DELETE_ASKED] = "delete-asked",
    [STORE_LEDGER_GONE_FROM_SERVER] = "gone-from-server",
    [STORE_LEDGER_NO_LONGER_LISTED] = "no-longer-listed",
    [STORE_LEDGER_MOVED] = "moved",
    [STORE_LEDGER_MOVE_ASKED] = "move-asked",
    [STORE_LEDGER_QUEUED] = "queued",
    [STORE_LEDGER_HANDED_OVER] = "handed-over",
    [STORE_LEDGER_MAYBE_HANDED_OVER] = "maybe-handed-over",
    [STORE_LEDGER_REFUSED] = "refused",
    [STORE_LEDGER_SAVED_ON_SERVER] = "saved-on-server",
    [STORE_LEDGER_SAVED_HERE] = "saved-here",
    [STORE_LEDGER_REMOVED_HERE] = "removed-here",
    [STORE_LEDGER_DELETE_UNDONE] = "delete-undone",
  };

  return (guint) state < G_N_ELEMENTS (names) && names[state] ? names[state] : "unknown";
}

void
cli_print_json (BaseJson *json)
{
  g_autofree char *text = base_json_free_to_string (json);

  fputs (text, stdout);
  fputc ('\n', stdout);
}

static gssize
read_some (int fd, GByteArray *bytes, GError **error)
{
  guint8 buffer[65536];
  gssize got;

  do
    got = read (fd, buffer, sizeof buffer);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    g_set_error_literal (
        error, G_FILE_ERROR, (int) g_file_error_from_errno (errno), g_strerror (errno));
  else if (bytes->len + (gsize) got > MAIL_MAX_SOURCE)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, _ ("The letter is too large"));
      return -1;
    }
  else
    g_byte_array_append (bytes, buffer, (guint) got);
  return got;
}

GBytes *
cli_read_file (const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  char *data;
  gsize len;
  gssize got;

  if (strcmp (path, "-") != 0)
    return g_file_get_contents (path, &data, &len, error) ? g_bytes_new_take (data, len) : NULL;
  bytes = g_byte_array_new ();
  while ((got = read_some (STDIN_FILENO, bytes, error)) > 0)
    ;
  return got < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

gboolean
cli_write_out (GBytes *bytes, GError **error)
{
  gsize len;
  const void *data = g_bytes_get_data (bytes, &len);

  if (fwrite (data, 1, len, stdout) == len && fflush (stdout) == 0)
    return TRUE;
  g_set_error (error,
               G_FILE_ERROR,
               (int) g_file_error_from_errno (errno),
               _ ("Standard output cannot be written: %s"),
               g_strerror (errno));
  return FALSE;
}
