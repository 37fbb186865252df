/* An account at work beside the practice post office: its threads, what they tell, a FETCH held at
 * the gate, letters sent in the background. */
#include "config.h"

#include <string.h>

#include "engine-error.h"
#include "engine-refused.h"
#include "engine-run.h"
#include "engine-wake.h"
#include "mail-init.h"
#include "net-clock.h"
#include "net-error.h"
#include "practice-mailbox.h"
#include "practice-store.h"
#include "store-write.h"
#include "test-room.h"

#define PATIENCE (20 * G_USEC_PER_SEC)

static void
room_open (TestRoom *room, gconstpointer data)
{
  test_room_open (room, 30);
}

static void
room_open_full (TestRoom *room, gconstpointer data)
{
  test_room_open (room, 300);
}

static void
room_open_fuller (TestRoom *room, gconstpointer data)
{
  test_room_open (room, 1200);
}

static void
room_close (TestRoom *room, gconstpointer data)
{
  test_room_close (room);
}

static EngineAccount *
add_account (TestRoom *room, const char *protocol, const char *keep, const char *leave)
{
  g_autoptr (GError) error = NULL;
  EngineAccount *account = test_room_add (room, protocol, keep, leave);

  g_assert_true (engine_account_start (account, &error));
  g_assert_no_error (error);
  return account;
}

typedef gboolean (*Question) (EngineAccount *account);

static gboolean
wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the answer is yes. */
static gboolean
within_patience (EngineAccount *account, Question question)
{
  gint64 until = g_get_monotonic_time () + PATIENCE;
  guint timer = g_timeout_add (20, wake, NULL);
  gboolean yes;

  while (!(yes = question (account)) && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  if (!yes)
    {
      g_autoptr (EngineStatus) status = engine_account_status (account);

      g_test_message ("state %d, %s, %s",
                      status->state,
                      status->activity,
                      status->error ? status->error->message : "no error");
    }
  return yes;
}

static gboolean
is_idle (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_IDLE;
}

static gboolean
is_held (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_HELD;
}

static gboolean
needs_user (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_NEEDS_USER;
}

static StoreFolder *
inbox_of (EngineAccount *account)
{
  g_autoptr (GError) error = NULL;
  StoreFolder *folder =
      store_reader_folder_by_name (engine_account_reader (account), "INBOX", &error);

  g_assert_no_error (error);
  return folder;
}

static StoreRow *
newest (EngineAccount *account, const char *name)
{
  StoreReader *reader = engine_account_reader (account);
  g_autoptr (StoreFolder) folder = store_reader_folder_by_name (reader, name, NULL);
  g_autoptr (GArray) listed = store_reader_list (reader, folder->id, NULL);
  g_autoptr (GPtrArray) rows = NULL;

  if (listed->len == 0)
    return NULL;
  rows = store_reader_rows (reader, &g_array_index (listed, StoreListed, 0).placement, 1, NULL);
  return store_row_ref (g_ptr_array_index (rows, 0));
}

static void
test_everything_comes (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = add_account (room, "imap", "all", "all");
  g_autoptr (StoreFolder) inbox = NULL;

  g_assert_true (within_patience (account, is_idle));
  inbox = inbox_of (account);
  g_assert_cmpint (inbox->total, >, 30);
  g_assert_cmpint (inbox->copies, ==, inbox->total);
  engine_account_stop (account);
}

static gint64 wanted;
static WireTap *wire;

static gboolean
is_here (EngineAccount *account)
{
  g_autoptr (StoreRow) row =
      store_reader_row_of_message (engine_account_reader (account), wanted, NULL);

  return row && row->has_source;
}

static guint
count_verb (WireTap *tap, const char *verb)
{
  g_autoptr (GPtrArray) events = wire_tap_read (tap, 1, 100000);
  guint count = 0;

  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = g_ptr_array_index (events, i);

      count += event->type == WIRE_EXCHANGE_BEGIN && g_strcmp0 (event->verb, verb) == 0;
    }
  return count;
}

