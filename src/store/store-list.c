/* Lists: ids whole, rows by id, folders with their counters, and what synchronisation asks. */
#include "config.h"

#include "store-read.h"
#include "store-reader.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define FOLDER_SQL                                                                          \
  "SELECT id, place, name, delimiter, role, attributes, selectable, uidvalidity, uidnext, " \
  "modseq, server_total, "                                                                  \
  "server_size, as_of, total, unread, copies, mailbox_id, wire_name FROM "                  \
  "folder "

static StoreFolder *
folder_from (sqlite3_stmt *stmt)
{
  StoreFolder *folder = g_new0 (StoreFolder, 1);

  g_atomic_ref_count_init (&folder->ref_count);
  folder->id = sqlite3_column_int64 (stmt, 0);
  folder->place = sqlite3_column_int (stmt, 1);
  folder->name = store_column_text (stmt, 2);
  folder->delimiter = store_column_text (stmt, 3);
  folder->role = sqlite3_column_int (stmt, 4);
  folder->attributes = sqlite3_column_int (stmt, 5);
  folder->selectable = sqlite3_column_int (stmt, 6);
  folder->uidvalidity = sqlite3_column_int64 (stmt, 7);
  folder->uidnext = sqlite3_column_int64 (stmt, 8);
  folder->modseq = sqlite3_column_int64 (stmt, 9);
  folder->server_total = sqlite3_column_int64 (stmt, 10);
  folder->server_size = sqlite3_column_int64 (stmt, 11);
  folder->as_of = sqlite3_column_int64 (stmt, 12);
  folder->total = sqlite3_column_int64 (stmt, 13);
  folder->unread = sqlite3_column_int64 (stmt, 14);
  folder->copies = sqlite3_column_int64 (stmt, 15);
  folder->mailbox_id = store_column_nullable (stmt, 16);
  folder->wire_name = store_column_nullable (stmt, 17);
  return folder;
}

static StoreFolder *
one_folder (StoreReader *reader, sqlite3_stmt *stmt, GError **error)
{
  StoreFolder *folder;

  if (stmt == NULL || store_sqlite_step (reader->db, stmt, error) != 1)
    return NULL;
  folder = folder_from (stmt);
  store_sqlite_reset (stmt);
  return folder;
}

static StoreFolder *
or_not_found (StoreFolder *folder, GError *failure, const char *name, GError **error)
{
  if (failure != NULL)
    g_propagate_error (error, failure);
  else if (folder == NULL && name != NULL)
    g_set_error (
        error, STORE_ERROR, STORE_ERROR_NOT_FOUND, _ ("There is no folder called “%s”."), name);
  else if (folder == NULL)
    g_set_error_literal (
        error, STORE_ERROR, STORE_ERROR_NOT_FOUND, _ ("The folder is no longer there."));
  return folder;
}

GPtrArray *
store_reader_folders (StoreReader *reader, GError **error)
{
  g_autoptr (GPtrArray) folders =
      g_ptr_array_new_with_free_func ((GDestroyNotify) store_folder_unref);
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db, error, FOLDER_SQL "ORDER BY place, name", "");
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    g_ptr_array_add (folders, folder_from (stmt));
  return step == 0 ? g_steal_pointer (&folders) : NULL;
}

StoreFolder *
store_reader_folder (StoreReader *reader, gint64 id, GError **error)
{
  GError *failure = NULL;
  StoreFolder *folder =
      one_folder (reader,
                  store_sqlite_query (reader->db, &failure, FOLDER_SQL "WHERE id = ?", "i", id),
                  &failure);

  return or_not_found (folder, failure, NULL, error);
}

StoreFolder *
store_reader_folder_by_name (StoreReader *reader, const char *name, GError **error)
{
  GError *failure = NULL;
  gboolean inbox = g_ascii_strcasecmp (name, "INBOX") == 0;
  StoreFolder *folder = one_folder (
      reader,
      store_sqlite_query (reader->db,
                          &failure,
                          FOLDER_SQL "WHERE name = ? AND role <> 20 ORDER BY place LIMIT 1",
                          "s",
                          inbox ? "INBOX" : name),
      &failure);

  return or_not_found (folder, failure, name, error);
}

StoreFolder *
store_reader_folder_by_role (StoreReader *reader, StoreRole role, GError **error)
{
  return one_folder (reader,
                     store_sqlite_query (reader->db,
                                         error,
                                         FOLDER_SQL "WHERE role = ? ORDER BY place, id LIMIT 1",
                                         "i",
                                         (gint64) role),
                     error);
}

