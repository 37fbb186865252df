/* A letter behind another one: its envelope goes out with the other's end (RFC 2920 §3.1), each
 * answer belongs to its own command, and each letter's end waits for the caller's word. */
#include "test-smtp.h"

#include <string.h>

#define CHUNK (256 * 1024)
#define HELLO "220 x\r\n250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n"
#define ENVELOPE "MAIL FROM:<ada@a.example>\r\nRCPT TO:<grace@b.example>\r\n"
#define LETTER "Subject: hi\r\n\r\nhello\r\n"
#define TOLD "MAIL 250 OK\nRCPT 250 OK\n"

static Dialogue *
client (const char *hello)
{
  Dialogue *dialogue =
      dialogue_new (BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL)), test_smtp_describe, NULL);

  test_smtp_submit (dialogue, SMTP_VERB_EHLO, "x", NULL);
  dialogue_say (dialogue, hello);
  g_free (dialogue_take_sent (dialogue));
  return dialogue;
}

/* @size 0: the small letter. */
static void
submit (Dialogue *dialogue, gsize size, gboolean chunks, gboolean behind)
{
  g_autoptr (GString) text = g_string_new (size == 0 ? LETTER : NULL);
  g_autoptr (GBytes) letter = NULL;
  g_autoptr (BaseBody) body = NULL;

  while (text->len + 8 <= size)
    g_string_append (text, "a line\r\n");
  letter = g_bytes_new (text->str, text->len);
  body = base_body_new_from_bytes (letter);
  if (behind)
    test_smtp_submit (dialogue, SMTP_VERB_RSET, NULL, NULL);
  test_smtp_submit (dialogue, SMTP_VERB_MAIL, "ada@a.example", NULL);
  test_smtp_submit (dialogue, SMTP_VERB_RCPT, "grace@b.example", NULL);
  smtp_core_submit_letter (test_smtp_core (dialogue), body, chunks, NULL);
}

/* The caller's word, and the next letter right behind it. */
static void
finish_and_submit (Dialogue *dialogue, gsize size, gboolean chunks)
{
  smtp_core_finish_data (test_smtp_core (dialogue));
  submit (dialogue, size, chunks, TRUE);
  dialogue_turn (dialogue);
}

static void
test_dots (void)
{
  static const char says[] = "250 taken\r\n250 reset\r\n250 a\r\n250 b\r\n354 go on\r\n";

  for (gsize piece = 0; piece < 2; piece++)
    {
      g_autoptr (Dialogue) dialogue = client (HELLO);

      submit (dialogue, 0, FALSE, FALSE);
      dialogue_say (dialogue, "250 a\r\n250 b\r\n354 go on\r\n");
      dialogue_assert_events (dialogue, TOLD "DATA 354 CONTINUE\nBEFORE_DOT\n");
      dialogue_assert_sent (dialogue, ENVELOPE "DATA\r\n" LETTER);
      finish_and_submit (dialogue, 0, FALSE);
      dialogue_assert_sent (dialogue, ".\r\nRSET\r\n" ENVELOPE "DATA\r\n");
      g_assert_true (smtp_core_is_letter_out (test_smtp_core (dialogue)));
      dialogue_feed (dialogue, says, strlen (says), piece);
      dialogue_assert_events (dialogue,
                              "DATA 250 OK\nRSET 250 OK\n" TOLD "DATA 354 CONTINUE\nBEFORE_DOT\n");
      dialogue_assert_sent (dialogue, LETTER);
      g_assert_false (smtp_core_is_letter_out (test_smtp_core (dialogue)));
      smtp_core_finish_data (test_smtp_core (dialogue));
      dialogue_say (dialogue, "550 no\r\n");
      dialogue_assert_sent (dialogue, ".\r\n");
      dialogue_assert_events (dialogue, "DATA 550 REFUSED\n");
    }
}

/* The last chunk of the next waits for the answer to the one before, to its own envelope, and for
 * the caller. */
