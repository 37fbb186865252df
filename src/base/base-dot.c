/* Both directions are small automata over bytes, so that any cutting into pieces gives the same;
 * runs in which no line begins with a dot (read) or ends (written) are copied at once. */
#include "config.h"

#include "base-dot.h"

#include <string.h>

enum
{
  READ_LINE_START,
  READ_IN_LINE,
  READ_CR,
  READ_DOT,
  READ_DOT_CR
};

static void
append (GByteArray *out, const char *bytes, guint len)
{
  g_byte_array_append (out, (const guint8 *) bytes, len);
}

static void
read_byte (BaseDotReader *reader, guint8 c, GByteArray *out)
{
  switch (reader->state)
    {
    case READ_DOT_CR:
      if (c == '\n')
        {
          reader->done = TRUE;
          return;
        }
      append (out, "\r", 1);
      break;
    case READ_DOT:
      if (c == '\r')
        {
          reader->state = READ_DOT_CR;
          return;
        }
      break;
    case READ_LINE_START:
      if (c == '.')
        {
          reader->state = READ_DOT;
          return;
        }
      break;
    case READ_CR:
      if (c == '\n')
        {
          append (out, "\n", 1);
          reader->state = READ_LINE_START;
          return;
        }
      break;
    default:
      break;
    }
  g_byte_array_append (out, &c, 1);
  reader->state = c == '\r' ? READ_CR : READ_IN_LINE;
}

/* How many of the bytes, which begin no line with a dot, come before the next line that does. */
static gsize
measure_lines (BaseDotReader *reader, const guint8 *in, gsize len)
{
  const guint8 *end = in + len;
  const guint8 *at = in;
  const guint8 *newline;

  while ((newline = memchr (at, '\n', (gsize) (end - at))) != NULL)
    {
      at = newline + 1;
      if (newline > in && newline[-1] == '\r' && (at == end || *at == '.'))
        {
          reader->state = READ_LINE_START;
          return (gsize) (at - in);
        }
    }
  reader->state = end[-1] == '\r' ? READ_CR : READ_IN_LINE;
  return len;
}

gsize
base_dot_read (BaseDotReader *reader, const guint8 *in, gsize len, GByteArray *out)
{
  gsize i = 0;

  while (i < len && !reader->done)
    {
      gsize run;

      if (reader->state != READ_IN_LINE && (reader->state != READ_LINE_START || in[i] == '.'))
        {
          read_byte (reader, in[i++], out);
          continue;
        }
      run = measure_lines (reader, in + i, len - i);
      g_byte_array_append (out, in + i, (guint) run);
      i += run;
    }
  return i;
}

gsize
base_dot_reader_pending (const BaseDotReader *reader)
{
  if (reader->done)
    return 0;
  return reader->state == READ_DOT_CR ? 2 : reader->state == READ_DOT ? 1 : 0;
}

enum
{
  WRITE_LINE_START,
  WRITE_IN_LINE,
  WRITE_CR
};

void
base_dot_write (BaseDotWriter *writer, const guint8 *in, gsize len, GByteArray *out)
{
  for (gsize i = 0; i < len;)
    {
      gsize run = 0;

      if (writer->state == WRITE_CR)
        {
          append (out, "\n", 1);
          writer->state = WRITE_LINE_START;
          if (in[i] == '\n')
            {
              i++;
              continue;
            }
        }
      if (writer->state == WRITE_LINE_START && in[i] == '.')
        append (out, ".", 1);
      while (i + run < len && in[i + run] != '\r' && in[i + run] != '\n')
        run++;
      if (run > 0)
        {
          g_byte_array_append (out, in + i, (guint) run);
          writer->state = WRITE_IN_LINE;
          i += run;
          continue;
        }
      if (in[i] == '\n')
        {
          append (out, "\r\n", 2);
          writer->state = WRITE_LINE_START;
        }
      else
        {
          append (out, "\r", 1);
          writer->state = WRITE_CR;
        }
      i++;
    }
}

void
base_dot_finish (BaseDotWriter *writer, GByteArray *out)
{
  if (writer->state == WRITE_CR)
    append (out, "\n", 1);
  else if (writer->state == WRITE_IN_LINE)
    append (out, "\r\n", 2);
  writer->state = WRITE_LINE_START;
  append (out, ".\r\n", 3);
}
