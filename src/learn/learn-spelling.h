/* How a thing of the catalogue is written on the line, for those who look for it by its word: its
 * title, often in the speaker's own voice, tells what it is and not what it is called. */
#pragma once

#include "learn-catalogue.h"

G_BEGIN_DECLS

/* "UID STORE", "READ-ONLY", "250", "X.7.1", "Message-ID". NULL: it has no word of its own, as a
 * part of a line, or its id does not keep how that is written. (transfer full) (nullable) */
char *learn_spelling_of (const LearnEntry *entry);

G_END_DECLS
