/* How far somebody has come: for each lesson the step to go on with, the answers given, and whether
 * it was finished. One small file, lessons.ini in the data directory, written anew at each change;
 * what cannot be read counts as not begun. What another program has written there meanwhile is
 * kept. Not for two threads at once. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _LessonProgress LessonProgress;

LessonProgress *lesson_progress_open (const char *data_dir);
void lesson_progress_free (LessonProgress *progress);

/* The step to go on with; 0: the first. */
guint lesson_progress_step (LessonProgress *progress, const char *lesson);
/* Finished once; it stays so when it is begun again. */
gboolean lesson_progress_is_done (LessonProgress *progress, const char *lesson);
/* The answer first chosen at that step; -1: none. */
int lesson_progress_answer (LessonProgress *progress, const char *lesson, guint step);

/* %FALSE: the disk does not take it. */
gboolean
lesson_progress_set_step (LessonProgress *progress, const char *lesson, guint step, GError **error);
gboolean lesson_progress_set_answer (
    LessonProgress *progress, const char *lesson, guint step, guint answer, GError **error);
/* The next time begins at the first step, without answers. */
gboolean lesson_progress_set_done (LessonProgress *progress, const char *lesson, GError **error);
gboolean lesson_progress_restart (LessonProgress *progress, const char *lesson, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LessonProgress, lesson_progress_free)

G_END_DECLS
