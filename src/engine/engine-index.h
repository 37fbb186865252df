/* Filling the search index, a step at a time. For the account's owner; any one thread. */
#pragma once

#include "store-read.h"

G_BEGIN_DECLS

/* Indexes some of what is missing; 0: nothing is, -1: @error is set. */
gint engine_index_step (StoreMailbase *mailbase, GError **error);

G_END_DECLS
