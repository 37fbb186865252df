/* One transaction for one fact. */
#include "config.h"

#include "engine-fact.h"

#include "store-write.h"

typedef struct
{
  const char *name, *value;
} Fact;

static gboolean
write_fact (StoreTx *tx, gpointer data, GError **error)
{
  const Fact *fact = data;

  return store_tx_set_fact (tx, fact->name, fact->value, error);
}

gboolean
engine_fact_keep (StoreMailbase *mailbase,
                  StorePriority priority,
                  gboolean durable,
                  const char *name,
                  const char *value,
                  GError **error)
{
  Fact fact = { name, value };

  return store_mailbase_write (mailbase, priority, durable, write_fact, &fact, error);
}
