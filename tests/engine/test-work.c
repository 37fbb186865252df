/* See test-work.h. */
#include "config.h"

#include "test-work.h"

#include <string.h>

#include "engine-account-private.h"
#include "engine-draft.h"
#include "engine-outbox.h"
#include "engine-run.h"
#include "test-tree.h"

#define USER "emmy"
#define OTHER "ada"
#define MAIL "@practice.example"
#define FEW 4
#define JOINED 10
#define LAST 12
#define MANY 6

static gboolean
is (const TestWork *work, const char *protocol)
{
  return strcmp (work->protocol, protocol) == 0;
}

/* The post office's side. Its store is locked meanwhile. */

static PracticeAccount *
there (TestWork *work, const char *user)
{
  return practice_store_account (practice_office_store (work->office), practice_user_find (user));
}

static void
lock (TestWork *work)
{
  practice_store_lock (practice_office_store (work->office));
}

static void
unlock (TestWork *work)
{
  practice_store_unlock (practice_office_store (work->office));
}

/* @large: every eighth is one that is stored in several pieces. */
static char *
letter_text (guint number, const char *from, const char *to, gboolean large)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text,
                   "From: %s" MAIL "\r\nTo: %s" MAIL "\r\nSubject: letter %u\r\n"
                   "Message-ID: <%u" MAIL ">\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\n",
                   from,
                   to,
                   number,
                   number);
  for (guint i = 0; i <= (large && number % 8 == 5 ? 30000 : number % 3); i++)
    g_string_append_printf (text, ".%u line %u\r\n", number, i * 7919 % 104729);
  return g_string_free (text, FALSE);
}

static void
put (TestWork *work, const char *mailbox, guint flags)
{
  guint number = work->made++;
  char *text = letter_text (number, OTHER, USER, work->large);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  g_autoptr (PracticeMessage) message = practice_message_new (bytes, 1795000000 + number);
  ImapFlags all = { .bits = flags };

  practice_mailbox_add (practice_account_find (there (work, USER), mailbox), message, &all);
  g_hash_table_add (work->alive, GUINT_TO_POINTER (number));
}

/* The number of a letter; FALSE: it is none of ours. */
static gboolean
number_of (const PracticeEntry *entry, guint *number)
{
  g_autoptr (GBytes) bytes = practice_message_dup_source (entry->message);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  const char *found = strstr (text, "Subject: letter ");

  if (found != NULL)
    *number = (guint) g_ascii_strtoull (found + strlen ("Subject: letter "), NULL, 10);
  return found != NULL;
}

/* Another client keeps few letters in a mailbox. */
static void
keep_few (TestWork *work, const char *name, guint few)
{
  PracticeMailbox *mailbox = practice_account_find (there (work, USER), name);
  guint number;

  while (practice_mailbox_count (mailbox) > few)
    {
      PracticeEntry *entry = practice_mailbox_get (mailbox, 0);

      if (number_of (entry, &number))
        {
          g_hash_table_remove (work->alive, GUINT_TO_POINTER (number));
          g_hash_table_remove (work->perhaps, GUINT_TO_POINTER (number));
        }
      practice_mailbox_remove (mailbox, entry->uid);
    }
}

static void
empty (PracticeMailbox *mailbox)
{
  while (practice_mailbox_count (mailbox) > 0)
    practice_mailbox_remove (mailbox, practice_mailbox_get (mailbox, 0)->uid);
}

static void
empty_all (PracticeAccount *account)
{
  for (guint i = 0; i < account->mailboxes->len; i++)
    empty (g_ptr_array_index (account->mailboxes, i));
}

void
test_work_open (TestWork *work, const char *protocol, gboolean only_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *office = NULL;
  PracticeOptions options = { .seed = 1, .plaintext_login = TRUE, .only_data = only_data };

  *work = (TestWork){ .protocol = protocol };
  work->dir = g_dir_make_tmp ("engine-work-XXXXXX", &error);
  g_assert_no_error (error);
  options.dir = office = g_build_filename (work->dir, "office", NULL);
  work->office = practice_office_new (&options, &error);
  g_assert_no_error (error);
  work->alive = g_hash_table_new (NULL, NULL);
  work->perhaps = g_hash_table_new (NULL, NULL);
  lock (work);
  empty_all (there (work, USER));
  empty_all (there (work, OTHER));
  unlock (work);
}

