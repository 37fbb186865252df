/* What a person does with messages: shown at once, journalled in the same transaction, told to the
 * server later. Also without owning the account: the owner notices. */
#include "config.h"

#include "engine-account-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "store-write.h"

typedef struct
{
  const gint64 *placements;
  guint n;
  guint add, remove;
  gint64 target;
  gboolean dele;
  const BaseCause *cause;
  guint64 undone;
} Act;

static gboolean
write_flags (StoreTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return store_tx_act_flags (
      tx, act->placements, act->n, act->add, act->remove, act->cause, NULL, error);
}

static gboolean
write_move (StoreTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return store_tx_act_move (tx, act->placements, act->n, act->target, act->cause, NULL, error);
}

static gboolean
write_delete (StoreTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return store_tx_act_delete (tx, act->placements, act->n, act->dele, act->cause, NULL, error);
}

/* "When I delete" means when it goes to the Trash: it stays here, the server's copy goes. */
static gboolean
write_trash (StoreTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return write_move (tx, act, error) &&
         (!act->dele || store_tx_act_dele (tx, act->placements, act->n, act->cause, NULL, error));
}

static gboolean
write_undo (StoreTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return store_tx_undo (tx, act->undone, act->cause, error);
}

static gboolean
write_act (EngineAccount *account, StoreTxFunc func, Act *act, GError **error)
{
  return store_mailbase_write (account->mailbase, STORE_PRIORITY_CLICK, TRUE, func, act, error);
}

gboolean
engine_account_flag (EngineAccount *account,
                     const gint64 *placements,
                     guint n,
                     guint add,
                     guint remove,
                     const BaseCause *cause,
                     GError **error)
{
  Act act = { .placements = placements, .n = n, .add = add, .remove = remove, .cause = cause };

  return write_act (account, write_flags, &act, error);
}

gboolean
engine_account_move (EngineAccount *account,
                     const gint64 *placements,
                     guint n,
                     gint64 folder,
                     const BaseCause *cause,
                     GError **error)
{
  Act act = { .placements = placements, .n = n, .target = folder, .cause = cause };

  return write_act (account, write_move, &act, error);
}

/* "until-deleted" asks the server when the person deletes; "none" and "days" ask by themselves. */
gboolean
engine_account_asks_server (const StoreAccountInfo *info)
{
  return strcmp (info->protocol, "pop3") == 0 && strcmp (info->leave_policy, "all") != 0;
}

/* Splits @placements: those to be moved to the Trash, and those to go for good. */
static gboolean
sort_out (EngineAccount *account,
          const gint64 *placements,
          guint n,
          gboolean expunge,
          gint64 trash,
          GArray *move,
          GArray *remove,
          GError **error)
{
  g_autoptr (GPtrArray) rows = store_reader_rows (account->reader, placements, n, error);

  if (!rows)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      gboolean for_good = expunge || trash == 0 || (row && row->folder == trash);

      if (row)
        g_array_append_val (for_good ? remove : move, placements[i]);
    }
  return TRUE;
}

gboolean
engine_account_delete (EngineAccount *account,
                       const gint64 *placements,
                       guint n,
                       gboolean expunge,
                       const BaseCause *cause,
                       GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (StoreFolder) trash =
      store_reader_folder_by_role (account->reader, STORE_ROLE_TRASH, &local);
  g_autoptr (GArray) move = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) remove = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 trash_id = trash ? trash->id : 0;

  if (local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!sort_out (account, placements, n, expunge, trash_id, move, remove, error))
    return FALSE;
  if (move->len > 0)
    {
      Act act = { .placements = (const gint64 *) move->data,
                  .n = move->len,
                  .target = trash_id,
                  .dele = engine_account_asks_server (account->info),
                  .cause = cause };

      if (!write_act (account, write_trash, &act, error))
        return FALSE;
    }
  if (remove->len > 0)
    {
      Act act = { .placements = (const gint64 *) remove->data,
                  .n = remove->len,
                  .dele = engine_account_asks_server (account->info),
                  .cause = cause };

      return write_act (account, write_delete, &act, error);
    }
  return TRUE;
}

gboolean
engine_account_undo (EngineAccount *account, guint64 cause, const BaseCause *undo, GError **error)
{
  Act act = { .undone = cause, .cause = undo };

  return write_act (account, write_undo, &act, error);
}
