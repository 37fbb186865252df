/* Carries letters from one domain to the other: a thread that takes them from the store's queue,
 * calls at the other domain's host, tries again later where it is asked to, and writes to the
 * sender when it cannot be done. What lies in the queue was answered for with a 250, and stays
 * there until somebody else answers for it. */
#pragma once

#include "practice-shared.h"

G_BEGIN_DECLS

/* @shared outlives it. What the queue holds from earlier is tried at once. */
PracticeRelay *practice_relay_new (const PracticeShared *shared);
/* After the cancellable was cancelled: ends the thread. */
void practice_relay_free (PracticeRelay *relay);

/* Something was put into the queue. Any thread. */
void practice_relay_wake (PracticeRelay *relay);
/* Waits until all that is due has been tried, and what that led to as well; at most so many
 * microseconds. Any thread but the relay's and those it waits for. */
void practice_relay_settle (PracticeRelay *relay, gint64 timeout);

G_END_DECLS
