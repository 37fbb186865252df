/* What a person does while the server is asked or told something: what was taken back by then is
 * never said, what was joined with it is done without it, and a draft that somebody else removed is
 * kept where it was changed or sent meanwhile. */
#include "config.h"

#include <string.h>

#include "engine-account-private.h"
#include "engine-draft.h"
#include "engine-run.h"
#include "mail-init.h"
#include "power-vfs.h"
#include "store-sqlite.h"
#include "test-line.h"
#include "test-work.h"

#define USER "emmy"
#define LETTERS 8

typedef struct
{
  TestWork work;
  TestLine *line;
  StoreListed letters[LETTERS]; /* in INBOX, as they were */
  guint32 uids[LETTERS];
  guint64 undone[3];  /* causes, taken back when the server has heard of the first change */
  const char *moment; /* what is done when the server has heard this (nullable) */
  void (*meanwhile) (gpointer room);
  gint64 draft;
} Room;

static Room *room_now;

/* On the line's thread: the answer to it has begun, and did not come yet. */
static void
on_byte (void)
{
  Room *room = room_now;
  g_autofree char *said = NULL;

  if (room->moment == NULL)
    return;
  said = test_line_carried (room->line, TEST_LINE_OUT);
  if (strstr (said, room->moment) == NULL)
    return;
  room->moment = NULL;
  room->meanwhile (room);
}

static void
take_back (gpointer data)
{
  Room *room = data;

  for (guint i = 0; i < G_N_ELEMENTS (room->undone) && room->undone[i] != 0; i++)
    {
      g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_UNDO, NULL);
      g_autoptr (GError) error = NULL;

      engine_account_undo (room->work.account, room->undone[i], cause, &error);
      g_assert_no_error (error);
    }
}

static void
room_open (Room *room, gconstpointer data)
{
  g_autoptr (StoreFolder) inbox = NULL;
  g_autoptr (GArray) listed = NULL;
  g_autoptr (GArray) flags = NULL;
  StoreReader *reader;

  room_now = room;
  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
  test_work_open (&room->work, "imap", FALSE);
  room->work.joined = TRUE;
  room->line = test_line_new (practice_office_port (room->work.office, PRACTICE_PORT_IMAP));
  room->work.port = test_line_port (room->line);
  test_work_begin (&room->work);
  test_work_ask (&room->work);
  test_work_check (&room->work);
  test_line_settle (room->line);
  reader = engine_account_reader (room->work.account);
  inbox = store_reader_folder_by_name (reader, "INBOX", NULL);
  listed = store_reader_list (reader, inbox->id, NULL);
  g_assert_cmpuint (listed->len, >=, LETTERS);
  for (guint i = 0; i < LETTERS; i++)
    {
      g_autoptr (GPtrArray) rows = NULL;

      room->letters[i] = g_array_index (listed, StoreListed, i);
      rows = store_reader_rows (reader, &room->letters[i].placement, 1, NULL);
      room->uids[i] = ((StoreRow *) g_ptr_array_index (rows, 0))->uid;
    }
  test_line_drip (room->line, on_byte);
}

static void
room_close (Room *room, gconstpointer data)
{
  test_line_drip (room->line, NULL);
  test_line_settle (room->line);
  test_work_close (&room->work);
  test_line_free (room->line);
  store_sqlite_set_vfs (NULL);
}

static guint64
mark (Room *room, guint letter, guint flag)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_MARK, NULL);
  g_autoptr (GError) error = NULL;

  engine_account_flag (
      room->work.account, &room->letters[letter].placement, 1, flag, 0, cause, &error);
  g_assert_no_error (error);
  return cause->id;
}

static guint64
move (Room *room, guint letter)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_MOVE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreFolder) archive =
      store_reader_folder_by_name (engine_account_reader (room->work.account), "Archive", NULL);

  engine_account_move (
      room->work.account, &room->letters[letter].placement, 1, archive->id, cause, &error);
  g_assert_no_error (error);
  return cause->id;
}

static guint64
remove_for_good (Room *room, guint letter)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_DELETE, NULL);
  g_autoptr (GError) error = NULL;

  engine_account_delete (
      room->work.account, &room->letters[letter].placement, 1, TRUE, cause, &error);
  g_assert_no_error (error);
  return cause->id;
}

