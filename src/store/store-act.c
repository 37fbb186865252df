/* What the person does: shown at once, and journalled in the same transaction where a server has to
 * hear of it. In folders on this computer it is done with that; an entry is kept for undo. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "store-tx.h"

static gboolean
append (StoreTx *tx, StoreDeed *deed, const BaseCause *cause, GArray *journal, GError **error)
{
  if (!store_deed_append (tx, deed, cause, error))
    return FALSE;
  if (journal != NULL && deed->state != STORE_JOURNAL_DONE)
    g_array_append_val (journal, deed->id);
  return TRUE;
}

static StoreDeed
deed_for (const StorePlacement *placement, StoreJournalKind kind)
{
  return (StoreDeed){ .kind = kind,
                      .message = placement->message,
                      .placement = placement->id,
                      .folder = placement->folder,
                      .uidvalidity = placement->uidvalidity,
                      .uid = placement->uid,
                      .state = placement->place == STORE_PLACE_SERVER ? STORE_JOURNAL_WAITING
                                                                      : STORE_JOURNAL_DONE };
}

/* Hidden rows are not the person's to touch. */
static gboolean
load_shown (StoreTx *tx, gint64 id, StorePlacement **placement, GError **error)
{
  if (!store_placement_load (tx, id, placement, error))
    return FALSE;
  if (*placement != NULL && ((*placement)->hidden || (*placement)->role == STORE_ROLE_MAILDROP))
    g_clear_pointer (placement, store_placement_free);
  return TRUE;
}

static gboolean
flag_one (StoreTx *tx,
          const StorePlacement *placement,
          guint add,
          guint remove,
          const BaseCause *cause,
          GArray *journal,
          GError **error)
{
  StoreDeed deed = deed_for (placement, STORE_JOURNAL_FLAGS);
  guint flags = (placement->flags | add) & ~remove;

  if (flags == placement->flags)
    return TRUE;
  deed.flags_add = flags & ~placement->flags;
  deed.flags_remove = placement->flags & ~flags;
  if (!store_placement_show_flags (tx, placement, flags, error))
    return FALSE;
  if (placement->place == STORE_PLACE_HERE)
    {
      if (!store_sqlite_run (tx->db,
                             error,
                             "UPDATE placement SET server_flags = ? WHERE id = ?",
                             "ii",
                             (gint64) flags,
                             placement->id))
        return FALSE;
    }
  else if (!store_placement_set_pending (
               tx, placement, placement->pending | STORE_PENDING_FLAGS, error))
    return FALSE;
  return append (tx, &deed, cause, journal, error);
}

