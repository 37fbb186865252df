/* lesson: the lessons in a terminal. The same run as in the window: a post office of its own, real
 * exchanges, and checks that are asked of what happened. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli-page.h"
#include "cli.h"
#include "learn-clock.h"
#include "learn-wording.h"
#include "lesson-exchange.h"
#include "lesson-progress.h"
#include "lesson-run.h"

#define INDENT 4
#define LINES_SHOWN 12

typedef struct
{
  LessonRun *run;
  LearnDialogue *dialogue;
  const char *language;
  char **answers;     /* given beforehand (nullable) */
  guint asked;        /* questions so far */
  guint held, failed; /* checks */
  gboolean again;     /* from the first step, wherever one was */
  LessonProgress *progress;
} Play;

/* --- the list --- */

static void
print_settles (const LearnLesson *lesson)
{
  for (guint i = 1; i <= LEARN_LESSON_MISUNDERSTANDINGS; i++)
    if ((lesson->settles & 1u << i) != 0)
      cli_page_print (learn_misunderstanding_text (i), 6, NULL, CLI_FAINT);
}

static void
print_lesson (const LearnLesson *lesson, LessonProgress *progress)
{
  g_autofree char *minutes = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u minute", "%u minutes", lesson->minutes), lesson->minutes);
  gboolean done = lesson_progress_is_done (progress, lesson->id);
  g_autofree char *title = g_strdup_printf ("%s · %s", lesson->title, minutes);

  cli_page_print (lesson->id, 0, NULL, CLI_BOLD);
  cli_page_print (title, 4, done ? "✓ " : NULL, CLI_PLAIN);
  print_settles (lesson);
}

static int
print_all (const char *language, LessonProgress *progress)
{
  g_autoptr (GPtrArray) lessons = learn_lessons (language);
  g_autoptr (GPtrArray) claims = learn_claims (language);

  for (guint i = 0; i < lessons->len; i++)
    print_lesson (lessons->pdata[i], progress);
  g_print ("\n");
  cli_page_print_title (_ ("True, false, it depends"));
  for (guint i = 0; i < claims->len; i++)
    {
      const LearnLesson *claim = claims->pdata[i];

      cli_page_print_beside (claim->id, claim->title, 2, 14, CLI_BOLD, CLI_PLAIN);
    }
  return CLI_OK;
}

/* --- telling --- */

static void
print_text (const char *text, CliStyle style)
{
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n\n", -1);

  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      if (i > 0)
        g_print ("\n");
      cli_page_print (paragraphs[i], 0, NULL, style);
    }
}

static void
print_exchange (Play *play, const LearnStep *step, guint64 from)
{
  const LearnExchange *exchange;
  g_autoptr (GPtrArray) cards = NULL;
  g_autofree char *title = NULL;
  g_autofree char *between = NULL;

  while (learn_dialogue_pull (play->dialogue, lesson_run_tap (play->run), 1000))
    ;
  exchange = lesson_exchange_find (play->dialogue, step, from, G_MAXUINT64);
  if (exchange == NULL)
    return;
  title = learn_exchange_title (exchange);
  cards = learn_exchange_cards (exchange, play->language);
  between = learn_between_text (exchange->info);
  g_print ("\n");
  cli_page_print (title, 2, NULL, CLI_BOLD);
  if (between != NULL)
    cli_page_print (between, 2, NULL, CLI_FAINT);
  for (guint i = 0; i < exchange->lines->len && i < cards->len && i < LINES_SHOWN; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];
      const LearnCard *card = cards->pdata[i];
      gboolean ours = line->direction == BASE_DIRECTION_OUT;
      g_autofree char *text = g_strconcat (ours ? "→ " : "← ", line->text, NULL);

      cli_page_print_beside (text,
                             card->entry->title,
                             INDENT,
                             MIN (cli_page_width () / 2 + 2, 50),
                             ours ? CLI_CLIENT : CLI_SERVER,
                             CLI_PLAIN);
    }
}

/* "laptop: Photos · Concert", a line for each place that has something or is a device. */
static void
print_place (const LearnFacts *facts, const char *place, const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < facts->letters->len; i++)
    {
      const LearnLetter *letter = facts->letters->pdata[i];

      if (g_str_equal (letter->place, place) &&
          (!g_str_equal (place, "server") || g_str_equal (letter->user, "ada")))
        g_string_append_printf (text,
                                "%s%s%s%s",
                                text->len > 0 ? " · " : "",
                                letter->subject,
                                g_ascii_strcasecmp (letter->folder, "INBOX") != 0 ? " / " : "",
                                g_ascii_strcasecmp (letter->folder, "INBOX") != 0 ? letter->folder
                                                                                  : "");
    }
  cli_page_print_beside (name, text->len > 0 ? text->str : "—", INDENT, 24, CLI_BOLD, CLI_PLAIN);
}

