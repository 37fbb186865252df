/* One unfinished line a direction of each connection. */
#include "config.h"

#include "wire-lines.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* Of a longer line the room is given back, not kept for the next. */
#define MAX_KEPT 4096

/* Kept for the lines to come: a letter's headers alone are a dozen. */
typedef struct
{
  guint64 exchange;
  GByteArray *bytes;
  GArray *secrets;
  GArray *bodies;
  guint64 body;
  GBytes *head;
  gint64 began;
} Unfinished;

struct _WireLines
{
  GHashTable *unfinished; /* connection id and direction → Unfinished */
};

static void
unfinished_free (gpointer data)
{
  Unfinished *unfinished = data;

  g_byte_array_unref (unfinished->bytes);
  g_array_unref (unfinished->secrets);
  g_array_unref (unfinished->bodies);
  g_clear_pointer (&unfinished->head, g_bytes_unref);
  g_free (unfinished);
}

static Unfinished *
unfinished_new (void)
{
  Unfinished *unfinished = g_new0 (Unfinished, 1);

  unfinished->bytes = g_byte_array_new ();
  unfinished->secrets = g_array_new (FALSE, FALSE, sizeof (BaseSpan));
  unfinished->bodies = g_array_new (FALSE, FALSE, sizeof (BaseSpan));
  return unfinished;
}

WireLines *
wire_lines_new (void)
{
  WireLines *lines = g_new0 (WireLines, 1);

  lines->unfinished = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, unfinished_free);
  return lines;
}

void
wire_lines_free (WireLines *lines)
{
  g_hash_table_unref (lines->unfinished);
  g_free (lines);
}

void
wire_line_free (WireLine *line)
{
  g_free (line->text);
  g_bytes_unref (line->bytes);
  g_array_unref (line->secrets);
  g_array_unref (line->bodies);
  g_clear_pointer (&line->head, g_bytes_unref);
  g_free (line);
}

/* What a line looks like */

/* Nothing a server says may move the cursor, change colours, or turn the text around. */
static void
append_odd (GString *text, const guint8 *bytes, gsize len)
{
  g_autofree char *valid = g_utf8_make_valid ((const char *) bytes, (gssize) len);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\r' && p[1] == '\n')
        continue;
      if (c == '\n' || c == '\t')
        c = ' ';
      else if (c < 0x20)
        c += 0x2400; /* the picture of the control character */
      else if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        c = 0xFFFD;
      g_string_append_unichar (text, c);
    }
}

/* How many bytes at the beginning stand for themselves: nearly always all. */
static gsize
measure_plain (const guint8 *bytes, gsize len)
{
  gsize n = 0;

  while (n < len && bytes[n] >= 0x20 && bytes[n] < 0x7f)
    n++;
  return n;
}

static void
append_plain (GString *text, const guint8 *bytes, gsize len)
{
  gsize plain = measure_plain (bytes, len);

  g_string_append_len (text, (const char *) bytes, (gssize) plain);
  if (plain < len)
    append_odd (text, bytes + plain, len - plain);
}

static char *
render (const WireLine *line)
{
  GString *text;
  gsize len;
  const guint8 *bytes = g_bytes_get_data (line->bytes, &len);
  gsize at = 0;
  guint secret = 0;
  guint body = 0;

  if (len >= 2 && memcmp (bytes + len - 2, "\r\n", 2) == 0)
    len -= 2;
  else if (len >= 1 && bytes[len - 1] == '\n')
    len -= 1;
  if (line->secrets->len == 0 && line->bodies->len == 0 && measure_plain (bytes, len) == len)
    return len > 0 ? g_strndup ((const char *) bytes, len) : g_strdup ("");
  text = g_string_sized_new (len + 1);
  while (at < len || body < line->bodies->len)
    {
      const BaseSpan *hidden =
          secret < line->secrets->len ? &g_array_index (line->secrets, BaseSpan, secret) : NULL;
      const BaseSpan *left_out =
          body < line->bodies->len ? &g_array_index (line->bodies, BaseSpan, body) : NULL;
      gsize next = len;

      if (hidden != NULL)
        next = MIN (next, hidden->offset);
      if (left_out != NULL)
        next = MIN (next, left_out->offset);
      append_plain (text, bytes + at, next - at);
      at = next;
      if (left_out != NULL && left_out->offset <= at)
        {
          g_string_append (text, "…");
          body++;
        }
      else if (hidden != NULL && hidden->offset == at)
        {
          g_string_append (text, WIRE_LINE_SECRET);
          at += MIN (hidden->length, len - at);
          secret++;
        }
      else if (left_out != NULL)
        {
          /* A body behind the line's end: nothing more will be passed. */
          break;
        }
    }
  return g_string_free (text, FALSE);
}

/* Joining */

/* Most lines have no secret and no body: they share one that is empty. (transfer full) */
static GArray *
give_spans (GArray **spans)
{
  static GArray *none;
  GArray *given;

  if ((*spans)->len > 0)
    {
      given = *spans;
      *spans = g_array_new (FALSE, FALSE, sizeof (BaseSpan));
      return given;
    }
  if (g_once_init_enter (&none))
    {
      GArray *empty = g_array_new (FALSE, FALSE, sizeof (BaseSpan));

      g_once_init_leave (&none, empty);
    }
  return g_array_ref (none);
}

