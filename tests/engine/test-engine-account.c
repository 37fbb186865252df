/* An account at work beside the practice post office: its threads, what they tell, a FETCH held at
 * the gate, letters sent in the background. */
#include "config.h"

#include <string.h>

#include "engine-error.h"
#include "engine-refused.h"
#include "engine-run.h"
#include "mail-init.h"
#include "practice-mailbox.h"
#include "practice-store.h"
#include "store-write.h"
#include "test-account.h"

static WireTap *wire;
static gint64 archived; /* letters in the server's Archive */

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

static gboolean
is_held (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_HELD;
}

static void
test_everything_comes (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = test_account_add (room, "imap", "all", "all");
  g_autoptr (StoreFolder) inbox = NULL;

  g_assert_true (test_account_within (account, test_account_is_idle));
  inbox = test_account_inbox (account);
  g_assert_cmpint (inbox->total, >, 30);
  g_assert_cmpint (inbox->copies, ==, inbox->total);
  engine_account_stop (account);
}

static void
test_a_fetch_waits_at_the_gate (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = test_account_add (room, "imap", "headers", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "Welcome");
  g_autoptr (StoreRow) row = NULL;
  guint fetches;

  g_assert_true (test_account_within (account, test_account_is_idle));
  row = test_account_newest (account, "INBOX");
  g_assert_false (row->has_source);
  test_account_wanted = row->message;
  fetches = test_room_count_verb (room->tap, "UID FETCH");
  engine_account_want_body (account, row->message, TRUE, cause);
  g_assert_true (test_account_within (account, is_held));
  /* It is shown, and it has not been said. */
  g_assert_false (test_account_is_here (account));
  g_assert_cmpuint (test_room_count_verb (room->tap, "UID FETCH"), ==, fetches);
  engine_account_release (account);
  g_assert_true (test_account_within (account, test_account_is_here));
  g_assert_true (test_account_within (account, test_account_is_idle));
  engine_account_stop (account);
}

static gboolean
is_in_trash (EngineAccount *account)
{
  g_autoptr (StoreFolder) trash =
      store_reader_folder_by_role (engine_account_reader (account), STORE_ROLE_TRASH, NULL);
  g_autoptr (StoreRow) row =
      store_reader_row_of_message (engine_account_reader (account), test_account_wanted, NULL);

  return row && row->folder == trash->id && row->uid != 0 && row->pending == 0;
}

static void
test_clicks_are_played (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = test_account_add (room, "imap", "headers", "all");
  g_autoptr (BaseCause) mark = base_cause_new (BASE_CAUSE_MARK, NULL);
  g_autoptr (BaseCause) gone = base_cause_new (BASE_CAUSE_DELETE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreRow) row = NULL;

  g_assert_true (test_account_within (account, test_account_is_idle));
  row = test_account_newest (account, "INBOX");
  test_account_wanted = row->message;
  engine_account_flag (account, &row->placement, 1, STORE_FLAG_FLAGGED, 0, mark, &error);
  g_assert_no_error (error);
  g_assert_true (test_account_within (account, test_account_is_starred));
  engine_account_delete (account, &row->placement, 1, FALSE, gone, &error);
  g_assert_no_error (error);
  g_assert_true (test_account_within (account, is_in_trash));
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
  g_autoptr (EngineAccount) account = test_account_add (room, protocol, "all", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, "tea?");
  g_autoptr (GBytes) source = g_bytes_new (letter, strlen (letter));
  g_autoptr (PracticeMessage) filed = practice_message_new (source, 1795338000);
  EngineSendWish wish = { .when = G_MAXINT64 };
  PracticeStore *store = practice_office_store (room->office);
  g_autoptr (GError) error = NULL;
  gint64 draft = 0;

  g_assert_true (test_account_within (account, test_account_is_idle));
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
  g_assert_true (test_account_within (account, is_sent));
  g_assert_cmpuint (test_room_count_verb (room->tap, "MAIL"), ==, 0);
  engine_account_stop (account);
}

static gint64 before;

static gboolean
has_an_answer (EngineAccount *account)
{
  g_autoptr (StoreFolder) inbox = test_account_inbox (account);

  return inbox->total > before;
}

static void
test_a_draft_is_sent_and_answered (TestRoom *room, gconstpointer data)
{
  static const char letter[] = "From: Ada <ada@practice.example>\r\nTo: grace@b.example\r\n"
                               "Subject: tea?\r\nMessage-ID: <tea@practice.example>\r\n"
                               "Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\nAt five?\r\n";
  g_autoptr (EngineAccount) account = test_account_add (room, "imap", "all", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, "tea?");
  g_autoptr (GBytes) source = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreFolder) inbox = NULL;
  gint64 draft = 0;

  g_assert_true (test_account_within (account, test_account_is_idle));
  inbox = test_account_inbox (account);
  before = inbox->total;
  g_assert_true (engine_account_save_draft (account, &draft, source, 0, 0, &error));
  g_assert_true (engine_account_save_draft (account, &draft, source, 0, 0, &error));
  g_assert_no_error (error);
  g_assert_true (engine_account_send_draft (account, draft, NULL, cause, &error));
  g_assert_true (test_account_within (account, is_sent));
  /* Grace writes back; IDLE tells of it. */
  g_assert_true (test_account_within (account, has_an_answer));
  engine_account_stop (account);
}

