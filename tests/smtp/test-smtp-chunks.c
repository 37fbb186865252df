/* A letter in chunks of announced length (BDAT, RFC 3030), on both sides. */
#include "smtp-server.h"
#include "test-smtp.h"

#include <string.h>

#define CHUNK (256 * 1024)

/* The client */

#define LETTER "Subject: hi\r\n\r\n.dot\r\n"

/* A client that has said EHLO to a server that offers what @keyword says, and then a letter. */
static Dialogue *
client (const char *keyword, GBytes *letter, gsize recipients)
{
  Dialogue *dialogue =
      dialogue_new (BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL)), test_smtp_describe, NULL);
  g_autoptr (BaseBody) body = base_body_new_from_bytes (letter);
  g_autofree char *hello =
      g_strdup_printf ("220 x\r\n250-x\r\n250-%s\r\n250 CHUNKING\r\n", keyword);

  test_smtp_submit (dialogue, SMTP_VERB_EHLO, "x", NULL);
  dialogue_say (dialogue, hello);
  test_smtp_submit (dialogue, SMTP_VERB_MAIL, "ada@a.example", NULL);
  for (gsize i = 0; i < recipients; i++)
    test_smtp_submit (dialogue, SMTP_VERB_RCPT, "grace@b.example", NULL);
  smtp_core_submit_letter (test_smtp_core (dialogue), body, TRUE, NULL);
  dialogue_turn (dialogue);
  return dialogue;
}

static GBytes *
small (void)
{
  return g_bytes_new_static (LETTER, strlen (LETTER));
}

static GBytes *
large (gsize size)
{
  GString *text = g_string_sized_new (size);

  while (text->len + 8 <= size)
    g_string_append (text, ".line.\r\n");
  return g_string_free_to_bytes (text);
}

#define ENVELOPE "MAIL FROM:<ada@a.example>\r\nRCPT TO:<grace@b.example>\r\n"

/* A small letter is one chunk: nothing of it leaves before the caller's word, and no dot is
 * stuffed.
 */
static void
test_one_chunk (void)
{
  for (gsize piece = 0; piece < 2; piece++)
    {
      g_autoptr (GBytes) letter = small ();
      g_autoptr (Dialogue) dialogue = client ("PIPELINING", letter, 1);
      static const char envelope[] = "250 a\r\n250 b\r\n";
      static const char says[] = "250-c\r\n250 queued\r\n";

      dialogue_assert_sent (dialogue, "EHLO x\r\n" ENVELOPE);
      dialogue_assert_events (dialogue, "");
      dialogue_feed (dialogue, envelope, strlen (envelope), piece);
      dialogue_assert_events (dialogue, "MAIL 250 OK\nRCPT 250 OK\nBEFORE_DOT\n");
      g_assert_cmpint (base_core_next_deadline (dialogue->core), ==, G_MAXINT64);
      dialogue_assert_sent (dialogue, "");
      g_assert_false (smtp_core_is_letter_out (test_smtp_core (dialogue)));
      smtp_core_finish_data (test_smtp_core (dialogue));
      dialogue_turn (dialogue);
      g_assert_true (smtp_core_is_letter_out (test_smtp_core (dialogue)));
      dialogue_assert_sent (dialogue, "BDAT 21 LAST\r\n" LETTER);
      dialogue_feed (dialogue, says, strlen (says), piece);
      dialogue_assert_events (dialogue, "BDAT LAST 250 OK\n");
      g_assert_cmpint (smtp_core_get_state (test_smtp_core (dialogue)), ==, SMTP_STATE_READY);
    }
}

/* The first chunk follows the envelope at once; the last waits. */
static void
test_many_chunks (void)
{
  g_autoptr (GBytes) letter = large (2 * CHUNK + 800);
  g_autoptr (Dialogue) dialogue = client ("PIPELINING", letter, 1);
  g_autofree char *sent = dialogue_take_sent (dialogue);
  const char *first = "EHLO x\r\n" ENVELOPE "BDAT 262144\r\n";

  g_assert_true (g_str_has_prefix (sent, first));
  g_assert_cmpuint (strlen (sent), ==, strlen (first) + strlen ("BDAT 262144\r\n") + 2 * CHUNK);
  dialogue_assert_events (dialogue, "");
  dialogue_say (dialogue, "250 a\r\n250 b\r\n");
  dialogue_assert_events (dialogue, "MAIL 250 OK\nRCPT 250 OK\nBEFORE_DOT\n");
  smtp_core_finish_data (test_smtp_core (dialogue));
  dialogue_turn (dialogue);
  g_free (sent);
  sent = dialogue_take_sent (dialogue);
  g_assert_true (g_str_has_prefix (sent, "BDAT 800 LAST\r\n.line."));
  dialogue_say (dialogue, "250 c\r\n250 d\r\n250 e\r\n");
  dialogue_assert_events (dialogue, "BDAT 250 OK\nBDAT 250 OK\nBDAT LAST 250 OK\n");
  g_assert_no_error (dialogue->error);
}

