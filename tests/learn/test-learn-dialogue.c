/* Events gathered into exchanges: greeting, handshake, held and lost commands, and bounds. The
 * events come through a real tap, as net reports them. */
#include "config.h"

#include <string.h>

#include "learn-wording.h"
#include "test-stage.h"

/* What the dialogue of this test told of itself. */
static struct
{
  guint added, changed, dropped;
  guint last;
} told;

static void
on_change (LearnDialogue *dialogue, LearnDialogueChange change, guint position, gpointer data)
{
  if (change == LEARN_ADDED)
    told.added++;
  else if (change == LEARN_CHANGED)
    told.changed++;
  else
    told.dropped++;
  g_assert_cmpuint (position, <, learn_dialogue_count (dialogue));
  told.last = position;
}

static void
begin (Stage *stage, const char *protocol, gsize size, guint max)
{
  const WireConnection like = stage_like (protocol, "localhost", 143);

  memset (&told, 0, sizeof told);
  stage_init (stage, &like, size, max, on_change, NULL);
}

static void
bytes (Stage *stage,
       BaseDirection direction,
       BaseSpanKind kind,
       guint64 exchange,
       const char *text,
       gboolean ends)
{
  stage->exchange = exchange;
  stage_say (stage, direction, kind, text, strlen (text), ends);
}

static void
server (Stage *stage, guint64 exchange, const char *line)
{
  bytes (stage, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, exchange, line, TRUE);
}

static void
client (Stage *stage,
        guint64 exchange,
        const char *verb,
        BaseCauseKind kind,
        const char *subject,
        const char *line)
{
  g_autoptr (BaseCause) cause = base_cause_new (kind, subject);

  wire_tap_exchange_begin (stage->tap, stage->connection, exchange, verb, cause, NULL);
  bytes (stage, BASE_DIRECTION_OUT, BASE_SPAN_PLAIN, exchange, line, TRUE);
}

static void
end (Stage *stage, guint64 exchange, BaseOutcome outcome)
{
  wire_tap_exchange_end (stage->tap, stage->connection, exchange, outcome);
}

static LearnExchange *
get (Stage *stage, guint position)
{
  LearnExchange *exchange;

  stage_pull (stage);
  exchange = learn_dialogue_get (stage->dialogue, position);
  g_assert_nonnull (exchange);
  return exchange;
}

static void
assert_words (const LearnExchange *exchange, const char *title, const char *effect)
{
  g_autofree char *said = learn_exchange_title (exchange);
  g_autofree char *changed = learn_exchange_effect (exchange);

  g_assert_cmpstr (said, ==, title);
  g_assert_cmpstr (changed, ==, effect);
}

static void
test_imap (void)
{
  Stage stage;
  const LearnExchange *exchange;

  begin (&stage, "imap", 0, 100);
  server (&stage, 0, "* OK ready\r\n");
  exchange = get (&stage, 0);
  g_assert_cmpstr (exchange->verb, ==, LEARN_GREETING);
  g_assert_true (exchange->done && exchange->routine);
  g_assert_cmpint (exchange->outcome, ==, BASE_OUTCOME_OK);

  client (&stage, 1, "UID FETCH", BASE_CAUSE_OPEN, "lunch?", "a UID FETCH 4711 (BODY.PEEK[])\r\n");
  exchange = get (&stage, 1);
  assert_words (exchange, "Fetching “lunch?”", "");
  g_assert_false (exchange->done || exchange->routine);
  g_assert_cmpint (exchange->duration, ==, -1);
  bytes (
      &stage, BASE_DIRECTION_IN, BASE_SPAN_PLAIN, 1, "* 1 FETCH (UID 4711 BODY[] {5}\r\n", FALSE);
  bytes (&stage, BASE_DIRECTION_IN, BASE_SPAN_BODY, 1, "hello", FALSE);
  server (&stage, 1, ")\r\n");
  server (&stage, 1, "a OK done\r\n");
  end (&stage, 1, BASE_OUTCOME_OK);
  stage_pull (&stage);
  g_assert_true (exchange->done);
  g_assert_cmpuint (exchange->lines->len, ==, 3);
  g_assert_cmpint (exchange->duration, >=, 0);
  assert_words (exchange, "Fetched “lunch?”", "+1 here");

  client (
      &stage, 2, "UID STORE", BASE_CAUSE_MARK, "lunch?", "b UID STORE 4711 +FLAGS (\\Seen)\r\n");
  server (&stage, 2, "b OK\r\n");
  end (&stage, 2, BASE_OUTCOME_OK);
  assert_words (get (&stage, 2), "Marked as read", "server: +\\Seen");

  client (&stage, 3, "EXPUNGE", BASE_CAUSE_SYNC, NULL, "c EXPUNGE\r\n");
  server (&stage, 3, "* 1 EXPUNGE\r\n");
  server (&stage, 3, "* 1 EXPUNGE\r\n");
  server (&stage, 3, "c OK\r\n");
  end (&stage, 3, BASE_OUTCOME_OK);
  assert_words (get (&stage, 3), "Removed what was marked as deleted", "2 left the server");

  client (&stage, 4, "SELECT", BASE_CAUSE_SYNC, NULL, "d SELECT INBOX\r\n");
  server (&stage, 4, "d NO [UNAVAILABLE] Not now\r\n");
  end (&stage, 4, BASE_OUTCOME_TEMPORARY);
  assert_words (get (&stage, 4), "Selecting Inbox: try again later", "");
  g_assert_cmpstr (get (&stage, 4)->error_line, ==, "Not now");

  server (&stage, 0, "* 3 EXISTS\r\n");
  server (&stage, 0, "* BYE\r\n");
  exchange = get (&stage, 5);
  g_assert_cmpstr (exchange->verb, ==, LEARN_NEWS);
  g_assert_cmpuint (exchange->lines->len, ==, 2);
  g_assert_cmpuint (learn_dialogue_count (stage.dialogue), ==, 6);
  stage_clear (&stage);
}

