/* The office from inside: it opens, serves our own client side, and closes in good order whatever
 * its clients are doing. */
#include "practice-office.h"

#include <string.h>

#include "imap-core.h"
#include "mail-init.h"
#include "net-error.h"
#include "net-session.h"
#include "pop3-core.h"
#include "practice-delivery.h"
#include "test-tree.h"

typedef struct
{
  char *dir;
  WireTap *tap;
  PracticeOffice *office;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  PracticeOptions options = { .seed = 7, .language = "fr", .answer_delay = 1 };
  GError *error = NULL;

  fixture->dir = g_dir_make_tmp ("restante-office-XXXXXX", NULL);
  fixture->tap = wire_tap_new (0);
  options.dir = fixture->dir;
  options.tap = fixture->tap;
  fixture->office = practice_office_new (&options, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->office, practice_office_free);
  wire_tap_unref (fixture->tap);
  test_tree_remove (fixture->dir);
  g_free (fixture->dir);
}

static NetSession *
connect_to (Fixture *fixture, PracticePort port, NetSecurity security, BaseCore *core)
{
  const NetEndpoint endpoint = { .host = "127.0.0.1",
                                 .port = practice_office_port (fixture->office, port),
                                 .security = security,
                                 .ca_file = practice_office_ca_file (fixture->office) };
  GError *error = NULL;
  NetSession *session = net_session_connect (&endpoint, core, NULL, &error);

  g_assert_no_error (error);
  return session;
}

/* The next event of a type; what comes before is dropped. (transfer full) */
static BaseEvent *
wait_for (NetSession *session, int type)
{
  BaseEvent *event;
  GError *error = NULL;

  while (net_session_step (session, FALSE, G_MAXINT64, &event, &error) == NET_STEP_EVENT)
    {
      if (event->type == type)
        return event;
      base_event_unref (event);
    }
  g_assert_no_error (error);
  g_assert_not_reached ();
}

static void
test_pop3 (Fixture *fixture, gconstpointer data)
{
  Pop3Core *core = pop3_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (NetSession) session =
      connect_to (fixture, PRACTICE_PORT_POP3, NET_SECURITY_STARTTLS, BASE_CORE (core));
  g_autoptr (Pop3Command) capa = pop3_command_new (POP3_VERB_CAPA);
  g_autoptr (Pop3Command) stls = pop3_command_new (POP3_VERB_STLS);
  g_autoptr (Pop3Command) stat = pop3_command_new (POP3_VERB_STAT);
  g_autoptr (BaseSecret) password = base_secret_new ("lovelace", -1);
  const SaslMechanism *mechanism = sasl_mechanism_find ("SCRAM-SHA-256");
  g_autoptr (BaseEvent) done = NULL;
  GError *error = NULL;

  pop3_core_submit (core, capa, NULL);
  pop3_core_submit (core, stls, NULL);
  base_event_unref (wait_for (session, POP3_EVENT_START_TLS));
  g_assert_true (net_session_start_tls (session, &error));
  g_assert_no_error (error);
  pop3_core_authenticate (core, sasl_client_new (mechanism, "ada", password), mechanism, NULL);
  base_event_unref (wait_for (session, POP3_EVENT_DONE));
  pop3_core_submit (core, stat, NULL);
  done = wait_for (session, POP3_EVENT_DONE);
  g_assert_cmpuint (((Pop3Event *) done)->number, ==, 12);
}

