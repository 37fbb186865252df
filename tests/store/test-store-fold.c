/* Whatever is folded comes back byte by byte, and what was never folded is refused. */
#include <glib.h>
#include <string.h>

#include "store-fold.h"
#include "store-pack.h"

static GByteArray *
lines_of (GRand *rand, guint lines, const char *ends)
{
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < lines; i++)
    {
      guint8 raw[57];
      g_autofree char *text = NULL;

      for (guint k = 0; k < sizeof raw; k++)
        raw[k] = (guint8) g_rand_int (rand);
      text = g_base64_encode (raw, sizeof raw);
      g_byte_array_append (out, (guint8 *) text, strlen (text));
      g_byte_array_append (out, (const guint8 *) ends, strlen (ends));
    }
  return out;
}

/* In memory of exactly its size; returns what folding made of it, 0: nothing. */
static gsize
check (const guint8 *bytes, gsize len)
{
  g_autofree guint8 *exact = g_memdup2 (bytes, len);
  g_autofree guint8 *folded = g_malloc (len);
  g_autofree guint8 *back = g_malloc (len);
  g_autoptr (GBytes) whole = g_bytes_new (bytes, len);
  gsize size = store_fold (exact, len, folded);
  g_autofree guint8 *just = g_memdup2 (folded, size);

  g_assert_cmpuint (size, <=, len);
  if (size > 0)
    {
      g_assert_cmpuint (store_unfold (just, size, back, len), ==, len);
      g_assert_cmpmem (back, len, bytes, len);
      /* Not into less than it needs, and not from less than there is. */
      g_assert_cmpuint (store_unfold (just, size, back, len - 1), ==, 0);
      for (gsize cut = 1; cut < MIN (size, 300); cut++)
        {
          g_autofree guint8 *part = g_memdup2 (folded, size - cut);

          (void) store_unfold (part, size - cut, back, len);
        }
    }
  return size;
}

static void
check_packed (const guint8 *bytes, gsize len)
{
  g_autoptr (GBytes) whole = g_bytes_new (bytes, len);
  g_autoptr (StorePack) pack = store_pack_bytes (whole);
  g_autofree guint8 *room = g_malloc (STORE_CHUNK_SIZE);
  gsize at = 0;
  StoreChunk *chunk;

  while ((chunk = store_pack_take (pack)) != NULL)
    {
      gsize packed;
      gsize size = g_bytes_get_size (chunk->bytes);
      const guint8 *data = store_chunk_pack (chunk, &packed);

      g_assert_true (store_pack_open (data, packed, room, size));
      g_assert_cmpmem (room, size, bytes + at, size);
      g_assert_false (store_pack_open (data, packed, room, size + 1));
      at += size;
      store_chunk_free (chunk);
    }
  g_assert_cmpuint (at, ==, len);
}

static const struct
{
  const char *before, *ends, *after;
  guint lines;
  gboolean folds;
} cases[] = {
  { "", "\r\n", "", 8, TRUE },
  { "", "\r\n", "", 7, FALSE },
  { "Subject: a\r\n\r\n", "\r\n", "AAAA==\r\n--=_1--\r\n", 4000, TRUE },
  { "cut in the middle of a line AAAA\r\n", "\r\n", "AAAA", 20, TRUE },
  /* Other line ends stay as they are. */
  { "a\n\n", "\n", "", 100, FALSE },
  { "a\r\n", " \r\n", "", 100, FALSE },
  { "a\r\n", "=\r\n", "", 100, FALSE },
  { "a\r\n", "\r\r\n", "", 100, FALSE },
};

static void
test_cases (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) lines = lines_of (rand, cases[i].lines, cases[i].ends);
      g_autoptr (GByteArray) all = g_byte_array_new ();

      g_byte_array_append (all, (const guint8 *) cases[i].before, strlen (cases[i].before));
      g_byte_array_append (all, lines->data, lines->len);
      g_byte_array_append (all, (const guint8 *) cases[i].after, strlen (cases[i].after));
      g_assert_true ((check (all->data, all->len) > 0) == cases[i].folds);
      check_packed (all->data, all->len);
    }
}

/* Letters with a byte changed, lost or doubled anywhere. */
static void
test_damaged_lines (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);

  for (guint i = 0; i < 400; i++)
    {
      g_autoptr (GByteArray) all = g_byte_array_new ();

      for (guint piece = 0; piece < 5; piece++)
        {
          g_autoptr (GByteArray) lines =
              lines_of (rand, (guint) g_rand_int_range (rand, 0, 30), "\r\n");

          g_byte_array_append (all, lines->data, lines->len);
          g_byte_array_append (all, (const guint8 *) "--=_part\r\n\r\n", 12);
        }
      for (guint k = 0; k < 3; k++)
        all->data[g_rand_int_range (rand, 0, (gint32) all->len)] = (guint8) g_rand_int (rand);
      if (i % 3 == 0)
        g_byte_array_remove_index (all, (guint) g_rand_int_range (rand, 0, (gint32) all->len));
      check (all->data, all->len);
      check_packed (all->data, all->len);
    }
}

static void
test_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  guint8 noise[600];
  guint8 out[4096];

  for (guint i = 0; i < 20000; i++)
    {
      gsize len = (gsize) g_rand_int_range (rand, 0, sizeof noise);

      for (gsize k = 0; k < len; k++)
        noise[k] = (guint8) (g_rand_int_range (rand, 0, 3) > 0 ? 0 : g_rand_int (rand));
      (void) store_unfold (noise, len, out, sizeof out);
      check (noise, len);
    }
}

/* What was compressed before it was sent takes three quarters, what was not takes next to nothing.
 */
static void
test_room (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (10);
  g_autoptr (GByteArray) noise = lines_of (rand, 3000, "\r\n");
  g_autoptr (GByteArray) nothing = g_byte_array_new ();

  for (guint i = 0; i < noise->len; i++)
    g_byte_array_append (nothing,
                         (const guint8 *) (i % 78 < 76    ? "A"
                                           : i % 78 == 76 ? "\r"
                                                          : "\n"),
                         1);
  for (guint i = 0; i < 2; i++)
    {
      GByteArray *lines = i == 0 ? noise : nothing;
      g_autoptr (GBytes) bytes = g_bytes_new (lines->data, lines->len);
      g_autoptr (StorePack) pack = store_pack_bytes (bytes);
      g_autoptr (StoreChunk) chunk = store_pack_take (pack);
      gsize packed;

      (void) store_chunk_pack (chunk, &packed);
      g_assert_cmpuint (packed, <, i == 0 ? lines->len * 3 / 4 : lines->len / 100);
      check_packed (lines->data, lines->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/fold/cases", test_cases);
  g_test_add_func ("/store/fold/room", test_room);
  g_test_add_func ("/store/fold/damaged-lines", test_damaged_lines);
  g_test_add_func ("/store/fold/noise", test_noise);
  return g_test_run ();
}
