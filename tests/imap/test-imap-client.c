/* The client role in dialogues: what is said when, what the answers belong to, and what stays
 * secret. */
#include "config.h"

#include "imap-core.h"
#include "test-dialogue.h"

#include <string.h>

static const char *const secrets[] = { "open sesame",
                                       "b3BlbiBzZXNhbWU",
                                       "AGFkYQBvcGVuIHNlc2FtZQ",
                                       "open-sesame",
                                       "YXV0aD1CZWFyZXIgb3Blbi1zZXNh",
                                       NULL };

static void
describe (const BaseEvent *base, GString *out)
{
  static const char *const names[] = {
    [IMAP_EVENT_GREETING] = "greeting",
    [IMAP_EVENT_RESPONSE] = "response",
    [IMAP_EVENT_DONE] = "done",
    [IMAP_EVENT_IDLING] = "idling",
    [IMAP_EVENT_AUTHENTICATED] = "authenticated",
    [IMAP_EVENT_LITERAL_BEGIN] = "begin",
    [IMAP_EVENT_LITERAL_DATA] = "data",
    [IMAP_EVENT_LITERAL_END] = "end",
    [IMAP_EVENT_START_TLS] = "start-tls",
  };
  static const char *const outcomes[] = { "",         " ok",  " continue", " temporary",
                                          " refused", " bad", " lost" };
  const ImapEvent *event = (const ImapEvent *) base;

  /* Pieces depend on how the bytes came. */
  if (base->type == IMAP_EVENT_LITERAL_DATA)
    return;
  g_string_append_printf (out,
                          "%s %" G_GUINT64_FORMAT "%s",
                          names[base->type],
                          base->exchange,
                          outcomes[base->outcome]);
  if (base->type == IMAP_EVENT_LITERAL_BEGIN)
    g_string_append_printf (
        out, " #%u [%s] %" G_GUINT64_FORMAT, event->sequence, event->section, event->size);
  if (event->response != NULL && base->type != IMAP_EVENT_IDLING)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      imap_writer_response (event->response, text);
      g_string_truncate (text, text->len - 2);
      g_string_replace (text, "\r\n", "|", 0);
      g_string_append_printf (out, ": %s", text->str);
    }
  g_string_append_c (out, '\n');
}

/* A dialogue as a script: "S: " the server says, "C: " the client must have said, "E: " the event
 * that must have come; "!" lines do something. */
typedef struct
{
  const char *name;
  const char *script;
} Case;

static BaseCause *
test_cause (void)
{
  static BaseCause *cause;

  if (cause == NULL)
    cause = base_cause_new (BASE_CAUSE_SYNC, NULL);
  return cause;
}

static ImapCommand *
make_append (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("From: a\r\n\r\nhello\r\n", 18);
  g_autoptr (BaseBody) body = base_body_new_from_bytes (bytes);
  ImapFlags flags = { IMAP_FLAG_SEEN, NULL };

  return imap_command_append ("Sent", &flags, IMAP_DATE_NONE, 0, body);
}

static void
submit_line (ImapCore *core, const char *line, gboolean behind_select)
{
  g_autofree char *tagged = g_strconcat ("x ", line, NULL);
  BaseLimits limits = {
    .line = 10000, .inline_body = 10000, .body = 10000, .depth = 64, .count = 100
  };
  g_autoptr (GError) error = NULL;
  ImapCommand *command;
  ImapFrame frame;

  imap_frame_init (&frame, BASE_ROLE_SERVER, tagged, strlen (tagged));
  command = imap_parser_command (&frame, &limits, NULL, &error);
  g_assert_no_error (error);
  imap_frame_clear (&frame);
  command->behind_select = behind_select;
  imap_core_submit (core, command, test_cause ());
}