/* @unfinished is as new then: the next line of its direction is joined in it too. */
static WireLine *
finish (Unfinished *unfinished, const WireEvent *event, BaseDirection direction)
{
  WireLine *line = g_new0 (WireLine, 1);

  line->connection = event->connection;
  line->exchange = unfinished->exchange;
  line->direction = direction;
  line->when = event->when;
  line->clock = event->clock;
  line->began = unfinished->began;
  line->bytes = g_bytes_new (unfinished->bytes->data, unfinished->bytes->len);
  line->secrets = give_spans (&unfinished->secrets);
  line->bodies = give_spans (&unfinished->bodies);
  line->body = unfinished->body;
  line->head = g_steal_pointer (&unfinished->head);
  line->held = event->type == WIRE_HELD;
  line->text = render (line);
  if (unfinished->bytes->len > MAX_KEPT)
    {
      g_byte_array_unref (unfinished->bytes);
      unfinished->bytes = g_byte_array_new ();
    }
  g_byte_array_set_size (unfinished->bytes, 0);
  unfinished->exchange = 0;
  unfinished->body = 0;
  unfinished->began = 0;
  return line;
}

static void
append_stars (GByteArray *bytes, gsize n)
{
  guint start = bytes->len;

  g_byte_array_set_size (bytes, start + (guint) n);
  memset (bytes->data + start, '*', n);
}

static void
join (Unfinished *unfinished, const WireEvent *event)
{
  BaseSpan span = event->span;
  gsize len;
  const guint8 *bytes;

  if (unfinished->exchange == 0)
    unfinished->exchange = event->exchange;
  span.offset = unfinished->bytes->len;
  if (span.kind == BASE_SPAN_BODY)
    {
      BaseSpan *last =
          unfinished->bodies->len > 0
              ? &g_array_index (unfinished->bodies, BaseSpan, unfinished->bodies->len - 1)
              : NULL;

      if (unfinished->body == 0 && event->bytes != NULL)
        unfinished->head = g_bytes_ref (event->bytes);
      unfinished->body += span.length;
      if (last != NULL && last->offset == span.offset)
        last->length += span.length;
      else if (unfinished->bytes->len > 0)
        g_array_append_val (unfinished->bodies, span);
    }
  else if (event->bytes != NULL)
    {
      bytes = g_bytes_get_data (event->bytes, &len);
      g_byte_array_append (unfinished->bytes, bytes, (guint) len);
    }
  else if (span.kind == BASE_SPAN_SECRET)
    {
      span.length = MIN (span.length, WIRE_LINE_MAX_SECRET);
      append_stars (unfinished->bytes, (gsize) span.length);
      g_array_append_val (unfinished->secrets, span);
    }
}

/* A body that no line of its own exchange ends (BDAT's) is not in front of what is said next. */
static void
forget_body (Unfinished *unfinished, const WireEvent *event)
{
  if (unfinished->bytes->len > 0 || unfinished->exchange == event->exchange)
    return;
  unfinished->exchange = 0;
  unfinished->body = 0;
  g_clear_pointer (&unfinished->head, g_bytes_unref);
  unfinished->began = 0;
}

static WireLine *
feed_bytes (WireLines *lines, const WireEvent *event)
{
  guint64 key = event->connection << 1 | (event->direction == BASE_DIRECTION_IN);
  Unfinished *unfinished = g_hash_table_lookup (lines->unfinished, &key);

  if (unfinished == NULL)
    {
      unfinished = unfinished_new ();
      g_hash_table_insert (lines->unfinished, g_memdup2 (&key, sizeof key), unfinished);
    }
  forget_body (unfinished, event);
  if (unfinished->began == 0)
    unfinished->began = event->clock;
  join (unfinished, event);
  return event->span.ends_line ? finish (unfinished, event, event->direction) : NULL;
}

static WireLine *
feed_held (const WireEvent *event)
{
  Unfinished *unfinished = unfinished_new ();
  WireLine *line;

  unfinished->began = event->clock;
  join (unfinished, event);
  line = finish (unfinished, event, BASE_DIRECTION_OUT);
  unfinished_free (unfinished);
  return line;
}

/* A command that waited for the server's "+" in its middle, and was refused: no more of it comes.
 */
static WireLine *
feed_end (WireLines *lines, const WireEvent *event)
{
  guint64 key = event->connection << 1;
  Unfinished *unfinished = g_hash_table_lookup (lines->unfinished, &key);

  if (unfinished == NULL || unfinished->exchange != event->exchange || unfinished->bytes->len == 0)
    return NULL;
  return finish (unfinished, event, BASE_DIRECTION_OUT);
}

/* What was cut: rather the server's half line than ours. */
static WireLine *
feed_closed (WireLines *lines, const WireEvent *event)
{
  WireLine *line = NULL;

  for (int in = 1; in >= 0; in--)
    {
      guint64 key = event->connection << 1 | (guint64) in;
      Unfinished *unfinished = g_hash_table_lookup (lines->unfinished, &key);

      if (line == NULL && unfinished != NULL && unfinished->bytes->len > 0)
        line = finish (unfinished, event, in ? BASE_DIRECTION_IN : BASE_DIRECTION_OUT);
      g_hash_table_remove (lines->unfinished, &key);
    }
  return line;
}

WireLine *
wire_lines_feed (WireLines *lines, const WireEvent *event)
{
  switch ((int) event->type)
    {
    case WIRE_BYTES:
      return feed_bytes (lines, event);
    case WIRE_HELD:
      return feed_held (event);
    case WIRE_EXCHANGE_END:
      return feed_end (lines, event);
    case WIRE_CLOSED:
      return feed_closed (lines, event);
    default:
      return NULL;
    }
}
