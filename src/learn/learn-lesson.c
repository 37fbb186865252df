/* From a lesson's file to a lesson. */
#include "config.h"

#include "learn-lesson.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "wire-transcript.h"

#define MAX_MINUTES 60

typedef struct
{
  LearnLessonFile *file;
  const char *language;
} Reading;

static const struct
{
  const char *word;
  LearnStepKind kind;
} step_kinds[] = {
  { "read", LEARN_STEP_READ }, { "example", LEARN_STEP_EXAMPLE }, { "predict", LEARN_STEP_PREDICT },
  { "run", LEARN_STEP_RUN },   { "observe", LEARN_STEP_OBSERVE }, { "explain", LEARN_STEP_EXPLAIN },
};

static void
answer_free (gpointer data)
{
  LearnAnswer *answer = data;

  g_free (answer->text);
  g_free (answer->says);
  g_free (answer);
}

static void
step_free (gpointer data)
{
  LearnStep *step = data;

  g_free (step->title);
  g_free (step->text);
  g_ptr_array_unref (step->answers);
  g_ptr_array_unref (step->actions);
  g_ptr_array_unref (step->checks);
  g_free (step->look_device);
  g_free (step->look_verb);
  g_free (step->look_words);
  g_free (step);
}

static LearnStep *
step_new (LearnStepKind kind, guint line)
{
  LearnStep *step = g_new0 (LearnStep, 1);

  step->kind = kind;
  step->line = line;
  step->answers = g_ptr_array_new_with_free_func (answer_free);
  step->actions = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_lesson_action_free);
  step->checks = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_check_free);
  return step;
}

static LearnLesson *
lesson_new (const char *id)
{
  LearnLesson *lesson = g_new0 (LearnLesson, 1);

  lesson->id = g_strdup (id);
  lesson->devices = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_lesson_device_free);
  lesson->start = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_lesson_action_free);
  lesson->steps = g_ptr_array_new_with_free_func (step_free);
  return lesson;
}

static gboolean
any_later (GPtrArray *actions)
{
  for (guint i = 0; i < actions->len; i++)
    if (((LearnLessonAction *) actions->pdata[i])->kind == LEARN_ACTION_LATER)
      return TRUE;
  return FALSE;
}

gboolean
learn_lesson_plays_with_time (const LearnLesson *lesson)
{
  for (guint i = 0; i < lesson->steps->len; i++)
    if (any_later (((LearnStep *) lesson->steps->pdata[i])->actions))
      return TRUE;
  return any_later (lesson->start);
}

void
learn_lesson_free (LearnLesson *lesson)
{
  g_free (lesson->id);
  g_free (lesson->title);
  g_free (lesson->about);
  g_ptr_array_unref (lesson->devices);
  g_ptr_array_unref (lesson->start);
  g_ptr_array_unref (lesson->steps);
  g_clear_pointer (&lesson->recording, g_ptr_array_unref);
  g_clear_pointer (&lesson->connections, g_hash_table_unref);
  g_free (lesson);
}

static char *
dup_value (Reading *reading, LearnLessonGroup *group, const char *name)
{
  const LearnLessonKey *key = learn_lesson_group_find (group, name, reading->language);

  return key != NULL && key->value[0] != '\0' ? g_strdup (key->value) : NULL;
}

/* "Do1", "Do2" … up to the first that is not there; %NULL: no more. */
static const LearnLessonKey *
find_numbered (
    Reading *reading, LearnLessonGroup *group, const char *name, guint number, const char *after)
{
  g_autofree char *key = g_strdup_printf ("%s%u%s", name, number, after);

  return number <= LEARN_LESSON_MAX_ITEMS ? learn_lesson_group_find (group, key, reading->language)
                                          : NULL;
}

