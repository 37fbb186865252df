/* The server role in dialogues, and both roles connected back to back. */
#include "config.h"

#include "imap-core.h"
#include "test-dialogue.h"

#include <string.h>

static const char *const secrets[] = { "open sesame", "b3BlbiBzZXNhbWU", NULL };

static BaseSecret *
lookup (const char *user, gpointer data)
{
  return strcmp (user, "ada") == 0 ? base_secret_new ("open sesame", -1) : NULL;
}

static void
describe (const BaseEvent *base, GString *out)
{
  const ImapEvent *event = (const ImapEvent *) base;

  switch ((ImapEventType) base->type)
    {
    case IMAP_EVENT_COMMAND:
      {
        g_autoptr (GString) text = g_string_new (NULL);

        imap_writer_command (event->command, text);
        g_string_truncate (text, text->len - 2);
        g_string_replace (text, "\r\n", "|", 0);
        g_string_append_printf (out, "command %s\n", text->str);
      }
      break;
    case IMAP_EVENT_IDLE_DONE:
      g_string_append (out, event->response != NULL ? "idle-done BAD\n" : "idle-done\n");
      break;
    case IMAP_EVENT_SIGN_IN:
      g_string_append_printf (out, "sign-in %s\n", event->user);
      break;
    case IMAP_EVENT_START_TLS:
      g_string_append (out, "start-tls\n");
      break;
    case IMAP_EVENT_LITERAL_BEGIN:
      g_string_append_printf (out, "begin %" G_GUINT64_FORMAT "\n", event->size);
      break;
    case IMAP_EVENT_LITERAL_END:
      g_string_append (out, "end\n");
      break;
    case IMAP_EVENT_LITERAL_DATA:
      break;
    case IMAP_EVENT_GREETING:
    case IMAP_EVENT_RESPONSE:
    case IMAP_EVENT_DONE:
    case IMAP_EVENT_IDLING:
    case IMAP_EVENT_AUTHENTICATED:
    default:
      g_assert_not_reached ();
    }
}

static ImapCore *
new_server (gboolean plaintext)
{
  ImapCore *core =
      imap_core_new (BASE_ROLE_SERVER, &(BaseLimits){ .inline_body = 100, .body = 1000 });
  ImapServerOptions options = {
    .host = "test", .lookup = lookup, .tls_available = TRUE, .plaintext_login = plaintext
  };

  imap_core_set_server_options (core, &options);
  return core;
}

static const ImapEvent *
last_event (Dialogue *dialogue)
{
  g_assert_cmpuint (dialogue->kept->len, >, 0);
  return dialogue->kept->pdata[dialogue->kept->len - 1];
}

static const ImapEvent *
last_with_command (Dialogue *dialogue)
{
  for (guint i = dialogue->kept->len; i > 0; i--)
    if (((const ImapEvent *) dialogue->kept->pdata[i - 1])->command != NULL)
      return dialogue->kept->pdata[i - 1];
  g_assert_not_reached ();
}

static void
answer (Dialogue *dialogue, ImapStatus status, const char *text)
{
  const ImapEvent *event = last_with_command (dialogue);

  imap_core_respond ((ImapCore *) dialogue->core,
                     event->base.exchange,
                     imap_response_status (event->command->tag, status, NULL, text));
}

