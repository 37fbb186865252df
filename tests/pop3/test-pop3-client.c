/* The client role against real servers' words, cut in every way. */
#include "pop3-core.h"
#include "test-dialogue.h"

#include <string.h>

/* A password and a token, as they are and in base64. */
static const char *const secrets[] = {
  "tanstaaf", "dGFuc3RhYWY", "dF9ft4qmTc2N", "ZEY5ZnQ0cW1UYzJO", NULL
};

static void
describe (const BaseEvent *base, GString *out)
{
  static const char *const outcomes[] = { "",         " OK",  " CONTINUE", " TEMPORARY",
                                          " REFUSED", " BAD", " LOST" };
  const Pop3Event *event = (const Pop3Event *) base;
  const char *verb = event->command != NULL ? pop3_verb_name (event->command->verb) : "";

  switch ((Pop3EventType) base->type)
    {
    case POP3_EVENT_GREETING:
      g_string_append_printf (out, "GREETING %s", event->status.text);
      break;
    case POP3_EVENT_ENTRY:
      g_string_append_printf (out, "ENTRY %u %s", event->entry.number, event->entry.uid);
      if (event->command->verb == POP3_VERB_LIST)
        g_string_append_printf (out, "%" G_GUINT64_FORMAT, event->entry.size);
      break;
    case POP3_EVENT_BODY_BEGIN:
      g_string_append_printf (out, "BEGIN %s %" G_GUINT64_FORMAT, verb, event->size);
      break;
    case POP3_EVENT_BODY_DATA:
      g_string_append_len (
          out, g_bytes_get_data (event->data, NULL), (gssize) g_bytes_get_size (event->data));
      return;
    case POP3_EVENT_DONE:
      g_string_append_printf (out, "DONE %s%s", verb, outcomes[base->outcome]);
      if (event->status.code != NULL)
        g_string_append_printf (out, " [%s]", event->status.code);
      if (event->command->verb == POP3_VERB_STAT && event->status.ok)
        g_string_append_printf (out, " %u %" G_GUINT64_FORMAT, event->number, event->size);
      break;
    case POP3_EVENT_CHALLENGE:
      g_string_append (out, "CHALLENGE");
      break;
    case POP3_EVENT_START_TLS:
      g_string_append (out, "START_TLS");
      break;
    case POP3_EVENT_COMMAND:
    case POP3_EVENT_SIGN_IN:
    default:
      g_assert_not_reached ();
    }
  g_string_append_c (out, '\n');
}

static Pop3Core *
pop3 (Dialogue *dialogue)
{
  return (Pop3Core *) dialogue->core;
}

static Dialogue *
client (void)
{
  return dialogue_new (BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL)), describe, secrets);
}

static void
submit (Dialogue *dialogue, Pop3Verb verb, guint32 number)
{
  g_autoptr (Pop3Command) command = pop3_command_number (verb, number);

  pop3_core_submit (pop3 (dialogue), command, NULL);
}

/* A client that asks everything in advance, what the server says, what came of it. The servers'
 * words are theirs: Dovecot, Courier, Cyrus, Gmail, Outlook, and older ones. */
typedef struct
{
  const char *name;
  const char *says;
  const char *events;
} Server;