static void
print_places (Play *play)
{
  const LearnFacts *facts = lesson_run_facts (play->run);
  const LearnLesson *lesson = lesson_run_lesson (play->run);

  if (learn_lesson_plays_with_time (lesson))
    {
      g_auto (GStrv) words = learn_practice_clock_words (facts->ahead);
      g_autofree char *clock = g_strjoinv (" · ", words);

      g_print ("\n");
      cli_page_print (clock, INDENT, "◷ ", CLI_FAINT);
    }
  if (lesson->devices->len == 0)
    return;
  g_print ("\n");
  print_place (facts, "server", _ ("Server"));
  for (guint i = 0; i < lesson->devices->len; i++)
    {
      const LearnLessonDevice *device = lesson->devices->pdata[i];
      g_autofree char *name =
          g_strdup_printf ("%s (%s)",
                           learn_lesson_device_text (device->name),
                           g_str_equal (device->protocol, "imap") ? "IMAP" : "POP3");

      print_place (facts, device->name, name);
    }
}

static void
count_results (Play *play)
{
  const GArray *results = lesson_run_results (play->run);

  for (guint i = 0; i < results->len; i++)
    *(g_array_index (results, gboolean, i) ? &play->held : &play->failed) += 1;
}

static void
print_results (Play *play, const LearnStep *step)
{
  const GArray *results = lesson_run_results (play->run);

  g_print ("\n");
  for (guint i = 0; i < results->len; i++)
    {
      const LearnCheck *check = step->checks->pdata[i];
      gboolean holds = g_array_index (results, gboolean, i);

      cli_page_print (check->says, INDENT, holds ? "✓ " : "✗ ", holds ? CLI_GOOD : CLI_BAD);
    }
}

static void
print_action (LessonRun *run, const LearnLessonAction *action, gpointer data)
{
  g_autofree char *text = learn_lesson_action_text (action);

  cli_page_print (text, INDENT, "▸ ", CLI_FAINT);
  if (lesson_run_failure (run) != NULL)
    cli_page_print (lesson_run_failure (run), INDENT + 2, "! ", CLI_FAINT);
}

/* --- asking --- */

/* What is typed on a terminal; -1: there is nobody who types. */
static int
type_answer (guint n)
{
  char line[64];

  if (!isatty (STDIN_FILENO))
    return -1;
  for (;;)
    {
      guint64 number;

      /* Translators: before what a person types: the number of an answer. */
      g_print ("%s ", _ ("Your answer:"));
      fflush (stdout);
      if (fgets (line, sizeof line, stdin) == NULL)
        return -1;
      number = g_ascii_strtoull (line, NULL, 10);
      if (number >= 1 && number <= n)
        return (int) number - 1;
    }
}

static int
given_answer (Play *play, const LearnStep *step)
{
  const char *given;

  if (play->answers == NULL)
    return -1;
  if (g_str_equal (play->answers[0], "all-right"))
    return (int) step->right;
  given = play->asked <= g_strv_length (play->answers) ? play->answers[play->asked - 1] : "";
  return (int) g_ascii_strtoull (given, NULL, 10) - 1;
}

static void
print_answer (const LearnStep *step, guint chosen)
{
  const LearnAnswer *answer = step->answers->pdata[chosen];
  gboolean right = chosen == step->right;

  g_print ("\n");
  cli_page_print (answer->text, 2, "? ", CLI_ASK);
  cli_page_print (answer->says, INDENT, right ? "✓ " : "✗ ", right ? CLI_GOOD : CLI_PLAIN);
}

/* Until it is right; where nobody types, all answers in their order. */
static void
ask (Play *play, const LearnStep *step)
{
  int chosen;

  play->asked++;
  for (guint i = 0; i < step->answers->len; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u ", i + 1);

      cli_page_print (((LearnAnswer *) step->answers->pdata[i])->text, INDENT, number, CLI_PLAIN);
    }
  chosen = given_answer (play, step);
  if (chosen >= 0 && chosen < (int) step->answers->len)
    {
      print_answer (step, (guint) chosen);
      return;
    }
  while ((chosen = type_answer (step->answers->len)) >= 0)
    {
      print_answer (step, (guint) chosen);
      if (chosen == (int) step->right)
        return;
    }
  for (guint i = 0; i <= step->right; i++)
    print_answer (step, i);
}

/* --- playing --- */

static gboolean
play_step (Play *play, guint index, GError **error)
{
  const LearnLesson *lesson = lesson_run_lesson (play->run);
  const LearnStep *step = lesson->steps->pdata[index];
  guint64 before = wire_tap_last_serial (lesson_run_tap (play->run));
  g_autofree char *title =
      g_strdup_printf ("%u/%u · %s",
                       index + 1,
                       lesson->steps->len,
                       step->title != NULL ? step->title : learn_step_kind_text (step->kind));

  g_print ("\n");
  cli_page_print_title (title);
  print_text (step->text, step->kind == LEARN_STEP_PREDICT ? CLI_BOLD : CLI_PLAIN);
  if (step->actions->len > 0)
    g_print ("\n");
  if (!lesson_run_step (play->run, index, print_action, play, NULL, error))
    return FALSE;
  count_results (play);
  if (step->kind == LEARN_STEP_PREDICT)
    ask (play, step);
  print_exchange (play, step, before);
  if (step->actions->len > 0)
    {
      print_places (play);
      print_results (play, step);
    }
  return TRUE;
}

