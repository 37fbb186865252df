/* One lesson at work: its world, its steps played in it, and its checks asked of what happened.
 * Used by one thread, the one that made it; lesson-player.h has a thread for a window. */
#pragma once

#include "lesson-world.h"

G_BEGIN_DECLS

typedef struct _LessonRun LessonRun;

/* After each action of a step: how things are now. */
typedef void (*LessonRunFunc) (LessonRun *run, const LearnLessonAction *action, gpointer data);

/* Opens the world, and makes everything as it is before step 0. @lesson stays the caller's, and
 * outlives the run. @language: of the letters (nullable: the locale's). Fails with
 * LEARN_LESSON_ERROR, or as post offices do. */
LessonRun *lesson_run_new (const LearnLesson *lesson,
                           const char *language,
                           GCancellable *cancellable,
                           GError **error);
void lesson_run_free (LessonRun *run);

const LearnLesson *lesson_run_lesson (LessonRun *run);
WireTap *lesson_run_tap (LessonRun *run);
/* As of the last action. */
const LearnFacts *lesson_run_facts (LessonRun *run);

/* Does what step @index does; its checks are asked. Steps that do nothing are done at once. @func:
 * (nullable). %FALSE: see lesson_act(). */
gboolean lesson_run_step (LessonRun *run,
                          guint index,
                          LessonRunFunc func,
                          gpointer data,
                          GCancellable *cancellable,
                          GError **error);
/* Whether each check of the step that ran last holds: gboolean, in the step's order. Valid until
 * the next step. */
const GArray *lesson_run_results (LessonRun *run);
/* What the action that ran last has failed with on its device (nullable). */
const char *lesson_run_failure (LessonRun *run);
/* Does one thing, outside of any step: for those who try by themselves. */
gboolean lesson_run_act (LessonRun *run,
                         const LearnLessonAction *action,
                         GCancellable *cancellable,
                         GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LessonRun, lesson_run_free)

G_END_DECLS
