/* What a card is made of, freed. */
#include "config.h"

#include "learn-card.h"

void
learn_part_free (LearnPart *part)
{
  g_free (part->id);
  g_free (part->text);
  g_free (part);
}

void
learn_card_free (LearnCard *card)
{
  g_ptr_array_unref (card->parts);
  g_free (card->context);
  g_free (card->text);
  g_free (card);
}
