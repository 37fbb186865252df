/* The ring: bounded in bytes, what it drops counted, bodies merged, secrets never inside. */
#include "wire-tap.h"

#include <string.h>

#define SECRET "correct horse battery staple"

static WireConnection *
open_line (WireTap *tap, gboolean public_secrets)
{
  return wire_tap_open (tap,
                        "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
                        "ada",
                        "imap",
                        BASE_ROLE_CLIENT,
                        "mail.example",
                        993,
                        "192.0.2.7",
                        public_secrets);
}

static void
put (WireTap *tap,
     WireConnection *connection,
     BaseDirection direction,
     BaseSpanKind kind,
     guint64 offset,
     const char *bytes,
     gssize len,
     gboolean ends_line,
     guint64 exchange)
{
  gsize size = len < 0 ? strlen (bytes) : (gsize) len;
  BaseSpan span = { offset, size, kind, ends_line, exchange };

  wire_tap_bytes (tap, connection, direction, &span, (const guint8 *) bytes);
}

static void
test_order (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = open_line (tap, FALSE);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  g_autoptr (WireConnection) found = NULL;
  GPtrArray *events;
  const WireEvent *event;

  wire_tap_exchange_begin (tap, connection, 1, "NOOP", cause, g_variant_new ("(s)", "x"));
  put (tap, connection, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, 0, "a1 NOOP\r\n", -1, TRUE, 1);
  put (tap, connection, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, 0, "a1 OK\r\n", -1, TRUE, 1);
  wire_tap_exchange_end (tap, connection, 1, BASE_OUTCOME_OK);
  wire_tap_closed (tap, connection, "closed");
  wire_tap_tls_message (tap, connection, BASE_DIRECTION_OUT, "Alert: close notify", 2);

  events = wire_tap_read (tap, 0, 100);
  g_assert_cmpuint (events->len, ==, 6);
  for (guint i = 0; i < events->len; i++)
    {
      event = events->pdata[i];
      g_assert_cmpuint (event->serial, ==, i + 1);
      g_assert_cmpuint (event->connection, ==, connection->id);
    }
  event = events->pdata[1];
  g_assert_cmpint (event->type, ==, WIRE_EXCHANGE_BEGIN);
  g_assert_cmpstr (event->verb, ==, "NOOP");
  g_assert_cmpstr (event->cause->subject, ==, "lunch?");
  g_assert_nonnull (event->checkpoint);
  event = events->pdata[4];
  g_assert_cmpint (event->type, ==, WIRE_EXCHANGE_END);
  g_assert_cmpuint (event->bytes_out, ==, 9);
  g_assert_cmpuint (event->bytes_in, ==, 7);
  event = events->pdata[5];
  g_assert_cmpint (event->type, ==, WIRE_CLOSED);
  g_assert_cmpstr (event->name, ==, "closed");
  g_ptr_array_unref (events);
  found = wire_tap_connection (tap, connection->id);
  g_assert_cmpstr (found->host, ==, "mail.example");
  g_assert_null (wire_tap_connection (tap, 77));

  events = wire_tap_read (tap, 3, 2);
  g_assert_cmpuint (events->len, ==, 2);
  g_assert_cmpuint (((WireEvent *) events->pdata[0])->serial, ==, 3);
  g_ptr_array_unref (events);
  events = wire_tap_read (tap, 7, 2);
  g_assert_cmpuint (events->len, ==, 0);
  g_ptr_array_unref (events);
}

