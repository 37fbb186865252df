/* The server role: order of commands, strictness, and our own client on the other side. */
#include "smtp-server.h"
#include "test-dialogue.h"

#include <string.h>

static const char *const secrets[] = { "tanstaaf", "dGFuc3RhYWY", NULL };

static BaseSecret *
lookup (const char *user, gpointer data)
{
  return strcmp (user, "ada") == 0 ? base_secret_new ("tanstaaf", -1) : NULL;
}

/* What the test's server keeps. */
typedef struct
{
  guint seen;
  GString *letters;
} Box;

static Dialogue *
server (gboolean auth_required, Box *box)
{
  const SmtpServerOptions options = { .host = "mail.example",
                                      .lookup = lookup,
                                      .tls_available = TRUE,
                                      .auth_required = auth_required,
                                      .size_limit = 200 };
  SmtpCore *core = smtp_core_new (BASE_ROLE_SERVER, NULL);

  smtp_core_set_server_options (core, &options);
  smtp_core_reply_text (core, 0, 220, NULL, "hello");
  box->letters = g_string_new (NULL);
  return dialogue_new (BASE_CORE (core), NULL, secrets);
}

static void
serve_command (SmtpCore *core, const SmtpEvent *event)
{
  static const char *const keywords[] = { "mail.example", "PIPELINING", "SIZE 200", NULL };
  guint64 exchange = event->base.exchange;

  switch ((int) event->command->verb)
    {
    case SMTP_VERB_EHLO:
      smtp_core_reply (core, exchange, 250, NULL, keywords);
      break;
    case SMTP_VERB_RCPT:
      if (g_str_has_prefix (event->command->argument, "nobody"))
        smtp_core_reply_text (core, exchange, 550, "5.1.1", "no");
      else
        smtp_core_reply_text (core, exchange, 250, "2.1.5", "ok");
      break;
    case SMTP_VERB_DATA:
      smtp_core_reply_text (core, exchange, 354, NULL, "go on");
      break;
    case SMTP_VERB_STARTTLS:
      smtp_core_accept_tls (core, exchange);
      break;
    case SMTP_VERB_QUIT:
      smtp_core_reply_text (core, exchange, 221, "2.0.0", "bye");
      break;
    default:
      smtp_core_reply_text (core, exchange, 250, "2.0.0", "ok");
    }
}

static void
serve (Dialogue *dialogue, Box *box)
{
  SmtpCore *core = (SmtpCore *) dialogue->core;

  dialogue_turn (dialogue);
  while (box->seen < dialogue->kept->len)
    {
      const SmtpEvent *event = g_ptr_array_index (dialogue->kept, box->seen++);

      if (event->base.type == SMTP_EVENT_COMMAND)
        serve_command (core, event);
      else if (event->base.type == SMTP_EVENT_SIGN_IN)
        smtp_core_reply_text (core, event->base.exchange, 235, "2.7.0", "welcome");
      else if (event->base.type == SMTP_EVENT_BODY_DATA)
        g_string_append_len (box->letters,
                             g_bytes_get_data (event->data, NULL),
                             (gssize) g_bytes_get_size (event->data));
      else if (event->base.type == SMTP_EVENT_BODY_END)
        {
          g_string_append (box->letters, event->refused ? "|refused|" : "|");
          if (!event->refused)
            smtp_core_reply_text (core, event->base.exchange, 250, "2.0.0", "kept");
        }
      dialogue_turn (dialogue);
    }
}

