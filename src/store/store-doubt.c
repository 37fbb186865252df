/* UIDs that are not what they were, or were only promised: servers reuse them in a mailbox that was
 * rebuilt in place, and name wrong ones in their answers. No row is ever given another letter's
 * bytes or marks for it, and no letter goes because its UID did. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "store-read.h"
#include "store-reader.h"
#include "store-tx.h"

/* In SQL, of the message m: whether it is the letter with Message-ID ?1, date ?2, sender ?3 and
 * subject ?4. */
#define IS_SAME                                            \
  "CASE WHEN m.message_id IS NOT NULL AND ?1 IS NOT NULL " \
  "THEN m.message_id = ?1 "                                \
  "ELSE m.date_utc = ?2 AND m.from_address = ?3 AND m.subject = ?4 END"

static gboolean
tells_nothing (const StoreNewMessage *told)
{
  return told->message_id == NULL && told->date_utc == 0 &&
         (told->from_address == NULL || told->from_address[0] == '\0') &&
         (told->subject == NULL || told->subject[0] == '\0');
}

gboolean
store_doubt_is_same (
    StoreTx *tx, gint64 message, const StoreNewMessage *told, gboolean *same, GError **error)
{
  gint64 found = 1;

  if (!tells_nothing (told) &&
      !store_sqlite_number (tx->db,
                            &found,
                            NULL,
                            error,
                            "SELECT " IS_SAME " FROM message m WHERE m.id = ?5",
                            "sitti",
                            told->message_id,
                            told->date_utc,
                            told->from_address,
                            told->subject,
                            message))
    return FALSE;
  *same = found != 0;
  return TRUE;
}

gboolean
store_doubt_are_same (StoreTx *tx, gint64 message, gint64 other, gboolean *same, GError **error)
{
  gint64 found = 1;

  if (message != other &&
      !store_sqlite_number (tx->db,
                            &found,
                            NULL,
                            error,
                            "SELECT CASE WHEN m.message_id IS NOT NULL AND o.message_id IS NOT "
                            "NULL THEN m.message_id = o.message_id "
                            "ELSE m.date_utc = o.date_utc AND m.from_address = o.from_address "
                            "AND m.subject = o.subject END "
                            "FROM message m, message o WHERE m.id = ? AND o.id = ?",
                            "ii",
                            message,
                            other))
    return FALSE;
  *same = found != 0;
  return TRUE;
}

gboolean
store_doubt_lose_uid (StoreTx *tx, gint64 placement, StoreDoubt doubt, GError **error)
{
  store_tx_look_away (tx);
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE placement SET uid = NULL, uidvalidity = 0, modseq = 0, "
                           "doubt = max (doubt, ?) WHERE id = ?",
                           "ii",
                           (gint64) doubt,
                           placement);
}

gboolean
store_doubt_is_another (StoreTx *tx, gint64 placement, GError **error)
{
  gint64 promised = 0; /* the folder */

  if (!store_sqlite_number (tx->db,
                            &promised,
                            NULL,
                            error,
                            "SELECT folder FROM placement WHERE id = ? AND doubt = 1",
                            "i",
                            placement))
    return FALSE;
  if (promised == 0)
    return store_doubt_lose_uid (tx, placement, STORE_DOUBT_LOST, error);
  store_tx_look_away (tx);
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE journal SET uid = NULL, uidvalidity = 0 WHERE folder = ?1 "
                           "AND state <> 3 AND (uidvalidity, uid) IN (SELECT uidvalidity, uid "
                           "FROM placement WHERE folder = ?1 AND doubt = 1 AND uid IS NOT NULL)",
                           "i",
                           promised) &&
         store_sqlite_run (tx->db,
                           error,
                           "UPDATE placement SET uid = NULL, uidvalidity = 0, modseq = 0 "
                           "WHERE folder = ? AND doubt = 1 AND uid IS NOT NULL",
                           "i",
                           promised);
}