static const Server servers[] = {
  { "dovecot",
    "+OK Dovecot (Debian) ready.\r\n"
    "+OK\r\nCAPA\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nPIPELINING\r\nAUTH-RESP-CODE\r\nSTLS\r\nUSER\r\n"
    "SASL PLAIN LOGIN\r\n.\r\n"
    "+OK\r\n+OK Logged in.\r\n+OK 2 320\r\n+OK 2 messages:\r\n1 120\r\n2 200\r\n.\r\n"
    "+OK\r\n1 000000015f8b\r\n2 000000025f8b\r\n.\r\n"
    "+OK 120 octets\r\nSubject: a\r\n\r\n..\r\n...\r\nx\r\n.\r\n"
    "+OK Marked to be deleted.\r\n+OK Logging out, messages deleted.\r\n",
    "GREETING Dovecot (Debian) ready.\nDONE CAPA OK\nDONE USER OK\nDONE PASS OK\n"
    "DONE STAT OK 2 320\nENTRY 1 (null)120\nENTRY 2 (null)200\nDONE LIST OK\n"
    "ENTRY 1 000000015f8b\nENTRY 2 000000025f8b\nDONE UIDL OK\n"
    "BEGIN RETR 120\nSubject: a\r\n\r\n.\r\n..\r\nx\r\nDONE RETR OK\n"
    "DONE DELE OK\nDONE QUIT OK\n" },
  { "courier",
    "+OK Hello there. <1234.1106000000@mail.example>\r\n"
    "+OK Here's what I can do:\r\nSTLS\r\nTOP\r\nUSER\r\nLOGIN-DELAY 10\r\nUIDL\r\n"
    "IMPLEMENTATION Courier Mail Server\r\n.\r\n"
    "+OK Password required.\r\n+OK logged in.\r\n+OK 1 10\r\n+OK POP3 clients that break here, "
    "they "
    "violate STD53.\r\n1 10\r\n.\r\n+OK\r\n1 UID7-1106000001\r\n.\r\n"
    "+OK 10 octets follow.\r\nA: b\r\n\r\nc\r\n.\r\n+OK Deleted.\r\n+OK Bye-bye.\r\n",
    "GREETING Hello there. <1234.1106000000@mail.example>\nDONE CAPA OK\nDONE USER OK\nDONE PASS "
    "OK\nDONE STAT OK 1 10\nENTRY 1 (null)10\nDONE LIST OK\nENTRY 1 UID7-1106000001\nDONE UIDL OK\n"
    "BEGIN RETR 10\nA: b\r\n\r\nc\r\nDONE RETR OK\nDONE DELE OK\nDONE QUIT OK\n" },
  { "outlook: no code in the greeting's brackets, sizes after words, a refusal without a code",
    "+OK The Microsoft Exchange POP3 service is ready. [TQBSADMAUAAyADgAMQA=]\r\n"
    "+OK\r\nTOP\r\nUIDL\r\nSASL PLAIN XOAUTH2\r\nUSER\r\n.\r\n"
    "+OK\r\n-ERR Logon failure: unknown user name or bad password.\r\n"
    "-ERR Command is not valid in this state.\r\n-ERR Command is not valid in this state.\r\n"
    "-ERR Command is not valid in this state.\r\n-ERR Command is not valid in this state.\r\n"
    "-ERR Command is not valid in this state.\r\n+OK Microsoft Exchange Server POP3 server signing "
    "off.\r\n",
    "GREETING The Microsoft Exchange POP3 service is ready. [TQBSADMAUAAyADgAMQA=]\nDONE CAPA OK\n"
    "DONE USER OK\nDONE PASS REFUSED\nDONE STAT REFUSED\nDONE LIST REFUSED\nDONE UIDL REFUSED\n"
    "DONE RETR REFUSED\nDONE DELE REFUSED\nDONE QUIT OK\n" },
  { "gmail: wants an application password, and says it at PASS",
    "+OK Gpop ready for requests from 192.0.2.1 d9443c01a7336mb1\r\n"
    "+OK Capability list follows\r\nUSER\r\nRESP-CODES\r\nEXPIRE 0\r\nLOGIN-DELAY "
    "300\r\nTOP\r\nUIDL\r\n"
    "X-GOOGLE-RICO\r\nSASL PLAIN XOAUTH2 OAUTHBEARER\r\n.\r\n"
    "+OK send PASS\r\n-ERR [AUTH] Application-specific password required: "
    "https://support.google.com/accounts/answer/185833\r\n"
    "-ERR bad command\r\n-ERR bad command\r\n-ERR bad command\r\n-ERR bad command\r\n-ERR bad "
    "command\r\n+OK Farewell.\r\n",
    "GREETING Gpop ready for requests from 192.0.2.1 d9443c01a7336mb1\nDONE CAPA OK\nDONE USER OK\n"
    "DONE PASS REFUSED [AUTH]\nDONE STAT REFUSED\nDONE LIST REFUSED\nDONE UIDL REFUSED\n"
    "DONE RETR REFUSED\nDONE DELE REFUSED\nDONE QUIT OK\n" },
  { "cyrus: in use, and the name refused already",
    "+OK mail.example Cyrus POP3 v2.4.17 server ready <17043414800.1106@mail.example>\r\n"
    "-ERR Unrecognized command\r\n-ERR [IN-USE] Unable to lock maildrop: Mailbox is locked by POP "
    "server\r\n-ERR Must give PASS command\r\n-ERR x\r\n-ERR x\r\n-ERR x\r\n-ERR x\r\n+OK\r\n",
    "GREETING mail.example Cyrus POP3 v2.4.17 server ready <17043414800.1106@mail.example>\n"
    "DONE CAPA REFUSED\nDONE USER TEMPORARY [IN-USE]\nDONE PASS TEMPORARY [IN-USE]\n"
    "DONE STAT REFUSED\nDONE LIST REFUSED\nDONE UIDL REFUSED\nDONE RETR REFUSED\nDONE DELE "
    "REFUSED\n"
    "DONE QUIT OK\n" },
  { "an old server: bare line feeds, an empty box, a letter without a line",
    "+OK QPOP\n-ERR Unknown command: \"capa\".\n+OK Password required for ada.\n+OK ada has 0 "
    "messages (0 octets).\n+OK 0 0\n+OK 0 messages (0 octets)\n.\n+OK\n1\n.\n+OK\r\n.\r\n-ERR "
    "none\n"
    "-ERR [SYS/TEMP] Disk full\n",
    "GREETING QPOP\nDONE CAPA REFUSED\nDONE USER OK\nDONE PASS OK\nDONE STAT OK 0 0\nDONE LIST OK\n"
    "ENTRY 1 (null)\nDONE UIDL OK\nBEGIN RETR 0\nDONE RETR OK\nDONE DELE REFUSED\n"
    "DONE QUIT TEMPORARY [SYS/TEMP]\n" },
};

