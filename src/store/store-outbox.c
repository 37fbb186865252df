/* The outbox: drafts and letters on their way. Its states are the promise never to send twice and
 * never to drop silently, so every change of it reaches the disk before it is told, but where the
 * sender takes care of that (store_tx_sync_later()). */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "store-read.h"
#include "store-reader.h"
#include "store-tx.h"

static char *
lines (const char *const *strings)
{
  return strings != NULL ? g_strjoinv ("\n", (char **) strings) : g_strdup ("");
}

static char **
unlines (sqlite3_stmt *stmt, int column)
{
  const char *text = (const char *) sqlite3_column_text (stmt, column);

  return g_strsplit (text != NULL ? text : "", "\n", -1);
}

/* What the strip calls waiting: everything but drafts and what was sent. */
static int
waits (gint64 state)
{
  return state != STORE_OUTBOX_DRAFT && state != STORE_OUTBOX_SENT;
}

static void
note (StoreTx *tx, int waiting)
{
  tx->counts.waiting += waiting;
  tx->counts.any = TRUE;
  tx->needs_sync = TRUE;
  store_notes_outbox (tx->notes);
}

static gboolean
load (StoreTx *tx, gint64 id, gint64 *message, gint64 *state, gint64 *cause, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db, error, "SELECT message, state, cause FROM outbox WHERE id = ?", "i", id);
  int step;

  *message = 0;
  if (stmt == NULL)
    return FALSE;
  step = store_sqlite_step (tx->db, stmt, error);
  if (step != 1)
    return step == 0;
  *message = sqlite3_column_int64 (stmt, 0);
  *state = sqlite3_column_int64 (stmt, 1);
  *cause = sqlite3_column_int64 (stmt, 2);
  store_sqlite_reset (stmt);
  return TRUE;
}

static gboolean
insert (StoreTx *tx, const StoreOutboxEntry *entry, gint64 *id, GError **error)
{
  g_autofree char *recipients = lines ((const char *const *) entry->recipients);
  g_autofree char *accepted = lines ((const char *const *) entry->accepted);
  gint64 cause;

  if (!store_tx_cause (tx, entry->cause, &cause, error) ||
      !store_counts_take (tx, entry->message, error) ||
      !store_sqlite_run (
          tx->db,
          error,
          "INSERT INTO outbox (id, message, cause, state, sender, recipients, answers, "
          "answer_kind, save_copy, "
          "next_try, changed, created, options, accepted) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (id) DO UPDATE SET message = excluded.message, cause = excluded.cause, "
          "state = excluded.state, sender = excluded.sender, recipients = excluded.recipients, "
          "answers = excluded.answers, answer_kind = excluded.answer_kind, save_copy = "
          "excluded.save_copy, "
          "next_try = excluded.next_try, options = excluded.options, changed = excluded.changed, "
          "accepted = excluded.accepted, refused = '', "
          "attempts = 0, reply_code = 0, error = NULL, ahead = 0",
          "ninittniiiiiit",
          entry->id,
          entry->message,
          cause,
          (gint64) entry->state,
          entry->sender,
          recipients,
          entry->answers,
          (gint64) entry->answer_kind,
          (gint64) (entry->save_copy != 0),
          entry->next_try,
          tx->now,
          entry->created != 0 ? entry->created : tx->now,
          (gint64) entry->options,
          accepted))
    return FALSE;
  *id = entry->id != 0 ? entry->id : store_sqlite_last_id (tx->db);
  return store_counts_put (tx, entry->message, error);
}

static gboolean
tell_put (StoreTx *tx, const StoreOutboxEntry *entry, gboolean fresh, GError **error)
{
  g_autofree char *to =
      entry->recipients != NULL ? g_strjoinv (", ", entry->recipients) : g_strdup ("");

  if (entry->state == STORE_OUTBOX_QUEUED)
    return store_tx_ledger (
        tx, entry->message, STORE_PLACE_HERE, "", STORE_LEDGER_QUEUED, to, entry->cause, "", error);
  if (entry->state == STORE_OUTBOX_DRAFT && fresh)
    return store_tx_ledger (tx,
                            entry->message,
                            STORE_PLACE_HERE,
                            "",
                            STORE_LEDGER_SAVED_HERE,
                            "",
                            entry->cause,
                            "",
                            error);
  return TRUE;
}