static void
test_chunks (void)
{
  g_autoptr (Dialogue) dialogue = client (HELLO);

  submit (dialogue, 0, TRUE, FALSE);
  dialogue_say (dialogue, "250 a\r\n250 b\r\n");
  dialogue_assert_events (dialogue, TOLD "BEFORE_DOT\n");
  dialogue_assert_sent (dialogue, ENVELOPE);
  finish_and_submit (dialogue, 0, TRUE);
  dialogue_assert_sent (dialogue, "BDAT 22 LAST\r\n" LETTER "RSET\r\n" ENVELOPE);
  dialogue_assert_events (dialogue, "");
  dialogue_say (dialogue, "250 taken\r\n250 reset\r\n250 a\r\n");
  dialogue_assert_events (dialogue, "BDAT LAST 250 OK\nRSET 250 OK\nMAIL 250 OK\n");
  dialogue_say (dialogue, "250 b\r\n");
  dialogue_assert_events (dialogue, "RCPT 250 OK\nBEFORE_DOT\n");
  dialogue_assert_sent (dialogue, "");
  smtp_core_finish_data (test_smtp_core (dialogue));
  dialogue_turn (dialogue);
  dialogue_assert_sent (dialogue, "BDAT 22 LAST\r\n" LETTER);
  dialogue_say (dialogue, "250 taken\r\n");
  dialogue_assert_events (dialogue, "BDAT LAST 250 OK\n");
}

/* What of the first letter is refused after all of it was said takes nothing from the second; and
 * nothing of the second leaves in vain. */
static void
test_large_chunks (void)
{
  g_autoptr (Dialogue) dialogue = client (HELLO);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  submit (dialogue, CHUNK + 80, TRUE, FALSE);
  dialogue_say (dialogue, "250 a\r\n250 b\r\n");
  dialogue_assert_events (dialogue, TOLD "BEFORE_DOT\n");
  finish_and_submit (dialogue, CHUNK + 160, TRUE);
  first = dialogue_take_sent (dialogue);
  g_assert_true (g_str_has_suffix (first, "a line\r\nRSET\r\n" ENVELOPE));
  dialogue_say (dialogue, "452 full\r\n503 no\r\n250 reset\r\n");
  dialogue_assert_events (dialogue, "BDAT 452 TEMPORARY\nBDAT LAST 503 BAD\nRSET 250 OK\n");
  second = dialogue_take_sent (dialogue);
  g_assert_true (g_str_has_prefix (second, "BDAT 262144\r\na line\r\n"));
  g_assert_null (strstr (second, "LAST"));
  dialogue_say (dialogue, "250 a\r\n250 b\r\n250 c\r\n");
  dialogue_assert_events (dialogue, TOLD "BEFORE_DOT\nBDAT 250 OK\n");
  smtp_core_finish_data (test_smtp_core (dialogue));
  dialogue_say (dialogue, "250 taken\r\n");
  dialogue_assert_events (dialogue, "BDAT LAST 250 OK\n");
}

/* One is refused, and the other goes on. */
static void
test_refused (void)
{
  for (gsize chunks = 0; chunks < 2; chunks++)
    {
      g_autoptr (Dialogue) dialogue = client (HELLO);
      const char *end = chunks ? "BDAT LAST" : "DATA";
      g_autofree char *expected = NULL;

      submit (dialogue, 0, chunks != 0, FALSE);
      dialogue_say (dialogue, chunks ? "250 a\r\n250 b\r\n" : "250 a\r\n250 b\r\n354 c\r\n");
      finish_and_submit (dialogue, 0, chunks != 0);
      g_free (dialogue_take_sent (dialogue));
      g_free (dialogue_take_events (dialogue));
      dialogue_say (dialogue, "554 spam\r\n250 reset\r\n250 a\r\n550 b\r\n");
      if (!chunks)
        dialogue_say (dialogue, "554 nobody\r\n");
      expected = g_strdup_printf ("%s 554 REFUSED\nRSET 250 OK\nMAIL 250 OK\nRCPT 550 REFUSED\n"
                                  "%s %u REFUSED\n",
                                  end,
                                  end,
                                  chunks ? 550 : 554);
      dialogue_assert_events (dialogue, expected);
      dialogue_assert_sent (dialogue, "");
      submit (dialogue, 0, chunks != 0, TRUE);
      dialogue_turn (dialogue);
      dialogue_assert_sent (dialogue,
                            chunks ? "RSET\r\n" ENVELOPE : "RSET\r\n" ENVELOPE "DATA\r\n");
      g_assert_no_error (dialogue->error);
    }
}

