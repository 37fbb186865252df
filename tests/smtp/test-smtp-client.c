/* The client role against real servers' words, cut in every way. */
#include "test-smtp.h"

#include <string.h>

static const char *const secrets[] = { "tanstaaf", "dGFuc3RhYWY", NULL };

static void
describe (const BaseEvent *base, GString *out)
{
  const SmtpEvent *event = (const SmtpEvent *) base;

  switch ((SmtpEventType) base->type)
    {
    case SMTP_EVENT_GREETING:
    case SMTP_EVENT_REPLY:
      g_string_append_printf (out,
                              "%s %u%s",
                              event->command != NULL ? smtp_verb_name (event->command->verb)
                                                     : "GREETING",
                              event->reply.code,
                              test_smtp_outcome (base->outcome));
      if (event->reply.status_class != 0)
        g_string_append_printf (out,
                                " %u.%u.%u",
                                event->reply.status_class,
                                event->reply.status_subject,
                                event->reply.status_detail);
      break;
    case SMTP_EVENT_BEFORE_DOT:
      g_string_append (out, "BEFORE_DOT");
      break;
    case SMTP_EVENT_START_TLS:
      g_string_append (out, "START_TLS");
      break;
    case SMTP_EVENT_COMMAND:
    case SMTP_EVENT_SIGN_IN:
    case SMTP_EVENT_BODY_DATA:
    case SMTP_EVENT_BODY_END:
    default:
      g_assert_not_reached ();
    }
  g_string_append_c (out, '\n');
}

static Dialogue *
client (void)
{
  return dialogue_new (BASE_CORE (smtp_core_new (BASE_ROLE_CLIENT, NULL)), describe, secrets);
}

#define LETTER "Subject: hi\r\n\r\n.dot\r\nbye"

static void
submit_letter (Dialogue *dialogue)
{
  test_smtp_submit (dialogue, SMTP_VERB_EHLO, "[127.0.0.1]", NULL);
  test_smtp_submit (dialogue, SMTP_VERB_MAIL, "ada@a.example", NULL);
  test_smtp_submit (dialogue, SMTP_VERB_RCPT, "grace@b.example", NULL);
  test_smtp_submit (dialogue, SMTP_VERB_RCPT, "nobody@b.example", NULL);
  test_smtp_submit (dialogue, SMTP_VERB_DATA, NULL, LETTER);
  test_smtp_submit (dialogue, SMTP_VERB_QUIT, NULL, NULL);
}

/* The servers' words are theirs. */
typedef struct
{
  const char *name;
  const char *before; /* the dot */
  const char *after;
  const char *events;
} Server;

