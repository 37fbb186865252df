/* What is left of a letter when sending ended in the middle: every state, mark and witness, and
 * what becomes of it when the account is opened again. */
#include "config.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "engine-outbox.h"
#include "engine-witness.h"
#include "mail-init.h"
#include "store-read.h"
#include "test-tree.h"

/* A directory on a tmpfs; without one there is nothing to be tested. */
static char *
memory_dir (void)
{
  char *dir = g_strdup ("/dev/shm/restante-witness-XXXXXX");

  if (g_mkdtemp (dir) != NULL)
    return dir;
  g_free (dir);
  return NULL;
}

typedef struct
{
  char *memory, *disk, *path;
} Room;

static void
room_open (Room *room, gconstpointer data)
{
  room->memory = memory_dir ();
  if (room->memory == NULL)
    {
      g_test_skip ("there is no /dev/shm");
      return;
    }
  g_setenv ("XDG_RUNTIME_DIR", room->memory, TRUE);
  room->disk = g_dir_make_tmp ("engine-witness-XXXXXX", NULL);
  room->path = g_build_filename (room->disk, "mail.db", NULL);
}

static void
room_close (Room *room, gconstpointer data)
{
  g_unsetenv ("FLATPAK_ID");
  g_unsetenv ("XDG_RUNTIME_DIR");
  if (room->memory == NULL)
    return;
  test_tree_remove (room->memory);
  test_tree_remove (room->disk);
  g_free (room->memory);
  g_free (room->disk);
  g_free (room->path);
}

static guint
count (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint files = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    files++;
  return files;
}

static char *
only_file (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  return g_build_filename (path, g_dir_read_name (dir), NULL);
}

static void
test_says (Room *room, gconstpointer data)
{
  EngineWitness *witness;
  gint64 first, end, other;
  GStatBuf status;
  g_autofree char *file = NULL;

  if (room->memory == NULL)
    return;
  g_assert_false (engine_witness_denies (room->path, 1));
  witness = engine_witness_new (room->path);
  g_assert_nonnull (witness);
  file = only_file (room->memory);
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  first = engine_witness_marks (witness, 3);
  g_assert_cmpint (first, >, 0);
  g_assert_cmpint (engine_witness_marks (witness, 2), ==, first + 3);
  g_assert_cmpint (engine_witness_range (witness, &end), ==, first);
  g_assert_cmpint (end, ==, first + 5);
  /* Nothing has gone; what was never given says nothing of itself. */
  for (gint64 mark = first; mark < end; mark++)
    g_assert_true (engine_witness_denies (room->path, mark));
  g_assert_false (engine_witness_denies (room->path, first - 1));
  g_assert_false (engine_witness_denies (room->path, 0));
  g_assert_false (engine_witness_denies (room->path, first + (G_GINT64_CONSTANT (1) << 32)));
  g_assert_true (engine_witness_tell (witness, first + 1));
  g_assert_false (engine_witness_denies (room->path, first));
  g_assert_false (engine_witness_denies (room->path, first + 1));
  g_assert_true (engine_witness_denies (room->path, first + 2));
  /* Out of order: what may have gone may have gone. */
  g_assert_true (engine_witness_tell (witness, first));
  g_assert_false (engine_witness_denies (room->path, first + 1));
  /* Another database's letters are another witness's. */
  g_assert_false (engine_witness_denies (room->disk, first + 2));
  engine_witness_free (witness, TRUE);
  g_assert_true (engine_witness_denies (room->path, first + 2));
  /* The next session knows nothing of this one. */
  witness = engine_witness_new (room->path);
  other = engine_witness_marks (witness, 1);
  g_assert_true (engine_witness_denies (room->path, other));
  g_assert_false (engine_witness_denies (room->path, first + 2));
  engine_witness_free (witness, FALSE);
  g_assert_false (engine_witness_denies (room->path, other));
  g_assert_cmpuint (count (room->memory), ==, 0);
}

