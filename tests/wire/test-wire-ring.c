/* Spans that came together are packed, and whoever reads sees no difference: not in the middle of
 * a run, not where the ring dropped some, not with many threads at once. */
#include "wire-ring.h"
#include "wire-tap.h"

#include <string.h>

static WireConnection *
open_line (WireTap *tap)
{
  return wire_tap_open (
      tap, NULL, "ada", "imap", BASE_ROLE_CLIENT, "mail.example", 993, "192.0.2.7", FALSE);
}

/* @n lines of @len bytes that tell their number, from @first on. */
static void
say_lines (
    WireTap *tap, WireConnection *connection, guint64 first, guint n, guint len, guint64 exchange)
{
  g_autofree BaseSpan *spans = g_new0 (BaseSpan, n);
  g_autoptr (GString) bytes = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      spans[i].offset = (first + i) * len;
      spans[i].length = len;
      spans[i].ends_line = TRUE;
      spans[i].exchange = exchange;
      g_string_append_printf (
          bytes, "%0*" G_GUINT64_FORMAT "\r\n", (int) len - 2, (guint64) first + i);
    }
  wire_tap_spans (tap, connection, BASE_DIRECTION_IN, spans, n, (const guint8 *) bytes->str);
}

static guint64
number_of (const WireEvent *event)
{
  gsize len;
  const char *bytes = g_bytes_get_data (event->bytes, &len);

  g_assert_cmpuint (len, ==, event->span.length);
  return g_ascii_strtoull (bytes, NULL, 10);
}

/* Wherever a reader begins, and however few it takes, it sees the same. */
static void
test_middle (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = open_line (tap);

  say_lines (tap, connection, 0, 10, 12, 1);
  say_lines (tap, connection, 10, 1, 12, 2);
  say_lines (tap, connection, 11, 9, 12, 0);
  g_assert_cmpuint (wire_tap_last_serial (tap), ==, 21);
  for (guint64 from = 2; from <= 22; from++)
    for (guint max = 0; max <= 21; max++)
      {
        g_autoptr (GPtrArray) events = wire_tap_read (tap, from, max);

        g_assert_cmpuint (events->len, ==, MIN (max, 22 - from));
        for (guint i = 0; i < events->len; i++)
          {
            const WireEvent *event = events->pdata[i];
            guint64 number = from + i - 2;

            g_assert_cmpint (event->type, ==, WIRE_BYTES);
            g_assert_cmpuint (event->serial, ==, from + i);
            g_assert_cmpuint (event->connection, ==, connection->id);
            g_assert_cmpuint (event->exchange, ==, number < 10 ? 1 : number == 10 ? 2 : 0);
            g_assert_cmpuint (event->span.exchange, ==, event->exchange);
            g_assert_cmpuint (event->span.offset, ==, number * 12);
            g_assert_true (event->span.ends_line);
            g_assert_cmpuint (number_of (event), ==, number);
            g_assert_cmpint (event->when, >, 0);
            g_assert_cmpint (event->clock, >, 0);
          }
      }
}

/* Events outlive the ring that held their run. */
static void
test_outlive (void)
{
  WireTap *tap = wire_tap_new (0);
  WireConnection *connection = open_line (tap);
  g_autoptr (GPtrArray) events = NULL;

  say_lines (tap, connection, 0, 3, 12, 1);
  events = wire_tap_read (tap, 3, 1);
  wire_connection_unref (connection);
  wire_tap_unref (tap);
  g_assert_cmpuint (number_of (events->pdata[0]), ==, 1);
}