/* What a client says, a line at a time or a byte at a time, and what is answered. */
static void
check (gboolean auth_required, const char *says, const char *answers, const char *letters)
{
  for (gsize step = 1; step < 1000; step += 1 + 500 * step)
    {
      Box box = { 0 };
      g_autoptr (Dialogue) dialogue = server (auth_required, &box);
      g_autofree char *sent = NULL;
      g_autofree char *expected = g_strconcat ("220 hello\r\n", answers, NULL);
      const char *at = says;

      while (*at != '\0')
        {
          gsize n = step == 1 ? 1 : strcspn (at, "\n") + 1;

          n = MIN (n, strlen (at));
          dialogue_feed (dialogue, at, n, n);
          serve (dialogue, &box);
          at += n;
        }
      sent = dialogue_take_sent (dialogue);
      g_assert_cmpstr (sent, ==, expected);
      if (letters != NULL)
        g_assert_cmpstr (box.letters->str, ==, letters);
      g_assert_cmpuint (dialogue->spans->len, ==, strlen (says));
      g_string_free (box.letters, TRUE);
    }
}

#define EHLO "EHLO me.example\r\n"
#define HELLO "250-mail.example\r\n250-PIPELINING\r\n250 SIZE 200\r\n"
#define MAIL "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
#define OK_OK "250 2.0.0 ok\r\n250 2.1.5 ok\r\n"

static void
test_session (void)
{
  check (FALSE,
         EHLO MAIL
         "DATA\r\nA: b\r\n\r\n..\r\n...x\r\n.\r\nNOOP\r\nMAIL FROM:<> SIZE=10\r\nRSET\r\nQUIT\r\n",
         HELLO OK_OK
         "354 go on\r\n250 2.0.0 kept\r\n250 2.0.0 ok\r\n250 2.0.0 ok\r\n250 2.0.0 ok\r\n"
         "221 2.0.0 bye\r\n",
         "A: b\r\n\r\n.\r\n..x\r\n|");
}