/* What the server has it marked with; -1: it is not in INBOX. */
static int
flags_there (Room *room, guint letter)
{
  PracticeStore *store = practice_office_store (room->work.office);
  const PracticeEntry *entry;
  int flags;

  practice_store_lock (store);
  entry = practice_mailbox_find (
      practice_account_inbox (practice_store_account (store, practice_user_find (USER))),
      room->uids[letter]);
  flags = entry != NULL ? (int) (entry->flags.bits & (IMAP_FLAG_FLAGGED | IMAP_FLAG_ANSWERED)) : -1;
  practice_store_unlock (store);
  return flags;
}

static void
run (Room *room)
{
  g_autoptr (GError) error = NULL;

  test_work_do (&room->work, &error);
  g_assert_no_error (error);
  g_assert_null (room->moment);
}

static void
run_and_take_back (Room *room)
{
  room->moment = "UID STORE";
  room->meanwhile = take_back;
  run (room);
}

static void
settle (Room *room)
{
  test_line_drip (room->line, NULL);
  test_line_settle (room->line);
  /* The letters that the server does not have any more. */
  test_work_check (&room->work);
}

static void
test_moves (Room *room, gconstpointer data)
{
  mark (room, 0, STORE_FLAG_FLAGGED);
  move (room, 1);
  room->undone[0] = move (room, 2);
  move (room, 3);
  run_and_take_back (room);
  g_assert_cmpint (flags_there (room, 0), ==, IMAP_FLAG_FLAGGED);
  g_assert_cmpint (flags_there (room, 1), ==, -1);
  g_assert_cmpint (flags_there (room, 2), !=, -1);
  g_assert_cmpint (flags_there (room, 3), ==, -1);
  settle (room);
}

static void
test_removals (Room *room, gconstpointer data)
{
  mark (room, 0, STORE_FLAG_FLAGGED);
  room->undone[0] = remove_for_good (room, 1);
  room->undone[1] = remove_for_good (room, 2);
  run_and_take_back (room);
  g_assert_cmpint (flags_there (room, 1), !=, -1);
  g_assert_cmpint (flags_there (room, 2), !=, -1);
  settle (room);
  g_assert_cmpint (flags_there (room, 1), !=, -1);
}

/* One of two marks of one letter, which are said together. */
static void
test_marks (Room *room, gconstpointer data)
{
  int before = flags_there (room, 2);

  mark (room, 0, STORE_FLAG_FLAGGED);
  mark (room, 1, STORE_FLAG_ANSWERED);
  mark (room, 2, STORE_FLAG_ANSWERED);
  room->undone[0] = mark (room, 2, STORE_FLAG_FLAGGED);
  g_assert_cmpint (before, ==, 0);
  run_and_take_back (room);
  g_assert_cmpint (flags_there (room, 0), ==, IMAP_FLAG_FLAGGED);
  g_assert_cmpint (flags_there (room, 1), ==, IMAP_FLAG_ANSWERED);
  g_assert_cmpint (flags_there (room, 2), ==, IMAP_FLAG_ANSWERED);
  settle (room);
}

static void
put_words (Room *room, StoreOutboxState state, const char *words)
{
  g_autofree char *text =
      g_strdup_printf ("From: " USER "@practice.example\r\nTo: ada@practice.example\r\n"
                       "Subject: letter 999\r\nMessage-ID: <%s@practice.example>\r\n\r\n%s\r\n",
                       words,
                       words);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, NULL);
  g_autoptr (GError) error = NULL;

  engine_draft_put (
      room->work.account, state, bytes, NULL, NULL, 0, 0, NULL, cause, &room->draft, &error);
  g_assert_no_error (error);
}

static void
change_draft (gpointer room)
{
  put_words (room, STORE_OUTBOX_DRAFT, "changed");
}

static void
send_draft (gpointer room)
{
  put_words (room, STORE_OUTBOX_QUEUED, "sent");
}