static void
ask_everything (Dialogue *dialogue)
{
  g_autoptr (BaseSecret) password = base_secret_new ("tanstaaf", -1);

  submit (dialogue, POP3_VERB_CAPA, 0);
  pop3_core_login (pop3 (dialogue), "ada", password, NULL);
  submit (dialogue, POP3_VERB_STAT, 0);
  submit (dialogue, POP3_VERB_LIST, 0);
  submit (dialogue, POP3_VERB_UIDL, 0);
  submit (dialogue, POP3_VERB_RETR, 1);
  submit (dialogue, POP3_VERB_DELE, 1);
  submit (dialogue, POP3_VERB_QUIT, 0);
}

static void
test_servers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();

      g_test_message ("%s", servers[i].name);
      ask_everything (dialogue);
      dialogue_say (dialogue, servers[i].says);
      dialogue_assert_events (dialogue, servers[i].events);
      g_assert_true (dialogue->closed);
      g_assert_cmpuint (dialogue->spans->len, ==, strlen (servers[i].says));
    }
}

/* The same, a byte at a time: the letter comes in more pieces, and is the same. */
static void
test_byte_by_byte (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autoptr (Dialogue) whole = client ();
      g_autoptr (Dialogue) bytes = client ();

      ask_everything (whole);
      ask_everything (bytes);
      dialogue_say (whole, servers[i].says);
      dialogue_feed (bytes, servers[i].says, strlen (servers[i].says), 1);
      g_assert_cmpstr (whole->spans->str, ==, bytes->spans->str);
      g_assert_cmpstr (whole->events->str, ==, bytes->events->str);
      g_assert_cmpmem (whole->sent->data, whole->sent->len, bytes->sent->data, bytes->sent->len);
      g_assert_true (bytes->closed);
    }
}

