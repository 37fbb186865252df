/* A backup is one consistent file, made while the account goes on working: written beside its
 * target and renamed when it is whole. */
#include "config.h"

#include "store-mailbase.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "store-reader.h"

/* In one step the writer would be locked out of checkpoints for long; this many pages are 16 MB. */
#define STEP_PAGES 1024

static gboolean
copy_pages (StoreReader *from, const char *path, GError **error)
{
  sqlite3 *to = NULL;
  sqlite3_backup *backup;
  int code = sqlite3_open_v2 (
      path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, NULL);

  /* The reader's snapshot stands still, so that a busy writer does not start the copy over. */
  if (code == SQLITE_OK && store_sqlite_exec (from->db, "BEGIN; SELECT 1 FROM folder", error))
    {
      backup = sqlite3_backup_init (to, "main", store_sqlite_handle (from->db), "main");
      if (backup != NULL)
        {
          do
            code = sqlite3_backup_step (backup, STEP_PAGES);
          while (code == SQLITE_OK);
          sqlite3_backup_finish (backup);
        }
      store_sqlite_exec (from->db, "COMMIT", NULL);
      /* A file for keeping has no companions: no write-ahead log. */
      if (code == SQLITE_DONE &&
          sqlite3_exec (to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) == SQLITE_OK)
        {
          sqlite3_close (to);
          return TRUE;
        }
    }
  if (error == NULL || *error == NULL)
    store_sqlite_set_error (to, error);
  sqlite3_close (to);
  return FALSE;
}

static gboolean
sync_and_rename (const char *part, const char *path, GError **error)
{
  int fd = open (part, O_RDONLY | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0 && g_rename (part, path) == 0;

  if (!good)
    g_set_error (error,
                 STORE_ERROR,
                 STORE_ERROR_IO,
                 _ ("The backup could not be written: %s"),
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return good;
}

gboolean
store_mailbase_backup (StoreMailbase *mailbase, const char *path, GError **error)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, error);
  g_autofree char *part = g_strconcat (path, ".part", NULL);

  if (reader == NULL)
    return FALSE;
  g_unlink (part);
  if (copy_pages (reader, part, error) && sync_and_rename (part, path, error))
    return TRUE;
  g_unlink (part);
  return FALSE;
}
