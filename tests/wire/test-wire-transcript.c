/* What was recorded reads back equal, holds no password, and outlives the ring; lines and exports
 * show what was said and nothing that could deceive. */
#include "wire-lines.h"
#include "wire-tap.h"
#include "wire-transcript.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#define SECRET "correct horse battery staple"

static WireConnection *
open_line (WireTap *tap)
{
  return wire_tap_open (
      tap, NULL, "ada", "imap", BASE_ROLE_CLIENT, "mail.example", 993, "192.0.2.7", FALSE);
}

typedef struct
{
  WireTap *tap;
  WireConnection *connection;
  guint64 offsets[2];
} Talk;

static void
put (Talk *talk,
     BaseDirection direction,
     BaseSpanKind kind,
     const char *bytes,
     gssize len,
     gboolean end)
{
  gsize size = len < 0 ? strlen (bytes) : (gsize) len;
  BaseSpan span = { talk->offsets[direction], size, kind, end, 1 };

  talk->offsets[direction] += size;
  wire_tap_bytes (talk->tap, talk->connection, direction, &span, (const guint8 *) bytes);
}

/* A dialogue with one of everything. */
static void
converse (WireTap *tap)
{
  g_autoptr (WireConnection) connection = open_line (tap);
  g_autoptr (BaseCause) first = base_cause_new (BASE_CAUSE_OPEN, "Déjeuner “\"?” \\ \x01");
  g_autoptr (BaseCause) again = base_cause_new (BASE_CAUSE_OPEN, first->subject);
  const BaseCause *both[] = { first, again };
  g_autoptr (BaseCause) cause = base_cause_join (both, 2);
  g_autoptr (GPtrArray) chain =
      g_ptr_array_new_with_free_func ((GDestroyNotify) wire_certificate_free);
  WireCertificate *certificate = g_new0 (WireCertificate, 1);
  Talk talk = { .tap = tap, .connection = connection };
  BaseChunk chunk = { .offset = 60, .kind = BASE_SPAN_PLAIN, .ends_line = TRUE, .exchange = 2 };

  certificate->subject = g_strdup ("mail.example");
  certificate->issuer = g_strdup ("Example CA");
  certificate->names = g_strdup ("mail.example, 192.0.2.7");
  certificate->sha256 = g_strdup ("00:11");
  certificate->not_before = -5;
  certificate->not_after = G_GINT64_CONSTANT (4102444800);
  g_ptr_array_add (chain, certificate);
  wire_tap_tls_hello (
      tap, connection, BASE_DIRECTION_OUT, "ClientHello", 512, "sni=mail.example alpn=");
  wire_tap_tls_done (tap, connection, "TLSv1.3", "TLS_AES_256_GCM_SHA384", chain);
  wire_tap_exchange_begin (
      tap, connection, 1, "LOGIN", cause, g_variant_new ("(sx)", "not authenticated", G_MININT64));
  put (&talk, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, "a1 LOGIN ada \"", -1, FALSE);
  put (&talk, BASE_DIRECTION_OUT, BASE_SPAN_SECRET, SECRET, -1, FALSE);
  put (&talk, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, "\"\r\n", -1, TRUE);
  put (&talk, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, "* 1 FETCH (BODY[] {5}\r\n", -1, FALSE);
  put (&talk, BASE_DIRECTION_IN, BASE_SPAN_BODY, "hello", 5, FALSE);
  put (&talk, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, ")\r\n", -1, TRUE);
  put (&talk, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, "a1 OK b\xFF\0\x1B[2J\r\n", 15, TRUE);
  wire_tap_exchange_end_carried (
      tap, connection, 1, BASE_OUTCOME_TEMPORARY, &(WireCarried){ 99, 58, 2, 1 });
  chunk.bytes = g_bytes_new_static ("a2 NOOP\r\n", 9);
  wire_tap_held (tap, connection, 2, "NOOP", NULL, g_variant_new ("b", TRUE), &chunk);
  g_bytes_unref (chunk.bytes);
  wire_tap_released (tap, connection, 2);
  wire_tap_closed (tap, connection, "closed");
}