gboolean
store_tx_outbox_put (StoreTx *tx, const StoreOutboxEntry *entry, gint64 *id, GError **error)
{
  gint64 old_message = 0;
  gint64 old_state = STORE_OUTBOX_DRAFT;
  gint64 old_cause;
  gint64 made;

  if (entry->id != 0)
    {
      if (!load (tx, entry->id, &old_message, &old_state, &old_cause, error))
        return FALSE;
      if (old_message == 0)
        {
          g_set_error_literal (error,
                               STORE_ERROR,
                               STORE_ERROR_NOT_FOUND,
                               _ ("The letter is no longer in the outbox."));
          return FALSE;
        }
      if (old_state == STORE_OUTBOX_SENDING)
        {
          g_set_error_literal (error,
                               STORE_ERROR,
                               STORE_ERROR_EXISTS,
                               _ ("The letter is being sent at this moment."));
          return FALSE;
        }
    }
  if (old_message != 0 && old_message != entry->message &&
      !store_counts_take (tx, old_message, error))
    return FALSE;
  if (!insert (tx, entry, &made, error))
    return FALSE;
  if (old_message != 0 && old_message != entry->message &&
      (!store_counts_put (tx, old_message, error) ||
       !store_message_collect (tx, old_message, entry->cause, error)))
    return FALSE;
  note (tx, waits (entry->state) - (old_message != 0 ? waits (old_state) : 0));
  tx->journal_rang |= entry->state == STORE_OUTBOX_QUEUED;
  if (id != NULL)
    *id = made;
  return tell_put (tx, entry, old_message == 0, error);
}

static gboolean
tell_state (StoreTx *tx,
            gint64 message,
            StoreOutboxState state,
            guint reply_code,
            const char *const *accepted,
            gint64 cause,
            const char *exchange,
            GError **error)
{
  g_autofree char *detail = NULL;
  StoreLedgerState told;

  switch (state)
    {
    case STORE_OUTBOX_SENT:
      told = STORE_LEDGER_HANDED_OVER;
      detail = accepted != NULL ? g_strjoinv (", ", (char **) accepted) : g_strdup ("");
      break;
    case STORE_OUTBOX_UNKNOWN:
      told = STORE_LEDGER_MAYBE_HANDED_OVER;
      break;
    case STORE_OUTBOX_FAILED:
      told = STORE_LEDGER_REFUSED;
      detail = reply_code != 0 ? g_strdup_printf ("%u", reply_code) : NULL;
      break;
    case STORE_OUTBOX_QUEUED:
      /* Some have it; the others are tried again. */
      if (accepted == NULL || accepted[0] == NULL)
        return TRUE;
      told = STORE_LEDGER_HANDED_OVER;
      detail = g_strjoinv (", ", (char **) accepted);
      break;
    case STORE_OUTBOX_DRAFT:
    case STORE_OUTBOX_SENDING:
    default:
      return TRUE;
    }
  return store_tx_ledger_id (
      tx, message, STORE_PLACE_SERVER, "", told, detail, cause, exchange, error);
}

