/* Rows of letters' bytes: chunks are inserted as they come, and the letter exists when the last
 * transaction publishes it, having counted that nothing of it is missing. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "store-pack.h"
#include "store-tx.h"

gboolean
store_tx_source_begin (StoreTx *tx, gint64 *source, GError **error)
{
  if (!store_sqlite_run (tx->db, error, "INSERT INTO source (created) VALUES (?)", "i", tx->now))
    return FALSE;
  *source = store_sqlite_last_id (tx->db);
  return TRUE;
}

gboolean
store_tx_source_chunk (StoreTx *tx, gint64 source, const StoreChunk *chunk, GError **error)
{
  const guint8 *data;
  gsize packed;

  if (chunk->number >= STORE_CHUNKS_MAX)
    {
      g_set_error_literal (
          error, STORE_ERROR, STORE_ERROR_IO, _ ("A letter is too large to be stored."));
      return FALSE;
    }
  data = store_chunk_pack (chunk, &packed);
  return store_sqlite_run (tx->db,
                           error,
                           "INSERT INTO source_chunk (id, size, data) VALUES (?, ?, ?)",
                           "iib",
                           source * STORE_CHUNKS_MAX + chunk->number,
                           (gint64) g_bytes_get_size (chunk->bytes),
                           data,
                           packed);
}

static gboolean
write_chunks (StoreTx *tx, gint64 source, StorePack *pack, GError **error)
{
  gboolean good = TRUE;
  StoreChunk *chunk;

  while (good && (chunk = store_pack_take (pack)) != NULL)
    {
      good = store_tx_source_chunk (tx, source, chunk, error);
      store_chunk_free (chunk);
    }
  return good;
}

gboolean
store_tx_source_put (StoreTx *tx, StorePack *pack, gint64 *source, GError **error)
{
  if (!store_sqlite_run (
          tx->db,
          error,
          "INSERT INTO source (created, published, size, head_sum) VALUES (?, 1, ?, ?)",
          "iib",
          tx->now,
          (gint64) store_pack_size (pack),
          store_pack_sum (pack),
          (gsize) STORE_SUM_SIZE))
    return FALSE;
  *source = store_sqlite_last_id (tx->db);
  return write_chunks (tx, *source, pack, error);
}

static gboolean
count_users (StoreTx *tx,
             gint64 source,
             gboolean (*count) (StoreTx *tx, gint64 message, GError **error),
             GError **error)
{
  g_autoptr (GArray) users =
      store_sqlite_numbers (tx->db, error, "SELECT id FROM message WHERE source = ?", "i", source);

  for (guint i = 0; users != NULL && i < users->len; i++)
    if (!count (tx, g_array_index (users, gint64, i), error))
      return FALSE;
  return users != NULL;
}

/* A chunk whose transaction was rolled back must not become a hole. */
static gboolean
is_whole (StoreTx *tx, gint64 source, guint64 size, GError **error)
{
  gint64 stored;

  if (!store_sqlite_number (
          tx->db,
          &stored,
          NULL,
          error,
          "SELECT sum(size) FROM source_chunk WHERE id >= ?1 * 1048576 AND id < (?1 + 1) * 1048576",
          "i",
          source))
    return FALSE;
  if ((guint64) stored == size)
    return TRUE;
  g_set_error_literal (error,
                       STORE_ERROR,
                       STORE_ERROR_NOT_FOUND,
                       _ ("A letter could not be stored whole; it has to be fetched again."));
  return FALSE;
}

gboolean
store_tx_source_publish (StoreTx *tx, gint64 source, StorePack *pack, GError **error)
{
  /* Messages may have pointed to it while its size was not known. */
  return write_chunks (tx, source, pack, error) &&
         is_whole (tx, source, store_pack_size (pack), error) &&
         count_users (tx, source, store_counts_take, error) &&
         store_sqlite_run (tx->db,
                           error,
                           "UPDATE source SET published = 1, size = ?, head_sum = ? WHERE id = ?",
                           "ibi",
                           (gint64) store_pack_size (pack),
                           store_pack_sum (pack),
                           (gsize) STORE_SUM_SIZE,
                           source) &&
         count_users (tx, source, store_counts_put, error);
}

static gboolean
delete_source (StoreTx *tx, gint64 source, GError **error)
{
  return store_sqlite_run (
             tx->db,
             error,
             "DELETE FROM source_chunk WHERE id >= ?1 * 1048576 AND id < (?1 + 1) * 1048576",
             "i",
             source) &&
         store_sqlite_run (tx->db, error, "DELETE FROM source WHERE id = ?", "i", source);
}

gboolean
store_tx_source_discard (StoreTx *tx, gint64 source, GError **error)
{
  return store_source_collect (tx, source, error);
}

gboolean
store_source_collect (StoreTx *tx, gint64 source, GError **error)
{
  gint64 user;
  gboolean used;

  if (!store_sqlite_number (tx->db,
                            &user,
                            &used,
                            error,
                            "SELECT id FROM message WHERE source = ? LIMIT 1",
                            "i",
                            source))
    return FALSE;
  return used || delete_source (tx, source, error);
}