static void
test_order (void)
{
  static const struct
  {
    gboolean auth_required;
    const char *says, *answers;
  } cases[] = {
    { FALSE, "MAIL FROM:<a@b>\r\n", "503 5.5.1 Say EHLO first\r\n" },
    { FALSE, EHLO "RCPT TO:<a@b>\r\n", HELLO "503 5.5.1 Say MAIL first\r\n" },
    { FALSE, EHLO "DATA\r\n", HELLO "503 5.5.1 Say MAIL and RCPT first\r\n" },
    { FALSE,
      EHLO MAIL "MAIL FROM:<a@b>\r\n",
      HELLO OK_OK "503 5.5.1 A letter is under way already\r\n" },
    { FALSE,
      EHLO "MAIL FROM:<a@b>\r\nRCPT TO:<nobody@b>\r\nDATA\r\n",
      HELLO "250 2.0.0 ok\r\n550 5.1.1 no\r\n554 5.5.1 Nobody is to get this letter\r\n" },
    { FALSE,
      EHLO "MAIL FROM:<a@b> SIZE=201\r\n",
      HELLO "552 5.3.4 The letter is larger than this server takes\r\n" },
    { FALSE, "XYZZY\r\n", "500 5.5.2 This command is not known here\r\n" },
    { FALSE, "TURN\r\n", "502 5.5.1 This command is not offered here\r\n" },
    { FALSE, "NOOP\n", "500 5.5.2 A line ends with CR and LF\r\n" },
    { TRUE, EHLO "MAIL FROM:<a@b>\r\n", HELLO "530 5.7.0 Say STARTTLS first, then sign in\r\n" },
    { TRUE, EHLO "AUTH PLAIN AGFkYQB0YW5zdGFhZg==\r\n", HELLO "538 5.7.11 Say STARTTLS first\r\n" },
    { TRUE, EHLO "AUTH XYZ\r\n", HELLO "504 5.5.4 This mechanism is not known here\r\n" },
    { TRUE,
      EHLO "AUTH SCRAM-SHA-256\r\n*\r\n",
      HELLO "334 \r\n501 5.7.0 Cancelled, as you wish\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check (cases[i].auth_required, cases[i].says, cases[i].answers, NULL);
}

static void
test_paths (void)
{
  static const struct
  {
    const char *line;
    const char *path; /* NULL: 501 */
    const char *parameter;
  } cases[] = {
    { "MAIL FROM:<>", "", NULL },
    { "mail from:<Ada@A.Example> body=8BITMIME SIZE=12", "Ada@A.Example", "12" },
    { "RCPT TO:<\"john doe\"@x.example>", "\"john doe\"@x.example", NULL },
    { "RCPT TO:<@a.example,@b.example:c@d.example>", "c@d.example", NULL },
    { "RCPT TO:<Postmaster>", "Postmaster", NULL },
    { "RCPT TO:<a@[127.0.0.1]>", "a@[127.0.0.1]", NULL },
    { "RCPT TO:<a@[IPv6:::1]>", "a@[IPv6:::1]", NULL },
    { "RCPT TO:<zo\xc3\xa9@ex\xc3\xa9mple.example>", "zo\xc3\xa9@ex\xc3\xa9mple.example", NULL },
    { "RCPT TO:<a+b.c@localhost> ", "a+b.c@localhost", NULL },
    { "RCPT TO:<>", NULL, NULL },
    { "RCPT TO: <a@b>", NULL, NULL },
    { "RCPT TO:a@b", NULL, NULL },
    { "RCPT TO:<a@b", NULL, NULL },
    { "RCPT TO:<a..b@c>", NULL, NULL },
    { "RCPT TO:<a@-b>", NULL, NULL },
    { "RCPT TO:<a@b.>", NULL, NULL },
    { "RCPT TO:<a@b> SIZE=", NULL, NULL },
    { "RCPT TO:<a@b>SIZE=1", NULL, NULL },
    { "RCPT TO:<a\xff@b>", NULL, NULL },
    { "MAIL TO:<a@b>", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize len = strlen (cases[i].line);
      g_autofree guint8 *exact = g_memdup2 (cases[i].line, len);
      g_autoptr (GError) error = NULL;
      g_autoptr (SmtpCommand) command = smtp_command_parse (exact, len, NULL, NULL, &error);

      g_assert_true ((command != NULL) == (cases[i].path != NULL));
      if (command == NULL)
        continue;
      g_assert_cmpstr (command->argument, ==, cases[i].path);
      g_assert_cmpstr (smtp_command_parameter (command, "size"), ==, cases[i].parameter);
    }
}

/* Bare line feeds and carriage returns: by them a second letter is smuggled in. */
static void
test_smuggling (void)
{
  static const char *const letters[] = { "a\n.\nMAIL FROM:<x@y>\r\n.\r\n",
                                         "a\r\n.\nMAIL FROM:<x@y>\r\n.\r\n",
                                         "a\n.\r\nMAIL FROM:<x@y>\r\n.\r\n",
                                         "a\r.\r\r\n.\r\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    {
      g_autofree char *says = g_strconcat (EHLO MAIL "DATA\r\n", letters[i], "QUIT\r\n", NULL);

      check (FALSE,
             says,
             HELLO OK_OK
             "354 go on\r\n550 5.6.0 A line of the letter does not end with CR and LF\r\n"
             "221 2.0.0 bye\r\n",
             NULL);
    }
}

static void
test_too_large (void)
{
  g_autofree char *filler = g_strnfill (300, 'x');
  g_autofree char *says = g_strconcat (EHLO MAIL "DATA\r\n", filler, "\r\n.\r\nNOOP\r\n", NULL);

  check (FALSE,
         says,
         HELLO OK_OK "354 go on\r\n552 5.3.4 The letter is larger than this server takes\r\n"
                     "250 2.0.0 ok\r\n",
         NULL);
}

static void
test_hasty (void)
{
  Box box = { 0 };
  g_autoptr (Dialogue) dialogue = server (FALSE, &box);
  const char *says = EHLO MAIL "DATA\r\nA: b\r\n.\r\n";
  g_autofree char *sent = NULL;

  dialogue_feed (dialogue, says, strlen (says), strlen (says));
  serve (dialogue, &box);
  sent = dialogue_take_sent (dialogue);
  g_assert_nonnull (strstr (sent, "\r\n554 5.5.0 Wait for the answer to DATA\r\n"));
  g_string_free (box.letters, TRUE);
}

static void
test_injection (void)
{
  Box box = { 0 };
  g_autoptr (Dialogue) dialogue = server (FALSE, &box);
  const char *says = EHLO "STARTTLS\r\nEHLO evil\r\n";

  dialogue_feed (dialogue, says, strlen (says), strlen (says));
  serve (dialogue, &box);
  g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_INJECTION);
  g_string_free (box.letters, TRUE);
}

static void
submit (SmtpCore *core, SmtpVerb verb, const char *argument, BaseBody *body)
{
  g_autoptr (SmtpCommand) command = smtp_command_new (verb, argument);

  command->body = body != NULL ? base_body_ref (body) : NULL;
  smtp_core_submit (core, command, NULL);
}

/* Both roles in memory, with every mechanism: the letter arrives as it was sent. */
static void
test_both (void)
{
  static const char *const mechanisms[] = { "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256" };
  static const char letter[] = "Subject: hi\r\n\r\n.\r\n..\r\n.x\r\nbye\r\n";

  for (gsize i = 0; i < G_N_ELEMENTS (mechanisms); i++)
    {
      const SaslMechanism *mechanism = sasl_mechanism_find (mechanisms[i]);
      SmtpCore *core = smtp_core_new (BASE_ROLE_CLIENT, NULL);
      g_autoptr (Dialogue) client = dialogue_new (BASE_CORE (core), NULL, secrets);
      Box box = { 0 };
      g_autoptr (Dialogue) host = server (TRUE, &box);
      g_autoptr (BaseSecret) password = base_secret_new ("tanstaaf", -1);
      g_autoptr (GBytes) bytes = g_bytes_new_static (letter, strlen (letter));
      g_autoptr (BaseBody) body = base_body_new_from_bytes (bytes);
      gsize from_client = 0, from_host = 0;
      guint seen = 0;

      submit (core, SMTP_VERB_EHLO, "me.example", NULL);
      smtp_core_authenticate (core, sasl_client_new (mechanism, "ada", password), mechanism, NULL);
      submit (core, SMTP_VERB_MAIL, "ada@a.example", NULL);
      submit (core, SMTP_VERB_RCPT, "grace@b.example", NULL);
      submit (core, SMTP_VERB_DATA, NULL, body);
      submit (core, SMTP_VERB_QUIT, NULL, NULL);
      do
        {
          guint n = host->sent->len - (guint) from_host;

          dialogue_feed (client, host->sent->data + from_host, n, 1 + 7 * i);
          from_host += n;
          for (; seen < client->kept->len; seen++)
            {
              const SmtpEvent *event = g_ptr_array_index (client->kept, seen);

              if (event->base.type == SMTP_EVENT_BEFORE_DOT)
                smtp_core_finish_data (core);
            }
          dialogue_turn (client);
          n = client->sent->len - (guint) from_client;
          dialogue_feed (host, client->sent->data + from_client, n, n);
          from_client += n;
          serve (host, &box);
        }
      while (from_client < client->sent->len || from_host < host->sent->len);
      g_assert_true (client->closed);
      g_assert_true (host->closed);
      g_assert_cmpstr (box.letters->str, ==, "Subject: hi\r\n\r\n.\r\n..\r\n.x\r\nbye\r\n|");
      g_string_free (box.letters, TRUE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/server/session", test_session);
  g_test_add_func ("/smtp/server/order", test_order);
  g_test_add_func ("/smtp/server/paths", test_paths);
  g_test_add_func ("/smtp/server/smuggling", test_smuggling);
  g_test_add_func ("/smtp/server/too-large", test_too_large);
  g_test_add_func ("/smtp/server/hasty", test_hasty);
  g_test_add_func ("/smtp/server/injection", test_injection);
  g_test_add_func ("/smtp/server/both", test_both);
  return g_test_run ();
}