gboolean
store_tx_promise_uid (
    StoreTx *tx, gint64 id, gint64 folder, guint32 uidvalidity, guint32 uid, GError **error)
{
  g_autoptr (StorePlacement) placement = NULL;
  g_autofree char *name = NULL;
  gint64 other;
  guint32 known;
  gboolean believed = TRUE;
  StorePlace place;
  StoreRole role;

  if (!store_placement_load (tx, id, &placement, error))
    return FALSE;
  if (placement == NULL || uid == 0 ||
      (placement->uid == uid && placement->uidvalidity == uidvalidity))
    return TRUE;
  if (!store_folder_load (tx, folder, &place, &role, &name, &known, error))
    return FALSE;
  other = store_placement_find (tx, folder, uidvalidity, uid, error);
  if (other < 0)
    return FALSE;
  if (other != 0)
    {
      g_autoptr (StorePlacement) twin = NULL;

      if (!store_placement_load (tx, other, &twin, error) ||
          !store_doubt_are_same (tx, twin->message, placement->message, &believed, error))
        return FALSE;
    }
  /* A folder has one UIDVALIDITY, and its UIDs one letter each. */
  believed = believed && (known == 0 || known == uidvalidity);
  return (!believed || store_tx_set_uid (tx, id, uidvalidity, uid, error)) &&
         store_sqlite_run (tx->db,
                           error,
                           "UPDATE placement SET doubt = ? WHERE id = ? AND folder = ?",
                           "iii",
                           (gint64) STORE_DOUBT_PROMISED,
                           id,
                           folder);
}

gboolean
store_tx_lose_uids (StoreTx *tx, const gint64 *placements, guint n, GError **error)
{
  store_tx_look_away (tx);
  /* One that was met meanwhile, by another UID, is in no doubt. */
  for (guint i = 0; i < n; i++)
    if (!store_sqlite_run (tx->db,
                           error,
                           "UPDATE placement SET uid = NULL, uidvalidity = 0, modseq = 0 "
                           "WHERE id = ? AND doubt <> 0",
                           "i",
                           placements[i]))
      return FALSE;
  return TRUE;
}

gboolean
store_doubt_all_uids (
    StoreTx *tx, gint64 folder, guint32 uidvalidity, StoreDoubt doubt, GError **error)
{
  store_tx_look_away (tx);
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE placement SET uid = NULL, uidvalidity = 0, modseq = 0, "
                           "doubt = max (doubt, ?) WHERE folder = ? AND uid IS NOT NULL",
                           "ii",
                           (gint64) doubt,
                           folder) &&
         store_sqlite_run (
             tx->db,
             error,
             "UPDATE journal SET uid = NULL, uidvalidity = 0 WHERE folder = ? AND state <> 3",
             "i",
             folder) &&
         store_sqlite_run (
             tx->db,
             error,
             "UPDATE draft_copy SET uid = 0, uidvalidity = 0 WHERE folder = ? AND draft <> 0",
             "i",
             folder) &&
         store_sqlite_run (
             tx->db,
             error,
             "UPDATE folder SET uidvalidity = ?, uidnext = 0, modseq = 0 WHERE id = ?",
             "ii",
             (gint64) uidvalidity,
             folder);
}

gboolean
store_tx_doubt_folder (StoreTx *tx, gint64 folder, GError **error)
{
  g_autofree char *name = NULL;
  StorePlace place;
  StoreRole role;
  guint32 known;

  return store_folder_load (tx, folder, &place, &role, &name, &known, error) &&
         store_doubt_all_uids (tx, folder, known, STORE_DOUBT_LOST, error);
}

gboolean
store_doubt_keep (StoreTx *tx,
                  const StorePlacement *placement,
                  const BaseCause *cause,
                  gboolean *kept,
                  GError **error)
{
  StoreDeed deed = {
    .kind = STORE_JOURNAL_APPEND,
    .state = STORE_JOURNAL_STUCK,
    .message = placement->message,
    .placement = placement->id,
    .target = placement->folder,
    .flags_add = placement->flags,
  };
  g_autofree char *why = NULL;

  /* What was thrown away may be gone, and headers alone are nobody's only copy. */
  *kept = placement->doubt != STORE_DOUBT_NONE && placement->source != 0 && !placement->hidden &&
          placement->role != STORE_ROLE_TRASH && placement->role != STORE_ROLE_JUNK;
  if (!*kept)
    return TRUE;
  why =
      placement->doubt == STORE_DOUBT_PROMISED
          ? g_strdup (_ ("The server said that it has the letter, but it is not there: the copy "
                         "on this computer can be put there again"))
          : g_strdup (_ ("The mailbox was put back or rebuilt on the server, and the letter is no "
                         "longer in it: the copy on this computer can be put there again"));
  return store_deed_append (tx, &deed, cause, error) &&
         store_sqlite_run (
             tx->db, error, "UPDATE journal SET error = ? WHERE id = ?", "si", why, deed.id) &&
         store_sqlite_run (
             tx->db, error, "UPDATE placement SET doubt = 0 WHERE id = ?", "i", placement->id) &&
         store_placement_refresh (tx, placement->id, error);
}

