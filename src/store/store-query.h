/* What people type into the search field, as FTS5 wants it. Private to the store. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Words are ANDed, the last is a prefix; quotes make phrases; from:, to: and subject: name a field.
 * Characters of scripts without spaces are looked for one after the other (store-segment.h).
 * (transfer full) %NULL when there is nothing to look for. */
char *store_query_match (const char *query);

G_END_DECLS