/* @limit: -1 for all. */
static GArray *
list (StoreReader *reader, gint64 folder, gint64 limit, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (StoreListed));
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db,
                          error,
                          "SELECT id, sort_date FROM placement WHERE folder = ? AND hidden = 0 "
                          "ORDER BY sort_date DESC, id DESC LIMIT ?",
                          "ii",
                          folder,
                          limit);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreListed listed = { sqlite3_column_int64 (stmt, 0), sqlite3_column_int64 (stmt, 1) };

      g_array_append_val (found, listed);
    }
  return step == 0 ? g_steal_pointer (&found) : NULL;
}

GArray *
store_reader_list (StoreReader *reader, gint64 folder, GError **error)
{
  return list (reader, folder, -1, error);
}

GArray *
store_reader_list_newest (StoreReader *reader, gint64 folder, guint limit, GError **error)
{
  return list (reader, folder, limit, error);
}

#define ROW_SQL                                                                                   \
  "SELECT p.id, p.message, p.folder, p.uid, p.uidl, p.flags, p.keywords, p.pending, m.source IS " \
  "NOT NULL, m.size, "                                                                            \
  "m.subject, m.from_name, m.from_address, m.to_text, m.cc_text, m.message_id, m.in_reply_to, "   \
  "m.refs, m.thread, "                                                                            \
  "m.date_utc, m.date_offset, m.arrived, m.preview, m.attachments, p.uidvalidity FROM placement " \
  "p JOIN message "                                                                               \
  "m ON m.id = p.message "

static StoreRow *
row_from (sqlite3_stmt *stmt)
{
  StoreRow *row = g_new0 (StoreRow, 1);

  g_atomic_ref_count_init (&row->ref_count);
  row->placement = sqlite3_column_int64 (stmt, 0);
  row->message = sqlite3_column_int64 (stmt, 1);
  row->folder = sqlite3_column_int64 (stmt, 2);
  row->uid = sqlite3_column_int64 (stmt, 3);
  row->uidl = store_column_nullable (stmt, 4);
  row->flags = sqlite3_column_int (stmt, 5);
  row->keywords = store_column_text (stmt, 6);
  row->pending = sqlite3_column_int (stmt, 7);
  row->has_source = sqlite3_column_int (stmt, 8);
  row->size = sqlite3_column_int64 (stmt, 9);
  row->subject = store_column_text (stmt, 10);
  row->from_name = store_column_text (stmt, 11);
  row->from_address = store_column_text (stmt, 12);
  row->to_text = store_column_text (stmt, 13);
  row->cc_text = store_column_text (stmt, 14);
  row->message_id = store_column_nullable (stmt, 15);
  row->in_reply_to = store_column_nullable (stmt, 16);
  row->refs = store_column_nullable (stmt, 17);
  row->thread = store_column_nullable (stmt, 18);
  row->date_utc = sqlite3_column_int64 (stmt, 19);
  row->date_offset = sqlite3_column_int (stmt, 20);
  row->arrived = sqlite3_column_int64 (stmt, 21);
  row->preview = store_column_nullable (stmt, 22);
  row->attachments = sqlite3_column_int (stmt, 23);
  row->uidvalidity = sqlite3_column_int64 (stmt, 24);
  return row;
}

static void
maybe_row_unref (gpointer row)
{
  if (row != NULL)
    store_row_unref (row);
}

GPtrArray *
store_reader_rows (StoreReader *reader, const gint64 *placements, guint n, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_full (n, maybe_row_unref);

  for (guint i = 0; i < n; i++)
    {
      sqlite3_stmt *stmt =
          store_sqlite_query (reader->db, error, ROW_SQL "WHERE p.id = ?", "i", placements[i]);
      int step = stmt != NULL ? store_sqlite_step (reader->db, stmt, error) : -1;

      if (step < 0)
        return NULL;
      g_ptr_array_add (rows, step == 1 ? row_from (stmt) : NULL);
      store_sqlite_reset (stmt);
    }
  return g_steal_pointer (&rows);
}

static GPtrArray *
all_rows (StoreReader *reader, sqlite3_stmt *stmt, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_row_unref);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    g_ptr_array_add (rows, row_from (stmt));
  return step == 0 ? g_steal_pointer (&rows) : NULL;
}

