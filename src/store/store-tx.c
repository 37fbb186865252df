/* A transaction's memory: what a job gathers beside its rows, and how that is dropped when the job
 * or the whole transaction fails. */
#include "config.h"

#include "store-tx.h"

StoreTx *
store_tx_new (StoreSqlite *db)
{
  StoreTx *tx = g_new0 (StoreTx, 1);

  tx->db = db;
  tx->notes = store_notes_new ();
  return tx;
}

void
store_tx_free (StoreTx *tx)
{
  store_tx_look_away (tx);
  store_ledger_forget (tx);
  store_notes_free (tx->notes);
  g_clear_pointer (&tx->counts.folders, g_hash_table_unref);
  g_free (tx);
}

static const char *const serial_names[] = {
  [STORE_SERIAL_MESSAGE] = "message",
  [STORE_SERIAL_PLACEMENT] = "placement",
};

/* Another process may give ids out between two transactions. */
static void
forget_serials (StoreTx *tx)
{
  for (guint i = 0; i < STORE_SERIAL_LAST; i++)
    tx->serials[i].known = tx->serials[i].used = FALSE;
}

gint64
store_tx_next_id (StoreTx *tx, StoreSerial serial, GError **error)
{
  if (!tx->serials[serial].known && !store_sqlite_number (tx->db,
                                                          &tx->serials[serial].last,
                                                          NULL,
                                                          error,
                                                          "SELECT last FROM serial WHERE name = ?",
                                                          "s",
                                                          serial_names[serial]))
    return 0;
  tx->serials[serial].known = tx->serials[serial].used = TRUE;
  return ++tx->serials[serial].last;
}

static gboolean
flush_serials (StoreTx *tx, GError **error)
{
  for (guint i = 0; i < STORE_SERIAL_LAST; i++)
    {
      if (tx->serials[i].used && !store_sqlite_run (tx->db,
                                                    error,
                                                    "UPDATE serial SET last = ? WHERE name = ?",
                                                    "is",
                                                    tx->serials[i].last,
                                                    serial_names[i]))
        return FALSE;
      tx->serials[i].used = FALSE;
    }
  return TRUE;
}

void
store_tx_sync_later (StoreTx *tx)
{
  tx->sync_later = TRUE;
}

void
store_tx_job_begin (StoreTx *tx, gint64 ahead)
{
  tx->now = g_get_real_time () + ahead;
  store_tx_look_away (tx);
  forget_serials (tx);
}

gboolean
store_tx_job_end (StoreTx *tx, GError **error)
{
  return store_ledger_flush (tx, error) && flush_serials (tx, error) &&
         store_counts_flush (tx, error);
}

void
store_tx_job_failed (StoreTx *tx)
{
  store_ledger_forget (tx);
  store_counts_clear (&tx->counts);
  store_notes_clear (tx->notes);
  forget_serials (tx);
  tx->cause = 0;
}

void
store_tx_over (StoreTx *tx, gboolean committed)
{
  if (!committed)
    store_tx_job_failed (tx);
}

gboolean
store_tx_cause (StoreTx *tx, const BaseCause *cause, gint64 *id, GError **error)
{
  *id = cause != NULL ? (gint64) cause->id : 0;
  if (cause == NULL || tx->cause == cause->id)
    return TRUE;
  if (!store_sqlite_run (tx->db,
                         error,
                         "INSERT OR IGNORE INTO cause (id, kind, subject, at) VALUES (?, ?, ?, ?)",
                         "issi",
                         (gint64) cause->id,
                         base_cause_kind_name (cause->kind),
                         cause->subject,
                         cause->when))
    return FALSE;
  tx->cause = cause->id;
  return TRUE;
}

gboolean
store_tx_set_fact (StoreTx *tx, const char *name, const char *value, GError **error)
{
  return store_sqlite_run (
      tx->db,
      error,
      "INSERT INTO fact (name, value, at) VALUES (?, ?, ?) "
      "ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
      "sti",
      name,
      value,
      tx->now);
}
