/* Mailboxes that are kept: what was done is there at the next start, what was not done in full is
 * not, and no damage to a file loses a letter or gives a UID to another one. */
#include "practice-store.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "imap-mailbox.h"
#include "mail-init.h"
#include "practice-seed.h"
#include "test-tree.h"

typedef struct
{
  char *dir;
  PracticeStore *store;
  gboolean found;
} Fixture;

static void
open_store (Fixture *fixture)
{
  GError *error = NULL;

  fixture->store = practice_store_open (fixture->dir, &fixture->found, &error);
  g_assert_no_error (error);
}

static void
restart (Fixture *fixture)
{
  g_clear_pointer (&fixture->store, practice_store_unref);
  open_store (fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("restante-keep-XXXXXX", NULL);
  open_store (fixture);
  g_assert_false (fixture->found);
  g_assert_true (practice_seed (fixture->store, 1, 3, FALSE, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->store, practice_store_unref);
  test_tree_remove (fixture->dir);
  g_free (fixture->dir);
}

static PracticeAccount *
ada (Fixture *fixture)
{
  return practice_store_account (fixture->store, practice_user_find ("ada"));
}

static PracticeMailbox *
mailbox (Fixture *fixture, const char *name)
{
  return practice_account_find (ada (fixture), name);
}

/* All that a client could see of a mailbox; @identity: its UIDs and counters too. */
static void
describe_mailbox (PracticeMailbox *box, gboolean identity, GString *out)
{
  if (identity)
    g_string_append_printf (out,
                            "%s use %u validity %u next %u modseq %" G_GUINT64_FORMAT " gone %u\n",
                            box->name,
                            box->use,
                            box->uidvalidity,
                            box->uidnext,
                            box->modseq,
                            box->gone->len);
  for (guint i = 0; i < practice_mailbox_count (box); i++)
    {
      const PracticeEntry *entry = practice_mailbox_get (box, i);
      g_autoptr (GBytes) source = practice_message_dup_source (entry->message);
      g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, source);

      g_string_append_printf (out, "  %s", sum);
      if (identity)
        {
          g_string_append_printf (out,
                                  " uid %u modseq %" G_GUINT64_FORMAT " date %" G_GINT64_FORMAT
                                  " saved %" G_GINT64_FORMAT " ",
                                  entry->uid,
                                  entry->modseq,
                                  practice_message_date (entry->message),
                                  entry->saved);
          imap_flags_write (&entry->flags, out);
        }
      g_string_append_c (out, '\n');
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static char *
describe (Fixture *fixture)
{
  GString *out = g_string_new (NULL);
  guint n_users;
  const PracticeUser *users = practice_users (&n_users);

  for (guint i = 0; i < n_users; i++)
    {
      PracticeAccount *account = practice_store_account (fixture->store, &users[i]);
      g_autofree gpointer *names = g_hash_table_get_keys_as_array (account->subscriptions, NULL);
      g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

      g_string_append_printf (out, "%s\n", users[i].name);
      for (guint j = 0; j < account->mailboxes->len; j++)
        describe_mailbox (account->mailboxes->pdata[j], TRUE, out);
      for (guint j = 0; names[j] != NULL; j++)
        g_ptr_array_add (sorted, names[j]);
      g_ptr_array_sort (sorted, compare_names);
      for (guint j = 0; j < sorted->len; j++)
        g_string_append_printf (out, " subscribed %s\n", (char *) sorted->pdata[j]);
    }
  return g_string_free (out, FALSE);
}

static char *
letters_of (PracticeMailbox *box)
{
  GString *out = g_string_new (NULL);

  describe_mailbox (box, FALSE, out);
  return g_string_free (out, FALSE);
}

static void
add (PracticeMailbox *box, const char *text)
{
  g_autoptr (GBytes) source = g_bytes_new (text, strlen (text));
  g_autoptr (PracticeMessage) message = practice_message_new (source, 1000000000);
  ImapFlags flags = { 0 };

  imap_flags_add (&flags, "\\Flagged", 8);
  imap_flags_add (&flags, "$Odd\"'", 6);
  practice_mailbox_add (box, message, &flags);
  imap_flags_clear (&flags);
}

static void
commit (Fixture *fixture)
{
  GError *error = NULL;

  g_assert_true (practice_store_commit (fixture->store, &error));
  g_assert_no_error (error);
}

/* What people do, one after the other: each is a commit of its own. */
static void
flag (Fixture *fixture)
{
  PracticeMailbox *box = mailbox (fixture, "INBOX");
  const ImapFlags flags = { .bits = IMAP_FLAG_SEEN | IMAP_FLAG_DELETED };

  practice_mailbox_set_flags (box, practice_mailbox_get (box, 2), &flags);
}

static void
expunge (Fixture *fixture)
{
  practice_mailbox_remove (mailbox (fixture, "INBOX"), 2);
  practice_mailbox_remove (mailbox (fixture, "INBOX"), 15);
}

static void
append (Fixture *fixture)
{
  add (mailbox (fixture, "INBOX"), "Subject: one\r\n\r\nx\r\n");
  add (mailbox (fixture, "Trash"), "Subject: two\r\n\r\n");
}

static void
move (Fixture *fixture)
{
  PracticeMailbox *from = mailbox (fixture, "INBOX");
  PracticeEntry *entry = practice_mailbox_get (from, 4);
  guint32 uid = entry->uid;

  practice_mailbox_add (mailbox (fixture, "Archive"), entry->message, &entry->flags);
  practice_mailbox_remove (from, uid);
}

static void
create (Fixture *fixture)
{
  practice_store_create (fixture->store, ada (fixture), "Dés/à coudre", 0);
  practice_store_subscribe (fixture->store, ada (fixture), "Dés/à coudre", TRUE);
}

static void
rename_mailbox (Fixture *fixture)
{
  practice_store_rename (
      fixture->store, ada (fixture), mailbox (fixture, "Archive"), "Old 'quoted' \"name\"");
}

static void
rename_inbox (Fixture *fixture)
{
  practice_store_rename (fixture->store, ada (fixture), mailbox (fixture, "INBOX"), "Was INBOX");
}

static void
delete_mailbox (Fixture *fixture)
{
  practice_store_delete (fixture->store, ada (fixture), mailbox (fixture, "Junk"));
  practice_store_subscribe (fixture->store, ada (fixture), "Junk", FALSE);
}

static void (*const deeds[]) (Fixture *) = {
  flag, expunge, append, move, create, rename_mailbox, rename_inbox, delete_mailbox, append,
};

static void
test_again (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;

      deeds[i](fixture);
      commit (fixture);
      before = describe (fixture);
      restart (fixture);
      g_assert_true (fixture->found);
      after = describe (fixture);
      g_assert_cmpstr (after, ==, before);
    }
}

/* The power went before the commit: the state is the one before. */
static void
test_not_committed (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_autofree char *before = describe (fixture);
      g_autofree char *after = NULL;

      deeds[i](fixture);
      restart (fixture);
      after = describe (fixture);
      g_assert_cmpstr (after, ==, before);
      deeds[i](fixture);
      commit (fixture);
    }
}

static void
set_room (gboolean room)
{
  struct rlimit limit;

  getrlimit (RLIMIT_FSIZE, &limit);
  limit.rlim_cur = room ? limit.rlim_max : 0;
  setrlimit (RLIMIT_FSIZE, &limit);
}

/* Whatever is done on a full disk is undone, here and there; then there is room. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_autofree char *before = describe (fixture);
      g_autofree char *after = NULL;
      g_autofree char *again = NULL;
      g_autoptr (GError) error = NULL;

      deeds[i](fixture);
      set_room (FALSE);
      g_assert_false (practice_store_commit (fixture->store, &error));
      set_room (TRUE);
      g_assert_nonnull (error);
      after = describe (fixture);
      g_assert_cmpstr (after, ==, before);
      if (i % 2 == 0)
        restart (fixture);
      again = describe (fixture);
      g_assert_cmpstr (again, ==, before);
      deeds[i](fixture);
      commit (fixture);
    }
}

static void
test_uids (Fixture *fixture, gconstpointer data)
{
  PracticeMailbox *box = mailbox (fixture, "INBOX");
  guint32 uidvalidity;
  guint32 first = box->uidnext;

  append (fixture);
  commit (fixture);
  practice_mailbox_remove (box, first);
  commit (fixture);
  restart (fixture);
  append (fixture);
  box = mailbox (fixture, "INBOX");
  g_assert_cmpuint (
      practice_mailbox_get (box, practice_mailbox_count (box) - 1)->uid, ==, first + 1);
  /* A mailbox made again is another, also after a restart and whatever the clock says. */
  create (fixture);
  uidvalidity = mailbox (fixture, "Dés/à coudre")->uidvalidity;
  commit (fixture);
  practice_store_delete (fixture->store, ada (fixture), mailbox (fixture, "Dés/à coudre"));
  commit (fixture);
  restart (fixture);
  create (fixture);
  g_assert_cmpuint (mailbox (fixture, "Dés/à coudre")->uidvalidity, >, uidvalidity);
}

