/* The counters of folders and of the strip. A message's share in all of them follows from its rows;
 * it is taken out before the rows change and put back after, and the sum is written with the job.
 */
#include "config.h"

#include "store-tx.h"

typedef struct
{
  gint64 id, total, unread, copies;
} FolderCounts;

/* What a message contributes, gathered over its placements. */
typedef struct
{
  gboolean source, outbox;
  gint64 bytes;
  guint placements, shown, on_server;
} Share;

void
store_counts_folder (StoreTx *tx, gint64 folder, gint64 total, gint64 unread, gint64 copies)
{
  FolderCounts *counts;

  if (tx->counts.folders == NULL)
    tx->counts.folders = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  counts = g_hash_table_lookup (tx->counts.folders, &folder);
  if (counts == NULL)
    {
      counts = g_new0 (FolderCounts, 1);
      counts->id = folder;
      g_hash_table_insert (tx->counts.folders, &counts->id, counts);
    }
  counts->total += total;
  counts->unread += unread;
  counts->copies += copies;
  tx->counts.any = TRUE;
  store_notes_folder (tx->notes, folder);
}

static void
add_share (StoreTx *tx, const Share *share, int sign)
{
  StoreCounts *counts = &tx->counts;

  if (share->placements == 0 && !share->outbox)
    return;
  counts->any = TRUE;
  if (share->source)
    {
      counts->copies_here += sign;
      counts->bytes_here += sign * share->bytes;
      counts->only_here += share->on_server == 0 ? sign : 0;
    }
  else if (share->shown > 0)
    counts->headers_only += sign;
}

#define SHARES_SQL                                                                             \
  "SELECT m.source IS NOT NULL, coalesce (s.size, 0), p.folder, f.place, p.hidden, p.flags, "  \
  "p.pending, "                                                                                \
  "EXISTS (SELECT 1 FROM outbox o WHERE o.message = m.id AND o.state <> 3) "                   \
  "FROM message m LEFT JOIN source s ON s.id = m.source LEFT JOIN placement p ON p.message = " \
  "m.id "                                                                                      \
  "LEFT JOIN folder f ON f.id = p.folder "

static void
add_placement (StoreTx *tx, sqlite3_stmt *stmt, Share *share, int sign)
{
  gint64 folder = sqlite3_column_int64 (stmt, 2);
  gboolean server = sqlite3_column_int (stmt, 3) == STORE_PLACE_SERVER;
  gboolean shown = !sqlite3_column_int (stmt, 4);
  guint flags = sqlite3_column_int (stmt, 5);
  guint pending = sqlite3_column_int (stmt, 6);

  share->placements++;
  share->shown += shown;
  /* What is only to be put there is not there. */
  share->on_server += server && !(pending & STORE_PENDING_APPEND);
  if (pending & STORE_PENDING_DELE)
    tx->counts.leaving += sign;
  if (shown)
    store_counts_folder (
        tx, folder, sign, flags & STORE_FLAG_SEEN ? 0 : sign, share->source ? sign : 0);
}

static gboolean
count (StoreTx *tx, gint64 message, int sign, GError **error)
{
  Share share = { 0 };
  sqlite3_stmt *stmt =
      store_sqlite_query (tx->db, error, SHARES_SQL "WHERE m.id = ?", "i", message);
  int step;

  if (stmt == NULL)
    return FALSE;
  while ((step = store_sqlite_step (tx->db, stmt, error)) == 1)
    {
      share.source = sqlite3_column_int (stmt, 0);
      share.bytes = sqlite3_column_int64 (stmt, 1);
      share.outbox = sqlite3_column_int (stmt, 7);
      if (sqlite3_column_type (stmt, 2) != SQLITE_NULL)
        add_placement (tx, stmt, &share, sign);
    }
  add_share (tx, &share, sign);
  return step == 0;
}

gboolean
store_counts_take (StoreTx *tx, gint64 message, GError **error)
{
  return count (tx, message, -1, error);
}

gboolean
store_counts_put (StoreTx *tx, gint64 message, GError **error)
{
  return count (tx, message, 1, error);
}

