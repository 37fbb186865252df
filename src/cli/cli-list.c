/* folders, list: what is here, without asking the server. */
#include "config.h"

#include <glib/gi18n.h>

#include "cli.h"
#include "engine-error.h"

#define ROWS 500

static void
print_folder (const StoreFolder *folder, gboolean json)
{
  const char *role = cli_role_name (folder->role);
  BaseJson *object;

  if (!json)
    {
      g_autofree char *name = cli_clean (folder->name);

      g_print ("%s\t%s\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\n",
               name,
               role ? role : "-",
               folder->total,
               folder->unread);
      return;
    }
  object = base_json_new ();
  base_json_begin_object (object, NULL);
  base_json_add_string (object, "name", folder->name);
  base_json_add_string (object, "role", role);
  base_json_add_string (object, "place", cli_place_name (folder->place));
  base_json_add_int (object, "messages", folder->total);
  base_json_add_int (object, "unread", folder->unread);
  base_json_add_int (object, "copies", folder->copies);
  if (folder->server_total >= 0)
    base_json_add_int (object, "server_messages", folder->server_total);
  else
    base_json_add_null (object, "server_messages");
  base_json_add_bool (object, "selectable", folder->selectable);
  base_json_add_uint (object, "uidvalidity", folder->uidvalidity);
  base_json_end_object (object);
  cli_print_json (object);
}

int
cli_folders (Cli *cli, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GPtrArray) folders = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!cli_parse (entries, "folders N [--json]", &argc, &argv))
    return CLI_USAGE;
  if (argc != 2)
    return cli_usage ("folders N [--json]");
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  folders = store_reader_folders (engine_account_reader (account), &error);
  if (!folders)
    return cli_fail (g_steal_pointer (&error));
  for (guint i = 0; i < folders->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (folders, i);

      if (folder->role != STORE_ROLE_MAILDROP)
        print_folder (folder, json);
    }
  return CLI_OK;
}

static const struct
{
  guint flag;
  const char *name;
} flag_names[] = {
  { STORE_FLAG_SEEN, "seen" },       { STORE_FLAG_ANSWERED, "answered" },
  { STORE_FLAG_FLAGGED, "flagged" }, { STORE_FLAG_DELETED, "deleted" },
  { STORE_FLAG_DRAFT, "draft" },     { STORE_FLAG_FORWARDED, "forwarded" },
};

static char *
flags_text (guint flags)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
    if (flags & flag_names[i].flag)
      g_string_append_printf (text, "%s%s", text->len ? "," : "", flag_names[i].name);
  if (text->len == 0)
    g_string_append_c (text, '-');
  return g_string_free (text, FALSE);
}

static gint64
row_time (const StoreRow *row)
{
  return row->date_utc ? row->date_utc : row->arrived;
}

static void
print_row_text (const StoreRow *row)
{
  g_autofree char *flags = flags_text (row->flags);
  g_autofree char *date = cli_time (row_time (row), row->date_offset);
  g_autofree char *from = cli_clean (row->from_address[0] ? row->from_address : row->from_name);
  g_autofree char *subject = cli_clean (row->subject);
  g_autofree char *uid = row->uid ? g_strdup_printf ("%u", row->uid) : g_strdup ("-");

  g_print ("%" G_GINT64_FORMAT "\t%s\t%s\t%" G_GUINT64_FORMAT "\t%s\t%s\t%s\n",
           row->message,
           uid,
           flags,
           row->size,
           date ? date : "-",
           from,
           subject);
}

static void
print_row_json (const StoreRow *row, const char *account, const char *folder)
{
  g_autofree char *date = cli_time (row_time (row), row->date_offset);
  g_auto (GStrv) keywords = g_strsplit (row->keywords, " ", -1);
  BaseJson *object = base_json_new ();

  base_json_begin_object (object, NULL);
  base_json_add_int (object, "id", row->message);
  if (account)
    base_json_add_string (object, "account", account);
  if (folder)
    base_json_add_string (object, "folder", folder);
  if (row->uid)
    base_json_add_uint (object, "uid", row->uid);
  else
    base_json_add_null (object, "uid");
  base_json_begin_array (object, "flags");
  for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
    if (row->flags & flag_names[i].flag)
      base_json_add_string (object, NULL, flag_names[i].name);
  base_json_end_array (object);
  base_json_begin_array (object, "keywords");
  for (guint i = 0; keywords[i]; i++)
    if (keywords[i][0])
      base_json_add_string (object, NULL, keywords[i]);
  base_json_end_array (object);
  base_json_add_uint (object, "size", row->size);
  base_json_add_string (object, "date", date);
  base_json_add_string (object, "from", row->from_address);
  base_json_add_string (object, "from_name", row->from_name);
  base_json_add_string (object, "to", row->to_text);
  base_json_add_string (object, "subject", row->subject);
  base_json_add_string (object, "message_id", row->message_id);
  base_json_add_bool (object, "here", row->has_source);
  base_json_add_bool (object, "pending", row->pending != 0);
  base_json_end_object (object);
  cli_print_json (object);
}

