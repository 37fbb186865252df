/* A line, explained: what it is, its parts, and what is known of it here and now. */
#pragma once

#include "learn-catalogue.h"

G_BEGIN_DECLS

typedef struct
{
  guint offset, length; /* bytes in the line */
  char *id;
  const LearnEntry *entry;
  char *text; /* the part itself, valid UTF-8 without control characters; what is secret in it is
                 WIRE_LINE_SECRET */
} LearnPart;
void learn_part_free (LearnPart *part);

typedef struct
{
  const LearnEntry *entry; /* of the line as a whole */
  GPtrArray *parts;        /* LearnPart, by offset; nested ones after the one they are in */
  char *context; /* what is known here and now: "4711 is “lunch?” in INBOX." (nullable) */
  char *text;    /* the line, valid UTF-8, without its end; what is secret in it is hidden */
} LearnCard;
void learn_card_free (LearnCard *card);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnCard, learn_card_free)

G_END_DECLS
