/* What is wrong for an account, and until when: a password, a certificate, a full mailbox wait for
 * the person, are told once and leave the server alone; nonsense and refusals for now pass. */
#include "config.h"

#include <string.h>

#include "engine-error.h"
#include "engine-refused.h"
#include "engine-run.h"
#include "mail-init.h"
#include "net-error.h"
#include "practice-delivery.h"
#include "test-account.h"

static WireTap *wire;
static guint before;

static void
room_open (TestRoom *room, gconstpointer data)
{
  test_room_open (room, 30);
}

static void
room_close (TestRoom *room, gconstpointer data)
{
  test_room_close (room);
}

static void
test_a_wrong_password_waits_for_the_person (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = test_account_add (room, "pop3", "all", "all");
  g_autofree char *path = g_build_filename (room->dir, "password", NULL);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (test_account_within (account, test_account_is_idle));
  g_file_set_contents_full (path, "not lovelace", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  engine_account_refresh (account, cause);
  g_assert_true (test_account_within (account, test_account_needs_user));
  g_file_set_contents_full (path, "lovelace", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  engine_account_refresh (account, cause);
  g_assert_true (test_account_within (account, test_account_is_idle));
  engine_account_stop (account);
}

/* --- what needs the person, and what passes --- */

static guint
count_connections (WireTap *tap)
{
  g_autoptr (GPtrArray) events = wire_tap_read (tap, 1, 100000);
  guint count = 0;

  for (guint i = 0; i < events->len; i++)
    count += ((const WireEvent *) g_ptr_array_index (events, i))->type == WIRE_OPENED;
  return count;
}

/* How often it was told: another status with an error for each time. */
static guint times_told;

static void
count_told (gpointer data)
{
  g_autoptr (EngineStatus) status = engine_account_status (data);

  times_told += status->state == ENGINE_STATE_NEEDS_USER && status->error != NULL;
}

/* Told once; what is wished meanwhile, and a computer that wakes up, are no reason to ask again.
 * Had one been, it would have been before what comes behind them in the queue: goes_on(). */
static guint
is_left_alone (TestRoom *room, EngineAccount *account, GQuark domain, int code)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, NULL);
  g_autoptr (EngineStatus) status = NULL;
  g_autoptr (StoreRow) row = test_account_newest (account, "INBOX");
  g_autoptr (GError) error = NULL;

  g_assert_true (test_account_within (account, test_account_needs_user));
  status = engine_account_status (account);
  g_assert_error (status->error, domain, code);
  g_assert_cmpint (status->next_try, ==, 0);
  g_assert_cmpuint (times_told, ==, 1);
  test_account_wanted = row->message;
  engine_account_want_body (account, row->message, FALSE, cause);
  engine_account_look_at (account, row->folder, cause);
  engine_account_flag (account, &row->placement, 1, STORE_FLAG_FLAGGED, 0, cause, &error);
  g_assert_no_error (error);
  test_account_wake_up ();
  return count_connections (room->tap);
}

/* The person has acted: all that was wished meanwhile is done, over the first connection since. */
static void
goes_on (TestRoom *room, EngineAccount *account, guint connections)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);

  engine_account_refresh (account, cause);
  g_assert_true (test_account_within (account, test_account_is_starred));
  g_assert_true (test_account_within (account, test_account_is_here));
  g_assert_true (test_account_within (account, test_account_is_idle));
  g_assert_cmpuint (count_connections (room->tap), ==, connections + 1);
  g_assert_cmpuint (times_told, ==, 1);
}

static EngineAccount *
idle_account (TestRoom *room)
{
  EngineAccount *account = test_account_add (room, "imap", "headers", "all");

  times_told = 0;
  g_assert_true (test_account_within (account, test_account_is_idle));
  engine_account_watch (account, count_told, account);
  return account;
}

static void
test_a_certificate_waits_for_the_person (TestRoom *room, gconstpointer data)
{
  const char *fault = data;
  g_autoptr (EngineAccount) account = idle_account (room);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  NetError code = strstr (fault, "expired") ? NET_ERROR_CERT_EXPIRED : NET_ERROR_CERT_WRONG_NAME;
  guint connections;

  test_room_fault (room, fault);
  engine_account_refresh (account, cause);
  connections = is_left_alone (room, account, NET_ERROR, code);
  practice_faults_clear (practice_office_faults (room->office));
  goes_on (room, account, connections);
  engine_account_stop (account);
}

