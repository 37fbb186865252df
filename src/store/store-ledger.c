/* The ledger: where each message is and how we know, one row for each thing that became so, and one
 * for all the letters that a listing showed for the first time. */
#include "config.h"

#include <string.h>

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
  if (!store_ledger_flush (tx, error))
    return FALSE;
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

static void
clear_run (StoreLedgerRun *run)
{
  g_free (run->folder);
  g_free (run->exchange);
  if (run->details != NULL)
    g_string_free (run->details, TRUE);
  *run = (StoreLedgerRun){ 0 };
}

void
store_ledger_forget (StoreTx *tx)
{
  clear_run (&tx->run);
}

/* Each letter of a run has an id of its own, so that who reads the ledger can say how far. */
static gboolean
insert_run (StoreTx *tx, const StoreLedgerRun *run, GError **error)
{
  store_notes_ledger (tx->notes);
  return store_sqlite_run (
      tx->db,
      error,
      "INSERT INTO ledger (id, message, last, place, folder, state, detail, cause, exchange, at) "
      "VALUES ((SELECT coalesce(max(id), 0) FROM ledger) + ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      "iiiitititi",
      run->last - run->first + 1,
      run->first,
      run->last,
      (gint64) STORE_PLACE_SERVER,
      run->folder,
      (gint64) STORE_LEDGER_SEEN_ON_SERVER,
      run->details->str,
      run->cause,
      run->exchange,
      tx->now);
}

gboolean
store_ledger_flush (StoreTx *tx, GError **error)
{
  /* Taken away first: a row of its own asks for what waits before it. */
  StoreLedgerRun run = tx->run;
  gboolean good = TRUE;

  tx->run = (StoreLedgerRun){ 0 };
  if (run.first != 0)
    good = run.first == run.last ? store_tx_ledger_id (tx,
                                                       run.first,
                                                       STORE_PLACE_SERVER,
                                                       run.folder,
                                                       STORE_LEDGER_SEEN_ON_SERVER,
                                                       run.details->str,
                                                       run.cause,
                                                       run.exchange,
                                                       error)
                                 : insert_run (tx, &run, error);
  clear_run (&run);
  return good;
}