static void
test_pop3 (void)
{
  Stage stage;

  begin (&stage, "pop3", 0, 100);
  server (&stage, 0, "+OK ready\r\n");
  client (&stage, 1, "RETR", BASE_CAUSE_COLLECT, NULL, "RETR 3\r\n");
  server (&stage, 1, "+OK\r\n");
  end (&stage, 1, BASE_OUTCOME_OK);
  client (&stage, 2, "DELE", BASE_CAUSE_COLLECT, NULL, "DELE 3\r\n");
  server (&stage, 2, "+OK\r\n");
  end (&stage, 2, BASE_OUTCOME_OK);
  client (&stage, 3, "DELE", BASE_CAUSE_COLLECT, NULL, "DELE 4\r\n");
  server (&stage, 3, "+OK\r\n");
  end (&stage, 3, BASE_OUTCOME_OK);
  client (&stage, 4, "QUIT", BASE_CAUSE_COLLECT, NULL, "QUIT\r\n");
  assert_words (get (&stage, 1), "Collected letter 3", "+1 here");
  assert_words (get (&stage, 2), "Asked to delete letter 3 (at QUIT)", "1 leaves at QUIT");
  assert_words (get (&stage, 3), "Asked to delete letter 4 (at QUIT)", "2 leave at QUIT");
  assert_words (get (&stage, 4), "Saying goodbye", "");
  server (&stage, 4, "+OK\r\n");
  end (&stage, 4, BASE_OUTCOME_OK);
  assert_words (get (&stage, 4), "Said goodbye", "2 left the server");
  stage_clear (&stage);
}

/* Cut before QUIT is answered: nobody has proved that anything left. */
static void
test_lost (void)
{
  Stage stage;

  begin (&stage, "pop3", 0, 100);
  server (&stage, 0, "+OK ready\r\n");
  client (&stage, 1, "DELE", BASE_CAUSE_COLLECT, NULL, "DELE 1\r\n");
  server (&stage, 1, "+OK\r\n");
  end (&stage, 1, BASE_OUTCOME_OK);
  client (&stage, 2, "QUIT", BASE_CAUSE_COLLECT, NULL, "QUIT\r\n");
  end (&stage, 2, BASE_OUTCOME_LOST);
  wire_tap_closed (stage.tap, stage.connection, "cut");
  assert_words (get (&stage, 2),
                "Saying goodbye: the line was cut before the answer",
                "the letters may still be there");
  g_assert_false (get (&stage, 2)->routine);

  stage_clear (&stage);
  begin (&stage, "smtp", 0, 100);
  server (&stage, 0, "220-hello\r\n");
  g_assert_false (get (&stage, 0)->done);
  server (&stage, 0, "220 there\r\n");
  g_assert_true (get (&stage, 0)->done);
  g_assert_cmpuint (get (&stage, 0)->lines->len, ==, 2);
  client (&stage, 1, "DATA", BASE_CAUSE_SEND, "lunch?", "DATA\r\n");
  wire_tap_closed (stage.tap, stage.connection, "cut");
  assert_words (get (&stage, 1),
                "Handing over “lunch?”: the line was cut before the answer",
                "may have been sent");
  stage_clear (&stage);

  /* A line that ends as the server said it would was not cut. */
  begin (&stage, "imap", 0, 100);
  server (&stage, 0, "* OK ready\r\n");
  client (&stage, 1, "NOOP", BASE_CAUSE_SYNC, NULL, "a NOOP\r\n");
  server (&stage, 0, "* BYE going down\r\n");
  end (&stage, 1, BASE_OUTCOME_LOST);
  wire_tap_closed (stage.tap, stage.connection, "closed");
  assert_words (
      get (&stage, 1), "Asking for news: the server ended the session before the answer", "");
  stage_clear (&stage);
}