static void
test_a_fetch_waits_at_the_gate (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = add_account (room, "imap", "headers", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "Welcome");
  g_autoptr (StoreRow) row = NULL;
  guint fetches;

  g_assert_true (within_patience (account, is_idle));
  row = newest (account, "INBOX");
  g_assert_false (row->has_source);
  wanted = row->message;
  fetches = count_verb (room->tap, "UID FETCH");
  engine_account_want_body (account, row->message, TRUE, cause);
  g_assert_true (within_patience (account, is_held));
  /* It is shown, and it has not been said. */
  g_assert_false (is_here (account));
  g_assert_cmpuint (count_verb (room->tap, "UID FETCH"), ==, fetches);
  engine_account_release (account);
  g_assert_true (within_patience (account, is_here));
  g_assert_true (within_patience (account, is_idle));
  engine_account_stop (account);
}

static gboolean
is_read_there (EngineAccount *account)
{
  g_autoptr (StoreRow) row =
      store_reader_row_of_message (engine_account_reader (account), wanted, NULL);

  return row && row->pending == 0 && (row->flags & STORE_FLAG_FLAGGED);
}

static gboolean
is_in_trash (EngineAccount *account)
{
  g_autoptr (StoreFolder) trash =
      store_reader_folder_by_role (engine_account_reader (account), STORE_ROLE_TRASH, NULL);
  g_autoptr (StoreRow) row =
      store_reader_row_of_message (engine_account_reader (account), wanted, NULL);

  return row && row->folder == trash->id && row->uid != 0 && row->pending == 0;
}

static void
test_clicks_are_played (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = add_account (room, "imap", "headers", "all");
  g_autoptr (BaseCause) mark = base_cause_new (BASE_CAUSE_MARK, NULL);
  g_autoptr (BaseCause) gone = base_cause_new (BASE_CAUSE_DELETE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreRow) row = NULL;

  g_assert_true (within_patience (account, is_idle));
  row = newest (account, "INBOX");
  wanted = row->message;
  engine_account_flag (account, &row->placement, 1, STORE_FLAG_FLAGGED, 0, mark, &error);
  g_assert_no_error (error);
  g_assert_true (within_patience (account, is_read_there));
  engine_account_delete (account, &row->placement, 1, FALSE, gone, &error);
  g_assert_no_error (error);
  g_assert_true (within_patience (account, is_in_trash));
  engine_account_stop (account);
}

static gboolean
is_sent (EngineAccount *account)
{
  g_autoptr (GPtrArray) outbox = store_reader_outbox (engine_account_reader (account), NULL);

  return outbox->len > 0 &&
         ((StoreOutboxEntry *) g_ptr_array_index (outbox, 0))->state == STORE_OUTBOX_SENT;
}

static gboolean
write_unknown (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_outbox_state (
      tx, *(gint64 *) data, STORE_OUTBOX_UNKNOWN, 0, NULL, NULL, "nobody knows", 0, "DATA", error);
}

/* A letter that may have been sent is found out about as soon as the server shows it, though
 * nothing else is to be sent. */
static void
test_what_may_have_been_sent_is_found (TestRoom *room, gconstpointer data)
{
  const char *protocol = data;
  gboolean imap = strcmp (protocol, "imap") == 0;
  g_autofree char *letter =
      g_strdup_printf ("From: Ada <ada@practice.example>\r\nTo: %s\r\nSubject: tea?\r\n"
                       "Message-ID: <tea@practice.example>\r\n"
                       "Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\nAt five?\r\n",
                       imap ? "grace@b.example" : "ada@practice.example");
  g_autoptr (EngineAccount) account = add_account (room, protocol, "all", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, "tea?");
  g_autoptr (GBytes) source = g_bytes_new (letter, strlen (letter));
  g_autoptr (PracticeMessage) filed = practice_message_new (source, 1795338000);
  EngineSendWish wish = { .when = G_MAXINT64 };
  PracticeStore *store = practice_office_store (room->office);
  g_autoptr (GError) error = NULL;
  gint64 draft = 0;

  g_assert_true (within_patience (account, is_idle));
  g_assert_true (engine_account_save_draft (account, &draft, source, 0, 0, &error));
  g_assert_true (engine_account_send_draft (account, draft, &wish, cause, &error));
  g_assert_true (store_mailbase_write (engine_account_mailbase (account),
                                       STORE_PRIORITY_CLICK,
                                       TRUE,
                                       write_unknown,
                                       &draft,
                                       &error));
  g_assert_no_error (error);
  g_assert_false (is_sent (account));
  practice_store_lock (store);
  practice_mailbox_add (
      practice_account_find (practice_store_account (store, practice_user_find ("ada")),
                             imap ? "Sent" : "INBOX"),
      filed,
      &(ImapFlags){ 0 });
  practice_store_unlock (store);
  engine_account_refresh (account, cause);
  g_assert_true (within_patience (account, is_sent));
  g_assert_cmpuint (count_verb (room->tap, "MAIL"), ==, 0);
  engine_account_stop (account);
}

