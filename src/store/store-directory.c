/* A database whose directory entry was never synced is lost with all its synced pages. */
#include "config.h"

#include "store-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (const char *format, GError **error)
{
  int code = errno;

  g_set_error (error,
               STORE_ERROR,
               code == ENOSPC || code == EDQUOT ? STORE_ERROR_FULL : STORE_ERROR_IO,
               "%s: %s",
               format,
               g_strerror (code));
  return FALSE;
}

static gboolean
sync_directory (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return good;
}

gboolean
store_directory_make (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *what = g_strdup_printf (_ ("The folder %s for mail could not be made"), path);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!g_str_equal (parent, path) && !store_directory_make (parent, error))
    return FALSE;
  if (mkdir (path, 0700) < 0 && errno != EEXIST)
    return fail (what, error);
  /* Some file systems cannot sync a directory, and do not need it. */
  if (!sync_directory (parent) && errno != EINVAL && errno != EACCES)
    return fail (what, error);
  return TRUE;
}

gboolean
store_directory_is_read_only (const char *path)
{
  return access (path, W_OK | X_OK) < 0 && (errno == EROFS || errno == EACCES) &&
         access (path, X_OK) == 0;
}

gboolean
store_directory_remove (const char *path, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL && errno == ENOENT)
    return TRUE;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        {
          if (!store_directory_remove (child, error))
            return FALSE;
        }
      else if (g_unlink (child) < 0 && errno != ENOENT)
        return fail (_ ("The account’s files could not be removed"), error);
    }
  if (g_rmdir (path) < 0 && errno != ENOENT)
    return fail (_ ("The account’s files could not be removed"), error);
  return TRUE;
}