static void
test_tls (void)
{
  g_autoptr (GPtrArray) chain =
      g_ptr_array_new_with_free_func ((GDestroyNotify) wire_certificate_free);
  WireCertificate *certificate = g_new0 (WireCertificate, 1);
  WireCertificate *authority = g_new0 (WireCertificate, 1);
  g_autoptr (GPtrArray) cards = NULL;
  static const char *const entries[] = {
    "tls.message.client-hello", "tls.message.server-hello", "tls.part.version",
    "tls.part.chain",           "tls.part.chain",           "tls.alert.close-notify",
  };
  Stage stage;
  const LearnExchange *exchange;

  certificate->subject = g_strdup ("localhost");
  certificate->issuer = g_strdup ("The practice authority; of today");
  certificate->names = g_strdup ("localhost, 127.0.0.1");
  certificate->sha256 = g_strdup ("AA:BB");
  g_ptr_array_add (chain, certificate);
  authority->subject = g_strdup ("The practice authority");
  authority->sha256 = g_strdup ("CC:DD");
  g_ptr_array_add (chain, authority);
  begin (&stage, "imap", 0, 100);
  wire_tap_tls_message (stage.tap, stage.connection, BASE_DIRECTION_OUT, "ClientHello", 517);
  exchange = get (&stage, 0);
  assert_words (exchange, "Encrypting the line", "");
  wire_tap_tls_message (stage.tap, stage.connection, BASE_DIRECTION_IN, "ServerHello", 90);
  wire_tap_tls_done (stage.tap, stage.connection, "TLSv1.3", "TLS_AES_256_GCM_SHA384", chain);
  server (&stage, 0, "* OK ready\r\n");
  wire_tap_tls_message (stage.tap, stage.connection, BASE_DIRECTION_IN, "Alert: close notify", 2);
  exchange = get (&stage, 0);
  assert_words (exchange, "Encrypted the line", "");
  g_assert_true (exchange->routine);
  g_assert_cmpuint (exchange->bytes_out, ==, 517);
  cards = learn_exchange_cards (exchange, "en");
  g_assert_cmpuint (cards->len, ==, G_N_ELEMENTS (entries));
  for (guint i = 0; i < cards->len; i++)
    {
      const LearnCard *card = cards->pdata[i];
      const WireLine *line = exchange->lines->pdata[i];

      g_assert_cmpstr (card->entry->id, ==, entries[i]);
      for (guint j = 0; j < card->parts->len; j++)
        {
          const LearnPart *part = card->parts->pdata[j];

          g_assert_false (part->entry->is_class);
          g_assert_true (strncmp (line->text + part->offset, part->text, part->length) == 0);
        }
    }
  g_assert_cmpuint (((const LearnCard *) cards->pdata[3])->parts->len, ==, 4);
  /* An authority has no host's name, and its line no place for one; both are the server's. */
  g_assert_cmpuint (((const LearnCard *) cards->pdata[4])->parts->len, ==, 3);
  g_assert_null (strstr (((const WireLine *) exchange->lines->pdata[4])->text, "; ;"));
  g_assert_cmpint (
      ((const WireLine *) exchange->lines->pdata[3])->direction, ==, BASE_DIRECTION_IN);
  g_assert_cmpstr (get (&stage, 1)->verb, ==, LEARN_GREETING);
  stage_clear (&stage);
}

