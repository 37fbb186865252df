/* Dot-stuffing: what is written and read again is the same text, however it was cut into pieces,
 * with every line end made CRLF; and nothing in it ends the text early. */
#include <glib.h>
#include <string.h>

#include "base-dot.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static GByteArray *
stuff (const guint8 *data, gsize size, gsize piece)
{
  GByteArray *out = g_byte_array_new ();
  BaseDotWriter writer = { 0 };

  for (gsize at = 0; at < size; at += piece)
    base_dot_write (&writer, data + at, MIN (piece, size - at), out);
  base_dot_finish (&writer, out);
  return out;
}

static GByteArray *
unstuff (const GByteArray *in, gsize piece)
{
  GByteArray *out = g_byte_array_new ();
  BaseDotReader reader = { 0 };
  gsize at = 0;

  while (at < in->len && !reader.done)
    at += base_dot_read (&reader, in->data + at, MIN (piece, in->len - at), out);
  g_assert_true (reader.done);
  g_assert_cmpuint (at, ==, in->len);
  return out;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GByteArray) whole = stuff (data, size, MAX (size, 1));
  g_autoptr (GByteArray) bytewise = stuff (data, size, 1);
  g_autoptr (GByteArray) text = unstuff (whole, whole->len);
  g_autoptr (GByteArray) same = unstuff (whole, 1);
  g_autoptr (GByteArray) again = stuff (text->data, text->len, MAX (text->len, 1));

  g_assert_cmpmem (whole->data, whole->len, bytewise->data, bytewise->len);
  g_assert_cmpmem (text->data, text->len, same->data, same->len);
  g_assert_cmpmem (whole->data, whole->len, again->data, again->len);
  return 0;
}