static gint64 before;

static gboolean
has_an_answer (EngineAccount *account)
{
  g_autoptr (StoreFolder) inbox = inbox_of (account);

  return inbox->total > before;
}

static void
test_a_draft_is_sent_and_answered (TestRoom *room, gconstpointer data)
{
  static const char letter[] = "From: Ada <ada@practice.example>\r\nTo: grace@b.example\r\n"
                               "Subject: tea?\r\nMessage-ID: <tea@practice.example>\r\n"
                               "Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\nAt five?\r\n";
  g_autoptr (EngineAccount) account = add_account (room, "imap", "all", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, "tea?");
  g_autoptr (GBytes) source = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreFolder) inbox = NULL;
  gint64 draft = 0;

  g_assert_true (within_patience (account, is_idle));
  inbox = inbox_of (account);
  before = inbox->total;
  g_assert_true (engine_account_save_draft (account, &draft, source, 0, 0, &error));
  g_assert_true (engine_account_save_draft (account, &draft, source, 0, 0, &error));
  g_assert_no_error (error);
  g_assert_true (engine_account_send_draft (account, draft, NULL, cause, &error));
  g_assert_true (within_patience (account, is_sent));
  /* Grace writes back; IDLE tells of it. */
  g_assert_true (within_patience (account, has_an_answer));
  engine_account_stop (account);
}

static void
test_a_wrong_password_waits_for_the_person (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = add_account (room, "pop3", "all", "all");
  g_autofree char *path = g_build_filename (room->dir, "password", NULL);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (within_patience (account, is_idle));
  g_file_set_contents_full (path, "not lovelace", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  engine_account_refresh (account, cause);
  g_assert_true (within_patience (account, needs_user));
  g_file_set_contents_full (path, "lovelace", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  engine_account_refresh (account, cause);
  g_assert_true (within_patience (account, is_idle));
  engine_account_stop (account);
}

/* --- what needs the person, and what passes --- */

static void
add_fault (TestRoom *room, const char *fault)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (practice_faults_add (practice_office_faults (room->office), fault, &error));
  g_assert_no_error (error);
}

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

static void
wake_up (void)
{
  static gint64 asleep;

  asleep += 60 * G_USEC_PER_SEC;
  engine_wake_notice (net_clock_now () - g_get_monotonic_time () + asleep);
}

/* Told once; what is wished meanwhile, and a computer that wakes up, are no reason to ask again.
 * Had one been, it would have been before what comes behind them in the queue: goes_on(). */
static guint
is_left_alone (TestRoom *room, EngineAccount *account, GQuark domain, int code)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, NULL);
  g_autoptr (EngineStatus) status = NULL;
  g_autoptr (StoreRow) row = newest (account, "INBOX");
  g_autoptr (GError) error = NULL;

  g_assert_true (within_patience (account, needs_user));
  status = engine_account_status (account);
  g_assert_error (status->error, domain, code);
  g_assert_cmpint (status->next_try, ==, 0);
  g_assert_cmpuint (times_told, ==, 1);
  wanted = row->message;
  engine_account_want_body (account, row->message, FALSE, cause);
  engine_account_look_at (account, row->folder, cause);
  engine_account_flag (account, &row->placement, 1, STORE_FLAG_FLAGGED, 0, cause, &error);
  g_assert_no_error (error);
  wake_up ();
  return count_connections (room->tap);
}

