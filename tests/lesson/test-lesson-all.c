/* Every lesson and every claim that comes with the program, in both languages: played from the
 * first step to the last at a real post office, and each check asked of what really happened. */
#include "config.h"

#include <string.h>

#include "lesson-exchange.h"
#include "lesson-run.h"
#include "mail-init.h"

static void
print_facts (const LearnFacts *facts)
{
  for (guint i = 0; i < facts->moments->len; i++)
    {
      const LearnMoment *moment = facts->moments->pdata[i];

      g_test_message ("%s %d %s %s %d %d",
                      moment->device,
                      moment->kind,
                      moment->text,
                      moment->verb,
                      moment->outcome,
                      moment->state);
    }
  for (guint i = 0; i < facts->letters->len; i++)
    {
      const LearnLetter *letter = facts->letters->pdata[i];

      g_test_message ("%s %s/%s “%s” %u",
                      letter->place,
                      letter->user,
                      letter->folder,
                      letter->subject,
                      letter->state);
    }
  g_test_message (
      "quota %" G_GINT64_FORMAT " → %" G_GINT64_FORMAT, facts->quota_before, facts->quota_now);
}

static void
check_step (LessonRun *run, const LearnStep *step, guint index)
{
  const GArray *results = lesson_run_results (run);
  gboolean good = TRUE;

  for (guint i = 0; i < results->len; i++)
    if (!g_array_index (results, gboolean, i))
      {
        const LearnCheck *check = step->checks->pdata[i];

        g_test_message (
            "step %u, line %u: “%s” does not hold", index + 1, check->line, check->says);
        good = FALSE;
      }
  if (lesson_run_failure (run) != NULL)
    g_test_message ("step %u: %s", index + 1, lesson_run_failure (run));
  if (good)
    return;
  print_facts (lesson_run_facts (run));
  g_test_fail ();
}

/* What is looked at was said in that step, or in the last one before it in which anything was. */
static void
check_look (LessonRun *run, LearnDialogue *dialogue, const LearnStep *step, guint64 from)
{
  const LearnExchange *exchange;

  while (learn_dialogue_pull (dialogue, lesson_run_tap (run), 1000))
    ;
  if (step->look_verb == NULL)
    return;
  exchange = lesson_exchange_find (dialogue, step, from, G_MAXUINT64);
  if (exchange != NULL && exchange->serial > from)
    return;
  g_test_message (
      "line %u: no %s of %s was said there", step->line, step->look_verb, step->look_device);
  g_test_fail ();
}

static void
play (const LearnLesson *lesson, const char *language)
{
  LearnDialogue *dialogue = learn_dialogue_new (10000, NULL, NULL);
  guint64 from = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (LessonRun) run = lesson_run_new (lesson, language, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LearnStep *step = lesson->steps->pdata[i];
      guint64 before = wire_tap_last_serial (lesson_run_tap (run));
      gboolean good = lesson_run_step (run, i, NULL, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_true (good);
      check_step (run, step, i);
      from = step->actions->len > 0 ? before : from;
      check_look (run, dialogue, step, from);
    }
  learn_dialogue_free (dialogue);
}

typedef struct
{
  char *id;
  const char *language;
} Case;

static void
test_lesson (gconstpointer data)
{
  const Case *each = data;
  g_autoptr (LearnLesson) lesson = learn_lesson_named (each->id, each->language);

  g_assert_nonnull (lesson);
  play (lesson, each->language);
}

static void
add_all (GPtrArray *lessons, const char *language)
{
  for (guint i = 0; i < lessons->len; i++)
    {
      Case *each = g_new0 (Case, 1);
      g_autofree char *path = NULL;

      each->id = g_strdup (((LearnLesson *) lessons->pdata[i])->id);
      each->language = language;
      path = g_strdup_printf ("/lesson/%s/%s", language, each->id);
      g_test_add_data_func (path, each, test_lesson);
    }
  g_ptr_array_unref (lessons);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  add_all (learn_lessons ("en"), "en");
  add_all (learn_lessons ("fr"), "fr");
  add_all (learn_claims ("en"), "en");
  add_all (learn_claims ("fr"), "fr");
  return g_test_run ();
}