/* Without PIPELINING nothing stands behind anything. */
static void
test_one_at_a_time (void)
{
  g_autoptr (Dialogue) dialogue = client ("220 x\r\n250 x\r\n");

  submit (dialogue, 0, FALSE, FALSE);
  dialogue_say (dialogue, "250 a\r\n");
  dialogue_say (dialogue, "250 b\r\n");
  dialogue_say (dialogue, "354 c\r\n");
  g_free (dialogue_take_sent (dialogue));
  finish_and_submit (dialogue, 0, FALSE);
  dialogue_assert_sent (dialogue, ".\r\n");
  dialogue_say (dialogue, "250 taken\r\n");
  dialogue_assert_sent (dialogue, "RSET\r\n");
  dialogue_say (dialogue, "250 reset\r\n");
  dialogue_assert_sent (dialogue, "MAIL FROM:<ada@a.example>\r\n");
}

/* The line takes one piece after the other: the letter is out with its end, whatever of the next
 * one still waits. */
static void
test_out (void)
{
  for (gsize chunks = 0; chunks < 2; chunks++)
    {
      g_autoptr (Dialogue) dialogue = client (HELLO);
      SmtpCore *core = test_smtp_core (dialogue);
      g_autoptr (GString) taken = g_string_new (NULL);
      const char *end = chunks ? "BDAT 22 LAST\r\n" LETTER : ".\r\n";
      BaseChunk *chunk;

      submit (dialogue, 0, chunks != 0, FALSE);
      dialogue_say (dialogue, chunks ? "250 a\r\n250 b\r\n" : "250 a\r\n250 b\r\n354 c\r\n");
      smtp_core_finish_data (core);
      submit (dialogue, 0, chunks != 0, TRUE);
      g_assert_false (smtp_core_is_letter_out (core));
      while ((chunk = base_core_take_output (dialogue->core, 5)) != NULL)
        {
          g_string_append_len (taken,
                               g_bytes_get_data (chunk->bytes, NULL),
                               (gssize) g_bytes_get_size (chunk->bytes));
          base_chunk_unref (chunk);
          g_assert_true (g_str_has_prefix (end, taken->str) || g_str_has_prefix (taken->str, end));
          if (taken->len < strlen (end))
            g_assert_false (smtp_core_is_letter_out (core));
          else if (taken->len > strlen (end))
            g_assert_true (smtp_core_is_letter_out (core));
        }
    }
}

/* Whoever takes a letter back before its end: chunks are left unsaid, and the session goes on;
 * after DATA the server waits for a dot, which it does not get. */
static void
test_take_back (void)
{
  for (gsize chunks = 0; chunks < 2; chunks++)
    for (gsize answered = 0; answered < 2; answered++)
      {
        g_autoptr (Dialogue) dialogue = client (HELLO);
        SmtpCore *core = test_smtp_core (dialogue);

        submit (dialogue, 0, chunks != 0, FALSE);
        dialogue_say (dialogue, chunks ? "250 a\r\n250 b\r\n" : "250 a\r\n250 b\r\n354 c\r\n");
        finish_and_submit (dialogue, 0, chunks != 0);
        if (answered)
          dialogue_say (dialogue, "250 taken\r\n250 reset\r\n250 a\r\n250 b\r\n");
        g_free (dialogue_take_sent (dialogue));
        g_free (dialogue_take_events (dialogue));
        g_assert_true (smtp_core_take_back (core) == (chunks != 0));
        if (!chunks)
          continue;
        test_smtp_submit (dialogue, SMTP_VERB_RSET, NULL, NULL);
        dialogue_turn (dialogue);
        dialogue_assert_sent (dialogue, "RSET\r\n");
        if (!answered)
          dialogue_say (dialogue, "250 taken\r\n250 reset\r\n250 a\r\n250 b\r\n");
        dialogue_say (dialogue, "250 reset\r\n");
        dialogue_assert_events (dialogue,
                                answered ? "RSET 250 OK\n"
                                         : "BDAT LAST 250 OK\nRSET 250 OK\n" TOLD "RSET 250 OK\n");
        smtp_core_finish_data (core);
        dialogue_turn (dialogue);
        dialogue_assert_sent (dialogue, "");
        g_assert_cmpint (base_core_next_deadline (dialogue->core), ==, G_MAXINT64);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/behind/dots", test_dots);
  g_test_add_func ("/smtp/behind/chunks", test_chunks);
  g_test_add_func ("/smtp/behind/large-chunks", test_large_chunks);
  g_test_add_func ("/smtp/behind/refused", test_refused);
  g_test_add_func ("/smtp/behind/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/smtp/behind/out", test_out);
  g_test_add_func ("/smtp/behind/take-back", test_take_back);
  return g_test_run ();
}