/* The person has acted: all that was wished meanwhile is done, over the first connection since. */
static void
goes_on (TestRoom *room, EngineAccount *account, guint connections)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);

  engine_account_refresh (account, cause);
  g_assert_true (within_patience (account, is_read_there));
  g_assert_true (within_patience (account, is_here));
  g_assert_true (within_patience (account, is_idle));
  g_assert_cmpuint (count_connections (room->tap), ==, connections + 1);
  g_assert_cmpuint (times_told, ==, 1);
}

static EngineAccount *
idle_account (TestRoom *room)
{
  EngineAccount *account = add_account (room, "imap", "headers", "all");

  times_told = 0;
  g_assert_true (within_patience (account, is_idle));
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

  add_fault (room, fault);
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
  add_fault (room, "1x,cut=imap:LIST");
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

  add_fault (room, "reply=imap:APPEND:NO [OVERQUOTA] Full");
  g_assert_true (engine_account_save_draft (account, &draft, source, 0, 0, &error));
  g_assert_true (engine_account_send_draft (account, draft, NULL, cause, &error));
  g_assert_true (within_patience (account, has_refused));
  g_assert_true (within_patience (account, is_idle));
  asked = count_verb (room->tap, "APPEND");
  for (guint i = 0; i < 2; i++)
    {
      looks = count_verb (room->tap, "LIST");
      engine_account_refresh (account, cause);
      while (count_verb (room->tap, "LIST") == looks)
        g_main_context_iteration (NULL, FALSE);
      g_assert_true (within_patience (account, is_idle));
    }
  g_assert_cmpuint (count_verb (room->tap, "APPEND"), ==, asked);
  g_assert_cmpuint (times_told, ==, 0);
  practice_faults_clear (practice_office_faults (room->office));
  g_assert_true (engine_refused_again (account, &error));
  g_assert_no_error (error);
  g_assert_true (within_patience (account, is_played));
  g_assert_cmpuint (count_verb (room->tap, "APPEND"), ==, asked + 1);
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

  add_fault (room, data);
  engine_account_refresh (account, cause);
  g_assert_true (within_patience (account, is_waiting));
  status = engine_account_status (account);
  g_assert_cmpint (status->next_try, >, g_get_real_time ());
  g_assert_cmpuint (times_told, ==, 0);
  practice_faults_clear (practice_office_faults (room->office));
  /* As somebody does who comes back to it. */
  wake_up ();
  g_assert_true (within_patience (account, is_idle));
  engine_account_stop (account);
}

static PracticeMailbox *
archive_there (TestRoom *room)
{
  return practice_account_find (
      practice_store_account (practice_office_store (room->office), practice_user_find ("ada")),
      "Archive");
}

static gint64 archived; /* letters in the server's Archive */

/* As another program would put it there. */
static void
put_into_archive (TestRoom *room)
{
  static const char letter[] = "From: grace@b.example\r\nSubject: just come\r\n\r\nhello\r\n";
  PracticeStore *store = practice_office_store (room->office);
  g_autoptr (GBytes) bytes = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (PracticeMessage) message = practice_message_new (bytes, 1795000000);
  ImapFlags none = { 0 };

  practice_store_lock (store);
  practice_mailbox_add (archive_there (room), message, &none);
  archived = practice_mailbox_count (archive_there (room));
  practice_store_unlock (store);
}

static gboolean
searches_again (EngineAccount *account)
{
  return count_verb (wire, "UID SEARCH") > before;
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

  put_into_archive (room);
  add_fault (room, "#2,reply=imap:SEARCH:NO [SERVERBUG] Broken");
  account = add_account (room, "imap", "headers", "all");
  g_assert_true (within_patience (account, is_idle));
  g_assert_cmpint (total_of (account, "INBOX"), >, 0);
  g_assert_cmpint (total_of (account, "Archive"), ==, archived);
  practice_faults_clear (practice_office_faults (room->office));
  before = count_verb (room->tap, "UID SEARCH");
  wire = room->tap;
  engine_account_refresh (account, cause);
  g_assert_true (within_patience (account, searches_again));
  engine_account_stop (account);
}