static int
print_rows (StoreReader *reader, const StoreFolder *folder, gboolean json, gint64 limit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) listed = store_reader_list (reader, folder->id, &error);
  gint64 ids[ROWS];
  guint most;

  if (!listed)
    return cli_fail (g_steal_pointer (&error));
  most = limit > 0 ? (guint) MIN (limit, (gint64) listed->len) : listed->len;
  for (guint first = 0; first < most; first += ROWS)
    {
      guint n = MIN (ROWS, most - first);
      g_autoptr (GPtrArray) rows = NULL;

      for (guint i = 0; i < n; i++)
        ids[i] = g_array_index (listed, StoreListed, first + i).placement;
      rows = store_reader_rows (reader, ids, n, &error);
      if (!rows)
        return cli_fail (g_steal_pointer (&error));
      for (guint i = 0; i < rows->len; i++)
        {
          const StoreRow *row = g_ptr_array_index (rows, i);

          if (row && json)
            print_row_json (row, NULL, folder->name);
          else if (row)
            print_row_text (row);
        }
    }
  return CLI_OK;
}

int
cli_list (Cli *cli, int argc, char **argv)
{
  gboolean json = FALSE;
  gint64 limit = 0;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT64, &limit, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (StoreFolder) folder = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!cli_parse (entries, "list N FOLDER [--json] [--limit K]", &argc, &argv))
    return CLI_USAGE;
  if (argc != 3 || limit < 0)
    return cli_usage ("list N FOLDER [--json] [--limit K]");
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  folder = store_reader_folder_by_name (engine_account_reader (account), argv[2], &error);
  if (!folder)
    {
      if (!error || g_error_matches (error, STORE_ERROR, STORE_ERROR_NOT_FOUND))
        {
          cli_note (
              _ ("“%s” has no folder “%s”: see “folders”, or “sync” first"), argv[1], argv[2]);
          return CLI_USAGE;
        }
      return cli_fail (g_steal_pointer (&error));
    }
  return print_rows (engine_account_reader (account), folder, json, limit);
}

/* --- search: the same rows, by words --- */

/* Rows that search lacks are indexed first where this process may, for so long. */
#define INDEX_PATIENCE (2 * G_USEC_PER_SEC)

typedef struct
{
  char *account;
  StoreRow *row;
} Hit;

static void
hit_clear (gpointer data)
{
  Hit *hit = data;

  g_free (hit->account);
  store_row_unref (hit->row);
}

static int
newest_first (gconstpointer a, gconstpointer b)
{
  gint64 one = row_time (((const Hit *) a)->row), other = row_time (((const Hit *) b)->row);

  return one > other ? -1 : one < other;
}

static void
add_hit (EngineAccount *account, gint64 message, GArray *hits)
{
  Hit hit = { NULL, store_reader_row_of_message (engine_account_reader (account), message, NULL) };

  if (!hit.row)
    return;
  hit.account = g_strdup (engine_account_info (account)->name);
  g_array_append_val (hits, hit);
}

/* The server has all letters whole: what is here is among them. A letter may be in several folders.
 */
static gboolean
add_found_there (
    EngineAccount *account, const char *query, guint limit, GArray *hits, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEARCH, query);
  g_autoptr (GArray) ids = engine_run_find (account, query, limit, cause, error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; ids && i < ids->len; i++)
    if (g_hash_table_add (seen, &g_array_index (ids, gint64, i)))
      add_hit (account, g_array_index (ids, gint64, i), hits);
  return ids != NULL;
}

static gboolean
search_account (EngineAccount *account,
                const char *query,
                gboolean server,
                guint limit,
                GArray *hits,
                gint64 *missing,
                GError **error)
{
  StoreMailbase *mailbase = engine_account_mailbase (account);
  g_autoptr (GArray) ids = NULL;
  gint64 lacking = 0;

  if (server && strcmp (engine_account_info (account)->protocol, "imap") == 0)
    return add_found_there (account, query, limit, hits, error);

  if (store_mailbase_is_owner (mailbase) && !engine_run_index_for (account, INDEX_PATIENCE, error))
    return FALSE;
  ids = store_search (mailbase, query, limit, &lacking, error);
  if (!ids)
    return FALSE;
  *missing += lacking;
  for (guint i = 0; i < ids->len; i++)
    add_hit (account, g_array_index (ids, gint64, i), hits);
  return TRUE;
}

