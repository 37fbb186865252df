/* What every core shares, seen through the toy: spans without gap, masks wherever they are split,
 * the gate, deadlines, bodies pulled and not held. */
#include "base-core.h"

#include <string.h>

#include "toy-core.h"

#define SECOND G_USEC_PER_SEC

static char *
take_all (BaseCore *core)
{
  GString *text = g_string_new (NULL);
  BaseChunk *chunk;

  while ((chunk = base_core_take_output (core, 65536)) != NULL)
    {
      gsize len;
      const char *bytes = g_bytes_get_data (chunk->bytes, &len);

      g_string_append_len (text, bytes, (gssize) len);
      base_chunk_unref (chunk);
    }
  return g_string_free (text, FALSE);
}

static void
assert_output (BaseCore *core, const char *expected)
{
  g_autofree char *text = take_all (core);

  g_assert_cmpstr (text, ==, expected);
}

/* Gives @input to the core in pieces of @piece bytes, each in memory of its size. */
static void
feed (BaseCore *core, const char *input, gsize len, gsize piece)
{
  for (gsize at = 0; at < len; at += piece)
    {
      gsize n = MIN (piece, len - at);
      g_autofree guint8 *exact = g_memdup2 (input + at, n);

      base_core_receive (core, exact, n, 0);
    }
}

/* The spans taken so far as one string: secrets as '*', bodies as '#', lines' ends as '|'. */
static char *
draw_spans (BaseCore *core, const char *input, guint64 *offset)
{
  GString *text = g_string_new (NULL);
  BaseSpan span;

  while (base_core_take_span (core, &span))
    {
      g_assert_cmpuint (span.offset, ==, *offset);
      g_assert_cmpuint (span.length, >, 0);
      for (guint64 i = 0; i < span.length; i++)
        {
          char c = input[span.offset + i];

          g_string_append_c (text,
                             span.kind == BASE_SPAN_SECRET ? '*'
                             : span.kind == BASE_SPAN_BODY ? '#'
                             : c == '\r' || c == '\n'      ? '-'
                                                           : c);
        }
      if (span.ends_line)
        g_string_append_c (text, '|');
      *offset += span.length;
    }
  return g_string_free (text, FALSE);
}

static void
test_spans (void)
{
  static const char input[] = "OK one\r\nBODY 4\r\nbodyOK\r\n* by the way\r\nNO pass\r\nOK ha";
  const gsize len = sizeof input - 1;

  for (gsize piece = 1; piece <= len; piece++)
    {
      g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
      g_autofree char *drawn = NULL;
      guint64 offset = 0;
      BaseEvent *event;

      toy_say (core, "one", NULL);
      toy_get (core, 4);
      toy_say (core, "two", NULL);
      toy_say (core, "three", NULL);
      feed (core, input, len, piece);
      drawn = draw_spans (core, input, &offset);
      g_assert_cmpstr (drawn, ==, "OK one--|BODY 4--|####OK--|* by the way--|NO pass--|");
      /* The rest is not understood yet. */
      g_assert_cmpuint (offset, ==, len - 5);
      while (base_core_next_event (core, &event, NULL) == BASE_CORE_EVENT)
        base_event_unref (event);
    }
}

static void
test_server_spans (void)
{
  static const char input[] = "SAY hi\r\nPASS sesame\r\nPUT 3\r\nabcSAY bye\r\n";
  const gsize len = sizeof input - 1;

  for (gsize piece = 1; piece <= len; piece++)
    {
      g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_SERVER, NULL);
      g_autofree char *drawn = NULL;
      guint64 offset = 0;

      feed (core, input, len, piece);
      drawn = draw_spans (core, input, &offset);
      g_assert_cmpstr (drawn, ==, "SAY hi--|PASS ******--|PUT 3--|###SAY bye--|");
    }
}

static void
test_masks (void)
{
  g_autoptr (BaseSecret) secret = base_secret_new ("open sesame", -1);
  g_autofree char *base64 = g_base64_encode ((const guchar *) "open sesame", 11);
  g_autofree char *input = g_strdup_printf (
      "* you said open sesame, open sesame!\r\nNO %s\r\nOK open sesam\r\n", base64);

  for (gsize piece = 1; piece <= strlen (input); piece++)
    {
      g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
      g_autofree char *drawn = NULL;
      guint64 offset = 0;

      toy_pass (core, secret);
      toy_say (core, "x", NULL);
      feed (core, input, strlen (input), piece);
      drawn = draw_spans (core, input, &offset);
      /* Of the encoding all but the padding is hidden. */
      g_assert_cmpstr (drawn,
                       ==,
                       "* you said ***********, ***********!--|"
                       "NO ***************=--|OK open sesam--|");
    }
}

