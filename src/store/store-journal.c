/* The journal: what was done here and the server has not heard. Entries are played in order; each
 * knows the place its message had when it was made, and learns the UID if that came later. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "store-read.h"
#include "store-reader.h"
#include "store-tx.h"

/* What is done can be undone for this long. */
#define UNDO_AGE_US (G_TIME_SPAN_DAY)

void
store_deed_free (StoreDeed *deed)
{
  g_free (deed->uidl);
  g_free (deed);
}

gboolean
store_deed_load (StoreTx *tx, gint64 id, StoreDeed **loaded, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db,
      error,
      "SELECT cause, kind, message, placement, folder, uidvalidity, uid, uidl, target, "
      "flags_add, flags_remove, state FROM journal WHERE id = ?",
      "i",
      id);
  StoreDeed *deed;
  int step;

  *loaded = NULL;
  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (tx->db, stmt, error);
  if (step != 1)
    return step == 0;
  deed = *loaded = g_new0 (StoreDeed, 1);
  deed->id = id;
  deed->cause = sqlite3_column_int64 (stmt, 0);
  deed->kind = sqlite3_column_int (stmt, 1);
  deed->message = sqlite3_column_int64 (stmt, 2);
  deed->placement = sqlite3_column_int64 (stmt, 3);
  deed->folder = sqlite3_column_int64 (stmt, 4);
  deed->uidvalidity = sqlite3_column_int64 (stmt, 5);
  deed->uid = sqlite3_column_int64 (stmt, 6);
  deed->uidl = store_column_nullable (stmt, 7);
  deed->target = sqlite3_column_int64 (stmt, 8);
  deed->flags_add = sqlite3_column_int (stmt, 9);
  deed->flags_remove = sqlite3_column_int (stmt, 10);
  deed->state = sqlite3_column_int (stmt, 11);
  store_sqlite_reset (stmt);
  return TRUE;
}

static void
count_waiting (StoreTx *tx, int difference)
{
  tx->counts.waiting += difference;
  tx->counts.any = TRUE;
  store_notes_journal (tx->notes);
}

gboolean
store_deed_append (StoreTx *tx, StoreDeed *deed, const BaseCause *cause, GError **error)
{
  store_tx_look_away (tx);
  if (!store_tx_cause (tx, cause, &deed->cause, error) ||
      !store_sqlite_run (
          tx->db,
          error,
          "INSERT INTO journal (cause, kind, message, placement, folder, uidvalidity, uid, uidl, "
          "target, "
          "flags_add, flags_remove, state, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          "iiinninsniiii",
          deed->cause,
          (gint64) deed->kind,
          deed->message,
          deed->placement,
          deed->folder,
          (gint64) deed->uidvalidity,
          (gint64) deed->uid,
          deed->uidl,
          deed->target,
          (gint64) deed->flags_add,
          (gint64) deed->flags_remove,
          (gint64) deed->state,
          tx->now))
    return FALSE;
  deed->id = store_sqlite_last_id (tx->db);
  if (deed->state == STORE_JOURNAL_DONE)
    return TRUE;
  count_waiting (tx, 1);
  tx->journal_rang = tx->needs_sync = TRUE;
  return TRUE;
}

gboolean
store_deed_finish (StoreTx *tx, const StoreDeed *deed, GError **error)
{
  if (deed->state != STORE_JOURNAL_DONE)
    count_waiting (tx, -1);
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE journal SET state = 3, created = ? WHERE id = ?",
                           "ii",
                           tx->now,
                           deed->id) &&
         store_sqlite_run (tx->db,
                           error,
                           "DELETE FROM journal WHERE state = 3 AND created < ?",
                           "i",
                           tx->now - UNDO_AGE_US);
}

gboolean
store_deed_drop (StoreTx *tx, const StoreDeed *deed, GError **error)
{
  if (deed->state != STORE_JOURNAL_DONE)
    count_waiting (tx, -1);
  return store_sqlite_run (tx->db, error, "DELETE FROM journal WHERE id = ?", "i", deed->id);
}

GArray *
store_deed_of_placement (StoreTx *tx, gint64 placement, GError **error)
{
  return store_sqlite_numbers (
      tx->db,
      error,
      "SELECT id FROM journal WHERE placement = ? AND state <> 3 ORDER BY id",
      "i",
      placement);
}