static void
test_held (void)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "Welcome");
  BaseChunk chunk = { .bytes = g_bytes_new_static ("a UID FETCH 1 (BODY.PEEK[])\r\n", 29),
                      .kind = BASE_SPAN_PLAIN,
                      .ends_line = TRUE,
                      .exchange = 1 };
  Stage stage;
  const LearnExchange *exchange;

  begin (&stage, "imap", 0, 100);
  server (&stage, 0, "* OK ready\r\n");
  wire_tap_held (stage.tap, stage.connection, 1, "UID FETCH", cause, NULL, &chunk);
  exchange = get (&stage, 1);
  g_assert_true (exchange->held);
  g_assert_false (exchange->done);
  g_assert_cmpuint (exchange->lines->len, ==, 1);
  assert_words (exchange, "Fetching “Welcome”", "");
  wire_tap_released (stage.tap, stage.connection, 1);
  client (&stage, 1, "UID FETCH", BASE_CAUSE_OPEN, "Welcome", "a UID FETCH 1 (BODY.PEEK[])\r\n");
  g_assert_true (get (&stage, 1) == exchange);
  g_assert_false (exchange->held);
  g_assert_cmpuint (exchange->lines->len, ==, 1);
  g_assert_cmpuint (learn_dialogue_count (stage.dialogue), ==, 2);
  g_bytes_unref (chunk.bytes);
  stage_clear (&stage);
}

/* The line ends while a command waits: it was never said, and nothing waits any more. */
static void
test_never_said (void)
{
  BaseChunk chunk = { .bytes = g_bytes_new_static ("a UID FETCH 1 (BODY.PEEK[])\r\n", 29),
                      .kind = BASE_SPAN_PLAIN,
                      .ends_line = TRUE,
                      .exchange = 1 };
  Stage stage;

  begin (&stage, "imap", 0, 100);
  server (&stage, 0, "* OK ready\r\n");
  wire_tap_held (stage.tap, stage.connection, 1, "UID FETCH", NULL, NULL, &chunk);
  end (&stage, 1, BASE_OUTCOME_LOST);
  g_assert_false (get (&stage, 1)->held);
  assert_words (
      get (&stage, 1), "Fetching letters: never said, because the line ended while it waited", "");
  g_bytes_unref (chunk.bytes);
  stage_clear (&stage);
}

static void
test_bounds (void)
{
  Stage stage;
  const LearnExchange *exchange;
  const WireLine *last;
  guint64 key;

  begin (&stage, "imap", 0, 3);
  server (&stage, 0, "* OK ready\r\n");
  client (&stage, 1, "UID FETCH", BASE_CAUSE_SYNC, NULL, "a UID FETCH 1:* (ENVELOPE)\r\n");
  for (guint i = 1; i <= 2000; i++)
    {
      g_autofree char *line = g_strdup_printf ("* %u FETCH (UID %u)\r\n", i, i);

      server (&stage, 1, line);
    }
  server (&stage, 1, "a OK done\r\n");
  end (&stage, 1, BASE_OUTCOME_OK);
  exchange = get (&stage, 1);
  g_assert_cmpuint (exchange->lines->len, ==, LEARN_MAX_LINES);
  g_assert_cmpuint (exchange->folded, ==, 2002 - LEARN_MAX_LINES);
  g_assert_cmpuint (exchange->fold_at, ==, LEARN_MAX_LINES - LEARN_LAST_LINES);
  g_assert_cmpuint (exchange->headers, ==, 2000);
  last = exchange->lines->pdata[exchange->lines->len - 1];
  g_assert_cmpstr (last->text, ==, "a OK done");
  assert_words (exchange, "Fetched what the list shows", "2000 entries of the list");

  key = get (&stage, 0)->key;
  for (guint i = 2; i < 12; i++)
    client (&stage, i, "NOOP", BASE_CAUSE_SYNC, NULL, "b NOOP\r\n");
  g_assert_cmpuint (get (&stage, 0)->key, ==, key + 9);
  g_assert_cmpuint (learn_dialogue_count (stage.dialogue), ==, 3);
  g_assert_cmpuint (told.dropped, ==, 9);
  g_assert_cmpuint (told.added, ==, 12);
  g_assert_null (learn_dialogue_get (stage.dialogue, 3));
  /* What ends long after it was forgotten disturbs nobody. */
  end (&stage, 3, BASE_OUTCOME_OK);
  server (&stage, 3, "b OK\r\n");
  wire_tap_closed (stage.tap, stage.connection, "closed");
  stage_pull (&stage);
  g_assert_cmpint (get (&stage, 0)->outcome, ==, BASE_OUTCOME_LOST);
  stage_clear (&stage);
}

/* Lines as long as a server likes, and many of them: of an exchange its first words and its last
 * stay, of the dialogue the newest. */
