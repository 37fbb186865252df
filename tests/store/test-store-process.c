/* More than one process: a guest beside the owner, and writers that are killed in the middle. The
 * program runs itself as the other process. */
#include "test-store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store-sqlite.h"
#include "store-tx.h"

/* Child: letters one after the other, each promised on standard output when its synced write
 * returned. */
typedef struct
{
  gint64 folder;
  guint32 uid;
  BaseCause *cause;
} Letter;

static char *
letter_text (guint32 uid)
{
  g_autofree char *body = g_strnfill (1000 + uid % 13 * 40000, 'a' + uid % 26);

  return g_strdup_printf ("Message-ID: <%u@x>\r\n\r\n%s\r\n", uid, body);
}

static gboolean
put_letter (StoreTx *tx, gpointer data, GError **error)
{
  Letter *letter = data;
  g_autofree char *text = letter_text (letter->uid);
  g_autofree char *message_id = g_strdup_printf ("%u@x", letter->uid);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (StorePack) pack = store_pack_bytes (bytes);
  StoreNewMessage message = { .folder = letter->folder,
                              .uidvalidity = 7,
                              .uid = letter->uid,
                              .message_id = message_id,
                              .size = strlen (text),
                              .flags = letter->uid % 2 ? STORE_FLAG_SEEN : 0,
                              .date_utc = 1700000000 + letter->uid };

  return store_tx_source_put (tx, pack, &message.source, error) &&
         store_tx_put_message (tx, &message, letter->cause, "UID FETCH", NULL, NULL, error);
}

static int
child_writer (const char *dir)
{
  g_autoptr (StoreMailbase) mailbase = store_mailbase_open (dir, "a-b-c", TRUE, NULL);
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, NULL);
  g_autoptr (StoreFolder) inbox = store_reader_folder_by_name (reader, "inbox", NULL);
  g_autoptr (GArray) uids = store_reader_uids (reader, inbox->id, 7, NULL);
  Letter letter = { .folder = inbox->id,
                    .uid = uids->len,
                    .cause = base_cause_new (BASE_CAUSE_SYNC, NULL) };

  for (;;)
    {
      letter.uid++;
      if (!store_mailbase_write (mailbase, STORE_PRIORITY_BULK, TRUE, put_letter, &letter, NULL))
        return 1;
      if (write (STDOUT_FILENO, &letter.uid, sizeof letter.uid) < 0)
        return 1;
    }
}

static gboolean
act_flag (StoreTx *tx, gpointer data, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_MARK, NULL);

  return store_tx_act_flags (tx, data, 1, STORE_FLAG_SEEN, 0, cause, NULL, error);
}

/* Child: a guest that marks the first letter as read. */
static int
child_guest (const char *dir)
{
  g_autoptr (StoreMailbase) mailbase = NULL;
  g_autoptr (StoreReader) reader = NULL;
  g_autoptr (StoreFolder) inbox = NULL;
  g_autoptr (GArray) list = NULL;
  g_autoptr (GError) error = NULL;

  if (store_mailbase_open (dir, "a-b-c", TRUE, &error) != NULL ||
      !g_error_matches (error, STORE_ERROR, STORE_ERROR_OWNED))
    return 2;
  mailbase = store_mailbase_open (dir, "a-b-c", FALSE, NULL);
  reader = store_mailbase_reader (mailbase, NULL);
  inbox = store_reader_folder_by_name (reader, "INBOX", NULL);
  list = store_reader_list (reader, inbox->id, NULL);
  return store_mailbase_write (mailbase,
                               STORE_PRIORITY_CLICK,
                               TRUE,
                               act_flag,
                               &g_array_index (list, StoreListed, 0).placement,
                               NULL)
             ? 0
             : 3;
}

