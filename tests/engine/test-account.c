/* What is asked of an account at work. */
#include "config.h"

#include "test-account.h"

#include <string.h>

#include "engine-wake.h"
#include "net-clock.h"
#include "practice-mailbox.h"
#include "practice-store.h"

#define PATIENCE (20 * G_USEC_PER_SEC)

gint64 test_account_wanted;

EngineAccount *
test_account_add (TestRoom *room, const char *protocol, const char *keep, const char *leave)
{
  g_autoptr (GError) error = NULL;
  EngineAccount *account = test_room_add (room, protocol, keep, leave);

  g_assert_true (engine_account_start (account, &error));
  g_assert_no_error (error);
  return account;
}

static gboolean
wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the answer is yes. */
gboolean
test_account_within (EngineAccount *account, TestAccountQuestion question)
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

gboolean
test_account_is_idle (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_IDLE;
}

gboolean
test_account_needs_user (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->state == ENGINE_STATE_NEEDS_USER;
}

StoreFolder *
test_account_inbox (EngineAccount *account)
{
  g_autoptr (GError) error = NULL;
  StoreFolder *folder =
      store_reader_folder_by_name (engine_account_reader (account), "INBOX", &error);

  g_assert_no_error (error);
  return folder;
}

StoreRow *
test_account_newest (EngineAccount *account, const char *name)
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

gboolean
test_account_is_here (EngineAccount *account)
{
  g_autoptr (StoreRow) row =
      store_reader_row_of_message (engine_account_reader (account), test_account_wanted, NULL);

  return row && row->has_source;
}

gboolean
test_account_is_starred (EngineAccount *account)
{
  g_autoptr (StoreRow) row =
      store_reader_row_of_message (engine_account_reader (account), test_account_wanted, NULL);

  return row && row->pending == 0 && (row->flags & STORE_FLAG_FLAGGED);
}

guint
test_room_count_verb (WireTap *tap, const char *verb)
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

void
test_room_fault (TestRoom *room, const char *fault)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (practice_faults_add (practice_office_faults (room->office), fault, &error));
  g_assert_no_error (error);
}

void
test_account_wake_up (void)
{
  static gint64 asleep;

  asleep += 60 * G_USEC_PER_SEC;
  engine_wake_notice (net_clock_now () - g_get_monotonic_time () + asleep);
}

static PracticeMailbox *
archive_there (TestRoom *room)
{
  return practice_account_find (
      practice_store_account (practice_office_store (room->office), practice_user_find ("ada")),
      "Archive");
}

gint64
test_room_put_into_archive (TestRoom *room)
{
  static const char letter[] = "From: grace@b.example\r\nSubject: just come\r\n\r\nhello\r\n";
  PracticeStore *store = practice_office_store (room->office);
  g_autoptr (GBytes) bytes = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (PracticeMessage) message = practice_message_new (bytes, 1795000000);
  ImapFlags none = { 0 };
  gint64 archived;

  practice_store_lock (store);
  practice_mailbox_add (archive_there (room), message, &none);
  archived = practice_mailbox_count (archive_there (room));
  practice_store_unlock (store);
  return archived;
}
