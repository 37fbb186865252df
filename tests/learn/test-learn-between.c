/* What one host says to another: whose words these are, for which letter, in which formats; and
 * that no account pays for them. The same again from a recording. */
#include "config.h"

#include <string.h>

#include "learn-accounting.h"
#include "learn-eavesdropper.h"
#include "learn-export.h"
#include "learn-wording.h"
#include "test-stage.h"
#include "wire-transcript.h"

static void
hop_init (Stage *stage, BaseCauseKind kind)
{
  g_autoptr (BaseCause) cause = base_cause_new (kind, "nanosecond");
  const WireConnection like = { .protocol = (char *) "smtp",
                                .host = (char *) "mx.b.example",
                                .port = 2525,
                                .address = (char *) "127.0.0.1",
                                .role = BASE_ROLE_CLIENT,
                                .caller = (char *) "practice.example",
                                .caller_address = (char *) "127.0.25.1",
                                .cause = cause,
                                .letter = (char *) "one@practice.example" };

  stage_init (stage, &like, 0, 100, NULL, NULL);
  stage_line (stage, BASE_DIRECTION_IN, "220 mx.b.example at your service");
  stage_exchange (
      stage, "MAIL", NULL, "MAIL FROM:<ada@practice.example>", "250 2.1.0 Yes", BASE_OUTCOME_OK);
  stage_exchange (stage,
                  "RCPT",
                  NULL,
                  "RCPT TO:<grace@b.example>",
                  "451 4.7.1 Greylisted",
                  BASE_OUTCOME_TEMPORARY);
  stage_exchange (stage, "DATA", NULL, "DATA", "250 2.0.0 Delivered", BASE_OUTCOME_OK);
}

/* All that is said of these exchanges, wherever they come from. */
static void
check_words (LearnDialogue *dialogue)
{
  g_assert_cmpuint (learn_dialogue_count (dialogue), ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      const LearnExchange *one = learn_dialogue_get (dialogue, i);
      g_autofree char *why = learn_cause_text (one->cause);
      g_autofree char *between = learn_between_text (one->info);
      g_autofree char *note = learn_between_note (one->info);

      /* The greeting, too, is of the letter's visit. */
      g_assert_cmpstr (why, ==, "The practice post office tries again to pass “nanosecond” on");
      g_assert_cmpstr (between, ==, "practice.example → mx.b.example");
      g_assert_true (g_str_has_prefix (note, "practice.example calls mx.b.example here: "));
      g_assert_cmpstr (learn_speaker_text (one->info, BASE_DIRECTION_OUT), ==, "practice.example");
      g_assert_cmpstr (learn_speaker_text (one->info, BASE_DIRECTION_IN), ==, "mx.b.example");
      g_assert_cmpstr (one->info->letter, ==, "one@practice.example");
    }
  g_assert_cmpstr (learn_speaker_text (NULL, BASE_DIRECTION_OUT), ==, "You");
  g_assert_null (learn_between_text (NULL));
}

static void
test_words (void)
{
  Stage stage;
  const LearnExchange *data;
  g_autofree char *title = NULL;
  g_autofree char *effect = NULL;
  g_autoptr (GPtrArray) seen = NULL;

  hop_init (&stage, BASE_CAUSE_TRY_AGAIN);
  stage_pull (&stage);
  check_words (stage.dialogue);
  data = learn_dialogue_get (stage.dialogue, 3);
  title = learn_exchange_title (data);
  effect = learn_exchange_effect (data);
  g_assert_cmpstr (title, ==, "Handed over “nanosecond”");
  g_assert_cmpstr (effect, ==, "mx.b.example has taken it");
  seen = learn_eavesdropper_see (data);
  g_assert_cmpstr (
      ((LearnSeen *) seen->pdata[0])->text, ==, "127.0.25.1 talks to 127.0.0.1, port 2525.");
  stage_clear (&stage);
}

