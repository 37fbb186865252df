/* Whether a letter's bytes are here already: sums tell where to look, the bytes themselves decide.
 */
#include "config.h"

#include <string.h>

#include "store-pack.h"
#include "store-tx.h"

/* One chunk in two letters. */
typedef struct
{
  gconstpointer packed;
  gsize packed_len, len;
} Side;

static Side
side_of (sqlite3_stmt *stmt, int column)
{
  return (Side){ sqlite3_column_blob (stmt, column),
                 (gsize) sqlite3_column_bytes (stmt, column),
                 (gsize) sqlite3_column_int64 (stmt, column + 1) };
}

/* What was packed by another version of the compressor may look otherwise and be the same. */
static gboolean
are_equal (const Side *one, const Side *other)
{
  g_autofree guint8 *bytes = NULL, *others = NULL;

  if (one->len != other->len || one->len > STORE_CHUNK_SIZE)
    return FALSE;
  if (one->packed_len == other->packed_len &&
      memcmp (one->packed, other->packed, one->packed_len) == 0)
    return TRUE;
  bytes = g_malloc (STORE_CHUNK_SIZE);
  others = g_malloc (STORE_CHUNK_SIZE);
  return store_pack_open (one->packed, one->packed_len, bytes, one->len) &&
         store_pack_open (other->packed, other->packed_len, others, other->len) &&
         memcmp (bytes, others, one->len) == 0;
}

static gboolean
compare (StoreTx *tx, gint64 one, gint64 other, gboolean *same, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db,
      error,
      "SELECT x.data, x.size, y.data, y.size FROM source_chunk x LEFT JOIN source_chunk y "
      "ON y.id = x.id + ?2 WHERE x.id >= ?1 AND x.id < ?1 + 1048576",
      "ii",
      one * STORE_CHUNKS_MAX,
      (other - one) * STORE_CHUNKS_MAX);
  int step = 1;

  *same = TRUE;
  if (stmt == NULL)
    return FALSE;
  while (*same && (step = store_sqlite_step (tx->db, stmt, error)) == 1)
    {
      Side left = side_of (stmt, 0), right = side_of (stmt, 2);

      *same = right.packed != NULL && are_equal (&left, &right);
    }
  store_sqlite_reset (stmt);
  return step >= 0;
}

gint64
store_source_same (StoreTx *tx, gint64 source, GError **error)
{
  g_autoptr (GArray) candidates = store_sqlite_numbers (
      tx->db,
      error,
      "SELECT b.id FROM source a JOIN source b ON b.head_sum = a.head_sum WHERE a.id = ? "
      "AND a.published AND b.id <> a.id AND b.published AND b.size = a.size ORDER BY b.id",
      "i",
      source);

  for (guint i = 0; candidates != NULL && i < candidates->len; i++)
    {
      gint64 candidate = g_array_index (candidates, gint64, i);
      gboolean same;

      if (!compare (tx, source, candidate, &same, error))
        return -1;
      if (same)
        return candidate;
    }
  return candidates != NULL ? 0 : -1;
}