static void
do_something (Dialogue *dialogue, const char *what)
{
  ImapCore *core = (ImapCore *) dialogue->core;

  if (strcmp (what, "greet") == 0)
    imap_core_respond (
        core, 0, imap_response_status (NULL, IMAP_STATUS_OK, "CAPABILITY IMAP4rev1", "hi"));
  else if (strcmp (what, "ok") == 0)
    answer (dialogue, IMAP_STATUS_OK, "done");
  else if (strcmp (what, "told") == 0)
    imap_core_respond (core,
                       last_event (dialogue)->base.exchange,
                       imap_response_ref (last_event (dialogue)->response));
  else if (strcmp (what, "authenticated") == 0)
    imap_core_set_state (core, IMAP_STATE_AUTHENTICATED, NULL);
  else if (strcmp (what, "selected") == 0)
    imap_core_set_state (core, IMAP_STATE_SELECTED, "INBOX");
  else if (strcmp (what, "bye") == 0)
    imap_core_respond (core, 0, imap_response_status (NULL, IMAP_STATUS_BYE, NULL, "bye"));
  else if (strcmp (what, "idle") == 0)
    imap_core_accept_idle (core, last_event (dialogue)->base.exchange);
  else if (strcmp (what, "tls") == 0)
    imap_core_accept_tls (core, last_event (dialogue)->base.exchange);
  else if (strcmp (what, "tls-started") == 0)
    base_core_tls_started (dialogue->core, NULL, ++dialogue->now);
  else if (strcmp (what, "eof") == 0)
    dialogue_eof (dialogue);
  else if (strcmp (what, "closed") == 0)
    g_assert_true (dialogue->closed);
  else if (g_str_has_prefix (what, "fails "))
    {
      g_assert_nonnull (dialogue->error);
      g_assert_cmpint (dialogue->error->code, ==, atoi (what + 6));
    }
  else
    g_error ("nobody knows how to %s", what);
  dialogue_turn (dialogue);
}

static char *
unescape (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  g_autofree char *joined = g_strjoinv ("\r\n", parts);

  return g_strconcat (joined, "\r\n", NULL);
}

static void
take_expected (GString *from, const char *expected, const char *who)
{
  if (!g_str_has_prefix (from->str, expected))
    g_error ("%s should have been “%s”, and was “%s”", who, expected, from->str);
  g_string_erase (from, 0, (gssize) strlen (expected));
}

static void
run_script (const char *script, gsize piece)
{
  g_autoptr (Dialogue) dialogue =
      dialogue_new (BASE_CORE (new_server (g_str_has_prefix (script, "open"))), describe, secrets);
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  g_autoptr (GString) sent = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i];
      g_autofree char *text = *line != '\0' && strlen (line) >= 3 ? unescape (line + 3) : NULL;
      g_autofree char *more = NULL;

      if (g_str_has_prefix (line, "C: "))
        dialogue_feed (dialogue, text, strlen (text), piece);
      more = dialogue_take_sent (dialogue);
      g_string_append (sent, more);
      if (g_str_has_prefix (line, "S: "))
        take_expected (sent, text, "the server's line");
      else if (g_str_has_prefix (line, "E: "))
        {
          g_autofree char *event = g_strconcat (line + 3, "\n", NULL);

          take_expected (dialogue->events, event, "the event");
        }
      else if (*line == '!')
        do_something (dialogue, line + 1);
    }
  g_assert_cmpstr (sent->str, ==, "");
  g_assert_cmpstr (dialogue->events->str, ==, "");
}

typedef struct
{
  const char *name;
  const char *script;
} Case;

#define HELLO "!greet\nS: * OK [CAPABILITY IMAP4rev1] hi\n"

