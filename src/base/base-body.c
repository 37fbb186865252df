/* A pulled source of bytes that is held to the size it announced. */
#include "config.h"

#include "base-body.h"
#include "base-error.h"

#include <string.h>

#include <glib/gi18n-lib.h>

struct _BaseBody
{
  gatomicrefcount ref_count;
  guint64 size;
  guint64 given;
  BaseBodyRead read;
  gpointer data;
  GDestroyNotify destroy;
};

BaseBody *
base_body_new (guint64 size, BaseBodyRead read, gpointer data, GDestroyNotify destroy)
{
  BaseBody *body = g_new0 (BaseBody, 1);

  g_atomic_ref_count_init (&body->ref_count);
  body->size = size;
  body->read = read;
  body->data = data;
  body->destroy = destroy;
  return body;
}

typedef struct
{
  GBytes *bytes;
  gsize position;
} BytesSource;

static gssize
bytes_read (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  BytesSource *source = data;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (source->bytes, &size);
  gsize n = MIN (len, size - source->position);

  if (n > 0)
    memcpy (buffer, bytes + source->position, n);
  source->position += n;
  return (gssize) n;
}

static void
bytes_source_free (gpointer data)
{
  BytesSource *source = data;

  g_bytes_unref (source->bytes);
  g_free (source);
}

BaseBody *
base_body_new_from_bytes (GBytes *bytes)
{
  BytesSource *source = g_new0 (BytesSource, 1);

  source->bytes = g_bytes_ref (bytes);
  return base_body_new (g_bytes_get_size (bytes), bytes_read, source, bytes_source_free);
}

BaseBody *
base_body_ref (BaseBody *body)
{
  g_atomic_ref_count_inc (&body->ref_count);
  return body;
}

void
base_body_unref (BaseBody *body)
{
  if (!g_atomic_ref_count_dec (&body->ref_count))
    return;
  if (body->destroy != NULL)
    body->destroy (body->data);
  g_free (body);
}

guint64
base_body_size (const BaseBody *body)
{
  return body->size;
}

gssize
base_body_read (BaseBody *body, guint8 *buffer, gsize len, GError **error)
{
  gssize n = body->read (body->data, buffer, len, error);

  if (n < 0)
    return -1;
  body->given += (guint64) n;
  if (body->given > body->size || (n == 0 && len > 0 && body->given < body->size))
    {
      g_set_error_literal (error,
                           BASE_CORE_ERROR,
                           BASE_CORE_ERROR_LIMIT,
                           _ ("The letter is not as long as was announced: it changed while it "
                              "was read. Try again."));
      return -1;
    }
  return n;
}