static void
print_hits (GArray *hits, guint limit, gboolean json, gint64 missing)
{
  g_array_sort (hits, newest_first);
  for (guint i = 0; i < hits->len && i < limit; i++)
    {
      const Hit *hit = &g_array_index (hits, Hit, i);

      if (json)
        print_row_json (hit->row, hit->account, NULL);
      else
        {
          g_print ("%s\t", hit->account);
          print_row_text (hit->row);
        }
    }
  if (missing > 0)
    cli_note (g_dngettext (GETTEXT_PACKAGE,
                           "%ld message is not indexed yet: “sync N --index” does it",
                           "%ld messages are not indexed yet: “sync N --index” does it",
                           (gulong) missing),
              (glong) missing);
}

/* One account that cannot be opened hides none of the others, and is not passed over in silence:
 * @code tells. */
static GPtrArray *
accounts_to_search (Cli *cli, const char *name, int *code)
{
  GPtrArray *accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_account_unref);
  g_autoptr (GPtrArray) infos = NULL;
  g_autoptr (GError) error = NULL;

  if (name || !cli_service (cli, code))
    {
      EngineAccount *one = name ? cli_account_open (cli, name, FALSE, code) : NULL;

      if (one)
        g_ptr_array_add (accounts, one);
      return accounts;
    }
  infos = store_book_accounts (engine_service_book (cli->service), &error);
  if (!infos)
    *code = cli_fail (g_steal_pointer (&error));
  for (guint i = 0; infos && i < infos->len; i++)
    {
      const StoreAccountInfo *info = g_ptr_array_index (infos, i);
      EngineAccount *account = cli_account_open (cli, info->name, FALSE, code);

      if (account)
        g_ptr_array_add (accounts, account);
    }
  return accounts;
}

int
cli_search (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "search QUERY [--account N] [--server] [--json] [--limit K]";
  g_autofree char *name = NULL;
  gboolean json = FALSE, server = FALSE;
  gint64 limit = 100, missing = 0;
  const GOptionEntry entries[] = {
    { "account", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL },
    { "server", 0, 0, G_OPTION_ARG_NONE, &server, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT64, &limit, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autoptr (GError) error = NULL;
  int code = CLI_OK;

  g_array_set_clear_func (hits, hit_clear);
  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc != 2 || limit <= 0)
    return cli_usage (synopsis);
  limit = MIN (limit, G_MAXINT32);
  accounts = accounts_to_search (cli, name, &code);
  for (guint i = 0; i < accounts->len; i++)
    if (!search_account (g_ptr_array_index (accounts, i),
                         argv[1],
                         server,
                         (guint) limit,
                         hits,
                         &missing,
                         &error))
      return cli_fail (g_steal_pointer (&error));
  print_hits (hits, (guint) limit, json, missing);
  return code;
}

/* --- conversation: the same rows, by who answered whom --- */

static GArray *
conversation_of (EngineAccount *account, const StoreRow *letter, gboolean server, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_THREAD, letter->subject);
  g_autoptr (GError) local = NULL;
  GArray *there;

  if (server && strcmp (engine_account_info (account)->protocol, "imap") == 0)
    {
      there = engine_run_conversation (account, letter->message, cause, &local);
      if (there || !g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
        {
          if (local)
            g_propagate_error (error, g_steal_pointer (&local));
          return there;
        }
      cli_note ("%s", local->message);
    }
  return store_reader_conversation (engine_account_reader (account), letter->message, error);
}

int
cli_conversation (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "conversation N ID [--server] [--json]";
  gboolean json = FALSE, server = FALSE;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_NONE, &server, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { NULL },
  };
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (StoreRow) letter = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autoptr (GError) error = NULL;
  gint64 id;
  int code;

  g_array_set_clear_func (hits, hit_clear);
  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc != 3)
    return cli_usage (synopsis);
  if (!cli_parse_id (argv[2], &id))
    return CLI_USAGE;
  account = cli_account_open (cli, argv[1], FALSE, &code);
  if (!account)
    return code;
  if (cli_placement (account, id, &code) == 0)
    return code;
  letter = store_reader_row_of_message (engine_account_reader (account), id, &error);
  if (!letter)
    return cli_fail (g_steal_pointer (&error));
  ids = conversation_of (account, letter, server, &error);
  if (!ids)
    return cli_fail (g_steal_pointer (&error));
  for (guint i = 0; i < ids->len; i++)
    add_hit (account, g_array_index (ids, gint64, i), hits);
  print_hits (hits, hits->len, json, 0);
  return CLI_OK;
}
