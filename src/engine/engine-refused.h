/* What a server refused for good, and what the person is to know: letters that it did not take into
 * a folder (no room, too large) wait and can be put there again; what was moved, deleted or marked
 * is put back here, and that is told. App's thread. */
#pragma once

#include "engine-account.h"

G_BEGIN_DECLS

/* The oldest of them, which says why; %NULL: none. *@count: how many were refused with it, of one
 * click. (transfer full) */
StoreJournalEntry *engine_refused_find (EngineAccount *account, guint *count);
/* Whether it is a letter that waits to be put into a folder; else it was put back. */
gboolean engine_refused_waits (const StoreJournalEntry *entry);
/* All that wait are put there once more; what has no room yet is asked for again. */
gboolean engine_refused_again (EngineAccount *account, GError **error);
/* The person has read of those found: they are told of no more. */
gboolean engine_refused_understood (EngineAccount *account, GError **error);

G_END_DECLS
