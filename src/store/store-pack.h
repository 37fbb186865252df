/* The bytes of a letter made ready for the store: cut into chunks of 256 KB, each one zstd frame
 * (and base64 folded before, which costs most and gains least), with a sum that tells where equal
 * letters may be. That is most of the work of storing, so two threads share it: who has the bytes
 * cuts and sums them, who writes a chunk compresses it just before. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of a letter in one chunk, but for its last, which may be shorter. */
#define STORE_CHUNK_SIZE (256 << 10)
/* Chunks of one letter at most; the row of its n-th is source * STORE_CHUNKS_MAX + n. */
#define STORE_CHUNKS_MAX (1 << 20)
/* SHA-256 of the letter's first bytes, so many of them. Equal letters have equal sums; letters with
 * equal sums are compared before they share their bytes. */
#define STORE_SUM_SIZE 32
#define STORE_SUMMED (64 << 10)

typedef struct _StorePack StorePack;

/* One row: the @number-th piece of a letter. */
typedef struct
{
  guint number;  /* from 0 */
  GBytes *bytes; /* of the letter */
} StoreChunk;

/* A letter that is still arriving: add() what comes, take() the chunks that are full, end(). */
StorePack *store_pack_new (void);
/* A letter that is here whole: ended at once. (transfer full) */
StorePack *store_pack_bytes (GBytes *bytes);
void store_pack_free (StorePack *pack);
void store_pack_add (StorePack *pack, gconstpointer bytes, gsize len);
/* Nothing more comes: the rest becomes the last chunk, and the sum is known. */
void store_pack_end (StorePack *pack);

/* The next chunk that is full, which the pack then forgets; %NULL: none now. (transfer full) */
StoreChunk *store_pack_take (StorePack *pack);
void store_chunk_free (StoreChunk *chunk);

/* What is stored of it: a zstd frame, of folded bytes (store-fold.h) if a mark says so, or these
 * alone where they were compressed before. It holds until this thread packs the next chunk.
 * (transfer none) */
const guint8 *store_chunk_pack (const StoreChunk *chunk, gsize *packed);
/* The bytes of a chunk again, of which there must be @len; @bytes has room for STORE_CHUNK_SIZE.
 * FALSE: it is damaged. */
gboolean store_pack_open (gconstpointer data, gsize packed, guint8 *bytes, gsize len);

/* Bytes of the letter so far. */
guint64 store_pack_size (const StorePack *pack);
/* Bytes that the chunks not taken hold in memory. */
gsize store_pack_weight (const StorePack *pack);
/* The first bytes of a letter that is arriving, up to a chunk of them. (transfer none) */
GBytes *store_pack_head (StorePack *pack);
/* STORE_SUM_SIZE bytes, once ended. */
const guint8 *store_pack_sum (const StorePack *pack);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StorePack, store_pack_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreChunk, store_chunk_free)

G_END_DECLS