static const Case cases[] = {
  { "capability", HELLO "C: a CAPABILITY\nE: command a CAPABILITY\n!ok\nS: a OK done\n" },
  { "nothing-before-sign-in", HELLO "C: a SELECT INBOX\nS: a BAD Sign in first\n" },
  { "nothing-before-selection",
    HELLO "!authenticated\nC: a FETCH 1 FLAGS\nS: a BAD Select a mailbox first\nC: a IDLE\nE: "
          "command a IDLE\n" },
  { "login-needs-tls",
    HELLO "C: a LOGIN ada \"open sesame\"\nS: a NO [PRIVACYREQUIRED] Your password may not travel "
          "in the open; start TLS first\n" },
  { "login",
    "open\n" HELLO "C: a LOGIN ada \"open sesame\"\nE: command a LOGIN \"ada\" \"open "
    "sesame\"\n!authenticated\n!ok\nS: a OK done\nC: b LOGIN x y\nS: b BAD You are "
    "signed in already\n" },
  { "login-literals",
    "open\n" HELLO "C: a LOGIN {3}\nS: + Send it\nC: ada {11}\nS: + Send it\nC: open sesame\nE: "
    "command a LOGIN \"ada\" \"open sesame\"\n" },
  { "login-malformed",
    "open\n" HELLO "C: a LOGIN \"ada open sesame\nS: a BAD A command is not well-formed: a closing "
    "quote was expected at byte 8.\n" },
  { "plain",
    "open\n" HELLO "C: a AUTHENTICATE PLAIN AGFkYQBvcGVuIHNlc2FtZQ==\nE: sign-in "
    "ada\n!authenticated\n!ok\nS: a OK done\n" },
  { "plain-later",
    "open\n" HELLO "C: a AUTHENTICATE PLAIN\nS: + \nC: AGFkYQBvcGVuIHNlc2FtZQ==\nE: sign-in "
    "ada\n!ok\nS: a OK done\n" },
  { "plain-wrong",
    "open\n" HELLO "C: a AUTHENTICATE PLAIN AGFkYQB4\nS: a NO [AUTHENTICATIONFAILED] The name or "
    "the password is wrong\n" },
  { "authenticate-cancelled",
    "open\n" HELLO
    "C: a AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: *\nS: a BAD You stopped signing in\n" },
  { "authenticate-nonsense",
    "open\n" HELLO
    "C: a AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: ???\nS: a BAD That is not base64\n" },
  { "authenticate-unknown",
    HELLO "C: a AUTHENTICATE X-ODD\nS: a NO [CANNOT] This mechanism is not offered here\n" },
  { "starttls",
    HELLO "C: a STARTTLS\nE: command a STARTTLS\n!tls\nS: a OK Begin TLS negotiation now\nE: "
          "start-tls\n!tls-started\nC: b STARTTLS\nS: b BAD STARTTLS is not offered here\n" },
  { "starttls-injection",
    HELLO "C: a STARTTLS\nE: command a STARTTLS\n!tls\nS: a OK Begin TLS negotiation now\nE: "
          "start-tls\nC: b NOOP\n!fails 4\n" },
  { "pipelined",
    HELLO "!authenticated\nC: a NOOP|b NAMESPACE\nE: command a NOOP\n!ok\nS: a OK done\n"
          "E: command b NAMESPACE\n!ok\nS: b OK done\n" },
  { "starttls-injection-in-one-packet",
    HELLO "C: a STARTTLS|b NOOP\nE: command a STARTTLS\n!tls\n!fails 4\n" },
  { "append",
    HELLO "!authenticated\nC: a APPEND Sent (\\Seen) {5}\nS: + Send it\nC: hello\nE: command a "
          "APPEND \"Sent\" (\\Seen) {5}|hello\n!ok\nS: a OK done\n" },
  { "append-without-waiting",
    HELLO "!authenticated\nC: a APPEND Sent {5+}|hello\nE: command a APPEND \"Sent\" {5}|hello\n" },
  { "append-streamed",
    HELLO "!authenticated\nC: a APPEND Sent "
          "{104+}|12345678901234567890123456789012345678901234567890|"
          "12345678901234567890123456789012345678901234567890|\n"
          "E: begin 104\nE: end\nE: command a APPEND \"Sent\" {0}|\n" },
  { "append-too-large",
    HELLO "!authenticated\nC: a APPEND Sent {1001}\nS: a NO [TOOBIG] That is more than is taken "
          "here\nC: b NOOP\nE: command b NOOP\n" },
  { "append-too-large-at-once",
    HELLO "!authenticated\nC: a APPEND Sent {1001+}\n"
          "S: * BYE [TOOBIG] That is more than is taken here\n!closed\n" },
  { "two-spaces",
    HELLO "C: a  NOOP\nS: a BAD A command is not well-formed: one space, and something behind it, "
          "was expected at byte 3.\n" },
  { "space-at-the-end",
    HELLO "C: a NOOP \nS: a BAD A command is not well-formed: the end of the line was expected at "
          "byte 6.\n" },
  { "append-of-a-stranger",
    HELLO "C: a APPEND Sent {500}\nS: a BAD Sign in first\nC: b NOOP\nE: command b NOOP\n" },
  { "idle",
    HELLO "!authenticated\nC: a IDLE\nE: command a IDLE\n!idle\nS: + idling\nC: DONE\nE: "
          "idle-done\n!ok\nS: a OK done\n" },
  { "idle-broken",
    HELLO "!authenticated\nC: a IDLE\nE: command a IDLE\n!idle\nS: + idling\nC: b NOOP\nE: "
          "idle-done BAD\n!told\nS: a BAD DONE was expected\n" },
  { "idle-in-a-hurry",
    HELLO "!authenticated\nC: a IDLE|DONE|b NOOP\nE: command a IDLE\n!idle\nS: + idling\nE: "
          "idle-done\n!ok\nS: a OK done\nE: command b NOOP\n!ok\nS: b OK done\n" },
  { "mistakes-have-their-turn",
    HELLO
    "!authenticated\nC: a NOOP|b NOOP |c NOOP\nE: command a NOOP\n!ok\nS: a OK done\nS: b BAD "
    "A command is not well-formed: the end of the line was expected at byte 6.\nE: command "
    "c NOOP\n!ok\nS: c OK done\n" },
  { "logout",
    HELLO "C: a LOGOUT\nE: command a LOGOUT\n!bye\nS: * BYE bye\n!ok\nS: a OK done\n!closed\n" },
  { "after-logout",
    HELLO "C: a LOGOUT|b NOOP\nE: command a LOGOUT\n!bye\nS: * BYE bye\n!ok\nS: a OK done\n"
          "!closed\n" },
  { "no-tag", HELLO "C: * NOOP\nS: * BAD A command starts with a tag\n" },
  { "nothing", HELLO "C: \nS: * BAD A command starts with a tag\n" },
  { "unknown", HELLO "C: a XYZZY\nE: command a XYZZY\n" },
  { "closed", HELLO "!eof\n!closed\n" },
  { "cut", HELLO "C: a NOOP\nE: command a NOOP\n!eof\n!fails 3\n" },
};