/* Where it is the one that somebody looks at, that is told; the others have come first. */
static void
test_the_inbox_is_refused (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = NULL;

  put_into_archive (room);
  add_fault (room, "#1,reply=imap:SEARCH:NO [SERVERBUG] Broken");
  account = add_account (room, "imap", "headers", "all");
  g_assert_true (within_patience (account, is_waiting));
  g_assert_cmpint (total_of (account, "INBOX"), ==, 0);
  g_assert_cmpint (total_of (account, "Archive"), ==, archived);
  wake_up ();
  g_assert_true (within_patience (account, is_idle));
  g_assert_cmpint (total_of (account, "INBOX"), >, 0);
  engine_account_stop (account);
}

static void
test_it_stops_while_held (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = add_account (room, "imap", "headers", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "Welcome");
  g_autoptr (StoreRow) row = NULL;

  g_assert_true (within_patience (account, is_idle));
  row = newest (account, "INBOX");
  engine_account_want_body (account, row->message, TRUE, cause);
  g_assert_true (within_patience (account, is_held));
  engine_account_stop (account);
  g_assert_true (engine_account_start (account, NULL));
  g_assert_true (within_patience (account, is_idle));
  engine_account_stop (account);
}

/* --- sign-ins that are tied to their connection --- */

static guint
sign_ins_of (TestRoom *room, EngineAccount *account, gboolean good)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (GError) error = NULL;
  EngineSyncOptions options = { .headers_only = TRUE };
  guint known = count_verb (room->tap, "AUTHENTICATE");

  engine_run_sync (account, &options, cause, NULL, &error);
  if (good)
    g_assert_no_error (error);
  else
    g_assert_error (error, ENGINE_ERROR, ENGINE_ERROR_CREDENTIALS);
  if (error)
    g_assert_nonnull (strstr (error->message, "save the account’s settings again"));
  return count_verb (room->tap, "AUTHENTICATE") - known;
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
  add_fault (room, refused);
  g_assert_cmpuint (sign_ins_of (room, account, TRUE), ==, 2);
  g_assert_cmpuint (sign_ins_of (room, account, TRUE), ==, 1);
  add_fault (room, refused);
  g_assert_cmpuint (sign_ins_of (room, account, FALSE), ==, 1);
  g_assert_cmpuint (sign_ins_of (room, account, TRUE), ==, 1);
  /* Saved settings begin anew. */
  engine_service_update (room->service, engine_account_info (account), NULL, &error);
  g_assert_no_error (error);
  add_fault (room, refused);
  g_assert_cmpuint (sign_ins_of (room, account, TRUE), ==, 2);
}

/* --- two connections --- */

/* Letters begin to come, and most are still missing. */
static gboolean
is_downloading (EngineAccount *account)
{
  g_autoptr (StoreFolder) inbox = inbox_of (account);
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_BUSY && inbox->total > 100 && inbox->copies == 0 &&
         count_verb (wire, "UID FETCH") >= 2;
}

typedef struct
{
  EngineAccount *account;
  guint count;
} Troubles;

static void
note_trouble (gpointer data)
{
  Troubles *troubles = data;
  g_autoptr (EngineStatus) status = engine_account_status (troubles->account);

  troubles->count += status->error != NULL;
}

/* A letter that is last in the queue is wanted while all come over a slow line: it is here before
 * they are. The seconds that this takes are those of one letter, on the second connection or, where
 * there is none, of the batches that are on their way. */