static void
test_one_at_a_time (void)
{
  g_autoptr (GBytes) letter = small ();
  g_autoptr (Dialogue) dialogue = client ("8BITMIME", letter, 1);

  dialogue_assert_sent (dialogue, "EHLO x\r\nMAIL FROM:<ada@a.example>\r\n");
  dialogue_say (dialogue, "250 a\r\n");
  dialogue_assert_sent (dialogue, "RCPT TO:<grace@b.example>\r\n");
  dialogue_say (dialogue, "250 b\r\n");
  dialogue_assert_events (dialogue, "MAIL 250 OK\nRCPT 250 OK\nBEFORE_DOT\n");
  dialogue_assert_sent (dialogue, "");
  smtp_core_finish_data (test_smtp_core (dialogue));
  dialogue_turn (dialogue);
  dialogue_assert_sent (dialogue, "BDAT 21 LAST\r\n" LETTER);
}

/* What was refused before the last chunk left: it never does, and its exchange ends so. The next
 * transaction begins with RSET. */
static void
test_refused (void)
{
  static const struct
  {
    const char *says, *events;
  } cases[] = {
    { "250 a\r\n550 5.1.1 b\r\n550 5.1.1 c\r\n",
      "MAIL 250 OK\nRCPT 550 REFUSED\nRCPT 550 REFUSED\nBDAT LAST 550 REFUSED\n" },
    { "451 a\r\n503 b\r\n503 c\r\n",
      "MAIL 451 TEMPORARY\nRCPT 503 BAD\nRCPT 503 BAD\nBDAT LAST 503 BAD\n" },
    { "452 a\r\n250 b\r\n250 c\r\n",
      "MAIL 452 TEMPORARY\nRCPT 250 OK\nRCPT 250 OK\nBDAT LAST 250 REFUSED\n" },
    { "250 a\r\n250 b\r\n450 c\r\n552 too large\r\n",
      "MAIL 250 OK\nRCPT 250 OK\nRCPT 450 TEMPORARY\nBEFORE_DOT\nBDAT 552 REFUSED\nBDAT LAST 552 "
      "REFUSED\n" },
    { "250 a\r\n550 b\r\n550 c\r\n503 d\r\n",
      "MAIL 250 OK\nRCPT 550 REFUSED\nRCPT 550 REFUSED\nBDAT LAST 550 REFUSED\nBDAT 503 BAD\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) letter = i < 3 ? small () : large (CHUNK + 8);
      g_autoptr (Dialogue) dialogue = client ("PIPELINING", letter, 2);

      g_free (dialogue_take_sent (dialogue));
      dialogue_say (dialogue, cases[i].says);
      dialogue_assert_events (dialogue, cases[i].events);
      smtp_core_finish_data (test_smtp_core (dialogue));
      dialogue_turn (dialogue);
      dialogue_assert_sent (dialogue, "");
      test_smtp_submit (dialogue, SMTP_VERB_RSET, NULL, NULL);
      test_smtp_submit (dialogue, SMTP_VERB_MAIL, "ada@a.example", NULL);
      dialogue_turn (dialogue);
      dialogue_assert_sent (dialogue, "RSET\r\nMAIL FROM:<ada@a.example>\r\n");
      g_assert_no_error (dialogue->error);
    }
}

/* A chunk was refused, and the server says 250 to the last all the same. */
static void
test_false_success (void)
{
  g_autoptr (GBytes) letter = large (CHUNK + 8);
  g_autoptr (Dialogue) dialogue = client ("PIPELINING", letter, 1);

  dialogue_say (dialogue, "250 a\r\n250 b\r\n");
  smtp_core_finish_data (test_smtp_core (dialogue));
  dialogue_turn (dialogue);
  dialogue_say (dialogue, "452 c\r\n250 d\r\n");
  dialogue_assert_events (dialogue,
                          "MAIL 250 OK\nRCPT 250 OK\nBEFORE_DOT\nBDAT 452 TEMPORARY\nBDAT LAST 250 "
                          "REFUSED\n");
}

static void
take (BaseCore *core)
{
  BaseChunk *chunk;

  while ((chunk = base_core_take_output (core, 100)) != NULL)
    base_chunk_unref (chunk);
}

static void
submit_with (Dialogue *dialogue, SmtpVerb verb, const char *argument, const char *parameters)
{
  g_autoptr (SmtpCommand) command = smtp_command_new (verb, argument);

  command->parameters = g_strsplit (parameters, " ", -1);
  smtp_core_submit (test_smtp_core (dialogue), command, NULL);
}

/* Cut after every byte, where reports are asked for too: an error, and never a good end of the
 * letter before its answer was whole. */
static void
test_cut (void)
{
  static const char hello[] =
      "220 x\r\n250-x\r\n250-PIPELINING\r\n250-DSN\r\n250-LIMITS RCPTMAX=1\r\n250 CHUNKING\r\n";
  static const char says[] = "250 2.1.0 a\r\n250 2.1.5 b\r\n250-2.0.0 c\r\n250 2.0.0 queued\r\n";
  const gsize all = strlen (hello) + strlen (says);
  const gsize envelope = strlen (hello) + strlen ("250 2.1.0 a\r\n250 2.1.5 b\r\n");

  for (gsize len = 0; len <= all; len++)
    {
      g_autoptr (Dialogue) dialogue = dialogue_new (
          BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL)), test_smtp_describe, NULL);
      g_autoptr (GBytes) letter = small ();
      g_autoptr (BaseBody) body = base_body_new_from_bytes (letter);
      g_autofree char *words = g_strconcat (hello, says, NULL);
      gboolean good;

      test_smtp_submit (dialogue, SMTP_VERB_EHLO, "x", NULL);
      dialogue_feed (dialogue, words, MIN (len, strlen (hello)), 0);
      submit_with (dialogue, SMTP_VERB_MAIL, "ada@a.example", "RET=HDRS ENVID=7 BODY=8BITMIME");
      submit_with (dialogue, SMTP_VERB_RCPT, "grace@b.example", "NOTIFY=SUCCESS,FAILURE,DELAY");
      smtp_core_submit_letter (test_smtp_core (dialogue), body, TRUE, NULL);
      if (len > strlen (hello))
        dialogue_feed (dialogue, words + strlen (hello), MIN (len, envelope) - strlen (hello), 0);
      if (len >= envelope)
        {
          smtp_core_finish_data (test_smtp_core (dialogue));
          dialogue_turn (dialogue);
          g_assert_true (smtp_core_is_letter_out (test_smtp_core (dialogue)));
          dialogue_feed (dialogue, words + envelope, len - envelope, 0);
        }
      else
        g_assert_false (smtp_core_is_letter_out (test_smtp_core (dialogue)));
      dialogue_eof (dialogue);
      good = strstr (dialogue->events->str, "BDAT LAST 250 OK\n") != NULL;
      g_assert_true (good == (len == all));
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
    }
}