static void
test_huge_lines (void)
{
  Stage stage;
  const LearnExchange *exchange = NULL;
  g_autofree char *long_line = g_strnfill (1000 * 1000, 'x');
  g_autofree char *line = g_strconcat ("* OK ", long_line, "\r\n", NULL);
  const WireLine *first, *last;

  begin (&stage, "imap", 0, 1000);
  server (&stage, 0, "* OK ready\r\n");
  for (guint i = 1; i <= 30; i++)
    {
      client (&stage, i, "NOOP", BASE_CAUSE_SYNC, NULL, "a NOOP\r\n");
      for (guint j = 0; j < 5; j++)
        server (&stage, i, line);
      server (&stage, i, "a OK done\r\n");
      end (&stage, i, BASE_OUTCOME_OK);
      stage_pull (&stage);
      exchange = learn_dialogue_get (stage.dialogue, learn_dialogue_count (stage.dialogue) - 1);
      g_assert_cmpuint (exchange->lines->len + exchange->folded, ==, 7);
      first = exchange->lines->pdata[0];
      last = exchange->lines->pdata[exchange->lines->len - 1];
      g_assert_cmpstr (first->text, ==, "a NOOP");
      g_assert_cmpstr (last->text, ==, "a OK done");
    }
  g_assert_cmpuint (learn_dialogue_bytes (stage.dialogue), <, LEARN_MAX_BYTES);

  /* One line that is huge has to be kept while it is the last: the oldest exchanges make room. */
  for (guint i = 31; i <= 100; i++)
    {
      client (&stage, i, "NOOP", BASE_CAUSE_SYNC, NULL, "a NOOP\r\n");
      server (&stage, i, line);
      end (&stage, i, BASE_OUTCOME_OK);
      stage_pull (&stage);
      g_assert_cmpuint (learn_dialogue_bytes (stage.dialogue), <, LEARN_MAX_BYTES + 3000 * 1000);
    }
  g_assert_cmpuint (told.dropped, >, 0);
  /* Not more than had to go. */
  g_assert_cmpuint (learn_dialogue_count (stage.dialogue), >, 20);
  stage_clear (&stage);
}

/* A ring too small for what was said: the gap is a row, and what follows is read anew. */
static void
test_dropped (void)
{
  Stage stage;
  gboolean found = FALSE;

  begin (&stage, "imap", 16 * 1024, 1000);
  for (guint i = 1; i < 500; i++)
    client (&stage, i, "NOOP", BASE_CAUSE_SYNC, NULL, "b NOOP\r\n");
  stage_pull (&stage);
  g_assert_cmpuint (learn_dialogue_dropped (stage.dialogue), >, 0);
  for (guint i = 0; i < learn_dialogue_count (stage.dialogue); i++)
    {
      const LearnExchange *exchange = learn_dialogue_get (stage.dialogue, i);
      g_autofree char *title = learn_exchange_title (exchange);
      g_autoptr (GPtrArray) cards = learn_exchange_cards (exchange, "en");

      g_assert_cmpuint (cards->len, ==, exchange->lines->len);
      if (g_str_equal (exchange->verb, LEARN_DROPPED_EVENTS))
        {
          found = TRUE;
          g_assert_cmpuint (exchange->folded, ==, learn_dialogue_dropped (stage.dialogue));
          g_assert_true (g_str_has_suffix (title, "events came too fast to be kept"));
        }
    }
  g_assert_true (found);
  stage_clear (&stage);
}

/* Of what is folded anyway not each line is looked at: nobody can tell from what is kept. */

static void
say_run (Stage *stage, GString *text, GArray *spans)
{
  wire_tap_spans (stage->tap,
                  stage->connection,
                  BASE_DIRECTION_IN,
                  (const BaseSpan *) (gpointer) spans->data,
                  spans->len,
                  (const guint8 *) text->str);
  stage->offset[BASE_DIRECTION_IN] += text->len;
  g_string_truncate (text, 0);
  g_array_set_size (spans, 0);
}

static void
add_span (Stage *stage, GString *text, GArray *spans, gboolean ends, const char *words)
{
  BaseSpan span = { stage->offset[BASE_DIRECTION_IN] + text->len,
                    strlen (words),
                    BASE_SPAN_PLAIN,
                    ends,
                    stage->exchange };

  g_string_append (text, words);
  g_array_append_val (spans, span);
  if (g_test_rand_int_range (0, 40) == 0)
    say_run (stage, text, spans);
}