StoreRow *
store_reader_row_of_message (StoreReader *reader, gint64 message, GError **error)
{
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db,
                          error,
                          ROW_SQL "WHERE p.message = ? AND p.hidden = 0 ORDER BY p.id LIMIT 1",
                          "i",
                          message);
  StoreRow *row;

  if (stmt == NULL || store_sqlite_step (reader->db, stmt, error) != 1)
    return NULL;
  row = row_from (stmt);
  store_sqlite_reset (stmt);
  return row;
}

GPtrArray *
store_reader_placements (StoreReader *reader, gint64 message, GError **error)
{
  return all_rows (
      reader,
      store_sqlite_query (
          reader->db, error, ROW_SQL "WHERE p.message = ? ORDER BY p.id", "i", message),
      error);
}

GHashTable *
store_reader_maildrop (StoreReader *reader, GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db,
                          error,
                          "SELECT p.id, p.message, m.arrived, p.listed, m.source, p.uidl, "
                          "m.source IS NOT NULL OR EXISTS (SELECT 1 FROM placement h JOIN folder "
                          "g ON g.id = h.folder WHERE h.message = m.id AND g.place = 1) "
                          "FROM folder f JOIN placement p ON p.folder = f.id "
                          "JOIN message m ON m.id = p.message "
                          "WHERE f.role = 20 AND p.uidl IS NOT NULL",
                          "");
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      const char *uidl = (const char *) sqlite3_column_text (stmt, 5);
      gsize size = strlen (uidl) + 1;
      StoreKept *kept = g_malloc (sizeof (StoreKept) + size);

      kept->placement = sqlite3_column_int64 (stmt, 0);
      kept->message = sqlite3_column_int64 (stmt, 1);
      kept->arrived = sqlite3_column_int64 (stmt, 2);
      kept->listed = (guint64) sqlite3_column_int64 (stmt, 3);
      kept->has_source = sqlite3_column_type (stmt, 4) != SQLITE_NULL;
      kept->is_here = sqlite3_column_int (stmt, 6);
      memcpy (kept->uidl, uidl, size);
      g_hash_table_replace (known, kept->uidl, kept);
    }
  return step == 0 ? g_steal_pointer (&known) : NULL;
}

/* What a move or deletion that waits has taken out of the folder is still there for the server. */
#define UIDS_SQL                                                                                  \
  "FROM placement WHERE folder = ?1 AND uidvalidity = ?2 AND uid IS NOT NULL UNION "              \
  "SELECT j.uid, p.server_flags, p.modseq, p.keywords FROM journal j JOIN placement p ON p.id = " \
  "j.placement "                                                                                  \
  "WHERE j.folder = ?1 AND j.uidvalidity = ?2 AND j.uid IS NOT NULL AND j.state <> 3 AND j.kind " \
  "IN (2, 3) "

GArray *
store_reader_uid_flags (StoreReader *reader, gint64 folder, guint32 uidvalidity, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (StoreUidFlags));
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db,
                          error,
                          "SELECT uid, server_flags, modseq, keywords " UIDS_SQL "ORDER BY 1",
                          "ii",
                          folder,
                          (gint64) uidvalidity);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreUidFlags entry = { sqlite3_column_int64 (stmt, 0),
                              sqlite3_column_int (stmt, 1),
                              sqlite3_column_int64 (stmt, 2),
                              g_str_hash (sqlite3_column_text (stmt, 3)) };

      if (list->len == 0 || g_array_index (list, StoreUidFlags, list->len - 1).uid != entry.uid)
        g_array_append_val (list, entry);
    }
  return step == 0 ? g_steal_pointer (&list) : NULL;
}

gint
store_reader_messages_at (StoreReader *reader,
                          gint64 folder,
                          guint32 uidvalidity,
                          const GArray *uids,
                          GArray *messages,
                          GError **error)
{
  gint unknown = 0;

  for (guint i = 0; i < uids->len; i++)
    {
      gint64 message;
      gboolean found;

      if (!store_sqlite_number (
              reader->db,
              &message,
              &found,
              error,
              "SELECT message FROM placement WHERE folder = ? AND uidvalidity = ? AND uid = ?",
              "iii",
              folder,
              (gint64) uidvalidity,
              (gint64) g_array_index (uids, guint32, i)))
        return -1;
      if (found)
        g_array_append_val (messages, message);
      else
        unknown++;
    }
  return unknown;
}

GArray *
store_reader_uids (StoreReader *reader, gint64 folder, guint32 uidvalidity, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) flags = store_reader_uid_flags (reader, folder, uidvalidity, error);

  if (flags == NULL)
    return NULL;
  for (guint i = 0; i < flags->len; i++)
    g_array_append_val (list, g_array_index (flags, StoreUidFlags, i).uid);
  return g_steal_pointer (&list);
}