gint64
store_deed_find_uid (StoreTx *tx, gint64 folder, guint32 uidvalidity, guint32 uid, GError **error)
{
  gint64 id;

  if (!store_sqlite_number (
          tx->db,
          &id,
          NULL,
          error,
          "SELECT id FROM journal WHERE folder = ? AND uidvalidity = ? AND uid = ? AND state <> 3 "
          "AND kind IN (2, 3) ORDER BY id LIMIT 1",
          "iii",
          folder,
          (gint64) uidvalidity,
          (gint64) uid))
    return -1;
  return id;
}

/* The UID belongs to the folder the message has reached on the server: to the first entry that
 * still lacks one and all others of that folder; only when none of them moves it on, to the
 * placement. */
gboolean
store_deed_tell_uid (StoreTx *tx,
                     gint64 placement,
                     guint32 uidvalidity,
                     guint32 uid,
                     gboolean *moved_on,
                     GError **error)
{
  gint64 folder;
  gint64 moves;
  gboolean found;

  *moved_on = FALSE;
  if (!store_sqlite_number (tx->db,
                            &folder,
                            &found,
                            error,
                            "SELECT folder FROM journal WHERE placement = ? AND uid IS NULL AND "
                            "state <> 3 AND kind <> 4 "
                            "ORDER BY id LIMIT 1",
                            "i",
                            placement))
    return FALSE;
  if (!found)
    return TRUE;
  if (!store_sqlite_number (
          tx->db,
          &moves,
          moved_on,
          error,
          "SELECT 1 FROM journal WHERE placement = ? AND uid IS NULL AND state <> 3 AND kind = 2 "
          "AND folder = ? LIMIT 1",
          "ii",
          placement,
          folder))
    return FALSE;
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE journal SET uidvalidity = ?, uid = ? WHERE placement = ? AND "
                           "folder = ? AND uid IS NULL "
                           "AND state <> 3 AND kind <> 4",
                           "iiii",
                           (gint64) uidvalidity,
                           (gint64) uid,
                           placement,
                           folder);
}

gboolean
store_tx_set_uid (StoreTx *tx, gint64 id, guint32 uidvalidity, guint32 uid, GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;
  gboolean moved_on;
  gint64 other;

  if (!store_placement_load (tx, id, &placement, error))
    return FALSE;
  if (placement == NULL || uid == 0)
    return TRUE;
  if (placement->uid == uid && placement->uidvalidity == uidvalidity)
    return TRUE;
  if (!store_deed_tell_uid (tx, id, uidvalidity, uid, &moved_on, error))
    return FALSE;
  if (moved_on)
    return TRUE;
  /* A synchronisation may have met the copy first and made a placement of its own for it. */
  other = store_placement_find (tx, placement->folder, uidvalidity, uid, error);
  if (other < 0)
    return FALSE;
  if (other != 0)
    {
      g_autoptr (StorePlacement) twin = NULL;

      if (!store_placement_load (tx, other, &twin, error) ||
          !store_placement_remove (tx, twin, error) ||
          (twin->message != placement->message &&
           !store_message_collect (tx, twin->message, NULL, error)))
        return FALSE;
    }
  store_tx_look_away (tx);
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE placement SET uidvalidity = ?, uid = ?, doubt = 0 WHERE id = ?",
                           "iii",
                           (gint64) uidvalidity,
                           (gint64) uid,
                           id);
}

gboolean
store_deed_put_back (StoreTx *tx, const StoreDeed *deed, GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;
  g_autoptr (GArray) hidden = NULL;

  if (!store_placement_load (tx, deed->placement, &placement, error))
    return FALSE;
  if (placement == NULL)
    return TRUE;
  switch (deed->kind)
    {
    case STORE_JOURNAL_MOVE:
      return store_placement_move (
          tx, placement, deed->folder, deed->uidvalidity, deed->uid, error);
    case STORE_JOURNAL_DELETE:
      if (deed->uidl == NULL)
        return store_placement_hide (tx, placement, FALSE, error);
      /* POP3: the copy here was hidden, the maildrop's placement always is. */
      hidden =
          store_sqlite_numbers (tx->db,
                                error,
                                "SELECT p.id FROM placement p JOIN folder f ON f.id = p.folder "
                                "WHERE p.message = ? AND p.hidden = 1 AND f.place = 1",
                                "i",
                                deed->message);
      for (guint i = 0; hidden != NULL && i < hidden->len; i++)
        {
          g_autoptr (StorePlacement) copy = NULL;

          if (!store_placement_load (tx, g_array_index (hidden, gint64, i), &copy, error) ||
              !store_placement_hide (tx, copy, FALSE, error))
            return FALSE;
        }
      return hidden != NULL;
    case STORE_JOURNAL_APPEND:
      /* From a folder here it goes back there; a copy that was only to be made stays, marked. */
      return deed->folder == 0 || store_placement_move (tx, placement, deed->folder, 0, 0, error);
    case STORE_JOURNAL_FLAGS:
    default:
      return TRUE;
    }
}