/* A run is dropped whole; a reader that was in the middle of it is told how much it missed. */
static void
test_dropped (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (10000);
  g_autoptr (WireConnection) connection = open_line (tap);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  const WireEvent *dropped;

  say_lines (tap, connection, 0, 100, 20, 1);
  before = wire_tap_read (tap, 1, 41);
  g_assert_cmpuint (((WireEvent *) before->pdata[40])->serial, ==, 41);
  say_lines (tap, connection, 100, 100, 20, 1);
  say_lines (tap, connection, 200, 100, 20, 1);
  after = wire_tap_read (tap, 42, 1000);
  dropped = after->pdata[0];
  g_assert_cmpint (dropped->type, ==, WIRE_DROPPED);
  g_assert_cmpuint (dropped->serial, ==, 101);
  g_assert_cmpuint (dropped->count, ==, 60);
  g_assert_cmpuint (after->len, ==, 201);
  for (guint i = 1; i < after->len; i++)
    {
      g_assert_cmpuint (((WireEvent *) after->pdata[i])->serial, ==, 101 + i);
      g_assert_cmpuint (number_of (after->pdata[i]), ==, 99 + i);
    }

  /* One that is larger than the ring is still seen, alone. */
  g_clear_pointer (&after, g_ptr_array_unref);
  say_lines (tap, connection, 300, 5000, 20, 1);
  after = wire_tap_read (tap, 302, 10000);
  g_assert_cmpuint (after->len, ==, 5000);
  g_assert_cmpuint (number_of (after->pdata[4999]), ==, 5299);
  g_assert_cmpuint (((WireEvent *) after->pdata[4999])->serial, ==, 5301);
}

/* The bound counts what lines need beside their bytes. */
static void
test_bound (void)
{
  const gsize limit = 1024 * 1024;
  g_autoptr (WireRing) ring = wire_ring_new (limit);
  gsize size = 0;
  guint64 next = 1;

  for (int i = 0; i < 20000; i++)
    {
      WirePacked packed[3] = { { .exchange = 1, .length = 2, .kept = 2 },
                               { .exchange = 1, .length = 900, .kind = BASE_SPAN_SECRET },
                               { .exchange = 1, .length = 4, .kept = 4, .ends_line = TRUE } };
      WireRecord *record =
          wire_record_new_run (BASE_DIRECTION_IN, next, packed, 3, (const guint8 *) "abcdef");

      g_assert_cmpuint (wire_record_size (record), >=, sizeof packed + 6);
      wire_record_number (record, next, 1, 1, 1);
      next += 3;
      wire_ring_push (ring, record);
    }
  g_assert_cmpuint (wire_ring_last (ring), ==, 60000);
  for (guint i = 0; i < wire_ring_length (ring); i++)
    {
      WireRecord *record = wire_ring_get (ring, i);

      size += wire_record_size (record);
      g_assert_cmpuint (wire_ring_find (ring, wire_record_first (record)), ==, i);
      g_assert_cmpuint (wire_ring_find (ring, wire_record_first (record) + 2), ==, i);
    }
  g_assert_cmpuint (size, <=, limit);
  g_assert_cmpuint (size, >=, limit * 9 / 10);
  g_assert_cmpuint (wire_ring_find (ring, wire_ring_first (ring) - 1), ==, wire_ring_length (ring));
  g_assert_cmpuint (wire_ring_find (ring, 60001), ==, wire_ring_length (ring));
}

/* Runs and single spans are the same to a reader */

#define N_SPANS 200

typedef struct
{
  BaseSpan spans[N_SPANS];
  GByteArray *bytes;
} Script;

/* Lines, secrets and bodies in pieces, as chance will have it. */
static void
write_script (Script *script)
{
  guint64 offset = 0;
  guint64 exchange = 1;
  BaseSpanKind last = BASE_SPAN_PLAIN;

  script->bytes = g_byte_array_new ();
  for (guint i = 0; i < N_SPANS; i++)
    {
      BaseSpan *span = &script->spans[i];

      span->kind = (BaseSpanKind) g_test_rand_int_range (0, 3);
      span->offset = offset;
      span->length = (guint64) g_test_rand_int_range (
          1, span->kind != BASE_SPAN_BODY || g_test_rand_bit () ? 400 : 700000);
      span->ends_line = span->kind == BASE_SPAN_PLAIN && g_test_rand_bit ();
      if (span->kind != BASE_SPAN_BODY || last != BASE_SPAN_BODY ||
          g_test_rand_int_range (0, 9) == 0)
        exchange += (guint64) g_test_rand_int_range (0, 2);
      span->exchange = exchange;
      last = span->kind;
      offset += span->length;
      for (guint64 at = 0; at < span->length; at++)
        {
          guint8 byte = (guint8) ((span->offset + at) * 7);

          g_byte_array_append (script->bytes, &byte, 1);
        }
    }
}

