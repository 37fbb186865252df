/* Cutting, summing and compressing. Whole letters stay where they are; of arriving ones a chunk is
 * gathered, the first of which is also the head that rows are made from. */
#include "config.h"

#include "store-pack.h"

#include <openssl/evp.h>
#include <string.h>
#include <zstd.h>

#include "store-fold.h"

#define ZSTD_LEVEL 1
/* Stands before the frame of a folded chunk; a frame itself begins with another byte. */
#define FOLDED 'F'
/* Stands before a folded chunk that is stored as it is: pictures, archives and most documents were
 * compressed before they were sent. So many bytes in its middle are tried, which have to shrink by
 * more than a sixteenth, … */
#define PLAIN_FOLDED 'P'
#define TRIED 4096
/* … and of eight bytes this many come from folded lines. */
#define EIGHTHS_OF_LINES 7

struct _StorePack
{
  EVP_MD_CTX *sha256; /* libcrypto's is six times as fast as GLib's */
  guint8 sum[STORE_SUM_SIZE];
  GByteArray *tail; /* nullable: less than a chunk */
  GBytes *head;     /* nullable: the first chunk as it came */
  GQueue chunks;    /* of StoreChunk */
  guint count;      /* of all chunks so far */
  guint64 size;
  gsize weight;
  gboolean ended;
};

typedef struct
{
  ZSTD_CCtx *context;
  gsize room;
  guint8 folded[1 + STORE_CHUNK_SIZE]; /* a mark, and … */
  guint8 out[];
} Compressor;

static void
compressor_free (gpointer data)
{
  Compressor *compressor = data;

  ZSTD_freeCCtx (compressor->context);
  g_free (compressor);
}

/* One for the life of each thread that packs. */
static Compressor *
get_compressor (void)
{
  static GPrivate private = G_PRIVATE_INIT (compressor_free);
  Compressor *compressor = g_private_get (&private);

  if (compressor == NULL)
    {
      gsize room = ZSTD_compressBound (STORE_CHUNK_SIZE);

      compressor = g_malloc (sizeof (Compressor) + 1 + room);
      compressor->room = room;
      compressor->context = ZSTD_createCCtx ();
      if (compressor->context == NULL)
        g_error ("out of memory for a compressor");
      g_private_set (&private, compressor);
    }
  return compressor;
}

/* Looked up once: EVP_sha256() makes each sum look for its code again, under a lock. */
static const EVP_MD *
get_sha256 (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      EVP_MD *sha256 = EVP_MD_fetch (NULL, "SHA256", NULL);

      if (sha256 == NULL)
        g_error ("libcrypto has no SHA-256");
      g_once_init_leave (&once, GPOINTER_TO_SIZE (sha256));
    }
  return GSIZE_TO_POINTER (once);
}

StorePack *
store_pack_new (void)
{
  StorePack *pack = g_new0 (StorePack, 1);

  pack->sha256 = EVP_MD_CTX_new ();
  if (pack->sha256 == NULL || !EVP_DigestInit_ex (pack->sha256, get_sha256 (), NULL))
    g_error ("out of memory for a sum");
  g_queue_init (&pack->chunks);
  return pack;
}

static void
free_chunk (gpointer chunk)
{
  store_chunk_free (chunk);
}

void
store_pack_free (StorePack *pack)
{
  EVP_MD_CTX_free (pack->sha256);
  g_clear_pointer (&pack->tail, g_byte_array_unref);
  g_clear_pointer (&pack->head, g_bytes_unref);
  g_queue_clear_full (&pack->chunks, free_chunk);
  g_free (pack);
}

void
store_chunk_free (StoreChunk *chunk)
{
  g_bytes_unref (chunk->bytes);
  g_free (chunk);
}

static gsize
compress (Compressor *compressor, guint8 *out, const guint8 *bytes, gsize len)
{
  gsize size =
      ZSTD_compressCCtx (compressor->context, out, compressor->room, bytes, len, ZSTD_LEVEL);

  /* There is room for whatever it makes of a chunk. */
  if (ZSTD_isError (size))
    g_error ("a letter could not be compressed: %s", ZSTD_getErrorName (size));
  return size;
}

/* Whether it would be compressed for the second time. */
static gboolean
is_compressed (Compressor *compressor, const guint8 *folded, gsize size, gsize len)
{
  gsize lines = store_fold_lines (len - size);

  return size >= 4 * TRIED && lines * 8 >= size * EIGHTHS_OF_LINES &&
         compress (compressor, compressor->out, folded + size / 2, TRIED) >= TRIED / 16 * 15;
}