static gboolean
read_actions (Reading *reading,
              LearnLesson *lesson,
              LearnLessonGroup *group,
              const char *name,
              GPtrArray *actions,
              GError **error)
{
  const LearnLessonKey *key;

  while ((key = find_numbered (reading, group, name, actions->len + 1, "")) != NULL)
    {
      LearnLessonAction *action =
          learn_lesson_action_parse (key->value, lesson->devices, key->line, error);

      if (action == NULL)
        return FALSE;
      g_ptr_array_add (actions, action);
      if (action->kind == LEARN_ACTION_REPLAY && lesson->recording == NULL)
        return learn_lesson_fail (
            error, key->line, _ ("there is no [Recording] at the end of this file"));
    }
  return TRUE;
}

static gboolean
read_checks (Reading *reading,
             LearnLesson *lesson,
             LearnLessonGroup *group,
             GPtrArray *checks,
             GError **error)
{
  const LearnLessonKey *key;

  while ((key = find_numbered (reading, group, "Check", checks->len + 1, "")) != NULL)
    {
      const LearnLessonKey *says = find_numbered (reading, group, "Check", checks->len + 1, "Says");
      LearnCheck *check = learn_check_parse (key->value, lesson->devices, key->line, error);

      if (check == NULL)
        return FALSE;
      g_ptr_array_add (checks, check);
      check->says = g_strdup (says != NULL ? says->value : key->value);
    }
  return TRUE;
}

static gboolean
read_answers (Reading *reading, LearnLessonGroup *group, LearnStep *step, GError **error)
{
  const LearnLessonKey *key;
  const char *right = learn_lesson_group_need (group, "Right", reading->language, error);

  if (right == NULL)
    return FALSE;
  while ((key = find_numbered (reading, group, "Answer", step->answers->len + 1, "")) != NULL)
    {
      const LearnLessonKey *says =
          find_numbered (reading, group, "Answer", step->answers->len + 1, "Says");
      LearnAnswer *answer;

      if (says == NULL || says->value[0] == '\0')
        return learn_lesson_fail (error,
                                  key->line,
                                  /* Translators: keys of a lesson’s file: Answer2 and
                                   * Answer2Says. */
                                  _ ("what is said to who chooses this is missing: %sSays="),
                                  key->name);
      answer = g_new0 (LearnAnswer, 1);
      answer->text = g_strdup (key->value);
      answer->says = g_strdup (says->value);
      g_ptr_array_add (step->answers, answer);
    }
  step->right = (guint) g_ascii_strtoull (right, NULL, 10) - 1;
  return (step->answers->len >= 2 && step->right < step->answers->len) ||
         learn_lesson_fail (error,
                            group->line,
                            _ ("a question needs Answer1=, Answer2= …, and Right= the number of "
                               "one of them"));
}

static gboolean
read_look (
    Reading *reading, LearnLesson *lesson, LearnLessonGroup *group, LearnStep *step, GError **error)
{
  const LearnLessonKey *key = learn_lesson_group_find (group, "Look", reading->language);
  g_autoptr (GPtrArray) words = NULL;

  if (key == NULL)
    return TRUE;
  words = learn_lesson_words_parse (key->value, key->line, error);
  if (words == NULL)
    return FALSE;
  step->look_device = g_strdup (learn_lesson_words_get (words, 0));
  step->look_verb = g_strdup (learn_lesson_words_get (words, 1));
  step->look_words = g_strdup (learn_lesson_words_get (words, 2));
  return learn_lesson_words_count (words) == 2 || learn_lesson_words_count (words) == 3 ||
         learn_lesson_fail (
             error, key->line, _ ("what is looked at is written like: Look=laptop DELE"));
}

static gboolean
read_kind (Reading *reading, LearnLessonGroup *group, LearnStepKind *kind, GError **error)
{
  const char *word = learn_lesson_group_need (group, "Kind", reading->language, error);

  if (word == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (step_kinds); i++)
    if (g_str_equal (step_kinds[i].word, word))
      {
        *kind = step_kinds[i].kind;
        return TRUE;
      }
  return learn_lesson_fail (error,
                            group->line,
                            _ ("a step is one of read, example, predict, run, observe, explain; "
                               "not “%s”"),
                            word);
}

