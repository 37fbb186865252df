/* Only what is to be put somewhere: what was refused otherwise is shown as it was before. */
#include "config.h"

#include "engine-refused.h"

#include "store-write.h"

static gboolean
is_refused (const StoreJournalEntry *entry)
{
  return entry->kind == STORE_JOURNAL_APPEND && entry->state == STORE_JOURNAL_STUCK;
}

StoreJournalEntry *
engine_refused_find (EngineAccount *account)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (engine_account_reader (account), NULL);

  for (guint i = 0; entries && i < entries->len; i++)
    if (is_refused (g_ptr_array_index (entries, i)))
      return g_ptr_array_steal_index (entries, i);
  return NULL;
}

static gboolean
write_again (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *entries = data;

  for (guint i = 0; i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (is_refused (entry) && !store_tx_journal_failed (tx, entry->id, FALSE, NULL, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
engine_refused_again (EngineAccount *account, GError **error)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (engine_account_reader (account), error);

  return entries && store_mailbase_write (engine_account_mailbase (account),
                                          STORE_PRIORITY_CLICK,
                                          TRUE,
                                          write_again,
                                          entries,
                                          error);
}