static void
assert_same (const WireEvent *a, const WireEvent *b)
{
  g_assert_cmpint (a->type, ==, b->type);
  g_assert_cmpuint (a->serial, ==, b->serial);
  g_assert_cmpuint (a->exchange, ==, b->exchange);
  g_assert_cmpuint (a->span.offset, ==, b->span.offset);
  g_assert_cmpuint (a->span.length, ==, b->span.length);
  g_assert_cmpint (a->span.kind, ==, b->span.kind);
  g_assert_cmpint (a->span.ends_line, ==, b->span.ends_line);
  g_assert_cmpuint (a->bytes_in, ==, b->bytes_in);
  g_assert_true ((a->bytes == NULL) == (b->bytes == NULL));
  if (a->bytes != NULL)
    g_assert_true (g_bytes_equal (a->bytes, b->bytes));
}

static void
test_equal (void)
{
  Script script;
  g_autoptr (WireTap) one = wire_tap_new (64 * 1024 * 1024);
  g_autoptr (WireTap) many = wire_tap_new (64 * 1024 * 1024);
  g_autoptr (WireConnection) left = open_line (one);
  g_autoptr (WireConnection) right = open_line (many);
  g_autoptr (GPtrArray) singles = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  guint64 next = 0;

  write_script (&script);
  for (guint i = 0; i < N_SPANS; i++)
    wire_tap_bytes (one,
                    left,
                    BASE_DIRECTION_IN,
                    &script.spans[i],
                    script.bytes->data + script.spans[i].offset);
  for (guint i = 0, n; i < N_SPANS; i += n)
    {
      n = (guint) g_test_rand_int_range (1, 30);
      n = MIN (n, N_SPANS - i);
      wire_tap_spans (many,
                      right,
                      BASE_DIRECTION_IN,
                      &script.spans[i],
                      n,
                      script.bytes->data + script.spans[i].offset);
    }
  wire_tap_closed (one, left, "closed");
  wire_tap_closed (many, right, "closed");

  singles = wire_tap_read (one, 1, G_MAXUINT);
  runs = wire_tap_read (many, 1, G_MAXUINT);
  g_assert_cmpuint (singles->len, ==, runs->len);
  for (guint i = 0; i < runs->len; i++)
    {
      const WireEvent *event = runs->pdata[i];

      assert_same (singles->pdata[i], event);
      if (event->type != WIRE_BYTES)
        continue;
      g_assert_cmpuint (event->span.offset, ==, next);
      next += event->span.length;
      if (event->span.kind == BASE_SPAN_SECRET)
        g_assert_null (event->bytes);
      else if (event->bytes != NULL)
        g_assert_cmpmem (g_bytes_get_data (event->bytes, NULL),
                         g_bytes_get_size (event->bytes),
                         script.bytes->data + event->span.offset,
                         g_bytes_get_size (event->bytes));
    }
  g_assert_cmpuint (next, ==, script.bytes->len);
  g_byte_array_unref (script.bytes);
}

/* In brief nothing is told otherwise, and what is told together are whole lines that others follow.
 */

typedef struct
{
  guint64 chosen; /* every how manieth exchange is told of in brief; 0: none */
  guint keep;
} Brief;

static gboolean
is_chosen (guint64 connection, guint64 exchange, gpointer data)
{
  const Brief *brief = data;

  return brief->chosen != 0 && exchange % brief->chosen == 0;
}

/* Lines of the exchange that end with these events or later ones. */
static guint
count_behind (GPtrArray *events, guint from, guint64 exchange)
{
  guint lines = 0;

  for (guint i = from; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      lines += event->type == WIRE_BYTES && event->exchange == exchange && event->span.ends_line;
    }
  return lines;
}

