/* Compression of a line: what goes in comes out, however it is cut, and what is not deflate is said
 * to be none. */
#include "net-deflate.h"

#include <string.h>

/* Moves all that @from packed into @to, @step bytes at a time, and what it unpacks to @out. */
static gboolean
carry (NetDeflate *to, const guint8 *bytes, gsize len, gsize step, GByteArray *out)
{
  guint8 piece[700];
  gsize n;

  while (len > 0)
    {
      gsize room;
      guint8 *input = net_deflate_room (to, &room);
      gsize part = MIN (MIN (len, step), room);

      memcpy (input, bytes, part);
      net_deflate_filled (to, part);
      bytes += part;
      len -= part;
      do
        {
          if (!net_deflate_unpack (to, piece, sizeof piece, &n))
            return FALSE;
          g_byte_array_append (out, piece, (guint) n);
        }
      while (n > 0);
    }
  return TRUE;
}

static void
test_round_trip (void)
{
  static const gsize sizes[] = { 1, 2, 50, 4096, 70000, 3, 300000, 1 };
  static const gsize steps[] = { 1, 7, 1000, 20000 };

  for (gsize s = 0; s < G_N_ELEMENTS (steps); s++)
    {
      g_autoptr (NetDeflate) from = net_deflate_new ();
      g_autoptr (NetDeflate) to = net_deflate_new ();

      for (gsize i = 0; i < G_N_ELEMENTS (sizes) * 2; i++)
        {
          gsize len = sizes[i / 2];
          g_autofree guint8 *bytes = g_malloc (len);
          g_autoptr (GByteArray) out = g_byte_array_new ();
          const guint8 *packed;
          gsize packed_len;

          for (gsize j = 0; j < len; j++)
            bytes[j] = (guint8) (i % 2 == 0 ? j % 13 : (gsize) g_test_rand_int ());
          packed = net_deflate_pack (from, bytes, len, &packed_len);
          g_assert_true (carry (to, packed, packed_len, steps[s], out));
          g_assert_cmpmem (out->data, out->len, bytes, len);
        }
    }
}

/* Bytes that stand for a thousand times as many come piece by piece. */
static void
test_bomb (void)
{
  g_autoptr (NetDeflate) from = net_deflate_new ();
  g_autoptr (NetDeflate) to = net_deflate_new ();
  gsize len = 20 * 1024 * 1024;
  g_autofree guint8 *zeros = g_malloc0 (len);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize packed_len;
  const guint8 *packed = net_deflate_pack (from, zeros, len, &packed_len);

  g_assert_cmpuint (packed_len, <, len / 500);
  g_assert_true (carry (to, packed, packed_len, 10000, out));
  g_assert_cmpuint (out->len, ==, len);
}

static void
test_not_deflate (void)
{
  g_autoptr (NetDeflate) to = net_deflate_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  static const guint8 text[] = "\xff\xff\xff * OK in plain words\r\n";

  g_assert_false (carry (to, text, sizeof text, 5, out));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/deflate/round-trip", test_round_trip);
  g_test_add_func ("/net/deflate/bomb", test_bomb);
  g_test_add_func ("/net/deflate/not-deflate", test_not_deflate);
  return g_test_run ();
}