static char *
path_in (Fixture *fixture, const char *name, const char *file)
{
  g_autofree char *number = g_strdup_printf ("%u", mailbox (fixture, name)->uidvalidity);

  return g_build_filename (fixture->dir, "ada", number, file, NULL);
}

/* Cut anywhere, or with any byte changed, the index is not believed: the letters are there under a
 * new UIDVALIDITY, and the other mailboxes as they were. */
static void
test_damaged_index (Fixture *fixture, gconstpointer data)
{
  g_autofree char *letters = letters_of (mailbox (fixture, "Archive"));
  g_autofree char *inbox = letters_of (mailbox (fixture, "INBOX"));
  guint32 inbox_validity = mailbox (fixture, "INBOX")->uidvalidity;

  for (guint i = 0;; i += 37)
    {
      g_autofree char *path = path_in (fixture, "Archive", "index");
      guint32 uidvalidity = mailbox (fixture, "Archive")->uidvalidity;
      g_autofree char *bytes = NULL;
      g_autofree char *found = NULL;
      g_autofree char *found_inbox = NULL;
      gsize len;

      g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
      if (i >= len)
        break;
      if (i % 2 == 0)
        bytes[i] ^= 1;
      else
        len = i;
      g_assert_true (g_file_set_contents (path, bytes, (gssize) len, NULL));
      restart (fixture);
      found = letters_of (mailbox (fixture, "Archive"));
      found_inbox = letters_of (mailbox (fixture, "INBOX"));
      g_assert_cmpstr (found, ==, letters);
      g_assert_cmpstr (found_inbox, ==, inbox);
      g_assert_cmpuint (mailbox (fixture, "Archive")->uidvalidity, >, uidvalidity);
      g_assert_cmpuint (mailbox (fixture, "Archive")->use, ==, IMAP_MAILBOX_ARCHIVE);
      g_assert_cmpuint (mailbox (fixture, "INBOX")->uidvalidity, ==, inbox_validity);
    }
}

