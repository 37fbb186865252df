/* From the end, for the last one counts. */
#include "config.h"

#include "lesson-exchange.h"

#include <string.h>

#include "learn-lesson-facts.h"

static gboolean
has_words (const LearnExchange *exchange, const char *words)
{
  g_autofree char *folded = g_ascii_strdown (words, -1);

  for (guint i = 0; i < exchange->lines->len; i++)
    {
      g_autofree char *line =
          g_ascii_strdown (((const WireLine *) exchange->lines->pdata[i])->text, -1);

      if (strstr (line, folded) != NULL)
        return TRUE;
    }
  return *folded == '\0';
}

const LearnExchange *
lesson_exchange_find (LearnDialogue *dialogue, const LearnStep *step, guint64 from, guint64 until)
{
  if (step->look_verb == NULL)
    return NULL;
  for (guint i = learn_dialogue_count (dialogue); i > 0; i--)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i - 1);

      if (exchange->serial > until || exchange->info == NULL ||
          g_strcmp0 (learn_facts_speaker (exchange->info), step->look_device) != 0 ||
          g_ascii_strcasecmp (exchange->verb, step->look_verb) != 0 ||
          !has_words (exchange, step->look_words))
        continue;
      return exchange->serial > from || step->actions->len == 0 ? exchange : NULL;
    }
  return NULL;
}
