/* Whatever words the servers of the day use, each of their lines is explained by an entry of its
 * own. With RESTANTE_RECORD set to a directory, the dialogues are recorded there: so
 * tests/learn/transcripts was made. */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "mail-init.h"
#include "practice-office.h"
#include "test-lines.h"
#include "test-peers.h"
#include "test-speaker.h"

static const char letter[] = "Date: Sun, 22 Nov 2026 09:41:00 +0100\r\n"
                             "From: Grace <grace@restante.test>\r\n"
                             "To: Ada <ada@restante.test>\r\n"
                             "Subject: lunch?\r\n"
                             "Message-ID: <lunch@restante.test>\r\n"
                             "\r\n"
                             "At noon?\r\n"
                             ".\r\n";

typedef struct
{
  WireTap *tap;
  LearnDialogue *dialogue;
  gboolean recording;
} Ears;

static void
ears_init (Ears *ears, const char *name)
{
  const char *directory = g_getenv ("RESTANTE_RECORD");

  ears->tap = wire_tap_new (0);
  ears->dialogue = learn_dialogue_new (1000, NULL, NULL);
  if (directory != NULL)
    {
      g_autofree char *file = g_strconcat (name, ".jsonl", NULL);
      g_autofree char *path = g_build_filename (directory, file, NULL);
      g_autoptr (GError) error = NULL;

      ears->recording = wire_tap_record (ears->tap, path, &error);
      g_assert_no_error (error);
    }
}

static void
ears_finish (Ears *ears, const char *secret, guint at_least)
{
  while (learn_dialogue_pull (ears->dialogue, ears->tap, 1000))
    continue;
  if (ears->recording)
    wire_tap_record_stop (ears->tap, NULL);
  g_assert_cmpuint (test_lines_check (ears->dialogue, secret), >=, at_least);
  g_assert_cmpuint (learn_dialogue_dropped (ears->dialogue), ==, 0);
  learn_dialogue_free (ears->dialogue);
  wire_tap_unref (ears->tap);
}

/* IMAP */

static const char *const imap_folders[] = {
  "ID (\"name\" \"Restante\")",
  "NAMESPACE",
  "LIST \"\" \"*\"",
  "LIST \"\" \"\"",
  "LIST (SUBSCRIBED) \"\" \"*\" RETURN (CHILDREN SPECIAL-USE STATUS (MESSAGES UNSEEN))",
  "CREATE Lessons",
  "CREATE Lessons",
  "SUBSCRIBE Lessons",
  "LSUB \"\" \"*\"",
  "RENAME Lessons Lektionen",
  "UNSUBSCRIBE Lessons",
  "STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)",
  "SELECT Nowhere",
  NULL,
};

static const char *const imap_messages[] = {
  "FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)",
  "FETCH 1 (BODYSTRUCTURE)",
  "FETCH 1 BODY",
  "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)])",
  "UID FETCH 1:* (UID BODY.PEEK[])",
  "UID FETCH 1 (BODY[1])",
  "UID STORE 1 +FLAGS (\\Seen \\Flagged)",
  "UID STORE 1 -FLAGS.SILENT (\\Flagged)",
  "STORE 1 FLAGS ($Forwarded Work)",
  "UID SEARCH UNSEEN",
  "SEARCH SUBJECT lunch NOT DELETED SINCE 1-Jan-2026",
  "UID SEARCH RETURN (MIN MAX COUNT) ALL",
  "UID COPY 1 Lektionen",
  "COPY 1 Nowhere",
  "UID MOVE 2 Lektionen",
  "UID STORE 1 +FLAGS (\\Deleted)",
  "UID EXPUNGE 1",
  "STORE 1 +FLAGS (\\Deleted)",
  "EXPUNGE",
  "CHECK",
  "NOOP",
  "XUNHEARD of",
  "FETCH nonsense",
  "UNSELECT",
  "EXAMINE INBOX",
  "CLOSE",
  "DELETE Lektionen",
  "DELETE Nowhere",
  NULL,
};

/* What a server may offer beyond the base; what it doesn't offer it refuses, in words that are
 * explained too; NOOP, since Courier ends a session after ten mistakes in a row. */