/* Another client removed the draft, which is asked about when somebody goes on with it here. */
static void
test_draft (Room *room, gconstpointer data)
{
  gboolean sends = data != NULL;
  PracticeStore *store = practice_office_store (room->work.office);
  PracticeMailbox *drafts =
      practice_account_find (practice_store_account (store, practice_user_find (USER)), "Drafts");
  g_autoptr (StoreOutboxEntry) entry = NULL;
  g_autoptr (GBytes) words = NULL;
  g_autoptr (GError) error = NULL;

  put_words (room, STORE_OUTBOX_DRAFT, "first");
  for (guint i = 0; i < 2; i++)
    {
      run (room);
      practice_store_lock (store);
      while (practice_mailbox_count (drafts) > 0)
        practice_mailbox_remove (drafts, practice_mailbox_get (drafts, 0)->uid);
      practice_mailbox_changed (drafts);
      practice_store_unlock (store);
    }
  test_line_settle (room->line);
  room->moment = "UID SEARCH";
  room->meanwhile = sends ? send_draft : change_draft;
  run (room);
  store_reader_outbox_entry (
      engine_account_reader (room->work.account), room->draft, &entry, &error);
  g_assert_no_error (error);
  g_assert_nonnull (entry);
  g_assert_cmpint (entry->state, ==, sends ? STORE_OUTBOX_SENT : STORE_OUTBOX_DRAFT);
  words = store_reader_source (engine_account_reader (room->work.account), entry->message, &error);
  g_assert_no_error (error);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (words, NULL),
                                  g_bytes_get_size (words),
                                  sends ? "\r\nsent" : "\r\nchanged"));
  run (room);
  practice_store_lock (store);
  g_assert_cmpuint (practice_mailbox_count (drafts), ==, sends ? 0 : 1);
  practice_store_unlock (store);
}

/* RFC 1939 §6: until QUIT nothing is removed, and RSET takes it back. */
static void
test_pop3 (void)
{
  Room here = { 0 };
  Room *room = &here;
  PracticeMailbox *inbox;
  g_autoptr (StoreFolder) folder = NULL;
  g_autoptr (GArray) listed = NULL;
  StoreReader *reader;

  room_now = room;
  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
  test_work_open (&room->work, "pop3", FALSE);
  room->work.leave = "until-deleted";
  room->line = test_line_new (practice_office_port (room->work.office, PRACTICE_PORT_POP3));
  room->work.port = test_line_port (room->line);
  test_work_begin (&room->work);
  for (guint i = 0; i < 2; i++)
    test_work_ask (&room->work);
  run (room);
  test_line_settle (room->line);
  reader = engine_account_reader (room->work.account);
  folder = store_reader_folder_by_name (reader, "INBOX", NULL);
  listed = store_reader_list (reader, folder->id, NULL);
  g_assert_cmpuint (listed->len, ==, 4);
  for (guint i = 0; i < listed->len; i++)
    room->letters[i] = g_array_index (listed, StoreListed, i);
  remove_for_good (room, 0);
  room->undone[0] = remove_for_good (room, 1);
  test_line_drip (room->line, on_byte);
  room->moment = "DELE";
  room->meanwhile = take_back;
  run (room);
  inbox = practice_account_inbox (practice_store_account (practice_office_store (room->work.office),
                                                          practice_user_find (USER)));
  g_assert_cmpuint (practice_mailbox_count (inbox), ==, 3);
  g_array_unref (g_steal_pointer (&listed));
  listed = store_reader_list (reader, folder->id, NULL);
  g_assert_cmpuint (listed->len, ==, 3);
  run (room);
  g_assert_cmpuint (practice_mailbox_count (inbox), ==, 3);
  room_close (room, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
#define ADD(name, func) g_test_add ("/engine/undone/" name, Room, NULL, room_open, func, room_close)
  ADD ("moves", test_moves);
  ADD ("removals", test_removals);
  ADD ("marks", test_marks);
#undef ADD
  g_test_add ("/engine/undone/draft-changed", Room, NULL, room_open, test_draft, room_close);
  g_test_add ("/engine/undone/draft-sent", Room, "sent", room_open, test_draft, room_close);
  g_test_add_func ("/engine/undone/pop3", test_pop3);
  return g_test_run ();
}