void
test_work_close (TestWork *work)
{
  test_work_leave (work);
  practice_office_free (work->office);
  test_tree_remove (work->dir);
  g_hash_table_unref (work->alive);
  g_hash_table_unref (work->perhaps);
  g_free (work->dir);
  g_free (work->data);
  g_free (work->draft);
  g_free (work->draft_perhaps);
}

/* The account's side */

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
fill (TestWork *work, StoreAccountInfo *info, const char *password_file)
{
  gboolean pop3 = is (work, "pop3");

  set (&info->protocol, pop3 ? "pop3" : "imap");
  set (&info->name, USER);
  set (&info->email, USER MAIL);
  set (&info->user, USER);
  set (&info->smtp_user, USER);
  set (&info->host, "127.0.0.1");
  set (&info->smtp_host, "127.0.0.1");
  set (&info->security, "none");
  set (&info->smtp_security, "none");
  set (&info->password_file, password_file);
  set (&info->leave_policy, work->leave != NULL ? work->leave : "none");
  info->port = practice_office_port (work->office, pop3 ? PRACTICE_PORT_POP3 : PRACTICE_PORT_IMAP);
  info->smtp_port = practice_office_port (work->office, PRACTICE_PORT_SUBMISSION);
  if (work->port != 0)
    *(is (work, "smtp") ? &info->smtp_port : &info->port) = work->port;
}

void
test_work_begin (TestWork *work)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreAccountInfo) info = store_account_info_new ();
  g_autofree char *password_file = g_build_filename (work->dir, "password", NULL);

  test_work_leave (work);
  g_free (work->data);
  work->data = g_build_filename (work->dir, "data-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (work->data));
  g_file_set_contents_full (
      password_file, "noether", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  work->service = engine_service_new (work->data, NULL, &error);
  g_assert_no_error (error);
  fill (work, info, password_file);
  work->account = engine_service_add (work->service, info, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&work->draft, g_free);
  g_clear_pointer (&work->draft_perhaps, g_free);
  work->draft_id = 0;
  work->first = work->made;
  /* Only what an IMAP server keeps outlives the account, and that account's draft would be just
   * another letter there. */
  if (!is (work, "imap"))
    {
      g_hash_table_remove_all (work->alive);
      g_hash_table_remove_all (work->perhaps);
    }
  lock (work);
  if (is (work, "smtp"))
    {
      empty_all (there (work, USER));
      empty_all (there (work, OTHER));
    }
  empty (practice_account_find (there (work, USER), "Drafts"));
  unlock (work);
}

void
test_work_leave (TestWork *work)
{
  g_clear_pointer (&work->account, engine_account_unref);
  g_clear_pointer (&work->service, engine_service_free);
}

void
test_work_resume (TestWork *work)
{
  g_autoptr (GError) error = NULL;

  test_work_leave (work);
  work->service = engine_service_new (work->data, NULL, &error);
  g_assert_no_error (error);
  work->account = engine_service_account (work->service, USER, TRUE, &error);
  g_assert_no_error (error);
}

static GPtrArray *
rows_of (TestWork *work, const char *name)
{
  StoreReader *reader = engine_account_reader (work->account);
  g_autoptr (StoreFolder) folder = store_reader_folder_by_name (reader, name, NULL);
  g_autoptr (GArray) listed = NULL;
  g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) error = NULL;
  GPtrArray *rows;

  if (folder == NULL)
    return g_ptr_array_new ();
  listed = store_reader_list (reader, folder->id, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < listed->len; i++)
    g_array_append_val (placements, g_array_index (listed, StoreListed, i).placement);
  rows = store_reader_rows (reader, (gint64 *) (void *) placements->data, placements->len, &error);
  g_assert_no_error (error);
  return rows;
}

static guint
row_number (const StoreRow *row)
{
  g_assert_true (g_str_has_prefix (row->subject, "letter "));
  return (guint) g_ascii_strtoull (row->subject + strlen ("letter "), NULL, 10);
}

/* What the power leaves no time for may be done or not. */

static void
save_draft (TestWork *work, const BaseCause *cause)
{
  g_autofree char *text =
      g_strdup_printf ("From: " USER MAIL "\r\nSubject: draft\r\nMessage-ID: <d%u" MAIL ">\r\n"
                       "\r\nWords %u.\r\n",
                       work->made,
                       work->made);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_free (work->draft_perhaps);
  work->draft_perhaps = g_strdup (strstr (text, "Words"));
  if (engine_account_save_draft (work->account, &work->draft_id, bytes, 0, 0, NULL))
    {
      g_free (work->draft);
      work->draft = g_steal_pointer (&work->draft_perhaps);
    }
}

