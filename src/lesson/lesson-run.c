/* Steps, one after the other. */
#include "config.h"

#include "lesson-run.h"

#include "lesson-act.h"

struct _LessonRun
{
  const LearnLesson *lesson;
  LessonWorld *world;
  GArray *results; /* gboolean */
  char *failure;
};

static gboolean
act (LessonRun *run, const LearnLessonAction *action, GCancellable *cancellable, GError **error)
{
  gboolean good = lesson_act (run->world, run->lesson, action, cancellable, error);

  g_free (run->failure);
  run->failure = action->device != NULL
                     ? g_strdup (g_hash_table_lookup (run->world->facts->failures, action->device))
                     : NULL;
  return good;
}

static gboolean
act_all (LessonRun *run,
         GPtrArray *actions,
         LessonRunFunc func,
         gpointer data,
         GCancellable *cancellable,
         GError **error)
{
  for (guint i = 0; i < actions->len; i++)
    {
      const LearnLessonAction *action = actions->pdata[i];

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !act (run, action, cancellable, error))
        return FALSE;
      if (func != NULL)
        func (run, action, data);
    }
  return TRUE;
}

LessonRun *
lesson_run_new (const LearnLesson *lesson,
                const char *language,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (LessonRun) run = g_new0 (LessonRun, 1);

  run->lesson = lesson;
  run->results = g_array_new (FALSE, FALSE, sizeof (gboolean));
  run->world = lesson_world_new (lesson, language, error);
  if (run->world == NULL || !act_all (run, lesson->start, NULL, NULL, cancellable, error))
    return NULL;
  lesson_world_look (run->world);
  return g_steal_pointer (&run);
}

void
lesson_run_free (LessonRun *run)
{
  g_clear_pointer (&run->world, lesson_world_free);
  g_array_unref (run->results);
  g_free (run->failure);
  g_free (run);
}

const LearnLesson *
lesson_run_lesson (LessonRun *run)
{
  return run->lesson;
}

WireTap *
lesson_run_tap (LessonRun *run)
{
  return run->world->tap;
}

const LearnFacts *
lesson_run_facts (LessonRun *run)
{
  return run->world->facts;
}

gboolean
lesson_run_step (LessonRun *run,
                 guint index,
                 LessonRunFunc func,
                 gpointer data,
                 GCancellable *cancellable,
                 GError **error)
{
  const LearnStep *step = run->lesson->steps->pdata[index];

  g_array_set_size (run->results, 0);
  g_clear_pointer (&run->failure, g_free);
  if (step->actions->len == 0)
    return TRUE;
  learn_facts_begin_step (run->world->facts);
  if (!act_all (run, step->actions, func, data, cancellable, error))
    return FALSE;
  for (guint i = 0; i < step->checks->len; i++)
    {
      gboolean holds = learn_check_holds (step->checks->pdata[i], run->world->facts);

      g_array_append_val (run->results, holds);
    }
  return TRUE;
}

const GArray *
lesson_run_results (LessonRun *run)
{
  return run->results;
}

const char *
lesson_run_failure (LessonRun *run)
{
  return run->failure;
}

gboolean
lesson_run_act (LessonRun *run,
                const LearnLessonAction *action,
                GCancellable *cancellable,
                GError **error)
{
  learn_facts_begin_step (run->world->facts);
  return act (run, action, cancellable, error);
}
