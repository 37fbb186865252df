/* The server role: order of commands, strictness, and our own client on the other side. */
#include "pop3-server.h"
#include "test-dialogue.h"

#include <string.h>

static const char *const secrets[] = { "tanstaaf", "dGFuc3RhYWY", NULL };

static BaseSecret *
lookup (const char *user, gpointer data)
{
  return strcmp (user, "ada") == 0 ? base_secret_new ("tanstaaf", -1) : NULL;
}

static Pop3Core *
new_server (gboolean plaintext_login)
{
  const Pop3ServerOptions options = { .host = "mail.example",
                                      .lookup = lookup,
                                      .tls_available = TRUE,
                                      .plaintext_login = plaintext_login };
  Pop3Core *core = pop3_core_new (BASE_ROLE_SERVER, NULL);

  pop3_core_set_server_options (core, &options);
  pop3_core_greet (core, "hello", "<1.2@mail.example>");
  return core;
}

/* A mailbox of two letters that answers what the core lets through. */
static void
serve (Pop3Core *core, const Pop3Event *event)
{
  static const char *const uids[] = { "1 a", "2 b", NULL };
  static const char *const sizes[] = { "1 5", "2 6", NULL };
  static const char *const capabilities[] = {
    "TOP", "UIDL", "PIPELINING", "STLS", "SASL SCRAM-SHA-256", NULL
  };
  guint64 exchange = event->base.exchange;
  g_autoptr (GBytes) letter = g_bytes_new_static ("a\r\n.b", 5);
  g_autoptr (BaseBody) body = base_body_new_from_bytes (letter);

  if (event->base.type == POP3_EVENT_START_TLS)
    return;
  if (event->base.type == POP3_EVENT_SIGN_IN)
    {
      g_assert_cmpstr (event->user, ==, "ada");
      pop3_core_reply (core, exchange, TRUE, NULL, "welcome");
      return;
    }
  g_assert_cmpint (event->base.type, ==, POP3_EVENT_COMMAND);
  switch (event->command->verb)
    {
    case POP3_VERB_CAPA:
      pop3_core_reply_lines (core, exchange, "", capabilities);
      break;
    case POP3_VERB_STAT:
      pop3_core_reply (core, exchange, TRUE, NULL, "2 11");
      break;
    case POP3_VERB_LIST:
      pop3_core_reply_lines (core, exchange, "", sizes);
      break;
    case POP3_VERB_UIDL:
      pop3_core_reply_lines (core, exchange, "", uids);
      break;
    case POP3_VERB_RETR:
      if (event->command->number > 2)
        pop3_core_reply (core, exchange, FALSE, NULL, "no such letter");
      else
        pop3_core_reply_body (core, exchange, "5 octets", body);
      break;
    case POP3_VERB_STLS:
      pop3_core_accept_tls (core, exchange);
      break;
    case POP3_VERB_TOP:
    case POP3_VERB_DELE:
    case POP3_VERB_NOOP:
    case POP3_VERB_RSET:
    case POP3_VERB_QUIT:
    case POP3_VERB_UTF8:
    case POP3_VERB_LANG:
    case POP3_VERB_USER:
    case POP3_VERB_PASS:
    case POP3_VERB_APOP:
    case POP3_VERB_AUTH:
    case POP3_VERB_UNKNOWN:
    default:
      pop3_core_reply (core, exchange, TRUE, NULL, "");
    }
}

static void
answer_all (Dialogue *dialogue)
{
  guint seen = GPOINTER_TO_UINT (dialogue->data);

  dialogue_turn (dialogue);
  while (seen < dialogue->kept->len)
    {
      serve ((Pop3Core *) dialogue->core, g_ptr_array_index (dialogue->kept, seen++));
      dialogue_turn (dialogue);
    }
  dialogue->data = GUINT_TO_POINTER (seen);
}