static void
act (TestWork *work, const BaseCause *cause)
{
  g_autoptr (GPtrArray) rows = rows_of (work, "INBOX");
  g_autoptr (StoreFolder) archive =
      store_reader_folder_by_name (engine_account_reader (work->account), "Archive", NULL);
  gint64 of[FEW];
  guint last;

  if (rows->len < FEW || archive == NULL)
    return;
  for (guint i = 0; i < FEW; i++)
    of[i] = ((StoreRow *) g_ptr_array_index (rows, i))->placement;
  last = row_number (g_ptr_array_index (rows, 3));
  engine_account_flag (work->account, of, 1, STORE_FLAG_FLAGGED | STORE_FLAG_SEEN, 0, cause, NULL);
  engine_account_move (work->account, of + 1, 1, archive->id, cause, NULL);
  engine_account_delete (work->account, of + 2, 1, FALSE, cause, NULL);
  g_hash_table_remove (work->alive, GUINT_TO_POINTER (last));
  if (!engine_account_delete (work->account, of + 3, 1, TRUE, cause, NULL))
    g_hash_table_add (work->perhaps, GUINT_TO_POINTER (last));
}

static void
remove_for_good (TestWork *work, const StoreRow *row)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_DELETE, NULL);
  gpointer number = GUINT_TO_POINTER (row_number (row));

  g_hash_table_remove (work->alive, number);
  if (!engine_account_delete (work->account, &row->placement, 1, TRUE, cause, NULL))
    g_hash_table_add (work->perhaps, number);
}

static void
move_to (TestWork *work, const StoreRow *row, const char *name)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_MOVE, NULL);
  g_autoptr (StoreFolder) folder =
      store_reader_folder_by_name (engine_account_reader (work->account), name, NULL);

  if (folder != NULL)
    engine_account_move (work->account, &row->placement, 1, folder->id, cause, NULL);
}

/* Letter by letter: one is marked and moved, others only marked, moved or removed. */
static void
act_joined (TestWork *work)
{
  g_autoptr (GPtrArray) rows = rows_of (work, "INBOX");

  for (guint i = 0; rows->len >= JOINED && i < JOINED; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_MARK, NULL);

      if (i < 4)
        engine_account_flag (
            work->account, &row->placement, 1, STORE_FLAG_FLAGGED, STORE_FLAG_SEEN, cause, NULL);
      if (i >= 3 && i < 6)
        move_to (work, row, "Archive");
      if (i >= 6 && i < 8)
        move_to (work, row, "Trash");
      if (i >= 8)
        remove_for_good (work, row);
    }
}

static void
ask_imap (TestWork *work)
{
  static char *words[] = { (char *) "$Label1", (char *) "later", NULL };
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_MARK, NULL);
  PracticeMailbox *inbox;

  if (work->joined)
    act_joined (work);
  else
    act (work, cause);
  save_draft (work, cause);
  lock (work);
  keep_few (work, "INBOX", work->joined ? JOINED : 5);
  keep_few (work, "Archive", 2);
  keep_few (work, "Trash", 2);
  for (guint i = 0; i < (work->joined ? JOINED : 3); i++)
    put (work, "INBOX", i == 1 ? IMAP_FLAG_SEEN : 0);
  inbox = practice_account_inbox (there (work, USER));
  practice_mailbox_set_flags (
      inbox,
      practice_mailbox_get (inbox, 0),
      &(ImapFlags){ .bits = work->made % 2 ? IMAP_FLAG_ANSWERED : IMAP_FLAG_FLAGGED,
                    .keywords = work->made % 2 ? words : NULL });
  practice_mailbox_changed (inbox);
  unlock (work);
}

static void
ask_pop3 (TestWork *work)
{
  lock (work);
  for (guint i = 0; i < 2; i++)
    put (work, "INBOX", 0);
  unlock (work);
}

static void
queue_letter (TestWork *work)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, NULL);
  guint number = work->made++;
  char *text = letter_text (number, USER, OTHER, work->large);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  gint64 id = 0;
  gboolean good = engine_draft_put (
      work->account, STORE_OUTBOX_QUEUED, bytes, NULL, NULL, 0, 0, NULL, cause, &id, NULL);

  g_hash_table_add (good ? work->alive : work->perhaps, GUINT_TO_POINTER (number));
}

