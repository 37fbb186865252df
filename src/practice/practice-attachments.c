/* A picture, a page and an appointment, written byte by byte. */
#include "config.h"

#include "practice-attachments.h"

#include <gio/gio.h>
#include <string.h>

#define WIDTH 240
#define HEIGHT 160

/* PNG */

static guint32
crc32 (const guint8 *bytes, gsize len)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < len; i++)
    {
      crc ^= bytes[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
  return ~crc;
}

static void
add_number (GByteArray *out, guint32 number)
{
  const guint32 big = GUINT32_TO_BE (number);

  g_byte_array_append (out, (const guint8 *) &big, 4);
}

static void
add_chunk (GByteArray *out, const char *type, const guint8 *data, gsize len)
{
  guint start;

  add_number (out, (guint32) len);
  start = out->len;
  g_byte_array_append (out, (const guint8 *) type, 4);
  if (len > 0)
    g_byte_array_append (out, data, (guint) len);
  add_number (out, crc32 (out->data + start, out->len - start));
}

/* The colour of a place: 0 land, 1 water, 2 street, 3 the cross. */
static guint8
colour_at (int x, int y)
{
  int shore = 95 + (x * 3 + x * x / 60) % 23;

  if ((ABS (x - 70 - (y - 50)) < 3 || ABS (x - 70 + (y - 50)) < 3) && ABS (y - 50) < 10)
    return 3;
  if (y > shore)
    return 1;
  if (x % 60 < 4 || y % 45 < 4 || ABS (x - 2 * y) < 3)
    return 2;
  return 0;
}

static GBytes *
deflate (const guint8 *bytes, gsize len)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream =
      g_converter_output_stream_new (memory, G_CONVERTER (compressor));

  g_output_stream_write_all (stream, bytes, len, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

GBytes *
practice_attachment_map (void)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  static const guint8 palette[] = { 0xf2, 0xee, 0xe2, 0x5b, 0x8f, 0xc9,
                                    0xcf, 0xc6, 0xb0, 0xc4, 0x2b, 0x2b };
  /* Width, height, 8 bits, palette, then the only methods there are. */
  static const guint8 header[] = { 0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 8, 3, 0, 0, 0 };
  GByteArray *png = g_byte_array_new ();
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  g_autoptr (GBytes) packed = NULL;

  for (int y = 0; y < HEIGHT; y++)
    {
      guint8 row[WIDTH + 1] = { 0 };

      for (int x = 0; x < WIDTH; x++)
        row[x + 1] = colour_at (x, y);
      g_byte_array_append (rows, row, sizeof row);
    }
  packed = deflate (rows->data, rows->len);
  g_byte_array_append (png, signature, sizeof signature);
  add_chunk (png, "IHDR", header, sizeof header);
  add_chunk (png, "PLTE", palette, sizeof palette);
  add_chunk (png, "IDAT", g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  add_chunk (png, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (png);
}

/* PDF */

GBytes *
practice_attachment_proof (const char *title)
{
  g_autofree char *content = g_strdup_printf (
      "BT /F1 24 Tf 72 740 Td (%s) Tj /F1 12 Tf 0 -40 Td (1. Seven bridges, four shores.) Tj "
      "0 -18 Td (2. Every shore has an odd number of them.) Tj "
      "0 -18 Td (3. So no walk takes each once; this follows from 2.) Tj "
      "0 -18 Td (4. Hence the ferry. Q.E.D.) Tj ET",
      title);
  g_autofree char *stream =
      g_strdup_printf ("<< /Length %zu >>\nstream\n%s\nendstream", strlen (content), content);
  const char *const objects[] = {
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
     "/Resources << /Font << /F1 5 0 R >> >> >>"),
    stream,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
  };
  gsize offsets[G_N_ELEMENTS (objects)];
  GString *pdf = g_string_new ("%PDF-1.4\n");
  gsize table;

  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      offsets[i] = pdf->len;
      g_string_append_printf (pdf, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
    }
  table = pdf->len;
  g_string_append_printf (pdf, "xref\n0 %zu\n0000000000 65535 f \n", G_N_ELEMENTS (objects) + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++)
    g_string_append_printf (pdf, "%010zu 00000 n \n", offsets[i]);
  g_string_append_printf (pdf,
                          "trailer\n<< /Size %zu /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
                          G_N_ELEMENTS (objects) + 1,
                          table);
  return g_string_free_to_bytes (pdf);
}

/* iCalendar */

GBytes *
practice_attachment_calendar (const char *summary, gint64 now)
{
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_utc (now);
  int days = (4 - g_date_time_get_day_of_week (today) + 7) % 7;
  g_autoptr (GDateTime) thursday = g_date_time_add_days (today, days == 0 ? 7 : days);
  g_autofree char *day = g_date_time_format (thursday, "%Y%m%d");
  g_autofree char *stamp = g_date_time_format (today, "%Y%m%dT%H%M%SZ");
  g_autofree char *text =
      g_strdup_printf ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                       "PRODID:-//Restante//Practice//EN\r\nMETHOD:REQUEST\r\n"
                       "BEGIN:VEVENT\r\nUID:seminar@practice.example\r\n"
                       "DTSTAMP:%s\r\nDTSTART:%sT150000Z\r\nDTEND:%sT163000Z\r\n"
                       "ORGANIZER:mailto:emmy@practice.example\r\n"
                       "ATTENDEE:mailto:ada@practice.example\r\nSUMMARY:%s\r\n"
                       "END:VEVENT\r\nEND:VCALENDAR\r\n",
                       stamp,
                       day,
                       day,
                       summary);

  return g_bytes_new (text, strlen (text));
}