static const char *const imap_extensions[] = {
  "ENABLE QRESYNC",
  "ENABLE UTF8=ACCEPT",
  "NOOP",
  "STATUS INBOX (SIZE HIGHESTMODSEQ UNSEEN)",
  "SELECT INBOX (QRESYNC (1 1))",
  "SELECT INBOX (CONDSTORE)",
  "NOOP",
  "UID SORT (REVERSE DATE) UTF-8 ALL",
  "SORT RETURN (COUNT) (ARRIVAL) UTF-8 ALL",
  "UID THREAD REFERENCES UTF-8 ALL",
  "UID SEARCH RETURN (MIN MAX COUNT SAVE) ALL",
  "UID SEARCH RETURN (PARTIAL 1:2) ALL",
  "NOOP",
  "UID SEARCH OLDER 86400 MODSEQ 1",
  "UID SEARCH YOUNGER 86400 OR FROM grace TO ada",
  "NOOP",
  "UID FETCH 1:* (UID FLAGS MODSEQ) (CHANGEDSINCE 1 VANISHED)",
  "UID FETCH 1 (PREVIEW SAVEDATE)",
  "UID FETCH 1 (BINARY.SIZE[1] BODY.PEEK[TEXT]<0.20>)",
  "NOOP",
  "UID STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)",
  "UID STORE 1 FLAGS (\\Answered $MDNSent)",
  "NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange))",
  "NOTIFY NONE",
  "NOOP",
  "LIST (SPECIAL-USE) \"\" \"*\" RETURN (SUBSCRIBED CHILDREN)",
  "GETQUOTAROOT INBOX",
  "GETMETADATA INBOX (/private/comment)",
  "MYRIGHTS INBOX",
  "GETACL INBOX",
  "UNAUTHENTICATE",
  NULL,
};

static void
speak_imap_extensions (TestSpeaker *speaker, const char *user, const char *password)
{
  g_assert_cmpint (test_speaker_sign_in (speaker, "PLAIN", user, password), ==, BASE_OUTCOME_OK);
  for (guint i = 0; i < 2; i++)
    test_speaker_hand_over (speaker, "INBOX", "lunch?", letter);
  test_speaker_say_all (speaker, imap_extensions);
  test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, "LOGOUT");
  test_speaker_free (speaker);
}

static void
speak_imap (TestSpeaker *speaker, const char *mechanism, const char *user, const char *password)
{
  test_speaker_sign_in (speaker, mechanism, user, "wrong");
  g_assert_cmpint (test_speaker_sign_in (speaker, mechanism, user, password), ==, BASE_OUTCOME_OK);
  test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, "CAPABILITY");
  test_speaker_say_all (speaker, imap_folders);
  for (guint i = 0; i < 3; i++)
    test_speaker_hand_over (speaker, "INBOX", "lunch?", letter);
  test_speaker_hand_over (speaker, "Nowhere", "lunch?", letter);
  test_speaker_say (speaker, BASE_CAUSE_SYNC, NULL, "SELECT INBOX");
  test_speaker_say (speaker, BASE_CAUSE_OPEN, "lunch?", "UID FETCH 1 (FLAGS BODY.PEEK[])");
  test_speaker_say_all (speaker, imap_messages);
  test_speaker_say (speaker, BASE_CAUSE_SYNC, NULL, "SELECT INBOX");
  test_speaker_idle (speaker);
  test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, "LOGOUT");
  test_speaker_free (speaker);
}

/* POP3 */

static const char *const pop3_lines[] = {
  "STAT",   "LIST",   "LIST 1", "LIST 99", "UIDL", "UIDL 1", "TOP 1 0",  "RETR 1", "RETR 99",
  "DELE 1", "DELE 1", "RETR 1", "RSET",    "NOOP", "DELE 1", "XUNHEARD", "QUIT",   NULL,
};

static void
speak_pop3 (TestSpeaker *speaker, const char *mechanism, const char *user, const char *password)
{
  if (mechanism != NULL)
    {
      test_speaker_sign_in (speaker, mechanism, user, "wrong");
      g_assert_cmpint (
          test_speaker_sign_in (speaker, mechanism, user, password), ==, BASE_OUTCOME_OK);
    }
  else
    {
      g_autofree char *name = g_strconcat ("USER ", user, NULL);
      g_autofree char *pass = g_strconcat ("PASS ", password, NULL);

      test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, name);
      test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, "PASS wrong");
      test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, name);
      test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, pass);
    }
  test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, "CAPA");
  test_speaker_say_all (speaker, pop3_lines);
  test_speaker_free (speaker);
}

