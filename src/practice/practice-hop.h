/* One visit of a domain's host at another's: the client's side of a real SMTP session, TLS where it
 * is offered. */
#pragma once

#include "practice-shared.h"
#include "practice-onward.h"

G_BEGIN_DECLS

/* What became of one recipient. */
typedef struct
{
  guint code;   /* the reply's; 0: there was none, for the line broke */
  char *status; /* "5.1.1", or what fits the code */
  char *words;  /* "550 5.1.1 Nobody …", or why there was none */
} PracticeAnswer;
void practice_answer_free (PracticeAnswer *answer);

/* Hands it over. @again: that was tried before. PracticeAnswer, one for each recipient in their
 * order. (transfer full) */
GPtrArray *
practice_hop_hand_over (const PracticeShared *shared, const PracticeOnward *onward, gboolean again);

G_END_DECLS
