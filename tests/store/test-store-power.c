/* The power goes at every write and every sync of a session. What a synced write promised is there
 * afterwards, nothing is there in halves, and no id is given twice. */
#include "test-store.h"

#include "power-vfs.h"
#include "store-sqlite.h"
#include "store-tx.h"
#include "store-writer.h"

#define LETTERS 6

typedef struct
{
  char *dir;
  StoreMailbase *mailbase;
  gint64 inbox, maildrop;
  guint promised; /* letters whose synced write returned */
  gint64 highest; /* highest message id ever told */
  BaseCause *cause;
} World;

typedef struct
{
  World *world;
  guint number;
  gint64 message;
} Job;

static char *
letter_text (guint number)
{
  GString *text = g_string_new (NULL);

  /* Of very different sizes, so that cuts fall between chunks and pages. */
  for (guint i = 0; i < 20 + number * number * 700; i++)
    g_string_append_printf (text, "%u line %u\r\n", number, i * 7919 % 104729);
  return g_string_free (text, FALSE);
}

static gboolean
make_folders (StoreTx *tx, gpointer data, GError **error)
{
  World *world = data;
  StoreFolder inbox = { .place = STORE_PLACE_HERE,
                        .name = (char *) "INBOX",
                        .role = STORE_ROLE_INBOX,
                        .selectable = TRUE };
  StoreFolder maildrop = { .place = STORE_PLACE_SERVER,
                           .name = (char *) "INBOX",
                           .role = STORE_ROLE_MAILDROP };

  return store_tx_put_folder (tx, &inbox, &world->inbox, error) &&
         store_tx_put_folder (tx, &maildrop, &world->maildrop, error);
}

static gboolean
put_letter (StoreTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  g_autofree char *text = letter_text (job->number);
  g_autofree char *uidl = g_strdup_printf ("uidl-%u", job->number);
  g_autofree char *message_id = g_strdup_printf ("%u@x", job->number);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (StorePack) pack = store_pack_bytes (bytes);
  StoreNewMessage message = { .folder = job->world->maildrop,
                              .uidl = uidl,
                              .hidden = TRUE,
                              .message_id = message_id,
                              .size = strlen (text),
                              .date_utc = 1700000000 + job->number };

  if (!store_tx_source_put (tx, pack, &message.source, error) ||
      !store_tx_put_message (
          tx, &message, job->world->cause, "RETR", &message.message, NULL, error))
    return FALSE;
  job->message = message.message;
  message.folder = job->world->inbox;
  message.uidl = NULL;
  message.hidden = FALSE;
  return store_tx_put_message (tx, &message, job->world->cause, "RETR", NULL, NULL, error);
}

static gboolean
open_world (World *world)
{
  world->mailbase = store_mailbase_open (world->dir, "power", TRUE, NULL);
  return world->mailbase != NULL &&
         store_mailbase_write (
             world->mailbase, STORE_PRIORITY_CLICK, FALSE, make_folders, world, NULL);
}

static void
run_session (World *world)
{
  if (!open_world (world))
    return;
  for (guint i = 0; i < LETTERS; i++)
    {
      Job job = { .world = world, .number = i };

      /* Every other one is only committed; the next synced one makes it safe too. */
      if (!store_mailbase_write (
              world->mailbase, STORE_PRIORITY_BULK, i % 2, put_letter, &job, NULL))
        return;
      world->highest = MAX (world->highest, job.message);
      if (i % 2)
        world->promised = i + 1;
    }
}

static gboolean
check_integrity (StoreTx *tx, gpointer data, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (tx->db, error, "PRAGMA integrity_check", "");
  gint64 violations = 1;

  g_assert_nonnull (stmt);
  g_assert_cmpint (store_sqlite_step (tx->db, stmt, error), ==, 1);
  g_assert_cmpstr ((const char *) sqlite3_column_text (stmt, 0), ==, "ok");
  store_sqlite_reset (stmt);
  g_assert_true (store_sqlite_number (
      tx->db, &violations, NULL, error, "SELECT count(*) FROM pragma_foreign_key_check", ""));
  g_assert_cmpint (violations, ==, 0);
  g_assert_true (store_sqlite_number (
      tx->db, &violations, NULL, error, "SELECT count(*) FROM source WHERE NOT published", ""));
  g_assert_cmpint (violations, ==, 0);
  return TRUE;
}