static const Server servers[] = {
  { "postfix",
    "220 mail.example ESMTP Postfix (Debian/GNU)\r\n"
    "250-mail.example\r\n250-PIPELINING\r\n250-SIZE "
    "10240000\r\n250-VRFY\r\n250-ETRN\r\n250-STARTTLS\r\n"
    "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n"
    "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n550 5.1.1 <nobody@b.example>: Recipient address rejected: "
    "User "
    "unknown in local recipient table\r\n354 End data with <CR><LF>.<CR><LF>\r\n",
    "250 2.0.0 Ok: queued as 8D2C520C\r\n221 2.0.0 Bye\r\n",
    "GREETING 220 OK\nEHLO 250 OK\nMAIL 250 OK 2.1.0\nRCPT 250 OK 2.1.5\nRCPT 550 REFUSED 5.1.1\n"
    "DATA 354 CONTINUE\nBEFORE_DOT\nDATA 250 OK 2.0.0\nQUIT 221 OK 2.0.0\n" },
  { "exim: no enhanced codes, and a greeting of several lines",
    "220-mail.example ESMTP Exim 4.96 Sun, 22 Nov 2026 00:00:00 +0000\r\n220-We do not authorize "
    "the "
    "use of this system\r\n220 to transport unsolicited, and/or bulk e-mail.\r\n"
    "250-mail.example Hello localhost [127.0.0.1]\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n"
    "250-PIPELINING\r\n250-PIPECONNECT\r\n250-AUTH PLAIN LOGIN\r\n250 HELP\r\n"
    "250 OK\r\n250 Accepted\r\n550 Unrouteable address\r\n"
    "354 Enter message, ending with \".\" on a line by itself\r\n",
    "250 OK id=1pABCD-0001xY-1Z\r\n221 mail.example closing connection\r\n",
    "GREETING 220 OK\nEHLO 250 OK\nMAIL 250 OK\nRCPT 250 OK\nRCPT 550 REFUSED\nDATA 354 CONTINUE\n"
    "BEFORE_DOT\nDATA 250 OK\nQUIT 221 OK\n" },
  { "opensmtpd: greylists",
    "220 mail.example ESMTP OpenSMTPD\r\n250-mail.example Hello [127.0.0.1] [127.0.0.1], pleased "
    "to "
    "meet you\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-SIZE 36700160\r\n250-DSN\r\n250 "
    "HELP\r\n"
    "250 2.0.0 Ok\r\n250 2.1.5 Destination address valid: Recipient ok\r\n451 4.7.1 Greylisted, "
    "try "
    "again later\r\n354 Enter mail, end with \".\" on a line by itself\r\n",
    "250 2.0.0 5a6b7c8d Message accepted for delivery\r\n221 2.0.0 Bye\r\n",
    "GREETING 220 OK\nEHLO 250 OK\nMAIL 250 OK 2.0.0\nRCPT 250 OK 2.1.5\nRCPT 451 TEMPORARY 4.7.1\n"
    "DATA 354 CONTINUE\nBEFORE_DOT\nDATA 250 OK 2.0.0\nQUIT 221 OK 2.0.0\n" },
  { "exchange: a final reply of two lines, and an old AUTH keyword",
    "220 EX01.corp.example Microsoft ESMTP MAIL Service ready at Sun, 22 Nov 2026 00:00:00 "
    "+0000\r\n"
    "250-EX01.corp.example Hello [192.0.2.1]\r\n250-SIZE 37748736\r\n250-PIPELINING\r\n250-DSN\r\n"
    "250-ENHANCEDSTATUSCODES\r\n250-AUTH NTLM LOGIN\r\n250-AUTH=LOGIN\r\n250-8BITMIME\r\n"
    "250-BINARYMIME\r\n250 CHUNKING\r\n250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n"
    "550 5.1.1 User unknown\r\n354 Start mail input; end with <CRLF>.<CRLF>\r\n",
    "250-2.6.0 <x@EX01.corp.example> [InternalId=1]\r\n250 2.6.0 Queued mail for delivery\r\n"
    "221 2.0.0 Service closing transmission channel\r\n",
    "GREETING 220 OK\nEHLO 250 OK\nMAIL 250 OK 2.1.0\nRCPT 250 OK 2.1.5\nRCPT 550 REFUSED 5.1.1\n"
    "DATA 354 CONTINUE\nBEFORE_DOT\nDATA 250 OK 2.6.0\nQUIT 221 OK 2.0.0\n" },
  { "gmail: refuses the letter after its end, in several lines",
    "220 smtp.gmail.com ESMTP d9443c01a7336-1.1 - gsmtp\r\n"
    "250-smtp.gmail.com at your service, [192.0.2.1]\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n"
    "250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER "
    "XOAUTH\r\n250-ENHANCEDSTATUSCODES\r\n"
    "250-PIPELINING\r\n250 SMTPUTF8\r\n250 2.1.0 OK x - gsmtp\r\n250 2.1.5 OK x - gsmtp\r\n"
    "550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n"
    "550-5.1.1 double-checking the recipient's email address for typos.\r\n550 5.1.1 x - gsmtp\r\n"
    "354 Go ahead x - gsmtp\r\n",
    "552-5.7.0 This message was blocked because its content presents a potential\r\n552 5.7.0 "
    "security "
    "issue. x - gsmtp\r\n221 2.0.0 closing connection x - gsmtp\r\n",
    "GREETING 220 OK\nEHLO 250 OK\nMAIL 250 OK 2.1.0\nRCPT 250 OK 2.1.5\nRCPT 550 REFUSED 5.1.1\n"
    "DATA 354 CONTINUE\nBEFORE_DOT\nDATA 552 REFUSED 5.7.0\nQUIT 221 OK 2.0.0\n" },
};

