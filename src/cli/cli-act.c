/* flag, move, delete: journalled at once; told to the server now if it can be reached, else by the
 * next sync, or by the running program that has the account. */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli.h"
#include "engine-error.h"

static const struct
{
  const char *name;
  guint flag;
} flags[] = {
  { "seen", STORE_FLAG_SEEN },           { "read", STORE_FLAG_SEEN },
  { "flagged", STORE_FLAG_FLAGGED },     { "answered", STORE_FLAG_ANSWERED },
  { "draft", STORE_FLAG_DRAFT },         { "deleted", STORE_FLAG_DELETED },
  { "forwarded", STORE_FLAG_FORWARDED },
};

static guint
find_flag (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (g_ascii_strcasecmp (flags[i].name, name) == 0)
      return flags[i].flag;
  return 0;
}

/* The action is done here whatever happens now, unless the server refuses it for good. */
static int
play (EngineAccount *account)
{
  g_autoptr (GError) error = NULL;
  gint64 refused;

  if (!store_mailbase_is_owner (engine_account_mailbase (account)))
    {
      cli_note (_ ("Noted; the running Restante that has “%s” tells the server"),
                engine_account_info (account)->name);
      return CLI_OK;
    }
  refused = cli_last_refused (account);
  if (!engine_run_journal (account, NULL, &error))
    cli_note (_ ("Done here; the server will be told by the next “sync” (%s)"), error->message);
  return cli_tell_refused (account, refused) > 0 ? CLI_REFUSED : CLI_OK;
}

/* A placement for each id. FALSE: said why not. */
static gboolean
find_placements (EngineAccount *account, char **ids, guint n, GArray *placements, int *code)
{
  for (guint i = 0; i < n; i++)
    {
      gint64 id, placement;

      *code = CLI_USAGE;
      if (!cli_parse_id (ids[i], &id))
        return FALSE;
      placement = cli_placement (account, id, code);
      if (placement == 0)
        return FALSE;
      g_array_append_val (placements, placement);
    }
  return TRUE;
}

typedef struct
{
  Cli *cli;
  EngineAccount *account;
  GArray *placements;
  int code;
} Act;

static gboolean
act_open (Act *act, Cli *cli, const char *name, char **ids, guint n)
{
  *act = (Act){ .cli = cli };
  act->account = cli_account_open (cli, name, FALSE, &act->code);
  if (!act->account)
    return FALSE;
  act->placements = g_array_new (FALSE, FALSE, sizeof (gint64));
  return find_placements (act->account, ids, n, act->placements, &act->code);
}

static int
act_close (Act *act, gboolean done, GError *error)
{
  if (done)
    act->code = play (act->account);
  else if (error)
    act->code = cli_fail (error);
  g_clear_pointer (&act->placements, g_array_unref);
  g_clear_pointer (&act->account, engine_account_unref);
  return act->code;
}

int
cli_flag (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "flag N ID… [+seen|-seen|+flagged|-flagged|…]";
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_MARK, NULL);
  g_autoptr (GError) error = NULL;
  guint add = 0, remove = 0;
  gboolean done = FALSE;
  Act act;

  for (int i = 2; i < argc; i++)
    if (argv[i][0] == '+' || argv[i][0] == '-')
      {
        guint flag = find_flag (argv[i] + 1);

        if (flag == 0)
          return cli_usage (synopsis);
        if (argv[i][0] == '+')
          add |= flag;
        else
          remove |= flag;
      }
    else
      g_ptr_array_add (ids, argv[i]);
  if (argc < 3 || ids->len == 0 || (add | remove) == 0 || (add & remove) != 0)
    return cli_usage (synopsis);
  if (act_open (&act, cli, argv[1], (char **) ids->pdata, ids->len))
    done = engine_account_flag (act.account,
                                (const gint64 *) act.placements->data,
                                act.placements->len,
                                add,
                                remove,
                                cause,
                                &error);
  return act_close (&act, done, g_steal_pointer (&error));
}

int
cli_move (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "move N ID… FOLDER";
  const GOptionEntry entries[] = { { NULL } };
  g_autoptr (BaseCause) cause = NULL;
  g_autoptr (StoreFolder) folder = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;
  Act act;

  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc < 4)
    return cli_usage (synopsis);
  cause = base_cause_new (BASE_CAUSE_MOVE, argv[argc - 1]);
  if (act_open (&act, cli, argv[1], argv + 2, (guint) argc - 3))
    {
      folder =
          store_reader_folder_by_name (engine_account_reader (act.account), argv[argc - 1], NULL);
      if (folder)
        done = engine_account_move (act.account,
                                    (const gint64 *) act.placements->data,
                                    act.placements->len,
                                    folder->id,
                                    cause,
                                    &error);
      else
        g_set_error (&error,
                     ENGINE_ERROR,
                     ENGINE_ERROR_NOT_FOUND,
                     _ ("“%s” has no folder “%s”: see “folders”, or “sync” first"),
                     argv[1],
                     argv[argc - 1]);
    }
  return act_close (&act, done, g_steal_pointer (&error));
}

int
cli_delete (Cli *cli, int argc, char **argv)
{
  static const char synopsis[] = "delete N ID… [--expunge]";
  gboolean expunge = FALSE;
  const GOptionEntry entries[] = {
    { "expunge", 0, 0, G_OPTION_ARG_NONE, &expunge, NULL, NULL },
    { NULL },
  };
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_DELETE, NULL);
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;
  Act act;

  if (!cli_parse (entries, synopsis, &argc, &argv))
    return CLI_USAGE;
  if (argc < 3)
    return cli_usage (synopsis);
  if (act_open (&act, cli, argv[1], argv + 2, (guint) argc - 2))
    done = engine_account_delete (act.account,
                                  (const gint64 *) act.placements->data,
                                  act.placements->len,
                                  expunge,
                                  cause,
                                  &error);
  return act_close (&act, done, g_steal_pointer (&error));
}