/* Two, so that one goes out behind the other. */
static void
ask_smtp (TestWork *work)
{
  for (guint i = 0; i < (work->many ? MANY : 2); i++)
    queue_letter (work);
}

void
test_work_ask (TestWork *work)
{
  if (is (work, "imap"))
    ask_imap (work);
  else if (is (work, "pop3"))
    ask_pop3 (work);
  else
    ask_smtp (work);
}

gboolean
test_work_do (TestWork *work, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SYNC, NULL);

  return is (work, "smtp")
             ? engine_run_outbox (
                   work->account, engine_account_reader (work->account), NULL, NULL, error)
             : engine_run_sync (work->account, NULL, cause, NULL, error);
}

/* In the end */

static gboolean
has (GHashTable *set, guint number)
{
  return g_hash_table_contains (set, GUINT_TO_POINTER (number));
}

/* What is in a mailbox is what the folder shows, letter by letter, flag by flag. */
static void
compare (TestWork *work, const PracticeMailbox *mailbox)
{
  StoreReader *reader = engine_account_reader (work->account);
  g_autoptr (GPtrArray) rows = rows_of (work, mailbox->name);

  g_assert_cmpuint (rows->len, ==, practice_mailbox_count (mailbox));
  for (guint i = 0; i < rows->len; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      const PracticeEntry *entry = practice_mailbox_find ((PracticeMailbox *) mailbox, row->uid);
      g_autoptr (GBytes) here = store_reader_source (reader, row->message, NULL);
      g_autoptr (GBytes) letter = NULL;
      g_autofree char *keywords = NULL;

      g_assert_nonnull (entry);
      letter = practice_message_dup_source (entry->message);
      keywords = entry->flags.keywords ? g_strjoinv (" ", entry->flags.keywords) : g_strdup ("");
      g_assert_cmphex (row->flags, ==, entry->flags.bits & ~(guint) IMAP_FLAG_RECENT);
      g_assert_cmpstr (row->keywords, ==, keywords);
      g_assert_cmpuint (row->pending, ==, 0);
      g_assert_nonnull (here);
      g_assert_true (g_bytes_equal (here, letter));
    }
}

/* A version that was not said to be saved may be the one that is there, and then it stays: what is
 * saved in vain later leaves it alone. */
static void
check_draft (TestWork *work)
{
  PracticeMailbox *drafts = practice_account_find (there (work, USER), "Drafts");
  g_autofree char *perhaps = g_steal_pointer (&work->draft_perhaps);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (practice_mailbox_count (drafts), <=, 1);
  if (practice_mailbox_count (drafts) == 0)
    {
      g_assert_null (work->draft);
      return;
    }
  bytes = practice_message_dup_source (practice_mailbox_get (drafts, 0)->message);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (perhaps != NULL && g_str_has_suffix (text, perhaps))
    set (&work->draft, perhaps);
  g_assert_nonnull (work->draft);
  g_assert_true (g_str_has_suffix (text, work->draft));
}

static void
check_imap (TestWork *work)
{
  g_autoptr (GPtrArray) journal =
      store_reader_journal (engine_account_reader (work->account), NULL);
  g_autoptr (GHashTable) found = g_hash_table_new (NULL, NULL);
  GPtrArray *mailboxes;
  GHashTableIter iter;
  gpointer key;

  g_assert_cmpuint (journal->len, ==, 0);
  lock (work);
  mailboxes = there (work, USER)->mailboxes;
  for (guint i = 0; i < mailboxes->len; i++)
    {
      PracticeMailbox *mailbox = g_ptr_array_index (mailboxes, i);
      guint number;

      compare (work, mailbox);
      for (guint j = 0; j < practice_mailbox_count (mailbox); j++)
        if (number_of (practice_mailbox_get (mailbox, j), &number))
          {
            if (!g_hash_table_add (found, GUINT_TO_POINTER (number)))
              g_error ("letter %u is there twice", number);
            if (!has (work->alive, number) && !has (work->perhaps, number))
              g_error ("letter %u is back again", number);
          }
    }
  g_hash_table_iter_init (&iter, work->alive);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (found, key))
      g_error ("letter %u is lost", GPOINTER_TO_UINT (key));
  /* Who asked in vain to remove it sees it, or not, and that is how it stays. */
  g_hash_table_iter_init (&iter, work->perhaps);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_hash_table_contains (found, key))
      g_hash_table_add (work->alive, key);
  g_hash_table_remove_all (work->perhaps);
  check_draft (work);
  unlock (work);
}