/* Who plays it to its end without a word was never in its middle. */
static gboolean
somebody_types (const Play *play)
{
  return play->answers == NULL && isatty (STDIN_FILENO);
}

/* The step that somebody was at, in a world where all before it has happened. */
static guint
resume (Play *play, const LearnLesson *lesson, GError **error)
{
  guint first =
      somebody_types (play) && !play->again ? lesson_progress_step (play->progress, lesson->id) : 0;
  g_autofree char *told = NULL;

  if (first == 0 || first >= lesson->steps->len)
    return 0;
  /* Translators: a step of a lesson, how many there are, and an option of the command. */
  told = g_strdup_printf (
      _ ("You were at %1$u of %2$u. What comes before is done again first; %3$s begins anew."),
      first + 1,
      lesson->steps->len,
      "--again");
  g_print ("\n");
  cli_page_print (told, 0, NULL, CLI_FAINT);
  for (guint i = 0; i < first && *error == NULL; i++)
    if (lesson_run_step (play->run, i, NULL, NULL, NULL, error))
      count_results (play);
  return first;
}

/* What the disk does not take is no reason to stop. */
static void
remember (Play *play, const LearnLesson *lesson, guint step)
{
  if (somebody_types (play))
    lesson_progress_set_step (play->progress, lesson->id, step, NULL);
}

static int
play_lesson (Play *play, const LearnLesson *lesson)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *summary = NULL;
  guint first = 0;

  cli_page_print (lesson->title, 0, NULL, CLI_BOLD);
  if (lesson->about != NULL)
    cli_page_print (lesson->about, 0, NULL, CLI_PLAIN);
  play->run = lesson_run_new (lesson, play->language, NULL, &error);
  if (play->run != NULL)
    first = resume (play, lesson, &error);
  for (guint i = first; play->run != NULL && error == NULL && i < lesson->steps->len; i++)
    {
      remember (play, lesson, i);
      play_step (play, i, &error);
    }
  g_clear_pointer (&play->run, lesson_run_free);
  if (error != NULL)
    return cli_fail (g_steal_pointer (&error));
  /* Translators: of a lesson: checks that hold, and all there were. */
  summary = g_strdup_printf (_ ("Checked against what really happened: %1$u of %2$u hold."),
                             play->held,
                             play->held + play->failed);
  g_print ("\n");
  cli_page_print (summary, 0, NULL, play->failed == 0 ? CLI_GOOD : CLI_BAD);
  if (play->failed == 0 && !lesson_progress_set_done (play->progress, lesson->id, &error))
    return cli_fail (g_steal_pointer (&error));
  return play->failed == 0 ? CLI_OK : CLI_BAD_DATA;
}

static LearnLesson *
find_lesson (const char *name, const char *language, GError **error)
{
  LearnLesson *lesson = learn_lesson_named (name, language);

  return lesson != NULL ? lesson : learn_lesson_open (name, language, error);
}

static int
play_named (Play *play, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LearnLesson) lesson = find_lesson (name, play->language, &error);
  int code;

  if (lesson == NULL)
    return error->domain == LEARN_LESSON_ERROR
               ? (cli_note ("%s: %s", name, error->message), CLI_BAD_DATA)
               : cli_fail (g_steal_pointer (&error));
  play->dialogue = learn_dialogue_new (10000, NULL, NULL);
  code = play_lesson (play, lesson);
  learn_dialogue_free (play->dialogue);
  return code;
}

int
cli_lesson (Cli *cli, int argc, char **argv)
{
  g_autofree char *language = NULL;
  g_autofree char *answers = NULL;
  gboolean again = FALSE;
  const GOptionEntry entries[] = {
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
    { "answers", 0, 0, G_OPTION_ARG_STRING, &answers, NULL, NULL },
    { "again", 0, 0, G_OPTION_ARG_NONE, &again, NULL, NULL },
    { NULL },
  };
  g_autoptr (LessonProgress) progress = NULL;
  g_auto (GStrv) given = NULL;
  Play play = { 0 };

  if (!cli_parse (entries, CLI_LESSON, &argc, &argv))
    return CLI_USAGE;
  if (argc > 2)
    return cli_usage (CLI_LESSON);
  /* What the program says by itself follows the lesson. */
  if (language != NULL)
    g_setenv ("LANGUAGE", language, TRUE);
  given = answers != NULL ? g_strsplit (answers, ",", -1) : NULL;
  progress = lesson_progress_open (cli->data);
  if (argc < 2)
    return print_all (language, progress);
  play.language = language;
  play.answers = given;
  play.progress = progress;
  play.again = again;
  return play_named (&play, argv[1]);
}
