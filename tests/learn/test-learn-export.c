/* Exchanges written for others: what stands in each format, that nobody in it can be known again
 * when that is wished, and that no password is in any. */
#include "config.h"

#include <string.h>

#include "learn-export.h"
#include "learn-pseudonym.h"
#include "test-stage.h"

static WireConnection
ada_like (const char *protocol, guint16 port)
{
  WireConnection like = stage_like (protocol, "mail.lovelace.org", port);

  like.account = (char *) "uuid";
  like.account_name = (char *) "ada@lovelace.org";
  like.address = (char *) "203.0.113.9";
  return like;
}

static void
ada_init (Stage *stage, const char *protocol, guint16 port)
{
  const WireConnection like = ada_like (protocol, port);

  stage_init (stage, &like, 0, 100, NULL, NULL);
}

static void
exchange (Stage *stage, const char *verb, const char *asked, const char *answered)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "lunch?");

  stage_exchange (stage, verb, cause, asked, answered, BASE_OUTCOME_OK);
}

static char *export(Stage *stage, LearnExportFormat format, gboolean pseudonyms)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  stage_pull (stage);
  for (guint i = 0; i < learn_dialogue_count (stage->dialogue); i++)
    g_ptr_array_add (all, learn_dialogue_get (stage->dialogue, i));
  return learn_export (all, format, pseudonyms);
}

static void
assert_has (const char *text, const char *wanted)
{
  if (strstr (text, wanted) == NULL)
    g_error ("“%s” is not in:\n%s", wanted, text);
}

static void
assert_lacks (const char *text, const char *unwanted)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autofree char *word = g_utf8_casefold (unwanted, -1);

  if (strstr (folded, word) != NULL)
    g_error ("“%s” is in:\n%s", unwanted, text);
}

static void
fetch (Stage *stage)
{
  exchange (stage, "SELECT", "a1 SELECT \"Old Post\"", "a1 OK [READ-WRITE] there");
  exchange (stage,
            "UID FETCH",
            "a2 UID FETCH 7 (ENVELOPE)",
            "* 7 FETCH (UID 7 ENVELOPE (NIL \"lunch?\" ((\"Grace Hopper\" NIL \"grace\" "
            "\"navy.mil\")) NIL NIL ((\"Ada Lovelace\" NIL \"ada\" \"lovelace.org\")) NIL NIL NIL "
            "\"<x7@navy.mil>\"))");
}

