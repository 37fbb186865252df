/* A GKeyFile, with a group for each lesson. */
#include "config.h"

#include "lesson-progress.h"

#include <errno.h>
#include <glib/gstdio.h>

#include <gio/gio.h>

#define FILE_NAME "lessons.ini"

struct _LessonProgress
{
  char *dir, *path;
  GKeyFile *file;
};

LessonProgress *
lesson_progress_open (const char *data_dir)
{
  LessonProgress *progress = g_new0 (LessonProgress, 1);

  progress->dir = g_strdup (data_dir);
  progress->path = g_build_filename (data_dir, FILE_NAME, NULL);
  progress->file = g_key_file_new ();
  g_key_file_load_from_file (progress->file, progress->path, G_KEY_FILE_NONE, NULL);
  return progress;
}

void
lesson_progress_free (LessonProgress *progress)
{
  g_key_file_unref (progress->file);
  g_free (progress->dir);
  g_free (progress->path);
  g_free (progress);
}

/* Another program may have been told of another lesson since. */
static void
reread (LessonProgress *progress)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, progress->path, G_KEY_FILE_NONE, NULL))
    return;
  g_key_file_unref (progress->file);
  progress->file = g_steal_pointer (&file);
}

static gboolean
save (LessonProgress *progress, GError **error)
{
  gsize len;
  g_autofree char *text = g_key_file_to_data (progress->file, &len, NULL);

  if (g_mkdir_with_parents (progress->dir, 0700) != 0)
    {
      int reason = errno;

      g_set_error_literal (
          error, G_IO_ERROR, (int) g_io_error_from_errno (reason), g_strerror (reason));
      return FALSE;
    }
  return g_file_set_contents_full (
      progress->path, text, (gssize) len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static char *
answer_key (guint step)
{
  return g_strdup_printf ("answer-%u", step);
}

guint
lesson_progress_step (LessonProgress *progress, const char *lesson)
{
  int step = g_key_file_get_integer (progress->file, lesson, "step", NULL);

  return (guint) MAX (step, 0);
}

gboolean
lesson_progress_is_done (LessonProgress *progress, const char *lesson)
{
  return g_key_file_get_boolean (progress->file, lesson, "done", NULL);
}

int
lesson_progress_answer (LessonProgress *progress, const char *lesson, guint step)
{
  g_autofree char *key = answer_key (step);
  g_autoptr (GError) error = NULL;
  int answer = g_key_file_get_integer (progress->file, lesson, key, &error);

  return error == NULL ? answer : -1;
}

gboolean
lesson_progress_set_step (LessonProgress *progress, const char *lesson, guint step, GError **error)
{
  reread (progress);
  g_key_file_set_integer (progress->file, lesson, "step", (int) step);
  return save (progress, error);
}

gboolean
lesson_progress_set_answer (
    LessonProgress *progress, const char *lesson, guint step, guint answer, GError **error)
{
  g_autofree char *key = answer_key (step);

  reread (progress);
  g_key_file_set_integer (progress->file, lesson, key, (int) answer);
  return save (progress, error);
}

static gboolean
begin_anew (LessonProgress *progress, const char *lesson, gboolean done, GError **error)
{
  reread (progress);
  done |= lesson_progress_is_done (progress, lesson);
  g_key_file_remove_group (progress->file, lesson, NULL);
  if (done)
    g_key_file_set_boolean (progress->file, lesson, "done", TRUE);
  return save (progress, error);
}

gboolean
lesson_progress_set_done (LessonProgress *progress, const char *lesson, GError **error)
{
  return begin_anew (progress, lesson, TRUE, error);
}

gboolean
lesson_progress_restart (LessonProgress *progress, const char *lesson, GError **error)
{
  return begin_anew (progress, lesson, FALSE, error);
}