/* @told stands for the events of @all from @at on; returns how many these are. */
static guint
assert_lines (const WireEvent *told, GPtrArray *all, guint at, guint until, const Brief *brief)
{
  guint n = (guint) (told->serial - ((const WireEvent *) all->pdata[at])->serial) + 1;
  const guint8 *bytes = g_bytes_get_data (told->bytes, NULL);
  gsize length = 0;
  guint lines = 0;

  g_assert_true (is_chosen (0, told->exchange, (gpointer) brief));
  g_assert_cmpuint (at + n, <=, until);
  g_assert_cmpuint (told->span.offset, ==, ((const WireEvent *) all->pdata[at])->span.offset);
  g_assert_true (((const WireEvent *) all->pdata[at - 1])->span.ends_line);
  for (guint i = at; i < at + n; i++)
    {
      const WireEvent *event = all->pdata[i];

      g_assert_cmpint (event->type, ==, WIRE_BYTES);
      g_assert_cmpint (event->span.kind, ==, BASE_SPAN_PLAIN);
      g_assert_cmpuint (event->exchange, ==, told->exchange);
      g_assert_cmpint (event->direction, ==, told->direction);
      g_assert_cmpmem (bytes + length,
                       event->span.length,
                       g_bytes_get_data (event->bytes, NULL),
                       g_bytes_get_size (event->bytes));
      length += event->span.length;
      if (event->span.ends_line)
        g_assert_cmpuint (g_array_index (told->ends, gsize, lines++), ==, length);
    }
  g_assert_cmpuint (lines, ==, told->ends->len);
  g_assert_cmpuint (length, ==, g_bytes_get_size (told->bytes));
  g_assert_true (((const WireEvent *) all->pdata[at + n - 1])->span.ends_line);
  g_assert_cmpuint (count_behind (all, at + n, told->exchange), >=, brief->keep);
  return n;
}

static guint
compare_brief (WireTap *tap, GPtrArray *all, guint64 from, guint max, const Brief *brief)
{
  g_autoptr (GPtrArray) told =
      wire_tap_read_brief (tap, from, max, brief->keep, is_chosen, (gpointer) brief);
  guint at = (guint) from - 1;
  guint until = MIN (at + max, all->len);
  guint together = 0;

  for (guint i = 0; i < told->len; i++)
    {
      const WireEvent *event = told->pdata[i];

      if (event->type == WIRE_LINES)
        {
          guint n = assert_lines (event, all, at, until, brief);

          at += n;
          together += n;
          continue;
        }
      assert_same (all->pdata[at++], event);
    }
  g_assert_cmpuint (at, ==, until);
  return together;
}

static void
test_brief (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (64 * 1024 * 1024);
  g_autoptr (WireConnection) connection = open_line (tap);
  g_autoptr (GPtrArray) all = NULL;
  guint64 offset = 0;
  guint64 exchange = 1;
  guint together = 0;

  for (guint run = 0; run < 300; run++)
    {
      BaseSpan spans[40];
      char bytes[40 * 20];
      guint n = (guint) g_test_rand_int_range (1, 41);
      gsize length = 0;

      exchange += g_test_rand_int_range (0, 8) == 0;
      for (guint i = 0; i < n; i++)
        {
          BaseSpan *span = &spans[i];

          exchange += g_test_rand_int_range (0, 100) == 0;
          span->kind = g_test_rand_int_range (0, 30) > 0
                           ? BASE_SPAN_PLAIN
                           : (BaseSpanKind) g_test_rand_int_range (1, 3);
          span->offset = offset + length;
          span->length = (guint64) g_test_rand_int_range (1, 20);
          span->ends_line = g_test_rand_int_range (0, 5) > 0;
          span->exchange = exchange;
          memset (bytes + length, 'a' + (int) (run + i) % 26, span->length);
          length += span->length;
        }
      wire_tap_spans (tap, connection, BASE_DIRECTION_IN, spans, n, (const guint8 *) bytes);
      offset += length;
      if (g_test_rand_int_range (0, 20) == 0)
        wire_tap_exchange_end (tap, connection, exchange, BASE_OUTCOME_OK);
    }
  all = wire_tap_read (tap, 1, G_MAXUINT);
  for (guint round = 0; round < 400; round++)
    {
      Brief brief = { (guint64) (round % 4), (guint) g_test_rand_int_range (0, 60) };
      guint64 from = (guint64) g_test_rand_int_range (2, (gint32) all->len);
      guint max = (guint) g_test_rand_int_range (1, 3000);
      guint found = compare_brief (tap, all, from, max, &brief);

      if (brief.chosen == 0)
        g_assert_cmpuint (found, ==, 0);
      together += found;
    }
  g_assert_cmpuint (together, >, 10000);
}

