/* See test-dialogue.h. */
#include "test-dialogue.h"

#include <string.h>

Dialogue *
dialogue_new (BaseCore *core, DialogueDescribe describe, const char *const *secrets)
{
  Dialogue *dialogue = g_new0 (Dialogue, 1);

  dialogue->core = core;
  dialogue->describe = describe;
  dialogue->secrets = secrets;
  dialogue->events = g_string_new (NULL);
  dialogue->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) base_event_unref);
  dialogue->fed = g_byte_array_new ();
  dialogue->spans = g_string_new (NULL);
  dialogue->sent = g_byte_array_new ();
  dialogue->sent_spans = g_string_new (NULL);
  return dialogue;
}

/* No run of plain bytes holds a secret. */
static void
check_secrets (const Dialogue *dialogue, const GByteArray *bytes, const GString *spans)
{
  g_autofree char *plain = g_malloc (spans->len + 1);

  if (dialogue->secrets == NULL)
    return;
  for (gsize i = 0; i < spans->len; i++)
    plain[i] = spans->str[i] == 'p' ? (char) bytes->data[i] : '\x01';
  for (guint i = 0; dialogue->secrets[i] != NULL; i++)
    {
      if (memmem (plain, spans->len, dialogue->secrets[i], strlen (dialogue->secrets[i])) != NULL)
        g_error ("the secret “%s” stands in plain bytes", dialogue->secrets[i]);
    }
}

void
dialogue_free (Dialogue *dialogue)
{
  check_secrets (dialogue, dialogue->fed, dialogue->spans);
  check_secrets (dialogue, dialogue->sent, dialogue->sent_spans);
  base_core_free (dialogue->core);
  g_string_free (dialogue->events, TRUE);
  g_ptr_array_unref (dialogue->kept);
  g_byte_array_unref (dialogue->fed);
  g_string_free (dialogue->spans, TRUE);
  g_byte_array_unref (dialogue->sent);
  g_string_free (dialogue->sent_spans, TRUE);
  g_clear_error (&dialogue->error);
  g_free (dialogue);
}

static void
add_kind (GString *map, BaseSpanKind kind, guint64 length)
{
  static const char kinds[] = { 'p', 's', 'b' };

  for (guint64 i = 0; i < length; i++)
    g_string_append_c (map, kinds[kind]);
}

void
dialogue_turn (Dialogue *dialogue)
{
  BaseSpan span;
  BaseEvent *event;
  BaseChunk *chunk;
  BaseCoreStatus status;

  do
    {
      while ((chunk = base_core_take_output (dialogue->core, 1000)) != NULL)
        {
          gsize len;
          const guint8 *bytes = g_bytes_get_data (chunk->bytes, &len);

          g_assert_cmpuint (chunk->offset, ==, dialogue->sent->len);
          g_byte_array_append (dialogue->sent, bytes, (guint) len);
          add_kind (dialogue->sent_spans, chunk->kind, len);
          base_chunk_unref (chunk);
        }
      status = BASE_CORE_NEED_DATA;
      if (dialogue->error == NULL)
        status = base_core_next_event (dialogue->core, &event, &dialogue->error);
      if (status == BASE_CORE_EVENT)
        {
          g_ptr_array_add (dialogue->kept, event);
          if (dialogue->describe != NULL)
            dialogue->describe (event, dialogue->events);
        }
      while (base_core_take_span (dialogue->core, &span))
        {
          g_assert_cmpuint (span.offset, ==, dialogue->spans->len);
          g_assert_cmpuint (span.length, >, 0);
          add_kind (dialogue->spans, span.kind, span.length);
          g_assert_cmpuint (dialogue->spans->len, <=, dialogue->fed->len);
        }
    }
  while (status == BASE_CORE_EVENT);
  dialogue->closed = status == BASE_CORE_CLOSED;
}

static gsize
line_length (const guint8 *bytes, gsize len)
{
  const guint8 *lf = memchr (bytes, '\n', len);

  return lf != NULL ? (gsize) (lf - bytes) + 1 : len;
}

void
dialogue_feed (Dialogue *dialogue, const void *bytes, gsize len, gsize piece)
{
  gsize n;

  dialogue_turn (dialogue);
  for (gsize at = 0; at < len; at += n)
    {
      const guint8 *from = (const guint8 *) bytes + at;
      guint8 *exact;

      n = piece == 0 ? line_length (from, len - at) : MIN (piece, len - at);
      exact = g_memdup2 (from, n);
      g_byte_array_append (dialogue->fed, exact, (guint) n);
      base_core_receive (dialogue->core, exact, n, ++dialogue->now);
      g_free (exact);
      dialogue_turn (dialogue);
    }
}

void
dialogue_say (Dialogue *dialogue, const char *text)
{
  dialogue_feed (dialogue, text, strlen (text), 0);
}

void
dialogue_eof (Dialogue *dialogue)
{
  base_core_receive_eof (dialogue->core, ++dialogue->now);
  dialogue_turn (dialogue);
}

char *
dialogue_take_sent (Dialogue *dialogue)
{
  gsize from = dialogue->taken;

  dialogue_turn (dialogue);
  dialogue->taken = dialogue->sent->len;
  if (dialogue->sent->len == from)
    return g_strdup ("");
  return g_strndup ((const char *) dialogue->sent->data + from, dialogue->sent->len - from);
}

char *
dialogue_take_events (Dialogue *dialogue)
{
  char *text = g_strdup (dialogue->events->str);

  g_string_truncate (dialogue->events, 0);
  return text;
}

void
dialogue_assert_sent (Dialogue *dialogue, const char *expected)
{
  g_autofree char *sent = dialogue_take_sent (dialogue);

  g_assert_cmpstr (sent, ==, expected);
}

void
dialogue_assert_events (Dialogue *dialogue, const char *expected)
{
  g_autofree char *events = dialogue_take_events (dialogue);

  g_assert_cmpstr (events, ==, expected);
}