gboolean
store_tx_outbox_state (StoreTx *tx,
                       gint64 id,
                       StoreOutboxState state,
                       guint reply_code,
                       const char *const *accepted,
                       const char *const *refused,
                       const char *why,
                       gint64 next_try,
                       const char *exchange,
                       GError **error)
{
  g_autofree char *accepted_lines = lines (accepted);
  g_autofree char *refused_lines = lines (refused);
  gint64 message;
  gint64 old;
  gint64 cause;

  if (!load (tx, id, &message, &old, &cause, error))
    return FALSE;
  if (message == 0)
    {
      g_set_error_literal (
          error, STORE_ERROR, STORE_ERROR_NOT_FOUND, _ ("The letter is no longer in the outbox."));
      return FALSE;
    }
  if (!store_counts_take (tx, message, error) ||
      !store_sqlite_run (
          tx->db,
          error,
          "UPDATE outbox SET state = ?1, reply_code = ?2, "
          "accepted = CASE WHEN ?3 THEN ?4 ELSE accepted END, refused = CASE WHEN ?5 THEN ?6 ELSE "
          "refused END, "
          "error = ?7, next_try = ?8, attempts = attempts + (?1 = 1 AND ?8 > 0), changed = ?9, "
          "ahead = 0 "
          "WHERE id = ?10",
          "iiititsiii",
          (gint64) state,
          (gint64) reply_code,
          (gint64) (accepted != NULL),
          accepted_lines,
          (gint64) (refused != NULL),
          refused_lines,
          why,
          next_try,
          tx->now,
          id) ||
      !store_counts_put (tx, message, error))
    return FALSE;
  note (tx, waits (state) - waits (old));
  tx->journal_rang |= state == STORE_OUTBOX_QUEUED && old != STORE_OUTBOX_QUEUED;
  /* Saying the same again is not news. */
  return old == (gint64) state ||
         tell_state (tx, message, state, reply_code, accepted, cause, exchange, error);
}

gboolean
store_tx_outbox_remove (StoreTx *tx, gint64 id, GError **error)
{
  gint64 message;
  gint64 state;
  gint64 cause;

  if (!load (tx, id, &message, &state, &cause, error))
    return FALSE;
  if (message == 0)
    return TRUE;
  if (!store_counts_take (tx, message, error) ||
      !store_sqlite_run (tx->db, error, "DELETE FROM outbox WHERE id = ?", "i", id) ||
      !store_counts_put (tx, message, error))
    return FALSE;
  note (tx, -waits (state));
  return store_message_collect (tx, message, NULL, error);
}

gboolean
store_tx_outbox_current (
    StoreTx *tx, gint64 id, StoreOutboxState *state, gint64 *changed, gint64 *ahead, GError **error)
{
  gint64 message, now, cause;

  if (!load (tx, id, &message, &now, &cause, error))
    return FALSE;
  if (message == 0)
    {
      g_set_error_literal (
          error, STORE_ERROR, STORE_ERROR_NOT_FOUND, _ ("The letter is no longer in the outbox."));
      return FALSE;
    }
  *state = (StoreOutboxState) now;
  return (changed == NULL ||
          store_sqlite_number (
              tx->db, changed, NULL, error, "SELECT changed FROM outbox WHERE id = ?", "i", id)) &&
         (ahead == NULL ||
          store_sqlite_number (
              tx->db, ahead, NULL, error, "SELECT ahead FROM outbox WHERE id = ?", "i", id));
}

gboolean
store_tx_outbox_found (
    StoreTx *tx, gint64 id, const char *folder, const char *exchange, GError **error)
{
  gint64 message, state, cause;

  if (!load (tx, id, &message, &state, &cause, error))
    return FALSE;
  if (message == 0 || state != STORE_OUTBOX_UNKNOWN)
    return TRUE;
  if (!store_counts_take (tx, message, error) ||
      !store_sqlite_run (tx->db,
                         error,
                         "UPDATE outbox SET state = ?, accepted = recipients, refused = '', "
                         "error = NULL, next_try = 0, changed = ? WHERE id = ?",
                         "iii",
                         (gint64) STORE_OUTBOX_SENT,
                         tx->now,
                         id) ||
      !store_counts_put (tx, message, error))
    return FALSE;
  note (tx, -1);
  return store_tx_ledger_id (tx,
                             message,
                             STORE_PLACE_SERVER,
                             folder,
                             STORE_LEDGER_HANDED_OVER,
                             NULL,
                             cause,
                             exchange,
                             error);
}