static gboolean
does_something (const LearnStep *step)
{
  return step->kind == LEARN_STEP_EXAMPLE || step->kind == LEARN_STEP_RUN;
}

static gboolean
read_step (Reading *reading, LearnLesson *lesson, LearnLessonGroup *group, GError **error)
{
  LearnStepKind kind = LEARN_STEP_READ;
  LearnStep *step;
  const char *text;

  if (!read_kind (reading, group, &kind, error))
    return FALSE;
  step = step_new (kind, group->line);
  g_ptr_array_add (lesson->steps, step);
  text = learn_lesson_group_need (group, "Text", reading->language, error);
  if (text == NULL)
    return FALSE;
  step->text = g_strdup (text);
  step->title = dup_value (reading, group, "Title");
  if (kind == LEARN_STEP_PREDICT && !read_answers (reading, group, step, error))
    return FALSE;
  if (does_something (step) &&
      (!read_actions (reading, lesson, group, "Do", step->actions, error) ||
       !read_checks (reading, lesson, group, step->checks, error)))
    return FALSE;
  if (does_something (step) && step->actions->len == 0)
    return learn_lesson_fail (
        error, group->line, _ ("in this step something has to be done: Do1="));
  return read_look (reading, lesson, group, step, error) &&
         learn_lesson_group_finish (group, error);
}

/* --- the head of a lesson --- */

static gboolean
read_devices (Reading *reading, LearnLesson *lesson, LearnLessonGroup *group, GError **error)
{
  const LearnLessonKey *key = learn_lesson_group_find (group, "Devices", reading->language);
  g_auto (GStrv) each = NULL;

  if (key == NULL || key->value[0] == '\0')
    return TRUE;
  each = g_strsplit (key->value, ";", -1);
  for (guint i = 0; each[i] != NULL; i++)
    {
      LearnLessonDevice *device = learn_lesson_device_parse (each[i], key->line, error);

      if (device == NULL)
        return FALSE;
      for (guint j = 0; j < lesson->devices->len; j++)
        if (g_str_equal (((LearnLessonDevice *) lesson->devices->pdata[j])->name, device->name))
          {
            learn_lesson_device_free (device);
            return learn_lesson_fail (error, key->line, _ ("two devices have one name"));
          }
      g_ptr_array_add (lesson->devices, device);
    }
  return lesson->devices->len <= LEARN_LESSON_MAX_DEVICES ||
         learn_lesson_fail (error, key->line, _ ("these are too many devices"));
}

static gboolean
read_settles (Reading *reading, LearnLesson *lesson, LearnLessonGroup *group, GError **error)
{
  const LearnLessonKey *key = learn_lesson_group_find (group, "Settles", reading->language);
  g_auto (GStrv) each = NULL;

  if (key == NULL)
    return TRUE;
  each = g_strsplit (key->value, ";", -1);
  for (guint i = 0; each[i] != NULL; i++)
    {
      char *end = NULL;
      guint64 number = g_ascii_strtoull (each[i], &end, 10);

      if (each[i][0] == '\0' && each[i + 1] == NULL)
        break;
      if (number < 1 || number > LEARN_LESSON_MISUNDERSTANDINGS || *end != '\0')
        return learn_lesson_fail (
            error, key->line, _ ("“%s” is not the number of a misunderstanding, 1 to 19"), each[i]);
      lesson->settles |= 1u << number;
    }
  return TRUE;
}

/* What a lesson and a claim have in common. */
static gboolean
read_setting (Reading *reading, LearnLesson *lesson, LearnLessonGroup *group, GError **error)
{
  return read_devices (reading, lesson, group, error) &&
         read_settles (reading, lesson, group, error) &&
         read_actions (reading, lesson, group, "Start", lesson->start, error);
}

