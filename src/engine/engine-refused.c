/* An entry that is stuck is told of until the person has decided; those of one click are one. */
#include "config.h"

#include "engine-refused.h"

#include "engine-worker.h"
#include "store-write.h"

gboolean
engine_refused_waits (const StoreJournalEntry *entry)
{
  return entry->kind == STORE_JOURNAL_APPEND;
}

static gboolean
is_of_one_click (const StoreJournalEntry *entry, const StoreJournalEntry *first)
{
  return entry->kind == first->kind && entry->cause->id == first->cause->id;
}

StoreJournalEntry *
engine_refused_find (EngineAccount *account, guint *count)
{
  g_autoptr (GPtrArray) entries = store_reader_refused (engine_account_reader (account), NULL);

  *count = 0;
  if (!entries || entries->len == 0)
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    *count += is_of_one_click (g_ptr_array_index (entries, i), g_ptr_array_index (entries, 0));
  return g_ptr_array_steal_index (entries, 0);
}

static gboolean
write_again (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *entries = data;

  for (guint i = 0; i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (engine_refused_waits (entry) &&
          !store_tx_journal_failed (tx, entry->id, FALSE, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_understood (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *entries = data;

  for (guint i = 0; i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (is_of_one_click (entry, g_ptr_array_index (entries, 0)) &&
          !store_tx_journal_forget (tx, entry->id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_entries (EngineAccount *account,
               gboolean (*func) (StoreTx *, gpointer, GError **),
               GError **error)
{
  g_autoptr (GPtrArray) entries = store_reader_refused (engine_account_reader (account), error);

  return entries &&
         store_mailbase_write (
             engine_account_mailbase (account), STORE_PRIORITY_CLICK, TRUE, func, entries, error);
}

gboolean
engine_refused_again (EngineAccount *account, GError **error)
{
  if (!write_entries (account, write_again, error))
    return FALSE;
  if (account->incoming)
    engine_worker_push (account->incoming, ENGINE_JOB_AGAIN, 0, FALSE, NULL);
  return TRUE;
}

gboolean
engine_refused_understood (EngineAccount *account, GError **error)
{
  return write_entries (account, write_understood, error);
}
