/* Open-file-description locks: they belong to this handle rather than to the process, so that
 * two handles in one process exclude each other too, and no other close() drops them. */
#include "config.h"

#include "store-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store-directory.h"

/* Bytes of the file that are locked, far behind what is written in it. */
#define OWNER_BYTE 4096
#define GUEST_BYTE 4097
#define WHO_MAX 256

struct _StoreLock
{
  int fd; /* -1: a guest where nothing can be written */
};

static gboolean
lock_byte (int fd, short type, off_t byte)
{
  struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
  int result;

  do
    result = fcntl (fd, F_OFD_SETLK, &range);
  while (result < 0 && errno == EINTR);
  return result == 0;
}

static gboolean
refuse_owned (int fd, GError **error)
{
  char who[WHO_MAX + 1] = "";
  gssize len = pread (fd, who, WHO_MAX, 0);
  g_autofree char *valid = NULL;

  who[MAX (len, 0)] = '\0';
  g_strdelimit (who, "\n", '\0');
  valid = g_utf8_make_valid (who, -1);
  g_set_error (error,
               STORE_ERROR,
               STORE_ERROR_OWNED,
               _ ("The account is in use by %s. Close it there, or try again later."),
               *valid != '\0' ? valid : _ ("another program"));
  return FALSE;
}

static gboolean
own_it (int fd, GError **error)
{
  g_autofree char *who = NULL;
  const char *program = g_get_prgname ();

  if (!lock_byte (fd, F_WRLCK, OWNER_BYTE))
    {
      if (errno == EAGAIN || errno == EACCES)
        return refuse_owned (fd, error);
      g_set_error (error,
                   STORE_ERROR,
                   STORE_ERROR_IO,
                   _ ("The account could not be locked: %s"),
                   g_strerror (errno));
      return FALSE;
    }
  who =
      g_strdup_printf ("%.200s (%ld)\n", program != NULL ? program : "restante", (long) getpid ());
  /* A full disk must not keep people from their mail: the name is a courtesy, the lock is what
   * counts. */
  if (ftruncate (fd, 0) == 0 && pwrite (fd, who, strlen (who), 0) < 0)
    g_debug ("The lock's owner could not be written");
  return TRUE;
}

StoreLock *
store_lock_take (const char *dir, gboolean own, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "owner", NULL);
  StoreLock *lock;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0 && !own && store_directory_is_read_only (dir))
    fd = open (path, O_RDONLY | O_CLOEXEC);
  else if (fd < 0)
    {
      g_set_error (error,
                   STORE_ERROR,
                   STORE_ERROR_IO,
                   _ ("The account could not be locked: %s"),
                   g_strerror (errno));
      return NULL;
    }
  if (own && !own_it (fd, error))
    {
      close (fd);
      return NULL;
    }
  if (!own && fd >= 0)
    lock_byte (fd, F_RDLCK, GUEST_BYTE);
  lock = g_new0 (StoreLock, 1);
  lock->fd = fd;
  return lock;
}

void
store_lock_free (StoreLock *lock)
{
  if (lock->fd >= 0)
    close (lock->fd);
  g_free (lock);
}

gboolean
store_lock_has_guests (StoreLock *lock)
{
  struct flock range = {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = GUEST_BYTE, .l_len = 1
  };

  return fcntl (lock->fd, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}