static void
test_formats (void)
{
  Stage stage;
  g_autofree char *text = NULL;
  g_autofree char *markdown = NULL;
  g_autofree char *json = NULL;
  g_auto (GStrv) lines = NULL;

  ada_init (&stage, "imap", 993);
  fetch (&stage);
  text = export(&stage, LEARN_EXPORT_TEXT, FALSE);
  assert_has (text, "== IMAP · mail.lovelace.org:993 · ada@lovelace.org\n");
  assert_has (text, "→ a2 UID FETCH 7 (ENVELOPE)\n");
  assert_has (text, "← * 7 FETCH (UID 7");
  assert_has (text, "lunch?");
  markdown = export(&stage, LEARN_EXPORT_MARKDOWN, FALSE);
  assert_has (markdown, "## IMAP · mail.lovelace.org:993 · ada@lovelace.org\n");
  assert_has (markdown, "\n```text\n→ a2 UID FETCH 7 (ENVELOPE)\n");
  json = export(&stage, LEARN_EXPORT_JSON, FALSE);
  lines = g_strsplit (json, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_true (g_str_has_prefix (lines[1], "{\"connection\":"));
  assert_has (lines[1], "\"command\":\"UID FETCH\"");
  assert_has (lines[1], "{\"from\":\"client\",\"text\":\"a2 UID FETCH 7 (ENVELOPE)\"}");
  g_assert_cmpstr (lines[2], ==, "");
  stage_clear (&stage);
}

/* A server's line that looks like Markdown stays inside its fence. */
static void
test_fence (void)
{
  Stage stage;
  g_autofree char *markdown = NULL;

  ada_init (&stage, "pop3", 995);
  exchange (&stage, "NOOP", "NOOP", "+OK ```` # <b>");
  markdown = export(&stage, LEARN_EXPORT_MARKDOWN, FALSE);
  assert_has (markdown, "\n`````text\n");
  assert_has (markdown, "\n`````\n");
  stage_clear (&stage);
}

static void
test_pseudonyms (void)
{
  static const char *const known[] = { "ada", "lovelace", "grace",       "hopper",       "navy",
                                       "bob", "babbage",  "203.0.113.9", "2001:db8:7::1" };
  const WireConnection smtp = ada_like ("smtp", 587);
  Stage stage;

  ada_init (&stage, "imap", 993);
  fetch (&stage);
  exchange (&stage, "LOGIN", "a3 LOGIN ada ", "a3 OK Logged in from 2001:db8:7::1 (203.0.113.9)");
  stage_open (&stage, &smtp);
  exchange (&stage, "MAIL", "MAIL FROM:<ada@lovelace.org>", "250 2.1.0 ok");
  exchange (&stage, "RCPT", "RCPT TO:<bob@babbage.example>", "250 2.1.5 GRACE@navy.mil may, too");
  exchange (&stage,
            "DATA",
            "DATA",
            "250 queued at mail.lovelace.org for \"Bob B.\" <bob@babbage.example>");
  for (LearnExportFormat format = LEARN_EXPORT_TEXT; format <= LEARN_EXPORT_COMMANDS; format++)
    {
      g_autofree char *text = export(&stage, format, TRUE);

      for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        assert_lacks (text, known[i]);
      /* The same by the same, over connections, protocols and capitals. */
      assert_has (text, "person1@host2.example");
      if (format != LEARN_EXPORT_COMMANDS)
        {
          assert_has (text, "Person 1");
          assert_has (text, "person3@host3.example may, too");
          assert_has (text, "a2 UID FETCH 7 (ENVELOPE)");
          assert_has (text, "lunch?");
        }
    }
  stage_clear (&stage);
}

static void
test_words (void)
{
  static const struct
  {
    const char *line, *replaced;
  } rows[] = {
    { "From: Ada Lovelace <ada@b.org>", "From: Person 1 <person1@host1.example>" },
    { "+OK Hello ada@b.org", "+OK Hello person1@host1.example" },
    { "RCPT TO:<ada@b.org> NOTIFY=NEVER", "RCPT TO:<person1@host1.example> NOTIFY=NEVER" },
    { "USER ada", "USER person1" },
    { "220 mx7.b.org ESMTP Postfix", "220 host1.example ESMTP Postfix" },
    { "Received: from [198.51.100.7]", "Received: from [192.0.2.1]" },
    /* Whose certificate it is can be looked up. */
    { "R3; SHA-256 "
      "FA:42:84:1D:A9:2F:BE:69:E4:DA:8D:FA:77:CD:CC:C1:28:CF:1A:2D:E1:C5:63:28:45:A8:34:"
      "F2:EE:32:AA:43",
      "R3; SHA-256 (fingerprint 1)" },
    /* What only looks like one. */
    { "a7 UID FETCH 4711 (FLAGS BODY.PEEK[])", "a7 UID FETCH 4711 (FLAGS BODY.PEEK[])" },
    { "250-ENHANCEDSTATUSCODES", "250-ENHANCEDSTATUSCODES" },
    { "Date: Sun, 22 Nov 2026 09:41:07 +0000", "Date: Sun, 22 Nov 2026 09:41:07 +0000" },
    { "* OK [UIDVALIDITY 3857529045] UIDs valid", "* OK [UIDVALIDITY 3857529045] UIDs valid" },
    { "250 2.1.5 Ok", "250 2.1.5 Ok" },
    { "", "" },
    { "a@", "a@" },
    { "<@>", "<@>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (LearnPseudonyms) pseudonyms = learn_pseudonyms_new ();
      g_autofree char *replaced = NULL;

      learn_pseudonyms_note (pseudonyms, rows[i].line);
      replaced = learn_pseudonyms_apply (pseudonyms, rows[i].line);
      g_assert_cmpstr (replaced, ==, rows[i].replaced);
    }
}

static void
test_imap_commands (void)
{
  Stage stage;
  g_autofree char *text = NULL;

  ada_init (&stage, "imap", 993);
  fetch (&stage);
  exchange (&stage, "IDLE", "a3 IDLE", "a3 OK");
  exchange (&stage, "SELECT", "a4 SELECT \"a \\\"b\\\" 'c'\"", "a4 OK");
  exchange (&stage, "UID FETCH", "a5 UID FETCH 7 (BODY.PEEK[])", "a5 OK");
  text = export(&stage, LEARN_EXPORT_COMMANDS, FALSE);
  assert_has (text, "/a%20%22b%22%20%27c%27' --request 'UID FETCH 7 (BODY.PEEK[])'\n# Of a letter");
  assert_has (text,
              "\ncurl -v --user NAME 'imaps://mail.lovelace.org:993/Old%20Post' --request 'UID "
              "FETCH 7 (ENVELOPE)'\n");
  assert_has (text,
              "\nopenssl s_client -quiet -crlf -connect 'mail.lovelace.org:993' -servername "
              "'mail.lovelace.org'\n#   a1 SELECT \"Old Post\"\n");
  assert_lacks (text, "--request 'IDLE");
  stage_clear (&stage);
}

static void
test_pop3_commands (void)
{
  Stage stage;
  g_autofree char *text = NULL;

  ada_init (&stage, "pop3", 110);
  exchange (&stage, "STLS", "STLS", "+OK");
  exchange (&stage, "USER", "USER ada", "+OK");
  exchange (&stage, "RETR", "RETR 3", "+OK");
  exchange (&stage, "DELE", "DELE 3", "+OK");
  exchange (&stage, "UIDL", "UIDL", "+OK");
  exchange (&stage, "LIST", "LIST 3", "+OK 3 600");
  text = export(&stage, LEARN_EXPORT_COMMANDS, FALSE);
  assert_has (text, "\ncurl -v --ssl-reqd --user NAME 'pop3://mail.lovelace.org:110/3'\n");
  assert_has (text,
              "\ncurl -v --ssl-reqd --user NAME 'pop3://mail.lovelace.org:110/' --request 'DELE "
              "3' --head\n");
  /* curl waits for a lone dot where it is not told that there will be none. */
  assert_has (text, " --request 'UIDL'\n");
  assert_has (text, " --request 'LIST 3' --head\n");
  assert_has (text, " -starttls pop3\n");
  assert_lacks (text, "--request 'USER");
  stage_clear (&stage);
}

static void
test_smtp_commands (void)
{
  Stage stage;
  g_autofree char *text = NULL;
  g_autofree char *others = NULL;

  ada_init (&stage, "smtp", 465);
  exchange (&stage, "MAIL", "MAIL FROM:<o'neil@b.org> SIZE=100", "250 ok");
  exchange (&stage, "RCPT", "RCPT TO:<bob@b.org>", "250 ok");
  exchange (&stage, "RCPT", "RCPT TO:<carol@b.org>", "250 ok");
  exchange (&stage, "DATA", "DATA", "250 ok");
  text = export(&stage, LEARN_EXPORT_COMMANDS, FALSE);
  assert_has (text,
              "\ncurl -v --user NAME 'smtps://mail.lovelace.org:465/' --mail-from "
              "'o'\\''neil@b.org' --mail-rcpt 'bob@b.org' --mail-rcpt 'carol@b.org' --upload-file "
              "letter.eml\n");
  assert_has (text,
              "\nswaks --server 'mail.lovelace.org' --port 465 --tls-on-connect --auth-user NAME "
              "--from 'o'\\''neil@b.org' --to 'bob@b.org,carol@b.org' --data @letter.eml\n");
  /* Nor is a name known again by what quoting made of it. */
  others = export(&stage, LEARN_EXPORT_COMMANDS, TRUE);
  assert_lacks (others, "neil");
  assert_has (others, " --mail-from 'person2@host3.example' ");
  stage_clear (&stage);
}

/* However the bytes of a secret arrive, none is in what is written. */
static void
test_secrets (void)
{
  static const struct
  {
    const char *protocol, *verb, *before, *secret;
  } rows[] = {
    { "imap", "LOGIN", "a1 LOGIN ada ", "xyzzy-plugh" },
    { "imap", "AUTHENTICATE", "a1 AUTHENTICATE PLAIN ", "AGFkYQB4eXp6eS1wbHVnaA==" },
    { "imap",
      "AUTHENTICATE",
      "a1 AUTHENTICATE XOAUTH2 ",
      "dXNlcj1hZGEBYXV0aD1CZWFyZXIgeHl6enkBAQ==" },
    { "pop3", "PASS", "PASS ", "xyzzy-plugh" },
    { "pop3", "APOP", "APOP ada ", "c4c9334bac560ecc979e58001b3e22fb" },
    { "pop3", "AUTH", "AUTH CRAM-MD5 ", "YWRhIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw" },
    { "smtp", "AUTH", "AUTH LOGIN ", "eHl6enktcGx1Z2g=" },
    { "smtp", "AUTH", "AUTH SCRAM-SHA-256 ", "Yz1iaXdzLHI9eHl6enkscD14eXp6eQ==" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize cut = 0; cut <= strlen (rows[i].secret); cut++)
      {
        Stage stage;
        gsize len = strlen (rows[i].secret);

        ada_init (&stage, rows[i].protocol, 1143);
        stage.exchange = 1;
        wire_tap_exchange_begin (stage.tap, stage.connection, 1, rows[i].verb, NULL, NULL);
        stage_say (&stage,
                   BASE_DIRECTION_OUT,
                   BASE_SPAN_PLAIN,
                   rows[i].before,
                   strlen (rows[i].before),
                   FALSE);
        stage_say (&stage, BASE_DIRECTION_OUT, BASE_SPAN_SECRET, rows[i].secret, cut, FALSE);
        stage_say (
            &stage, BASE_DIRECTION_OUT, BASE_SPAN_SECRET, rows[i].secret + cut, len - cut, FALSE);
        stage_line (&stage, BASE_DIRECTION_OUT, "");
        wire_tap_exchange_end (stage.tap, stage.connection, 1, BASE_OUTCOME_OK);
        for (guint j = 0; j < 8; j++)
          {
            g_autofree char *text = export(&stage, (LearnExportFormat) (j / 2), j % 2 == 1);

            for (gsize from = 0; from + 6 <= len; from++)
              {
                g_autofree char *piece = g_strndup (rows[i].secret + from, 6);

                assert_lacks (text, piece);
              }
            if (j / 2 != LEARN_EXPORT_COMMANDS)
              assert_has (text, WIRE_LINE_SECRET);
          }
        stage_clear (&stage);
      }
}

/* What a ring was too small for is missing in what is written for others, too, and that is said. */
static void
test_missing (void)
{
  const WireConnection like = ada_like ("imap", 993);
  Stage stage;
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;
  g_autofree char *shell = NULL;

  stage_init (&stage, &like, 16 * 1024, 1000, NULL, NULL);
  for (guint i = 0; i < 500; i++)
    exchange (&stage, "NOOP", "b NOOP", "b OK");
  text = export(&stage, LEARN_EXPORT_TEXT, FALSE);
  g_assert_cmpuint (learn_dialogue_dropped (stage.dialogue), >, 0);
  assert_has (text, "events are missing here");
  json = export(&stage, LEARN_EXPORT_JSON, TRUE);
  g_assert_true (g_str_has_prefix (json, "{\"events_missing\":"));
  shell = export(&stage, LEARN_EXPORT_COMMANDS, FALSE);
  assert_has (shell, "--cacert FILE");
  stage_clear (&stage);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/export/formats", test_formats);
  g_test_add_func ("/learn/export/fence", test_fence);
  g_test_add_func ("/learn/export/words", test_words);
  g_test_add_func ("/learn/export/pseudonyms", test_pseudonyms);
  g_test_add_func ("/learn/export/imap-commands", test_imap_commands);
  g_test_add_func ("/learn/export/pop3-commands", test_pop3_commands);
  g_test_add_func ("/learn/export/smtp-commands", test_smtp_commands);
  g_test_add_func ("/learn/export/missing", test_missing);
  g_test_add_func ("/learn/export/secrets", test_secrets);
  return g_test_run ();
}