static void
test_script (gconstpointer data)
{
  const Case *test = data;

  run_script (test->script, 0);
  run_script (test->script, 1);
  run_script (test->script, 1000);
}

/* Both roles, connected: every byte of one is the other's. */

typedef struct
{
  ImapCore *client, *server;
  GString *client_events;
  GByteArray *body; /* of the FETCH */
  gint64 now;
} Pair;

static const char message[] = "From: Grace\r\nSubject: lunch?\r\n\r\nAt noon.\r\n";

static void
serve_fetch (Pair *pair, const ImapEvent *event)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_FETCH);
  g_autoptr (GString) large = g_string_new (message);
  g_autoptr (GBytes) bytes = NULL;
  BaseBody *body;

  while (large->len < 300000)
    g_string_append (large, "The same procedure as last year.\r\n");
  bytes = g_bytes_new (large->str, large->len);
  body = base_body_new_from_bytes (bytes);
  response->number = 1;
  response->fetch->items = IMAP_FETCH_UID | IMAP_FETCH_FLAGS;
  response->fetch->uid = 7;
  imap_fetch_add_section (response->fetch, "");
  imap_core_respond_fetch (pair->server, event->base.exchange, response, &body, 1);
  base_body_unref (body);
}

static void
serve_append (Pair *pair, const ImapEvent *event)
{
  g_assert_cmpuint (event->command->size, ==, strlen (message));
  g_assert_cmpmem (g_bytes_get_data (event->command->data.bytes, NULL),
                   event->command->size,
                   message,
                   strlen (message));
  g_assert_cmpstr (event->command->mailbox, ==, "Entwürfe");
  g_assert_cmpuint (event->command->flags.bits, ==, IMAP_FLAG_SEEN | IMAP_FLAG_DRAFT);
}