/* In the middle of a session: the server ends it, and knows another password from now on. */
static void
test_a_changed_password_waits_for_the_person (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = idle_account (room);
  g_autofree char *path = g_build_filename (room->dir, "password", NULL);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (GError) error = NULL;
  guint connections;

  g_file_set_contents_full (path, "not lovelace", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  test_room_fault (room, "1x,cut=imap:LIST");
  engine_account_refresh (account, cause);
  connections = is_left_alone (room, account, ENGINE_ERROR, ENGINE_ERROR_CREDENTIALS);
  g_file_set_contents_full (path, "lovelace", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  goes_on (room, account, connections);
  engine_account_stop (account);
}

static gboolean
has_refused (EngineAccount *account)
{
  guint count = 0;
  g_autoptr (StoreJournalEntry) entry = engine_refused_find (account, &count);

  return entry != NULL;
}

static gboolean
is_played (EngineAccount *account)
{
  g_autoptr (GPtrArray) journal = store_reader_journal (engine_account_reader (account), NULL);

  return journal->len == 0;
}

/* No room: the letter's copy waits, the account goes on, and APPEND is not said again by itself. */
static void
test_a_full_mailbox_waits_for_the_person (TestRoom *room, gconstpointer data)
{
  static const char letter[] = "From: Ada <ada@practice.example>\r\nTo: grace@b.example\r\n"
                               "Subject: tea?\r\nMessage-ID: <tea@practice.example>\r\n"
                               "Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\nAt five?\r\n";
  g_autoptr (EngineAccount) account = idle_account (room);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, "tea?");
  g_autoptr (GBytes) source = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (GError) error = NULL;
  gint64 draft = 0;
  guint asked, looks;

  test_room_fault (room, "reply=imap:APPEND:NO [OVERQUOTA] Full");
  g_assert_true (engine_account_save_draft (account, &draft, source, 0, 0, &error));
  g_assert_true (engine_account_send_draft (account, draft, NULL, cause, &error));
  g_assert_true (test_account_within (account, has_refused));
  g_assert_true (test_account_within (account, test_account_is_idle));
  asked = test_room_count_verb (room->tap, "APPEND");
  for (guint i = 0; i < 2; i++)
    {
      looks = test_room_count_verb (room->tap, "LIST");
      engine_account_refresh (account, cause);
      while (test_room_count_verb (room->tap, "LIST") == looks)
        g_main_context_iteration (NULL, FALSE);
      g_assert_true (test_account_within (account, test_account_is_idle));
    }
  g_assert_cmpuint (test_room_count_verb (room->tap, "APPEND"), ==, asked);
  g_assert_cmpuint (times_told, ==, 0);
  practice_faults_clear (practice_office_faults (room->office));
  g_assert_true (engine_refused_again (account, &error));
  g_assert_no_error (error);
  g_assert_true (test_account_within (account, is_played));
  g_assert_cmpuint (test_room_count_verb (room->tap, "APPEND"), ==, asked + 1);
  engine_account_stop (account);
}

static gboolean
is_waiting (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_WAITING && status->error != NULL;
}

/* A server that is out of its mind may be mended an hour later, and nobody tells us: it is asked
 * again without the person. */
static void
test_nonsense_is_not_for_ever (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = idle_account (room);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (EngineStatus) status = NULL;

  test_room_fault (room, data);
  engine_account_refresh (account, cause);
  g_assert_true (test_account_within (account, is_waiting));
  status = engine_account_status (account);
  g_assert_cmpint (status->next_try, >, g_get_real_time ());
  g_assert_cmpuint (times_told, ==, 0);
  practice_faults_clear (practice_office_faults (room->office));
  /* As somebody does who comes back to it. */
  test_account_wake_up ();
  g_assert_true (test_account_within (account, test_account_is_idle));
  engine_account_stop (account);
}

static gint64 archived; /* letters in the server's Archive */

static gboolean
searches_again (EngineAccount *account)
{
  return test_room_count_verb (wire, "UID SEARCH") > before;
}

static gint64
total_of (EngineAccount *account, const char *name)
{
  g_autoptr (StoreFolder) folder =
      store_reader_folder_by_name (engine_account_reader (account), name, NULL);

  return folder ? folder->total : 0;
}

/* A folder that the server refuses to tell of keeps nobody from the others, nor from waiting for
 * news; it is looked into again with the next look. */
static void
test_a_folder_that_is_refused (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);

  archived = test_room_put_into_archive (room);
  test_room_fault (room, "#2,reply=imap:SEARCH:NO [SERVERBUG] Broken");
  account = test_account_add (room, "imap", "headers", "all");
  g_assert_true (test_account_within (account, test_account_is_idle));
  g_assert_cmpint (total_of (account, "INBOX"), >, 0);
  g_assert_cmpint (total_of (account, "Archive"), ==, archived);
  practice_faults_clear (practice_office_faults (room->office));
  before = test_room_count_verb (room->tap, "UID SEARCH");
  wire = room->tap;
  engine_account_refresh (account, cause);
  g_assert_true (test_account_within (account, searches_again));
  engine_account_stop (account);
}