/* Says what the server says, lets the dot go when its time has come, and says the rest. */
static void
play (Dialogue *dialogue, const char *before, const char *after, gsize piece)
{
  dialogue_feed (dialogue, before, strlen (before), piece);
  smtp_core_finish_data (test_smtp_core (dialogue));
  dialogue_feed (dialogue, after, strlen (after), piece);
}

static void
test_servers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      for (gsize piece = 0; piece < 2; piece++)
        {
          g_autoptr (Dialogue) dialogue = client ();
          g_autofree char *sent = NULL;

          g_test_message ("%s", servers[i].name);
          submit_letter (dialogue);
          play (dialogue, servers[i].before, servers[i].after, piece);
          dialogue_assert_events (dialogue, servers[i].events);
          g_assert_true (dialogue->closed);
          g_assert_cmpuint (dialogue->spans->len, ==, dialogue->fed->len);
          sent = dialogue_take_sent (dialogue);
          g_assert_true (
              g_str_has_suffix (sent, "DATA\r\nSubject: hi\r\n\r\n..dot\r\nbye\r\n.\r\nQUIT\r\n"));
        }
    }
}

static void
test_cut (void)
{
  g_autofree char *says = g_strconcat (servers[0].before, servers[0].after, NULL);
  gsize before = strlen (servers[0].before);
  gsize closing = strlen (says) - strlen ("221 2.0.0 Bye\r\n");

  for (gsize len = 0; len < strlen (says); len++)
    {
      g_autoptr (Dialogue) dialogue = client ();

      submit_letter (dialogue);
      dialogue_feed (dialogue, says, MIN (len, before), 0);
      if (len >= before)
        {
          smtp_core_finish_data (test_smtp_core (dialogue));
          dialogue_feed (dialogue, says + before, len - before, 0);
        }
      dialogue_eof (dialogue);
      /* After QUIT was said nothing is left to lose. */
      if (len == closing)
        g_assert_true (dialogue->closed);
      else
        g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
    }
}

static void
test_pipelining (void)
{
  g_autoptr (Dialogue) dialogue = client ();

  submit_letter (dialogue);
  dialogue_say (dialogue, "220 x\r\n");
  dialogue_assert_sent (dialogue, "EHLO [127.0.0.1]\r\n");
  dialogue_say (dialogue, "250-x\r\n250 PIPELINING\r\n");
  dialogue_assert_sent (dialogue,
                        "MAIL FROM:<ada@a.example>\r\nRCPT TO:<grace@b.example>\r\n"
                        "RCPT TO:<nobody@b.example>\r\nDATA\r\n");
  dialogue_say (dialogue, "250 a\r\n250 b\r\n250 c\r\n");
  dialogue_assert_sent (dialogue, "");
  dialogue_say (dialogue, "354 d\r\n");
  dialogue_assert_sent (dialogue, "Subject: hi\r\n\r\n..dot\r\nbye\r\n");
  g_assert_cmpint (base_core_next_deadline (dialogue->core), ==, G_MAXINT64);
  smtp_core_finish_data (test_smtp_core (dialogue));
  dialogue_assert_sent (dialogue, ".\r\n");
  g_assert_cmpint (base_core_next_deadline (dialogue->core), <, G_MAXINT64);
}

static void
test_one_at_a_time (void)
{
  g_autoptr (Dialogue) dialogue = client ();

  submit_letter (dialogue);
  dialogue_say (dialogue, "220 x\r\n250 x\r\n");
  dialogue_assert_sent (dialogue, "EHLO [127.0.0.1]\r\nMAIL FROM:<ada@a.example>\r\n");
  dialogue_say (dialogue, "250 a\r\n");
  dialogue_assert_sent (dialogue, "RCPT TO:<grace@b.example>\r\n");
}