static void
serve (Pair *pair, const ImapEvent *event)
{
  ImapCore *server = pair->server;
  guint64 exchange = event->base.exchange;
  const ImapCommand *command = event->command;
  const char *code = NULL;

  if (event->base.type == IMAP_EVENT_START_TLS)
    {
      base_core_tls_started (BASE_CORE (server), NULL, ++pair->now);
      return;
    }
  if (event->base.type == IMAP_EVENT_IDLE_DONE)
    {
      imap_core_respond (
          server, exchange, imap_response_status ("a6", IMAP_STATUS_OK, NULL, "idle over"));
      return;
    }
  if (event->base.type == IMAP_EVENT_SIGN_IN)
    {
      g_assert_cmpstr (event->user, ==, "ada");
      imap_core_set_state (server, IMAP_STATE_AUTHENTICATED, NULL);
      code = "CAPABILITY IMAP4rev1 IDLE LITERAL+ UIDPLUS";
    }
  else if (command->verb == IMAP_VERB_STARTTLS)
    {
      imap_core_accept_tls (server, exchange);
      return;
    }
  else if (command->verb == IMAP_VERB_IDLE)
    {
      imap_core_accept_idle (server, exchange);
      imap_core_respond (server, 0, imap_response_number (IMAP_RESPONSE_EXISTS, 2));
      return;
    }
  else if (command->verb == IMAP_VERB_SELECT)
    {
      imap_core_respond (server, exchange, imap_response_number (IMAP_RESPONSE_EXISTS, 1));
      imap_core_respond (
          server, exchange, imap_response_status (NULL, IMAP_STATUS_OK, "UIDVALIDITY 5", "valid"));
      imap_core_set_state (server, IMAP_STATE_SELECTED, command->mailbox);
    }
  else if (command->verb == IMAP_VERB_FETCH)
    serve_fetch (pair, event);
  else if (command->verb == IMAP_VERB_APPEND)
    serve_append (pair, event);
  else if (command->verb == IMAP_VERB_LOGOUT)
    imap_core_respond (server, 0, imap_response_status (NULL, IMAP_STATUS_BYE, NULL, "bye"));
  imap_core_respond (
      server, exchange, imap_response_status (command->tag, IMAP_STATUS_OK, code, "done"));
}

static void
note (Pair *pair, const ImapEvent *event)
{
  if (event->base.type == IMAP_EVENT_LITERAL_DATA)
    {
      gsize len;
      const guint8 *bytes = g_bytes_get_data (event->data, &len);

      g_byte_array_append (pair->body, bytes, (guint) len);
      return;
    }
  if (event->base.type == IMAP_EVENT_START_TLS)
    base_core_tls_started (BASE_CORE (pair->client), NULL, ++pair->now);
  g_string_append_printf (pair->client_events,
                          "%d/%" G_GUINT64_FORMAT "/%d ",
                          event->base.type,
                          event->base.exchange,
                          event->base.outcome);
}

static gboolean
turn (Pair *pair, ImapCore *from, ImapCore *to)
{
  gboolean moved = FALSE;
  BaseChunk *chunk;
  BaseEvent *event;
  BaseSpan span;
  g_autoptr (GError) error = NULL;

  while ((chunk = base_core_take_output (BASE_CORE (from), 4096)) != NULL)
    {
      gsize len;
      const guint8 *bytes = g_bytes_get_data (chunk->bytes, &len);

      base_core_receive (BASE_CORE (to), bytes, len, ++pair->now);
      base_chunk_unref (chunk);
      moved = TRUE;
    }
  while (base_core_take_span (BASE_CORE (to), &span))
    ;
  while (base_core_next_event (BASE_CORE (to), &event, &error) == BASE_CORE_EVENT)
    {
      moved = TRUE;
      if (to == pair->server)
        serve (pair, (const ImapEvent *) event);
      else
        note (pair, (const ImapEvent *) event);
      base_event_unref (event);
    }
  g_assert_no_error (error);
  return moved;
}

