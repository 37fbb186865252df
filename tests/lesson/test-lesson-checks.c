/* No check of the program's lessons and claims holds by itself: before a step is run, what it says
 * will have been said has not been, and at least one of its checks does not hold. */
#include "config.h"

#include <string.h>

#include "lesson-run.h"
#include "mail-init.h"

/* Asks for something to have happened; the others look at how things are. */
static gboolean
is_of_events (const LearnCheck *check)
{
  return !check->negated &&
         (check->kind <= LEARN_CHECK_LEDGER || check->kind == LEARN_CHECK_OVERHEARD);
}

static void
ask_too_early (LessonRun *run, const LearnStep *step)
{
  guint failing = 0;

  learn_facts_begin_step ((LearnFacts *) lesson_run_facts (run));
  for (guint i = 0; i < step->checks->len; i++)
    {
      const LearnCheck *check = step->checks->pdata[i];
      gboolean holds = learn_check_holds (check, lesson_run_facts (run));

      failing += holds ? 0 : 1;
      if (holds && is_of_events (check))
        g_test_message ("line %u: “%s” holds before anything was done", check->line, check->says);
      if (holds && is_of_events (check))
        g_test_fail ();
    }
  if (failing == 0)
    g_test_message ("line %u: the step shows nothing that was not so before", step->line);
  if (failing == 0)
    g_test_fail ();
}

static void
test_lesson (gconstpointer id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LearnLesson) lesson = learn_lesson_named (id, "en");
  g_autoptr (LessonRun) run = lesson_run_new (lesson, "en", NULL, &error);
  guint asked = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LearnStep *step = lesson->steps->pdata[i];

      if (step->checks->len > 0)
        {
          ask_too_early (run, step);
          asked++;
        }
      lesson_run_step (run, i, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (asked, >, 0);
}

static gboolean
fails (LessonRun *run, guint index)
{
  g_autoptr (GError) error = NULL;
  const GArray *results;
  gboolean any = FALSE;

  lesson_run_step (run, index, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  results = lesson_run_results (run);
  for (guint i = 0; i < results->len; i++)
    any = any || !g_array_index (results, gboolean, i);
  return any;
}

/* Plays the lesson with one action of the step @index left undone: whether a check tells. That the
 * clock was put forward is seen at the latest in what is due by then. */
static gboolean
is_missed (const char *id, guint index, guint action)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LearnLesson) lesson = learn_lesson_named (id, "en");
  LearnStep *step = lesson->steps->pdata[index];
  gboolean clock = ((LearnLessonAction *) step->actions->pdata[action])->kind == LEARN_ACTION_LATER;
  g_autoptr (LessonRun) run = NULL;
  gboolean told;

  g_ptr_array_remove_index (step->actions, action);
  run = lesson_run_new (lesson, "en", NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < index; i++)
    fails (run, i);
  told = fails (run, index);
  for (guint i = index + 1; clock && !told && i < lesson->steps->len; i++)
    told = fails (run, i);
  return told;
}

/* An IMAP device that has done something has looked already: to look again is for the reader. */
static gboolean
is_second_look (const LearnStep *step, guint action)
{
  const LearnLessonAction *looks = step->actions->pdata[action];
  const LearnLessonAction *before = action > 0 ? step->actions->pdata[action - 1] : NULL;

  return looks->kind == LEARN_ACTION_SYNC && before != NULL && before->kind == LEARN_ACTION_SEND &&
         g_strcmp0 (looks->device, before->device) == 0;
}

/* What a step says has happened is not said of what was left undone. A step of one action is
 * asked before it is done: ask_too_early(). */
static void
test_left_undone (gconstpointer id)
{
  g_autoptr (LearnLesson) lesson = learn_lesson_named (id, "en");

  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LearnStep *step = lesson->steps->pdata[i];

      for (guint k = 0; step->checks->len > 0 && step->actions->len > 1 && k < step->actions->len;
           k++)
        if (!is_second_look (step, k) && !is_missed (id, i, k))
          {
            g_test_message (
                "line %u: Do%u may be left undone, and every check holds", step->line, k + 1);
            g_test_fail ();
          }
    }
}

/* Each lesson has something that is done and told before the first question. */
static void
test_examples_come_first (void)
{
  g_autoptr (GPtrArray) lessons = learn_lessons ("en");

  g_assert_cmpuint (lessons->len, >=, 12);
  for (guint i = 0; i < lessons->len; i++)
    {
      const LearnLesson *lesson = lessons->pdata[i];
      guint kinds = 0;

      g_test_message ("%s", lesson->id);
      g_assert_cmpuint (lesson->minutes, >=, 5);
      g_assert_cmpuint (lesson->minutes, <=, 10);
      for (guint k = 0; k < lesson->steps->len; k++)
        {
          LearnStepKind kind = ((LearnStep *) lesson->steps->pdata[k])->kind;

          if (kind == LEARN_STEP_PREDICT || kind == LEARN_STEP_RUN)
            g_assert_true ((kinds & 1 << LEARN_STEP_EXAMPLE) != 0);
          if (kind == LEARN_STEP_RUN)
            g_assert_true ((kinds & 1 << LEARN_STEP_PREDICT) != 0);
          kinds |= 1 << kind;
        }
      g_assert_true ((kinds & 1 << LEARN_STEP_RUN) != 0);
      g_assert_true ((kinds & 1 << LEARN_STEP_EXPLAIN) != 0);
    }
}

static void
add_all (GPtrArray *lessons)
{
  for (guint i = 0; i < lessons->len; i++)
    {
      const char *id = ((LearnLesson *) lessons->pdata[i])->id;
      g_autofree char *early = g_strconcat ("/lesson/too-early/", id, NULL);
      g_autofree char *undone = g_strconcat ("/lesson/left-undone/", id, NULL);

      g_test_add_data_func_full (early, g_strdup (id), test_lesson, g_free);
      g_test_add_data_func_full (undone, g_strdup (id), test_left_undone, g_free);
    }
  g_ptr_array_unref (lessons);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/lesson/examples-come-first", test_examples_come_first);
  add_all (learn_lessons ("en"));
  add_all (learn_claims ("en"));
  return g_test_run ();
}