#define ENTRY_SQL                                                                       \
  "SELECT o.id, o.message, o.answers, o.answer_kind, o.state, o.sender, o.recipients, " \
  "o.accepted, o.refused, m.subject, o.attempts, o.reply_code, o.next_try, o.created, " \
  "o.changed, o.save_copy, o.error, c.id, c.kind, c.subject, c.at, o.options, o.ahead " \
  "FROM outbox o "                                                                      \
  "JOIN message m ON m.id = o.message LEFT JOIN cause c ON c.id = o.cause "

static StoreOutboxEntry *
read_entry (sqlite3_stmt *stmt)
{
  StoreOutboxEntry *entry = g_new0 (StoreOutboxEntry, 1);

  entry->id = sqlite3_column_int64 (stmt, 0);
  entry->message = sqlite3_column_int64 (stmt, 1);
  entry->answers = sqlite3_column_int64 (stmt, 2);
  entry->answer_kind = sqlite3_column_int (stmt, 3);
  entry->state = sqlite3_column_int (stmt, 4);
  entry->sender = store_column_text (stmt, 5);
  entry->recipients = unlines (stmt, 6);
  entry->accepted = unlines (stmt, 7);
  entry->refused = unlines (stmt, 8);
  entry->subject = store_column_text (stmt, 9);
  entry->attempts = sqlite3_column_int (stmt, 10);
  entry->reply_code = sqlite3_column_int (stmt, 11);
  entry->next_try = sqlite3_column_int64 (stmt, 12);
  entry->created = sqlite3_column_int64 (stmt, 13);
  entry->changed = sqlite3_column_int64 (stmt, 14);
  entry->save_copy = sqlite3_column_int (stmt, 15);
  entry->error = store_column_nullable (stmt, 16);
  entry->cause = store_column_cause (stmt, 17);
  entry->options = (guint) sqlite3_column_int (stmt, 21);
  entry->ahead = sqlite3_column_int64 (stmt, 22);
  return entry;
}

/* @stmt: %NULL with @error set. */
static GPtrArray *
read_entries (StoreReader *reader, sqlite3_stmt *stmt, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) store_outbox_entry_free);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    g_ptr_array_add (entries, read_entry (stmt));
  return step == 0 ? g_steal_pointer (&entries) : NULL;
}

GPtrArray *
store_reader_outbox (StoreReader *reader, GError **error)
{
  return read_entries (
      reader, store_sqlite_query (reader->db, error, ENTRY_SQL "ORDER BY o.id DESC", ""), error);
}

/* What was sent stays, and is much: the index of all else (outbox_open) has these words. */
#define IS_OPEN "state <> 3 AND state"

GPtrArray *
store_reader_outbox_half (StoreReader *reader, GError **error)
{
  return read_entries (reader,
                       store_sqlite_query (reader->db,
                                           error,
                                           ENTRY_SQL "WHERE o." IS_OPEN " IN (?1, ?2) AND "
                                                     "(o.state = ?1 OR o.ahead <> 0) ORDER BY o.id",
                                           "ii",
                                           (gint64) STORE_OUTBOX_SENDING,
                                           (gint64) STORE_OUTBOX_QUEUED),
                       error);
}

GPtrArray *
store_reader_outbox_unknown (StoreReader *reader, GError **error)
{
  return read_entries (reader,
                       store_sqlite_query (reader->db,
                                           error,
                                           ENTRY_SQL "WHERE o." IS_OPEN " = ? ORDER BY o.id DESC",
                                           "i",
                                           (gint64) STORE_OUTBOX_UNKNOWN),
                       error);
}

gboolean
store_reader_outbox_entry (StoreReader *reader, gint64 id, StoreOutboxEntry **entry, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (reader->db, error, ENTRY_SQL "WHERE o.id = ?", "i", id);
  int step = stmt != NULL ? store_sqlite_step (reader->db, stmt, error) : -1;

  *entry = NULL;
  if (step == 1)
    {
      *entry = read_entry (stmt);
      store_sqlite_reset (stmt);
    }
  return step >= 0;
}