static void
do_something (Dialogue *dialogue, const char *what)
{
  ImapCore *core = (ImapCore *) dialogue->core;

  if (g_str_has_prefix (what, "say "))
    submit_line (core, what + 4, FALSE);
  else if (g_str_has_prefix (what, "behind "))
    submit_line (core, what + 7, TRUE);
  else if (strcmp (what, "append") == 0)
    imap_core_submit (core, make_append (), test_cause ());
  else if (strcmp (what, "append two") == 0)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static ("B: c\r\n\r\n", 8);
      g_autoptr (BaseBody) body = base_body_new_from_bytes (bytes);
      ImapCommand *command = make_append ();

      imap_command_append_more (command, &(ImapFlags){ 0 }, IMAP_DATE_NONE, 0, body);
      imap_core_submit (core, command, test_cause ());
    }
  else if (strcmp (what, "replace 4") == 0)
    {
      ImapCommand *command = make_append ();

      command->verb = IMAP_VERB_REPLACE;
      command->uid = TRUE;
      command->set = imap_set_new_single (4);
      imap_core_submit (core, command, test_cause ());
    }
  else if (g_str_has_prefix (what, "authenticate "))
    {
      const SaslMechanism *mechanism = sasl_mechanism_find (what + 13);
      /* A token has no spaces. */
      g_autoptr (BaseSecret) password = base_secret_new (
          g_str_has_prefix (what + 13, "OAUTH") ? "open-sesame" : "open sesame", -1);

      imap_core_authenticate (
          core, sasl_client_new (mechanism, "ada", password), mechanism, test_cause ());
    }
  else if (strcmp (what, "done") == 0)
    imap_core_done (core);
  else if (strcmp (what, "tls") == 0)
    base_core_tls_started (BASE_CORE (core), NULL, ++dialogue->now);
  else if (strcmp (what, "eof") == 0)
    dialogue_eof (dialogue);
  else if (strcmp (what, "hold") == 0)
    base_core_hold (BASE_CORE (core));
  else if (strcmp (what, "release") == 0)
    base_core_release (BASE_CORE (core), ++dialogue->now);
  else if (g_str_has_prefix (what, "raw "))
    {
      g_autofree char *line = g_strconcat (what + 4, "\r\n", NULL);
      g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));

      base_core_submit_raw (BASE_CORE (core), bytes, test_cause ());
    }
  else if (g_str_has_prefix (what, "edit ") || g_str_has_prefix (what, "keep "))
    {
      g_autofree char *line = g_strconcat (what + 5, "\r\n", NULL);
      g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));

      g_assert_cmpint (base_core_edit_held (BASE_CORE (core), 1, bytes), ==, *what == 'e');
    }
  else if (g_str_has_prefix (what, "state "))
    g_assert_cmpstr (base_core_state (BASE_CORE (core)), ==, what + 6);
  else if (g_str_has_prefix (what, "mailbox "))
    g_assert_cmpstr (imap_core_mailbox (core), ==, what + 8);
  else if (g_str_has_prefix (what, "exists "))
    g_assert_cmpuint (imap_core_exists (core), ==, (guint) atoi (what + 7));
  else if (g_str_has_prefix (what, "has "))
    g_assert_true (imap_core_has_capability (core, what + 4));
  else if (strcmp (what, "knows nothing") == 0)
    g_assert_false (imap_core_knows_capabilities (core));
  else if (strcmp (what, "closed") == 0)
    g_assert_true (dialogue->closed);
  else if (strcmp (what, "waits") == 0)
    g_assert_cmpint (base_core_next_deadline (BASE_CORE (core)), <, G_MAXINT64);
  else if (strcmp (what, "rests") == 0)
    g_assert_cmpint (base_core_next_deadline (BASE_CORE (core)), ==, G_MAXINT64);
  else if (g_str_has_prefix (what, "fails "))
    {
      g_assert_nonnull (dialogue->error);
      g_assert_cmpint (dialogue->error->code, ==, atoi (what + 6));
    }
  else
    g_error ("nobody knows how to %s", what);
  dialogue_turn (dialogue);
}

/* "\r\n" at the end; "\\r\\n" inside a line stands for a line end. */
static char *
unescape (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\\r\\n", -1);
  g_autofree char *joined = g_strjoinv ("\r\n", parts);

  return g_strconcat (joined, "\r\n", NULL);
}

static void
flush_server (Dialogue *dialogue, GString *server, gsize piece)
{
  if (server->len > 0)
    dialogue_feed (dialogue, server->str, server->len, piece);
  g_string_truncate (server, 0);
}