static void
run_pair (Pair *pair)
{
  gboolean moved = TRUE;

  while (moved)
    {
      moved = turn (pair, pair->client, pair->server);
      moved = turn (pair, pair->server, pair->client) || moved;
    }
}

static void
submit (Pair *pair, ImapCommand *command)
{
  imap_core_submit (pair->client, command, NULL);
  run_pair (pair);
}

static void
test_pair (gconstpointer data)
{
  Pair pair = { .client = imap_core_new (BASE_ROLE_CLIENT, NULL),
                .server = new_server (FALSE),
                .client_events = g_string_new (NULL),
                .body = g_byte_array_new () };
  const SaslMechanism *mechanism = sasl_mechanism_find (data);
  g_autoptr (BaseSecret) password = base_secret_new ("open sesame", -1);
  g_autoptr (ImapSet) uids = imap_set_new_single (7);
  g_autoptr (GBytes) bytes = g_bytes_new_static (message, strlen (message));
  g_autoptr (BaseBody) body = base_body_new_from_bytes (bytes);
  ImapFlags flags = { IMAP_FLAG_SEEN | IMAP_FLAG_DRAFT, NULL };
  ImapCommand *fetch = imap_command_fetch (uids, IMAP_FETCH_FLAGS);
  BaseEvent *event;

  imap_command_add_section (fetch, "", TRUE);
  imap_core_respond (
      pair.server,
      0,
      imap_response_status (NULL, IMAP_STATUS_OK, "CAPABILITY IMAP4rev1 STARTTLS", "hi"));
  run_pair (&pair);
  submit (&pair, imap_command_new (IMAP_VERB_STARTTLS));
  imap_core_authenticate (
      pair.client, sasl_client_new (mechanism, "ada", password), mechanism, NULL);
  run_pair (&pair);
  g_assert_cmpint (imap_core_get_state (pair.client), ==, IMAP_STATE_AUTHENTICATED);
  g_assert_true (imap_core_has_capability (pair.client, "LITERAL+"));
  submit (&pair, imap_command_select ("INBOX", FALSE));
  g_assert_cmpuint (imap_core_exists (pair.client), ==, 1);
  submit (&pair, fetch);
  g_assert_cmpuint (pair.body->len, >=, 300000);
  g_assert_cmpmem (pair.body->data, strlen (message), message, strlen (message));
  submit (&pair, imap_command_append ("Entwürfe", &flags, 837596665, -420, body));
  submit (&pair, imap_command_new (IMAP_VERB_IDLE));
  g_assert_cmpuint (imap_core_exists (pair.client), ==, 2);
  submit (&pair, imap_command_new (IMAP_VERB_LOGOUT));
  g_assert_cmpint (
      base_core_next_event (BASE_CORE (pair.client), &event, NULL), ==, BASE_CORE_CLOSED);
  g_assert_cmpint (
      base_core_next_event (BASE_CORE (pair.server), &event, NULL), ==, BASE_CORE_CLOSED);
  g_assert_cmpstr (pair.client_events->str,
                   ==,
                   "0/0/0 2/1/1 8/1/0 4/2/0 2/2/1 1/3/0 1/3/0 2/3/1 5/4/0 7/4/0 1/4/0 2/4/1 2/5/1 "
                   "3/6/2 1/6/0 2/6/1 1/7/0 2/7/1 ");
  base_core_free (BASE_CORE (pair.client));
  base_core_free (BASE_CORE (pair.server));
  g_string_free (pair.client_events, TRUE);
  g_byte_array_unref (pair.body);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imap/server/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_script);
    }
  g_test_add_data_func ("/imap/server/back-to-back/plain", "PLAIN", test_pair);
  g_test_add_data_func ("/imap/server/back-to-back/scram", "SCRAM-SHA-256", test_pair);
  g_test_add_data_func ("/imap/server/back-to-back/cram", "CRAM-MD5", test_pair);
  return g_test_run ();
}
