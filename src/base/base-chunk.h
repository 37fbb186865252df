/* A piece of what a core says: bytes to send, and what they are. Immutable, counted atomically. */
#pragma once

#include "base-span.h"

G_BEGIN_DECLS

typedef struct
{
  gatomicrefcount ref_count;
  GBytes *bytes;
  guint64 offset; /* of the first byte in the stream of this direction */
  BaseSpanKind kind;
  gboolean ends_line;
  guint64 exchange;
} BaseChunk;

/* @bytes is (transfer full). */
BaseChunk *base_chunk_new (
    GBytes *bytes, guint64 offset, BaseSpanKind kind, gboolean ends_line, guint64 exchange);
BaseChunk *base_chunk_ref (BaseChunk *chunk);
void base_chunk_unref (BaseChunk *chunk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseChunk, base_chunk_unref)

G_END_DECLS