/* Cut after every byte: an error, never a crash, never a good end before QUIT was answered. */
static void
test_cut (void)
{
  const char *says = servers[0].says;

  for (gsize len = 0; len < strlen (says); len++)
    {
      g_autoptr (Dialogue) dialogue = client ();

      ask_everything (dialogue);
      dialogue_feed (dialogue, says, len, 0);
      dialogue_eof (dialogue);
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
    }
}

/* The same with the words of later standards: UTF8, LANG (RFC 6856), TOP. */
static void
test_cut_newer (void)
{
  static const char says[] =
      "+OK hi\r\n+OK\r\nUTF8 USER\r\nLANG\r\nTOP\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\n.\r\n"
      "+OK UTF-8 from now on\r\n+OK languages:\r\nen English\r\nfr fran\xc3\xa7"
      "ais\r\n.\r\n+OK\r\n+OK\r\n"
      "+OK\r\nSubject: caf\xc3\xa9\r\n\r\n.\r\n-ERR [SYS/TEMP] full\r\n+OK bye\r\n";

  for (gsize len = 0; len <= strlen (says); len++)
    {
      g_autoptr (Dialogue) dialogue = client ();
      g_autoptr (BaseSecret) password = base_secret_new ("tanstaaf", -1);

      submit (dialogue, POP3_VERB_CAPA, 0);
      submit (dialogue, POP3_VERB_UTF8, 0);
      submit (dialogue, POP3_VERB_LANG, 0);
      pop3_core_login (pop3 (dialogue), "ada", password, NULL);
      submit (dialogue, POP3_VERB_TOP, 1);
      submit (dialogue, POP3_VERB_DELE, 1);
      submit (dialogue, POP3_VERB_QUIT, 0);
      dialogue_feed (dialogue, says, len, 0);
      dialogue_eof (dialogue);
      g_assert_true ((strstr (dialogue->events->str, "DONE QUIT OK") != NULL) ==
                     (len == strlen (says)));
      if (len == strlen (says))
        g_assert_true (dialogue->closed);
      else
        g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
    }
}

static void
test_order (void)
{
  g_autoptr (Dialogue) dialogue = client ();

  ask_everything (dialogue);
  dialogue_assert_sent (dialogue, "");
  dialogue_say (dialogue, "+OK hello\r\n");
  dialogue_assert_sent (dialogue, "CAPA\r\n");
  dialogue_say (dialogue, "+OK\r\nPIPELINING\r\n.\r\n");
  dialogue_assert_sent (dialogue, "USER ada\r\n");
  dialogue_say (dialogue, "+OK\r\n");
  dialogue_assert_sent (dialogue, "PASS tanstaaf\r\n");
  g_assert_nonnull (strstr (dialogue->sent_spans->str, "pppppssssssssp"));
  dialogue_say (dialogue, "+OK\r\n");
  /* Pipelined, but for QUIT, which is said when it is known what it confirms. */
  dialogue_assert_sent (dialogue, "STAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nDELE 1\r\n");
  g_assert_cmpstr (base_core_state (dialogue->core), ==, "TRANSACTION");
}

static void
test_echoed_password (void)
{
  g_autoptr (Dialogue) dialogue = client ();
  const Pop3Event *done;

  ask_everything (dialogue);
  dialogue_say (dialogue,
                "+OK\r\n-ERR\r\n+OK\r\n-ERR wrong password \"tanstaaf\" dGFuc3RhYWY=\r\n");
  done = g_ptr_array_index (dialogue->kept, dialogue->kept->len - 1);
  g_assert_cmpstr (done->status.text, ==, "wrong password \"********\" ***********=");
}