static void
assert_same_bytes (GBytes *a, GBytes *b)
{
  g_assert_true ((a == NULL) == (b == NULL));
  if (a != NULL)
    g_assert_true (g_bytes_equal (a, b));
}

static void
assert_same (const WireEvent *a, const WireEvent *b)
{
  g_assert_cmpint (a->type, ==, b->type);
  g_assert_cmpuint (a->serial, ==, b->serial);
  g_assert_cmpint (a->when, ==, b->when);
  g_assert_cmpint (a->clock, ==, b->clock);
  g_assert_cmpuint (a->connection, ==, b->connection);
  g_assert_cmpuint (a->exchange, ==, b->exchange);
  g_assert_cmpint (a->direction, ==, b->direction);
  g_assert_cmpuint (a->span.offset, ==, b->span.offset);
  g_assert_cmpuint (a->span.length, ==, b->span.length);
  g_assert_cmpint (a->span.kind, ==, b->span.kind);
  g_assert_cmpint (a->span.ends_line, ==, b->span.ends_line);
  g_assert_cmpuint (a->span.exchange, ==, b->span.exchange);
  assert_same_bytes (a->bytes, b->bytes);
  g_assert_true (a->verb == b->verb);
  g_assert_true ((a->cause == NULL) == (b->cause == NULL));
  if (a->cause != NULL)
    {
      g_assert_cmpuint (a->cause->id, ==, b->cause->id);
      g_assert_cmpint (a->cause->kind, ==, b->cause->kind);
      g_assert_cmpstr (a->cause->subject, ==, b->cause->subject);
      g_assert_cmpint (a->cause->when, ==, b->cause->when);
      g_assert_cmpmem (a->cause->wishes,
                       a->cause->n_wishes * sizeof (guint64),
                       b->cause->wishes,
                       b->cause->n_wishes * sizeof (guint64));
    }
  g_assert_true ((a->checkpoint == NULL) == (b->checkpoint == NULL));
  if (a->checkpoint != NULL)
    g_assert_cmpvariant (a->checkpoint, b->checkpoint);
  g_assert_cmpint (a->outcome, ==, b->outcome);
  g_assert_cmpuint (a->bytes_in, ==, b->bytes_in);
  g_assert_cmpuint (a->bytes_out, ==, b->bytes_out);
  g_assert_cmpmem (&a->carried, sizeof a->carried, &b->carried, sizeof b->carried);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->detail, ==, b->detail);
  g_assert_cmpuint (a->count, ==, b->count);
  g_assert_true ((a->chain == NULL) == (b->chain == NULL));
  if (a->chain != NULL)
    {
      const WireCertificate *left = a->chain->pdata[0];
      const WireCertificate *right = b->chain->pdata[0];

      g_assert_cmpuint (a->chain->len, ==, b->chain->len);
      g_assert_cmpstr (left->names, ==, right->names);
      g_assert_cmpint (left->not_before, ==, right->not_before);
      g_assert_cmpint (left->not_after, ==, right->not_after);
    }
}

static char *
recording_path (void)
{
  g_autofree char *dir = g_dir_make_tmp ("restante-wire-XXXXXX", NULL);

  return g_build_filename (dir, "recording.jsonl", NULL);
}