#define LETTER_UP_TO_DATA "GREETING 220 OK\nEHLO 250 OK\nMAIL 250 OK\nRCPT 250 OK\nRCPT 250 OK\n"

/* RFC 5321 §4.1.1.4 and §4.3.2: DATA's only good answer is 354. A server that says 250 instead has
 * accepted nothing, for not a byte of the letter was said; nothing more is, and nobody waits. */
static void
test_no_go_ahead (void)
{
  static const char *const answers[] = { "250 2.0.0 Ok: queued\r\n",
                                         "250-2.0.0 Ok\r\n250 2.0.0 queued\r\n",
                                         "220 hello again\r\n" };
  static const char *const events[] = { LETTER_UP_TO_DATA "DATA 250 REFUSED 2.0.0\n",
                                        LETTER_UP_TO_DATA "DATA 250 REFUSED 2.0.0\n",
                                        LETTER_UP_TO_DATA "DATA 220 REFUSED\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();
      g_autofree char *sent = NULL;

      submit_letter (dialogue);
      dialogue_say (dialogue, "220 x\r\n250 x\r\n250 a\r\n250 b\r\n250 c\r\n");
      g_free (dialogue_take_sent (dialogue));
      dialogue_say (dialogue, answers[i]);
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_PROTOCOL);
      sent = dialogue_take_sent (dialogue);
      g_assert_cmpstr (sent, ==, "");
      dialogue_assert_events (dialogue, events[i]);
      g_assert_cmpint (base_core_next_deadline (dialogue->core), ==, G_MAXINT64);
    }
}

/* A refusal instead of 354 ends the letter alone: the session goes on. */
static void
test_data_refused (void)
{
  g_autoptr (Dialogue) dialogue = client ();

  submit_letter (dialogue);
  dialogue_say (dialogue, "220 x\r\n250 x\r\n250 a\r\n250 b\r\n250 c\r\n452 4.3.1 full\r\n");
  dialogue_assert_events (dialogue,
                          "GREETING 220 OK\nEHLO 250 OK\nMAIL 250 OK\nRCPT 250 OK\nRCPT 250 OK\n"
                          "DATA 452 TEMPORARY 4.3.1\n");
  g_assert_no_error (dialogue->error);
}

/* RFC 2920 §3.1: nobody is to get it, and the server says 354 all the same. */
static void
test_no_recipients (void)
{
  g_autoptr (Dialogue) dialogue = client ();

  submit_letter (dialogue);
  dialogue_say (
      dialogue,
      "220 x\r\n250-x\r\n250 PIPELINING\r\n250 a\r\n550 b\r\n550 c\r\n354 d\r\n250 e\r\n");
  dialogue_assert_events (
      dialogue,
      "GREETING 220 OK\nEHLO 250 OK\nMAIL 250 OK\nRCPT 550 REFUSED\nRCPT 550 REFUSED\n"
      "DATA 354 CONTINUE\nDATA 250 REFUSED\n");
}

/* The sender was refused, and the rest accepted all the same: there is no letter to hand over. */
static void
test_no_sender (void)
{
  g_autoptr (Dialogue) dialogue = client ();

  submit_letter (dialogue);
  dialogue_say (
      dialogue,
      "220 x\r\n250-x\r\n250 PIPELINING\r\n451 4.7.1 a\r\n250 b\r\n250 c\r\n354 d\r\n250 e\r\n");
  dialogue_assert_events (
      dialogue,
      "GREETING 220 OK\nEHLO 250 OK\nMAIL 451 TEMPORARY 4.7.1\nRCPT 250 OK\nRCPT 250 OK\n"
      "DATA 354 CONTINUE\nDATA 250 REFUSED\n");
}