static void
test_tls (void)
{
  const BaseTlsInfo info = { "TLSv1.3", "x" };
  g_autoptr (Dialogue) dialogue = client ();

  submit (dialogue, POP3_VERB_CAPA, 0);
  submit (dialogue, POP3_VERB_STLS, 0);
  submit (dialogue, POP3_VERB_CAPA, 0);
  dialogue_say (dialogue, "+OK\r\n+OK\r\nSTLS\r\n.\r\n+OK go\r\n");
  dialogue_assert_events (dialogue, "GREETING \nDONE CAPA OK\nDONE STLS OK\nSTART_TLS\n");
  dialogue_assert_sent (dialogue, "CAPA\r\nSTLS\r\n");
  base_core_tls_started (dialogue->core, &info, 1);
  g_assert_false (pop3_core_knows_capabilities (pop3 (dialogue)));
  dialogue_assert_sent (dialogue, "CAPA\r\n");
}

static void
test_injection (void)
{
  static const char *const says[] = { "+OK go\r\n+OK injected\r\n", "+OK go\r\n+" };

  for (gsize i = 0; i < G_N_ELEMENTS (says); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();

      submit (dialogue, POP3_VERB_STLS, 0);
      dialogue_say (dialogue, "+OK\r\n");
      dialogue_feed (dialogue, says[i], strlen (says[i]), strlen (says[i]));
      dialogue_assert_events (dialogue, "GREETING \nDONE STLS OK\n");
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_INJECTION);
    }
}

/* The same in a packet of its own, while the handshake is under way. */
static void
test_late_injection (void)
{
  const BaseTlsInfo info = { "TLSv1.3", "x" };
  g_autoptr (Dialogue) dialogue = client ();

  submit (dialogue, POP3_VERB_STLS, 0);
  dialogue_say (dialogue, "+OK\r\n+OK go\r\n");
  dialogue_assert_events (dialogue, "GREETING \nDONE STLS OK\nSTART_TLS\n");
  dialogue_say (dialogue, "+OK injected\r\n");
  base_core_tls_started (dialogue->core, &info, 1);
  dialogue_turn (dialogue);
  g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_INJECTION);
}

