/* The envelope that is foreseen of a draft is, byte for byte, what the wire then carries. */
#include "config.h"

#include <string.h>

#include "engine-foreseen.h"
#include "engine-run.h"
#include "mail-init.h"
#include "store-write.h"
#include "test-room.h"

#define HEAD "From: Ada <ada@practice.example>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n"
#define TEXT "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"

typedef struct
{
  const char *what, *letter;
  guint options;
  const char *mail; /* what must be among the parameters of MAIL */
} Case;

static const Case cases[] = {
  { "the first letter, to a server that was never heard",
    HEAD "To: grace@b.example\r\nSubject: one\r\nMessage-ID: <one@x>\r\n\r\nText\r\n",
    0,
    " SIZE=" },
  { "a blind copy is on the envelope, and in no size",
    HEAD "To: grace@b.example\r\nX-Restante-Bcc: carol@practice.example\r\nMessage-ID: <two@x>\r\n"
         "\r\nText\r\n",
    0,
    " SIZE=" },
  { "reports: an envelope id in xtext",
    HEAD "To: grace@b.example\r\nMessage-ID: <three+=@x>\r\n\r\nText\r\n",
    STORE_SEND_REPORTS,
    " RET=HDRS ENVID=three+2B+3D@x" },
  { "a text of eight bits",
    HEAD "To: grace@b.example\r\nMessage-ID: <four@x>\r\n" TEXT "\r\nCaf\303\251\r\n",
    0,
    " BODY=8BITMIME" },
  { "an address beyond ASCII",
    HEAD "To: andr\303\251@b.example\r\nMessage-ID: <five@x>\r\n\r\nText\r\n",
    0,
    " SMTPUTF8" },
};

static char *
first_line (const WireEvent *event)
{
  gsize len;
  const char *bytes = g_bytes_get_data (event->bytes, &len);
  const char *end = memmem (bytes, len, "\r\n", 2);

  return g_strndup (bytes, end ? (gsize) (end - bytes) : len);
}

/* What was said with MAIL and RCPT since @from, a line each. */
static char *
said_since (WireTap *tap, guint64 from)
{
  g_autoptr (GPtrArray) events = wire_tap_read (tap, from, 100000);
  GString *said = g_string_new (NULL);

  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];
      g_autofree char *line =
          event->type == WIRE_BYTES && event->bytes && event->direction == BASE_DIRECTION_OUT
              ? first_line (event)
              : NULL;

      if (line && (g_str_has_prefix (line, "MAIL ") || g_str_has_prefix (line, "RCPT ")))
        g_string_append_printf (said, "%s\n", line);
    }
  return g_string_free (said, FALSE);
}

static char *
foreseen_text (const EngineForeseen *foreseen)
{
  g_autofree char *rcpts = g_strjoinv ("\n", foreseen->rcpts);

  return g_strdup_printf ("%s\n%s\n", foreseen->mail, rcpts);
}

static gint64
save (EngineAccount *account, const char *letter)
{
  g_autoptr (GBytes) source = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (GError) error = NULL;
  gint64 draft = 0;

  engine_account_save_draft (account, &draft, source, 0, 0, &error);
  g_assert_no_error (error);
  return draft;
}

static EngineForeseen *
foresee (EngineAccount *account, gint64 draft, guint options)
{
  g_autoptr (GError) error = NULL;
  EngineForeseen *foreseen = engine_foresee (
      engine_account_mailbase (account), engine_account_info (account), draft, options, &error);

  g_assert_no_error (error);
  return foreseen;
}

static void
test_said (gconstpointer data)
{
  TestRoom *room = (TestRoom *) data;
  g_autoptr (EngineAccount) account = test_room_add (room, "imap", "headers", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 draft = save (account, cases[i].letter);
      g_autoptr (EngineForeseen) foreseen = foresee (account, draft, cases[i].options);
      g_autofree char *expected = NULL;
      g_autofree char *said = NULL;
      EngineSendWish wish = { .options = cases[i].options };
      guint64 from = wire_tap_last_serial (room->tap) + 1;

      g_test_message ("%s", cases[i].what);
      g_assert_no_error (foreseen->refused);
      g_assert_true ((foreseen->heard > 0) == (i > 0));
      g_assert_true ((foreseen->offer != NULL) == (i > 0));
      expected = foreseen_text (foreseen);
      g_assert_nonnull (strstr (foreseen->mail, cases[i].mail));
      g_assert_true (engine_account_send_draft (account, draft, &wish, cause, &error));
      /* Whether it is accepted is another question. */
      engine_run_outbox (account, engine_account_reader (account), NULL, NULL, NULL);
      said = said_since (room->tap, from);
      g_assert_cmpstr (said, ==, expected);
    }
}

static gboolean
write_offer (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_set_fact (tx, ENGINE_OFFER_FACT, data, error);
}

static void
hear (EngineAccount *account, const char *const *offer)
{
  g_autofree char *text = engine_offer_write (engine_account_info (account), offer);

  g_assert_true (store_mailbase_write (
      engine_account_mailbase (account), STORE_PRIORITY_CLICK, FALSE, write_offer, text, NULL));
}

/* Servers that offer less: what is not offered is not said, and what cannot be handed over is told
 * before. */
static void
test_offers (gconstpointer data)
{
  TestRoom *room = (TestRoom *) data;
  static const char *const nothing[] = { NULL }, *const small[] = { "SIZE 100", NULL },
                           *const one[] = { "LIMITS RCPTMAX=1", "DSN", NULL };
  g_autoptr (EngineAccount) account = test_room_add (room, "pop3", "all", "all");
  gint64 eight = save (account, cases[3].letter), two = save (account, cases[1].letter);
  g_autoptr (EngineForeseen) bare = NULL;
  g_autoptr (EngineForeseen) large = NULL;
  g_autoptr (EngineForeseen) open = NULL;
  g_autoptr (EngineForeseen) few = NULL;
  g_autoptr (EngineForeseen) moved = NULL;
  g_autoptr (StoreAccountInfo) other = store_account_info_copy (engine_account_info (account));

  hear (account, nothing);
  bare = foresee (account, eight, STORE_SEND_REPORTS);
  g_assert_cmpstr (bare->mail, ==, "MAIL FROM:<ada@practice.example>");
  g_assert_cmpstr (bare->rcpts[0], ==, "RCPT TO:<grace@b.example>");
  open = foresee (account, eight, STORE_SEND_REQUIRE_TLS);
  g_assert_nonnull (open->refused);
  hear (account, small);
  large = foresee (account, eight, 0);
  g_assert_nonnull (large->refused);
  hear (account, one);
  few = foresee (account, two, 0);
  g_assert_cmpuint (g_strv_length (few->rcpts), ==, 1);
  g_assert_true (few->more);
  /* What another server said counts for nothing. */
  other->smtp_port++;
  moved = engine_foresee (engine_account_mailbase (account), other, two, 0, NULL);
  g_assert_cmpint (moved->heard, ==, 0);
  g_assert_cmpuint (g_strv_length (moved->rcpts), ==, 2);
}

int
main (int argc, char **argv)
{
  TestRoom room;
  int result;

  g_test_init (&argc, &argv, NULL);
  mail_init ();
  test_room_open (&room, 0);
  g_test_add_data_func ("/engine/foreseen/said", &room, test_said);
  g_test_add_data_func ("/engine/foreseen/offers", &room, test_offers);
  result = g_test_run ();
  test_room_close (&room);
  return result;
}