/* Where it is the one that somebody looks at, that is told; the others have come first. */
static void
test_the_inbox_is_refused (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = NULL;

  archived = test_room_put_into_archive (room);
  test_room_fault (room, "#1,reply=imap:SEARCH:NO [SERVERBUG] Broken");
  account = test_account_add (room, "imap", "headers", "all");
  g_assert_true (test_account_within (account, is_waiting));
  g_assert_cmpint (total_of (account, "INBOX"), ==, 0);
  g_assert_cmpint (total_of (account, "Archive"), ==, archived);
  test_account_wake_up ();
  g_assert_true (test_account_within (account, test_account_is_idle));
  g_assert_cmpint (total_of (account, "INBOX"), >, 0);
  engine_account_stop (account);
}

static gboolean
archive_is_whole (EngineAccount *account)
{
  return total_of (account, "Archive") == archived;
}

/* What was done here and is refused for now waits; letters come meanwhile. */
static void
test_a_move_is_refused_for_now (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = idle_account (room);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_DELETE, NULL);
  g_autoptr (StoreRow) row = test_account_newest (account, "INBOX");
  g_autoptr (GError) error = NULL;
  gint64 thrown = total_of (account, "Trash");

  test_room_fault (room, data);
  g_assert_true (engine_account_delete (account, &row->placement, 1, FALSE, cause, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (EngineStatus) status = NULL;

      g_assert_true (test_account_within (account, is_waiting));
      status = engine_account_status (account);
      g_assert_error (status->error, ENGINE_ERROR, ENGINE_ERROR_TEMPORARY);
      g_assert_nonnull (strstr (status->error->message, "Somebody works in it"));
      archived = test_room_put_into_archive (room);
      test_account_wake_up ();
      g_assert_true (test_account_within (account, archive_is_whole));
      g_assert_false (is_played (account));
    }
  g_assert_true (test_account_within (account, is_waiting));
  g_assert_cmpuint (times_told, ==, 0);
  practice_faults_clear (practice_office_faults (room->office));
  test_account_wake_up ();
  g_assert_true (test_account_within (account, is_played));
  g_assert_true (test_account_within (account, test_account_is_idle));
  g_assert_cmpint (total_of (account, "Trash"), ==, thrown + 1);
  engine_account_stop (account);
}

/* --- a no without a reason --- */

static gint64 doubted; /* the next try that the last doubt was told with */

static gboolean
has_doubts (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_WAITING && status->next_try != doubted &&
         g_error_matches (status->error, ENGINE_ERROR, ENGINE_ERROR_NOT_NOW);
}

/* What was taken before is said again by itself, twice, and not in the same moment; then the person
 * is asked, once, and the server is left alone. What it takes again is as good as new. */