/* @piece: how many bytes come at a time, 0: lines, G_MAXSIZE: all the server says in a row. */
static void
run_script (const char *script, gsize piece, gsize cut)
{
  g_autoptr (Dialogue) dialogue = dialogue_new (
      BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, &(BaseLimits){ .inline_body = 100 })),
      describe,
      secrets);
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  g_autoptr (GString) server = g_string_new (NULL);
  g_autoptr (GString) sent = g_string_new (NULL);
  g_autofree char *rest = NULL;
  g_autofree char *events = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i];
      g_autofree char *new_sent = NULL;

      if (*line == '\0')
        continue;
      if (g_str_has_prefix (line, "S: "))
        {
          g_autofree char *text = unescape (line + 3);

          if (cut != G_MAXSIZE && dialogue->fed->len + server->len + strlen (text) >= cut)
            {
              g_string_append_len (server, text, (gssize) (cut - dialogue->fed->len - server->len));
              flush_server (dialogue, server, piece);
              dialogue_eof (dialogue);
              g_assert_true (dialogue->closed || dialogue->error != NULL);
              return;
            }
          g_string_append (server, text);
          continue;
        }
      flush_server (dialogue, server, piece);
      new_sent = dialogue_take_sent (dialogue);
      g_string_append (sent, new_sent);
      if (cut != G_MAXSIZE && *line != '!')
        continue;
      if (g_str_has_prefix (line, "C: "))
        {
          g_autofree char *text = unescape (line + 3);

          if (!g_str_has_prefix (sent->str, text))
            g_error ("the client should have said “%s”, and said “%s”", text, sent->str);
          g_string_erase (sent, 0, (gssize) strlen (text));
        }
      else if (g_str_has_prefix (line, "E: "))
        {
          const char *end = strchr (dialogue->events->str, '\n');

          if (end == NULL || strncmp (dialogue->events->str, line + 3, strlen (line + 3)) != 0 ||
              strlen (line + 3) != (gsize) (end - dialogue->events->str))
            g_error (
                "“%s” should have happened, and what did is “%s”", line + 3, dialogue->events->str);
          g_string_erase (dialogue->events, 0, end + 1 - dialogue->events->str);
        }
      else if (g_str_has_prefix (line, "!"))
        {
          if (cut == G_MAXSIZE || g_str_has_prefix (line, "!say") ||
              g_str_has_prefix (line, "!behind") || g_str_has_prefix (line, "!append") ||
              g_str_has_prefix (line, "!replace") || g_str_has_prefix (line, "!auth") ||
              strcmp (line, "!done") == 0 ||
              (strcmp (line, "!tls") == 0 && dialogue->error == NULL && !dialogue->closed) ||
              strcmp (line, "!hold") == 0 || strcmp (line, "!release") == 0 ||
              g_str_has_prefix (line, "!raw") || g_str_has_prefix (line, "!edit") ||
              g_str_has_prefix (line, "!keep"))
            do_something (dialogue, line + 1);
        }
      else
        g_error ("a line of a script: %s", line);
    }
  flush_server (dialogue, server, piece);
  if (cut != G_MAXSIZE)
    return;
  rest = dialogue_take_sent (dialogue);
  g_assert_cmpstr (sent->str, ==, "");
  g_assert_cmpstr (rest, ==, "");
  events = dialogue_take_events (dialogue);
  g_assert_cmpstr (events, ==, "");
  /* All that was understood has its span. */
  if (dialogue->error == NULL || dialogue->error->code == BASE_CORE_ERROR_CLOSED)
    g_assert_cmpuint (dialogue->spans->len, ==, dialogue->fed->len);
}

static void
test_script (gconstpointer data)
{
  const Case *test = data;
  gsize total = 0;
  g_auto (GStrv) lines = g_strsplit (test->script, "\n", -1);

  run_script (test->script, 0, G_MAXSIZE);
  run_script (test->script, 1, G_MAXSIZE);
  run_script (test->script, 7, G_MAXSIZE);
  if (strstr (test->script, "!eof") == NULL)
    run_script (test->script, G_MAXSIZE, G_MAXSIZE);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "S: "))
      {
        g_autofree char *text = unescape (lines[i] + 3);

        total += strlen (text);
      }
  /* The line is cut after every byte: an error or a clean end, never a hang. */
  for (gsize cut = 0; cut < total; cut++)
    run_script (test->script, G_MAXSIZE, cut);
}

#define HELLO                                                                                   \
  "S: * OK [CAPABILITY IMAP4rev1 IDLE] ready\nE: greeting 0: * OK [CAPABILITY IMAP4rev1 IDLE] " \
  "ready\n"
#define SIGNED_IN                                                                                \
  "S: * PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\nE: greeting 0: * PREAUTH [CAPABILITY IMAP4rev1 " \
  "IDLE] hi\n"