static void
test_keywords (void)
{
  g_autoptr (Dialogue) dialogue = client ();
  g_auto (GStrv) mechanisms = NULL;

  test_smtp_submit (dialogue, SMTP_VERB_EHLO, "x", NULL);
  dialogue_say (dialogue,
                "220 x\r\n250-x greets y\r\n250-SIZE 37748736\r\n250-AUTH NTLM LOGIN\r\n"
                "250-AUTH=LOGIN PLAIN\r\n250 size-of-things\r\n");
  g_assert_cmpstr (smtp_core_keyword (test_smtp_core (dialogue), "size"), ==, "37748736");
  g_assert_cmpstr (smtp_core_keyword (test_smtp_core (dialogue), "SIZE-OF-THINGS"), ==, "");
  g_assert_null (smtp_core_keyword (test_smtp_core (dialogue), "x"));
  mechanisms = smtp_core_mechanisms (test_smtp_core (dialogue));
  g_assert_cmpstr (mechanisms[0], ==, "NTLM");
  g_assert_cmpstr (mechanisms[1], ==, "LOGIN");
  g_assert_cmpstr (mechanisms[2], ==, "PLAIN");
  g_assert_null (mechanisms[3]);
}

static void
test_authenticate (void)
{
  static const struct
  {
    const char *mechanism, *says, *sent;
  } cases[] = {
    { "PLAIN", "220 x\r\n235 2.7.0 ok\r\n", "AUTH PLAIN AGFkYQB0YW5zdGFhZg==\r\n" },
    { "LOGIN",
      "220 x\r\n334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 2.7.0 ok\r\n",
      "AUTH LOGIN\r\nYWRh\r\ndGFuc3RhYWY=\r\n" },
    { "PLAIN",
      "220 x\r\n535 5.7.8 no AGFkYQB0YW5zdGFhZg== tanstaaf\r\n",
      "AUTH PLAIN AGFkYQB0YW5zdGFhZg==\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();
      g_autoptr (BaseSecret) password = base_secret_new ("tanstaaf", -1);
      const SaslMechanism *mechanism = sasl_mechanism_find (cases[i].mechanism);
      const SmtpEvent *last;

      smtp_core_authenticate (
          test_smtp_core (dialogue), sasl_client_new (mechanism, "ada", password), mechanism, NULL);
      dialogue_feed (dialogue, cases[i].says, strlen (cases[i].says), 1);
      dialogue_assert_sent (dialogue, cases[i].sent);
      last = g_ptr_array_index (dialogue->kept, dialogue->kept->len - 1);
      g_assert_null (strstr (last->reply.lines[0], "tanstaaf"));
    }
}

/* A server that says yes without having proved anything. */
static void
test_false_success (void)
{
  g_autoptr (Dialogue) dialogue = client ();
  g_autoptr (BaseSecret) password = base_secret_new ("tanstaaf", -1);
  const SaslMechanism *mechanism = sasl_mechanism_find ("SCRAM-SHA-256");

  smtp_core_authenticate (
      test_smtp_core (dialogue), sasl_client_new (mechanism, "ada", password), mechanism, NULL);
  dialogue_say (dialogue, "220 x\r\n235 2.7.0 welcome\r\n");
  g_assert_error (dialogue->error, SASL_ERROR, SASL_ERROR_SERVER_PROOF);
}

static void
test_injection (void)
{
  static const char *const says[] = { "220 go\r\n250 injected\r\n", "220 go\r\n2" };

  for (gsize i = 0; i < G_N_ELEMENTS (says); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();

      test_smtp_submit (dialogue, SMTP_VERB_STARTTLS, NULL, NULL);
      dialogue_say (dialogue, "220 x\r\n");
      dialogue_feed (dialogue, says[i], strlen (says[i]), strlen (says[i]));
      dialogue_assert_events (dialogue, "GREETING 220 OK\nSTARTTLS 220 OK\n");
      g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_INJECTION);
    }
}