static void
put_letters (const char *host, guint16 port, const char *ca, const char *user, const char *password)
{
  TestSpeaker *speaker = test_speaker_new ("imap", host, port, NET_SECURITY_TLS, ca, NULL);

  test_speaker_sign_in (speaker, "PLAIN", user, password);
  for (guint i = 0; i < 2; i++)
    test_speaker_hand_over (speaker, "INBOX", "lunch?", letter);
  test_speaker_say (speaker, BASE_CAUSE_CONNECT, NULL, "LOGOUT");
  test_speaker_free (speaker);
}

/* SMTP */

static const char *const smtp_lines[] = {
  "NOOP",
  "VRFY grace",
  "HELP",
  "EXPN staff",
  "XUNHEARD",
  "RCPT TO:<grace@restante.test>",
  "MAIL FROM:<ada@restante.test> SIZE=99999999999",
  "MAIL FROM:<ada@restante.test> BODY=8BITMIME",
  "MAIL FROM:<ada@restante.test>",
  "RSET",
  "DATA",
  "MAIL FROM:<nonsense",
  "RSET",
  "MAIL FROM:<ada@restante.test> RET=HDRS ENVID=QQ314 SMTPUTF8",
  "RCPT TO:<grace@restante.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;grace@restante.test",
  "RCPT TO:<grace@restante.test> NOTIFY=SOMETIMES",
  "RSET",
  "MAIL FROM:<ada@restante.test> REQUIRETLS",
  "RSET",
  "MAIL FROM:<ada@restante.test> XUNHEARD=1",
  "RSET",
  NULL,
};

static void
speak_smtp (TestSpeaker *speaker,
            const char *mechanism,
            const char *user,
            const char *password,
            const char *sender,
            const char *const *recipients,
            gboolean etrn)
{
  g_autofree char *mail = g_strdup_printf ("MAIL FROM:<%s> SIZE=200", sender);

  test_speaker_say (speaker, BASE_CAUSE_SEND, "lunch?", mail);
  test_speaker_say (speaker, BASE_CAUSE_SYNC, NULL, "RSET");
  test_speaker_sign_in (speaker, mechanism, user, "wrong");
  g_assert_cmpint (test_speaker_sign_in (speaker, mechanism, user, password), ==, BASE_OUTCOME_OK);
  test_speaker_say_all (speaker, smtp_lines);
  if (etrn)
    test_speaker_say (speaker, BASE_CAUSE_SYNC, NULL, "ETRN restante.test");
  test_speaker_say (speaker, BASE_CAUSE_SEND, "lunch?", mail);
  for (guint i = 0; recipients[i] != NULL; i++)
    {
      g_autofree char *line = g_strdup_printf ("RCPT TO:<%s>", recipients[i]);

      test_speaker_say (speaker, BASE_CAUSE_SEND, "lunch?", line);
    }
  g_assert_cmpint (test_speaker_hand_over (speaker, NULL, "lunch?", letter), ==, BASE_OUTCOME_OK);
  test_speaker_say (speaker, BASE_CAUSE_SEND, "lunch?", "QUIT");
  test_speaker_free (speaker);
}

/* Servers */

/* A server that keeps mail: IMAP twice, POP3 twice. */
static void
test_keeping (gconstpointer data)
{
  const char *name = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TestPeer) peer = test_peer_start (&error, name, NULL);
  const char *ca;
  const char *password;
  Ears ears = { 0 };

  if (!test_peer_usable (peer, error))
    return;
  ca = test_peer_get (peer, "ca");
  password = test_peer_get (peer, "password.ada");
  ears_init (&ears, name);
  speak_imap (
      test_speaker_new (
          "imap", "localhost", test_peer_get_int (peer, "imaps"), NET_SECURITY_TLS, ca, ears.tap),
      "PLAIN",
      "ada",
      password);
  speak_imap_extensions (
      test_speaker_new (
          "imap", "localhost", test_peer_get_int (peer, "imaps"), NET_SECURITY_TLS, ca, ears.tap),
      "ada",
      password);
  put_letters ("localhost", test_peer_get_int (peer, "imaps"), ca, "ada", password);
  speak_pop3 (test_speaker_new ("pop3",
                                "localhost",
                                test_peer_get_int (peer, "pop3"),
                                NET_SECURITY_STARTTLS,
                                ca,
                                ears.tap),
              "PLAIN",
              "ada",
              password);
  put_letters ("localhost", test_peer_get_int (peer, "imaps"), ca, "ada", password);
  speak_pop3 (
      test_speaker_new (
          "pop3", "localhost", test_peer_get_int (peer, "pop3s"), NET_SECURITY_TLS, ca, ears.tap),
      NULL,
      "ada",
      password);
  ears_finish (&ears, password, 250);
}