static Dialogue *
server (gboolean plaintext_login)
{
  return dialogue_new (BASE_CORE (new_server (plaintext_login)), NULL, secrets);
}

/* What a client says at once, and what is answered. */
static void
check (gboolean plaintext_login, const char *says, const char *answers)
{
  for (gsize piece = 0; piece < 3; piece++)
    {
      g_autoptr (Dialogue) dialogue = server (plaintext_login);
      g_autofree char *sent = NULL;
      gsize step = piece == 0 ? 1 : piece == 1 ? 7 : strlen (says);

      for (gsize at = 0; at < strlen (says); at += step)
        {
          dialogue_feed (dialogue, says + at, MIN (step, strlen (says) - at), 1000);
          answer_all (dialogue);
        }
      sent = dialogue_take_sent (dialogue);
      g_assert_cmpstr (sent, ==, answers);
      g_assert_cmpuint (dialogue->spans->len, ==, strlen (says));
    }
}

#define HELLO "+OK hello <1.2@mail.example>\r\n"

static void
test_session (void)
{
  check (TRUE,
         "CAPA\r\nuser ada\r\nPASS tanstaaf\r\nSTAT\r\nUIDL\r\nRETR 1\r\nRETR 3\r\nQUIT\r\n",
         HELLO "+OK\r\nTOP\r\nUIDL\r\nPIPELINING\r\nSTLS\r\nSASL SCRAM-SHA-256\r\n.\r\n"
               "+OK Now the password.\r\n+OK welcome\r\n+OK 2 11\r\n+OK\r\n1 a\r\n2 b\r\n.\r\n"
               "+OK 5 octets\r\na\r\n..b\r\n.\r\n-ERR no such letter\r\n+OK\r\n");
}