static void
test_dropped (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (10000);
  g_autoptr (WireConnection) connection = open_line (tap, FALSE);
  g_autofree char *line = g_strnfill (500, 'x');
  guint64 next = 1;
  guint64 seen = 0;
  gsize held = 0;
  GPtrArray *events;
  const WireEvent *first;

  for (int i = 0; i < 200; i++)
    put (
        tap, connection, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, (guint64) i * 500, line, 500, TRUE, 0);
  events = wire_tap_read (tap, next, 1000);
  first = events->pdata[0];
  g_assert_cmpint (first->type, ==, WIRE_DROPPED);
  g_assert_cmpuint (first->count, ==, first->serial);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      seen += event->type == WIRE_DROPPED ? event->count : 1;
      held += event->bytes != NULL ? g_bytes_get_size (event->bytes) : 0;
      next = event->serial + 1;
    }
  g_assert_cmpuint (seen, ==, 201);
  g_assert_cmpuint (next, ==, wire_tap_last_serial (tap) + 1);
  g_assert_cmpuint (held, <=, 10000);
  g_assert_cmpuint (held, >=, 2500);
  g_ptr_array_unref (events);

  /* One that is larger than the ring is still seen. */
  {
    g_autofree char *huge = g_strnfill (50000, 'y');

    put (tap, connection, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, 100000, huge, 50000, TRUE, 0);
  }
  events = wire_tap_read (tap, next, 1000);
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpint (((WireEvent *) events->pdata[0])->type, ==, WIRE_BYTES);
  g_ptr_array_unref (events);
}

/* 200 MB in pieces of 16 KB: few events, one head, the whole size. */
static void
test_body (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = open_line (tap, FALSE);
  const guint64 size = G_GUINT64_CONSTANT (200) * 1024 * 1024;
  g_autofree char *piece = g_strnfill (16384, 'b');
  GPtrArray *events;
  guint64 total = 0;
  guint64 offset = 20;
  guint heads = 0;

  put (
      tap, connection, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, 0, "* 1 FETCH {209715200", 20, FALSE, 4);
  for (; offset < 20 + size; offset += 16384)
    put (tap, connection, BASE_DIRECTION_IN, BASE_SPAN_BODY, offset, piece, 16384, FALSE, 4);
  put (tap, connection, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, offset, ")\r\n", 3, TRUE, 4);
  wire_tap_exchange_end (tap, connection, 4, BASE_OUTCOME_OK);
  events = wire_tap_read (tap, 1, 10000);
  g_assert_cmpuint (events->len, <=, 4 + size / WIRE_BODY_PIECE);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      if (event->type == WIRE_EXCHANGE_END)
        g_assert_cmpuint (event->bytes_in, ==, size + 23);
      if (event->type != WIRE_BYTES || event->span.kind != BASE_SPAN_BODY)
        continue;
      g_assert_cmpuint (event->span.offset, ==, 20 + total);
      total += event->span.length;
      heads += event->bytes != NULL;
      if (event->bytes != NULL)
        g_assert_cmpuint (g_bytes_get_size (event->bytes), ==, WIRE_BODY_HEAD);
    }
  g_assert_cmpuint (total, ==, size);
  g_assert_cmpuint (heads, ==, 1);
  g_ptr_array_unref (events);
}

/* Two messages that follow each other are two bodies. */
static void
test_bodies_apart (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = open_line (tap, FALSE);
  GPtrArray *events;

  put (tap, connection, BASE_DIRECTION_IN, BASE_SPAN_BODY, 0, "one", 3, FALSE, 1);
  put (tap, connection, BASE_DIRECTION_IN, BASE_SPAN_BODY, 3, "more", 4, FALSE, 1);
  put (tap, connection, BASE_DIRECTION_IN, BASE_SPAN_BODY, 7, "two", 3, FALSE, 2);
  wire_tap_closed (tap, connection, "cut");
  events = wire_tap_read (tap, 2, 100);
  g_assert_cmpuint (events->len, ==, 3);
  g_assert_cmpuint (((WireEvent *) events->pdata[0])->span.length, ==, 7);
  g_assert_cmpmem (
      g_bytes_get_data (((WireEvent *) events->pdata[0])->bytes, NULL), 7, "onemore", 7);
  g_assert_cmpuint (((WireEvent *) events->pdata[1])->span.exchange, ==, 2);
  g_ptr_array_unref (events);
}

