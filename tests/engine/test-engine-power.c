/* The power goes while letters are collected and while one is sent, on a disk that forgets what was
 * not synced. Whatever the server was told to remove is here afterwards; nothing is here twice;
 * what was sent is not sent again. */
#include "config.h"

#include <string.h>

#include "engine-service.h"
#include "engine-run.h"
#include "mail-init.h"
#include "power-vfs.h"
#include "practice-office.h"
#include "store-sqlite.h"
#include "test-tree.h"

#define LETTERS 5
#define STRIDE 4

typedef struct
{
  char *dir;
  PracticeOffice *office;
} World;

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static PracticeMailbox *
inbox_of (World *world, const char *name)
{
  PracticeStore *store = practice_office_store (world->office);

  return practice_account_inbox (practice_store_account (store, practice_user_find (name)));
}

static guint
count_there (World *world, const char *name)
{
  PracticeStore *store = practice_office_store (world->office);
  guint count;

  practice_store_lock (store);
  count = practice_mailbox_count (inbox_of (world, name));
  practice_store_unlock (store);
  return count;
}

static char *
letter_text (guint number)
{
  GString *text = g_string_new (NULL);

  g_string_printf (
      text,
      "From: ada@practice.example\r\nTo: emmy@practice.example\r\nSubject: letter %u\r\n"
      "Message-ID: <%u@practice.example>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\n",
      number,
      number);
  for (guint i = 0; i < 10 + number * number * 900; i++)
    g_string_append_printf (text, "%u line %u\r\n", number, i * 7919 % 104729);
  return g_string_free (text, FALSE);
}

/* Emmy's mailbox holds these letters and nothing else. */
static void
fill (World *world)
{
  PracticeStore *store = practice_office_store (world->office);
  PracticeMailbox *inbox;

  practice_store_lock (store);
  inbox = inbox_of (world, "emmy");
  while (practice_mailbox_count (inbox) > 0)
    practice_mailbox_remove (inbox, practice_mailbox_get (inbox, 0)->uid);
  for (guint i = 0; i < LETTERS; i++)
    {
      char *text = letter_text (i);
      g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
      g_autoptr (PracticeMessage) message = practice_message_new (bytes, 1795000000 + i);

      practice_mailbox_add (inbox, message, NULL);
    }
  practice_store_unlock (store);
}

static EngineAccount *
add_account (World *world, EngineService *service, const char *protocol)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreAccountInfo) info = store_account_info_new ();
  g_autofree char *path = g_build_filename (world->dir, "password", NULL);
  gboolean pop3 = strcmp (protocol, "pop3") == 0;
  EngineAccount *account;

  g_file_set_contents_full (path, "noether", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  set (&info->protocol, protocol);
  set (&info->name, "emmy");
  set (&info->email, "emmy@practice.example");
  set (&info->user, "emmy");
  set (&info->smtp_user, "emmy");
  set (&info->host, "localhost");
  set (&info->smtp_host, "localhost");
  set (&info->ca_file, practice_office_ca_file (world->office));
  set (&info->password_file, path);
  set (&info->leave_policy, "none");
  info->port =
      practice_office_port (world->office, pop3 ? PRACTICE_PORT_POP3S : PRACTICE_PORT_IMAPS);
  info->smtp_port = practice_office_port (world->office, PRACTICE_PORT_SUBMISSIONS);
  account = engine_service_add (service, info, NULL, &error);
  g_assert_no_error (error);
  return account;
}

static char *
new_data_dir (World *world)
{
  g_autofree char *template = g_build_filename (world->dir, "data-XXXXXX", NULL);
  char *dir = g_mkdtemp (g_strdup (template));

  g_assert_nonnull (dir);
  return dir;
}

/* Opens the directory again, with the power back, and looks. */
static EngineAccount *
reopen (const char *dir, EngineService **service)
{
  g_autoptr (GError) error = NULL;
  EngineAccount *account;

  power_vfs_restore ();
  *service = engine_service_new (dir, NULL, &error);
  g_assert_no_error (error);
  account = engine_service_account (*service, "emmy", TRUE, &error);
  g_assert_no_error (error);
  return account;
}

static void
check_letters (EngineAccount *account)
{
  StoreReader *reader = engine_account_reader (account);
  g_autoptr (StoreFolder) inbox = store_reader_folder_by_name (reader, "INBOX", NULL);
  g_autoptr (GArray) listed = store_reader_list (reader, inbox->id, NULL);
  gboolean seen[LETTERS] = { FALSE };

  g_assert_cmpuint (listed->len, ==, LETTERS);
  for (guint i = 0; i < listed->len; i++)
    {
      gint64 placement = g_array_index (listed, StoreListed, i).placement;
      g_autoptr (GPtrArray) rows = store_reader_rows (reader, &placement, 1, NULL);
      const StoreRow *row = g_ptr_array_index (rows, 0);
      guint number = (guint) g_ascii_strtoull (row->subject + strlen ("letter "), NULL, 10);
      g_autofree char *text = letter_text (number);
      g_autoptr (GBytes) source = store_reader_source (reader, row->message, NULL);

      g_assert_nonnull (source);
      g_assert_cmpmem (
          text, strlen (text), g_bytes_get_data (source, NULL), g_bytes_get_size (source));
      g_assert_false (seen[number]);
      seen[number] = TRUE;
    }
}