/* @stmt: how many, how many with bytes, a subject. */
static gboolean
add_meant (StoreReader *reader, sqlite3_stmt *stmt, StoreMeant *meant, GError **error)
{
  guint letters;

  if (stmt == NULL || store_sqlite_step (reader->db, stmt, error) != 1)
    return FALSE;
  letters = (guint) sqlite3_column_int64 (stmt, 0);
  meant->letters += letters;
  meant->without += letters - (guint) sqlite3_column_int64 (stmt, 1);
  if (meant->subject == NULL)
    meant->subject = store_column_nullable (stmt, 2);
  store_sqlite_reset (stmt);
  return TRUE;
}

#define MEANT_SQL                                                                                 \
  "SELECT count (DISTINCT m.id), count (DISTINCT CASE WHEN m.source IS NOT NULL THEN m.id END), " \
  "min (m.subject) FROM placement p JOIN message m ON m.id = p.message WHERE "

gboolean
store_reader_meant_uids (StoreReader *reader,
                         gint64 folder,
                         guint32 uidvalidity,
                         guint32 first,
                         guint32 last,
                         StoreMeant *meant,
                         GError **error)
{
  return add_meant (
      reader,
      store_sqlite_query (reader->db,
                          error,
                          MEANT_SQL "p.folder = ? AND p.uidvalidity = ? AND p.uid BETWEEN ? AND ?",
                          "iiii",
                          folder,
                          (gint64) uidvalidity,
                          (gint64) first,
                          (gint64) last),
      meant,
      error);
}

gboolean
store_reader_meant_marked (
    StoreReader *reader, gint64 folder, guint32 uidvalidity, StoreMeant *meant, GError **error)
{
  return add_meant (reader,
                    store_sqlite_query (
                        reader->db,
                        error,
                        MEANT_SQL "p.folder = ? AND p.uidvalidity = ? AND p.server_flags & ? <> 0",
                        "iii",
                        folder,
                        (gint64) uidvalidity,
                        (gint64) STORE_FLAG_DELETED),
                    meant,
                    error);
}

gboolean
store_reader_meant_uidl (StoreReader *reader, const char *uidl, StoreMeant *meant, GError **error)
{
  return add_meant (reader,
                    store_sqlite_query (reader->db,
                                        error,
                                        MEANT_SQL
                                        "p.folder IN (SELECT id FROM folder) AND p.uidl = ?",
                                        "s",
                                        uidl),
                    meant,
                    error);
}

guint
store_missing_name (const char *message_id)
{
  return message_id != NULL ? MAX (g_str_hash (message_id), 1) : 0;
}

GArray *
store_reader_missing_bodies (
    StoreReader *reader, gint64 folder, gint64 since, guint limit, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (StoreMissing));
  gint64 missing;
  sqlite3_stmt *stmt;
  int step;

  /* Most often there is nothing to look for, which the counters know. */
  if (!store_sqlite_number (reader->db,
                            &missing,
                            NULL,
                            error,
                            "SELECT total - copies FROM folder WHERE id = ?",
                            "i",
                            folder))
    return NULL;
  if (missing == 0)
    return g_steal_pointer (&list);
  stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT p.uid, p.message, m.size, m.message_id FROM placement p JOIN message m ON m.id = "
      "p.message "
      "WHERE p.folder = ?1 AND p.hidden = 0 AND p.uid IS NOT NULL AND m.source IS NULL AND "
      "(?2 = 0 OR m.arrived >= ?2) "
      "ORDER BY p.sort_date DESC, p.id DESC LIMIT ?3",
      "iii",
      folder,
      since,
      (gint64) limit);
  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreMissing entry = { sqlite3_column_int64 (stmt, 0),
                             sqlite3_column_int64 (stmt, 1),
                             sqlite3_column_int64 (stmt, 2),
                             store_missing_name ((const char *) sqlite3_column_text (stmt, 3)) };

      g_array_append_val (list, entry);
    }
  return step == 0 ? g_steal_pointer (&list) : NULL;
}

char *
store_reader_fact (StoreReader *reader, const char *name, gint64 *at)
{
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db, NULL, "SELECT value, at FROM fact WHERE name = ?", "s", name);
  char *value;

  if (stmt == NULL || store_sqlite_step (reader->db, stmt, NULL) != 1)
    return NULL;
  value = store_column_text (stmt, 0);
  if (at != NULL)
    *at = sqlite3_column_int64 (stmt, 1);
  store_sqlite_reset (stmt);
  return value;
}