/* 250 to a chunk that has not left: nothing can have been accepted. */
static void
test_too_early (void)
{
  SmtpCore *core = smtp_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (GBytes) letter = small ();
  g_autoptr (BaseBody) body = base_body_new_from_bytes (letter);
  g_autoptr (SmtpCommand) ehlo = smtp_command_new (SMTP_VERB_EHLO, "x");
  g_autoptr (SmtpCommand) mail = smtp_command_new (SMTP_VERB_MAIL, "ada@a.example");
  g_autoptr (SmtpCommand) rcpt = smtp_command_new (SMTP_VERB_RCPT, "grace@b.example");
  g_autoptr (GError) error = NULL;
  static const char hello[] = "220 x\r\n250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n";
  static const char envelope[] = "250 a\r\n250 b\r\n", says[] = "250 c\r\n";
  BaseEvent *event;

  smtp_core_submit (core, ehlo, NULL);
  base_core_receive (BASE_CORE (core), (const guint8 *) hello, strlen (hello), 1);
  smtp_core_submit (core, mail, NULL);
  smtp_core_submit (core, rcpt, NULL);
  smtp_core_submit_letter (core, body, TRUE, NULL);
  take (BASE_CORE (core));
  base_core_receive (BASE_CORE (core), (const guint8 *) envelope, strlen (envelope), 1);
  smtp_core_finish_data (core);
  g_assert_false (smtp_core_is_letter_out (core));
  base_core_receive (BASE_CORE (core), (const guint8 *) says, strlen (says), 1);
  while (base_core_next_event (BASE_CORE (core), &event, &error) == BASE_CORE_EVENT)
    {
      g_assert_false (((SmtpEvent *) event)->command != NULL &&
                      ((SmtpEvent *) event)->command->last && event->outcome == BASE_OUTCOME_OK);
      base_event_unref (event);
    }
  g_assert_error (error, BASE_CORE_ERROR, BASE_CORE_ERROR_PROTOCOL);
  base_core_free (BASE_CORE (core));
}

