/* The handle on one account's database: it ties lock, writer, watchers and readers together. */
#include "config.h"

#include "store-mailbase.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "store-directory.h"
#include "store-lock.h"
#include "store-reader.h"
#include "store-schema.h"
#include "store-tx.h"
#include "store-writer.h"

/* While guests live, an unfinished letter may be theirs; older ones are nobody's. */
#define ORPHAN_AGE_US (G_TIME_SPAN_HOUR)

typedef struct
{
  guint id;
  GMainContext *context;
  StoreChangeFunc func;
  void (*journal) (gpointer data);
  gpointer data;
  gatomicrefcount ref_count;
  gboolean gone; /* atomic */
} Watch;

struct _StoreMailbase
{
  gatomicrefcount ref_count;
  char *uuid, *path;
  gboolean owner;
  StoreLock *lock;
  StoreWriter *writer;
  StoreShelf *shelf;
  int bell_fd; /* guests ring by writing here */
  GMutex watch_lock;
  GPtrArray *watches;
  guint next_watch;
};

static void
watch_unref (Watch *watch)
{
  if (!g_atomic_ref_count_dec (&watch->ref_count))
    return;
  g_clear_pointer (&watch->context, g_main_context_unref);
  g_free (watch);
}

typedef struct
{
  Watch *watch;
  StoreChange *change;
} Told;

static gboolean
tell (gpointer data)
{
  Told *told = data;

  if (!g_atomic_int_get (&told->watch->gone))
    told->watch->func (told->change, told->watch->data);
  return G_SOURCE_REMOVE;
}

static void
told_free (gpointer data)
{
  Told *told = data;

  store_change_unref (told->change);
  watch_unref (told->watch);
  g_free (told);
}

static void
on_committed (StoreChange *change, gpointer data)
{
  StoreMailbase *mailbase = data;

  g_mutex_lock (&mailbase->watch_lock);
  for (guint i = 0; i < mailbase->watches->len; i++)
    {
      Watch *watch = mailbase->watches->pdata[i];
      g_autoptr (GSource) source = NULL;
      Told *told;

      if (watch->func == NULL)
        continue;
      told = g_new0 (Told, 1);
      told->watch = watch;
      g_atomic_ref_count_inc (&watch->ref_count);
      told->change = store_change_ref (change);
      source = g_idle_source_new ();
      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_callback (source, tell, told, told_free);
      g_source_attach (source, watch->context);
    }
  g_mutex_unlock (&mailbase->watch_lock);
  if (!mailbase->owner && !change->elsewhere && mailbase->bell_fd >= 0 &&
      pwrite (mailbase->bell_fd, "!", 1, 0) < 0)
    g_debug ("The owner could not be rung; it will look by itself");
  store_change_unref (change);
}

static void
on_journal_rang (gpointer data)
{
  StoreMailbase *mailbase = data;

  g_mutex_lock (&mailbase->watch_lock);
  for (guint i = 0; i < mailbase->watches->len; i++)
    {
      Watch *watch = mailbase->watches->pdata[i];

      if (watch->journal != NULL)
        watch->journal (watch->data);
    }
  g_mutex_unlock (&mailbase->watch_lock);
}

/* Letters that never ended: their process is gone, nothing refers to them. */
static gboolean
collect_orphans (StoreMailbase *mailbase, StoreSqlite *db, GError **error)
{
  gint64 before = g_get_real_time () - (store_lock_has_guests (mailbase->lock) ? ORPHAN_AGE_US : 0);
  g_autoptr (GArray) orphans = store_sqlite_numbers (
      db, error, "SELECT id FROM source WHERE published = 0 AND created <= ?", "i", before);

  if (orphans == NULL)
    return FALSE;
  for (guint i = 0; i < orphans->len; i++)
    {
      gint64 id = g_array_index (orphans, gint64, i);

      if (!store_sqlite_run (
              db,
              error,
              "DELETE FROM source_chunk WHERE id >= ?1 * 1048576 AND id < (?1 + 1) * 1048576",
              "i",
              id) ||
          !store_sqlite_run (db, error, "DELETE FROM source WHERE id = ?", "i", id))
        return FALSE;
    }
  return TRUE;
}

