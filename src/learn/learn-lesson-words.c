/* A line of a lesson, taken apart. */
#include "config.h"

#include "learn-lesson-words.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static void
word_free (gpointer data)
{
  LearnLessonWord *word = data;

  g_free (word->name);
  g_free (word->text);
  g_free (word);
}

/* From the quote on; %NULL: it never ends. */
static const char *
read_quoted (const char *p, GString *text)
{
  for (p++; *p != '\0'; p++)
    {
      if (*p != '"')
        g_string_append_c (text, *p);
      else if (p[1] == '"')
        g_string_append_c (text, *p++);
      else
        return p + 1;
    }
  return NULL;
}

static const char *
read_word (const char *p, LearnLessonWord *word)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize len = 0;

  while (g_ascii_isalpha (p[len]))
    len++;
  if (len > 0 && p[len] == '=')
    {
      word->name = g_strndup (p, len);
      p += len + 1;
    }
  word->quoted = *p == '"';
  if (word->quoted)
    p = read_quoted (p, text);
  else
    while (*p != '\0' && *p != ' ' && *p != '\t' && *p != '\n')
      g_string_append_c (text, *p++);
  word->text = g_string_free (g_steal_pointer (&text), FALSE);
  return p;
}

GPtrArray *
learn_lesson_words_parse (const char *text, guint line, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (word_free);
  gboolean named = FALSE;

  for (const char *p = text; *(p += strspn (p, " \t\n")) != '\0';)
    {
      LearnLessonWord *word = g_new0 (LearnLessonWord, 1);

      g_ptr_array_add (words, word);
      p = read_word (p, word);
      if (p == NULL)
        {
          learn_lesson_fail (error, line, _ ("a quote is not closed"));
          return NULL;
        }
      if (named && word->name == NULL)
        {
          learn_lesson_fail (
              error, line, _ ("“%s” has to stand before what has names"), word->text);
          return NULL;
        }
      named = word->name != NULL;
      if (words->len > LEARN_LESSON_MAX_WORDS)
        {
          learn_lesson_fail (error, line, _ ("these are too many words"));
          return NULL;
        }
    }
  if (learn_lesson_words_count (words) > 0)
    return g_steal_pointer (&words);
  learn_lesson_fail (error, line, _ ("nothing is said here"));
  return NULL;
}

guint
learn_lesson_words_count (GPtrArray *words)
{
  guint n = 0;

  while (n < words->len && ((LearnLessonWord *) words->pdata[n])->name == NULL)
    n++;
  return n;
}

const char *
learn_lesson_words_get (GPtrArray *words, guint place)
{
  return place < learn_lesson_words_count (words) ? ((LearnLessonWord *) words->pdata[place])->text
                                                  : "";
}

const char *
learn_lesson_words_named (GPtrArray *words, const char *name)
{
  for (guint i = 0; i < words->len; i++)
    {
      const LearnLessonWord *word = words->pdata[i];

      if (g_strcmp0 (word->name, name) == 0)
        return word->text;
    }
  return NULL;
}

gboolean
learn_lesson_words_only (GPtrArray *words, const char *names, guint line, GError **error)
{
  g_auto (GStrv) known = g_strsplit (names, " ", -1);

  for (guint i = learn_lesson_words_count (words); i < words->len; i++)
    {
      const LearnLessonWord *word = words->pdata[i];

      if (!g_strv_contains ((const char *const *) known, word->name))
        return learn_lesson_fail (error, line, _ ("“%s=” has no meaning here"), word->name);
    }
  return TRUE;
}
