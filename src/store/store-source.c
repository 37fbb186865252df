/* Bytes of letters: cut into chunks of 256 KB, each one zstd frame, with a SHA-256 over the whole.
 * Chunks are committed as they come; the letter exists when the last transaction publishes it. */
#include "config.h"

#include "store-incoming.h"

#include <glib/gi18n-lib.h>
#include <openssl/evp.h>
#include <zstd.h>

#define CHUNK_SIZE (256 << 10)
#define CHUNKS_MAX (1 << 20)
#define ZSTD_LEVEL 1

struct _StoreIncoming
{
  gint64 id;
  GByteArray *tail;   /* less than a chunk */
  EVP_MD_CTX *sha256; /* six times as fast as GLib's */
  gint64 size;
  guint chunks;
  gboolean in_job, in_transaction; /* touched there */
  gboolean broken;                 /* what is in memory is no longer what is in the database */
  gboolean over;                   /* published or discarded: forgotten after the commit */
};

void
store_incoming_free (StoreIncoming *incoming)
{
  g_byte_array_unref (incoming->tail);
  EVP_MD_CTX_free (incoming->sha256);
  g_free (incoming);
}

void
store_incoming_job_over (GHashTable *table, gboolean good)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      StoreIncoming *incoming = value;

      incoming->in_transaction |= incoming->in_job;
      incoming->broken |= incoming->in_job && !good;
      incoming->over &= good || !incoming->in_job;
      incoming->in_job = FALSE;
    }
}

void
store_incoming_over (GHashTable *table, gboolean committed)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      StoreIncoming *incoming = value;

      incoming->broken |= incoming->in_transaction && !committed;
      incoming->over &= committed;
      incoming->in_transaction = FALSE;
      if (incoming->over)
        g_hash_table_iter_remove (&iter);
    }
}

gboolean
store_tx_source_begin (StoreTx *tx, gint64 *source, GError **error)
{
  StoreIncoming *incoming;

  if (!store_sqlite_run (tx->db, error, "INSERT INTO source (created) VALUES (?)", "i", tx->now))
    return FALSE;
  incoming = g_new0 (StoreIncoming, 1);
  incoming->id = *source = store_sqlite_last_id (tx->db);
  incoming->tail = g_byte_array_new ();
  incoming->sha256 = EVP_MD_CTX_new ();
  EVP_DigestInit_ex (incoming->sha256, EVP_sha256 (), NULL);
  incoming->in_job = TRUE;
  g_hash_table_replace (tx->incoming, &incoming->id, incoming);
  return TRUE;
}

static StoreIncoming *
find_incoming (StoreTx *tx, gint64 source, GError **error)
{
  StoreIncoming *incoming = g_hash_table_lookup (tx->incoming, &source);

  if (incoming != NULL && !incoming->broken && !incoming->over)
    {
      incoming->in_job = TRUE;
      return incoming;
    }
  g_set_error_literal (error,
                       STORE_ERROR,
                       STORE_ERROR_NOT_FOUND,
                       _ ("A letter could not be stored whole; it has to be fetched again."));
  return NULL;
}

static void
free_compressor (gpointer compressor)
{
  ZSTD_freeCCtx (compressor);
}

static gboolean
write_chunk (StoreTx *tx, StoreIncoming *incoming, const guint8 *bytes, gsize size, GError **error)
{
  /* One compressor and one buffer for the life of the writer's thread. */
  static GPrivate context = G_PRIVATE_INIT (free_compressor);
  static GPrivate scratch = G_PRIVATE_INIT (g_free);
  ZSTD_CCtx *compressor = g_private_get (&context);
  guint8 *out = g_private_get (&scratch);
  gsize room = ZSTD_compressBound (CHUNK_SIZE);
  gsize packed;

  if (compressor == NULL)
    {
      compressor = ZSTD_createCCtx ();
      out = g_malloc (room);
      g_private_set (&context, compressor);
      g_private_set (&scratch, out);
    }
  packed = ZSTD_compressCCtx (compressor, out, room, bytes, size, ZSTD_LEVEL);
  if (ZSTD_isError (packed) || incoming->chunks == CHUNKS_MAX)
    {
      g_set_error_literal (
          error, STORE_ERROR, STORE_ERROR_IO, _ ("A letter is too large to be stored."));
      return FALSE;
    }
  if (!store_sqlite_run (tx->db,
                         error,
                         "INSERT INTO source_chunk (id, size, data) VALUES (?, ?, ?)",
                         "iib",
                         incoming->id * CHUNKS_MAX + incoming->chunks,
                         (gint64) size,
                         out,
                         packed))
    return FALSE;
  incoming->chunks++;
  return TRUE;
}

gboolean
store_tx_source_append (StoreTx *tx, gint64 source, GBytes *bytes, GError **error)
{
  StoreIncoming *incoming = find_incoming (tx, source, error);
  gsize len;
  const guint8 *at = g_bytes_get_data (bytes, &len);

  if (incoming == NULL)
    return FALSE;
  EVP_DigestUpdate (incoming->sha256, at, len);
  incoming->size += len;
  while (incoming->tail->len + len >= CHUNK_SIZE)
    {
      gsize take = CHUNK_SIZE - incoming->tail->len;
      const guint8 *chunk = at;

      if (incoming->tail->len > 0)
        {
          g_byte_array_append (incoming->tail, at, take);
          chunk = incoming->tail->data;
        }
      if (!write_chunk (tx, incoming, chunk, CHUNK_SIZE, error))
        return FALSE;
      g_byte_array_set_size (incoming->tail, 0);
      at += take;
      len -= take;
    }
  if (len > 0)
    g_byte_array_append (incoming->tail, at, len);
  return TRUE;
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

gboolean
store_tx_source_publish (StoreTx *tx, gint64 source, GError **error)
{
  StoreIncoming *incoming = find_incoming (tx, source, error);
  guint8 digest[32];
  guint digest_len = sizeof digest;

  if (incoming == NULL)
    return FALSE;
  if (incoming->tail->len > 0 &&
      !write_chunk (tx, incoming, incoming->tail->data, incoming->tail->len, error))
    return FALSE;
  g_byte_array_set_size (incoming->tail, 0);
  EVP_DigestFinal_ex (incoming->sha256, digest, &digest_len);
  incoming->over = TRUE;
  /* Messages may have pointed to it while its size was not known. */
  return count_users (tx, source, store_counts_take, error) &&
         store_sqlite_run (tx->db,
                           error,
                           "UPDATE source SET published = 1, size = ?, sha256 = ? WHERE id = ?",
                           "ibi",
                           incoming->size,
                           digest,
                           (gsize) digest_len,
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
  StoreIncoming *incoming = g_hash_table_lookup (tx->incoming, &source);

  if (incoming != NULL)
    incoming->in_job = incoming->over = TRUE;
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

/* Another published source of the same bytes; 0 for none, -1 with @error. */
gint64
store_source_same (StoreTx *tx, gint64 source, GError **error)
{
  gint64 same;

  if (!store_sqlite_number (
          tx->db,
          &same,
          NULL,
          error,
          "SELECT b.id FROM source a JOIN source b ON b.sha256 = a.sha256 WHERE a.id = ? "
          "AND a.published AND b.id <> a.id AND b.published AND b.size = a.size LIMIT 1",
          "i",
          source))
    return -1;
  return same;
}