static void
test_authenticate (void)
{
  static const struct
  {
    const char *mechanism, *says, *sent;
  } cases[] = {
    { "PLAIN", "+OK\r\n+OK in\r\n", "AUTH PLAIN AGFkYQB0YW5zdGFhZg==\r\n" },
    { "LOGIN",
      "+OK\r\n+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n+OK in\r\n",
      "AUTH LOGIN\r\nYWRh\r\ndGFuc3RhYWY=\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();
      g_autoptr (BaseSecret) password = base_secret_new ("tanstaaf", -1);
      const SaslMechanism *mechanism = sasl_mechanism_find (cases[i].mechanism);

      pop3_core_authenticate (
          pop3 (dialogue), sasl_client_new (mechanism, "ada", password), mechanism, NULL);
      dialogue_feed (dialogue, cases[i].says, strlen (cases[i].says), 1);
      dialogue_assert_sent (dialogue, cases[i].sent);
      g_assert_cmpstr (base_core_state (dialogue->core), ==, "TRANSACTION");
    }
}

/* A token that is refused, and said again by the server in its refusal: no transcript shows it,
 * wherever the line is cut. */
static void
test_token (void)
{
  static const char *const says[] = {
    "+OK\r\n",
    "+ eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=\r\n",
    "-ERR [AUTH] dF9ft4qmTc2N is no token, nor is ZEY5ZnQ0cW1UYzJO\r\n",
  };
  const SaslMechanism *mechanism = sasl_mechanism_find ("OAUTHBEARER");

  for (gsize at = 1; at < strlen (says[2]); at++)
    {
      g_autoptr (Dialogue) dialogue = client ();
      g_autoptr (BaseSecret) token = base_secret_new ("dF9ft4qmTc2N", -1);
      SaslClient *sasl = sasl_client_new (mechanism, "ada", token);
      char failure[SASL_FAILURE_SIZE] = "";

      sasl_client_note_failure (sasl, failure);
      pop3_core_authenticate (pop3 (dialogue), sasl, mechanism, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (says); i++)
        {
          gsize len = strlen (says[i]), first = MIN (at, len);

          dialogue_feed (dialogue, says[i], first, first);
          dialogue_feed (dialogue, says[i] + first, len - first, len);
        }
      dialogue_assert_sent (dialogue,
                            "AUTH OAUTHBEARER bixhPWFkYSwBYXV0aD1CZWFyZXIgZEY5ZnQ0cW1UYzJOAQE=\r\n"
                            "AQ==\r\n");
      g_assert_cmpstr (failure, ==, "invalid_token");
    }
}

/* RFC 1939 §7's own example. */
static void
test_apop (void)
{
  g_autoptr (Dialogue) dialogue = client ();
  g_autoptr (BaseSecret) password = base_secret_new ("tanstaaf", -1);

  dialogue_say (dialogue, "+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n");
  pop3_core_apop (pop3 (dialogue), "mrose", password, NULL);
  dialogue_assert_sent (dialogue, "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n");
}

static void
test_unsendable (void)
{
  g_autoptr (Dialogue) dialogue = client ();
  g_autoptr (BaseSecret) password = base_secret_new ("a\r\nDELE 1", -1);

  dialogue_say (dialogue, "+OK\r\n");
  pop3_core_login (pop3 (dialogue), "ada", password, NULL);
  dialogue_assert_sent (dialogue, "");
  dialogue_assert_events (dialogue, "GREETING \nDONE PASS BAD\n");
}

static void
test_broken_servers (void)
{
  static const struct
  {
    const char *says;
    BaseCoreError code;
  } cases[] = {
    { "220 mail.example ESMTP\r\n", BASE_CORE_ERROR_PROTOCOL },
    { "+OK\r\n-ERR\r\n+OK\r\n+OK\r\n+OK two 2\r\n", BASE_CORE_ERROR_PROTOCOL },
    { "+OK\r\n-ERR\r\n+OK\r\n+OK\r\n+OK 1 99999999999999999999\r\n", BASE_CORE_ERROR_PROTOCOL },
    { "+OK\r\n-ERR\r\n+OK\r\n+OK\r\n+OK 1 1\r\n+OK\r\n0 3\r\n", BASE_CORE_ERROR_PROTOCOL },
    { "+OK\r\n+ what\r\n", BASE_CORE_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();

      ask_everything (dialogue);
      dialogue_feed (dialogue, cases[i].says, strlen (cases[i].says), 1);
      g_assert_error (dialogue->error, BASE_CORE_ERROR, (int) cases[i].code);
    }
}

static void
test_limits (void)
{
  const BaseLimits limits = { .line = 20, .body = 10, .count = 2 };
  static const struct
  {
    Pop3Verb verb;
    const char *says;
  } cases[] = {
    { POP3_VERB_STAT, "+OK\r\n+OK 1 2 and more than twenty bytes" },
    { POP3_VERB_RETR, "+OK\r\n+OK\r\n0123456789a" },
    { POP3_VERB_UIDL, "+OK\r\n+OK\r\n1 a\r\n2 b\r\n3 c\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Dialogue) dialogue =
          dialogue_new (BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, &limits)), describe, NULL);

      submit (dialogue, cases[i].verb, cases[i].verb == POP3_VERB_RETR ? 1 : 0);
      dialogue_say (dialogue, cases[i].says);
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_LIMIT);
    }
}