static gboolean
read_head (Reading *reading, LearnLesson *lesson, GError **error)
{
  LearnLessonGroup *group = learn_lesson_file_find (reading->file, "Lesson");
  const char *title;
  g_autofree char *minutes = NULL;

  if (group == NULL)
    return learn_lesson_fail (error, 1, _ ("a lesson begins with [Lesson]"));
  title = learn_lesson_group_need (group, "Title", reading->language, error);
  if (title == NULL)
    return FALSE;
  lesson->title = g_strdup (title);
  lesson->about = dup_value (reading, group, "About");
  minutes = dup_value (reading, group, "Minutes");
  lesson->minutes = minutes != NULL ? (guint) g_ascii_strtoull (minutes, NULL, 10) : 5;
  if (lesson->minutes < 1 || lesson->minutes > MAX_MINUTES)
    return learn_lesson_fail (error, group->line, _ ("a lesson takes 1 to 60 minutes"));
  return read_setting (reading, lesson, group, error) && learn_lesson_group_finish (group, error);
}

/* "Step 1" … in order, and nothing else beside. */
static gboolean
read_steps (Reading *reading, LearnLesson *lesson, GError **error)
{
  for (guint i = 0; i < reading->file->groups->len; i++)
    {
      LearnLessonGroup *group = reading->file->groups->pdata[i];
      g_autofree char *expected = g_strdup_printf ("Step %u", lesson->steps->len + 1);

      if (g_str_equal (group->name, "Lesson"))
        continue;
      if (!g_str_equal (group->name, expected))
        /* Translators: groups of a lesson’s file: [Step 3], and the one found in its place. */
        return learn_lesson_fail (
            error, group->line, _ ("[%1$s] is expected here, not [%2$s]"), expected, group->name);
      if (lesson->steps->len >= LEARN_LESSON_MAX_STEPS)
        return learn_lesson_fail (error, group->line, _ ("these are too many steps"));
      if (!read_step (reading, lesson, group, error))
        return FALSE;
    }
  return lesson->steps->len > 0 || learn_lesson_fail (error, 1, _ ("there is no [Step 1]"));
}

static gboolean
read_recording (Reading *reading, LearnLesson *lesson, GError **error)
{
  gsize len;
  const char *text;

  if (reading->file->recording == NULL)
    return TRUE;
  text = g_bytes_get_data (reading->file->recording, &len);
  /* Who wrote the file counts its lines from its first. */
  lesson->recording = wire_transcript_parse (
      text != NULL ? text : "", len, reading->file->recording_line, &lesson->connections, error);
  return lesson->recording != NULL;
}

LearnLesson *
learn_lesson_parse (
    const char *id, const char *text, gsize len, const char *language, GError **error)
{
  g_autoptr (LearnLessonFile) file = learn_lesson_file_parse (text, len, error);
  g_autoptr (LearnLesson) lesson = NULL;
  Reading reading = { file, language };

  if (file == NULL)
    return NULL;
  lesson = lesson_new (id);
  return read_recording (&reading, lesson, error) && read_head (&reading, lesson, error) &&
                 read_steps (&reading, lesson, error)
             ? g_steal_pointer (&lesson)
             : NULL;
}

/* --- claims --- */

static void
add_verdict (LearnStep *step, LearnVerdict answer, LearnVerdict right)
{
  LearnAnswer *each = g_new0 (LearnAnswer, 1);

  each->text = g_strdup (learn_verdict_text (answer));
  each->says = g_strdup (answer == right ? _ ("That is what I would say too. See it happen.")
                                         : _ ("See what really happens."));
  g_ptr_array_add (step->answers, each);
}

