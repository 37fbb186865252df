/* Somebody who writes in others' names: whoever writes to mallory@… hears from Grace, or so it
 * seems. Real sessions from a host of its own, rightly named and rightly signed for that host, and
 * all the same a lie that the receiving side finds out. */
#pragma once

#include "practice-connection.h"

G_BEGIN_DECLS

/* Queues two letters to @victim: one in the name of the other domain's, which that domain wants put
 * aside, and one in the name of @victim's own, which is refused at the border. Takes the lock. */
void practice_forger_write (const PracticeShared *shared, const PracticeUser *victim);

G_END_DECLS