/* FALSE: the session was over before the power went. */
static gboolean
collect_once (World *world, guint step, PowerCut kind)
{
  g_autofree char *dir = new_data_dir (world);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_COLLECT, NULL);
  g_autoptr (GError) error = NULL;
  EngineService *service;
  EngineAccount *account;
  gboolean was_cut;

  fill (world);
  power_vfs_reset ();
  service = engine_service_new (dir, NULL, &error);
  g_assert_no_error (error);
  account = add_account (world, service, "pop3");
  power_vfs_cut_at (step, kind);
  engine_run_sync (account, NULL, cause, NULL, NULL);
  was_cut = power_vfs_is_off ();
  engine_account_unref (account);
  engine_service_free (service);
  was_cut |= power_vfs_is_off ();
  account = reopen (dir, &service);
  engine_run_sync (account, NULL, cause, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_there (world, "emmy"), ==, 0);
  check_letters (account);
  engine_account_unref (account);
  engine_service_free (service);
  return was_cut;
}

static void
world_open (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *office = NULL;
  PracticeOptions options = { .seed = 1 };

  world->dir = g_dir_make_tmp ("engine-power-XXXXXX", &error);
  g_assert_no_error (error);
  office = g_build_filename (world->dir, "office", NULL);
  options.dir = office;
  world->office = practice_office_new (&options, &error);
  g_assert_no_error (error);
  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
}

static void
world_close (World *world)
{
  practice_office_free (world->office);
  store_sqlite_set_vfs (NULL);
  test_tree_remove (world->dir);
  g_free (world->dir);
}

static void
test_collecting (gconstpointer data)
{
  World world;
  guint step = 1 + GPOINTER_TO_UINT (data);

  world_open (&world);
  while (collect_once (&world, step, (PowerCut) GPOINTER_TO_INT (data)))
    step += g_test_thorough () ? 1 : STRIDE;
  g_test_message ("%u steps", step);
  g_assert_cmpuint (step, >, 10);
  world_close (&world);
}

static StoreOutboxState
state_of_first (EngineAccount *account, gboolean *there)
{
  g_autoptr (GPtrArray) outbox = store_reader_outbox (engine_account_reader (account), NULL);

  *there = outbox->len > 0;
  return *there ? ((StoreOutboxEntry *) g_ptr_array_index (outbox, 0))->state : STORE_OUTBOX_DRAFT;
}

static gboolean
send_once (World *world, guint step, PowerCut kind)
{
  static const char text[] =
      "From: emmy@practice.example\r\nTo: ada@practice.example\r\nSubject: x\r\n"
      "Message-ID: <sent@practice.example>\r\n\r\nOnce.\r\n";
  g_autofree char *dir = new_data_dir (world);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, "x");
  g_autoptr (GBytes) letter = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  EngineService *service;
  EngineAccount *account;
  guint before = count_there (world, "ada");
  guint arrived;
  gboolean was_cut, accepted, there;
  StoreOutboxState state;

  power_vfs_reset ();
  service = engine_service_new (dir, NULL, &error);
  g_assert_no_error (error);
  account = add_account (world, service, "imap");
  power_vfs_cut_at (step, kind);
  accepted = engine_run_send (account, letter, NULL, NULL, NULL, cause, NULL);
  was_cut = power_vfs_is_off ();
  engine_account_unref (account);
  engine_service_free (service);
  was_cut |= power_vfs_is_off ();
  arrived = count_there (world, "ada") - before;
  g_assert_true (!accepted || arrived == 1);
  account = reopen (dir, &service);
  engine_run_sync (account, NULL, cause, NULL, &error);
  g_assert_no_error (error);
  state = state_of_first (account, &there);
  /* It went out once, or it is said that nobody knows, or it never was in the outbox. */
  g_assert_cmpuint (count_there (world, "ada") - before, <=, 1);
  if (there && state == STORE_OUTBOX_SENT)
    g_assert_cmpuint (count_there (world, "ada") - before, ==, 1);
  else
    g_assert_true (!there || state == STORE_OUTBOX_UNKNOWN);
  if (!there)
    g_assert_cmpuint (arrived, ==, 0);
  engine_account_unref (account);
  engine_service_free (service);
  return was_cut;
}

static void
test_sending (gconstpointer data)
{
  World world;
  guint step = 1;

  world_open (&world);
  while (send_once (&world, step, (PowerCut) GPOINTER_TO_INT (data)))
    step += g_test_thorough () ? 1 : 2;
  g_test_message ("%u steps", step);
  g_assert_cmpuint (step, >, 5);
  world_close (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_data_func (
      "/engine/power/collecting/dropped", GINT_TO_POINTER (POWER_DROP), test_collecting);
  g_test_add_data_func (
      "/engine/power/collecting/torn", GINT_TO_POINTER (POWER_TORN), test_collecting);
  g_test_add_data_func (
      "/engine/power/collecting/late", GINT_TO_POINTER (POWER_LATE), test_collecting);
  g_test_add_data_func (
      "/engine/power/sending/dropped", GINT_TO_POINTER (POWER_DROP), test_sending);
  g_test_add_data_func ("/engine/power/sending/torn", GINT_TO_POINTER (POWER_TORN), test_sending);
  return g_test_run ();
}