gboolean
store_deed_deleted (StoreTx *tx,
                    const StoreDeed *deed,
                    StoreLedgerState state,
                    const BaseCause *cause,
                    const char *exchange,
                    GError **error)
{
  g_autoptr (GArray) placements = NULL;
  g_autofree char *uid = g_strdup_printf ("%u", deed->uid);
  g_autofree char *name = NULL;
  gint64 known;
  StorePlace place;
  StoreRole role;

  if (deed->folder == 0 || !store_folder_load (tx, deed->folder, &place, &role, &name, NULL, error))
    return FALSE;
  if (!store_tx_cause (tx, cause, &known, error) ||
      !store_tx_ledger_id (tx,
                           deed->message,
                           STORE_PLACE_SERVER,
                           name,
                           state,
                           deed->uidl != NULL ? deed->uidl : uid,
                           known != 0 ? known : deed->cause,
                           exchange,
                           error))
    return FALSE;
  /* The placement itself; for POP3 also the copy here that was hidden with it. */
  placements = store_sqlite_numbers (
      tx->db,
      error,
      "SELECT p.id FROM placement p JOIN folder f ON f.id = p.folder "
      "WHERE p.id = ?1 OR (?2 AND p.message = ?3 AND p.hidden = 1 AND f.place = 1)",
      "iii",
      deed->placement,
      (gint64) (deed->uidl != NULL),
      deed->message);
  for (guint i = 0; placements != NULL && i < placements->len; i++)
    {
      g_autoptr (StorePlacement) placement = NULL;

      if (!store_placement_load (tx, g_array_index (placements, gint64, i), &placement, error) ||
          !store_placement_remove (tx, placement, error))
        return FALSE;
      if (placement->place == STORE_PLACE_HERE && !store_tx_ledger_id (tx,
                                                                       deed->message,
                                                                       STORE_PLACE_HERE,
                                                                       placement->folder_name,
                                                                       STORE_LEDGER_REMOVED_HERE,
                                                                       "",
                                                                       deed->cause,
                                                                       exchange,
                                                                       error))
        return FALSE;
    }
  return placements != NULL && store_deed_drop (tx, deed, error) &&
         store_message_collect (tx, deed->message, cause, error);
}

gboolean
store_tx_journal_append (StoreTx *tx,
                         gint64 message,
                         gint64 target,
                         guint flags,
                         const BaseCause *cause,
                         gint64 *id,
                         GError **error)
{
  StoreDeed deed = {
    .kind = STORE_JOURNAL_APPEND, .message = message, .target = target, .flags_add = flags
  };
  gint64 source;
  gint64 sort_date;

  if (!store_sqlite_number (
          tx->db, &source, NULL, error, "SELECT source FROM message WHERE id = ?", "i", message))
    return FALSE;
  if (source == 0)
    {
      g_set_error_literal (error,
                           STORE_ERROR,
                           STORE_ERROR_NOT_FOUND,
                           _ ("Only the headers of this letter are on this computer."));
      return FALSE;
    }
  /* Asked twice for the same is asked once. */
  if (!store_sqlite_number (
          tx->db,
          &deed.id,
          NULL,
          error,
          "SELECT id FROM journal WHERE message = ? AND kind = 4 AND target = ? AND state < 2",
          "ii",
          message,
          target))
    return FALSE;
  if (deed.id == 0)
    {
      if (!store_counts_take (tx, message, error) ||
          !store_sqlite_number (tx->db,
                                &sort_date,
                                NULL,
                                error,
                                "SELECT CASE WHEN date_utc <> 0 THEN date_utc ELSE arrived END "
                                "FROM message WHERE id = ?",
                                "i",
                                message) ||
          (deed.placement = store_tx_next_id (tx, STORE_SERIAL_PLACEMENT, error)) == 0 ||
          !store_sqlite_run (tx->db,
                             error,
                             "INSERT INTO placement (message, folder, flags, server_flags, "
                             "pending, sort_date, since, id) "
                             "VALUES (?1, ?2, ?3, ?3, 8, ?4, ?5, ?6)",
                             "iiiiii",
                             message,
                             target,
                             (gint64) flags,
                             sort_date,
                             tx->now,
                             deed.placement))
        return FALSE;
      store_notes_added (tx->notes, deed.placement, target, sort_date);
      if (!store_counts_put (tx, message, error) || !store_deed_append (tx, &deed, cause, error))
        return FALSE;
    }
  if (id != NULL)
    *id = deed.id;
  return TRUE;
}