static void
test_round_trip (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autofree char *path = recording_path ();
  g_autofree char *text = NULL;
  g_autoptr (GHashTable) connections = NULL;
  g_autoptr (GPtrArray) said = NULL;
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (GError) error = NULL;
  struct stat status;
  gsize len;
  const WireConnection *connection;

  g_assert_true (wire_tap_record (tap, path, &error));
  converse (tap);
  g_assert_true (wire_tap_record_stop (tap, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, &len, NULL));
  g_assert_null (strstr (text, SECRET));
  g_assert_null (strstr (text, "battery"));

  said = wire_tap_read (tap, 1, 1000);
  read = wire_transcript_read (path, &connections, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read->len, ==, said->len);
  for (guint i = 0; i < read->len; i++)
    assert_same (said->pdata[i], read->pdata[i]);
  connection = g_hash_table_lookup (connections, &((WireEvent *) read->pdata[0])->connection);
  g_assert_cmpstr (connection->host, ==, "mail.example");
  g_assert_cmpuint (connection->port, ==, 993);
  g_assert_cmpstr (connection->account_name, ==, "ada");
  g_assert_null (connection->account);

  /* A crash in the middle of a line costs that line alone. */
  {
    g_autoptr (GPtrArray) cut = wire_transcript_parse (text, len - 5, 1, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (cut->len, ==, read->len - 1);
  }
}

/* The ring forgets, the disk does not. */
static void
test_complete (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (5000);
  g_autofree char *path = recording_path ();
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (WireConnection) early = open_line (tap);
  Talk talk = { .tap = tap, .connection = early };

  put (&talk, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, "before\r\n", -1, TRUE);
  g_assert_true (wire_tap_record (tap, path, NULL));
  for (int i = 0; i < 5000; i++)
    put (&talk, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, "a line\r\n", -1, TRUE);
  g_assert_true (wire_tap_record_check (tap, NULL));
  g_assert_true (wire_tap_record_stop (tap, NULL));
  put (&talk, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, "after\r\n", -1, TRUE);
  read = wire_transcript_read (path, NULL, NULL);
  g_assert_cmpuint (read->len, ==, 5000);
  for (guint i = 0; i < read->len; i++)
    g_assert_cmpuint (((WireEvent *) read->pdata[i])->serial, ==, i + 3);
}

static void
test_disk_errors (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (GError) error = NULL;

  g_assert_false (wire_tap_record (tap, "/no/such/place/recording", &error));
  g_assert_error (error, WIRE_ERROR, WIRE_ERROR_IO);
  g_clear_error (&error);
  g_assert_null (wire_transcript_read ("/no/such/place/recording", NULL, &error));
  g_assert_error (error, WIRE_ERROR, WIRE_ERROR_IO);
}

/* A limit on file sizes stands in for a full disk. */
static void
test_full_disk (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (WireTap) tap = wire_tap_new (0);
      g_autofree char *path = recording_path ();
      g_autoptr (WireConnection) connection = open_line (tap);
      Talk talk = { .tap = tap, .connection = connection };
      g_autoptr (GError) error = NULL;

      g_assert_true (wire_tap_record (tap, path, NULL));
      for (int i = 0; i < 20000; i++)
        put (&talk, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, "a line\r\n", -1, TRUE);
      g_assert_false (wire_tap_record_stop (tap, &error));
      g_assert_error (error, WIRE_ERROR, WIRE_ERROR_IO);
      return;
    }
  {
    g_autofree char *command = g_strdup_printf (
        "trap '' XFSZ; ulimit -f 100; exec '%s' -p /wire/transcript/full-disk --GTestSubprocess",
        g_getenv ("TEST_PROGRAM"));
    const char *argv[] = { "sh", "-c", command, NULL };
    int status;

    g_assert_true (g_spawn_sync (NULL,
                                 (char **) argv,
                                 NULL,
                                 G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                                 NULL,
                                 NULL,
                                 NULL,
                                 NULL,
                                 &status,
                                 NULL));
    g_assert_true (g_spawn_check_wait_status (status, NULL));
  }
}