/* The servers' side of the dialogue is in the tap, passwords too: they are public. */
static void
test_tap (Fixture *fixture, gconstpointer data)
{
  Pop3Core *core = pop3_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (NetSession) session =
      connect_to (fixture, PRACTICE_PORT_POP3S, NET_SECURITY_TLS, BASE_CORE (core));
  g_autoptr (BaseSecret) password = base_secret_new ("lovelace", -1);
  g_autoptr (GPtrArray) events = NULL;
  gboolean seen = FALSE;

  pop3_core_login (core, "ada", password, NULL);
  base_event_unref (wait_for (session, POP3_EVENT_DONE));
  base_event_unref (wait_for (session, POP3_EVENT_DONE));
  events = wire_tap_read (fixture->tap, 1, 1000);
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = g_ptr_array_index (events, i);

      if (event->type == WIRE_BYTES && event->bytes != NULL)
        seen = seen || memmem (g_bytes_get_data (event->bytes, NULL),
                               g_bytes_get_size (event->bytes),
                               "lovelace",
                               8) != NULL;
    }
  g_assert_true (seen);
}

/* Sessions that idle, or say nothing at all, do not keep the office open. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (NetSession) idle =
      connect_to (fixture, PRACTICE_PORT_IMAPS, NET_SECURITY_TLS, BASE_CORE (core));
  g_autoptr (NetSession) silent = connect_to (fixture,
                                              PRACTICE_PORT_SUBMISSION,
                                              NET_SECURITY_STARTTLS,
                                              BASE_CORE (pop3_core_new (BASE_ROLE_CLIENT, NULL)));
  g_autoptr (BaseSecret) password = base_secret_new ("lovelace", -1);
  ImapCommand *login = imap_command_login ("ada", password);
  ImapCommand *select = imap_command_select ("INBOX", FALSE);
  ImapCommand *wait = imap_command_new (IMAP_VERB_IDLE);
  BaseEvent *event;
  g_autoptr (GError) error = NULL;

  imap_core_submit (core, login, NULL);
  imap_core_submit (core, select, NULL);
  imap_core_submit (core, wait, NULL);
  base_event_unref (wait_for (idle, IMAP_EVENT_IDLING));
  g_clear_pointer (&fixture->office, practice_office_free);
  while (net_session_step (idle, FALSE, G_MAXINT64, &event, &error) == NET_STEP_EVENT)
    base_event_unref (event);
  g_assert_nonnull (error);
}

static void
test_port_taken (Fixture *fixture, gconstpointer data)
{
  PracticeOptions options = { .dir = fixture->dir };
  g_autoptr (GError) error = NULL;

  options.port_base = practice_office_port (fixture->office, PRACTICE_PORT_SUBMISSION);
  g_assert_null (practice_office_new (&options, &error));
  g_assert_nonnull (error);
}

/* Many sessions on one mailbox at once: each appends, flags and expunges; all end, and what is left
 * is what each of them left. */
static gpointer
be_busy (gpointer data)
{
  Fixture *fixture = data;
  ImapCore *core = imap_core_new (BASE_ROLE_CLIENT, NULL);
  g_autoptr (NetSession) session =
      connect_to (fixture, PRACTICE_PORT_IMAPS, NET_SECURITY_TLS, BASE_CORE (core));
  g_autoptr (BaseSecret) password = base_secret_new ("lovelace", -1);
  ImapCommand *login = imap_command_login ("ada", password);
  ImapCommand *select = imap_command_select ("Archive", FALSE);
  g_autoptr (GBytes) letter = g_bytes_new_static ("A: b\r\n\r\nc\r\n", 11);
  const ImapFlags deleted = { .bits = IMAP_FLAG_DELETED };

  imap_core_submit (core, login, NULL);
  imap_core_submit (core, select, NULL);
  base_event_unref (wait_for (session, IMAP_EVENT_DONE));
  base_event_unref (wait_for (session, IMAP_EVENT_DONE));
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (BaseBody) body = base_body_new_from_bytes (letter);
      ImapCommand *append = imap_command_append ("Archive", NULL, IMAP_DATE_NONE, 0, body);
      g_autoptr (BaseEvent) done = NULL;
      const ImapResponse *response;

      imap_core_submit (core, append, NULL);
      done = wait_for (session, IMAP_EVENT_DONE);
      response = ((ImapEvent *) done)->response;
      g_assert_cmpint (response->code.type, ==, IMAP_CODE_APPENDUID);
      if (i % 2 == 0)
        {
          ImapCommand *store = imap_command_store (response->code.target, '+', &deleted, FALSE);
          ImapCommand *expunge = imap_command_expunge (response->code.target);

          imap_core_submit (core, store, NULL);
          imap_core_submit (core, expunge, NULL);
          base_event_unref (wait_for (session, IMAP_EVENT_DONE));
          base_event_unref (wait_for (session, IMAP_EVENT_DONE));
        }
    }
  return NULL;
}