gboolean
store_ledger_first_seen (StoreTx *tx,
                         gint64 message,
                         const char *folder,
                         const char *detail,
                         gint64 cause,
                         const char *exchange,
                         GError **error)
{
  StoreLedgerRun *run = &tx->run;

  /* A UIDL has no space (RFC 1939, section 7), but a server may say anything. */
  if (strchr (detail, ' ') != NULL)
    return store_tx_ledger_id (tx,
                               message,
                               STORE_PLACE_SERVER,
                               folder,
                               STORE_LEDGER_SEEN_ON_SERVER,
                               detail,
                               cause,
                               exchange,
                               error);
  if (run->first != 0 && run->last + 1 == message && run->cause == cause &&
      strcmp (run->folder, folder) == 0 && strcmp (run->exchange, exchange) == 0)
    {
      run->last = message;
      g_string_append_c (run->details, ' ');
      g_string_append (run->details, detail);
      return TRUE;
    }
  if (!store_ledger_flush (tx, error))
    return FALSE;
  run->first = run->last = message;
  run->folder = g_strdup (folder);
  run->exchange = g_strdup (exchange);
  run->cause = cause;
  run->details = g_string_new (detail);
  return TRUE;
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
  "c.subject, c.at, l.last FROM ledger l LEFT JOIN cause c ON c.id = l.cause "
/* Of the rows that hold several letters the one that ends at a letter or behind it, and no other,
 * may hold this one. */
#define OF_LETTER_SQL                                                                          \
  "WHERE l.message = ?1 OR l.id = (SELECT id FROM ledger WHERE last > 0 AND last >= ?1 ORDER " \
  "BY last LIMIT 1) ORDER BY l.id"

static StoreLedgerEntry *
read_entry (sqlite3_stmt *stmt, gint64 message, gint64 id, char *detail)
{
  StoreLedgerEntry *entry = g_new0 (StoreLedgerEntry, 1);

  entry->id = id;
  entry->message = message;
  entry->place = sqlite3_column_int (stmt, 2);
  entry->folder = store_column_text (stmt, 3);
  entry->state = sqlite3_column_int (stmt, 4);
  entry->detail = detail;
  entry->exchange = store_column_text (stmt, 6);
  entry->at = sqlite3_column_int64 (stmt, 7);
  entry->cause = store_column_cause (stmt, 8);
  return entry;
}

/* What a row says of @message (0: of all its letters). */
static void
read_row (sqlite3_stmt *stmt, gint64 message, GPtrArray *entries)
{
  gint64 id = sqlite3_column_int64 (stmt, 0);
  gint64 first = sqlite3_column_int64 (stmt, 1);
  gint64 last = sqlite3_column_int64 (stmt, 12);
  g_auto (GStrv) details = NULL;

  if (last == 0)
    {
      g_ptr_array_add (entries, read_entry (stmt, first, id, store_column_text (stmt, 5)));
      return;
    }
  if (message != 0 && (message < first || message > last))
    return;
  details = g_strsplit ((const char *) sqlite3_column_text (stmt, 5), " ", -1);
  for (gint64 letter = first; letter <= last && details[letter - first] != NULL; letter++)
    if (message == 0 || letter == message)
      g_ptr_array_add (
          entries,
          read_entry (stmt, letter, id - (last - letter), g_strdup (details[letter - first])));
}

GPtrArray *
store_reader_ledger (StoreReader *reader, gint64 message, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) store_ledger_entry_free);
  sqlite3_stmt *stmt =
      message != 0 ? store_sqlite_query (reader->db, error, LEDGER_SQL OF_LETTER_SQL, "i", message)
                   : store_sqlite_query (reader->db, error, LEDGER_SQL "ORDER BY l.id", "");
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    read_row (stmt, message, entries);
  return step == 0 ? g_steal_pointer (&entries) : NULL;
}

static void
add_letters (GArray *letters, GHashTable *known, gint64 first, gint64 last, guint max)
{
  for (gint64 letter = first; letter <= MAX (first, last) && letters->len < max; letter++)
    if (g_hash_table_add (known, g_memdup2 (&letter, sizeof letter)))
      g_array_append_val (letters, letter);
}

/* As JSON: what stands in the ledger is each wish, and not what several were said for. */
static GString *
list_causes (const BaseCause *cause)
{
  GString *list = g_string_new (NULL);

  g_string_printf (list, "[%" G_GUINT64_FORMAT, cause->id);
  for (guint i = 0; i < cause->n_wishes; i++)
    g_string_append_printf (list, ",%" G_GUINT64_FORMAT, cause->wishes[i]);
  g_string_append_c (list, ']');
  return list;
}

GArray *
store_reader_letters_of (StoreReader *reader,
                         const BaseCause *cause,
                         const char *exchange,
                         gint64 from,
                         gint64 to,
                         guint max,
                         GError **error)
{
  g_autoptr (GArray) letters = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GString) causes = list_causes (cause);
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT message, last FROM ledger WHERE cause IN (SELECT value FROM json_each (?)) AND "
      "exchange = ? AND at BETWEEN ? AND ? ORDER BY id",
      "ttii",
      causes->str,
      exchange,
      from,
      to);
  int step = -1;

  if (stmt == NULL)
    return NULL;
  while (letters->len < max && (step = store_sqlite_step (reader->db, stmt, error)) == 1)
    add_letters (
        letters, known, sqlite3_column_int64 (stmt, 0), sqlite3_column_int64 (stmt, 1), max);
  if (step == 1)
    store_sqlite_reset (stmt);
  return step >= 0 ? g_steal_pointer (&letters) : NULL;
}
