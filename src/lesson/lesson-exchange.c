/* From the end, for the last one counts. */
#include "config.h"

#include "lesson-exchange.h"

#include "learn-lesson-facts.h"

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
          g_ascii_strcasecmp (exchange->verb, step->look_verb) != 0)
        continue;
      return exchange->serial > from || step->actions->len == 0 ? exchange : NULL;
    }
  return NULL;
}