static void
test_broken (Room *room, gconstpointer data)
{
  EngineWitness *witness;
  gint64 mark;
  g_autofree char *file = NULL;
  g_autofree char *words = NULL;
  gsize len;

  if (room->memory == NULL)
    return;
  witness = engine_witness_new (room->path);
  mark = engine_witness_marks (witness, 2);
  file = only_file (room->memory);
  g_assert_true (g_file_get_contents (file, &words, &len, NULL));
  /* Cut off anywhere, it denies nothing. */
  for (gsize part = 0; part < len; part++)
    {
      g_assert_cmpint (truncate (file, (off_t) part), ==, 0);
      g_assert_false (engine_witness_denies (room->path, mark));
      g_assert_true (g_file_set_contents (file, words, (gssize) len, NULL));
    }
  g_assert_true (engine_witness_denies (room->path, mark));
  words[0] ^= 1;
  g_assert_true (g_file_set_contents (file, words, (gssize) len, NULL));
  g_assert_false (engine_witness_denies (room->path, mark));
  /* What somebody put there in its place is not followed. */
  g_unlink (file);
  words[0] ^= 1;
  g_assert_true (g_file_set_contents (room->path, words, (gssize) len, NULL));
  g_assert_cmpint (symlink (room->path, file), ==, 0);
  g_assert_false (engine_witness_denies (room->path, mark));
  g_assert_null (engine_witness_new (room->path));
  engine_witness_free (witness, FALSE);
}

static void
test_place (Room *room, gconstpointer data)
{
  g_autofree char *inside = NULL;
  EngineWitness *witness;

  if (room->memory == NULL)
    return;
  /* The sandbox's own directory goes with it; the application's part stays. */
  g_setenv ("FLATPAK_ID", "org.example.App", TRUE);
  g_assert_null (engine_witness_new (room->path));
  inside = g_build_filename (room->memory, "app", "org.example.App", NULL);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  witness = engine_witness_new (room->path);
  g_assert_nonnull (witness);
  g_assert_cmpuint (count (inside), ==, 1);
  engine_witness_free (witness, FALSE);
  g_unsetenv ("FLATPAK_ID");
  /* Others may write there. */
  g_assert_cmpint (g_chmod (room->memory, 0777), ==, 0);
  g_assert_null (engine_witness_new (room->path));
  g_assert_cmpint (g_chmod (room->memory, 0700), ==, 0);
  g_setenv ("XDG_RUNTIME_DIR", "relative", TRUE);
  g_assert_null (engine_witness_new (room->path));
  /* What is there is on a disk, or is nothing that remembers at all. */
  g_setenv ("XDG_RUNTIME_DIR", "/proc", TRUE);
  g_assert_null (engine_witness_new (room->path));
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_null (engine_witness_new (room->path));
}

/* Recovery */

typedef enum
{
  NO_WITNESS,
  OTHER_SESSION,
  NOTHING_GONE,
  ONE_BEFORE_GONE,
  GONE,
  ONE_BEHIND_GONE
} Told;

typedef struct
{
  StoreMailbase *mailbase;
  StoreOutboxState state;
  gint64 first;
  guint marks;
  gint64 id;
} Letter;

static gboolean
write_letter (StoreTx *tx, gpointer data, GError **error)
{
  Letter *letter = data;
  char *recipients[] = { (char *) "grace@example.org", NULL };
  StoreNewMessage message = { .subject = "lunch?", .message_id = "1@example.org", .size = 5 };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autoptr (StorePack) pack = store_pack_bytes (bytes);
  StoreOutboxEntry entry = { .state = STORE_OUTBOX_QUEUED,
                             .sender = (char *) "ada@example.org",
                             .recipients = recipients };
  guint marked;

  return store_tx_source_put (tx, pack, &message.source, error) &&
         store_tx_put_message (tx, &message, NULL, "", &entry.message, NULL, error) &&
         store_tx_outbox_put (tx, &entry, &letter->id, error) &&
         (letter->state == STORE_OUTBOX_QUEUED ||
          store_tx_outbox_state (
              tx, letter->id, letter->state, 0, NULL, NULL, NULL, 0, "DATA", error)) &&
         (letter->marks == 0 ||
          store_tx_outbox_mark (
              tx, letter->first, letter->first, letter->marks, 1000, &marked, error));
}

