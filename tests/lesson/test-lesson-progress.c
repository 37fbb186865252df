/* What is remembered of lessons is there again after the program was closed, and a broken file is
 * no reason to stop. */
#include "config.h"

#include <glib.h>
#include <glib/gstdio.h>

#include "lesson-progress.h"

static void
test_remembered (void)
{
  g_autofree char *dir = g_dir_make_tmp ("lesson-progress-XXXXXX", NULL);
  g_autofree char *data = g_build_filename (dir, "not", "yet", NULL);
  g_autoptr (LessonProgress) progress = lesson_progress_open (data);
  g_autoptr (LessonProgress) later = NULL;
  g_autoptr (LessonProgress) last = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (lesson_progress_step (progress, "a"), ==, 0);
  g_assert_false (lesson_progress_is_done (progress, "a"));
  g_assert_cmpint (lesson_progress_answer (progress, "a", 1), ==, -1);
  lesson_progress_set_step (progress, "a", 3, &error);
  g_assert_no_error (error);
  lesson_progress_set_answer (progress, "a", 1, 2, &error);
  lesson_progress_set_done (progress, "b", &error);
  g_assert_no_error (error);
  later = lesson_progress_open (data);
  g_assert_cmpuint (lesson_progress_step (later, "a"), ==, 3);
  g_assert_cmpint (lesson_progress_answer (later, "a", 1), ==, 2);
  g_assert_false (lesson_progress_is_done (later, "a"));
  g_assert_true (lesson_progress_is_done (later, "b"));
  lesson_progress_set_done (later, "a", &error);
  lesson_progress_set_step (later, "b", 2, &error);
  lesson_progress_restart (later, "b", &error);
  g_assert_no_error (error);
  last = lesson_progress_open (data);
  g_assert_cmpuint (lesson_progress_step (last, "a"), ==, 0);
  g_assert_cmpint (lesson_progress_answer (last, "a", 1), ==, -1);
  g_assert_true (lesson_progress_is_done (last, "a"));
  g_assert_cmpuint (lesson_progress_step (last, "b"), ==, 0);
  g_assert_true (lesson_progress_is_done (last, "b"));
}

/* The window and the terminal program may be open at once. */
static void
test_two_write (void)
{
  g_autofree char *dir = g_dir_make_tmp ("lesson-progress-XXXXXX", NULL);
  g_autoptr (LessonProgress) window = lesson_progress_open (dir);
  g_autoptr (LessonProgress) terminal = lesson_progress_open (dir);
  g_autoptr (LessonProgress) later = NULL;

  g_assert_true (lesson_progress_set_step (window, "a", 2, NULL));
  g_assert_true (lesson_progress_set_done (terminal, "b", NULL));
  g_assert_true (lesson_progress_set_answer (window, "a", 1, 0, NULL));
  g_assert_true (lesson_progress_restart (terminal, "c", NULL));
  later = lesson_progress_open (dir);
  g_assert_cmpuint (lesson_progress_step (later, "a"), ==, 2);
  g_assert_cmpint (lesson_progress_answer (later, "a", 1), ==, 0);
  g_assert_true (lesson_progress_is_done (later, "b"));
}

static void
test_broken (void)
{
  g_autofree char *dir = g_dir_make_tmp ("lesson-progress-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "lessons.ini", NULL);
  g_autoptr (LessonProgress) progress = NULL;

  g_assert_true (g_file_set_contents (path, "[a]\nstep=-7\ndone=perhaps\nx\n", -1, NULL));
  progress = lesson_progress_open (dir);
  g_assert_cmpuint (lesson_progress_step (progress, "a"), ==, 0);
  g_assert_true (lesson_progress_set_step (progress, "a", 1, NULL));
  g_assert_cmpuint (lesson_progress_step (progress, "a"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/progress/remembered", test_remembered);
  g_test_add_func ("/progress/two-write", test_two_write);
  g_test_add_func ("/progress/broken", test_broken);
  return g_test_run ();
}
