/* A letter on its way out keeps its bytes but for the header fields that are nobody's business. The
 * header block is read and edited; what follows is pulled from the store when there is room. */
#include "config.h"

#include "engine-smtp.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "mail-compose.h"
#include "mail-header.h"

#define HEAD_MAX (4 * 1024 * 1024)
#define READ_SIZE 65536

typedef struct
{
  GBytes *head;
  gsize head_done;
  BaseBody *rest;
} Outgoing;

static void
outgoing_free (gpointer data)
{
  Outgoing *outgoing = data;

  g_bytes_unref (outgoing->head);
  base_body_unref (outgoing->rest);
  g_free (outgoing);
}

static gssize
outgoing_read (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  Outgoing *outgoing = data;
  gsize head_len;
  const guint8 *head = g_bytes_get_data (outgoing->head, &head_len);

  if (outgoing->head_done < head_len)
    {
      gsize part = MIN (len, head_len - outgoing->head_done);

      memcpy (buffer, head + outgoing->head_done, part);
      outgoing->head_done += part;
      return (gssize) part;
    }
  return base_body_read (outgoing->rest, buffer, len, error);
}

static gboolean
has_header_end (const GByteArray *read)
{
  return read->len > 0 && (memmem (read->data, read->len, "\r\n\r\n", 4) ||
                           memmem (read->data, read->len, "\n\n", 2));
}

/* Reads until the header block is whole. */
static GByteArray *
read_head (BaseBody *body, GError **error)
{
  g_autoptr (GByteArray) head = g_byte_array_new ();
  guint8 buffer[READ_SIZE];

  while (head->len < HEAD_MAX && !has_header_end (head))
    {
      gssize got = base_body_read (body, buffer, sizeof buffer, error);

      if (got < 0)
        return NULL;
      if (got == 0)
        break;
      g_byte_array_append (head, buffer, (guint) got);
    }
  return g_steal_pointer (&head);
}

static gboolean
find_eight_bit (StoreReader *reader, gint64 message, gboolean *eight_bit, GError **error)
{
  g_autoptr (BaseBody) body = store_reader_source_body (reader, message, error);
  guint8 buffer[READ_SIZE];
  gssize got = 1;

  *eight_bit = FALSE;
  if (!body)
    return FALSE;
  while (!*eight_bit && (got = base_body_read (body, buffer, sizeof buffer, error)) > 0)
    for (gssize i = 0; i < got && !*eight_bit; i++)
      *eight_bit = buffer[i] >= 128;
  return got >= 0;
}

BaseBody *
engine_smtp_outgoing (StoreReader *reader, gint64 message, gboolean *eight_bit, GError **error)
{
  g_autoptr (BaseBody) rest = NULL;
  g_autoptr (GByteArray) read = NULL;
  g_autoptr (GBytes) head = NULL;
  guint64 size;
  Outgoing *outgoing;

  if (!find_eight_bit (reader, message, eight_bit, error))
    return NULL;
  rest = store_reader_source_body (reader, message, error);
  read = rest ? read_head (rest, error) : NULL;
  if (!read)
    return NULL;
  size = base_body_size (rest) - read->len;
  head = g_byte_array_free_to_bytes (g_steal_pointer (&read));
  outgoing = g_new0 (Outgoing, 1);
  outgoing->head = mail_strip_bcc (head);
  outgoing->rest = g_steal_pointer (&rest);
  return base_body_new (
      size + g_bytes_get_size (outgoing->head), outgoing_read, outgoing, outgoing_free);
}