static void
test_a_bare_refusal (TestRoom *room, gconstpointer data)
{
  const char *protocol = data;
  gboolean imap = strcmp (protocol, "imap") == 0;
  g_autofree char *fault = g_strdup_printf (
      "reply=%s:%s", protocol, imap ? "AUTHENTICATE:NO Try it again" : "AUTH:-ERR Try it again");
  g_autoptr (EngineAccount) account = test_account_add (room, protocol, "headers", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);

  g_assert_true (test_account_within (account, test_account_is_idle));
  for (guint round = 0; round < 2; round++)
    {
      guint watch = engine_account_watch (account, count_told, account);
      guint connections;

      times_told = 0;
      test_room_fault (room, fault);
      test_room_fault (room, imap ? "1x,cut=imap:LIST" : "1x,cut=pop3:UIDL");
      engine_account_refresh (account, cause);
      g_assert_true (test_account_within (account, has_doubts));
      for (guint again = 0; again < 2; again++)
        {
          g_autoptr (EngineStatus) status = engine_account_status (account);

          g_assert_cmpint (status->next_try, >, g_get_real_time () + 30 * G_USEC_PER_SEC);
          g_assert_nonnull (strstr (status->error->message, "Try it again"));
          g_assert_cmpuint (times_told, ==, 0);
          doubted = status->next_try;
          connections = count_connections (room->tap);
          test_account_wake_up ();
          while (count_connections (room->tap) == connections)
            g_main_context_iteration (NULL, FALSE);
          g_assert_true (
              test_account_within (account, again == 0 ? has_doubts : test_account_needs_user));
        }
      g_assert_cmpuint (times_told, ==, 1);
      connections = count_connections (room->tap);
      test_account_wake_up ();
      practice_faults_clear (practice_office_faults (room->office));
      engine_account_refresh (account, cause);
      g_assert_true (test_account_within (account, test_account_is_idle));
      g_assert_cmpuint (count_connections (room->tap), ==, connections + 1);
      engine_account_unwatch (account, watch);
    }
  engine_account_stop (account);
}

/* Whoever was never let in is asked at once, and so is who saved the settings. */
static void
test_a_bare_refusal_of_the_first (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreAccountInfo) info = NULL;

  test_room_fault (room, "reply=imap:AUTHENTICATE:NO Try it again");
  account = test_account_add (room, "imap", "headers", "all");
  g_assert_true (test_account_within (account, test_account_needs_user));
  practice_faults_clear (practice_office_faults (room->office));
  engine_account_refresh (account, cause);
  g_assert_true (test_account_within (account, test_account_is_idle));
  info = store_account_info_copy (engine_account_info (account));
  test_room_fault (room, "reply=imap:AUTHENTICATE:NO Try it again");
  g_assert_true (engine_service_update (room->service, info, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (test_account_within (account, test_account_needs_user));
  engine_account_stop (account);
}

/* --- sign-ins that are tied to their connection --- */

static guint
sign_ins_of (TestRoom *room, EngineAccount *account, gboolean good)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (GError) error = NULL;
  EngineSyncOptions options = { .headers_only = TRUE };
  guint known = test_room_count_verb (room->tap, "AUTHENTICATE");

  engine_run_sync (account, &options, cause, NULL, &error);
  if (good)
    g_assert_no_error (error);
  else
    g_assert_error (error, ENGINE_ERROR, ENGINE_ERROR_CREDENTIALS);
  if (error)
    g_assert_nonnull (strstr (error->message, "save the account’s settings again"));
  return test_room_count_verb (room->tap, "AUTHENTICATE") - known;
}

/* The practice post office offers SCRAM-SHA-256-PLUS. Whoever refuses that, or no longer offers it,
 * when it went well once, is not asked once more without. */
