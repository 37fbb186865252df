/* search.db: what lists and letters say, as FTS5 finds it. Derived: when it is missing, damaged or
 * too full of rows nobody names any more, it is made again from the account's database. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "store-query.h"
#include "store-read.h"
#include "store-reader.h"
#include "store-schema.h"
#include "store-segment.h"
#include "store-tx.h"

/* A letter's text stands at its beginning; what follows this is attachments. */
#define TEXT_SOURCE_MAX (8 << 20)
/* Rows of the index nobody names: rebuilt when there are this many and more of them than of others.
 */
#define STALE_MIN 20000

static char *
search_path (StoreMailbase *mailbase)
{
  g_autofree char *dir = g_path_get_dirname (store_mailbase_path (mailbase));

  return g_build_filename (dir, "search.db", NULL);
}

static gboolean
forget_indexed (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_reset_indexed (tx, error);
}

static void
remove_files (const char *path)
{
  const char *const ends[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *file = g_strconcat (path, ends[i], NULL);

      g_remove (file);
    }
}

/* It may be somebody else's database, whose number happens to be ours. */
static gboolean
check_tables (StoreSqlite *db, const char *path, GError **error)
{
  gint64 tables;

  if (!store_sqlite_number (
          db,
          &tables,
          NULL,
          error,
          "SELECT count(*) FROM sqlite_schema WHERE name IN ('letter', 'entry', 'state')",
          ""))
    return FALSE;
  if (tables == 3)
    return TRUE;
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_CORRUPT,
               _ ("%s is not the search index it should be. Remove it; it is made again."),
               path);
  return FALSE;
}

static StoreSqlite *
try_open (const char *path, GError **error)
{
  g_autoptr (StoreSqlite) db = store_sqlite_open (path, STORE_SQLITE_CREATE, error);

  if (db == NULL || !store_schema_update (db, "search", STORE_SCHEMA_SEARCH, error) ||
      !check_tables (db, path, error))
    return NULL;
  return g_steal_pointer (&db);
}

/* Whatever stands there, it is derived: only a full disk and another program's hold are waited
 * for. */
static gboolean
is_beyond_use (const GError *failure)
{
  return !g_error_matches (failure, STORE_ERROR, STORE_ERROR_FULL) &&
         !g_error_matches (failure, STORE_ERROR, STORE_ERROR_BUSY);
}

/* Whether the account's database knows that it was emptied for this file. */
static gboolean
adopt (StoreMailbase *mailbase, StoreSqlite *db, GError **error)
{
  gint64 begun;

  if (!store_sqlite_number (
          db, &begun, NULL, error, "SELECT value FROM state WHERE name = 'begun'", ""))
    return FALSE;
  return begun != 0 ||
         (store_mailbase_write (mailbase, STORE_PRIORITY_BULK, TRUE, forget_indexed, NULL, error) &&
          store_sqlite_run (db, error, "INSERT INTO state (name, value) VALUES ('begun', 1)", ""));
}

static StoreSqlite *
open_for_writing (StoreMailbase *mailbase, GError **error)
{
  g_autofree char *path = search_path (mailbase);
  g_autoptr (GError) failure = NULL;
  g_autoptr (StoreSqlite) db = try_open (path, &failure);

  if (db == NULL && is_beyond_use (failure))
    {
      g_clear_error (&failure);
      remove_files (path);
      db = try_open (path, &failure);
    }
  if (db == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return adopt (mailbase, db, error) ? g_steal_pointer (&db) : NULL;
}

/* One message on its way into the index. */
typedef struct
{
  gint64 message, date;
  gboolean has_source;
  char *subject, *sender, *recipients, *text;
} Letter;

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  g_free (letter->subject);
  g_free (letter->sender);
  g_free (letter->recipients);
  g_free (letter->text);
  g_free (letter);
}

