/* A teacher's file: whatever it holds, reading it ends, nothing in it goes unbounded, and what is
 * said of it is text. */
#include <glib.h>
#include <string.h>

#include "learn-lesson.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check_actions (GPtrArray *actions)
{
  g_assert_cmpuint (actions->len, <=, LEARN_LESSON_MAX_ITEMS);
  for (guint i = 0; i < actions->len; i++)
    {
      const LearnLessonAction *action = actions->pdata[i];
      g_autofree char *text = learn_lesson_action_text (action);

      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_cmpuint (action->size, <=, G_MAXUINT32);
    }
}

static void
check_lesson (const LearnLesson *lesson)
{
  g_autoptr (LearnFacts) facts = learn_facts_new ();

  g_assert_cmpuint (lesson->steps->len, <=, LEARN_LESSON_MAX_STEPS);
  g_assert_cmpuint (lesson->devices->len, <=, LEARN_LESSON_MAX_DEVICES);
  check_actions (lesson->start);
  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LearnStep *step = lesson->steps->pdata[i];

      g_assert_true (step->answers->len == 0 || step->right < step->answers->len);
      check_actions (step->actions);
      for (guint j = 0; j < step->checks->len; j++)
        learn_check_holds (step->checks->pdata[j], facts);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LearnLesson) lesson =
      learn_lesson_parse ("fuzz", (const char *) data, size, "fr", &error);
  g_autoptr (GPtrArray) claims = learn_lesson_parse_claims ((const char *) data, size, "en", NULL);

  g_assert_true ((lesson == NULL) == (error != NULL));
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (lesson != NULL)
    check_lesson (lesson);
  for (guint i = 0; claims != NULL && i < claims->len; i++)
    check_lesson (claims->pdata[i]);
  return 0;
}
