/* What an account keeps in mind by name (store_reader_fact()), written by itself; where something
 * else is written with it, its own transaction does both. */
#pragma once

#include "store-mailbase.h"

G_BEGIN_DECLS

gboolean engine_fact_keep (StoreMailbase *mailbase,
                           StorePriority priority,
                           gboolean durable,
                           const char *name,
                           const char *value,
                           GError **error);

G_END_DECLS
