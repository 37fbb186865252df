/* Envelope and letter: who is only on one of them, and what is said of it. */
#include "config.h"

#include <string.h>

#include "learn-envelope.h"

typedef struct
{
  const char *what, *sender;
  const char *recipients[4]; /* "-" before: refused */
  const char *from, *reply_to, *to, *cc, *bcc, *header_sender;
  const char *expected; /* a line a side: kind, envelope | letter */
} Case;

static const Case cases[] = {
  { "both agree",
    "ada@a.example",
    { "bob@b.example" },
    "ADA@a.example",
    NULL,
    "bob@B.example",
    NULL,
    NULL,
    NULL,
    "0 MAIL FROM:<ada@a.example> | From: ADA@a.example\n"
    "0 RCPT TO:<bob@b.example> | To: bob@B.example\n" },
  { "blind copy",
    "ada@a.example",
    { "bob@b.example", "carol@b.example" },
    "ada@a.example",
    NULL,
    "bob@b.example",
    NULL,
    "carol@b.example",
    NULL,
    "0 MAIL FROM:<ada@a.example> | From: ada@a.example\n"
    "0 RCPT TO:<bob@b.example> | To: bob@b.example\n"
    "1 RCPT TO:<carol@b.example> | \n" },
  { "named, not handed over",
    "ada@a.example",
    { "bob@b.example" },
    "ada@a.example",
    NULL,
    "bob@b.example",
    "eve@b.example",
    NULL,
    NULL,
    "0 MAIL FROM:<ada@a.example> | From: ada@a.example\n"
    "0 RCPT TO:<bob@b.example> | To: bob@b.example\n"
    "2  | Cc: eve@b.example\n" },
  { "sent for another",
    "office@a.example",
    { "-bob@b.example" },
    "ada@a.example",
    "answers@a.example",
    "bob@b.example",
    NULL,
    NULL,
    "office@a.example",
    "3 MAIL FROM:<office@a.example> | From: ada@a.example\n"
    "3  | Sender: office@a.example\n"
    "5  | Reply-To: answers@a.example\n"
    "4 RCPT TO:<bob@b.example> | To: bob@b.example\n" },
  { "a report",
    "",
    { "ada@a.example" },
    "mailer-daemon@a.example",
    NULL,
    "ada@a.example",
    NULL,
    NULL,
    NULL,
    "3 MAIL FROM:<> | From: mailer-daemon@a.example\n"
    "0 RCPT TO:<ada@a.example> | To: ada@a.example\n" },
};

static char *
written (GPtrArray *sides)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sides->len; i++)
    {
      const LearnSides *side = sides->pdata[i];

      g_string_append_printf (text, "%d %s | %s\n", side->kind, side->envelope, side->letter);
      g_assert_true ((side->note[0] == '\0') == (side->kind == LEARN_SIDES_SAME));
    }
  return g_string_free (text, FALSE);
}

static void
test_sent (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autoptr (LearnEnvelope) envelope = learn_envelope_new (c->sender);
      g_autoptr (GPtrArray) sides = NULL;
      g_autofree char *text = NULL;
      const char *from[] = { c->from, NULL }, *reply_to[] = { c->reply_to, NULL };
      const char *to[] = { c->to, NULL }, *cc[] = { c->cc, NULL }, *bcc[] = { c->bcc, NULL };
      LearnHeader header = { .from = from,
                             .reply_to = reply_to,
                             .to = to,
                             .cc = cc,
                             .bcc = bcc,
                             .sender = c->header_sender };

      for (guint j = 0; j < G_N_ELEMENTS (c->recipients) && c->recipients[j] != NULL; j++)
        {
          gboolean refused = c->recipients[j][0] == '-';

          learn_envelope_add (
              envelope, c->recipients[j] + refused, NULL, refused ? "550" : "250", !refused);
        }
      sides = learn_envelope_compare (envelope, &header);
      text = written (sides);
      g_test_message ("%s", c->what);
      g_assert_cmpstr (text, ==, c->expected);
    }
}

static void
test_received (void)
{
  const char *from[] = { "grace@b.example", NULL }, *to[] = { "list@c.example", NULL };
  const char *delivered[] = { "ada@a.example", NULL };
  LearnHeader header = {
    .from = from, .to = to, .return_path = "list-bounces@c.example", .delivered_to = delivered
  };
  g_autoptr (GPtrArray) sides = learn_envelope_compare (NULL, &header);
  g_autofree char *text = written (sides);

  g_assert_cmpstr (text,
                   ==,
                   "3 Return-Path: <list-bounces@c.example> | From: grace@b.example\n"
                   "1 Delivered-To: ada@a.example | To: list@c.example\n");
}