static const Case cases[] = {
  { "greeting", HELLO "!state not authenticated\n!has idle\n!rests\n" },
  { "waits-for-greeting",
    "!waits\n!say NOOP\nS: * OK hi\nE: greeting 0: * OK hi\nC: a1 NOOP\nS: a1 OK\nE: done 1 ok: a1 "
    "OK \n!rests\n" },
  { "preauth", SIGNED_IN "!state authenticated\n" },
  { "bye-at-once", "S: * BYE busy\nE: greeting 0: * BYE busy\n!closed\n" },
  { "no-imap", "S: HTTP/1.1 400 Bad Request\n!fails 0\n" },
  { "login",
    HELLO
    "!say LOGIN ada \"open sesame\"\nC: a1 LOGIN \"ada\" \"open sesame\"\n!waits\n"
    "S: * CAPABILITY IMAP4rev1 MOVE\nS: a1 OK welcome\n"
    "E: response 1: * CAPABILITY IMAP4rev1 MOVE\nE: authenticated 1\nE: done 1 ok: a1 OK welcome\n"
    "!state authenticated\n!has MOVE\n" },
  { "login-forgets-capabilities",
    HELLO "!say LOGIN ada \"open sesame\"\nC: a1 LOGIN \"ada\" \"open sesame\"\nS: a1 OK welcome\n"
          "E: authenticated 1\nE: done 1 ok: a1 OK welcome\n!knows nothing\n" },
  { "login-refused-and-echoed",
    HELLO "!say LOGIN ada \"open sesame\"\nC: a1 LOGIN \"ada\" \"open sesame\"\n"
          "S: a1 NO [AUTHENTICATIONFAILED] not open sesame nor b3BlbiBzZXNhbWU=\n"
          "E: done 1 refused: a1 NO [AUTHENTICATIONFAILED] not *********** nor "
          "***************=\n!state not authenticated\n" },
  { "login-unavailable",
    HELLO "!say LOGIN ada \"open sesame\"\nC: a1 LOGIN \"ada\" \"open sesame\"\nS: a1 NO "
          "[UNAVAILABLE] later\n"
          "E: done 1 temporary: a1 NO [UNAVAILABLE] later\n" },
  { "plain-without-ir",
    HELLO "!authenticate PLAIN\nC: a1 AUTHENTICATE PLAIN\nS: + \nC: AGFkYQBvcGVuIHNlc2FtZQ==\nS: "
          "a1 OK [CAPABILITY IMAP4rev1] in\n"
          "E: authenticated 1\nE: done 1 ok: a1 OK [CAPABILITY IMAP4rev1] in\n" },
  { "plain-with-ir",
    "S: * OK [CAPABILITY IMAP4rev1 SASL-IR] hi\nE: greeting 0: * OK [CAPABILITY IMAP4rev1 SASL-IR] "
    "hi\n"
    "!authenticate PLAIN\nC: a1 AUTHENTICATE PLAIN AGFkYQBvcGVuIHNlc2FtZQ==\nS: a1 OK in\nE: "
    "authenticated 1\nE: done 1 ok: a1 OK in\n" },
  { "login-mechanism",
    HELLO "!authenticate LOGIN\nC: a1 AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: YWRh\nS: + "
          "UGFzc3dvcmQ6\nC: b3BlbiBzZXNhbWU=\n"
          "S: a1 NO no\nE: done 1 refused: a1 NO no\n" },
  { "unproven-scram",
    HELLO "!authenticate SCRAM-SHA-256\nC: a1 AUTHENTICATE SCRAM-SHA-256\nS: a1 OK trust "
          "me\n!fails 2\n" },
  { "bad-challenge",
    HELLO "!authenticate CRAM-MD5\nC: a1 AUTHENTICATE CRAM-MD5\nS: + not base64!\n!fails 0\n" },
  { "starttls",
    HELLO "!say STARTTLS\nC: a1 STARTTLS\nS: a1 OK go\nE: done 1 ok: a1 OK go\nE: start-tls "
          "1\n!rests\n!say CAPABILITY\n!tls\n!knows nothing\n"
          "C: a2 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: a2 OK\nE: response 2: * CAPABILITY "
          "IMAP4rev1\nE: done 2 ok: a2 OK \n" },
  { "starttls-injection",
    HELLO "!say STARTTLS\nC: a1 STARTTLS\nS: a1 OK go\\r\\n* CAPABILITY IMAP4rev1\nE: done 1 ok: "
          "a1 OK go\nE: start-tls 1\n!fails 4\n" },
  { "starttls-refused",
    HELLO "!say STARTTLS\nC: a1 STARTTLS\nS: a1 BAD no\nE: done 1 bad: a1 BAD no\n" },
  { "pipelined",
    SIGNED_IN "!say STATUS INBOX (MESSAGES)\n!say STATUS Sent (MESSAGES)\nC: a1 STATUS INBOX "
              "(MESSAGES)\nC: a2 STATUS \"Sent\" (MESSAGES)\n"
              "S: * STATUS INBOX (MESSAGES 3)\nS: a1 OK\nS: * STATUS Sent (MESSAGES 4)\nS: a2 OK\n"
              "E: response 1: * STATUS INBOX (MESSAGES 3)\nE: done 1 ok: a1 OK \nE: response 2: * "
              "STATUS \"Sent\" (MESSAGES 4)\nE: done 2 ok: a2 OK \n" },
  { "select-waits",
    SIGNED_IN
    "!say SELECT INBOX\n!say UID FETCH 1:* (FLAGS)\nC: a1 SELECT INBOX\n!say UID FETCH 9 (FLAGS)\n"
    "S: * 3 EXISTS\nS: a1 OK [READ-WRITE] done\nC: a2 UID FETCH 1:* (FLAGS)\nC: a3 UID FETCH 9 "
    "(FLAGS)\n"
    "E: response 1: * 3 EXISTS\nE: done 1 ok: a1 OK [READ-WRITE] done\n!state selected\n!mailbox "
    "INBOX\n!exists 3\n"
    "S: * 2 EXPUNGE\nE: response 2: * 2 EXPUNGE\n!exists 2\nS: * VANISHED 7:8\nE: response 2: * "
    "VANISHED 7:8\n!exists 0\n"
    "S: a2 OK\nS: a3 OK\nE: done 2 ok: a2 OK \nE: done 3 ok: a3 OK \n" },
  { "fetch-behind-select",
    SIGNED_IN
    "!say SELECT INBOX\n!behind UID FETCH 7 (FLAGS)\n!say UID FETCH 9 (FLAGS)\nC: a1 SELECT INBOX\n"
    "C: a2 UID FETCH 7 (FLAGS)\nS: * 3 EXISTS\nS: a1 OK [READ-WRITE] done\nS: * 1 FETCH (UID 7 "
    "FLAGS "
    "())\nS: a2 OK\nC: a3 UID FETCH 9 (FLAGS)\n"
    "E: response 1: * 3 EXISTS\nE: done 1 ok: a1 OK [READ-WRITE] done\n!state selected\n"
    "E: response 2: * 1 FETCH (UID 7 FLAGS ())\nE: done 2 ok: a2 OK \nS: a3 OK\nE: done 3 ok: a3 "
    "OK "
    "\n" },
  { "fetch-behind-select-refused",
    SIGNED_IN
    "!say SELECT nowhere\n!behind UID FETCH 7 (FLAGS)\nC: a1 SELECT \"nowhere\"\nC: a2 UID FETCH 7 "
    "(FLAGS)\nS: a1 NO [NONEXISTENT] none\nS: a2 BAD what\n"
    "E: done 1 refused: a1 NO [NONEXISTENT] none\nE: done 2 bad: a2 BAD what\n"
    "!state authenticated\n" },
  { "select-refused",
    SIGNED_IN "!say SELECT nowhere\nC: a1 SELECT \"nowhere\"\nS: a1 NO [NONEXISTENT] none\nE: done "
              "1 refused: a1 NO [NONEXISTENT] none\n!state authenticated\n" },
  { "numbers-wait",
    SIGNED_IN "!say UID FETCH 1 (FLAGS)\n!say FETCH 1 (FLAGS)\nC: a1 UID FETCH 1 (FLAGS)\nS: a1 "
              "OK\nC: a2 FETCH 1 (FLAGS)\n"
              "E: done 1 ok: a1 OK \nS: a2 OK\nE: done 2 ok: a2 OK \n" },
  { "append-waits-for-plus",
    SIGNED_IN "!append\nC: a1 APPEND \"Sent\" (\\Seen) {18}\n!say NOOP\nS: + go on\nC: From: "
              "a\\r\\n\\r\\nhello\nC: \nC: a2 NOOP\n"
              "S: a1 OK [APPENDUID 1 7] saved\nS: a2 OK\nE: done 1 ok: a1 OK [APPENDUID 1 7] "
              "saved\nE: done 2 ok: a2 OK \n" },
  { "append-refused",
    SIGNED_IN
    "!append\nC: a1 APPEND \"Sent\" (\\Seen) {18}\nS: a1 NO [TRYCREATE] first\nE: done 1 refused: "
    "a1 NO [TRYCREATE] first\n!say NOOP\nC: a2 NOOP\nS: a2 OK\nE: done 2 ok: a2 OK \n" },
  { "append-without-waiting",
    "S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\nE: greeting 0: * PREAUTH [CAPABILITY "
    "IMAP4rev1 LITERAL+] hi\n"
    "!append\nC: a1 APPEND \"Sent\" (\\Seen) {18+}\\r\\nFrom: a\\r\\n\\r\\nhello\\r\\n\nS: a1 "
    "OK\nE: done 1 ok: a1 OK \n" },
  { "idle",
    SIGNED_IN "!say IDLE\nC: a1 IDLE\n!waits\nS: + idling\nE: idling 1 continue\n!rests\nS: * 4 "
              "EXISTS\nE: response 1: * 4 EXISTS\n!exists 4\n"
              "!done\nC: DONE\n!waits\nS: a1 OK\nE: done 1 ok: a1 OK \n!rests\n" },
  { "idle-ended-by-command",
    SIGNED_IN "!say IDLE\nC: a1 IDLE\nS: + idling\nE: idling 1 continue\n!say NOOP\nC: DONE\nS: a1 "
              "OK\nE: done 1 ok: a1 OK \nC: a2 NOOP\nS: a2 OK\nE: done 2 ok: a2 OK \n" },
  { "idle-ended-before-it-began",
    SIGNED_IN "!say IDLE\n!done\nC: a1 IDLE\nS: + idling\nE: idling 1 continue\nC: DONE\nS: a1 "
              "OK\nE: done 1 ok: a1 OK \n" },
  { "logout",
    SIGNED_IN "!say LOGOUT\nC: a1 LOGOUT\nS: * BYE bye\nE: response 1: * BYE bye\nS: a1 OK\nE: "
              "done 1 ok: a1 OK \n!closed\n" },
  { "logout-cut-short",
    SIGNED_IN "!say LOGOUT\nC: a1 LOGOUT\nS: * BYE bye\nE: response 1: * BYE bye\n!eof\nE: done 1 "
              "ok\n!closed\n" },
  { "bye",
    SIGNED_IN "!say NOOP\nC: a1 NOOP\nS: * BYE maintenance\nE: response 1: * BYE maintenance\nE: "
              "done 1 lost\n!closed\n" },
  { "cut", SIGNED_IN "!say NOOP\nC: a1 NOOP\n!eof\nE: done 1 lost\n!fails 3\n" },
  { "unknown-tag", SIGNED_IN "S: zz OK\n!fails 0\n" },
  { "unreadable-data-is-kept", SIGNED_IN "S: * 12 FETCH (UID\nE: response 0: * 12 FETCH (UID\n" },
  { "unsolicited",
    SIGNED_IN "S: * 23 EXISTS\nE: response 0: * 23 EXISTS\nS: * OK Still here\nE: response 0: * OK "
              "Still here\n" },
  { "held",
    SIGNED_IN "!hold\n!say UID FETCH 4711 (FLAGS BODY.PEEK[])\n!rests\nS: * 3 EXISTS\nE: response "
              "0: * 3 EXISTS\n!release\nC: a1 UID FETCH 4711 (FLAGS BODY.PEEK[])\n"
              "S: * 1 FETCH (UID 4711 FLAGS () BODY[] {5}\\r\\nhello)\nE: response 1: * 1 FETCH "
              "(UID 4711 FLAGS () BODY[] {5}|hello)\n" },
  { "streamed",
    SIGNED_IN
    "!say UID FETCH 1:2 (BODY.PEEK[1.2])\nC: a1 UID FETCH 1:2 (BODY.PEEK[1.2])\n"
    "S: * 7 FETCH (UID 1 BODY[1.2] {120}\\r\\n123456789 123456789 123456789 123456789 123456789 "
    "123456789 123456789 123456789 123456789 123456789 123456789 123456789  FLAGS (\\Seen))\n"
    "E: begin 1 #7 [1.2] 120\nE: end 1\nE: response 1: * 7 FETCH (UID 1 FLAGS (\\Seen) BODY[1.2] "
    "\"\")\n" },
  { "literal-in-text-is-none", SIGNED_IN "S: * OK look {5}\nE: response 0: * OK look {5}\n" },
  { "raw", SIGNED_IN "!raw z9 NOOP\nC: z9 NOOP\nS: z9 OK\nE: done 1 ok: z9 OK \n" },
  { "raw-login",
    HELLO "!raw z1 login ada \"open sesame\"\nC: z1 login ada \"open sesame\"\nS: z1 OK\nE: "
          "authenticated 1\nE: done 1 ok: z1 OK \n" },
  { "raw-select",
    SIGNED_IN
    "!raw z1 select Archive\nC: z1 select Archive\nS: z1 OK [READ-WRITE] in\nE: done 1 ok: "
    "z1 OK [READ-WRITE] in\n!mailbox Archive\n!state selected\n" },
  /* A typed command goes on behind a literal's mark, as one command. */
  { "raw-literal",
    SIGNED_IN "!raw z1 append INBOX {5}\nC: z1 append INBOX {5}\nS: + yes\nE: response 1: + yes\n"
              "!raw hello\nC: hello\nS: z1 OK\nE: done 1 ok: z1 OK \n" },
  { "raw-literal-in-pieces",
    SIGNED_IN "!raw z1 append INBOX {9+}\nC: z1 append INBOX {9+}\n!raw hello\nC: hello\n"
              "!raw you\nC: you\nS: z1 OK\nE: done 1 ok: z1 OK \n!raw z2 NOOP\nC: z2 NOOP\n"
              "S: z2 OK\nE: done 2 ok: z2 OK \n" },
  { "raw-literal-refused",
    SIGNED_IN "!raw z1 append INBOX {5}\nC: z1 append INBOX {5}\nS: z1 NO full\n"
              "E: done 1 refused: z1 NO full\n!raw z2 NOOP\nC: z2 NOOP\nS: z2 OK\n"
              "E: done 2 ok: z2 OK \n" },
  { "raw-login-in-literals",
    HELLO
    "!raw z1 login {3}\nC: z1 login {3}\nS: + yes\nE: response 1: + yes\n"
    "!raw ada {11}\nC: ada {11}\nS: + yes\nE: response 1: + yes\n"
    "!raw open sesame\nC: open sesame\nS: z1 OK\nE: authenticated 1\nE: done 1 ok: z1 OK \n" },
  { "raw-select-in-a-literal",
    SIGNED_IN "!raw z1 select {7}\nC: z1 select {7}\nS: + yes\nE: response 1: + yes\n"
              "!raw Archive\nC: Archive\nS: z1 OK [READ-WRITE] in\nE: done 1 ok: z1 OK "
              "[READ-WRITE] in\n!mailbox Archive\n!state selected\n" },
  { "raw-unknown",
    SIGNED_IN "!raw z2 XYZZY\nC: z2 XYZZY\nS: z2 BAD what\nE: done 1 bad: z2 BAD what\n" },
  /* Another line in the place of the one that is held: its own tag, and nothing that changes what
     comes after it. */
  { "edited",
    SIGNED_IN
    "!hold\n!raw z3 UID FETCH 7 FLAGS\n!keep z4 UID FETCH 8 FLAGS\n!keep z3 SELECT INBOX\n"
    "!keep z3 LOGIN ada secret\n!keep z3 XYZZY\n!edit z3 UID FETCH 8 FLAGS\n!release\n"
    "C: z3 UID FETCH 8 FLAGS\nS: z3 OK\nE: done 1 ok: z3 OK \n" },
  /* The words of later standards. */
  { "enable",
    SIGNED_IN
    "!say ENABLE IMAP4rev2 QRESYNC UTF8=ACCEPT UIDONLY\nC: a1 ENABLE IMAP4rev2 QRESYNC UTF8=ACCEPT "
    "UIDONLY\n"
    "S: * ENABLED IMAP4rev2 QRESYNC UTF8=ACCEPT UIDONLY\nS: a1 OK\n"
    "E: response 1: * ENABLED IMAP4rev2 QRESYNC UTF8=ACCEPT UIDONLY\nE: done 1 ok: a1 OK \n" },
  { "qresync",
    SIGNED_IN "!say SELECT INBOX (QRESYNC (7 90))\nC: a1 SELECT INBOX (QRESYNC (7 90))\n"
              "S: * 3 EXISTS\nS: * VANISHED (EARLIER) 2:3,9\nS: * 2 FETCH (UID 7 FLAGS (\\Seen "
              "$Label1) MODSEQ (91))\n"
              "S: a1 OK [READ-WRITE] done\n"
              "E: response 1: * 3 EXISTS\nE: response 1: * VANISHED (EARLIER) 2:3,9\n"
              "E: response 1: * 2 FETCH (UID 7 FLAGS (\\Seen $Label1) MODSEQ (91))\n"
              "E: done 1 ok: a1 OK [READ-WRITE] done\n!exists 3\n" },
  { "partial",
    SIGNED_IN
    "!say UID SEARCH RETURN (PARTIAL -1:-100) ALL\nC: a1 UID SEARCH RETURN (PARTIAL -1:-100) ALL\n"
    "S: * ESEARCH (TAG \"a1\") UID PARTIAL (-1:-100 4:9)\nS: a1 OK\n"
    "E: response 1: * ESEARCH (TAG \"a1\") UID PARTIAL (-1:-100 4:9)\nE: done 1 ok: a1 OK \n" },
  { "uidonly",
    SIGNED_IN "!say UID FETCH 25 (FLAGS)\nC: a1 UID FETCH 25 (FLAGS)\nS: * 25 UIDFETCH (FLAGS "
              "(\\Seen))\nS: a1 OK\n"
              "E: response 1: * 25 UIDFETCH (FLAGS (\\Seen))\nE: done 1 ok: a1 OK \n" },
  { "notify",
    SIGNED_IN "!say NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (PERSONAL (MessageNew "
              "MessageExpunge))\n"
              "C: a1 NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (PERSONAL (MessageNew "
              "MessageExpunge))\nS: a1 OK\n"
              "E: done 1 ok: a1 OK \nS: * STATUS Archive (MESSAGES 3 UIDNEXT 9)\n"
              "E: response 0: * STATUS \"Archive\" (MESSAGES 3 UIDNEXT 9)\nS: * OK "
              "[NOTIFICATIONOVERFLOW] too much\n"
              "E: response 0: * OK [NOTIFICATIONOVERFLOW] too much\n" },
  { "replace",
    SIGNED_IN "!replace 4\nC: a1 UID REPLACE 4 \"Sent\" (\\Seen) {18}\nS: + go on\nC: From: "
              "a\\r\\n\\r\\nhello\nC: \n"
              "S: * OK [APPENDUID 1 7] put\nS: * VANISHED 4\nS: a1 OK done\n"
              "E: response 1: * OK [APPENDUID 1 7] put\nE: response 1: * VANISHED 4\nE: done 1 ok: "
              "a1 OK done\n" },
  { "multiappend",
    "S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ MULTIAPPEND] hi\nE: greeting 0: * PREAUTH "
    "[CAPABILITY "
    "IMAP4rev1 LITERAL+ MULTIAPPEND] hi\n!append two\n"
    "C: a1 APPEND \"Sent\" (\\Seen) {18+}\\r\\nFrom: a\\r\\n\\r\\nhello\n"
    "C:  {8+}\\r\\nB: c\\r\\n\\r\\n\n"
    "S: a1 OK [APPENDUID 1 7:8] saved\nE: done 1 ok: a1 OK [APPENDUID 1 7:8] saved\n" },
  { "moved",
    SIGNED_IN "!say UID MOVE 4:5 Archive\nC: a1 UID MOVE 4:5 \"Archive\"\nS: * OK [COPYUID 1 4:5 "
              "11:12] Moved\n"
              "S: * VANISHED 4:5\nS: a1 OK done\nE: response 1: * OK [COPYUID 1 4:5 11:12] Moved\n"
              "E: response 1: * VANISHED 4:5\nE: done 1 ok: a1 OK done\n" },
  { "token-refused",
    "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=OAUTHBEARER] hi\nE: greeting 0: * OK [CAPABILITY "
    "IMAP4rev1 SASL-IR "
    "AUTH=OAUTHBEARER] hi\n!authenticate OAUTHBEARER\n"
    "C: a1 AUTHENTICATE OAUTHBEARER bixhPWFkYSwBYXV0aD1CZWFyZXIgb3Blbi1zZXNhbWUBAQ==\n"
    "S: + eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=\nC: AQ==\nS: a1 NO [AUTHENTICATIONFAILED] no\n"
    "E: done 1 refused: a1 NO [AUTHENTICATIONFAILED] no\n" },
};