static void
test_it_stops_while_held (TestRoom *room, gconstpointer data)
{
  g_autoptr (EngineAccount) account = test_account_add (room, "imap", "headers", "all");
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_OPEN, "Welcome");
  g_autoptr (StoreRow) row = NULL;

  g_assert_true (test_account_within (account, test_account_is_idle));
  row = test_account_newest (account, "INBOX");
  engine_account_want_body (account, row->message, TRUE, cause);
  g_assert_true (test_account_within (account, is_held));
  engine_account_stop (account);
  g_assert_true (engine_account_start (account, NULL));
  g_assert_true (test_account_within (account, test_account_is_idle));
  engine_account_stop (account);
}

/* --- two connections --- */

/* Letters begin to come, and most are still missing. */
static gboolean
is_downloading (EngineAccount *account)
{
  g_autoptr (StoreFolder) inbox = test_account_inbox (account);
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_BUSY && inbox->total > 100 && inbox->copies == 0 &&
         test_room_count_verb (wire, "UID FETCH") >= 2;
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

/* A letter that is last in the queue is test_account_wanted while all come over a slow line: it is
 * here before they are. The seconds that this takes are those of one letter, on the second
 * connection or, where there is none, of the batches that are on their way. */
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
  test_room_fault (room, "slow=imap:60000");
  account = test_account_add (room, "imap", "all", "all");
  troubles.account = account;
  engine_account_watch (account, note_trouble, &troubles);
  g_assert_true (test_account_within (account, is_downloading));
  inbox = test_account_inbox (account);
  listed = store_reader_list (engine_account_reader (account), inbox->id, NULL);
  rows = store_reader_rows (engine_account_reader (account),
                            &g_array_index (listed, StoreListed, listed->len - 1).placement,
                            1,
                            NULL);
  test_account_wanted = ((StoreRow *) g_ptr_array_index (rows, 0))->message;
  g_assert_false (test_account_is_here (account));
  engine_account_want_body (account, test_account_wanted, FALSE, cause);
  g_assert_true (test_account_within (account, test_account_is_here));
  g_clear_pointer (&inbox, store_folder_unref);
  inbox = test_account_inbox (account);
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
  g_assert_cmpuint (test_room_count_verb (room->tap, "EXAMINE"), ==, 1);
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
  g_autoptr (StoreFolder) inbox = test_account_inbox (account);

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
  g_autoptr (StoreFolder) inbox = test_account_inbox (account);

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
  archived = test_room_put_into_archive (room);
  archived = test_room_put_into_archive (room);
  test_room_fault (room, "slow=imap:150000");
  account = test_account_add (room, "imap", "all", "all");
  g_assert_true (test_account_within (account, has_begun));
  archive = store_reader_folder_by_name (engine_account_reader (account), "Archive", NULL);
  archived = test_room_put_into_archive (room);
  engine_account_look_at (account, archive->id, cause);
  g_assert_true (test_account_within (account, archive_shows_it));
  g_assert_false (inbox_is_whole (account));
  g_assert_cmpuint (test_room_count_verb (room->tap, "EXAMINE"), ==, 1);
  practice_faults_clear (practice_office_faults (room->office));
  g_assert_true (test_account_within (account, inbox_is_whole));
  g_assert_cmpint (known_in_archive (account), ==, archived);
  engine_account_stop (account);
}

static GArray *
list_inbox (EngineAccount *account)
{
  g_autoptr (StoreFolder) inbox = test_account_inbox (account);

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
  test_room_fault (room, "slow=imap:60000");
  account = test_account_add (room, "imap", "all", "all");
  g_assert_true (test_account_within (account, is_downloading));
  inbox = test_account_inbox (account);
  copies = inbox->copies;
  known = list_inbox (account);
  info = store_account_info_copy (engine_account_info (account));
  g_free (info->host);
  info->host = g_strdup ("127.0.0.1");
  g_assert_true (engine_service_update (room->service, info, NULL, &error));
  g_assert_no_error (error);
  g_clear_pointer (&inbox, store_folder_unref);
  inbox = test_account_inbox (account);
  g_assert_cmpint (inbox->copies, >=, copies);
  practice_faults_clear (practice_office_faults (room->office));
  g_assert_true (test_account_within (account, inbox_is_whole));
  g_assert_true (test_account_within (account, test_account_is_idle));
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
  test_room_fault (room, "#2,reply=imap:CONNECT:BYE [UNAVAILABLE] One connection is enough");
  want_the_last (room, FALSE);
  g_assert_cmpuint (test_room_count_verb (room->tap, "EXAMINE"), ==, 0);
  g_assert_cmpuint (test_room_count_verb (room->tap, "AUTHENTICATE"), ==, 1);
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
  ADD ("stops-while-held", test_it_stops_while_held);
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
