/* A queue in the order of saying; its head is a body until that has been read to its end. */
#include "config.h"

#include "base-output.h"

#include "base-dot.h"

/* Bytes, or a body to be pulled. */
typedef struct
{
  BaseSpanKind kind;
  gboolean ends_line;
  guint64 exchange;
  GBytes *bytes;
  BaseBody *body;
  gboolean dots;
  BaseDotWriter writer;
} Entry;

struct _BaseOutput
{
  GQueue entries;
  guint64 offset; /* of the next byte that is taken */
  guint64 gate;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->bytes, g_bytes_unref);
  g_clear_pointer (&entry->body, base_body_unref);
  g_free (entry);
}

BaseOutput *
base_output_new (void)
{
  BaseOutput *output = g_new0 (BaseOutput, 1);

  g_queue_init (&output->entries);
  return output;
}

void
base_output_free (BaseOutput *output)
{
  g_queue_clear_full (&output->entries, entry_free);
  g_free (output);
}

void
base_output_add_bytes (
    BaseOutput *output, BaseSpanKind kind, guint64 exchange, GBytes *bytes, gboolean ends_line)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->kind = kind;
  entry->exchange = exchange;
  entry->bytes = bytes;
  entry->ends_line = ends_line;
  g_queue_push_tail (&output->entries, entry);
}

void
base_output_add_body (BaseOutput *output, guint64 exchange, BaseBody *body, gboolean dots)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->kind = BASE_SPAN_BODY;
  entry->exchange = exchange;
  entry->body = base_body_ref (body);
  entry->dots = dots;
  g_queue_push_tail (&output->entries, entry);
}

gboolean
base_output_is_empty (const BaseOutput *output)
{
  return g_queue_is_empty ((GQueue *) &output->entries);
}

gboolean
base_output_has (const BaseOutput *output, guint64 exchange)
{
  for (const GList *l = output->entries.head; l != NULL; l = l->next)
    {
      if (((const Entry *) l->data)->exchange == exchange)
        return TRUE;
    }
  return FALSE;
}

/* Reads the next piece of a body; %NULL at its end, or with @error. */
static GBytes *
pull_body (Entry *entry, gsize max, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (max);
  gssize n = base_body_read (entry->body, buffer, max, error);
  GByteArray *stuffed;

  if (n < 0)
    return NULL;
  if (!entry->dots)
    return n > 0 ? g_bytes_new_take (g_steal_pointer (&buffer), (gsize) n) : NULL;
  stuffed = g_byte_array_sized_new ((guint) n + 64);
  base_dot_write (&entry->writer, buffer, (gsize) n, stuffed);
  if (n == 0)
    {
      /* What finish() adds before the lone dot; the dot is a line of the dialogue, not the body's.
       */
      base_dot_finish (&entry->writer, stuffed);
      g_byte_array_set_size (stuffed, stuffed->len - 3);
    }
  if (stuffed->len == 0)
    {
      g_byte_array_unref (stuffed);
      return NULL;
    }
  return g_byte_array_free_to_bytes (stuffed);
}

static gboolean
is_gated (const BaseOutput *output, const Entry *entry)
{
  return output->gate != 0 && entry->exchange >= output->gate;
}

BaseChunk *
base_output_take (BaseOutput *output, gsize max, GError **error)
{
  Entry *entry;

  while ((entry = g_queue_peek_head (&output->entries)) != NULL && !is_gated (output, entry))
    {
      gboolean is_body = entry->body != NULL;
      g_autoptr (GError) failure = NULL;
      GBytes *bytes =
          is_body ? pull_body (entry, MAX (max, 1), &failure) : g_steal_pointer (&entry->bytes);
      BaseChunk *chunk = NULL;

      if (bytes != NULL)
        {
          chunk = base_chunk_new (
              bytes, output->offset, entry->kind, entry->ends_line, entry->exchange);
          output->offset += g_bytes_get_size (bytes);
        }
      if (!is_body || chunk == NULL)
        entry_free (g_queue_pop_head (&output->entries));
      if (failure != NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
      else if (chunk == NULL)
        continue;
      return chunk;
    }
  return NULL;
}

void
base_output_set_gate (BaseOutput *output, guint64 first)
{
  output->gate = first;
}

guint64
base_output_gate (const BaseOutput *output)
{
  return output->gate;
}

gboolean
base_output_is_held (const BaseOutput *output)
{
  const Entry *head = g_queue_peek_head ((GQueue *) &output->entries);

  return head != NULL && is_gated (output, head);
}

BaseChunk *
base_output_peek_held (const BaseOutput *output)
{
  guint64 offset = output->offset;

  for (GList *l = output->entries.head; l != NULL; l = l->next)
    {
      const Entry *entry = l->data;

      if (is_gated (output, entry) && entry->bytes != NULL)
        return base_chunk_new (
            g_bytes_ref (entry->bytes), offset, entry->kind, entry->ends_line, entry->exchange);
      offset += entry->bytes != NULL ? g_bytes_get_size (entry->bytes) : 0;
    }
  return NULL;
}

/* The one entry of @exchange; %NULL: there is none, or there are several. */
static Entry *
only_entry (const BaseOutput *output, guint64 exchange)
{
  Entry *found = NULL;

  for (GList *l = output->entries.head; l != NULL; l = l->next)
    {
      Entry *entry = l->data;

      if (entry->exchange != exchange)
        continue;
      if (found != NULL)
        return NULL;
      found = entry;
    }
  return found;
}

gboolean
base_output_is_held_line (const BaseOutput *output, guint64 exchange)
{
  const Entry *entry = only_entry (output, exchange);

  return entry != NULL && entry->bytes != NULL && entry->kind == BASE_SPAN_PLAIN &&
         entry->ends_line && is_gated (output, entry);
}

void
base_output_replace_line (BaseOutput *output, guint64 exchange, GBytes *bytes)
{
  Entry *entry = only_entry (output, exchange);

  g_return_if_fail (entry != NULL && entry->bytes != NULL);
  g_bytes_unref (entry->bytes);
  entry->bytes = g_bytes_ref (bytes);
}