/* What passed while the tap was off is missing, and nothing after it stands in its place. */
static void
test_gap (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = open_line (tap);
  g_autofree char *body = g_strnfill (5000, 'b');
  BaseSpan spans[2] = { { 0, 1000, BASE_SPAN_BODY, FALSE, 1 } };
  g_autoptr (GPtrArray) events = NULL;
  const WireEvent *event;

  wire_tap_spans (tap, connection, BASE_DIRECTION_IN, spans, 1, (const guint8 *) body);
  wire_tap_set_enabled (tap, FALSE);
  spans[0].offset = 1000;
  wire_tap_spans (tap, connection, BASE_DIRECTION_IN, spans, 1, (const guint8 *) body);
  wire_tap_set_enabled (tap, TRUE);
  spans[0].offset = 2000;
  spans[1] = (BaseSpan){ 3000, 3, BASE_SPAN_PLAIN, TRUE, 1 };
  wire_tap_spans (tap, connection, BASE_DIRECTION_IN, spans, 2, (const guint8 *) body);
  wire_tap_exchange_end (tap, connection, 1, BASE_OUTCOME_OK);

  events = wire_tap_read (tap, 2, 100);
  g_assert_cmpuint (events->len, ==, 4);
  for (guint i = 0; i < 3; i++)
    {
      event = events->pdata[i];
      g_assert_cmpuint (event->span.offset, ==, i == 0 ? 0 : 1000 + 1000 * i);
      g_assert_cmpuint (event->span.length, ==, i < 2 ? 1000 : 3);
    }
  event = events->pdata[3];
  g_assert_cmpuint (event->bytes_in, ==, 3003);
}

/* Many connections, a small ring, and readers that come late: each event is seen once or counted
 * once, and each connection's are in order. */

#define N_THREADS 4
#define N_RUNS 500
#define RUN 17

static gpointer
chatter (gpointer data)
{
  WireTap *tap = data;
  g_autoptr (WireConnection) connection = open_line (tap);

  for (guint64 i = 0; i < N_RUNS; i++)
    say_lines (tap, connection, i * RUN, RUN, 12, 1 + i);
  wire_tap_closed (tap, connection, "closed");
  return NULL;
}

static gpointer
listen (gpointer data)
{
  WireTap *tap = data;
  const guint64 total = N_THREADS * (N_RUNS * RUN + 2);
  guint64 last[N_THREADS + 1] = { 0 };
  guint64 next = 1;
  guint64 seen = 0;

  while (next <= total)
    {
      g_autoptr (GPtrArray) events = wire_tap_read (tap, next, 40);

      for (guint i = 0; i < events->len; i++)
        {
          const WireEvent *event = events->pdata[i];

          seen += event->type == WIRE_DROPPED ? event->count : 1;
          g_assert_cmpuint (event->serial, ==, seen);
          next = event->serial + 1;
          if (event->type != WIRE_BYTES)
            continue;
          g_assert_cmpuint (number_of (event) * 12, ==, event->span.offset);
          g_assert_cmpuint (event->exchange, ==, 1 + number_of (event) / RUN);
          g_assert_cmpuint (event->span.offset + 1, >, last[event->connection]);
          last[event->connection] = event->span.offset + 1;
        }
      g_thread_yield ();
    }
  g_assert_cmpuint (seen, ==, total);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (8000);
  GThread *threads[N_THREADS + 2];

  for (guint i = 0; i < N_THREADS + 2; i++)
    threads[i] = g_thread_new ("tap", i < N_THREADS ? chatter : listen, tap);
  for (guint i = 0; i < N_THREADS + 2; i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/ring/middle", test_middle);
  g_test_add_func ("/wire/ring/outlive", test_outlive);
  g_test_add_func ("/wire/ring/dropped", test_dropped);
  g_test_add_func ("/wire/ring/bound", test_bound);
  g_test_add_func ("/wire/ring/equal", test_equal);
  g_test_add_func ("/wire/ring/brief", test_brief);
  g_test_add_func ("/wire/ring/gap", test_gap);
  g_test_add_func ("/wire/ring/threads", test_threads);
  return g_test_run ();
}