/* Lists without an end: no silence, so no deadline; what they weigh ends them. */
static void
test_flood (void)
{
  static const struct
  {
    Pop3Verb verb;
    const char *begin;
    gsize most;
  } cases[] = {
    { POP3_VERB_CAPA, "+OK\r\n", 64 * 1024 },
    { POP3_VERB_LANG, "+OK\r\n", 64 * 1024 },
    { POP3_VERB_UIDL, "+OK\r\n1 ", 10 * 1000 * 1000 },
    { POP3_VERB_LIST, "+OK\r\n1 1 ", 10 * 1000 * 1000 },
  };
  g_autofree char *word = g_strnfill (50000, 'x');
  g_autofree char *line = g_strconcat (word, "\r\n1 1 ", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();
      gsize said = 0;

      submit (dialogue, cases[i].verb, 0);
      dialogue_say (dialogue, "+OK\r\n");
      dialogue_say (dialogue, cases[i].begin);
      while (dialogue->error == NULL && said <= cases[i].most)
        {
          dialogue_say (dialogue, line);
          said += strlen (line);
        }
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_LIMIT);
    }
}

static void
test_silence (void)
{
  g_autoptr (Dialogue) dialogue = client ();
  gint64 deadline;

  deadline = base_core_next_deadline (dialogue->core);
  g_assert_cmpint (deadline, <=, 30 * G_USEC_PER_SEC + 10);
  dialogue_say (dialogue, "+OK\r\n");
  g_assert_cmpint (base_core_next_deadline (dialogue->core), ==, G_MAXINT64);
  submit (dialogue, POP3_VERB_NOOP, 0);
  dialogue_turn (dialogue);
  base_core_expire (dialogue->core, 31 * G_USEC_PER_SEC);
  dialogue_turn (dialogue);
  g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_TIMEOUT);
}

/* A byte now and then is no silence, but a line must end. */
static void
test_drip (void)
{
  g_autoptr (Dialogue) dialogue = client ();
  gint64 now = 0;

  dialogue_say (dialogue, "+OK\r\n");
  submit (dialogue, POP3_VERB_NOOP, 0);
  dialogue_turn (dialogue);
  for (guint i = 0; i < 40 && dialogue->error == NULL; i++)
    {
      now += 10 * G_USEC_PER_SEC;
      base_core_expire (dialogue->core, now);
      base_core_receive (
          dialogue->core, (const guint8 *) "+OK and on and on", i == 0 ? 17 : 1, now);
      dialogue_turn (dialogue);
      g_assert_true (dialogue->error == NULL || i >= 30);
    }
  g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_TIMEOUT);
}

/* Nor may a letter come so slowly that it never ends; one on a slow line may take its time. */
static void
test_drip_of_a_letter (void)
{
  static const struct
  {
    guint bytes; /* every ten seconds */
    gboolean ends;
  } lines[] = { { 20, FALSE }, { 200, FALSE }, { 1000, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();
      g_autofree char *text = g_strnfill (lines[i].bytes - 2, 'x');
      g_autofree char *line = g_strconcat (text, "\r\n", NULL);

      dialogue_say (dialogue, "+OK\r\n");
      submit (dialogue, POP3_VERB_RETR, 1);
      dialogue_say (dialogue, "+OK\r\n");
      for (guint j = 0; j < 400 && dialogue->error == NULL; j++)
        {
          dialogue->now += 10 * G_USEC_PER_SEC;
          base_core_expire (dialogue->core, dialogue->now);
          dialogue_feed (dialogue, line, lines[i].bytes, lines[i].bytes);
        }
      if (lines[i].ends)
        g_assert_no_error (dialogue->error);
      else
        g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_TIMEOUT);
      g_assert_cmpint (dialogue->now, >=, (gint64) 5 * 60 * G_USEC_PER_SEC);
    }
}

static void
test_hold (void)
{
  g_autoptr (Dialogue) dialogue = client ();

  dialogue_say (dialogue, "+OK\r\n");
  base_core_hold (dialogue->core);
  submit (dialogue, POP3_VERB_RETR, 1);
  dialogue_assert_sent (dialogue, "");
  base_core_release (dialogue->core, 5);
  dialogue_assert_sent (dialogue, "RETR 1\r\n");
}