gboolean
store_tx_journal_running (
    StoreTx *tx, const gint64 *ids, guint n, gboolean *all_wait, GError **error)
{
  gint64 waits;

  *all_wait = TRUE;
  for (guint i = 0; i < n && *all_wait; i++)
    {
      if (!store_sqlite_number (tx->db,
                                &waits,
                                NULL,
                                error,
                                "SELECT EXISTS (SELECT 1 FROM journal WHERE id = ? AND state < 2)",
                                "i",
                                ids[i]))
        return FALSE;
      *all_wait = waits != 0;
    }
  for (guint i = 0; i < n && *all_wait; i++)
    if (!store_sqlite_run (tx->db,
                           error,
                           "UPDATE journal SET state = 1, attempts = attempts + 1 WHERE id = ?",
                           "i",
                           ids[i]))
      return FALSE;
  return TRUE;
}

static gboolean
tell_done (StoreTx *tx, const StoreDeed *deed, const char *exchange, GError **error)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  StorePlace place;
  StoreRole role;

  if (deed->kind == STORE_JOURNAL_FLAGS)
    return store_sqlite_run (
        tx->db,
        error,
        "UPDATE placement SET server_flags = (server_flags | ?) & ~? WHERE id = ?",
        "iii",
        (gint64) deed->flags_add,
        (gint64) deed->flags_remove,
        deed->placement);
  /* The server has one more there, which nobody may ask about for a while: the strip must not show
   * a letter as gone that was only moved to the Trash. */
  if (!store_folder_load (tx, deed->target, &place, &role, &to, NULL, error) ||
      !store_sqlite_run (
          tx->db,
          error,
          "UPDATE folder SET server_total = server_total + 1 WHERE id = ? AND server_total >= 0",
          "i",
          deed->target))
    return FALSE;
  store_notes_folder (tx->notes, deed->target);
  if (deed->kind == STORE_JOURNAL_APPEND)
    return store_tx_ledger_id (tx,
                               deed->message,
                               STORE_PLACE_SERVER,
                               to,
                               STORE_LEDGER_SAVED_ON_SERVER,
                               "",
                               deed->cause,
                               exchange,
                               error);
  return store_folder_load (tx, deed->folder, &place, &role, &from, NULL, error) &&
         store_tx_ledger_id (tx,
                             deed->message,
                             STORE_PLACE_SERVER,
                             from,
                             STORE_LEDGER_MOVED,
                             to,
                             deed->cause,
                             exchange,
                             error);
}

gboolean
store_tx_journal_done (StoreTx *tx, gint64 id, const char *exchange, GError **error)
{
  g_autoptr (StoreDeed) deed = NULL;

  if (!store_deed_load (tx, id, &deed, error))
    return FALSE;
  if (deed == NULL || deed->state == STORE_JOURNAL_DONE)
    return TRUE;
  if (deed->kind == STORE_JOURNAL_DELETE)
    return store_deed_deleted (tx, deed, STORE_LEDGER_GONE_FROM_SERVER, NULL, exchange, error);
  return tell_done (tx, deed, exchange, error) && store_deed_finish (tx, deed, error) &&
         store_placement_refresh (tx, deed->placement, error);
}