/* A flag with a line end in it would be a command of its own. */
static void
test_unsayable (void)
{
  g_autoptr (Dialogue) dialogue =
      dialogue_new (BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, NULL)), describe, NULL);
  g_autoptr (ImapSet) set = imap_set_new_single (1);
  char *keywords[] = { (char *) "a\r\nb LOGOUT", NULL };
  ImapFlags flags = { 0, keywords };
  g_autofree char *sent = NULL;
  g_autofree char *events = NULL;

  dialogue_say (dialogue, "* PREAUTH hi\r\n");
  g_free (dialogue_take_events (dialogue));
  imap_core_submit (
      (ImapCore *) dialogue->core, imap_command_store (set, '+', &flags, FALSE), test_cause ());
  sent = dialogue_take_sent (dialogue);
  events = dialogue_take_events (dialogue);
  g_assert_cmpstr (sent, ==, "");
  g_assert_cmpstr (events, ==, "done 1 bad\n");
}

static void
test_silence (void)
{
  g_autoptr (Dialogue) dialogue =
      dialogue_new (BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, NULL)), describe, NULL);
  gint64 deadline = base_core_next_deadline (dialogue->core);

  g_assert_cmpint (deadline, ==, 30 * G_USEC_PER_SEC);
  base_core_expire (dialogue->core, deadline);
  dialogue_turn (dialogue);
  g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_TIMEOUT);
}