/* Inside a longer encoding, as in what AUTH PLAIN sends, the secret starts anywhere in a group of
 * three bytes. */
static void
test_masks_encoded (void)
{
  static const struct
  {
    const char *message;
    gsize len;
    const char *drawn;
  } cases[] = {
    { "xsesame", 7, "OK e*********==--|" },
    { "xxsesame", 8, "OK eH*********=--|" },
    { "xxxsesame", 9, "OK eHh*********--|" },
    { "sesamey", 7, "OK *********Q==--|" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BaseSecret) secret = base_secret_new ("sesame", -1);
      g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
      g_autofree char *base64 = g_base64_encode ((const guchar *) cases[i].message, cases[i].len);
      g_autofree char *input = g_strdup_printf ("OK %s\r\n", base64);
      g_autofree char *drawn = NULL;
      guint64 offset = 0;

      toy_pass (core, secret);
      feed (core, input, strlen (input), 1);
      drawn = draw_spans (core, input, &offset);
      g_assert_cmpstr (drawn, ==, cases[i].drawn);
    }
}

static void
test_output (void)
{
  g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (BaseSecret) secret = base_secret_new ("sesame", -1);
  static const struct
  {
    const char *text;
    BaseSpanKind kind;
    gboolean ends_line;
  } expected[] = {
    { "PASS ", BASE_SPAN_PLAIN, FALSE },
    { "sesame", BASE_SPAN_SECRET, FALSE },
    { "\r\n", BASE_SPAN_PLAIN, TRUE },
    { "SAY a\r\n", BASE_SPAN_PLAIN, TRUE },
  };
  guint64 offset = 0;

  toy_pass (core, secret);
  toy_say (core, "a", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      BaseChunk *chunk = base_core_take_output (core, 65536);
      gsize len;
      const char *bytes = g_bytes_get_data (chunk->bytes, &len);

      g_assert_cmpmem (bytes, len, expected[i].text, strlen (expected[i].text));
      g_assert_cmpint (chunk->kind, ==, expected[i].kind);
      g_assert_cmpint (chunk->ends_line, ==, expected[i].ends_line);
      g_assert_cmpuint (chunk->exchange, ==, i < 3 ? 1 : 2);
      g_assert_cmpuint (chunk->offset, ==, offset);
      offset += len;
      base_chunk_unref (chunk);
    }
  g_assert_null (base_core_take_output (core, 65536));
}

static void
test_exchange (void)
{
  g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "lunch?");
  const BaseCause *found = NULL;
  const char *verb = NULL;
  guint64 number = toy_say (core, "a", cause);
  BaseEvent *event;

  g_assert_true (base_core_exchange (core, number, &found, &verb));
  g_assert_true (found == cause);
  g_assert_cmpstr (verb, ==, "SAY");
  g_assert_false (base_core_exchange (core, number + 1, NULL, NULL));
  feed (core, "OK\r\n", 4, 4);
  g_assert_true (base_core_exchange (core, number, NULL, NULL));
  g_assert_cmpint (base_core_next_event (core, &event, NULL), ==, BASE_CORE_EVENT);
  g_assert_cmpuint (event->exchange, ==, number);
  g_assert_false (base_core_exchange (core, number, NULL, NULL));
  base_event_unref (event);
  g_assert_cmpint (base_core_next_event (core, &event, NULL), ==, BASE_CORE_NEED_DATA);
}

static void
test_gate (void)
{
  BaseLimits limits = { .silence = 10 * SECOND };
  g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, &limits);
  BaseChunk *held;

  toy_say (core, "before", NULL);
  base_core_hold (core);
  toy_say (core, "held", NULL);
  assert_output (core, "SAY before\r\n");
  g_assert_true (base_core_is_held (core));
  held = base_core_peek_held (core);
  g_assert_nonnull (held);
  g_assert_cmpmem (
      g_bytes_get_data (held->bytes, NULL), g_bytes_get_size (held->bytes), "SAY held\r\n", 10);
  g_assert_cmpuint (held->offset, ==, 12);
  base_chunk_unref (held);
  /* A lesson may think about it for as long as it likes. */
  g_assert_cmpint (base_core_next_deadline (core), ==, G_MAXINT64);
  base_core_release (core, 100 * SECOND);
  g_assert_false (base_core_is_held (core));
  g_assert_cmpint (base_core_next_deadline (core), ==, 110 * SECOND);
  assert_output (core, "SAY held\r\n");
  g_assert_null (base_core_peek_held (core));
}

