/* One allocation with a moving front. It is compacted only when more than half is consumed, so each
 * byte is moved at most once on average. */
#include "config.h"

#include "base-buffer.h"
#include "base-secret.h"

#include <string.h>

struct _BaseBuffer
{
  guint8 *bytes;
  gsize size;
  gsize start;
  gsize end;
};

BaseBuffer *
base_buffer_new (void)
{
  return g_new0 (BaseBuffer, 1);
}

void
base_buffer_free (BaseBuffer *buffer)
{
  base_secret_wipe (buffer->bytes, buffer->size);
  g_free (buffer->bytes);
  g_free (buffer);
}

static void
buffer_grow (BaseBuffer *buffer, gsize size)
{
  guint8 *bytes = g_malloc (size);
  gsize len = buffer->end - buffer->start;

  if (len > 0)
    memcpy (bytes, buffer->bytes + buffer->start, len);
  base_secret_wipe (buffer->bytes, buffer->size);
  g_free (buffer->bytes);
  buffer->bytes = bytes;
  buffer->size = size;
  buffer->start = 0;
  buffer->end = len;
}

void
base_buffer_append (BaseBuffer *buffer, gconstpointer bytes, gsize len)
{
  if (len == 0)
    return;
  if (buffer->size - buffer->end < len)
    {
      gsize used = buffer->end - buffer->start;

      if (buffer->start > buffer->size / 2 && buffer->size - used >= len)
        {
          memmove (buffer->bytes, buffer->bytes + buffer->start, used);
          buffer->start = 0;
          buffer->end = used;
        }
      else
        {
          buffer_grow (buffer, MAX (256, (used + len) * 2));
        }
    }
  memcpy (buffer->bytes + buffer->end, bytes, len);
  buffer->end += len;
}

const guint8 *
base_buffer_peek (const BaseBuffer *buffer, gsize *len)
{
  *len = buffer->end - buffer->start;
  return buffer->bytes != NULL ? buffer->bytes + buffer->start : NULL;
}

gsize
base_buffer_length (const BaseBuffer *buffer)
{
  return buffer->end - buffer->start;
}

void
base_buffer_consume (BaseBuffer *buffer, gsize len)
{
  g_return_if_fail (len <= buffer->end - buffer->start);
  if (len == 0)
    return;
  base_secret_wipe (buffer->bytes + buffer->start, len);
  buffer->start += len;
  if (buffer->start == buffer->end)
    buffer->start = buffer->end = 0;
}
