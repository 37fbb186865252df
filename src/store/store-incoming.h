/* Letters that are still arriving: what of them is in memory between two transactions. Private. */
#pragma once

#include "store-tx.h"

G_BEGIN_DECLS

/* The job that touched some of them ended, or was rolled back: then these can only be discarded. */
void store_incoming_job_over (GHashTable *incoming, gboolean good);
void store_incoming_over (GHashTable *incoming, gboolean committed);

G_END_DECLS