static void
test_damaged_office (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "office", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *archive = NULL;

  before = describe (fixture);
  g_assert_true (g_file_set_contents (path, "restante practice 1 nonsense\n()\n", -1, NULL));
  restart (fixture);
  g_assert_true (fixture->found);
  after = describe (fixture);
  g_assert_cmpstr (after, ==, before);
  /* And with an index gone as well, under a name that tells it. */
  archive = path_in (fixture, "Archive", "index");
  g_unlink (archive);
  g_unlink (path);
  restart (fixture);
  g_assert_null (mailbox (fixture, "Archive"));
  g_assert_cmpuint (practice_mailbox_count (ada (fixture)->mailboxes->pdata[5]), >, 0);
}

/* Files that nobody knows are those of an interruption; a letter whose file is gone is expunged. */
static void
test_stray_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *stray = path_in (fixture, "INBOX", "99.eml");
  g_autofree char *odd = path_in (fixture, "INBOX", "index.tmp");
  g_autofree char *fourth = path_in (fixture, "INBOX", "4.eml");
  guint count = practice_mailbox_count (mailbox (fixture, "INBOX"));
  PracticeMailbox *box;

  g_assert_true (g_file_set_contents (stray, "Subject: half\r\n", -1, NULL));
  g_assert_true (g_file_set_contents (odd, "", -1, NULL));
  g_unlink (fourth);
  restart (fixture);
  box = mailbox (fixture, "INBOX");
  g_assert_cmpuint (practice_mailbox_count (box), ==, count - 1);
  g_assert_null (practice_mailbox_find (box, 4));
  g_assert_null (practice_mailbox_find (box, 99));
  g_assert_false (g_file_test (stray, G_FILE_TEST_EXISTS));
}

static void
test_two (Fixture *fixture, gconstpointer data)
{
  gboolean found;
  g_autoptr (GError) error = NULL;

  g_assert_null (practice_store_open (fixture->dir, &found, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

#define ADD(name, func) g_test_add ("/practice/keep/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGXFSZ, SIG_IGN);
  mail_init ();
  ADD ("again", test_again);
  ADD ("not-committed", test_not_committed);
  ADD ("full", test_full);
  ADD ("uids", test_uids);
  ADD ("damaged-index", test_damaged_index);
  ADD ("damaged-office", test_damaged_office);
  ADD ("stray-files", test_stray_files);
  ADD ("two", test_two);
  return g_test_run ();
}