static void
check_world (World *world)
{
  g_autoptr (StoreReader) reader = NULL;
  g_autoptr (GHashTable) known = NULL;
  g_autoptr (GError) error = NULL;
  Job job = { .world = world, .number = LETTERS };

  g_assert_true (open_world (world));
  store_mailbase_write (
      world->mailbase, STORE_PRIORITY_CLICK, FALSE, check_integrity, NULL, &error);
  g_assert_no_error (error);
  reader = store_mailbase_reader (world->mailbase, &error);
  g_assert_no_error (error);
  known = store_reader_maildrop (reader, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (known), >=, world->promised);
  for (guint i = 0; i < g_hash_table_size (known); i++)
    {
      g_autofree char *uidl = g_strdup_printf ("uidl-%u", i);
      g_autofree char *text = letter_text (i);
      const StoreKept *kept = g_hash_table_lookup (known, uidl);
      g_autoptr (GBytes) bytes = NULL;

      /* In the order they were written: none is missing in the middle. */
      g_assert_nonnull (kept);
      bytes = store_reader_source (reader, kept->message, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (
          g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
    }
  store_mailbase_write (world->mailbase, STORE_PRIORITY_CLICK, TRUE, put_letter, &job, &error);
  g_assert_no_error (error);
  /* Ids promised before the cut are never given to another letter. */
  if (g_hash_table_size (known) == LETTERS)
    g_assert_cmpint (job.message, >, world->highest);
  else if (world->promised > 0)
    g_assert_cmpint (job.message, >, world->promised);
}

static void
close_world (World *world)
{
  g_clear_pointer (&world->mailbase, store_mailbase_unref);
}

/* Runs a session with the power cut at @step; FALSE when the session was over before. */
static gboolean
cut_once (guint step, PowerCut kind)
{
  World world = { .cause = base_cause_new (BASE_CAUSE_COLLECT, NULL) };
  gboolean was_cut;

  world.dir = g_dir_make_tmp ("restante-power-XXXXXX", NULL);
  power_vfs_reset ();
  power_vfs_set_seed (step);
  power_vfs_cut_at (step, kind);
  run_session (&world);
  was_cut = power_vfs_is_off ();
  close_world (&world);
  was_cut |= power_vfs_is_off ();
  power_vfs_restore ();
  check_world (&world);
  close_world (&world);
  base_cause_unref (world.cause);
  fix_remove_directory (world.dir);
  g_free (world.dir);
  return was_cut;
}

static void
test_cut_everywhere (gconstpointer data)
{
  /* Every step would take a minute; the three kinds of cut begin at different ones. */
  guint stride = g_test_thorough () ? 1 : 5;
  guint step = 1 + GPOINTER_TO_INT (data);

  store_sqlite_set_vfs ("power");
  while (cut_once (step, GPOINTER_TO_INT (data)))
    step += stride;
  g_test_message ("%u steps", step);
  g_assert_cmpuint (step, >, 20);
  store_sqlite_set_vfs (NULL);
}

/* The log is copied into the database between any two letters. */
static void
test_cut_while_copying (void)
{
  guint stride = g_test_thorough () ? 1 : 11;
  guint step = 1;

  store_sqlite_set_vfs ("power");
  store_writer_set_checkpoint_pages (3);
  while (cut_once (step, POWER_MIXED))
    step += stride;
  g_test_message ("%u steps", step);
  g_assert_cmpuint (step, >, 60);
  store_writer_set_checkpoint_pages (0);
  store_sqlite_set_vfs (NULL);
}

/* The witness: without the sync the letter is not safe, so that the test above tests something. */
static void
test_unsynced_is_lost (void)
{
  World world = { .cause = base_cause_new (BASE_CAUSE_COLLECT, NULL) };
  Job job = { .world = &world, .number = 1 };
  g_autoptr (GError) error = NULL;
  guint before;

  store_sqlite_set_vfs ("power");
  world.dir = g_dir_make_tmp ("restante-power-XXXXXX", NULL);
  power_vfs_reset ();
  g_assert_true (open_world (&world));
  g_assert_true (
      store_mailbase_write (world.mailbase, STORE_PRIORITY_BULK, TRUE, NULL, NULL, NULL));
  before = power_vfs_syncs ();
  g_assert_true (
      store_mailbase_write (world.mailbase, STORE_PRIORITY_BULK, FALSE, put_letter, &job, NULL));
  g_assert_cmpuint (power_vfs_syncs (), ==, before);
  power_vfs_cut_at (1, POWER_DROP);
  close_world (&world);
  power_vfs_restore ();
  g_assert_true (open_world (&world));
  {
    g_autoptr (StoreReader) reader = store_mailbase_reader (world.mailbase, &error);
    g_autoptr (GHashTable) known = store_reader_maildrop (reader, &error);

    g_assert_cmpuint (g_hash_table_size (known), ==, 0);
  }
  /* And an empty synced write makes what was committed before it safe. */
  g_assert_true (
      store_mailbase_write (world.mailbase, STORE_PRIORITY_BULK, FALSE, put_letter, &job, NULL));
  before = power_vfs_syncs ();
  g_assert_true (
      store_mailbase_write (world.mailbase, STORE_PRIORITY_BULK, TRUE, NULL, NULL, NULL));
  g_assert_cmpuint (power_vfs_syncs (), >, before);
  power_vfs_cut_at (1, POWER_DROP);
  close_world (&world);
  power_vfs_restore ();
  world.promised = 1;
  g_assert_true (open_world (&world));
  {
    g_autoptr (StoreReader) reader = store_mailbase_reader (world.mailbase, &error);
    g_autoptr (GHashTable) known = store_reader_maildrop (reader, &error);

    g_assert_cmpuint (g_hash_table_size (known), ==, 1);
  }
  close_world (&world);
  store_sqlite_set_vfs (NULL);
  base_cause_unref (world.cause);
  fix_remove_directory (world.dir);
  g_free (world.dir);
}

/* A disk that fills up: a clear error, nothing lost, and work goes on when there is room. */
static void
test_full_disk (void)
{
  World world = { .cause = base_cause_new (BASE_CAUSE_COLLECT, NULL) };
  Job first = { .world = &world, .number = 0 };
  Job large = { .world = &world, .number = 20 };
  g_autoptr (GError) error = NULL;

  store_sqlite_set_vfs ("power");
  world.dir = g_dir_make_tmp ("restante-power-XXXXXX", NULL);
  power_vfs_reset ();
  g_assert_true (open_world (&world));
  g_assert_true (
      store_mailbase_write (world.mailbase, STORE_PRIORITY_BULK, TRUE, put_letter, &first, NULL));
  power_vfs_set_capacity (600000);
  g_assert_false (
      store_mailbase_write (world.mailbase, STORE_PRIORITY_BULK, TRUE, put_letter, &large, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FULL);
  g_clear_error (&error);
  {
    g_autoptr (StoreReader) reader = store_mailbase_reader (world.mailbase, &error);
    g_autoptr (GHashTable) known = store_reader_maildrop (reader, &error);

    g_assert_cmpuint (g_hash_table_size (known), ==, 1);
  }
  power_vfs_set_capacity (0);
  g_assert_true (
      store_mailbase_write (world.mailbase, STORE_PRIORITY_BULK, TRUE, put_letter, &large, &error));
  g_assert_no_error (error);
  store_mailbase_write (world.mailbase, STORE_PRIORITY_CLICK, FALSE, check_integrity, NULL, &error);
  close_world (&world);
  store_sqlite_set_vfs (NULL);
  base_cause_unref (world.cause);
  fix_remove_directory (world.dir);
  g_free (world.dir);
}

static gboolean
put_draft (StoreTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  StoreOutboxEntry entry = { .state = STORE_OUTBOX_DRAFT, .sender = (char *) "ada@x" };
  gint64 id;

  if (!put_letter (tx, job, error))
    return FALSE;
  entry.message = job->message;
  return store_tx_outbox_put (tx, &entry, &id, error);
}

static guint
count_drafts (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreReader) reader = store_mailbase_reader (world->mailbase, &error);
  g_autoptr (GPtrArray) drafts = NULL;

  g_assert_no_error (error);
  drafts = store_reader_outbox (reader, &error);
  g_assert_no_error (error);
  return drafts->len;
}

/* What turned out to need the disk after its transaction had begun is safe when that is told, and
 * has not happened when it is told that it failed. */
static void
test_full_disk_says_so (void)
{
  World world = { .cause = base_cause_new (BASE_CAUSE_SEND, NULL) };
  gboolean good = FALSE;
  guint before;

  store_sqlite_set_vfs ("power");
  world.dir = g_dir_make_tmp ("restante-power-XXXXXX", NULL);
  power_vfs_reset ();
  g_assert_true (open_world (&world));
  for (guint step = 1; !good; step++)
    {
      Job job = { .world = &world, .number = step % 4 };
      g_autoptr (GError) error = NULL;

      before = count_drafts (&world);
      power_vfs_full_at (step, TRUE);
      good = store_mailbase_write (
          world.mailbase, STORE_PRIORITY_CLICK, FALSE, put_draft, &job, &error);
      g_assert_true (good || power_vfs_was_full ());
      power_vfs_full_at (0, FALSE);
      if (!good)
        g_assert_error (error, STORE_ERROR, STORE_ERROR_FULL);
      g_assert_cmpuint (count_drafts (&world), ==, before + good);
    }
  g_assert_cmpuint (count_drafts (&world), ==, 1);
  power_vfs_cut_at (1, POWER_DROP);
  close_world (&world);
  power_vfs_restore ();
  g_assert_true (open_world (&world));
  g_assert_cmpuint (count_drafts (&world), ==, 1);
  close_world (&world);
  store_sqlite_set_vfs (NULL);
  base_cause_unref (world.cause);
  fix_remove_directory (world.dir);
  g_free (world.dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/store/power/dropped", GINT_TO_POINTER (POWER_DROP), test_cut_everywhere);
  g_test_add_data_func ("/store/power/torn", GINT_TO_POINTER (POWER_TORN), test_cut_everywhere);
  g_test_add_data_func ("/store/power/late", GINT_TO_POINTER (POWER_LATE), test_cut_everywhere);
  g_test_add_func ("/store/power/copying", test_cut_while_copying);
  g_test_add_func ("/store/power/unsynced-is-lost", test_unsynced_is_lost);
  g_test_add_func ("/store/power/full-disk", test_full_disk);
  g_test_add_func ("/store/power/full-disk-says-so", test_full_disk_says_so);
  return g_test_run ();
}
