/* What is written is a page of memory that the kernel keeps: one write of eight bytes, before each
 * letter's end, and nothing to wait for. */
#include "config.h"

#include "engine-witness.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* "RESTWIT" */
#define MAGIC G_GINT64_CONSTANT (0x52455354574954)
/* More letters than this go out over no session. */
#define MARKS_MAX (G_GINT64_CONSTANT (1) << 32)

/* The file. Its numbers are this computer's own. */
typedef struct
{
  gint64 magic;
  gint64 first; /* the session's first mark */
  gint64 last;  /* the letter with this mark, and all before it, may have gone */
} Words;

struct _EngineWitness
{
  char *file;
  int fd;
  gint64 first, last, next;
};

/* %NULL: not in memory. What is in there is nobody else's: the directory is the person's own, and
 * inside Flatpak only the application's part of it outlives the sandbox. */
static char *
find_place (void)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  const char *flatpak = g_getenv ("FLATPAK_ID");
  g_autofree char *place = NULL;
  struct statfs status;
  struct stat owner;

  if (runtime == NULL || !g_path_is_absolute (runtime))
    return NULL;
  place = flatpak != NULL && flatpak[0] != '\0' ? g_build_filename (runtime, "app", flatpak, NULL)
                                                : g_strdup (runtime);
  if (statfs (place, &status) != 0 || status.f_type != TMPFS_MAGIC || stat (place, &owner) != 0 ||
      owner.st_uid != geteuid () || (owner.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return NULL;
  return g_steal_pointer (&place);
}

/* One for each database, whatever way it was named. */
static char *
find_file (const char *path)
{
  g_autofree char *place = find_place ();
  char *real = place != NULL ? realpath (path, NULL) : NULL;
  g_autofree char *sum = NULL;
  g_autofree char *name = NULL;

  if (place == NULL)
    return NULL;
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, real != NULL ? real : path, -1);
  free (real);
  name = g_strdup_printf ("restante-%.32s", sum);
  return g_build_filename (place, name, NULL);
}

/* -1: there is none, or it is not ours. */
static int
open_file (const char *file, int flags)
{
  int fd = open (file, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  struct stat status;

  if (fd < 0)
    return -1;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode) && status.st_uid == geteuid ())
    return fd;
  close (fd);
  return -1;
}

static gint64
random_mark (void)
{
  guint64 bits = (guint64) g_random_int () << 32 | g_random_int ();

  return (gint64) (bits >> 2) + 1;
}

/* The old words go first: half of these and half of those would be a lie. */
static gboolean
begin_file (int fd, gint64 first)
{
  Words words = { MAGIC, first, first - 1 };

  return ftruncate (fd, 0) == 0 && fchmod (fd, 0600) == 0 &&
         pwrite (fd, &words, sizeof words, 0) == sizeof words;
}

EngineWitness *
engine_witness_new (const char *path)
{
  g_autofree char *file = find_file (path);
  int fd = file != NULL ? open_file (file, O_RDWR | O_CREAT) : -1;
  gint64 first = random_mark ();
  EngineWitness *witness;

  if (fd < 0)
    return NULL;
  if (!begin_file (fd, first))
    {
      close (fd);
      return NULL;
    }
  witness = g_new0 (EngineWitness, 1);
  witness->file = g_steal_pointer (&file);
  witness->fd = fd;
  witness->first = witness->next = first;
  witness->last = first - 1;
  return witness;
}

void
engine_witness_free (EngineWitness *witness, gboolean keep)
{
  if (!keep)
    unlink (witness->file);
  close (witness->fd);
  g_free (witness->file);
  g_free (witness);
}

gint64
engine_witness_marks (EngineWitness *witness, guint n)
{
  witness->next += n;
  return witness->next - n;
}

gint64
engine_witness_range (const EngineWitness *witness, gint64 *end)
{
  *end = witness->next;
  return witness->first;
}

gboolean
engine_witness_tell (EngineWitness *witness, gint64 mark)
{
  witness->last = MAX (witness->last, mark);
  return pwrite (witness->fd, &witness->last, sizeof witness->last, offsetof (Words, last)) ==
         sizeof witness->last;
}

gboolean
engine_witness_denies (const char *path, gint64 mark)
{
  g_autofree char *file = find_file (path);
  int fd = file != NULL ? open_file (file, O_RDONLY) : -1;
  Words words;
  gboolean whole;

  if (fd < 0)
    return FALSE;
  whole = pread (fd, &words, sizeof words, 0) == sizeof words;
  close (fd);
  return whole && words.magic == MAGIC && words.first > 0 && mark >= words.first &&
         mark - words.first < MARKS_MAX && mark > words.last && words.last >= words.first - 1;
}

void
engine_witness_forget (const char *path)
{
  g_autofree char *file = find_file (path);

  if (file != NULL)
    unlink (file);
}
