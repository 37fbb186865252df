/* The little language of a lesson's actions and checks: one line of words, "in quotes" where there
 * are spaces (and "" for a quote inside), some with a name before them (to=grace). */
#pragma once

#include "learn-lesson-file.h"

G_BEGIN_DECLS

#define LEARN_LESSON_MAX_WORDS 40

typedef struct
{
  char *name; /* "to"; %NULL: none */
  char *text;
  gboolean quoted;
} LearnLessonWord;

/* LearnLessonWord, at least one. @line: for the error. (transfer full) */
GPtrArray *learn_lesson_words_parse (const char *text, guint line, GError **error);
/* The word at @place that is no named one; "" behind the last. */
const char *learn_lesson_words_get (GPtrArray *words, guint place);
/* How many have no name. They stand first. */
guint learn_lesson_words_count (GPtrArray *words);
/* (nullable) */
const char *learn_lesson_words_named (GPtrArray *words, const char *name);
/* Whether all named words are among @names, separated by spaces. */
gboolean learn_lesson_words_only (GPtrArray *words, const char *names, guint line, GError **error);

G_END_DECLS
