/* Synchronising gives way after each of its steps in turn; whatever it had come to, the next run,
 * on a new connection, ends equal to the server. */
#include "config.h"

#include "engine-account-private.h"
#include "engine-imap.h"
#include "mail-init.h"
#include "test-room.h"

#define STEPS_MAX 40

typedef struct
{
  TestRoom room;
  EngineAccount *account;
  PracticeMailbox *inbox;
  guint questions; /* how often "is something urgent?" is answered with no */
} Room;

static void
room_open (Room *room, gconstpointer data)
{
  test_room_open (&room->room, 150);
  room->inbox = practice_account_inbox (practice_store_account (
      practice_office_store (room->room.office), practice_user_find ("ada")));
  room->account = test_room_add (&room->room, "imap", "headers", "all");
}

static void
room_close (Room *room, gconstpointer data)
{
  engine_account_unref (room->account);
  test_room_close (&room->room);
}

static gboolean
is_urgent (gpointer data)
{
  Room *room = data;

  if (room->questions == 0)
    return TRUE;
  room->questions--;
  return FALSE;
}

/* One session that looks into INBOX, until @questions were asked. TRUE: it came to its end. */
static gboolean
sync_inbox (Room *room, guint questions)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SYNC, NULL);
  g_autoptr (StoreFolder) folder = NULL;
  g_autoptr (EngineImap) imap = NULL;
  EngineWork work = { .urgent = is_urgent, .data = room };
  EngineConnect connect;
  NetSession *session;
  gboolean complete = FALSE;

  room->questions = questions;
  g_assert_true (engine_account_prepare (room->account, cause, NULL, NULL, &connect, &error));
  session = engine_connect_imap (&connect, &error);
  base_secret_unref (connect.password);
  g_assert_no_error (error);
  imap = engine_imap_new (room->account->info, room->account->mailbase, session, &work, &error);
  g_assert_no_error (error);
  imap->cause = cause;
  g_assert_true (engine_imap_folders (imap, &error));
  folder = store_reader_folder_by_name (imap->reader, "INBOX", &error);
  g_assert_no_error (error);
  g_assert_true (engine_imap_select (imap, folder, &error));
  g_assert_true (engine_imap_sync (imap, &complete, &error));
  g_assert_no_error (error);
  return complete;
}

/* What another client does: every kind of change at once. */
static void
change_there (Room *room, guint round)
{
  PracticeStore *store = practice_office_store (room->room.office);

  practice_store_lock (store);
  for (guint i = 0; i < 3; i++)
    {
      guint n = practice_mailbox_count (room->inbox);
      PracticeEntry *gone = practice_mailbox_get (room->inbox, (round * 7 + i * 11) % n);
      PracticeEntry *marked;
      PracticeMessage *again = practice_message_ref (gone->message);
      ImapFlags flags = { .bits = round % 2 ? IMAP_FLAG_SEEN : IMAP_FLAG_FLAGGED };

      practice_mailbox_remove (room->inbox, gone->uid);
      marked = practice_mailbox_get (room->inbox, (round * 13 + i * 5) % (n - 1));
      practice_mailbox_set_flags (room->inbox, marked, &flags);
      practice_mailbox_add (room->inbox, again, &flags);
      practice_message_unref (again);
    }
  practice_mailbox_changed (room->inbox);
  practice_store_unlock (store);
}

static void
assert_equal (Room *room)
{
  g_autoptr (GError) error = NULL;
  PracticeStore *store = practice_office_store (room->room.office);
  g_autoptr (StoreFolder) folder =
      store_reader_folder_by_name (room->account->reader, "INBOX", &error);
  g_autoptr (GArray) here = NULL;

  g_assert_no_error (error);
  here = store_reader_uid_flags (room->account->reader, folder->id, folder->uidvalidity, &error);
  g_assert_no_error (error);
  practice_store_lock (store);
  g_assert_cmpuint (here->len, ==, practice_mailbox_count (room->inbox));
  for (guint i = 0; i < here->len; i++)
    {
      const StoreUidFlags *row = &g_array_index (here, StoreUidFlags, i);
      const PracticeEntry *entry = practice_mailbox_get (room->inbox, i);

      g_assert_cmpuint (row->uid, ==, entry->uid);
      g_assert_cmphex (row->server_flags, ==, entry->flags.bits & ~(guint) IMAP_FLAG_RECENT);
    }
  practice_store_unlock (store);
}

static void
test_every_step (Room *room, gconstpointer data)
{
  gboolean whole = FALSE;
  guint given_way = 0;

  /* The first time, too: nothing is here yet. */
  for (guint questions = 0; questions < STEPS_MAX && !whole; questions++)
    {
      whole = sync_inbox (room, questions);
      given_way += !whole;
    }
  g_assert_true (whole);
  assert_equal (room);
  whole = FALSE;
  for (guint questions = 0; questions < STEPS_MAX && !whole; questions++)
    {
      change_there (room, questions);
      whole = sync_inbox (room, questions);
      given_way += !whole;
      change_there (room, questions + 1);
      g_assert_true (sync_inbox (room, G_MAXUINT));
      assert_equal (room);
    }
  g_assert_true (whole);
  /* Fewer would mean that it was not asked between the steps. */
  g_assert_cmpuint (given_way, >=, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add ("/engine/resume/every-step", Room, NULL, room_open, test_every_step, room_close);
  return g_test_run ();
}