/* The three steps of a claim: what do you think, this is what happens, and why. */
static gboolean
read_claim_steps (Reading *reading, LearnLesson *lesson, LearnLessonGroup *group, GError **error)
{
  LearnStep *predict = step_new (LEARN_STEP_PREDICT, group->line);
  LearnStep *run = step_new (LEARN_STEP_RUN, group->line);
  LearnStep *explain = step_new (LEARN_STEP_EXPLAIN, group->line);
  const char *shown, *why;

  g_ptr_array_add (lesson->steps, predict);
  g_ptr_array_add (lesson->steps, run);
  g_ptr_array_add (lesson->steps, explain);
  for (LearnVerdict verdict = LEARN_VERDICT_TRUE; verdict <= LEARN_VERDICT_DEPENDS; verdict++)
    add_verdict (predict, verdict, lesson->verdict);
  predict->text = g_strdup (lesson->title);
  predict->right = lesson->verdict - LEARN_VERDICT_TRUE;
  shown = learn_lesson_group_need (group, "Shown", reading->language, error);
  why = shown != NULL ? learn_lesson_group_need (group, "Why", reading->language, error) : NULL;
  if (why == NULL)
    return FALSE;
  run->text = g_strdup (shown);
  explain->text = g_strdup_printf ("%s. %s", learn_verdict_text (lesson->verdict), why);
  if (!read_actions (reading, lesson, group, "Do", run->actions, error) ||
      !read_checks (reading, lesson, group, run->checks, error) ||
      !read_look (reading, lesson, group, run, error))
    return FALSE;
  return run->actions->len > 0 ||
         learn_lesson_fail (error, group->line, _ ("in this step something has to be done: Do1="));
}

static gboolean
read_verdict (Reading *reading, LearnLesson *lesson, LearnLessonGroup *group, GError **error)
{
  const char *word = learn_lesson_group_need (group, "Verdict", reading->language, error);

  if (word == NULL)
    return FALSE;
  lesson->verdict = g_str_equal (word, "true")      ? LEARN_VERDICT_TRUE
                    : g_str_equal (word, "false")   ? LEARN_VERDICT_FALSE
                    : g_str_equal (word, "depends") ? LEARN_VERDICT_DEPENDS
                                                    : LEARN_VERDICT_NONE;
  return lesson->verdict != LEARN_VERDICT_NONE ||
         learn_lesson_fail (error, group->line, _ ("a verdict is true, false or depends"));
}

static LearnLesson *
read_claim (Reading *reading, LearnLessonGroup *group, guint number, GError **error)
{
  g_autofree char *id = g_strdup_printf ("claim-%u", number);
  g_autofree char *expected = g_strdup_printf ("Claim %u", number);
  g_autoptr (LearnLesson) lesson = lesson_new (id);
  const char *claim;

  if (!g_str_equal (group->name, expected))
    {
      learn_lesson_fail (
          error, group->line, _ ("[%1$s] is expected here, not [%2$s]"), expected, group->name);
      return NULL;
    }
  claim = learn_lesson_group_need (group, "Claim", reading->language, error);
  if (claim == NULL || !read_verdict (reading, lesson, group, error))
    return NULL;
  lesson->title = g_strdup (claim);
  lesson->minutes = 1;
  return read_setting (reading, lesson, group, error) &&
                 read_claim_steps (reading, lesson, group, error) &&
                 learn_lesson_group_finish (group, error)
             ? g_steal_pointer (&lesson)
             : NULL;
}

GPtrArray *
learn_lesson_parse_claims (const char *text, gsize len, const char *language, GError **error)
{
  g_autoptr (LearnLessonFile) file = learn_lesson_file_parse (text, len, error);
  g_autoptr (GPtrArray) claims =
      g_ptr_array_new_with_free_func ((GDestroyNotify) learn_lesson_free);
  Reading reading = { file, language };

  for (guint i = 0; file != NULL && i < file->groups->len; i++)
    {
      LearnLesson *lesson = read_claim (&reading, file->groups->pdata[i], i + 1, error);

      if (lesson == NULL)
        return NULL;
      g_ptr_array_add (claims, lesson);
    }
  return file != NULL ? g_steal_pointer (&claims) : NULL;
}