static gboolean
edit (Dialogue *dialogue, guint64 exchange, const char *line)
{
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));

  return base_core_edit_held (dialogue->core, exchange, bytes);
}

/* The answer is read as one to the line that was said: STAT's is one line, LIST's are many. */
static void
test_edit (void)
{
  g_autoptr (Dialogue) dialogue = client ();
  guint64 held;

  dialogue_say (dialogue, "+OK\r\n");
  base_core_hold (dialogue->core);
  submit (dialogue, POP3_VERB_LIST, 0);
  held = 1;
  g_assert_false (edit (dialogue, held + 1, "STAT\r\n"));
  g_assert_false (edit (dialogue, held, "QUIT\r\n"));
  g_assert_false (edit (dialogue, held, "PASS tanstaaf\r\n"));
  g_assert_true (edit (dialogue, held, "STAT\r\n"));
  base_core_release (dialogue->core, 5);
  dialogue_assert_sent (dialogue, "STAT\r\n");
  dialogue_say (dialogue, "+OK 2 320\r\n");
  dialogue_assert_events (dialogue, "GREETING \nDONE STAT OK 2 320\n");
}

static void
raw (Dialogue *dialogue, const char *line)
{
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));

  base_core_submit_raw (dialogue->core, bytes, NULL);
}

static void
test_console (void)
{
  g_autoptr (Dialogue) dialogue = client ();

  dialogue_say (dialogue, "+OK\r\n");
  raw (dialogue, "user ada\r\n");
  raw (dialogue, "pass tanstaaf\r\n");
  raw (dialogue, "xyzzy 1\r\n");
  dialogue_say (dialogue, "+OK\r\n-ERR\r\n-ERR nothing happens\r\n");
  raw (dialogue, "auth plain\r\n");
  dialogue_say (dialogue, "+ \r\n");
  raw (dialogue, "AGFkYQB0YW5zdGFhZg==\r\n");
  dialogue_say (dialogue, "+OK\r\n");
  dialogue_assert_events (dialogue,
                          "GREETING \nDONE USER OK\nDONE PASS REFUSED\nDONE UNKNOWN "
                          "REFUSED\nCHALLENGE\nDONE AUTH OK\n");
  dialogue_assert_sent (
      dialogue, "user ada\r\npass tanstaaf\r\nxyzzy 1\r\nauth plain\r\nAGFkYQB0YW5zdGFhZg==\r\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop3/client/servers", test_servers);
  g_test_add_func ("/pop3/client/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/pop3/client/cut", test_cut);
  g_test_add_func ("/pop3/client/cut-newer", test_cut_newer);
  g_test_add_func ("/pop3/client/order", test_order);
  g_test_add_func ("/pop3/client/echoed-password", test_echoed_password);
  g_test_add_func ("/pop3/client/tls", test_tls);
  g_test_add_func ("/pop3/client/injection", test_injection);
  g_test_add_func ("/pop3/client/late-injection", test_late_injection);
  g_test_add_func ("/pop3/client/authenticate", test_authenticate);
  g_test_add_func ("/pop3/client/token", test_token);
  g_test_add_func ("/pop3/client/apop", test_apop);
  g_test_add_func ("/pop3/client/unsendable", test_unsendable);
  g_test_add_func ("/pop3/client/broken-servers", test_broken_servers);
  g_test_add_func ("/pop3/client/limits", test_limits);
  g_test_add_func ("/pop3/client/flood", test_flood);
  g_test_add_func ("/pop3/client/silence", test_silence);
  g_test_add_func ("/pop3/client/drip", test_drip);
  g_test_add_func ("/pop3/client/drip-of-a-letter", test_drip_of_a_letter);
  g_test_add_func ("/pop3/client/hold", test_hold);
  g_test_add_func ("/pop3/client/edit", test_edit);
  g_test_add_func ("/pop3/client/console", test_console);
  return g_test_run ();
}