static void
test_secret (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);

  for (int public = 0; public < 2; public ++)
    {
      g_autoptr (WireConnection) connection = open_line (tap, public);
      guint64 from = wire_tap_last_serial (tap) + 1;
      GPtrArray *events;
      const WireEvent *event;

      put (tap, connection, BASE_DIRECTION_OUT, BASE_SPAN_SECRET, 0, SECRET, -1, FALSE, 1);
      events = wire_tap_read (tap, from, 100);
      event = events->pdata[0];
      g_assert_cmpint (event->span.kind, ==, BASE_SPAN_SECRET);
      g_assert_cmpuint (event->span.length, ==, strlen (SECRET));
      g_assert_true ((event->bytes != NULL) == public);
      g_ptr_array_unref (events);
    }
}

static void
test_disabled (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = NULL;
  GPtrArray *events;

  wire_tap_set_enabled (tap, FALSE);
  connection = open_line (tap, FALSE);
  put (tap, connection, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, 0, "a1 NOOP\r\n", -1, TRUE, 1);
  wire_tap_set_enabled (tap, TRUE);
  wire_tap_exchange_end (tap, connection, 1, BASE_OUTCOME_OK);
  events = wire_tap_read (tap, 1, 100);
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpuint (((WireEvent *) events->pdata[0])->bytes_out, ==, 9);
  g_ptr_array_unref (events);
}

static void
count_call (gpointer data)
{
  ++*(int *) data;
}

static void
test_watch (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = NULL;
  int calls = 0;
  guint id = wire_tap_watch (tap, count_call, &calls);

  connection = open_line (tap, FALSE);
  put (tap, connection, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, 0, "x", 1, FALSE, 1);
  g_assert_cmpint (calls, ==, 1);
  g_ptr_array_unref (wire_tap_read (tap, 1, 1));
  put (tap, connection, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, 1, "y", 1, FALSE, 1);
  g_assert_cmpint (calls, ==, 2);
  g_ptr_array_unref (wire_tap_read (tap, 1, 1));
  wire_tap_unwatch (tap, id);
  put (tap, connection, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, 2, "z", 1, FALSE, 1);
  g_assert_cmpint (calls, ==, 2);
}

/* Four connections at once; every serial once, each connection's own order kept. */
static gpointer
chatter (gpointer data)
{
  WireTap *tap = data;
  g_autoptr (WireConnection) connection = open_line (tap, FALSE);

  for (guint64 i = 0; i < 2000; i++)
    put (tap, connection, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, i, "x", 1, TRUE, 1);
  wire_tap_closed (tap, connection, "closed");
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  GThread *threads[4];
  guint64 next = 1;
  guint64 offsets[5] = { 0 };

  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new ("chatter", chatter, tap);
  while (next <= 4 * 2002)
    {
      GPtrArray *events = wire_tap_read (tap, next, 100);

      for (guint i = 0; i < events->len; i++)
        {
          const WireEvent *event = events->pdata[i];

          g_assert_cmpuint (event->serial, ==, next++);
          if (event->type == WIRE_BYTES)
            g_assert_cmpuint (event->span.offset, ==, offsets[event->connection]++);
        }
      g_ptr_array_unref (events);
      g_thread_yield ();
    }
  for (int i = 0; i < 4; i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/tap/order", test_order);
  g_test_add_func ("/wire/tap/dropped", test_dropped);
  g_test_add_func ("/wire/tap/body", test_body);
  g_test_add_func ("/wire/tap/bodies-apart", test_bodies_apart);
  g_test_add_func ("/wire/tap/secret", test_secret);
  g_test_add_func ("/wire/tap/disabled", test_disabled);
  g_test_add_func ("/wire/tap/watch", test_watch);
  g_test_add_func ("/wire/tap/threads", test_threads);
  return g_test_run ();
}