gboolean
store_counts_fill (StoreTx *tx, gint64 message, gint64 bytes, GError **error)
{
  sqlite3_stmt *stmt =
      store_sqlite_query (tx->db,
                          error,
                          "SELECT p.id, p.folder, f.place, p.hidden, p.pending, p.sort_date, "
                          "EXISTS (SELECT 1 FROM outbox o WHERE o.message = m.id AND o.state <> 3) "
                          "FROM message m LEFT JOIN placement p ON p.message = m.id "
                          "LEFT JOIN folder f ON f.id = p.folder WHERE m.id = ?",
                          "i",
                          message);
  Share before = { 0 };
  Share after;
  int step;

  if (stmt == NULL)
    return FALSE;
  while ((step = store_sqlite_step (tx->db, stmt, error)) == 1)
    {
      gint64 folder = sqlite3_column_int64 (stmt, 1);
      gboolean server = sqlite3_column_int (stmt, 2) == STORE_PLACE_SERVER;
      gboolean shown = !sqlite3_column_int (stmt, 3);

      before.outbox = sqlite3_column_int (stmt, 6);
      if (sqlite3_column_type (stmt, 0) == SQLITE_NULL)
        continue;
      before.placements++;
      before.shown += shown;
      before.on_server += server && !(sqlite3_column_int (stmt, 4) & STORE_PENDING_APPEND);
      if (!shown)
        continue;
      store_counts_folder (tx, folder, 0, 0, 1);
      store_notes_changed (
          tx->notes, sqlite3_column_int64 (stmt, 0), folder, sqlite3_column_int64 (stmt, 5));
    }
  after = before;
  after.source = TRUE;
  after.bytes = bytes;
  add_share (tx, &before, -1);
  add_share (tx, &after, 1);
  return step == 0;
}

void
store_counts_new (StoreTx *tx,
                  gint64 folder,
                  StorePlace place,
                  guint flags,
                  gboolean hidden,
                  gint64 bytes,
                  gboolean source)
{
  Share share = { .source = source,
                  .bytes = bytes,
                  .placements = folder != 0,
                  .shown = folder != 0 && !hidden,
                  .on_server = folder != 0 && place == STORE_PLACE_SERVER };

  add_share (tx, &share, 1);
  if (share.shown)
    store_counts_folder (tx, folder, 1, flags & STORE_FLAG_SEEN ? 0 : 1, source ? 1 : 0);
}

static gboolean
flush_folders (StoreTx *tx, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  if (tx->counts.folders == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, tx->counts.folders);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const FolderCounts *counts = value;

      if ((counts->total != 0 || counts->unread != 0 || counts->copies != 0) &&
          !store_sqlite_run (tx->db,
                             error,
                             "UPDATE folder SET total = total + ?, unread = unread + ?, copies = "
                             "copies + ? WHERE id = ?",
                             "iiii",
                             counts->total,
                             counts->unread,
                             counts->copies,
                             counts->id))
        return FALSE;
    }
  return TRUE;
}

gboolean
store_counts_flush (StoreTx *tx, GError **error)
{
  const StoreCounts *counts = &tx->counts;
  gboolean strip = counts->copies_here != 0 || counts->bytes_here != 0 ||
                   counts->headers_only != 0 || counts->only_here != 0 || counts->leaving != 0 ||
                   counts->waiting != 0;

  if (!counts->any)
    return TRUE;
  if (!flush_folders (tx, error))
    return FALSE;
  if (strip && !store_sqlite_run (
                   tx->db,
                   error,
                   "UPDATE counter SET copies_here = copies_here + ?, bytes_here = bytes_here + ?, "
                   "headers_only = headers_only + ?, only_here = only_here + ?, "
                   "leaving = leaving + ?, waiting = waiting + ?",
                   "iiiiii",
                   counts->copies_here,
                   counts->bytes_here,
                   counts->headers_only,
                   counts->only_here,
                   counts->leaving,
                   counts->waiting))
    return FALSE;
  store_counts_clear (&tx->counts);
  return TRUE;
}

void
store_counts_clear (StoreCounts *counts)
{
  GHashTable *folders = counts->folders;

  if (folders != NULL)
    g_hash_table_remove_all (folders);
  *counts = (StoreCounts){ .folders = folders };
}

gboolean
store_counts_recount (StoreTx *tx, GError **error)
{
  g_autoptr (GArray) messages = NULL;
  gint64 waiting;

  store_counts_clear (&tx->counts);
  if (!store_sqlite_run (
          tx->db, error, "UPDATE folder SET total = 0, unread = 0, copies = 0", "") ||
      !store_sqlite_run (
          tx->db,
          error,
          "UPDATE counter SET copies_here = 0, bytes_here = 0, headers_only = 0, only_here = 0, "
          "leaving = 0, waiting = 0",
          ""))
    return FALSE;
  messages = store_sqlite_numbers (tx->db, error, "SELECT id FROM message", "");
  if (messages == NULL)
    return FALSE;
  for (guint i = 0; i < messages->len; i++)
    if (!store_counts_put (tx, g_array_index (messages, gint64, i), error))
      return FALSE;
  if (!store_sqlite_number (tx->db,
                            &waiting,
                            NULL,
                            error,
                            "SELECT (SELECT count(*) FROM journal WHERE state <> 3) + "
                            "(SELECT count(*) FROM outbox WHERE state IN (1, 2, 4, 5))",
                            ""))
    return FALSE;
  tx->counts.waiting += waiting;
  tx->counts.any = TRUE;
  return store_counts_flush (tx, error);
}