/* The console: the bytes behind a chunk's line are typed too. */
static void
test_typed (void)
{
  g_autoptr (Dialogue) dialogue =
      dialogue_new (BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL)), test_smtp_describe, NULL);
  g_autoptr (GBytes) command = g_bytes_new_static ("BDAT 8 LAST\r\n", 13);
  g_autoptr (GBytes) text = g_bytes_new_static ("A: b\r\n\r\n", 8);

  dialogue_say (dialogue, "220 x\r\n");
  base_core_submit_raw (dialogue->core, command, NULL);
  base_core_submit_raw (dialogue->core, text, NULL);
  dialogue_turn (dialogue);
  dialogue_assert_sent (dialogue, "BDAT 8 LAST\r\nA: b\r\n\r\n");
  dialogue_say (dialogue, "250 kept\r\n");
  dialogue_assert_events (dialogue, "BDAT LAST 250 OK\n");
}

/* The server */

typedef struct
{
  guint seen;
  GString *letters;
} Box;

static void
serve (Dialogue *dialogue, Box *box)
{
  SmtpCore *core = test_smtp_core (dialogue);

  dialogue_turn (dialogue);
  while (box->seen < dialogue->kept->len)
    {
      const SmtpEvent *event = g_ptr_array_index (dialogue->kept, box->seen++);
      guint64 exchange = event->base.exchange;

      if (event->base.type == SMTP_EVENT_BODY_DATA)
        g_string_append_len (box->letters,
                             g_bytes_get_data (event->data, NULL),
                             (gssize) g_bytes_get_size (event->data));
      else if (event->base.type == SMTP_EVENT_BODY_END)
        g_string_append (box->letters, event->refused ? "|refused|" : "|");
      if (event->base.type == SMTP_EVENT_BODY_END && !event->refused)
        smtp_core_reply_text (core, exchange, 250, "2.0.0", "kept");
      if (event->base.type == SMTP_EVENT_COMMAND && event->command->verb == SMTP_VERB_RCPT &&
          g_str_has_prefix (event->command->argument, "nobody"))
        smtp_core_reply_text (core, exchange, 550, "5.1.1", "no");
      else if (event->base.type == SMTP_EVENT_COMMAND)
        smtp_core_reply_text (core, exchange, 250, NULL, "ok");
      dialogue_turn (dialogue);
    }
}

#define EHLO "EHLO me.example\r\n"
#define MAIL "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
#define OKS "250 ok\r\n250 ok\r\n250 ok\r\n"

