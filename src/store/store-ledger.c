/* The ledger: where each message is and how we know, one row for each thing that became so. */
#include "config.h"

#include "store-read.h"
#include "store-reader.h"
#include "store-tx.h"

gboolean
store_tx_ledger_id (StoreTx *tx,
                    gint64 message,
                    StorePlace place,
                    const char *folder,
                    StoreLedgerState state,
                    const char *detail,
                    gint64 cause,
                    const char *exchange,
                    GError **error)
{
  store_notes_ledger (tx->notes);
  return store_sqlite_run (
      tx->db,
      error,
      "INSERT INTO ledger (message, place, folder, state, detail, cause, exchange, at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      "iitititi",
      message,
      (gint64) place,
      folder,
      (gint64) state,
      detail,
      cause,
      exchange,
      tx->now);
}

gboolean
store_tx_ledger (StoreTx *tx,
                 gint64 message,
                 StorePlace place,
                 const char *folder,
                 StoreLedgerState state,
                 const char *detail,
                 const BaseCause *cause,
                 const char *exchange,
                 GError **error)
{
  gint64 id;

  return store_tx_cause (tx, cause, &id, error) &&
         store_tx_ledger_id (tx, message, place, folder, state, detail, id, exchange, error);
}

/* Columns of the cause from @column on: id, kind, subject, at. */
BaseCause *
store_column_cause (sqlite3_stmt *stmt, int column)
{
  const char *kind = (const char *) sqlite3_column_text (stmt, column + 1);
  int known = kind != NULL ? base_cause_kind_from_name (kind) : -1;

  if (known < 0)
    return NULL;
  return base_cause_restore (sqlite3_column_int64 (stmt, column),
                             known,
                             (const char *) sqlite3_column_text (stmt, column + 2),
                             sqlite3_column_int64 (stmt, column + 3));
}

#define LEDGER_SQL                                                                                 \
  "SELECT l.id, l.message, l.place, l.folder, l.state, l.detail, l.exchange, l.at, c.id, c.kind, " \
  "c.subject, c.at "                                                                               \
  "FROM ledger l LEFT JOIN cause c ON c.id = l.cause "

GPtrArray *
store_reader_ledger (StoreReader *reader, gint64 message, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) store_ledger_entry_free);
  sqlite3_stmt *stmt =
      message != 0
          ? store_sqlite_query (
                reader->db, error, LEDGER_SQL "WHERE l.message = ? ORDER BY l.id", "i", message)
          : store_sqlite_query (reader->db, error, LEDGER_SQL "ORDER BY l.id", "");
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreLedgerEntry *entry = g_new0 (StoreLedgerEntry, 1);

      entry->id = sqlite3_column_int64 (stmt, 0);
      entry->message = sqlite3_column_int64 (stmt, 1);
      entry->place = sqlite3_column_int (stmt, 2);
      entry->folder = store_column_text (stmt, 3);
      entry->state = sqlite3_column_int (stmt, 4);
      entry->detail = store_column_text (stmt, 5);
      entry->exchange = store_column_text (stmt, 6);
      entry->at = sqlite3_column_int64 (stmt, 7);
      entry->cause = store_column_cause (stmt, 8);
      g_ptr_array_add (entries, entry);
    }
  return step == 0 ? g_steal_pointer (&entries) : NULL;
}

GArray *
store_reader_letters_of (StoreReader *reader,
                         guint64 cause,
                         const char *exchange,
                         gint64 from,
                         gint64 to,
                         guint max,
                         GError **error)
{
  g_autoptr (GArray) letters = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT DISTINCT message FROM ledger WHERE cause = ? AND exchange = ? AND at BETWEEN ? AND ? "
      "ORDER BY id LIMIT ?",
      "itiii",
      (gint64) cause,
      exchange,
      from,
      to,
      (gint64) max);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      gint64 message = sqlite3_column_int64 (stmt, 0);

      g_array_append_val (letters, message);
    }
  return step == 0 ? g_steal_pointer (&letters) : NULL;
}