/* What looks like an answer inside a letter's headers is none where it ends no line. */
static void
say_headers (Stage *stage, guint letters)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (BaseSpan));

  for (guint i = 1; i <= letters; i++)
    {
      g_autofree char *begins =
          g_strdup_printf ("* %u FETCH (UID %u BODY[HEADER.FIELDS (SUBJECT)] {99}\r\n", i, i);

      add_span (stage, text, spans, TRUE, begins);
      add_span (stage, text, spans, TRUE, "From: ada@example.org\r\n");
      add_span (stage, text, spans, FALSE, "Subject: a\n* 7 EXPUNGE\n");
      add_span (stage, text, spans, TRUE, "* 8 FETCH (UID 8)\r\n");
      add_span (stage, text, spans, TRUE, "\r\n");
      add_span (stage, text, spans, TRUE, ")\r\n");
      if (i % 100 == 0)
        add_span (stage, text, spans, TRUE, "* 3 EXPUNGE\r\n");
      if (i % 150 == 0)
        add_span (stage, text, spans, TRUE, "* 9 FETCH (BODY[] \"x\")\r\n");
    }
  if (spans->len > 0)
    say_run (stage, text, spans);
}

static void
assert_like (const LearnExchange *brief, const LearnExchange *whole)
{
  g_assert_cmpstr (brief->verb, ==, whole->verb);
  g_assert_cmpuint (brief->folded, ==, whole->folded);
  g_assert_cmpuint (brief->fold_at, ==, whole->fold_at);
  g_assert_cmpuint (brief->letters, ==, whole->letters);
  g_assert_cmpuint (brief->headers, ==, whole->headers);
  g_assert_cmpuint (brief->expunged, ==, whole->expunged);
  g_assert_cmpuint (brief->bytes_in, ==, whole->bytes_in);
  g_assert_cmpint (brief->outcome, ==, whole->outcome);
  g_assert_cmpuint (brief->lines->len, ==, whole->lines->len);
  for (guint i = 0; i < brief->lines->len; i++)
    g_assert_cmpstr (((const WireLine *) brief->lines->pdata[i])->text,
                     ==,
                     ((const WireLine *) whole->lines->pdata[i])->text);
}

static void
test_brief (void)
{
  Stage stage;
  LearnDialogue *whole = learn_dialogue_new (100, NULL, NULL);
  g_autoptr (GPtrArray) events = NULL;
  guint changes;

  begin (&stage, "imap", 64 * 1024 * 1024, 100);
  server (&stage, 0, "* OK ready\r\n");
  for (guint i = 1; i <= 3; i++)
    {
      client (&stage, i, "UID FETCH", BASE_CAUSE_SYNC, NULL, "a UID FETCH 1:* (ENVELOPE)\r\n");
      say_headers (&stage, 700 * i);
      server (&stage, i, "a OK done\r\n");
      end (&stage, i, BASE_OUTCOME_OK);
    }
  while (learn_dialogue_pull (stage.dialogue, stage.tap, (guint) g_test_rand_int_range (1, 6000)))
    ;
  changes = told.changed;
  events = wire_tap_read (stage.tap, 1, G_MAXUINT);
  for (guint i = 0; i < events->len; i++)
    learn_dialogue_feed (whole, events->pdata[i], stage.connection);

  g_assert_cmpuint (learn_dialogue_count (stage.dialogue), ==, learn_dialogue_count (whole));
  for (guint i = 0; i < learn_dialogue_count (whole); i++)
    assert_like (learn_dialogue_get (stage.dialogue, i), learn_dialogue_get (whole, i));
  g_assert_cmpuint (learn_dialogue_get (whole, 3)->headers, ==, 3 * 700);
  /* It was brief. */
  g_assert_cmpuint (changes, <, events->len / 2);
  learn_dialogue_free (whole);
  stage_clear (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/dialogue/imap", test_imap);
  g_test_add_func ("/learn/dialogue/pop3", test_pop3);
  g_test_add_func ("/learn/dialogue/huge-lines", test_huge_lines);
  g_test_add_func ("/learn/dialogue/lost", test_lost);
  g_test_add_func ("/learn/dialogue/tls", test_tls);
  g_test_add_func ("/learn/dialogue/held", test_held);
  g_test_add_func ("/learn/dialogue/never-said", test_never_said);
  g_test_add_func ("/learn/dialogue/bounds", test_bounds);
  g_test_add_func ("/learn/dialogue/brief", test_brief);
  g_test_add_func ("/learn/dialogue/dropped", test_dropped);
  return g_test_run ();
}
