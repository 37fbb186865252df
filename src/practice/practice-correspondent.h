/* Those who live here and write back: a thread that reads what arrives for them, thinks for a
 * moment, and sends a real answer the way any letter goes. */
#pragma once

#include "practice-relay.h"
#include "practice-store.h"

G_BEGIN_DECLS

typedef struct _PracticeCorrespondent PracticeCorrespondent;

/* @relay: carries the answers, and outlives it; @delay: microseconds of thought before an answer;
 * @french: the language of answers. */
PracticeCorrespondent *practice_correspondent_new (PracticeStore *store,
                                                   PracticeRelay *relay,
                                                   gint64 delay,
                                                   gboolean french);
/* Ends the thread; answers not yet written are not written. */
void practice_correspondent_free (PracticeCorrespondent *correspondent);

/* A letter came for @user from the envelope's @from. Answers nobody but people who live here and
 * are no correspondents themselves, and no letter that was sent by a machine (RFC 3834 §2). */
void practice_correspondent_receive (PracticeCorrespondent *correspondent,
                                     const PracticeUser *user,
                                     const char *from,
                                     const guint8 *letter,
                                     gsize len);

G_END_DECLS