gboolean
store_tx_act_flags (StoreTx *tx,
                    const gint64 *placements,
                    guint n,
                    guint add,
                    guint remove,
                    const BaseCause *cause,
                    GArray *journal,
                    GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;

      if (!load_shown (tx, placements[i], &placement, error) ||
          (placement != NULL && !flag_one (tx, placement, add, remove, cause, journal, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
need_source (const StorePlacement *placement, GError **error)
{
  if (placement->source != 0)
    return TRUE;
  g_set_error_literal (
      error,
      STORE_ERROR,
      STORE_ERROR_NOT_FOUND,
      _ ("Only the headers of this letter are here. Open it first, then move it."));
  return FALSE;
}

/* From the server to this computer: the copy here is shown in the target, the server is asked to
 * delete. */
static gboolean
move_here (StoreTx *tx,
           const StorePlacement *placement,
           gint64 target,
           const char *name,
           const BaseCause *cause,
           GArray *journal,
           GError **error)
{
  StoreDeed deed = deed_for (placement, STORE_JOURNAL_DELETE);
  gint64 copy = store_tx_next_id (tx, STORE_SERIAL_PLACEMENT, error);

  /* The row on the server stays, hidden, until the server has said that it is gone. */
  if (copy == 0 || !need_source (placement, error) ||
      !store_placement_hide (tx, placement, TRUE, error) ||
      !store_placement_set_pending (
          tx, placement, placement->pending | STORE_PENDING_DELETE, error) ||
      !store_counts_take (tx, placement->message, error) ||
      !store_sqlite_run (tx->db,
                         error,
                         "INSERT INTO placement (message, folder, flags, server_flags, sort_date, "
                         "since, id) VALUES (?, ?, ?3, ?3, ?, ?, ?)",
                         "iiiiii",
                         placement->message,
                         target,
                         (gint64) placement->flags,
                         placement->sort_date,
                         tx->now,
                         copy))
    return FALSE;
  store_notes_added (tx->notes, copy, target, placement->sort_date);
  return store_counts_put (tx, placement->message, error) &&
         append (tx, &deed, cause, journal, error) &&
         store_tx_ledger (tx,
                          placement->message,
                          STORE_PLACE_HERE,
                          name,
                          STORE_LEDGER_SAVED_HERE,
                          "",
                          cause,
                          "",
                          error);
}

static gboolean
move_one (StoreTx *tx,
          const StorePlacement *placement,
          gint64 target,
          const BaseCause *cause,
          GArray *journal,
          GError **error)
{
  StoreDeed deed = deed_for (placement, STORE_JOURNAL_MOVE);
  g_autofree char *name = NULL;
  StorePlace place;
  StoreRole role;
  guint pending = placement->pending;

  if (!store_folder_load (tx, target, &place, &role, &name, NULL, error))
    return FALSE;
  if (placement->place == STORE_PLACE_SERVER && place == STORE_PLACE_HERE)
    return move_here (tx, placement, target, name, cause, journal, error);
  if (placement->place == STORE_PLACE_HERE && place == STORE_PLACE_SERVER)
    {
      if (!need_source (placement, error))
        return FALSE;
      deed.kind = STORE_JOURNAL_APPEND;
      deed.state = STORE_JOURNAL_WAITING;
      deed.flags_add = placement->flags;
      pending |= STORE_PENDING_APPEND;
    }
  else if (place == STORE_PLACE_SERVER)
    pending |= STORE_PENDING_MOVE;
  deed.target = target;
  return store_placement_set_pending (tx, placement, pending, error) &&
         store_placement_move (tx, placement, target, 0, 0, error) &&
         append (tx, &deed, cause, journal, error) &&
         store_tx_ledger (tx,
                          placement->message,
                          placement->place,
                          placement->folder_name,
                          deed.state == STORE_JOURNAL_DONE ? STORE_LEDGER_MOVED
                                                           : STORE_LEDGER_MOVE_ASKED,
                          name,
                          cause,
                          "",
                          error);
}

gboolean
store_tx_act_move (StoreTx *tx,
                   const gint64 *placements,
                   guint n,
                   gint64 target,
                   const BaseCause *cause,
                   GArray *journal,
                   GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;

      if (!load_shown (tx, placements[i], &placement, error))
        return FALSE;
      if (placement != NULL && placement->folder != target &&
          !move_one (tx, placement, target, cause, journal, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
ask_deletion (StoreTx *tx,
              const StorePlacement *placement,
              const char *detail,
              const BaseCause *cause,
              GError **error)
{
  return store_tx_ledger (tx,
                          placement->message,
                          STORE_PLACE_SERVER,
                          placement->folder_name,
                          STORE_LEDGER_DELETE_ASKED,
                          detail,
                          cause,
                          "",
                          error);
}

static gboolean
delete_on_server (StoreTx *tx,
                  const StorePlacement *placement,
                  const BaseCause *cause,
                  GArray *journal,
                  GError **error)
{
  StoreDeed deed = deed_for (placement, STORE_JOURNAL_DELETE);
  g_autofree char *uid = g_strdup_printf ("%u", placement->uid);
  g_autoptr (GArray) deeds = NULL;
  g_autoptr (StoreDeed) first = NULL;

  deeds = store_deed_of_placement (tx, placement->id, error);
  if (deeds == NULL ||
      (deeds->len > 0 && !store_deed_load (tx, g_array_index (deeds, gint64, 0), &first, error)))
    return FALSE;
  if (first != NULL && first->kind == STORE_JOURNAL_APPEND && first->state != STORE_JOURNAL_RUNNING)
    {
      /* The server never had it: nobody needs to be told. */
      for (guint i = 0; i < deeds->len; i++)
        {
          g_autoptr (StoreDeed) next = NULL;

          if (!store_deed_load (tx, g_array_index (deeds, gint64, i), &next, error) ||
              !store_deed_drop (tx, next, error))
            return FALSE;
        }
      return store_placement_remove (tx, placement, error) &&
             store_message_collect (tx, placement->message, cause, error);
    }
  return store_placement_hide (tx, placement, TRUE, error) &&
         store_placement_set_pending (
             tx, placement, placement->pending | STORE_PENDING_DELETE, error) &&
         append (tx, &deed, cause, journal, error) &&
         ask_deletion (tx, placement, placement->uid != 0 ? uid : "", cause, error);
}

/* The maildrop's placement of @message, if the server lists it still. */
static gboolean
load_listed (StoreTx *tx, gint64 message, StorePlacement **listed, GError **error)
{
  gint64 id;

  return store_sqlite_number (
             tx->db,
             &id,
             NULL,
             error,
             "SELECT id FROM placement WHERE message = ? AND uidl IS NOT NULL LIMIT 1",
             "i",
             message) &&
         (id == 0 || store_placement_load (tx, id, listed, error));
}

/* DELE, to be said at the next visit; asking twice is asking once. */
static gboolean
ask_dele (StoreTx *tx,
          const StorePlacement *listed,
          const BaseCause *cause,
          GArray *journal,
          GError **error)
{
  StoreDeed deed = deed_for (listed, STORE_JOURNAL_DELETE);

  if ((listed->pending & (STORE_PENDING_DELETE | STORE_PENDING_DELE)) != 0)
    return TRUE;
  deed.uidl = listed->uidl;
  return store_placement_set_pending (tx, listed, listed->pending | STORE_PENDING_DELETE, error) &&
         append (tx, &deed, cause, journal, error) &&
         ask_deletion (tx, listed, listed->uidl, cause, error);
}

gboolean
store_tx_act_dele (StoreTx *tx,
                   const gint64 *placements,
                   guint n,
                   const BaseCause *cause,
                   GArray *journal,
                   GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;
      g_autoptr (StorePlacement) listed = NULL;

      if (!load_shown (tx, placements[i], &placement, error) ||
          (placement != NULL && !load_listed (tx, placement->message, &listed, error)) ||
          (listed != NULL && !ask_dele (tx, listed, cause, journal, error)))
        return FALSE;
    }
  return TRUE;
}

/* The copy here goes when the server has confirmed its own deletion, so that both can be taken back
 * until then; without @dele the server keeps its copy, and remembering its UIDL keeps it from
 * coming back. */
static gboolean
delete_here (StoreTx *tx,
             const StorePlacement *placement,
             gboolean dele,
             const BaseCause *cause,
             GArray *journal,
             GError **error)
{
  g_autoptr (StorePlacement) listed = NULL;
  gint64 others;

  if (!load_listed (tx, placement->message, &listed, error))
    return FALSE;
  if (dele && listed != NULL)
    return store_placement_hide (tx, placement, TRUE, error) &&
           ask_dele (tx, listed, cause, journal, error);
  if (!store_placement_remove (tx, placement, error) ||
      !store_sqlite_number (
          tx->db,
          &others,
          NULL,
          error,
          "SELECT EXISTS (SELECT 1 FROM placement WHERE message = ?1 AND uidl IS NULL) OR "
          "EXISTS (SELECT 1 FROM outbox WHERE message = ?1)",
          "i",
          placement->message))
    return FALSE;
  if (listed != NULL && !others)
    return store_tx_drop_source (tx, placement->message, cause, error);
  return store_message_collect (tx, placement->message, cause, error);
}

gboolean
store_tx_act_delete (StoreTx *tx,
                     const gint64 *placements,
                     guint n,
                     gboolean dele,
                     const BaseCause *cause,
                     GArray *journal,
                     GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;

      if (!load_shown (tx, placements[i], &placement, error))
        return FALSE;
      if (placement == NULL)
        continue;
      if (!(placement->place == STORE_PLACE_SERVER
                ? delete_on_server (tx, placement, cause, journal, error)
                : delete_here (tx, placement, dele, cause, journal, error)))
        return FALSE;
    }
  return TRUE;
}

/* The opposite, as a new action: for what the server has heard, or may have. */
static gboolean
answer (StoreTx *tx, const StoreDeed *deed, const BaseCause *undo, GError **error)
{
  if (deed->kind == STORE_JOURNAL_FLAGS)
    return store_tx_act_flags (
        tx, &deed->placement, 1, deed->flags_remove, deed->flags_add, undo, NULL, error);
  if (deed->kind == STORE_JOURNAL_MOVE)
    return store_tx_act_move (tx, &deed->placement, 1, deed->folder, undo, NULL, error);
  return TRUE;
}

static gboolean
tell_undone (StoreTx *tx, const StoreDeed *deed, const BaseCause *undo, GError **error)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  StorePlace place;
  StoreRole role;

  if (deed->kind == STORE_JOURNAL_FLAGS || deed->folder == 0)
    return TRUE;
  if (!store_folder_load (tx, deed->folder, &place, &role, &to, NULL, error))
    return FALSE;
  if (deed->kind == STORE_JOURNAL_DELETE)
    return store_tx_ledger (
        tx, deed->message, STORE_PLACE_SERVER, to, STORE_LEDGER_DELETE_UNDONE, "", undo, "", error);
  return store_folder_load (tx, deed->target, &place, &role, &from, NULL, error) &&
         store_tx_ledger (
             tx, deed->message, STORE_PLACE_HERE, from, STORE_LEDGER_MOVED, to, undo, "", error);
}

static gboolean
undo_one (StoreTx *tx, gint64 id, const BaseCause *undo, GError **error)
{
  g_autoptr (StoreDeed) deed = NULL;
  gint64 later;

  if (!store_deed_load (tx, id, &deed, error))
    return FALSE;
  if (deed == NULL)
    return TRUE;
  if (!store_sqlite_number (
          tx->db,
          &later,
          NULL,
          error,
          "SELECT EXISTS (SELECT 1 FROM journal WHERE placement = ? AND id > ? AND state <> 3)",
          "ii",
          deed->placement,
          deed->id))
    return FALSE;
  if (deed->state == STORE_JOURNAL_RUNNING || (deed->state == STORE_JOURNAL_WAITING && later))
    return answer (tx, deed, undo, error);
  if (deed->state == STORE_JOURNAL_DONE)
    return answer (tx, deed, undo, error) && store_deed_drop (tx, deed, error);
  return store_deed_put_back (tx, deed, error) && store_deed_drop (tx, deed, error) &&
         store_placement_refresh (tx, deed->placement, error) &&
         tell_undone (tx, deed, undo, error);
}

gboolean
store_tx_undo (StoreTx *tx, guint64 cause, const BaseCause *undo, GError **error)
{
  g_autoptr (GArray) deeds =
      store_sqlite_numbers (tx->db,
                            error,
                            "SELECT id FROM journal WHERE cause = ? ORDER BY id DESC",
                            "i",
                            (gint64) cause);

  for (guint i = 0; deeds != NULL && i < deeds->len; i++)
    if (!undo_one (tx, g_array_index (deeds, gint64, i), undo, error))
      return FALSE;
  return deeds != NULL;
}