static void
test_format (void)
{
#define HEAD \
  "{\"type\":\"opened\",\"serial\":1,\"connection\":1,\"protocol\":\"imap\",\"host\":\"h\"}\n"
  static const char *const bad[] = {
    "hello\n",
    "{}\n",
    "[]\n",
    "\n",
    "{\"type\":\"nonsense\",\"connection\":1,\"protocol\":\"x\"}\n",
    "{\"type\":\"opened\",\"serial\":1,\"connection\":1}\n", /* nobody says who that is */
    HEAD "{\"type\":\"bytes\",\"connection\":1}\n",
    HEAD
    "{\"type\":\"bytes\",\"connection\":1,\"kind\":\"plain\",\"length\":5,\"text\":\"four\"}\n",
    HEAD "{\"type\":\"bytes\",\"connection\":1,\"kind\":\"body\",\"length\":3,\"text\":\"four\"}\n",
    HEAD "{\"type\":\"bytes\",\"connection\":1,\"kind\":\"odd\",\"length\":4,\"text\":\"four\"}\n",
    HEAD "{\"type\":\"exchange-end\",\"connection\":1,\"outcome\":\"maybe\"}\n",
    HEAD "{\"type\":\"exchange-begin\",\"connection\":1,\"checkpoint\":\"(((\"}\n",
    HEAD "{\"type\":\"exchange-begin\",\"connection\":1,\"cause\":{\"kind\":\"fun\"}}\n",
    HEAD "{\"type\":\"closed\",\"connection\":1} x\n",
    HEAD "{\"type\":\"closed\",\"connection\":1,\"name\":\"\\u0000\"}\n",
    HEAD "{\"type\":\"closed\",\"connection\":1,\"name\":\"\\ud800\"}\n",
    HEAD "{\"type\":\"closed\",\"connection\":1,\"count\":1.5}\n",
    HEAD "{\"type\":\"closed\",\"connection\":1,\"x\":[[[[[[[[[[1]]]]]]]]]]}\n",
    HEAD "{\"type\":\"closed\",\"connection\":1,\"name\":\"\xFF\"}\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      gsize len = strlen (bad[i]);
      g_autofree char *exact = g_memdup2 (bad[i], len);
      g_autoptr (GError) error = NULL;

      g_assert_null (wire_transcript_parse (exact, len, 1, NULL, &error));
      g_assert_error (error, WIRE_ERROR, WIRE_ERROR_FORMAT);
    }
}

static GPtrArray *
lines_of (WireTap *tap)
{
  g_autoptr (WireLines) lines = wire_lines_new ();
  g_autoptr (GPtrArray) events = wire_tap_read (tap, 1, 1000);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_line_free);

  for (guint i = 0; i < events->len; i++)
    {
      WireLine *line = wire_lines_feed (lines, events->pdata[i]);

      if (line != NULL)
        g_ptr_array_add (found, line);
    }
  return found;
}

/* In a file a body may be the end of its line, and nothing else of it. */
static void
test_line_of_a_body (void)
{
  static const char text[] =
      "{\"type\":\"bytes\",\"serial\":1,\"when\":1,\"clock\":1,\"connection\":1,\"exchange\":1,"
      "\"direction\":\"in\",\"offset\":0,\"length\":5,\"kind\":\"body\",\"ends_line\":true,"
      "\"protocol\":\"imap\",\"role\":\"client\"}\n";
  g_autoptr (GPtrArray) events = wire_transcript_parse (text, strlen (text), 1, NULL, NULL);
  g_autoptr (WireLines) lines = wire_lines_new ();
  WireLine *line;

  g_assert_nonnull (events);
  line = wire_lines_feed (lines, events->pdata[0]);
  g_assert_nonnull (line);
  g_assert_cmpstr (line->text, ==, "");
  g_assert_cmpuint (line->body, ==, 5);
  wire_line_free (line);
}

static void
test_lines (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (GPtrArray) lines = NULL;
  const WireLine *line;
  const BaseSpan *secret;
  gsize len;
  const char *bytes;

  converse (tap);
  lines = lines_of (tap);
  g_assert_cmpuint (lines->len, ==, 4);

  line = lines->pdata[0];
  g_assert_cmpstr (line->text, ==, "a1 LOGIN ada \"" WIRE_LINE_SECRET "\"");
  bytes = g_bytes_get_data (line->bytes, &len);
  g_assert_cmpuint (len, ==, 14 + strlen (SECRET) + 3);
  g_assert_true (g_str_has_prefix (bytes + 14, "****"));
  g_assert_cmpuint (line->secrets->len, ==, 1);
  secret = &g_array_index (line->secrets, BaseSpan, 0);
  g_assert_cmpuint (secret->offset, ==, 14);
  g_assert_cmpuint (secret->length, ==, strlen (SECRET));

  line = lines->pdata[1];
  g_assert_cmpint (line->direction, ==, BASE_DIRECTION_IN);
  g_assert_cmpstr (line->text, ==, "* 1 FETCH (BODY[] {5} …)");
  g_assert_cmpuint (line->body, ==, 5);
  g_assert_nonnull (line->head);
  g_assert_cmpuint (g_bytes_get_size (line->head), ==, 5);
  g_assert_cmpuint (line->bodies->len, ==, 1);
  bytes = g_bytes_get_data (line->bytes, &len);
  g_assert_cmpmem (bytes, len, "* 1 FETCH (BODY[] {5}\r\n)\r\n", 26);

  /* Nothing the server said can reach the terminal as a command. */
  line = lines->pdata[2];
  g_assert_cmpstr (line->text, ==, "a1 OK b��␛[2J");

  line = lines->pdata[3];
  g_assert_true (line->held);
  g_assert_cmpstr (line->text, ==, "a2 NOOP");
}

