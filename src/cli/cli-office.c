/* Where the practice post office of the terminal lives. */
#include "config.h"

#include "cli-office.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define OPEN_FILES 16

static int
remove_one (const char *path, const struct stat *found, int type, struct FTW *where)
{
  return remove (path);
}

static char *
make_dir (const char *data, GError **error)
{
  g_autofree char *dir = NULL;
  int reason;

  if (!data)
    return g_dir_make_tmp ("restante-practice-XXXXXX", error);
  dir = g_build_filename (data, "practice", NULL);
  if (g_mkdir_with_parents (dir, 0700) == 0)
    return g_steal_pointer (&dir);
  reason = errno;
  g_set_error (error,
               G_FILE_ERROR,
               (int) g_file_error_from_errno (reason),
               _ ("%s cannot be made: %s"),
               dir,
               g_strerror (reason));
  return NULL;
}

CliOffice *
cli_office_open (const char *data, PracticeOptions *options, GError **error)
{
  g_autoptr (CliOffice) office = g_new0 (CliOffice, 1);

  office->temporary = data == NULL;
  office->dir = make_dir (data, error);
  if (!office->dir)
    return NULL;
  options->dir = office->dir;
  office->office = practice_office_new (options, error);
  return office->office ? g_steal_pointer (&office) : NULL;
}

void
cli_office_close (CliOffice *office)
{
  g_clear_pointer (&office->office, practice_office_free);
  if (office->temporary && office->dir)
    nftw (office->dir, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
  g_free (office->dir);
  g_free (office);
}