static void
test_limits (void)
{
  static const struct
  {
    BaseLimits limits;
    const char *say;
  } tests[] = {
    { { .line = 40 }, "* OK 12345678901234567890123456789012345678901234567890\r\n" },
    { { .body = 1000 }, "* OK hi\r\n* 1 FETCH (BODY[] {1001}\r\n" },
    { { .body = 1000 }, "* OK hi\r\n* 1 FETCH (BODY[] {99999999999999999999999}\r\n" },
    { { .count = 2 },
      "* OK hi\r\n* 1 FETCH (BODY[1] {1}\r\na BODY[2] {1}\r\nb BODY[3] {1}\r\nc)\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autoptr (Dialogue) dialogue =
          dialogue_new (BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, &tests[i].limits)), NULL, NULL);

      dialogue_say (dialogue, tests[i].say);
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_LIMIT);
    }
}

/* An answer without an end: no silence, so no deadline; the count of what came ends it. */
static void
test_flood (void)
{
  static const char *const lines[] = { "* 5 EXISTS\r\n",
                                       "* OK still here\r\n",
                                       "* 1 EXPUNGE\r\n",
                                       "* LIST () \"/\" {3}\r\n{3}\r\n",
                                       "\r\n",
                                       "* FLAGS (\\Seen)\r\n",
                                       "* 1 FETCH (UID 1)\r\n",
                                       "+ go on\r\n" };
  const BaseLimits limits = { .count = 20 };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (Dialogue) dialogue =
          dialogue_new (BASE_CORE (imap_core_new (BASE_ROLE_CLIENT, &limits)), NULL, NULL);
      guint n = 0;

      dialogue_say (dialogue, "* OK hi\r\n");
      imap_core_submit (
          (ImapCore *) dialogue->core, imap_command_new (IMAP_VERB_NOOP), test_cause ());
      while (dialogue->error == NULL && n++ < 3000)
        dialogue_say (dialogue, lines[i]);
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_LIMIT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imap/client/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_script);
    }
  g_test_add_func ("/imap/client/unsayable", test_unsayable);
  g_test_add_func ("/imap/client/silence", test_silence);
  g_test_add_func ("/imap/client/limits", test_limits);
  g_test_add_func ("/imap/client/flood", test_flood);
  return g_test_run ();
}