static void
test_parameters (void)
{
  g_autoptr (LearnEnvelope) envelope = learn_envelope_new ("ada@a.example");
  const char *from[] = { "ada@a.example", NULL }, *to[] = { "bob@b.example", NULL };
  LearnHeader header = { .from = from, .to = to };
  g_autoptr (GPtrArray) sides = NULL;

  envelope->sender_parameters = g_strdup ("SIZE=12");
  envelope->sender_reply = g_strdup ("250 2.1.0 Ok");
  learn_envelope_add (envelope, "bob@b.example", "NOTIFY=FAILURE", "250 2.1.5 Ok", 1);
  sides = learn_envelope_compare (envelope, &header);
  g_assert_cmpstr (
      ((LearnSides *) sides->pdata[0])->envelope, ==, "MAIL FROM:<ada@a.example> SIZE=12");
  g_assert_cmpstr (((LearnSides *) sides->pdata[0])->reply, ==, "250 2.1.0 Ok");
  g_assert_cmpstr (
      ((LearnSides *) sides->pdata[1])->envelope, ==, "RCPT TO:<bob@b.example> NOTIFY=FAILURE");
  g_assert_cmpuint (sides->len, ==, 4);
  g_assert_cmpstr (((LearnSides *) sides->pdata[2])->envelope, ==, "MAIL … SIZE=12");
  g_assert_cmpint (((LearnSides *) sides->pdata[3])->kind, ==, LEARN_SIDES_PARAMETER);
}

/* Before it is said, each parameter stands on what the server offered; the path is what a server
 * that reads ASCII only is told, and still the address of the letter. */
static void
test_foreseen (void)
{
  static const char *const offer[] = { "SIZE 1000", "DSN", "8BITMIME", NULL };
  const char *from[] = { "ada@a.example", NULL }, *to[] = { "bob@müller.example", NULL };
  g_autoptr (LearnEnvelope) envelope = learn_envelope_new ("ada@a.example");
  LearnHeader header = { .from = from, .to = to };
  g_autoptr (GPtrArray) sides = NULL;
  const LearnSides *side;

  envelope->before = TRUE;
  envelope->offer = g_strdupv ((char **) offer);
  learn_envelope_hear (envelope, "MAIL FROM:<ada@a.example> SIZE=99 BODY=8BITMIME", NULL);
  learn_envelope_hear (envelope, "RCPT TO:<bob@xn--mller-kva.example> NOTIFY=FAILURE", NULL);
  sides = learn_envelope_compare (envelope, &header);
  g_assert_cmpuint (sides->len, ==, 5);
  side = sides->pdata[1];
  g_assert_cmpint (side->kind, ==, LEARN_SIDES_SAME);
  g_assert_cmpstr (side->letter, ==, "To: bob@müller.example");
  side = sides->pdata[2];
  g_assert_cmpstr (side->envelope, ==, "MAIL … SIZE=99");
  g_assert_cmpstr (side->reply, ==, "250 SIZE 1000");
  g_assert_cmpstr (((LearnSides *) sides->pdata[3])->reply, ==, "250 8BITMIME");
  g_assert_cmpstr (((LearnSides *) sides->pdata[4])->reply, ==, "250 DSN");
}

static void
test_heard (void)
{
  g_autoptr (LearnEnvelope) envelope = learn_envelope_new ("old@a.example");
  const LearnRecipient *recipient;

  learn_envelope_add (envelope, "bob@b.example", NULL, NULL, 1);
  learn_envelope_hear (envelope, "MAIL FROM:<> SIZE=7", "250 Ok");
  learn_envelope_hear (envelope, "rcpt to:<BOB@b.example> NOTIFY=NEVER", "452 4.2.2 full");
  learn_envelope_hear (envelope, "RCPT TO:<\"a > \\\" b\"@x>", NULL);
  learn_envelope_hear (envelope, "RCPT TO:<never-closed", "250 Ok");
  learn_envelope_hear (envelope, "DATA", "354 go on");
  g_assert_cmpstr (envelope->sender, ==, "");
  g_assert_cmpstr (envelope->sender_parameters, ==, "SIZE=7");
  g_assert_cmpuint (envelope->recipients->len, ==, 2);
  recipient = envelope->recipients->pdata[0];
  g_assert_cmpstr (recipient->parameters, ==, "NOTIFY=NEVER");
  g_assert_cmpint (recipient->accepted, ==, 0);
  recipient = envelope->recipients->pdata[1];
  g_assert_cmpstr (recipient->address, ==, "\"a > \\\" b\"@x");
  g_assert_cmpint (recipient->accepted, ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/envelope/sent", test_sent);
  g_test_add_func ("/learn/envelope/received", test_received);
  g_test_add_func ("/learn/envelope/parameters", test_parameters);
  g_test_add_func ("/learn/envelope/foreseen", test_foreseen);
  g_test_add_func ("/learn/envelope/heard", test_heard);
  return g_test_run ();
}