GArray *
store_reader_known_below (
    StoreReader *reader, gint64 folder, guint32 uidvalidity, guint32 below, guint n, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (StoreMissing));
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT uid, message FROM placement WHERE folder = ? AND uidvalidity = ? AND uid < ? "
      "AND doubt = 0 ORDER BY uid DESC LIMIT ?",
      "iiii",
      folder,
      (gint64) uidvalidity,
      (gint64) below,
      (gint64) n);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreMissing entry = { .uid = (guint32) sqlite3_column_int64 (stmt, 0),
                             .message = sqlite3_column_int64 (stmt, 1) };

      g_array_append_val (list, entry);
    }
  return step == 0 ? g_steal_pointer (&list) : NULL;
}

gboolean
store_reader_oldest_known (StoreReader *reader,
                           gint64 folder,
                           guint32 uidvalidity,
                           guint32 *uid,
                           gint64 *message,
                           GError **error)
{
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db,
                          error,
                          "SELECT uid, message FROM placement WHERE folder = ? AND uidvalidity = ? "
                          "AND uid IS NOT NULL AND doubt = 0 ORDER BY uid LIMIT 1",
                          "ii",
                          folder,
                          (gint64) uidvalidity);
  int step;

  *uid = 0;
  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (reader->db, stmt, error);
  if (step == 1)
    {
      *uid = (guint32) sqlite3_column_int64 (stmt, 0);
      *message = sqlite3_column_int64 (stmt, 1);
      store_sqlite_reset (stmt);
    }
  return step >= 0;
}

GArray *
store_reader_promised (StoreReader *reader, gint64 folder, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (StorePromised));
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT id, uidvalidity, uid FROM placement WHERE folder = ? AND doubt <> 0 "
      "AND uid IS NOT NULL ORDER BY uid",
      "i",
      folder);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StorePromised entry = { sqlite3_column_int64 (stmt, 0),
                              (guint32) sqlite3_column_int64 (stmt, 1),
                              (guint32) sqlite3_column_int64 (stmt, 2) };

      g_array_append_val (list, entry);
    }
  return step == 0 ? g_steal_pointer (&list) : NULL;
}

void
store_identity_free (StoreIdentity *identity)
{
  g_free (identity->message_id);
  g_free (identity->from);
  g_free (identity->subject);
  g_free (identity);
}

gboolean
store_reader_identity (StoreReader *reader,
                       gint64 message,
                       StoreIdentity **identity,
                       GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT message_id, from_address, subject, date_utc, arrived, size FROM message WHERE id = ?",
      "i",
      message);
  int step;

  *identity = NULL;
  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (reader->db, stmt, error);
  if (step != 1)
    return step == 0;
  *identity = g_new0 (StoreIdentity, 1);
  (*identity)->message_id = store_column_nullable (stmt, 0);
  (*identity)->from = store_column_text (stmt, 1);
  (*identity)->subject = store_column_text (stmt, 2);
  (*identity)->date = sqlite3_column_int64 (stmt, 3);
  (*identity)->arrived = sqlite3_column_int64 (stmt, 4);
  (*identity)->size = (guint64) sqlite3_column_int64 (stmt, 5);
  store_sqlite_reset (stmt);
  return TRUE;
}

static gboolean
has_same_fields (const StoreIdentity *known, const StoreNewMessage *told)
{
  return known->date == told->date_utc &&
         g_strcmp0 (known->from, told->from_address != NULL ? told->from_address : "") == 0 &&
         g_strcmp0 (known->subject, told->subject != NULL ? told->subject : "") == 0;
}

gboolean
store_identity_is (const StoreIdentity *known, const StoreNewMessage *told)
{
  if (tells_nothing (told))
    return TRUE;
  if (known->message_id != NULL && told->message_id != NULL)
    return g_str_equal (known->message_id, told->message_id);
  return has_same_fields (known, told);
}

gboolean
store_identity_is_exactly (const StoreIdentity *known, const StoreNewMessage *told)
{
  if (known->message_id != NULL && told->message_id != NULL)
    return g_str_equal (known->message_id, told->message_id);
  return has_same_fields (known, told) &&
         (known->size == told->size || (!tells_nothing (told) && known->arrived == told->arrived));
}