static void
test_tls (void)
{
  const BaseTlsInfo info = { "TLSv1.3", "x" };
  g_autoptr (Dialogue) dialogue = client ();

  test_smtp_submit (dialogue, SMTP_VERB_EHLO, "x", NULL);
  test_smtp_submit (dialogue, SMTP_VERB_STARTTLS, NULL, NULL);
  test_smtp_submit (dialogue, SMTP_VERB_EHLO, "x", NULL);
  dialogue_say (dialogue, "220 x\r\n250-x\r\n250 STARTTLS\r\n220 go\r\n");
  dialogue_assert_events (dialogue, "GREETING 220 OK\nEHLO 250 OK\nSTARTTLS 220 OK\nSTART_TLS\n");
  base_core_tls_started (dialogue->core, &info, 1);
  g_assert_null (smtp_core_keyword (test_smtp_core (dialogue), "STARTTLS"));
  dialogue_assert_sent (dialogue, "EHLO x\r\nSTARTTLS\r\nEHLO x\r\n");
}

static void
test_broken_servers (void)
{
  static const struct
  {
    const char *says;
    BaseCoreError code;
  } cases[] = {
    { "+OK POP3\r\n", BASE_CORE_ERROR_PROTOCOL },
    { "220 x\r\n250 x\r\n999 x\r\n", BASE_CORE_ERROR_PROTOCOL },
    { "220 x\r\n250_x\r\n", BASE_CORE_ERROR_PROTOCOL },
    { "220 x\r\n354 what\r\n", BASE_CORE_ERROR_PROTOCOL },
    { "220 x\r\n250-x\r\n250 PIPELINING\r\n250 a\r\n250 b\r\n250 c\r\n354 d\r\n250 too early\r\n",
      BASE_CORE_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Dialogue) dialogue = client ();

      submit_letter (dialogue);
      dialogue_feed (dialogue, cases[i].says, strlen (cases[i].says), 1);
      g_assert_error (dialogue->error, BASE_CORE_ERROR, (int) cases[i].code);
    }
}

/* A server that ends the session by itself, with and without a command under way. */
static void
test_421 (void)
{
  g_autoptr (Dialogue) asked = client ();
  g_autoptr (Dialogue) idle = client ();

  test_smtp_submit (asked, SMTP_VERB_NOOP, NULL, NULL);
  dialogue_say (asked, "220 x\r\n421 4.3.2 shutting down\r\n");
  dialogue_assert_events (asked, "GREETING 220 OK\nNOOP 421 TEMPORARY 4.3.2\n");
  dialogue_say (idle, "220 x\r\n421 4.4.2 timeout\r\n");
  g_assert_error (idle->error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
}

static void
test_unsendable (void)
{
  static const char *const addresses[] = { "a\r\nDATA", "a> SIZE=1", "a b@x", "<a@x>" };
  g_autoptr (Dialogue) dialogue = client ();

  dialogue_say (dialogue, "220 x\r\n");
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    test_smtp_submit (dialogue, SMTP_VERB_RCPT, addresses[i], NULL);
  dialogue_assert_sent (dialogue, "");
  dialogue_assert_events (dialogue,
                          "GREETING 220 OK\nRCPT 0 BAD\nRCPT 0 BAD\nRCPT 0 BAD\nRCPT 0 BAD\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/client/servers", test_servers);
  g_test_add_func ("/smtp/client/cut", test_cut);
  g_test_add_func ("/smtp/client/pipelining", test_pipelining);
  g_test_add_func ("/smtp/client/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/smtp/client/no-recipients", test_no_recipients);
  g_test_add_func ("/smtp/client/no-go-ahead", test_no_go_ahead);
  g_test_add_func ("/smtp/client/data-refused", test_data_refused);
  g_test_add_func ("/smtp/client/no-sender", test_no_sender);
  g_test_add_func ("/smtp/client/keywords", test_keywords);
  g_test_add_func ("/smtp/client/authenticate", test_authenticate);
  g_test_add_func ("/smtp/client/false-success", test_false_success);
  g_test_add_func ("/smtp/client/injection", test_injection);
  g_test_add_func ("/smtp/client/tls", test_tls);
  g_test_add_func ("/smtp/client/broken-servers", test_broken_servers);
  g_test_add_func ("/smtp/client/421", test_421);
  g_test_add_func ("/smtp/client/unsendable", test_unsendable);
  return g_test_run ();
}