static void
assert_held (BaseCore *core, const char *line)
{
  g_autoptr (BaseChunk) held = base_core_peek_held (core);

  g_assert_nonnull (held);
  g_assert_cmpmem (
      g_bytes_get_data (held->bytes, NULL), g_bytes_get_size (held->bytes), line, strlen (line));
}

static gboolean
edit (BaseCore *core, guint64 exchange, const char *line)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (line, strlen (line));

  return base_core_edit_held (core, exchange, bytes);
}

/* Step mode: one command at a time, and another line in its place. */
static void
test_gate_steps (void)
{
  g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
  guint64 first;
  guint64 second;

  base_core_hold (core);
  first = toy_say (core, "one", NULL);
  second = toy_say (core, "two", NULL);
  assert_held (core, "SAY one\r\n");
  base_core_release_one (core, 1);
  assert_output (core, "SAY one\r\n");
  assert_held (core, "SAY two\r\n");
  g_assert_true (base_core_is_held (core));

  g_assert_false (edit (core, first, "SAY gone\r\n"));
  g_assert_false (edit (core, second, "SAY no end"));
  g_assert_false (edit (core, second, "SAY bare\n"));
  g_assert_false (edit (core, second, "SAY two\r\nSAY lines\r\n"));
  g_assert_false (edit (core, second, "QUIT\r\n"));
  assert_held (core, "SAY two\r\n");
  g_assert_true (edit (core, second, "SAY other\r\n"));
  assert_held (core, "SAY other\r\n");
  base_core_release (core, 2);
  assert_output (core, "SAY other\r\n");
  g_assert_false (edit (core, second, "SAY late\r\n"));
}

static void
test_deadline (void)
{
  BaseLimits limits = { .silence = 10 * SECOND };
  g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, &limits);
  g_autoptr (GError) error = NULL;
  BaseEvent *event;

  g_assert_cmpint (base_core_limits (core)->silence, ==, 10 * SECOND);
  g_assert_cmpuint (base_core_limits (core)->line, ==, 1024 * 1024);
  g_assert_cmpint (base_core_next_deadline (core), ==, G_MAXINT64);
  toy_say (core, "anybody?", NULL);
  assert_output (core, "SAY anybody?\r\n");
  base_core_sent (core, 3 * SECOND);
  g_assert_cmpint (base_core_next_deadline (core), ==, 13 * SECOND);
  base_core_receive (core, (const guint8 *) "O", 1, 5 * SECOND);
  g_assert_cmpint (base_core_next_deadline (core), ==, 15 * SECOND);
  base_core_expire (core, 15 * SECOND - 1);
  g_assert_cmpint (base_core_next_event (core, &event, NULL), ==, BASE_CORE_NEED_DATA);
  base_core_expire (core, 15 * SECOND);
  g_assert_cmpint (base_core_next_event (core, &event, &error), ==, BASE_CORE_FAILED);
  g_assert_error (error, BASE_CORE_ERROR, BASE_CORE_ERROR_TIMEOUT);
  g_assert_cmpint (base_error_retry (error), ==, BASE_RETRY_AGAIN);
  /* The same at every call, and nothing goes out any more. */
  g_clear_error (&error);
  toy_say (core, "too late", NULL);
  g_assert_null (base_core_take_output (core, 100));
  g_assert_cmpint (base_core_next_event (core, &event, &error), ==, BASE_CORE_FAILED);
  g_assert_cmpint (base_core_next_deadline (core), ==, G_MAXINT64);
}

static gssize
read_zeros (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  guint64 *given = data;

  memset (buffer, 'z', len);
  *given += len;
  return (gssize) len;
}

/* 200 MB, of which never more than a piece is read ahead. */
static void
test_body_out (void)
{
  const guint64 size = G_GUINT64_CONSTANT (200) * 1024 * 1024;
  g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
  guint64 given = 0;
  guint64 taken = 0;
  g_autoptr (BaseBody) body = base_body_new (size, read_zeros, &given, NULL);
  BaseChunk *chunk;

  toy_put (core, body);
  while (taken < size && (chunk = base_core_take_output (core, 65536)) != NULL)
    {
      if (chunk->kind == BASE_SPAN_BODY)
        {
          g_assert_cmpuint (g_bytes_get_size (chunk->bytes), <=, 65536);
          taken += g_bytes_get_size (chunk->bytes);
          g_assert_cmpuint (given, ==, taken);
        }
      base_chunk_unref (chunk);
    }
  g_assert_cmpuint (taken, ==, size);
}

/* A source that holds less than it said must not look like a whole message. */
static gssize
read_short (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  int *turns = data;

  if ((*turns)++ > 0)
    return 0;
  buffer[0] = 'x';
  return 1;
}