static void
test_many_sessions (Fixture *fixture, gconstpointer data)
{
  PracticeStore *store = practice_office_store (fixture->office);
  GThread *threads[6];
  PracticeMailbox *archive;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("busy", be_busy, fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  practice_store_lock (store);
  archive =
      practice_account_find (practice_store_account (store, practice_user_find ("ada")), "Archive");
  g_assert_cmpuint (practice_mailbox_count (archive), ==, 2 + 6 * 5);
  practice_store_unlock (store);
}

static void
test_delivery (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    guint code;
    const char *enhanced, *user;
  } cases[] = {
    { "ada@practice.example", 250, "2.1.5", "ada" },
    { "GRACE@B.Example", 250, "2.1.5", "grace" },
    { "postmaster", 250, "2.1.5", "ada" },
    { "Postmaster@b.example", 250, "2.1.5", "grace" },
    { "mallory@b.example", 250, "2.1.5", NULL },
    { "mallory@mallory.example", 550, "5.7.1", NULL },
    { "nobody@practice.example", 550, "5.1.1", NULL },
    { "ada@b.example", 550, "5.1.1", NULL },
    { "ada@example.com", 550, "5.7.1", NULL },
    { "postmaster@example.com", 550, "5.7.1", NULL },
    { "ada", 550, "5.7.1", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PracticeAddressee found;

      practice_delivery_check (cases[i].path, &found);
      g_assert_cmpuint (found.verdict.code, ==, cases[i].code);
      g_assert_cmpstr (found.verdict.enhanced, ==, cases[i].enhanced);
      g_assert_cmpstr (found.user != NULL ? found.user->name : NULL, ==, cases[i].user);
    }
}

/* The same seed gives the same letters, and a reset gives them again. */
static void
test_seed (Fixture *fixture, gconstpointer data)
{
  PracticeStore *store = practice_office_store (fixture->office);
  PracticeMailbox *inbox;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  guint32 uidvalidity;

  practice_store_lock (store);
  inbox = practice_account_inbox (practice_store_account (store, practice_user_find ("ada")));
  before = practice_message_dup_source (practice_mailbox_get (inbox, 11)->message);
  uidvalidity = inbox->uidvalidity;
  practice_store_unlock (store);
  g_assert_true (practice_office_reset (fixture->office, NULL));
  practice_store_lock (store);
  inbox = practice_account_inbox (practice_store_account (store, practice_user_find ("ada")));
  after = practice_message_dup_source (practice_mailbox_get (inbox, 11)->message);
  g_assert_cmpuint (inbox->uidvalidity, >, uidvalidity);
  practice_store_unlock (store);
  /* But for the dates, which are those of the day. */
  g_assert_cmpuint (g_bytes_get_size (before), ==, g_bytes_get_size (after));
  g_assert_nonnull (memmem (
      g_bytes_get_data (after, NULL), g_bytes_get_size (after), "Subject: Bienvenue\r\n", 20));
}

#define ADD(name, func) \
  g_test_add ("/practice/office/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  ADD ("pop3", test_pop3);
  ADD ("tap", test_tap);
  ADD ("stop", test_stop);
  ADD ("port-taken", test_port_taken);
  ADD ("many-sessions", test_many_sessions);
  ADD ("delivery", test_delivery);
  ADD ("seed", test_seed);
  return g_test_run ();
}