static GPid
start (const char *role, const char *dir, int *out)
{
  const char *const argv[] = { "/proc/self/exe", role, dir, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async_with_pipes (NULL,
                            (char **) argv,
                            NULL,
                            G_SPAWN_DO_NOT_REAP_CHILD,
                            NULL,
                            NULL,
                            &pid,
                            NULL,
                            out,
                            NULL,
                            &error);
  g_assert_no_error (error);
  return pid;
}

/* Reads promises until @wanted have come, then kills: the child is somewhere in its next letter. */
static guint32
kill_after (GPid pid, int out, guint wanted)
{
  guint32 promised = 0;
  guint32 next;
  int status;

  for (guint i = 0; i < wanted && read (out, &next, sizeof next) == sizeof next; i++)
    promised = next;
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  g_assert_true (WIFSIGNALED (status));
  /* What it had said before it died counts too. */
  while (read (out, &next, sizeof next) == sizeof next)
    promised = next;
  close (out);
  return promised;
}

static gboolean
check_sound (StoreTx *tx, gpointer data, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (tx->db, error, "PRAGMA quick_check", "");
  gint64 orphans;

  g_assert_cmpint (store_sqlite_step (tx->db, stmt, error), ==, 1);
  g_assert_cmpstr ((const char *) sqlite3_column_text (stmt, 0), ==, "ok");
  store_sqlite_reset (stmt);
  g_assert_true (store_sqlite_number (
      tx->db, &orphans, NULL, error, "SELECT count(*) FROM source WHERE NOT published", ""));
  g_assert_cmpint (orphans, ==, 0);
  return TRUE;
}

static void
test_killed (Fix *fix, gconstpointer data)
{
  guint32 promised = 0;

  for (guint round = 0; round < 100; round++)
    {
      g_autoptr (GArray) uids = NULL;
      g_autoptr (GError) error = NULL;
      guint32 said;
      GPid pid;
      int out;

      g_clear_pointer (&fix->reader, store_reader_free);
      g_clear_pointer (&fix->mailbase, store_mailbase_unref);
      pid = start ("writer", fix->dir, &out);
      said = kill_after (pid, out, round % 4);
      promised = MAX (promised, said);
      fix_reopen (fix);
      FIX_WRITE (fix, check_sound, NULL);
      uids = store_reader_uids (fix->reader, fix->inbox, 7, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (uids->len, >=, promised);
      for (guint i = 0; i < uids->len; i++)
        g_assert_cmpuint (g_array_index (uids, guint32, i), ==, i + 1);
    }
  g_assert_cmpuint (promised, >, 50);
  fix_check_counts (fix);
  {
    g_autoptr (GArray) list = store_reader_list (fix->reader, fix->inbox, NULL);

    for (guint i = 0; i < list->len; i++)
      {
        g_autoptr (StoreRow) row = fix_row (fix, g_array_index (list, StoreListed, i).placement);
        g_autofree char *text = letter_text (row->uid);
        g_autoptr (GBytes) bytes = store_reader_source (fix->reader, row->message, NULL);

        g_assert_nonnull (bytes);
        g_assert_cmpmem (
            g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
      }
  }
}

typedef struct
{
  GMainLoop *loop;
  gboolean elsewhere, late;
  int rung;
} Watcher;

static void
on_change (StoreChange *change, gpointer data)
{
  Watcher *watcher = data;

  watcher->elsewhere |= change->elsewhere;
  g_main_loop_quit (watcher->loop);
}

static void
on_ring (gpointer data)
{
  g_atomic_int_inc (&((Watcher *) data)->rung);
}

static gboolean
on_late (gpointer data)
{
  Watcher *watcher = data;

  watcher->late = TRUE;
  g_main_loop_quit (watcher->loop);
  return G_SOURCE_REMOVE;
}

static void
test_guest (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 1, "a@x", 0);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watcher watcher = { .loop = loop };
  guint watch = store_mailbase_watch (fix->mailbase, NULL, on_change, &watcher);
  guint bell = store_mailbase_watch_journal (fix->mailbase, on_ring, &watcher);
  guint late = g_timeout_add_seconds (30, on_late, &watcher);
  g_autoptr (StoreRow) row = NULL;
  g_autoptr (GPtrArray) journal = NULL;
  int out;
  int status;
  GPid pid = start ("guest", fix->dir, &out);

  waitpid (pid, &status, 0);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  close (out);
  g_main_loop_run (loop);
  g_assert_false (watcher.late);
  g_assert_true (watcher.elsewhere);
  g_assert_cmpint (g_atomic_int_get (&watcher.rung), >, 0);
  row = fix_row (fix, placement);
  g_assert_cmpuint (row->flags, ==, STORE_FLAG_SEEN);
  journal = fix_journal (fix);
  g_assert_cmpuint (journal->len, ==, 1);
  fix_check_counts (fix);
  g_source_remove (late);
  store_mailbase_unwatch (fix->mailbase, watch);
  store_mailbase_unwatch_journal (fix->mailbase, bell);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "writer"))
    return child_writer (argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "guest"))
    return child_guest (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/process/guest", Fix, NULL, fix_setup_imap, test_guest, fix_teardown);
  g_test_add ("/store/process/killed", Fix, NULL, fix_setup_imap, test_killed, fix_teardown);
  return g_test_run ();
}