static gssize
read_error (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_IO, "the disk is gone");
  return -1;
}

static void
test_body_fails (void)
{
  int turns = 0;
  BaseBody *bodies[] = { base_body_new (5, read_short, &turns, NULL),
                         base_body_new (5, read_error, NULL, NULL) };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;
      BaseEvent *event;

      toy_put (core, bodies[i]);
      toy_say (core, "never said", NULL);
      text = take_all (core);
      g_assert_cmpstr (text, ==, i == 0 ? "PUT 5\r\nx" : "PUT 5\r\n");
      g_assert_cmpint (base_core_next_event (core, &event, &error), ==, BASE_CORE_FAILED);
      if (i == 0)
        g_assert_error (error, BASE_CORE_ERROR, BASE_CORE_ERROR_LIMIT);
      else
        g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_IO);
      base_body_unref (bodies[i]);
    }
}

static void
test_ends (void)
{
  g_autoptr (BaseCore) quiet = toy_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (BaseCore) cut = toy_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (GError) error = NULL;
  BaseEvent *event;

  toy_quit (quiet);
  feed (quiet, "OK\r\n* more\r\n", 12, 1);
  g_assert_cmpint (base_core_next_event (quiet, &event, NULL), ==, BASE_CORE_EVENT);
  base_event_unref (event);
  g_assert_cmpint (base_core_next_event (quiet, &event, NULL), ==, BASE_CORE_CLOSED);
  base_core_receive_eof (quiet, 0);
  g_assert_cmpint (base_core_next_event (quiet, &event, NULL), ==, BASE_CORE_CLOSED);

  /* What came before the cut is still told. */
  toy_say (cut, "a", NULL);
  feed (cut, "OK\r\nOK", 6, 6);
  base_core_receive_eof (cut, 0);
  g_assert_cmpint (base_core_next_event (cut, &event, NULL), ==, BASE_CORE_EVENT);
  base_event_unref (event);
  g_assert_cmpint (base_core_next_event (cut, &event, &error), ==, BASE_CORE_FAILED);
  g_assert_error (error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
}

static void
test_injection (void)
{
  BaseTlsInfo info = { "TLSv1.3", "TLS_AES_256_GCM_SHA384" };
  g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (GError) error = NULL;
  BaseEvent *event;

  toy_starttls (core);
  feed (core, "OK\r\n*", 5, 5);
  while (base_core_next_event (core, &event, NULL) == BASE_CORE_EVENT)
    base_event_unref (event);
  base_core_tls_started (core, &info, 0);
  g_assert_cmpint (base_core_next_event (core, &event, &error), ==, BASE_CORE_FAILED);
  g_assert_error (error, BASE_CORE_ERROR, BASE_CORE_ERROR_INJECTION);
  g_assert_cmpint (base_error_retry (error), ==, BASE_RETRY_USER);
}

static void
test_checkpoint (void)
{
  BaseTlsInfo info = { "TLSv1.3", "x" };
  g_autoptr (BaseCore) core = toy_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (BaseCore) copy = toy_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (GVariant) state = NULL;
  g_autoptr (BaseParts) parts = base_parts_new ();

  base_core_tls_started (core, &info, 0);
  state = g_variant_ref_sink (base_core_checkpoint (core));
  g_assert_true (base_core_restore (copy, state, NULL));
  g_assert_cmpstr (base_core_state (copy), ==, "encrypted");
  g_assert_cmpstr (base_core_protocol (copy), ==, "toy");
  base_core_annotate (copy, BASE_DIRECTION_OUT, (const guint8 *) "SAY x\r\n", 7, parts);
  g_assert_cmpstr (base_parts_get (parts, 0)->id, ==, "toy.say");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/core/spans", test_spans);
  g_test_add_func ("/base/core/server-spans", test_server_spans);
  g_test_add_func ("/base/core/masks", test_masks);
  g_test_add_func ("/base/core/masks-encoded", test_masks_encoded);
  g_test_add_func ("/base/core/output", test_output);
  g_test_add_func ("/base/core/exchange", test_exchange);
  g_test_add_func ("/base/core/gate", test_gate);
  g_test_add_func ("/base/core/gate-steps", test_gate_steps);
  g_test_add_func ("/base/core/deadline", test_deadline);
  g_test_add_func ("/base/core/body-out", test_body_out);
  g_test_add_func ("/base/core/body-fails", test_body_fails);
  g_test_add_func ("/base/core/ends", test_ends);
  g_test_add_func ("/base/core/injection", test_injection);
  g_test_add_func ("/base/core/checkpoint", test_checkpoint);
  return g_test_run ();
}
