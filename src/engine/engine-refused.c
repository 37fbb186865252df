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
is_stuck (const StoreJournalEntry *entry)
{
  return entry->state == STORE_JOURNAL_STUCK;
}

static gboolean
is_of_one_click (const StoreJournalEntry *entry, const StoreJournalEntry *first)
{
  return is_stuck (entry) && entry->kind == first->kind && entry->cause->id == first->cause->id;
}

/* %NULL: none. */
static const StoreJournalEntry *
find_first (GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    if (is_stuck (g_ptr_array_index (entries, i)))
      return g_ptr_array_index (entries, i);
  return NULL;
}

StoreJournalEntry *
engine_refused_find (EngineAccount *account, guint *count)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (engine_account_reader (account), NULL);
  const StoreJournalEntry *first = entries ? find_first (entries) : NULL;
  guint index = 0;

  *count = 0;
  for (guint i = 0; first && i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (entry == first)
        index = i;
      *count += is_of_one_click (entry, first);
    }
  return first ? g_ptr_array_steal_index (entries, index) : NULL;
}

static gboolean
write_again (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *entries = data;

  for (guint i = 0; i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (is_stuck (entry) && engine_refused_waits (entry) &&
          !store_tx_journal_failed (tx, entry->id, FALSE, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_understood (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *entries = data;
  const StoreJournalEntry *first = find_first (entries);

  for (guint i = 0; first && i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (is_of_one_click (entry, first) && !store_tx_journal_forget (tx, entry->id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_entries (EngineAccount *account,
               gboolean (*func) (StoreTx *, gpointer, GError **),
               GError **error)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (engine_account_reader (account), error);

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