gboolean
store_tx_journal_failed (StoreTx *tx, gint64 id, gboolean stuck, const char *why, GError **error)
{
  g_autoptr (StoreDeed) deed = NULL;
  g_autoptr (GArray) later = NULL;

  if (!store_deed_load (tx, id, &deed, error))
    return FALSE;
  if (deed == NULL || deed->state == STORE_JOURNAL_DONE)
    return TRUE;
  store_notes_journal (tx->notes);
  if (!store_sqlite_run (tx->db,
                         error,
                         "UPDATE journal SET state = ?, error = ? WHERE id = ?",
                         "isi",
                         (gint64) (stuck ? STORE_JOURNAL_STUCK : STORE_JOURNAL_WAITING),
                         why,
                         id))
    return FALSE;
  if (!stuck)
    return TRUE;
  /* What was done after it to the same message built on it, and is taken back with it. */
  later = store_sqlite_numbers (tx->db,
                                error,
                                "SELECT id FROM journal WHERE placement = ? AND id > ? AND state = "
                                "0 AND ? <> 1 ORDER BY id DESC",
                                "iii",
                                deed->placement,
                                id,
                                (gint64) deed->kind);
  for (guint i = 0; later != NULL && i < later->len; i++)
    {
      g_autoptr (StoreDeed) next = NULL;

      if (!store_deed_load (tx, g_array_index (later, gint64, i), &next, error) ||
          !store_deed_put_back (tx, next, error) || !store_deed_drop (tx, next, error))
        return FALSE;
    }
  if (later == NULL || !store_deed_put_back (tx, deed, error))
    return FALSE;
  /* A letter that the server will not take stays shown and marked: it is the only copy. */
  return (deed->kind == STORE_JOURNAL_APPEND && deed->folder == 0) ||
         store_placement_refresh (tx, deed->placement, error);
}

gboolean
store_tx_journal_forget (StoreTx *tx, gint64 id, GError **error)
{
  g_autoptr (StoreDeed) deed = NULL;

  if (!store_deed_load (tx, id, &deed, error))
    return FALSE;
  return deed == NULL || deed->state != STORE_JOURNAL_STUCK ||
         (store_deed_drop (tx, deed, error) &&
          store_placement_refresh (tx, deed->placement, error) &&
          store_message_collect (tx, deed->message, NULL, error));
}

#define ENTRIES(where)                                                               \
  "SELECT j.id, j.kind, j.message, j.placement, j.folder, j.target, j.uidvalidity, " \
  "j.uid, j.uidl, j.flags_add, j.flags_remove, j.state, j.attempts, j.error, "       \
  "c.id, c.kind, c.subject, c.at FROM journal j JOIN cause c ON c.id = j.cause "     \
  "WHERE " where " ORDER BY j.id"

static GPtrArray *
read_entries (StoreReader *reader, const char *sql, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) store_journal_entry_free);
  sqlite3_stmt *stmt = store_sqlite_query (reader->db, error, sql, "");
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreJournalEntry *entry = g_new0 (StoreJournalEntry, 1);

      entry->id = sqlite3_column_int64 (stmt, 0);
      entry->kind = sqlite3_column_int (stmt, 1);
      entry->message = sqlite3_column_int64 (stmt, 2);
      entry->placement = sqlite3_column_int64 (stmt, 3);
      entry->folder = sqlite3_column_int64 (stmt, 4);
      entry->target = sqlite3_column_int64 (stmt, 5);
      entry->uidvalidity = sqlite3_column_int64 (stmt, 6);
      entry->uid = sqlite3_column_int64 (stmt, 7);
      entry->uidl = store_column_nullable (stmt, 8);
      entry->flags_add = sqlite3_column_int (stmt, 9);
      entry->flags_remove = sqlite3_column_int (stmt, 10);
      entry->state = sqlite3_column_int (stmt, 11);
      entry->attempts = sqlite3_column_int (stmt, 12);
      entry->error = store_column_nullable (stmt, 13);
      entry->cause = store_column_cause (stmt, 14);
      if (entry->cause == NULL)
        entry->cause = base_cause_new (BASE_CAUSE_SYNC, NULL);
      g_ptr_array_add (entries, entry);
    }
  return step == 0 ? g_steal_pointer (&entries) : NULL;
}

GPtrArray *
store_reader_journal (StoreReader *reader, GError **error)
{
  return read_entries (reader, ENTRIES ("j.state <> 3"), error);
}

GPtrArray *
store_reader_refused (StoreReader *reader, GError **error)
{
  /* In words that let the index of what is open be used. */
  return read_entries (reader, ENTRIES ("j.state <> 3 AND j.state = 2"), error);
}