/* A server that takes letters. */
static void
test_taking (gconstpointer data)
{
  static const char *const recipients[] = { "grace@restante.test", "nobody@restante.test", NULL };
  const char *name = data;
  g_autoptr (GError) error = NULL;
  /* So many mistakes in a row end other sessions. */
  g_autoptr (TestPeer) peer = test_peer_start (&error,
                                               name,
                                               "--exim",
                                               "smtp_max_synprot_errors = 100",
                                               "--exim",
                                               "smtp_max_unknown_commands = 100",
                                               NULL);
  const char *password;
  Ears ears = { 0 };

  if (!test_peer_usable (peer, error))
    return;
  password = test_peer_get (peer, "password.ada");
  ears_init (&ears, name);
  speak_smtp (test_speaker_new ("smtp",
                                "localhost",
                                test_peer_get_int (peer, "submission"),
                                NET_SECURITY_STARTTLS,
                                test_peer_get (peer, "ca"),
                                ears.tap),
              "PLAIN",
              "ada",
              password,
              "ada@restante.test",
              recipients,
              /* Exim answers it in the clear, in the middle of TLS. */
              strcmp (name, "exim") != 0);
  ears_finish (&ears, password, 60);
}

static void
remove_directory (const char *path)
{
  const char *argv[] = { "rm", "-r", path, NULL };

  g_assert_true (g_spawn_sync (
      NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

static void
test_practice (void)
{
  PracticeOptions options = { .seed = 1, .language = "en", .answer_delay = 1000 };
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("practice-XXXXXX", NULL);
  g_autoptr (PracticeOffice) office = NULL;
  guint n = 0;
  const PracticeUser *users = practice_users (&n);
  const char *recipients[] = { users[0].address, "nobody@practice.example", NULL };
  const char *host;
  const char *ca;
  Ears ears = { 0 };

  options.dir = directory;
  office = practice_office_new (&options, &error);
  g_assert_no_error (error);
  host = practice_office_host (office);
  ca = practice_office_ca_file (office);
  ears_init (&ears, "practice");
  speak_imap (test_speaker_new ("imap",
                                host,
                                practice_office_port (office, PRACTICE_PORT_IMAP),
                                NET_SECURITY_STARTTLS,
                                ca,
                                ears.tap),
              "SCRAM-SHA-256",
              users[0].name,
              users[0].password);
  speak_imap_extensions (test_speaker_new ("imap",
                                           host,
                                           practice_office_port (office, PRACTICE_PORT_IMAPS),
                                           NET_SECURITY_TLS,
                                           ca,
                                           ears.tap),
                         users[0].name,
                         users[0].password);
  speak_pop3 (test_speaker_new ("pop3",
                                host,
                                practice_office_port (office, PRACTICE_PORT_POP3S),
                                NET_SECURITY_TLS,
                                ca,
                                ears.tap),
              "SCRAM-SHA-256",
              users[0].name,
              users[0].password);
  speak_smtp (test_speaker_new ("smtp",
                                host,
                                practice_office_port (office, PRACTICE_PORT_SUBMISSIONS),
                                NET_SECURITY_TLS,
                                ca,
                                ears.tap),
              "SCRAM-SHA-256",
              users[0].name,
              users[0].password,
              users[0].address,
              recipients,
              TRUE);
  ears_finish (&ears, users[0].password, 300);
  g_clear_pointer (&office, practice_office_free);
  remove_directory (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/learn/live/practice", test_practice);
  g_test_add_data_func ("/learn/live/dovecot", "dovecot", test_keeping);
  g_test_add_data_func ("/learn/live/cyrus", "cyrus", test_keeping);
  g_test_add_data_func ("/learn/live/courier", "courier", test_keeping);
  g_test_add_data_func ("/learn/live/postfix", "postfix", test_taking);
  g_test_add_data_func ("/learn/live/exim", "exim", test_taking);
  g_test_add_data_func ("/learn/live/opensmtpd", "opensmtpd", test_taking);
  return g_test_run ();
}