static StoreMailbase *
mailbase_alloc (const char *uuid, const char *dir, gboolean own)
{
  StoreMailbase *mailbase = g_new0 (StoreMailbase, 1);

  g_atomic_ref_count_init (&mailbase->ref_count);
  mailbase->uuid = g_strdup (uuid);
  mailbase->path = g_build_filename (dir, "mail.db", NULL);
  mailbase->owner = own;
  mailbase->shelf = store_shelf_new ();
  mailbase->bell_fd = -1;
  mailbase->next_watch = 1;
  g_mutex_init (&mailbase->watch_lock);
  mailbase->watches = g_ptr_array_new_with_free_func ((GDestroyNotify) watch_unref);
  return mailbase;
}

static StoreMailbase *
refuse_read_only (const char *dir, GError **error)
{
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_READ_ONLY,
               _ ("The folder %s can only be read: its mail can be looked at, but nothing can be "
                  "fetched or changed. Give yourself the right to write there, or copy it."),
               dir);
  return NULL;
}

StoreMailbase *
store_mailbase_open (const char *dir, const char *uuid, gboolean own, GError **error)
{
  g_autofree char *here = g_build_filename (dir, "accounts", uuid, NULL);
  g_autoptr (StoreMailbase) mailbase = mailbase_alloc (uuid, here, own);
  g_autofree char *bell = g_build_filename (here, "bell", NULL);
  g_autoptr (StoreSqlite) db = NULL;
  StoreWriterHooks hooks = { on_committed, on_journal_rang, mailbase };
  gboolean read_only;

  if (!store_directory_make (here, error))
    return NULL;
  read_only = store_directory_is_read_only (here);
  if (read_only && own)
    return refuse_read_only (here, error);
  mailbase->lock = store_lock_take (here, own, error);
  if (mailbase->lock == NULL)
    return NULL;
  db = store_sqlite_open (
      mailbase->path, read_only ? STORE_SQLITE_READ : STORE_SQLITE_CREATE, error);
  if (db == NULL || !(read_only ? store_schema_check (db, STORE_SCHEMA_ACCOUNT, error)
                                : store_schema_update (db, "account", STORE_SCHEMA_ACCOUNT, error)))
    return NULL;
  if (own && !collect_orphans (mailbase, db, error))
    return NULL;
  mailbase->bell_fd = open (bell, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  mailbase->writer = store_writer_new (g_steal_pointer (&db), own ? bell : NULL, &hooks);
  return g_steal_pointer (&mailbase);
}

StoreMailbase *
store_mailbase_ref (StoreMailbase *mailbase)
{
  g_atomic_ref_count_inc (&mailbase->ref_count);
  return mailbase;
}

void
store_mailbase_unref (StoreMailbase *mailbase)
{
  if (!g_atomic_ref_count_dec (&mailbase->ref_count))
    return;
  /* Before the writer: only who can write tidies up when the last connection closes. */
  store_shelf_close (mailbase->shelf);
  store_shelf_unref (mailbase->shelf);
  g_clear_pointer (&mailbase->writer, store_writer_free);
  /* What is on its way to a watcher that forgot to say goodbye is not told. */
  for (guint i = 0; i < mailbase->watches->len; i++)
    g_atomic_int_set (&((Watch *) mailbase->watches->pdata[i])->gone, TRUE);
  if (mailbase->bell_fd >= 0)
    close (mailbase->bell_fd);
  g_ptr_array_unref (mailbase->watches);
  g_mutex_clear (&mailbase->watch_lock);
  /* Last: whoever takes the account over must find the writer's work done. */
  g_clear_pointer (&mailbase->lock, store_lock_free);
  g_free (mailbase->uuid);
  g_free (mailbase->path);
  g_free (mailbase);
}

gboolean
store_mailbase_is_owner (StoreMailbase *mailbase)
{
  return mailbase->owner;
}

const char *
store_mailbase_uuid (StoreMailbase *mailbase)
{
  return mailbase->uuid;
}

const char *
store_mailbase_path (StoreMailbase *mailbase)
{
  return mailbase->path;
}

gboolean
store_mailbase_write (StoreMailbase *mailbase,
                      StorePriority priority,
                      gboolean sync,
                      StoreTxFunc func,
                      gpointer data,
                      GError **error)
{
  return store_commit_wait (store_mailbase_begin (mailbase, priority, sync, func, data), error);
}

StoreCommit *
store_mailbase_begin (
    StoreMailbase *mailbase, StorePriority priority, gboolean sync, StoreTxFunc func, gpointer data)
{
  return store_writer_begin (mailbase->writer, priority, sync, func, data);
}

gboolean
store_mailbase_queue (StoreMailbase *mailbase,
                      StorePriority priority,
                      gsize weight,
                      StoreTxFunc func,
                      StoreDoneFunc done,
                      gpointer data,
                      GDestroyNotify destroy,
                      gboolean try)
{
  return store_writer_queue (mailbase->writer, priority, weight, func, done, data, destroy, try);
}

int
store_mailbase_room_fd (StoreMailbase *mailbase)
{
  return store_writer_room_fd (mailbase->writer);
}

gboolean
store_mailbase_flush (StoreMailbase *mailbase, GError **error)
{
  return store_writer_flush (mailbase->writer, error);
}

guint64
store_mailbase_syncs (StoreMailbase *mailbase)
{
  return store_writer_syncs (mailbase->writer);
}

gint64
store_mailbase_now (StoreMailbase *mailbase)
{
  return g_get_real_time () + store_writer_ahead (mailbase->writer);
}

void
store_mailbase_put_forward (StoreMailbase *mailbase, gint64 microseconds)
{
  store_writer_put_forward (mailbase->writer, microseconds);
}

static guint
add_watch (StoreMailbase *mailbase, Watch *watch)
{
  g_atomic_ref_count_init (&watch->ref_count);
  g_mutex_lock (&mailbase->watch_lock);
  watch->id = mailbase->next_watch++;
  g_ptr_array_add (mailbase->watches, watch);
  g_mutex_unlock (&mailbase->watch_lock);
  return watch->id;
}

guint
store_mailbase_watch (StoreMailbase *mailbase,
                      GMainContext *context,
                      StoreChangeFunc func,
                      gpointer data)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  watch->func = func;
  watch->data = data;
  return add_watch (mailbase, watch);
}

