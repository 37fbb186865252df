/* What a server refused, in words for the bar: a letter that waits to be put into a folder, or what
 * was moved, deleted or marked here and was put back. */
#pragma once

#include "engine-account.h"

G_BEGIN_DECLS

/* @entry: engine_refused_find(), with @count of them. (transfer full) */
char *app_refused_text (EngineAccount *account, const StoreJournalEntry *entry, guint count);

G_END_DECLS