static void
test_line_after_body (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = open_line (tap);
  Talk talk = { .tap = tap, .connection = connection };
  g_autoptr (GPtrArray) lines = NULL;
  const WireLine *line;
  const char *bytes;
  gsize len;

  put (&talk, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, "+OK\r\n", -1, TRUE);
  put (&talk, BASE_DIRECTION_IN, BASE_SPAN_BODY, "From: me\r\n", -1, FALSE);
  put (&talk, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, ".\r\n", -1, TRUE);
  put (&talk, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, "+OK by", -1, FALSE);
  wire_tap_closed (tap, connection, "cut");
  lines = lines_of (tap);
  g_assert_cmpuint (lines->len, ==, 3);
  line = lines->pdata[1];
  g_assert_cmpstr (line->text, ==, ".");
  g_assert_cmpuint (line->body, ==, 10);
  bytes = g_bytes_get_data (line->head, &len);
  g_assert_cmpmem (bytes, len, "From: me\r\n", 10);
  line = lines->pdata[2];
  g_assert_null (line->head);
  g_assert_cmpstr (line->text, ==, "+OK by");
}

/* RFC 3030: nothing ends a chunk but its size, and what is said next is another command's. */
static void
test_line_after_chunk (void)
{
  g_autoptr (WireTap) tap = wire_tap_new (0);
  g_autoptr (WireConnection) connection = open_line (tap);
  BaseSpan spans[] = { { 0, 13, BASE_SPAN_PLAIN, TRUE, 1 },
                       { 13, 5, BASE_SPAN_BODY, FALSE, 1 },
                       { 18, 6, BASE_SPAN_PLAIN, TRUE, 2 } };
  g_autoptr (GPtrArray) lines = NULL;
  const WireLine *line;

  wire_tap_spans (tap,
                  connection,
                  BASE_DIRECTION_OUT,
                  spans,
                  G_N_ELEMENTS (spans),
                  (const guint8 *) "BDAT 5 LAST\r\nhelloQUIT\r\n");
  lines = lines_of (tap);
  g_assert_cmpuint (lines->len, ==, 2);
  line = lines->pdata[1];
  g_assert_cmpstr (line->text, ==, "QUIT");
  g_assert_cmpuint (line->exchange, ==, 2);
  g_assert_cmpuint (line->body, ==, 0);
}

int
main (int argc, char **argv)
{
  g_setenv ("TEST_PROGRAM", argv[0], TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/transcript/round-trip", test_round_trip);
  g_test_add_func ("/wire/transcript/complete", test_complete);
  g_test_add_func ("/wire/transcript/disk-errors", test_disk_errors);
  g_test_add_func ("/wire/transcript/full-disk", test_full_disk);
  g_test_add_func ("/wire/transcript/format", test_format);
  g_test_add_func ("/wire/lines", test_lines);
  g_test_add_func ("/wire/lines-of-a-body", test_line_of_a_body);
  g_test_add_func ("/wire/lines/after-body", test_line_after_body);
  g_test_add_func ("/wire/lines/after-chunk", test_line_after_chunk);
  return g_test_run ();
}