static void
test_what_was_tied_stays_tied (TestRoom *room, gconstpointer data)
{
  static const char refused[] = "1x,reply=imap:AUTHENTICATE:NO [AUTHENTICATIONFAILED] No";
  g_autoptr (EngineAccount) account = test_room_add (room, "imap", "headers", "all");
  g_autoptr (GError) error = NULL;

  /* One who has never been asked may know no binding. */
  test_room_fault (room, refused);
  g_assert_cmpuint (sign_ins_of (room, account, TRUE), ==, 2);
  g_assert_cmpuint (sign_ins_of (room, account, TRUE), ==, 1);
  test_room_fault (room, refused);
  g_assert_cmpuint (sign_ins_of (room, account, FALSE), ==, 1);
  g_assert_cmpuint (sign_ins_of (room, account, TRUE), ==, 1);
  /* Saved settings begin anew. */
  engine_service_update (room->service, engine_account_info (account), NULL, &error);
  g_assert_no_error (error);
  test_room_fault (room, refused);
  g_assert_cmpuint (sign_ins_of (room, account, TRUE), ==, 2);
}

static gboolean
has_gone_wrong (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_WAITING && status->error != NULL;
}

static gboolean
new_one_has_come (EngineAccount *account)
{
  g_autoptr (StoreRow) row = test_account_newest (account, "INBOX");

  return strcmp (row->subject, "just come") == 0;
}

/* A letter that somebody opened, and that the server does not give: the others come all the same,
 * and it comes when the server has it again. */
static void
test_a_letter_that_does_not_come (TestRoom *room, gconstpointer data)
{
  static const char letter[] = "From: grace@b.example\r\nSubject: just come\r\n\r\nhello\r\n";
  PracticeStore *store = practice_office_store (room->office);
  g_autoptr (EngineAccount) account = test_account_add (room, "pop3", "headers", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (StoreRow) row = NULL;
  PracticeVerdict verdict;

  g_assert_true (test_account_within (account, test_account_is_idle));
  row = test_account_newest (account, "INBOX");
  test_account_wanted = row->message;
  test_room_fault (room, "reply=pop3:RETR:-ERR It cannot be read");
  engine_account_want_body (account, row->message, FALSE, cause);
  g_assert_true (test_account_within (account, has_gone_wrong));
  verdict = practice_delivery_post (store,
                                    practice_domains (NULL),
                                    NULL,
                                    practice_users (NULL),
                                    (const guint8 *) letter,
                                    strlen (letter));
  g_assert_cmpuint (verdict.code, ==, 250);
  engine_account_refresh (account, cause);
  g_assert_true (test_account_within (account, new_one_has_come));
  g_assert_true (test_account_within (account, has_gone_wrong));
  g_assert_false (test_account_is_here (account));
  practice_faults_clear (practice_office_faults (room->office));
  engine_account_refresh (account, cause);
  g_assert_true (test_account_within (account, test_account_is_here));
  g_assert_true (test_account_within (account, test_account_is_idle));
  engine_account_stop (account);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
#define ADD(path, test, data) \
  g_test_add ("/engine/trouble/" path, TestRoom, data, room_open, test, room_close)
  ADD ("wrong-password", test_a_wrong_password_waits_for_the_person, NULL);
  ADD ("changed-password", test_a_changed_password_waits_for_the_person, NULL);
  ADD ("bare-refusal/imap", test_a_bare_refusal, "imap");
  ADD ("bare-refusal/pop3", test_a_bare_refusal, "pop3");
  ADD ("bare-refusal/first", test_a_bare_refusal_of_the_first, NULL);
  ADD ("full-mailbox", test_a_full_mailbox_waits_for_the_person, NULL);
  ADD ("letter-refused", test_a_letter_that_does_not_come, NULL);
  ADD ("folder-refused", test_a_folder_that_is_refused, NULL);
  ADD ("inbox-refused", test_the_inbox_is_refused, NULL);
  ADD ("move-refused-for-now",
       test_a_move_is_refused_for_now,
       "reply=imap:MOVE:NO [INUSE] Somebody works in it");
  ADD ("tied", test_what_was_tied_stays_tied, NULL);
  ADD ("certificate-expired", test_a_certificate_waits_for_the_person, "certificate-expired");
  ADD ("certificate-mismatched", test_a_certificate_waits_for_the_person, "certificate-mismatched");
  ADD ("nonsense", test_nonsense_is_not_for_ever, "reply=imap:LIST:* LIST (((\\n");
  ADD ("refused", test_nonsense_is_not_for_ever, "reply=imap:LIST:NO [SERVERBUG] Out of my mind");
#undef ADD
  return g_test_run ();
}
