/* GIO's zlib, without a header. */
#include "config.h"

#include "net-deflate.h"

#include <gio/gio.h>
#include <string.h>

#define LEVEL 6
#define INPUT_BYTES (16 * 1024)
/* What packing makes of one call at most grows by little (RFC 1951 §3.2.4: stored blocks). */
#define SLACK 256

struct _NetDeflate
{
  GConverter *packer;
  GConverter *unpacker;
  GByteArray *packed;
  guint8 input[INPUT_BYTES];
  gsize input_at, input_len;
};

NetDeflate *
net_deflate_new (void)
{
  NetDeflate *deflate = g_new0 (NetDeflate, 1);

  deflate->packer = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, LEVEL));
  deflate->unpacker = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW));
  deflate->packed = g_byte_array_new ();
  return deflate;
}

void
net_deflate_free (NetDeflate *deflate)
{
  g_object_unref (deflate->packer);
  g_object_unref (deflate->unpacker);
  g_byte_array_unref (deflate->packed);
  g_free (deflate);
}

const guint8 *
net_deflate_pack (NetDeflate *deflate, const guint8 *bytes, gsize len, gsize *packed)
{
  GConverterResult result;

  g_byte_array_set_size (deflate->packed, 0);
  do
    {
      gsize room = len + len / 8 + SLACK;
      guint used = deflate->packed->len;
      gsize taken = 0;
      gsize made = 0;

      g_byte_array_set_size (deflate->packed, used + (guint) room);
      result = g_converter_convert (deflate->packer,
                                    bytes,
                                    len,
                                    deflate->packed->data + used,
                                    room,
                                    G_CONVERTER_FLUSH,
                                    &taken,
                                    &made,
                                    NULL);
      /* Only memory without end could fail it. */
      g_assert (result != G_CONVERTER_ERROR);
      g_byte_array_set_size (deflate->packed, used + (guint) made);
      bytes += taken;
      len -= taken;
    }
  while (len > 0 || result != G_CONVERTER_FLUSHED);
  *packed = deflate->packed->len;
  return deflate->packed->data;
}

guint8 *
net_deflate_room (NetDeflate *deflate, gsize *len)
{
  if (deflate->input_at > 0)
    {
      memmove (deflate->input,
               deflate->input + deflate->input_at,
               deflate->input_len - deflate->input_at);
      deflate->input_len -= deflate->input_at;
      deflate->input_at = 0;
    }
  *len = sizeof deflate->input - deflate->input_len;
  return deflate->input + deflate->input_len;
}

void
net_deflate_filled (NetDeflate *deflate, gsize n)
{
  deflate->input_len += n;
}

gboolean
net_deflate_unpack (NetDeflate *deflate, guint8 *out, gsize len, gsize *n)
{
  g_autoptr (GError) error = NULL;
  gsize taken = 0;
  GConverterResult result;

  *n = 0;
  /* Also without input: what did not fit the last time may still be inside. */
  result = g_converter_convert (deflate->unpacker,
                                deflate->input + deflate->input_at,
                                deflate->input_len - deflate->input_at,
                                out,
                                len,
                                G_CONVERTER_NO_FLAGS,
                                &taken,
                                n,
                                &error);
  if (result == G_CONVERTER_ERROR)
    {
      *n = 0;
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
    }
  deflate->input_at += taken;
  return result != G_CONVERTER_FINISHED;
}