/* The tap sums by account: here is none. What it cost is known all the same. */
static void
test_costs_nobody (void)
{
  Stage stage;
  g_autoptr (GPtrArray) sums = NULL;
  g_autofree char *cost = NULL;
  g_autofree char *nothing = NULL;
  WireTraffic between, none = { 0 };

  hop_init (&stage, BASE_CAUSE_PASS_ON);
  sums = wire_tap_take_traffic (stage.tap, "practice.example");
  g_assert_cmpuint (sums->len, ==, 0);
  wire_tap_traffic_between (stage.tap, &between);
  /* Three commands and their answers; a greeting is nobody's question. */
  g_assert_cmpuint (between.exchanges, ==, 3);
  g_assert_cmpuint (between.round_trips, ==, 3);
  g_assert_cmpuint (between.line_out,
                    ==,
                    strlen ("MAIL FROM:<ada@practice.example>\r\n"
                            "RCPT TO:<grace@b.example>\r\nDATA\r\n"));
  g_assert_cmpuint (between.line_in,
                    ==,
                    strlen ("250 2.1.0 Yes\r\n451 4.7.1 Greylisted\r\n250 2.0.0 Delivered\r\n"));
  g_assert_null (between.account);
  cost = learn_between_cost_text (&between);
  g_assert_true (g_str_has_prefix (cost, "125 bytes both ways · 3 round trips · "));
  nothing = learn_between_cost_text (&none);
  g_assert_true (g_str_has_prefix (nothing, "Nothing yet."));
  stage_clear (&stage);
}

static char *export(LearnDialogue *dialogue, LearnExportFormat format)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint i = 0; i < learn_dialogue_count (dialogue); i++)
    g_ptr_array_add (all, learn_dialogue_get (dialogue, i));
  return learn_export (all, format, FALSE);
}

static void
test_exported (void)
{
  Stage stage;
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;
  g_autofree char *commands = NULL;

  hop_init (&stage, BASE_CAUSE_PASS_ON);
  stage_pull (&stage);
  text = export(stage.dialogue, LEARN_EXPORT_TEXT);
  g_assert_nonnull (strstr (text, "== SMTP · practice.example → mx.b.example:2525\n"));
  g_assert_nonnull (strstr (text, "\nThe practice post office passes “nanosecond” on\n"));
  json = export(stage.dialogue, LEARN_EXPORT_JSON);
  g_assert_nonnull (strstr (json, "\"caller\":\"practice.example\""));
  /* A host does not sign in, and calls from the address that its SPF record names. */
  commands = export(stage.dialogue, LEARN_EXPORT_COMMANDS);
  g_assert_null (strstr (commands, "--user"));
  g_assert_null (strstr (commands, "--auth-user"));
  g_assert_null (strstr (commands, "NAME"));
  g_assert_nonnull (strstr (commands,
                            "curl -v --interface '127.0.25.1' "
                            "'smtp://127.0.0.1:2525/practice.example' --mail-from "
                            "'ada@practice.example' --mail-rcpt 'grace@b.example'"));
  g_assert_nonnull (strstr (commands,
                            "swaks --server '127.0.0.1' --port 2525 --ehlo 'practice.example' "
                            "--local-interface '127.0.25.1' --from 'ada@practice.example'"));
  g_assert_nonnull (strstr (commands, "nc -C '127.0.0.1' 2525\n"));
  stage_clear (&stage);
}

static void
test_recorded (void)
{
  Stage stage;
  g_autoptr (GString) recording = g_string_new (NULL);
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GHashTable) connections = NULL;
  g_autoptr (LearnDialogue) dialogue = learn_dialogue_new (100, NULL, NULL);
  g_autoptr (GError) error = NULL;

  hop_init (&stage, BASE_CAUSE_TRY_AGAIN);
  events = wire_tap_read (stage.tap, 1, 100);
  for (guint i = 0; i < events->len; i++)
    {
      g_autofree char *json =
          wire_event_to_json (events->pdata[i], i == 0 ? stage.connection : NULL);

      g_string_append_printf (recording, "%s\n", json);
    }
  again = wire_transcript_parse (recording->str, recording->len, 1, &connections, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < again->len; i++)
    learn_dialogue_feed (
        dialogue,
        again->pdata[i],
        g_hash_table_lookup (connections, &((WireEvent *) again->pdata[i])->connection));
  check_words (dialogue);
  stage_clear (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/between/words", test_words);
  g_test_add_func ("/learn/between/costs-nobody", test_costs_nobody);
  g_test_add_func ("/learn/between/exported", test_exported);
  g_test_add_func ("/learn/between/recorded", test_recorded);
  return g_test_run ();
}