static GPtrArray *
load_letters (StoreReader *reader, guint limit, GError **error)
{
  g_autoptr (GPtrArray) letters = g_ptr_array_new_with_free_func (letter_free);
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db,
                          error,
                          "SELECT id, CASE WHEN date_utc <> 0 THEN date_utc ELSE arrived END, "
                          "source IS NOT NULL, subject, "
                          "from_name || ' ' || from_address, to_text || ' ' || cc_text FROM "
                          "message WHERE indexed = 0 ORDER BY id DESC LIMIT ?",
                          "i",
                          (gint64) limit);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      Letter *letter = g_new0 (Letter, 1);

      letter->message = sqlite3_column_int64 (stmt, 0);
      letter->date = sqlite3_column_int64 (stmt, 1);
      letter->has_source = sqlite3_column_int (stmt, 2);
      letter->subject = store_column_text (stmt, 3);
      letter->sender = store_column_text (stmt, 4);
      letter->recipients = store_column_text (stmt, 5);
      g_ptr_array_add (letters, letter);
    }
  return step == 0 ? g_steal_pointer (&letters) : NULL;
}

static gboolean
fetch_text (StoreReader *reader, Letter *letter, StoreIndexText text, gpointer data)
{
  g_autoptr (GBytes) source = NULL;

  if (!letter->has_source)
    return FALSE;
  /* Gone in the meantime, or damaged: found by its headers then. */
  source = store_reader_source_head (reader, letter->message, TEXT_SOURCE_MAX, NULL);
  if (source != NULL)
    letter->text = text (source, data);
  return TRUE;
}

static gboolean
write_letter (StoreSqlite *db, const Letter *letter, GError **error)
{
  g_autofree char *subject = store_segment (letter->subject, -1);
  g_autofree char *sender = store_segment (letter->sender, -1);
  g_autofree char *recipients = store_segment (letter->recipients, -1);
  g_autofree char *text = store_segment (letter->text, -1);

  return store_sqlite_run (
             db, error, "DELETE FROM entry WHERE message = ?", "i", letter->message) &&
         store_sqlite_run (db,
                           error,
                           "INSERT INTO entry (message, date) VALUES (?, ?)",
                           "ii",
                           letter->message,
                           letter->date) &&
         store_sqlite_run (
             db,
             error,
             "INSERT INTO letter (rowid, subject, sender, recipients, text) VALUES (?, ?, ?, ?, ?)",
             "itttt",
             store_sqlite_last_id (db),
             subject,
             sender,
             recipients,
             text);
}