static void
test_strict (void)
{
  static const struct
  {
    gboolean plaintext_login;
    const char *says, *answers;
  } cases[] = {
    { TRUE, "STAT\r\n", "-ERR Sign in first.\r\n" },
    { TRUE, "PASS tanstaaf\r\n", "-ERR USER comes first.\r\n" },
    { TRUE,
      "USER ada\r\nNOOP\r\nPASS tanstaaf\r\n",
      "+OK Now the password.\r\n-ERR Sign in first.\r\n-ERR USER comes first.\r\n" },
    { TRUE,
      "USER ada\r\nPASS wrong\r\n",
      "+OK Now the password.\r\n-ERR [AUTH] The name or the password is wrong.\r\n" },
    { TRUE,
      "USER eve\r\nPASS tanstaaf\r\n",
      "+OK Now the password.\r\n-ERR [AUTH] The name or the password is wrong.\r\n" },
    { TRUE, "CAPA\n", "-ERR A line ends with CR and LF.\r\n" },
    { TRUE, "CAPA now\r\n", "-ERR CAPA has wrong arguments\r\n" },
    { TRUE, "RETR x\r\n", "-ERR RETR has wrong arguments\r\n" },
    { TRUE, "XYZZY\r\n", "-ERR This command is not known here.\r\n" },
    { FALSE, "USER ada\r\n", "-ERR Say STLS first: a password is not read in plain text.\r\n" },
    { FALSE,
      "AUTH PLAIN AGFkYQB0YW5zdGFhZg==\r\n",
      "-ERR This mechanism is not offered here; say STLS first.\r\n" },
    { TRUE, "AUTH PLAIN AGFkYQB0YW5zdGFhZg==\r\nQUIT\r\n", "+OK welcome\r\n+OK\r\n" },
    { TRUE, "AUTH PLAIN\r\n*\r\nQUIT\r\n", "+ \r\n-ERR Cancelled, as you wish.\r\n+OK\r\n" },
    { TRUE, "AUTH PLAIN\r\n!!!\r\nQUIT\r\n", "+ \r\n-ERR That is not base64.\r\n+OK\r\n" },
    { FALSE,
      "APOP ada 4a61dd4f4a5e3a1d1b1d1e1f1a1b1c1d\r\n",
      "-ERR [AUTH] The name or the password is wrong.\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answers = g_strconcat (HELLO, cases[i].answers, NULL);

      g_test_message ("%s", cases[i].says);
      check (cases[i].plaintext_login, cases[i].says, answers);
    }
}

static void
test_overlong (void)
{
  g_autofree char *words = g_strnfill (3000, 'a');
  g_autofree char *says = g_strconcat ("PASS ", words, "\r\nCAPA x\r\n", NULL);

  check (TRUE, says, HELLO "-ERR The line is too long.\r\n-ERR CAPA has wrong arguments\r\n");
}

static void
test_injection (void)
{
  g_autoptr (Dialogue) dialogue = server (FALSE);
  const char *says = "STLS\r\nUSER eve\r\n";

  dialogue_feed (dialogue, says, strlen (says), strlen (says));
  answer_all (dialogue);
  g_assert_error (dialogue->error, BASE_CORE_ERROR, BASE_CORE_ERROR_INJECTION);
}

/* Both roles in memory: what one sends, the other receives, until nothing moves. */
static void
talk (Dialogue *client, Dialogue *host, gsize piece)
{
  gsize from_client = 0, from_host = 0;

  do
    {
      guint n = host->sent->len - (guint) from_host;

      dialogue_feed (client, host->sent->data + from_host, n, piece);
      from_host += n;
      n = client->sent->len - (guint) from_client;
      dialogue_feed (host, client->sent->data + from_client, n, piece);
      from_client += n;
      answer_all (host);
    }
  while (from_client < client->sent->len || from_host < host->sent->len);
}

static void
test_both (void)
{
  const SaslMechanism *mechanism = sasl_mechanism_find ("SCRAM-SHA-256");

  for (gsize piece = 1; piece < 40; piece += 13)
    {
      Pop3Core *core = pop3_core_new (BASE_ROLE_CLIENT, NULL);
      g_autoptr (Dialogue) client = dialogue_new (BASE_CORE (core), NULL, secrets);
      g_autoptr (Dialogue) host = server (FALSE);
      g_autoptr (BaseSecret) password = base_secret_new ("tanstaaf", -1);
      g_autoptr (Pop3Command) capa = pop3_command_new (POP3_VERB_CAPA);
      g_autoptr (Pop3Command) retr = pop3_command_number (POP3_VERB_RETR, 1);
      g_autoptr (Pop3Command) quit = pop3_command_new (POP3_VERB_QUIT);
      g_autoptr (GString) letter = g_string_new (NULL);

      pop3_core_submit (core, capa, NULL);
      pop3_core_authenticate (core, sasl_client_new (mechanism, "ada", password), mechanism, NULL);
      for (guint i = 0; i < 5; i++)
        pop3_core_submit (core, retr, NULL);
      pop3_core_submit (core, quit, NULL);
      talk (client, host, piece);
      g_assert_true (client->closed);
      g_assert_true (host->closed);
      for (guint i = 0; i < client->kept->len; i++)
        {
          const Pop3Event *event = g_ptr_array_index (client->kept, i);

          if (event->base.type == POP3_EVENT_BODY_DATA)
            g_string_append_len (letter,
                                 g_bytes_get_data (event->data, NULL),
                                 (gssize) g_bytes_get_size (event->data));
        }
      g_assert_cmpstr (letter->str, ==, "a\r\n.b\r\na\r\n.b\r\na\r\n.b\r\na\r\n.b\r\na\r\n.b\r\n");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop3/server/session", test_session);
  g_test_add_func ("/pop3/server/strict", test_strict);
  g_test_add_func ("/pop3/server/overlong", test_overlong);
  g_test_add_func ("/pop3/server/injection", test_injection);
  g_test_add_func ("/pop3/server/both", test_both);
  return g_test_run ();
}