static void
want_the_last (TestRoom *room, gboolean two)
{
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "Welcome");
  g_autoptr (StoreFolder) inbox = NULL;
  g_autoptr (GArray) listed = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  Troubles troubles = { 0 };

  wire = room->tap;
  add_fault (room, "slow=imap:60000");
  account = add_account (room, "imap", "all", "all");
  troubles.account = account;
  engine_account_watch (account, note_trouble, &troubles);
  g_assert_true (within_patience (account, is_downloading));
  inbox = inbox_of (account);
  listed = store_reader_list (engine_account_reader (account), inbox->id, NULL);
  rows = store_reader_rows (engine_account_reader (account),
                            &g_array_index (listed, StoreListed, listed->len - 1).placement,
                            1,
                            NULL);
  wanted = ((StoreRow *) g_ptr_array_index (rows, 0))->message;
  g_assert_false (is_here (account));
  engine_account_want_body (account, wanted, FALSE, cause);
  g_assert_true (within_patience (account, is_here));
  g_clear_pointer (&inbox, store_folder_unref);
  inbox = inbox_of (account);
  if (two)
    g_assert_cmpint (inbox->copies, <, inbox->total / 2);
  practice_faults_clear (practice_office_faults (room->office));
  g_assert_cmpuint (troubles.count, ==, 0);
  engine_account_stop (account);
}

static void
test_a_letter_passes_the_bulk (TestRoom *room, gconstpointer data)
{
  want_the_last (room, TRUE);
  g_assert_cmpuint (count_verb (room->tap, "EXAMINE"), ==, 1);
}

static gint64
known_in_archive (EngineAccount *account)
{
  g_autoptr (StoreFolder) archive =
      store_reader_folder_by_name (engine_account_reader (account), "Archive", NULL);

  return archive ? archive->total : 0;
}

/* All rows are here, and some letters. */
static gboolean
has_begun (EngineAccount *account)
{
  g_autoptr (StoreFolder) inbox = inbox_of (account);

  return inbox->copies > 0 && known_in_archive (account) == archived;
}

static gboolean
archive_shows_it (EngineAccount *account)
{
  return known_in_archive (account) == archived;
}

static gboolean
inbox_is_whole (EngineAccount *account)
{
  g_autoptr (StoreFolder) inbox = inbox_of (account);

  return inbox->copies == inbox->total;
}

/* A folder that somebody looks at while all letters come over a slow line shows what is new there
 * before they are here, and in the end each letter once. */
static void
test_a_folder_passes_the_bulk (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SYNC, "Archive");
  g_autoptr (StoreFolder) archive = NULL;

  wire = room->tap;
  put_into_archive (room);
  put_into_archive (room);
  add_fault (room, "slow=imap:150000");
  account = add_account (room, "imap", "all", "all");
  g_assert_true (within_patience (account, has_begun));
  archive = store_reader_folder_by_name (engine_account_reader (account), "Archive", NULL);
  put_into_archive (room);
  engine_account_look_at (account, archive->id, cause);
  g_assert_true (within_patience (account, archive_shows_it));
  g_assert_false (inbox_is_whole (account));
  g_assert_cmpuint (count_verb (room->tap, "EXAMINE"), ==, 1);
  practice_faults_clear (practice_office_faults (room->office));
  g_assert_true (within_patience (account, inbox_is_whole));
  g_assert_cmpint (known_in_archive (account), ==, archived);
  engine_account_stop (account);
}

static GArray *
list_inbox (EngineAccount *account)
{
  g_autoptr (StoreFolder) inbox = inbox_of (account);

  return store_reader_list (engine_account_reader (account), inbox->id, NULL);
}

static guint
inbox_there (TestRoom *room)
{
  PracticeStore *store = practice_office_store (room->office);
  guint count;

  practice_store_lock (store);
  count = practice_mailbox_count (
      practice_account_find (practice_store_account (store, practice_user_find ("ada")), "INBOX"));
  practice_store_unlock (store);
  return count;
}

/* Somebody finds out what the server is really called in the middle of a download: it goes on over
 * there, and what is here is neither lost nor met anew. */