const guint8 *
store_chunk_pack (const StoreChunk *chunk, gsize *packed)
{
  Compressor *compressor = get_compressor ();
  gsize len;
  const guint8 *bytes = g_bytes_get_data (chunk->bytes, &len);
  guint8 *folded = compressor->folded + 1;
  gsize size = store_fold (bytes, len, folded);

  if (size == 0)
    {
      *packed = compress (compressor, compressor->out, bytes, len);
      return compressor->out;
    }
  if (is_compressed (compressor, folded, size, len))
    {
      compressor->folded[0] = PLAIN_FOLDED;
      *packed = 1 + size;
      return compressor->folded;
    }
  compressor->out[0] = FOLDED;
  *packed = 1 + compress (compressor, compressor->out + 1, folded, size);
  return compressor->out;
}

/* (bytes: transfer full) */
static void
add_chunk (StorePack *pack, GBytes *bytes)
{
  StoreChunk *chunk = g_new (StoreChunk, 1);

  *chunk = (StoreChunk){ pack->count++, bytes };
  pack->weight += g_bytes_get_size (bytes);
  g_queue_push_tail (&pack->chunks, chunk);
}

static void
close_tail (StorePack *pack)
{
  GBytes *bytes;

  if (pack->tail == NULL || pack->tail->len == 0)
    return;
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&pack->tail));
  if (pack->count == 0)
    pack->head = g_bytes_ref (bytes);
  add_chunk (pack, bytes);
}

/* Before the size counts these bytes. */
static void
add_to_sum (StorePack *pack, const guint8 *bytes, gsize len)
{
  if (pack->size < STORE_SUMMED)
    EVP_DigestUpdate (pack->sha256, bytes, MIN (len, STORE_SUMMED - pack->size));
}

void
store_pack_add (StorePack *pack, gconstpointer bytes, gsize len)
{
  const guint8 *at = bytes;

  g_return_if_fail (!pack->ended);
  add_to_sum (pack, bytes, len);
  pack->size += len;
  while (len > 0)
    {
      gsize take;

      if (pack->tail == NULL)
        pack->tail = g_byte_array_sized_new (STORE_CHUNK_SIZE);
      take = MIN (len, STORE_CHUNK_SIZE - pack->tail->len);
      g_byte_array_append (pack->tail, at, take);
      if (pack->tail->len == STORE_CHUNK_SIZE)
        close_tail (pack);
      at += take;
      len -= take;
    }
}

void
store_pack_end (StorePack *pack)
{
  guint len = STORE_SUM_SIZE;

  g_return_if_fail (!pack->ended);
  close_tail (pack);
  g_clear_pointer (&pack->tail, g_byte_array_unref);
  EVP_DigestFinal_ex (pack->sha256, pack->sum, &len);
  pack->ended = TRUE;
}

StorePack *
store_pack_bytes (GBytes *bytes)
{
  StorePack *pack = store_pack_new ();
  gsize len;
  const guint8 *at = g_bytes_get_data (bytes, &len);

  add_to_sum (pack, at, len);
  pack->size = len;
  for (gsize from = 0; from < len; from += STORE_CHUNK_SIZE)
    add_chunk (pack, g_bytes_new_from_bytes (bytes, from, MIN (len - from, STORE_CHUNK_SIZE)));
  store_pack_end (pack);
  return pack;
}

gboolean
store_pack_open (gconstpointer data, gsize packed, guint8 *bytes, gsize len)
{
  const guint8 *frame = data;
  g_autofree guint8 *folded = NULL;
  gsize size;

  if (packed > 0 && frame[0] == PLAIN_FOLDED)
    return store_unfold (frame + 1, packed - 1, bytes, STORE_CHUNK_SIZE) == len;
  if (packed == 0 || frame[0] != FOLDED)
    {
      size = ZSTD_decompress (bytes, STORE_CHUNK_SIZE, frame, packed);
      return !ZSTD_isError (size) && size == len;
    }
  folded = g_malloc (STORE_CHUNK_SIZE);
  size = ZSTD_decompress (folded, STORE_CHUNK_SIZE, frame + 1, packed - 1);
  return !ZSTD_isError (size) && store_unfold (folded, size, bytes, STORE_CHUNK_SIZE) == len;
}

StoreChunk *
store_pack_take (StorePack *pack)
{
  StoreChunk *chunk = g_queue_pop_head (&pack->chunks);

  if (chunk != NULL)
    pack->weight -= g_bytes_get_size (chunk->bytes);
  return chunk;
}

guint64
store_pack_size (const StorePack *pack)
{
  return pack->size;
}

gsize
store_pack_weight (const StorePack *pack)
{
  return pack->weight;
}

GBytes *
store_pack_head (StorePack *pack)
{
  if (pack->head == NULL)
    pack->head = pack->tail != NULL ? g_bytes_new (pack->tail->data, pack->tail->len)
                                    : g_bytes_new (NULL, 0);
  return pack->head;
}

const guint8 *
store_pack_sum (const StorePack *pack)
{
  g_return_val_if_fail (pack->ended, NULL);
  return pack->sum;
}
