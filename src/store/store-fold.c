/* A folded chunk: the number of its pieces, then for each the bytes as they were and the lines that
 * follow them (all 32 bits, little endian), then the contents of all pieces, one after the other.
 */
#include "config.h"

#include "store-fold.h"

#include <string.h>

#define CHARACTERS 76
#define LINE (CHARACTERS + 2)
#define PACKED (CHARACTERS / 4 * 3)
/* A piece has to be worth its entry. */
#define LINES_MIN 8
#define PIECES_MAX 256
#define ENTRY 8
#define BAD 0x8000u

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The twelve bits that two characters stand for, by the characters as they lie in memory; BAD for
 * what is no base64. Of its 128 KB those of the alphabet are used, which the nearest cache holds.
 */
typedef struct
{
  guint16 bits[1 << 16];
} Table;

static const Table *
get_table (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      Table *table = g_new (Table, 1);

      for (guint i = 0; i < G_N_ELEMENTS (table->bits); i++)
        table->bits[i] = BAD;
      for (guint i = 0; i < 64 * 64; i++)
        {
          char pair[2] = { alphabet[i >> 6], alphabet[i & 63] };
          guint16 at;

          memcpy (&at, pair, sizeof at);
          table->bits[at] = (guint16) i;
        }
      g_once_init_leave (&once, GPOINTER_TO_SIZE (table));
    }
  return GSIZE_TO_POINTER (once);
}

/* Four characters: their 24 bits, and BAD in @seen if they are none. */
static inline guint32
pack_group (const Table *table, const guint8 *group, guint *seen)
{
  guint16 pairs[2];
  guint first, second;

  memcpy (pairs, group, sizeof pairs);
  first = table->bits[pairs[0]];
  second = table->bits[pairs[1]];
  *seen |= first | second;
  return first << 12 | second;
}

static gboolean
pack_line (const Table *table, const guint8 *line, guint8 *out)
{
  guint seen = 0;

  if (line[CHARACTERS] != '\r' || line[CHARACTERS + 1] != '\n')
    return FALSE;
  for (guint i = 0; i < CHARACTERS; i += 4, out += 3)
    {
      guint32 bits = pack_group (table, line + i, &seen);

      out[0] = (guint8) (bits >> 16);
      out[1] = (guint8) (bits >> 8);
      out[2] = (guint8) bits;
    }
  return !(seen & BAD);
}

static void
unpack_line (const guint8 *packed, guint8 *line)
{
  for (guint i = 0; i < CHARACTERS; i += 4, packed += 3)
    {
      guint32 bits = (guint32) packed[0] << 16 | (guint32) packed[1] << 8 | packed[2];

      line[i] = (guint8) alphabet[bits >> 18];
      line[i + 1] = (guint8) alphabet[bits >> 12 & 63];
      line[i + 2] = (guint8) alphabet[bits >> 6 & 63];
      line[i + 3] = (guint8) alphabet[bits & 63];
    }
  line[CHARACTERS] = '\r';
  line[CHARACTERS + 1] = '\n';
}

/* Packs the lines that stand one after the other from @line on; returns how many, at least
 * LINES_MIN, or 0. */
static guint
pack_lines (const Table *table, const guint8 *line, const guint8 *end, guint8 *out)
{
  guint lines = 0;

  /* Most places are seen not to be one by their last line. */
  if (end - line < LINES_MIN * LINE || line[LINES_MIN * LINE - 1] != '\n')
    return 0;
  for (; end - line >= LINE && pack_line (table, line, out); line += LINE, out += PACKED)
    lines++;
  return lines >= LINES_MIN ? lines : 0;
}

typedef struct
{
  guint32 plain, lines;
} Piece;

static guint8 *
put_number (guint8 *out, guint32 number)
{
  guint32 little = GUINT32_TO_LE (number);

  memcpy (out, &little, sizeof little);
  return out + sizeof little;
}

static guint32
get_number (const guint8 *from)
{
  guint32 little;

  memcpy (&little, from, sizeof little);
  return GUINT32_FROM_LE (little);
}

gsize
store_fold (const guint8 *bytes, gsize len, guint8 *out)
{
  Piece pieces[PIECES_MAX];
  const Table *table = get_table ();
  const guint8 *end = bytes + len;
  const guint8 *line = bytes;
  guint8 *to = out;
  guint n = 0;

  while (line != NULL && n + 1 < PIECES_MAX)
    {
      gsize plain = (gsize) (line - bytes);
      guint lines = pack_lines (table, line, end, to + plain);

      if (lines == 0)
        {
          line = memchr (line, '\n', (gsize) (end - line));
          line = line != NULL ? line + 1 : NULL;
          continue;
        }
      pieces[n++] = (Piece){ (guint32) plain, lines };
      memcpy (to, bytes, plain);
      to += plain + (gsize) lines * PACKED;
      bytes = line = line + (gsize) lines * LINE;
    }
  if (n == 0)
    return 0;
  pieces[n++] = (Piece){ (guint32) (end - bytes), 0 };
  memcpy (to, bytes, (gsize) (end - bytes));
  to += end - bytes;
  for (guint i = 0; i < n; i++)
    to = put_number (put_number (to, pieces[i].plain), pieces[i].lines);
  return (gsize) (put_number (to, n) - out);
}

gsize
store_fold_lines (gsize saved)
{
  return saved / (LINE - PACKED) * PACKED;
}

gsize
store_unfold (const guint8 *folded, gsize len, guint8 *out, gsize room)
{
  const guint8 *from = folded;
  const guint8 *entry;
  const guint8 *end;
  gsize size = 0;
  guint32 n;

  if (len < 4)
    return 0;
  n = get_number (folded + len - 4);
  if (n > PIECES_MAX || (len - 4) / ENTRY < n)
    return 0;
  entry = end = folded + len - 4 - (gsize) n * ENTRY;
  for (; n > 0; n--, entry += ENTRY)
    {
      guint32 plain = get_number (entry);
      guint32 lines = get_number (entry + 4);

      if (plain > (gsize) (end - from) || plain > room - size)
        return 0;
      memcpy (out + size, from, plain);
      from += plain;
      size += plain;
      if (lines > (gsize) (end - from) / PACKED || lines > (room - size) / LINE)
        return 0;
      for (; lines > 0; lines--, from += PACKED, size += LINE)
        unpack_line (from, out + size);
    }
  return from == end ? size : 0;
}