void
store_mailbase_unwatch (StoreMailbase *mailbase, guint id)
{
  g_mutex_lock (&mailbase->watch_lock);
  for (guint i = 0; i < mailbase->watches->len; i++)
    {
      Watch *watch = mailbase->watches->pdata[i];

      if (watch->id != id)
        continue;
      g_atomic_int_set (&watch->gone, TRUE);
      g_ptr_array_remove_index (mailbase->watches, i);
      break;
    }
  g_mutex_unlock (&mailbase->watch_lock);
}

guint
store_mailbase_watch_journal (StoreMailbase *mailbase, void (*func) (gpointer data), gpointer data)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->journal = func;
  watch->data = data;
  return add_watch (mailbase, watch);
}

void
store_mailbase_unwatch_journal (StoreMailbase *mailbase, guint id)
{
  store_mailbase_unwatch (mailbase, id);
}

static StoreSqlite *
open_to_read (StoreMailbase *mailbase, GError **error)
{
  g_autoptr (StoreSqlite) db = store_shelf_take (mailbase->shelf);

  if (db != NULL)
    return g_steal_pointer (&db);
  db = store_sqlite_open (mailbase->path, STORE_SQLITE_READ, error);
  if (db == NULL || !store_schema_check (db, STORE_SCHEMA_ACCOUNT, error))
    return NULL;
  return g_steal_pointer (&db);
}

StoreReader *
store_mailbase_reader (StoreMailbase *mailbase, GError **error)
{
  StoreSqlite *db = open_to_read (mailbase, error);
  StoreReader *reader;

  if (db == NULL)
    return NULL;
  reader = g_new0 (StoreReader, 1);
  reader->db = db;
  reader->shelf = store_shelf_ref (mailbase->shelf);
  return reader;
}

void
store_reader_free (StoreReader *reader)
{
  store_shelf_put (reader->shelf, reader->db);
  store_shelf_unref (reader->shelf);
  g_free (reader);
}