/* The letter's mark is the second of a session. */
static gint64
tell (const char *path, Told told)
{
  EngineWitness *witness = engine_witness_new (path);
  gint64 first = engine_witness_marks (witness, 3);

  if (told >= ONE_BEFORE_GONE)
    g_assert_true (engine_witness_tell (witness, first + (gint64) told - ONE_BEFORE_GONE));
  engine_witness_free (witness, told != NO_WITNESS);
  if (told == OTHER_SESSION)
    engine_witness_free (engine_witness_new (path), TRUE);
  return first + 1;
}

static void
recover (Room *room, StoreOutboxState state, gboolean marked, Told told, StoreOutboxState wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("%d-%d-%d", (int) state, (int) marked, (int) told);
  g_autoptr (StoreMailbase) mailbase = store_mailbase_open (room->disk, name, TRUE, &error);
  g_autoptr (StoreReader) reader = NULL;
  g_autoptr (StoreOutboxEntry) entry = NULL;
  Letter letter = { .state = state, .marks = marked };
  gint64 changed;

  g_assert_no_error (error);
  g_test_message ("%s", name);
  letter.first = tell (store_mailbase_path (mailbase), told);
  store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, TRUE, write_letter, &letter, &error);
  g_assert_no_error (error);
  reader = store_mailbase_reader (mailbase, &error);
  g_assert_true (store_reader_outbox_entry (reader, letter.id, &entry, &error));
  g_assert_cmpint (entry->ahead, ==, marked && state == STORE_OUTBOX_QUEUED ? letter.first : 0);
  changed = entry->changed;
  g_clear_pointer (&entry, store_outbox_entry_free);
  g_assert_true (engine_outbox_recover (mailbase, &error));
  g_assert_no_error (error);
  g_assert_true (store_reader_outbox_entry (reader, letter.id, &entry, &error));
  g_assert_cmpint (entry->state, ==, wanted);
  g_assert_cmpint (entry->ahead, ==, 0);
  if (wanted == state)
    g_assert_cmpint (entry->changed, ==, changed);
  else
    g_assert_nonnull (entry->error);
  /* There is nothing more to say. */
  g_assert_true (engine_outbox_recover (mailbase, &error));
}

static void
test_recovery (Room *room, gconstpointer data)
{
  static const struct
  {
    StoreOutboxState state, without_mark;
    StoreOutboxState with_mark[ONE_BEHIND_GONE + 1];
  } rows[] = {
#define ALL(state)                             \
  {                                            \
    state, state,                              \
    {                                          \
      state, state, state, state, state, state \
    }                                          \
  }
    ALL (STORE_OUTBOX_DRAFT),
    { STORE_OUTBOX_QUEUED,
      STORE_OUTBOX_QUEUED,
      { STORE_OUTBOX_UNKNOWN,
        STORE_OUTBOX_UNKNOWN,
        STORE_OUTBOX_QUEUED,
        STORE_OUTBOX_QUEUED,
        STORE_OUTBOX_UNKNOWN,
        STORE_OUTBOX_UNKNOWN } },
    { STORE_OUTBOX_SENDING,
      STORE_OUTBOX_UNKNOWN,
      { STORE_OUTBOX_UNKNOWN,
        STORE_OUTBOX_UNKNOWN,
        STORE_OUTBOX_UNKNOWN,
        STORE_OUTBOX_UNKNOWN,
        STORE_OUTBOX_UNKNOWN,
        STORE_OUTBOX_UNKNOWN } },
    ALL (STORE_OUTBOX_UNKNOWN),
    ALL (STORE_OUTBOX_FAILED),
    ALL (STORE_OUTBOX_SENT),
  };

  if (room->memory == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (Told told = NO_WITNESS; told <= ONE_BEHIND_GONE; told++)
      {
        recover (room, rows[i].state, FALSE, told, rows[i].without_mark);
        recover (room, rows[i].state, TRUE, told, rows[i].with_mark[told]);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add ("/engine/witness/says", Room, NULL, room_open, test_says, room_close);
  g_test_add ("/engine/witness/broken", Room, NULL, room_open, test_broken, room_close);
  g_test_add ("/engine/witness/place", Room, NULL, room_open, test_place, room_close);
  g_test_add ("/engine/witness/recovery", Room, NULL, room_open, test_recovery, room_close);
  return g_test_run ();
}