/* One that was tried in what is the future now waits no longer: the clock was set back. One that a
 * person wants sent later keeps its time. */
#define IS_DUE "(next_try <= ?2 OR (attempts > 0 AND changed > ?2))"

gboolean
store_tx_outbox_mark (
    StoreTx *tx, gint64 session, gint64 first, guint n, guint64 size, guint *marked, GError **error)
{
  g_autoptr (GArray) found = store_sqlite_numbers (
      tx->db,
      error,
      "SELECT o.id FROM outbox o JOIN message m ON m.id = o.message WHERE " IS_OPEN
      " = ?1 AND " IS_DUE " AND m.size <= ?3 AND o.ahead < ?4 ORDER BY o.id LIMIT ?5",
      "iiiii",
      (gint64) STORE_OUTBOX_QUEUED,
      tx->now,
      (gint64) size,
      session,
      (gint64) n);

  *marked = 0;
  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    if (!store_sqlite_run (tx->db,
                           error,
                           "UPDATE outbox SET ahead = ? WHERE id = ?",
                           "ii",
                           first + i,
                           g_array_index (found, gint64, i)))
      return FALSE;
  *marked = found->len;
  return TRUE;
}

gboolean
store_tx_outbox_unmark (StoreTx *tx, gint64 first, gint64 end, GError **error)
{
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE outbox SET ahead = 0 WHERE " IS_OPEN
                           " = ? AND ahead >= ? AND ahead < ?",
                           "iii",
                           (gint64) STORE_OUTBOX_QUEUED,
                           first,
                           end);
}

gboolean
store_reader_outbox_due (
    StoreReader *reader, gint64 now, gint64 except, gint64 *due, gint64 *next, GError **error)
{
  gboolean later;

  if (!store_sqlite_number (reader->db,
                            due,
                            NULL,
                            error,
                            "SELECT id FROM outbox WHERE " IS_OPEN " = ?1 AND id <> ?3 AND " IS_DUE
                            " ORDER BY id LIMIT 1",
                            "iii",
                            (gint64) STORE_OUTBOX_QUEUED,
                            now,
                            except) ||
      !store_sqlite_number (reader->db,
                            next,
                            &later,
                            error,
                            "SELECT next_try FROM outbox WHERE " IS_OPEN " = ?1 AND NOT " IS_DUE
                            " ORDER BY next_try LIMIT 1",
                            "ii",
                            (gint64) STORE_OUTBOX_QUEUED,
                            now))
    return FALSE;
  if (!later)
    *next = G_MAXINT64;
  return TRUE;
}

gboolean
store_reader_outbox_seen (
    StoreReader *reader, gint64 id, char **folder, StoreRole *role, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT f.name, f.role FROM outbox o JOIN message sent ON sent.id = o.message "
      "JOIN message m ON m.message_id = sent.message_id JOIN placement p ON p.message = m.id "
      "JOIN folder f ON f.id = p.folder WHERE o.id = ?1 AND f.place = ?2 AND f.role IN (?3, ?4, "
      "?5) "
      "AND (p.uid IS NOT NULL OR p.uidl IS NOT NULL) ORDER BY f.role <> ?3 LIMIT 1",
      "iiiii",
      id,
      (gint64) STORE_PLACE_SERVER,
      (gint64) STORE_ROLE_SENT,
      (gint64) STORE_ROLE_INBOX,
      (gint64) STORE_ROLE_MAILDROP);
  int step = stmt != NULL ? store_sqlite_step (reader->db, stmt, error) : -1;

  *folder = NULL;
  if (step == 1)
    {
      *folder = store_column_text (stmt, 0);
      *role = (StoreRole) sqlite3_column_int (stmt, 1);
      store_sqlite_reset (stmt);
    }
  return step >= 0;
}
