/* Letters that the server did not take into a folder, because there is no room or because they are
 * too large: they wait for the person, who is told of them. App's thread. */
#pragma once

#include "engine-account.h"

G_BEGIN_DECLS

/* The oldest of them, which says why; %NULL: none. (transfer full) */
StoreJournalEntry *engine_refused_find (EngineAccount *account);
/* All of them are put there once more, when the account is started next. */
gboolean engine_refused_again (EngineAccount *account, GError **error);

G_END_DECLS