static const struct
{
  const char *says, *answers, *letters;
} served[] = {
  { EHLO MAIL "BDAT 8 LAST\r\nA: b\r\n\r\nNOOP\r\n",
    OKS "250 2.0.0 kept\r\n250 ok\r\n",
    "A: b\r\n\r\n|" },
  /* Pieces may end anywhere, and hold what looks like commands and dots. */
  { EHLO MAIL "BDAT 5\r\nA: b\rBDAT 9\r\n\n\r\n.\r\nRSEbdat 3 last\r\nT\r\nNOOP\r\n",
    OKS "250 2.0.0 5 octets, go on\r\n250 2.0.0 9 octets, go on\r\n250 2.0.0 kept\r\n250 ok\r\n",
    "A: b\r\n\r\n.\r\nRSET\r\n|" },
  { EHLO MAIL "BDAT 8\r\nA: b\r\n\r\nBDAT 0 LAST\r\nNOOP\r\n",
    OKS "250 2.0.0 8 octets, go on\r\n250 2.0.0 kept\r\n250 ok\r\n",
    "A: b\r\n\r\n|" },
  /* The bytes of a chunk that is refused are read past. */
  { EHLO "BDAT 6\r\nRSET\r\nNOOP\r\n",
    "250 ok\r\n503 5.5.1 Say MAIL and RCPT first\r\n250 ok\r\n",
    "" },
  { EHLO "MAIL FROM:<a@b>\r\nRCPT TO:<nobody@b>\r\nBDAT 6 LAST\r\nRSET\r\nNOOP\r\n",
    "250 ok\r\n250 ok\r\n550 5.1.1 no\r\n554 5.5.1 Nobody is to get this letter\r\n250 ok\r\n",
    "" },
  { EHLO MAIL "BDAT 3\r\nA\nbBDAT 3 LAST\r\nx\r\nNOOP\r\n",
    OKS "550 5.6.0 A line of the letter does not end with CR and LF\r\n503 5.5.1 Say MAIL and RCPT "
        "first\r\n250 ok\r\n",
    NULL },
  { EHLO MAIL "BDAT 2 LAST\r\nA\rNOOP\r\n",
    OKS "550 5.6.0 The letter does not end with CR and LF\r\n250 ok\r\n",
    "A\r|refused|" },
  { EHLO MAIL "BDAT 21 LAST\r\n0123456789012345678\r\nNOOP\r\n",
    OKS "552 5.3.4 The letter is larger than this server takes\r\n250 ok\r\n",
    NULL },
  /* One letter comes in one way (RFC 3030 §2). */
  { EHLO MAIL "BDAT 2\r\nA:DATA\r\nRCPT TO:<e@f>\r\nMAIL FROM:<a@b>\r\nRSET\r\nBDAT 1 LAST\r\nx",
    OKS "250 2.0.0 2 octets, go on\r\n503 5.5.1 The letter comes with BDAT already\r\n"
        "503 5.5.1 The letter has begun already\r\n503 5.5.1 A letter is under way already\r\n"
        "250 ok\r\n503 5.5.1 Say MAIL and RCPT first\r\n",
    "A:" },
  /* Without a length nobody knows where it ends. */
  { EHLO MAIL "BDAT\r\n",
    OKS "421 4.5.4 BDAT wants a length; without it nothing can follow\r\n",
    "" },
};

static void
test_served (void)
{
  const SmtpServerOptions options = { .host = "mail.example", .chunking = TRUE, .size_limit = 20 };

  for (gsize i = 0; i < G_N_ELEMENTS (served); i++)
    for (gsize piece = 1; piece < 200; piece += 150)
      {
        SmtpCore *core = smtp_core_new (BASE_ROLE_SERVER, NULL);
        Box box = { 0, g_string_new (NULL) };
        g_autoptr (Dialogue) dialogue = NULL;
        g_autofree char *sent = NULL;
        g_autofree char *expected = g_strconcat ("220 hello\r\n", served[i].answers, NULL);
        gsize len = strlen (served[i].says);

        smtp_core_set_server_options (core, &options);
        smtp_core_reply_text (core, 0, 220, NULL, "hello");
        dialogue = dialogue_new (BASE_CORE (core), NULL, NULL);
        for (gsize at = 0; at < len; at += piece)
          {
            dialogue_feed (dialogue, served[i].says + at, MIN (piece, len - at), piece);
            serve (dialogue, &box);
          }
        sent = dialogue_take_sent (dialogue);
        g_assert_cmpstr (sent, ==, expected);
        if (served[i].letters != NULL)
          g_assert_cmpstr (box.letters->str, ==, served[i].letters);
        g_assert_cmpuint (dialogue->spans->len, ==, len);
        g_string_free (box.letters, TRUE);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/chunks/one", test_one_chunk);
  g_test_add_func ("/smtp/chunks/many", test_many_chunks);
  g_test_add_func ("/smtp/chunks/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/smtp/chunks/refused", test_refused);
  g_test_add_func ("/smtp/chunks/cut", test_cut);
  g_test_add_func ("/smtp/chunks/false-success", test_false_success);
  g_test_add_func ("/smtp/chunks/too-early", test_too_early);
  g_test_add_func ("/smtp/chunks/typed", test_typed);
  g_test_add_func ("/smtp/chunks/served", test_served);
  return g_test_run ();
}