static gboolean
write_letters (StoreSqlite *db, GPtrArray *letters, GError **error)
{
  if (!store_sqlite_exec (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  for (guint i = 0; i < letters->len; i++)
    if (!write_letter (db, letters->pdata[i], error))
      {
        store_sqlite_exec (db, "ROLLBACK", NULL);
        return FALSE;
      }
  return store_sqlite_exec (db, "COMMIT", error);
}

static gboolean
mark_letters (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *letters = data;

  for (guint i = 0; i < letters->len; i++)
    {
      const Letter *letter = letters->pdata[i];

      if (!store_tx_set_indexed (tx, letter->message, letter->has_source, error))
        return FALSE;
    }
  return TRUE;
}

/* Rows the index has for messages that are gone can only be passed over; many of them make it slow.
 */
static gboolean
rebuild_if_stale (StoreMailbase *mailbase, StoreSqlite **db, GError **error)
{
  g_autofree char *path = NULL;
  gint64 last;
  gint64 entries;

  if (!store_sqlite_number (
          *db, &last, NULL, error, "SELECT coalesce (max (id), 0) FROM entry", "") ||
      last < STALE_MIN)
    return last < STALE_MIN;
  if (!store_sqlite_number (*db, &entries, NULL, error, "SELECT count(*) FROM entry", ""))
    return FALSE;
  if (last - entries < STALE_MIN || last < 2 * entries)
    return TRUE;
  path = search_path (mailbase);
  g_clear_pointer (db, store_sqlite_close);
  remove_files (path);
  *db = open_for_writing (mailbase, error);
  return *db != NULL;
}

static gint
index_some (
    StoreMailbase *mailbase, guint limit, StoreIndexText text, gpointer data, GError **error)
{
  g_autoptr (StoreSqlite) db = open_for_writing (mailbase, error);
  g_autoptr (StoreReader) reader = NULL;
  g_autoptr (GPtrArray) letters = NULL;

  if (db == NULL || !rebuild_if_stale (mailbase, &db, error))
    return -1;
  reader = store_mailbase_reader (mailbase, error);
  letters = reader != NULL ? load_letters (reader, limit, error) : NULL;
  if (letters == NULL)
    return -1;
  if (letters->len == 0)
    return 0;
  for (guint i = 0; i < letters->len; i++)
    fetch_text (reader, letters->pdata[i], text, data);
  /* The index first, and on the disk: a message marked as indexed is. */
  if (!write_letters (db, letters, error) ||
      !store_mailbase_write (mailbase, STORE_PRIORITY_BULK, FALSE, mark_letters, letters, error))
    return -1;
  return letters->len;
}

gint
store_search_index (
    StoreMailbase *mailbase, guint limit, StoreIndexText text, gpointer data, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gint done = index_some (mailbase, limit, text, data, &failure);

  if (done < 0 && g_error_matches (failure, STORE_ERROR, STORE_ERROR_CORRUPT))
    {
      g_autofree char *path = search_path (mailbase);

      g_clear_error (&failure);
      remove_files (path);
      done = index_some (mailbase, limit, text, data, &failure);
    }
  if (done < 0)
    g_propagate_error (error, g_steal_pointer (&failure));
  return done;
}

/* Messages that are gone, hidden or indexed twice over are passed over. */
static gboolean
is_shown (StoreReader *reader, gint64 message, gboolean *shown, GError **error)
{
  gint64 id;

  return store_sqlite_number (reader->db,
                              &id,
                              shown,
                              error,
                              "SELECT id FROM placement WHERE message = ? AND hidden = 0 LIMIT 1",
                              "i",
                              message);
}

static GArray *
find (StoreSqlite *db, StoreReader *reader, const char *query, guint limit, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *stmt =
      store_sqlite_query (db,
                          error,
                          "SELECT e.message FROM letter JOIN entry e ON e.id = letter.rowid "
                          "WHERE letter MATCH ? ORDER BY e.date DESC, e.message DESC",
                          "s",
                          query);
  int step = 0;

  if (stmt == NULL)
    return NULL;
  while (found->len < limit && (step = store_sqlite_step (db, stmt, error)) == 1)
    {
      gint64 message = sqlite3_column_int64 (stmt, 0);
      gboolean shown;

      if (!is_shown (reader, message, &shown, error))
        {
          step = -1;
          break;
        }
      if (shown)
        g_array_append_val (found, message);
    }
  store_sqlite_reset (stmt);
  return step >= 0 ? g_steal_pointer (&found) : NULL;
}

GArray *
store_search (
    StoreMailbase *mailbase, const char *query, guint limit, gint64 *missing, GError **error)
{
  g_autofree char *path = search_path (mailbase);
  g_autofree char *match = store_query_match (query);
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, error);
  g_autoptr (StoreSqlite) db = NULL;
  g_autoptr (GError) failure = NULL;
  GArray *found;
  gint64 begun = 0;

  if (reader == NULL)
    return NULL;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    db = store_sqlite_open (path, STORE_SQLITE_READ, &failure);
  if (db != NULL &&
      (store_sqlite_pragma (db, "user_version", NULL) != STORE_SCHEMA_SEARCH ||
       !store_sqlite_number (
           db, &begun, NULL, NULL, "SELECT value FROM state WHERE name = 'begun'", "")))
    begun = 0;
  /* A count over the few that are missing, in their own index. Without an index all are. */
  if (missing != NULL &&
      !(begun ? store_sqlite_number (reader->db,
                                     missing,
                                     NULL,
                                     error,
                                     "SELECT count(*) FROM message WHERE indexed = 0",
                                     "")
              : store_sqlite_number (
                    reader->db, missing, NULL, error, "SELECT count(*) FROM message", "")))
    return NULL;
  if (!begun || match == NULL)
    return g_array_new (FALSE, FALSE, sizeof (gint64));
  found = find (db, reader, match, limit, &failure);
  if (found != NULL)
    return found;
  if (!g_error_matches (failure, STORE_ERROR, STORE_ERROR_CORRUPT) ||
      !store_mailbase_is_owner (mailbase))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  /* Damage is met where the words are looked up. What is derived is no loss: it is made anew. */
  remove_files (path);
  if (missing != NULL &&
      !store_sqlite_number (reader->db, missing, NULL, error, "SELECT count(*) FROM message", ""))
    return NULL;
  return g_array_new (FALSE, FALSE, sizeof (gint64));
}
