/* A counted record. */
#include "config.h"

#include "base-chunk.h"

BaseChunk *
base_chunk_new (
    GBytes *bytes, guint64 offset, BaseSpanKind kind, gboolean ends_line, guint64 exchange)
{
  BaseChunk *chunk = g_new0 (BaseChunk, 1);

  g_atomic_ref_count_init (&chunk->ref_count);
  chunk->bytes = bytes;
  chunk->offset = offset;
  chunk->kind = kind;
  chunk->ends_line = ends_line;
  chunk->exchange = exchange;
  return chunk;
}

BaseChunk *
base_chunk_ref (BaseChunk *chunk)
{
  g_atomic_ref_count_inc (&chunk->ref_count);
  return chunk;
}

void
base_chunk_unref (BaseChunk *chunk)
{
  if (!g_atomic_ref_count_dec (&chunk->ref_count))
    return;
  g_bytes_unref (chunk->bytes);
  g_free (chunk);
}