static void
check_pop3 (TestWork *work)
{
  StoreReader *reader = engine_account_reader (work->account);
  g_autoptr (GPtrArray) rows = rows_of (work, "INBOX");
  g_autoptr (GHashTable) found = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      guint number = row_number (row);
      g_autofree char *text = letter_text (number, OTHER, USER, work->large);
      g_autoptr (GBytes) here = store_reader_source (reader, row->message, NULL);

      if (!g_hash_table_add (found, GUINT_TO_POINTER (number)))
        g_error ("letter %u is here twice", number);
      g_assert_nonnull (here);
      g_assert_cmpmem (text, strlen (text), g_bytes_get_data (here, NULL), g_bytes_get_size (here));
    }
  g_assert_cmpuint (g_hash_table_size (found), ==, g_hash_table_size (work->alive));
  lock (work);
  g_assert_cmpuint (practice_mailbox_count (practice_account_inbox (there (work, USER))), ==, 0);
  unlock (work);
}

static guint
count (TestWork *work, const char *user, const char *name, guint number)
{
  PracticeMailbox *mailbox;
  guint times = 0;
  guint one;

  lock (work);
  mailbox = practice_account_find (there (work, user), name);
  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    times += number_of (practice_mailbox_get (mailbox, i), &one) && one == number;
  unlock (work);
  return times;
}

/* What waits for its next try is sent now. */
static void
try_again (TestWork *work)
{
  g_autoptr (GPtrArray) outbox = store_reader_outbox (engine_account_reader (work->account), NULL);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < outbox->len; i++)
    {
      const StoreOutboxEntry *entry = g_ptr_array_index (outbox, i);

      if (entry->state == STORE_OUTBOX_QUEUED)
        engine_account_send_again (work->account, entry->id, cause, &error);
      g_assert_no_error (error);
    }
}

/* Sent once and a copy of it in Sent; or it is said that nobody knows; or it was never in the
 * outbox. */
static void
check_smtp (TestWork *work)
{
  g_autoptr (GPtrArray) outbox = store_reader_outbox (engine_account_reader (work->account), NULL);
  g_autoptr (GHashTable) states = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < outbox->len; i++)
    {
      const StoreOutboxEntry *entry = g_ptr_array_index (outbox, i);
      guint number = (guint) g_ascii_strtoull (entry->subject + strlen ("letter "), NULL, 10);

      g_assert_true (
          g_hash_table_insert (states, GUINT_TO_POINTER (number), GINT_TO_POINTER (entry->state)));
    }
  /* What became of the last ones; one that is sent again later would be among them. */
  for (guint number = MAX (work->first, work->made > LAST ? work->made - LAST : 0);
       number < work->made;
       number++)
    {
      gpointer state = NULL;
      gboolean known =
          g_hash_table_lookup_extended (states, GUINT_TO_POINTER (number), NULL, &state);
      guint arrived = count (work, OTHER, "INBOX", number);

      g_assert_true (known || !has (work->alive, number));
      if (!known)
        g_assert_cmpuint (arrived, ==, 0);
      else if (GPOINTER_TO_INT (state) == STORE_OUTBOX_UNKNOWN)
        g_assert_cmpuint (arrived, <=, 1);
      else
        {
          g_assert_cmpint (GPOINTER_TO_INT (state), ==, STORE_OUTBOX_SENT);
          g_assert_cmpuint (arrived, ==, 1);
          g_assert_cmpuint (count (work, USER, "Sent", number), ==, 1);
        }
    }
}

void
test_work_check (TestWork *work)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SYNC, NULL);
  g_autoptr (GError) error = NULL;

  if (is (work, "smtp"))
    {
      try_again (work);
      /* Hands over what is left, then puts the copy of it into Sent. */
      engine_run_outbox (work->account, engine_account_reader (work->account), NULL, NULL, &error);
      g_assert_no_error (error);
    }
  engine_run_sync (work->account, NULL, cause, NULL, &error);
  g_assert_no_error (error);
  if (is (work, "imap"))
    check_imap (work);
  else if (is (work, "pop3"))
    check_pop3 (work);
  else
    check_smtp (work);
}
