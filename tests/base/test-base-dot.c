/* Dot-stuffing by RFC 1939 §3 and RFC 5321 §4.5.2, in one piece and byte by byte. */
#include "base-dot.h"

#include <string.h>

static void
test_read (void)
{
  static const struct
  {
    const char *in;
    const char *out;
    const char *left; /* NULL: the text has not ended */
  } cases[] = {
    { ".\r\n", "", "" },
    { "a\r\n.\r\n", "a\r\n", "" },
    { "a\r\n.\r\n+OK\r\n", "a\r\n", "+OK\r\n" },
    { "..\r\n.\r\n", ".\r\n", "" },
    { "...\r\n.\r\n", "..\r\n", "" },
    { ".a\r\n.\r\n", "a\r\n", "" },
    { "a..b\r\n.\r\n", "a..b\r\n", "" },
    { "\r\n\r\n.\r\n", "\r\n\r\n", "" },
    { "a\n.\nb\r\n.\r\n", "a\n.\nb\r\n", "" },     /* bare LF ends nothing */
    { "a\r\n.\nb\r\n.\r\n", NULL, "" },            /* what stands there is up to the reader */
    { "a\r.\r\nb\r\n.\r\n", "a\r.\r\nb\r\n", "" }, /* bare CR ends nothing */
    { "a\r\n", "a\r\n", NULL },
    { "a", "a", NULL },
    { "", "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece <= MAX (strlen (cases[i].in), 1); piece++)
      {
        BaseDotReader reader = { 0 };
        g_autoptr (GByteArray) out = g_byte_array_new ();
        gsize len = strlen (cases[i].in);
        gsize at = 0;

        while (at < len && !reader.done)
          {
            gsize n = MIN (piece, len - at);
            g_autofree guint8 *exact = g_memdup2 (cases[i].in + at, n);
            gsize used = base_dot_read (&reader, exact, n, out);

            g_assert_cmpuint (used, <=, n);
            at += used;
          }
        g_assert_cmpint (reader.done, ==, cases[i].left != NULL);
        if (cases[i].out != NULL)
          g_assert_cmpmem (out->data, out->len, cases[i].out, strlen (cases[i].out));
        if (cases[i].left != NULL)
          g_assert_cmpstr (cases[i].in + at, ==, cases[i].left);
      }
}

static void
test_write (void)
{
  static const struct
  {
    const char *in;
    const char *out;
  } cases[] = {
    { "", ".\r\n" },
    { "a", "a\r\n.\r\n" },
    { "a\r\n", "a\r\n.\r\n" },
    { ".", "..\r\n.\r\n" },
    { ".\r\n", "..\r\n.\r\n" },
    { "a\r\n.b", "a\r\n..b\r\n.\r\n" },
    { "a\n.\nb", "a\r\n..\r\nb\r\n.\r\n" },
    { "a\r.\rb", "a\r\n..\r\nb\r\n.\r\n" },
    { "a\r\n\r\n", "a\r\n\r\n.\r\n" },
    { "a\r", "a\r\n.\r\n" },
    { "a.b", "a.b\r\n.\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece <= MAX (strlen (cases[i].in), 1); piece++)
      {
        BaseDotWriter writer = { 0 };
        g_autoptr (GByteArray) out = g_byte_array_new ();
        gsize len = strlen (cases[i].in);

        for (gsize at = 0; at < len; at += piece)
          base_dot_write (&writer, (const guint8 *) cases[i].in + at, MIN (piece, len - at), out);
        base_dot_finish (&writer, out);
        g_assert_cmpmem (out->data, out->len, cases[i].out, strlen (cases[i].out));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/dot/read", test_read);
  g_test_add_func ("/base/dot/write", test_write);
  return g_test_run ();
}