static void
test_edited_while_it_downloads (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (StoreAccountInfo) info = NULL;
  g_autoptr (StoreFolder) inbox = NULL;
  g_autoptr (GArray) known = NULL;
  g_autoptr (GArray) listed = NULL;
  g_autoptr (GHashTable) ids = NULL;
  g_autoptr (GError) error = NULL;
  gint64 copies;

  wire = room->tap;
  add_fault (room, "slow=imap:60000");
  account = add_account (room, "imap", "all", "all");
  g_assert_true (within_patience (account, is_downloading));
  inbox = inbox_of (account);
  copies = inbox->copies;
  known = list_inbox (account);
  info = store_account_info_copy (engine_account_info (account));
  g_free (info->host);
  info->host = g_strdup ("127.0.0.1");
  g_assert_true (engine_service_update (room->service, info, NULL, &error));
  g_assert_no_error (error);
  g_clear_pointer (&inbox, store_folder_unref);
  inbox = inbox_of (account);
  g_assert_cmpint (inbox->copies, >=, copies);
  practice_faults_clear (practice_office_faults (room->office));
  g_assert_true (within_patience (account, inbox_is_whole));
  g_assert_true (within_patience (account, is_idle));
  listed = list_inbox (account);
  ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < listed->len; i++)
    g_hash_table_add (ids, &g_array_index (listed, StoreListed, i).placement);
  for (guint i = 0; i < known->len; i++)
    g_assert_true (g_hash_table_contains (ids, &g_array_index (known, StoreListed, i).placement));
  g_assert_cmpuint (listed->len, ==, inbox_there (room));
  engine_account_stop (account);
}

/* The first connection does it then, nobody hears of an error, and the server is left alone. */
static void
test_a_second_connection_is_refused (TestRoom *room, gconstpointer data)
{
  add_fault (room, "#2,reply=imap:CONNECT:BYE [UNAVAILABLE] One connection is enough");
  want_the_last (room, FALSE);
  g_assert_cmpuint (count_verb (room->tap, "EXAMINE"), ==, 0);
  g_assert_cmpuint (count_verb (room->tap, "AUTHENTICATE"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
#define ADD(path, test) \
  g_test_add ("/engine/account/" path, TestRoom, NULL, room_open, test, room_close)
  ADD ("everything-comes", test_everything_comes);
  ADD ("held", test_a_fetch_waits_at_the_gate);
  ADD ("clicks", test_clicks_are_played);
  ADD ("sent-and-answered", test_a_draft_is_sent_and_answered);
  ADD ("wrong-password", test_a_wrong_password_waits_for_the_person);
  ADD ("changed-password", test_a_changed_password_waits_for_the_person);
  ADD ("full-mailbox", test_a_full_mailbox_waits_for_the_person);
  ADD ("folder-refused", test_a_folder_that_is_refused);
  ADD ("inbox-refused", test_the_inbox_is_refused);
  ADD ("stops-while-held", test_it_stops_while_held);
  ADD ("tied", test_what_was_tied_stays_tied);
#undef ADD
#define ADD(path, test, fault) \
  g_test_add ("/engine/account/" path, TestRoom, fault, room_open, test, room_close)
  ADD ("certificate-expired", test_a_certificate_waits_for_the_person, "certificate-expired");
  ADD ("certificate-mismatched", test_a_certificate_waits_for_the_person, "certificate-mismatched");
  ADD ("nonsense", test_nonsense_is_not_for_ever, "reply=imap:LIST:* LIST (((\\n");
  ADD ("refused", test_nonsense_is_not_for_ever, "reply=imap:LIST:NO [SERVERBUG] Out of my mind");
#undef ADD
#define ADD(protocol)                                \
  g_test_add ("/engine/account/found/" protocol,     \
              TestRoom,                              \
              protocol,                              \
              room_open,                             \
              test_what_may_have_been_sent_is_found, \
              room_close)
  ADD ("imap");
  ADD ("pop3");
#undef ADD
#define ADD(path, test) \
  g_test_add ("/engine/account/" path, TestRoom, NULL, room_open_full, test, room_close)
  ADD ("letter-passes-the-bulk", test_a_letter_passes_the_bulk);
  ADD ("edited-while-it-downloads", test_edited_while_it_downloads);
  ADD ("second-connection-refused", test_a_second_connection_is_refused);
#undef ADD
  g_test_add ("/engine/account/folder-passes-the-bulk",
              TestRoom,
              NULL,
              room_open_fuller,
              test_a_folder_passes_the_bulk,
              room_close);
  return g_test_run ();
}
