/* Messages: put with their placement, and given their bytes.
 * Putting the same thing twice is putting it once, whatever was cut off in between. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "store-tx.h"

/* Where a message that is put turned out to be already. */
typedef struct
{
  gint64 message, placement;
} Known;

static gboolean
known_row (StoreTx *tx, Known *known, GError **error, sqlite3_stmt *stmt)
{
  int step = stmt != NULL ? store_sqlite_step (tx->db, stmt, error) : -1;

  if (step == 1)
    {
      known->message = sqlite3_column_int64 (stmt, 0);
      known->placement = sqlite3_column_int64 (stmt, 1);
      store_sqlite_reset (stmt);
    }
  return step >= 0;
}

static gint64
sort_date (const StoreNewMessage *message)
{
  return message->date_utc != 0 ? message->date_utc : message->arrived;
}

/* Where @uid is not known: between which UIDs of the folder that is so. */
static gboolean
measure_gap (StoreTx *tx, const StoreNewMessage *message, GError **error)
{
  StoreGlance *glance = &tx->glance;
  gint64 low;
  gint64 high;
  gboolean above;

  if (!store_sqlite_number (
          tx->db,
          &low,
          NULL,
          error,
          "SELECT max(uid) FROM placement WHERE folder = ? AND uidvalidity = ? AND uid < ?",
          "iii",
          message->folder,
          (gint64) message->uidvalidity,
          (gint64) message->uid) ||
      !store_sqlite_number (tx->db,
                            &high,
                            &above,
                            error,
                            "SELECT uid FROM placement WHERE folder = ? AND uidvalidity = ? AND "
                            "uid > ? ORDER BY uid LIMIT 1",
                            "iii",
                            message->folder,
                            (gint64) message->uidvalidity,
                            (gint64) message->uid))
    return FALSE;
  glance->gap_uidvalidity = message->uidvalidity;
  glance->gap_low = (guint32) low;
  glance->gap_high = above ? (guint64) high : (guint64) G_MAXUINT32 + 1;
  return TRUE;
}

static gboolean
is_in_gap (const StoreGlance *glance, const StoreNewMessage *message)
{
  return glance->folder == message->folder && glance->gap_uidvalidity == message->uidvalidity &&
         message->uid > glance->gap_low && message->uid < glance->gap_high;
}

/* The placement of @uid was made: the next will be above it, or below where a server lists so. */
static void
narrow_gap (StoreGlance *glance, const StoreNewMessage *message)
{
  if (!is_in_gap (glance, message))
    return;
  if (message->uid - glance->gap_low > glance->gap_high - message->uid && message->uid > 1)
    glance->gap_high = message->uid;
  else
    glance->gap_low = message->uid;
}

static gboolean
find_by_uid (StoreTx *tx, const StoreNewMessage *message, Known *known, GError **error)
{
  if (is_in_gap (&tx->glance, message))
    return TRUE;
  return known_row (tx,
                    known,
                    error,
                    store_sqlite_query (tx->db,
                                        error,
                                        "SELECT message, id FROM placement WHERE folder = ? AND "
                                        "uidvalidity = ? AND uid = ?",
                                        "iii",
                                        message->folder,
                                        (gint64) message->uidvalidity,
                                        (gint64) message->uid)) &&
         (known->placement != 0 || measure_gap (tx, message, error));
}

/* By what the server calls it: UID or UIDL, also where a move or deletion that waits still holds
 * it. */
static gboolean
find_by_name (StoreTx *tx, const StoreNewMessage *message, Known *known, GError **error)
{
  if (message->uid != 0)
    {
      if (!find_by_uid (tx, message, known, error))
        return FALSE;
      return known->message != 0 || !tx->glance.journal ||
             known_row (
                 tx,
                 known,
                 error,
                 store_sqlite_query (
                     tx->db,
                     error,
                     "SELECT message, placement FROM journal WHERE folder = ? AND uidvalidity = ? "
                     "AND uid = ? AND state <> 3 AND kind IN (2, 3) ORDER BY id LIMIT 1",
                     "iii",
                     message->folder,
                     (gint64) message->uidvalidity,
                     (gint64) message->uid));
    }
  if (message->uidl != NULL)
    return known_row (
        tx,
        known,
        error,
        store_sqlite_query (tx->db,
                            error,
                            "SELECT message, id FROM placement WHERE folder = ? AND uidl = ?",
                            "is",
                            message->folder,
                            message->uidl));
  return TRUE;
}

/* A placement that lost or never learned its UID. Our own moves and appends are known by Message-ID
 * and date, since some servers change a letter's size when they file it; others must match in size
 * too. */
static gboolean
find_without_uid (StoreTx *tx, const StoreNewMessage *message, Known *known, GError **error)
{
  return known_row (
      tx,
      known,
      error,
      store_sqlite_query (
          tx->db,
          error,
          "SELECT p.message, p.id FROM placement p JOIN message m ON m.id = p.message "
          "WHERE p.folder = ?1 AND p.hidden = 0 AND p.sort_date = ?2 AND p.uid IS NULL "
          "AND m.message_id IS ?3 "
          "AND (m.size = ?4 OR ((p.pending & 10 OR p.doubt <> 0) AND ?3 IS NOT NULL)) "
          "AND (?5 = 0 OR p.message = ?5) ORDER BY m.size <> ?4, p.id LIMIT 1",
          "iisii",
          message->folder,
          sort_date (message),
          message->message_id,
          (gint64) message->size,
          message->message));
}

/* The same for messages that a waiting move or deletion took out of the folder before UIDVALIDITY
 * changed. */
static gboolean
find_in_journal (StoreTx *tx, const StoreNewMessage *message, Known *known, GError **error)
{
  gint64 entry = 0;

  if (!store_sqlite_number (
          tx->db,
          &entry,
          NULL,
          error,
          "SELECT j.id FROM journal j JOIN message m ON m.id = j.message WHERE j.folder = ? "
          "AND j.uidvalidity = 0 AND j.uid IS NULL AND j.state <> 3 AND j.kind IN (2, 3) "
          "AND m.message_id IS ? AND m.size = ? AND m.date_utc = ? ORDER BY j.id LIMIT 1",
          "isii",
          message->folder,
          message->message_id,
          (gint64) message->size,
          message->date_utc))
    return FALSE;
  if (entry == 0)
    return TRUE;
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE journal SET uidvalidity = ?, uid = ? WHERE id = ?",
                           "iii",
                           (gint64) message->uidvalidity,
                           (gint64) message->uid,
                           entry) &&
         known_row (
             tx,
             known,
             error,
             store_sqlite_query (
                 tx->db, error, "SELECT message, placement FROM journal WHERE id = ?", "i", entry));
}

/* A POP3 server that listed a letter, stopped, and lists it again sends the very same bytes: they
 * are the message that is here, not a second one. */
static gboolean
find_same_bytes (StoreTx *tx, const StoreNewMessage *message, Known *known, GError **error)
{
  gint64 same = store_source_same (tx, message->source, error);

  if (same < 0)
    return FALSE;
  return same == 0 || store_sqlite_number (tx->db,
                                           &known->message,
                                           NULL,
                                           error,
                                           "SELECT m.id FROM message m WHERE m.source = ? AND NOT "
                                           "EXISTS (SELECT 1 FROM placement p "
                                           "WHERE p.message = m.id AND p.uidl IS NOT NULL) AND NOT "
                                           "EXISTS (SELECT 1 FROM outbox o "
                                           "WHERE o.message = m.id) LIMIT 1",
                                           "i",
                                           same);
}

/* The server says that it is a letter it has in another folder, or had (RFC 8474 §5.1). */
static gboolean
find_by_email_id (StoreTx *tx, const StoreNewMessage *message, Known *known, GError **error)
{
  return store_sqlite_number (tx->db,
                              &known->message,
                              NULL,
                              error,
                              "SELECT id FROM message WHERE email_id = ? ORDER BY id LIMIT 1",
                              "s",
                              message->email_id);
}

/* A message is in one folder of this computer at most: there is nothing a second copy could mean.
 */
static gboolean
find_here (StoreTx *tx, gint64 message, Known *known, GError **error)
{
  return known_row (tx,
                    known,
                    error,
                    store_sqlite_query (
                        tx->db,
                        error,
                        "SELECT p.message, p.id FROM placement p JOIN folder f ON f.id = p.folder "
                        "WHERE p.message = ? AND f.place = 1 LIMIT 1",
                        "i",
                        message));
}

static gboolean
adopt_uid (StoreTx *tx,
           const StoreNewMessage *message,
           const Known *known,
           const BaseCause *cause,
           const char *exchange,
           GError **error)
{
  g_autoptr (GArray) deeds = store_deed_of_placement (tx, known->placement, error);

  /* An append whose answer was lost did happen: here it is. */
  for (guint i = 0; deeds != NULL && i < deeds->len; i++)
    {
      g_autoptr (StoreDeed) deed = NULL;

      if (!store_deed_load (tx, g_array_index (deeds, gint64, i), &deed, error))
        return FALSE;
      if (deed->target == message->folder &&
          (deed->kind == STORE_JOURNAL_APPEND || deed->kind == STORE_JOURNAL_MOVE) &&
          (deed->state == STORE_JOURNAL_RUNNING ||
           (deed->state == STORE_JOURNAL_STUCK && deed->kind == STORE_JOURNAL_APPEND)) &&
          !store_tx_journal_done (tx, deed->id, exchange, error))
        return FALSE;
    }
  return deeds != NULL &&
         store_tx_set_uid (tx, known->placement, message->uidvalidity, message->uid, error);
}

static gboolean
update_known (StoreTx *tx, const StoreNewMessage *message, const Known *known, GError **error)
{
  if (message->uid != 0)
    return store_tx_server_flags (tx,
                                  message->folder,
                                  message->uidvalidity,
                                  message->uid,
                                  message->flags,
                                  message->keywords,
                                  message->modseq,
                                  error);
  return TRUE;
}

static gboolean
insert_message (
    StoreTx *tx, const StoreNewMessage *message, gint64 source, gint64 *id, GError **error)
{
  *id = store_tx_next_id (tx, STORE_SERIAL_MESSAGE, error);
  return *id != 0 &&
         store_sqlite_run (
             tx->db,
             error,
             "INSERT INTO message (id, source, size, message_id, in_reply_to, refs, thread, "
             "subject, from_name, from_address, to_text, cc_text, date_utc, date_offset, arrived, "
             "preview, attachments, email_id) "
             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
             "inisssstttttiiisis",
             *id,
             source,
             (gint64) message->size,
             message->message_id,
             message->in_reply_to,
             message->refs,
             message->thread,
             message->subject,
             message->from_name,
             message->from_address,
             message->to_text,
             message->cc_text,
             message->date_utc,
             (gint64) message->date_offset,
             message->arrived,
             message->preview,
             (gint64) message->attachments,
             message->email_id);
}

static gboolean
insert_placement (
    StoreTx *tx, const StoreNewMessage *message, gint64 id, gint64 *placement, GError **error)
{
  *placement = store_tx_next_id (tx, STORE_SERIAL_PLACEMENT, error);
  if (*placement == 0 ||
      !store_sqlite_run (tx->db,
                         error,
                         "INSERT INTO placement (message, folder, uidvalidity, uid, uidl, modseq, "
                         "flags, server_flags, "
                         "keywords, hidden, sort_date, since, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                         "?7, ?7, ?8, ?9, ?10, ?11, ?12)",
                         "iiinsiitiiii",
                         id,
                         message->folder,
                         (gint64) message->uidvalidity,
                         (gint64) message->uid,
                         message->uidl,
                         (gint64) message->modseq,
                         (gint64) message->flags,
                         message->keywords,
                         (gint64) (message->hidden != 0),
                         sort_date (message),
                         message->saved != 0 ? message->saved * G_USEC_PER_SEC : tx->now,
                         *placement))
    return FALSE;
  narrow_gap (&tx->glance, message);
  tx->glance.unplaced |= message->uid == 0 && message->uidl == NULL;
  if (!message->hidden)
    store_notes_added (tx->notes, *placement, message->folder, sort_date (message));
  return TRUE;
}

static gboolean
tell_ledger (StoreTx *tx,
             const StoreNewMessage *message,
             gint64 id,
             StorePlace place,
             gboolean made,
             gboolean fresh_source,
             const BaseCause *cause,
             const char *exchange,
             GError **error)
{
  const char *name = tx->glance.name;
  char uid[16];

  g_snprintf (uid, sizeof uid, "%u", message->uid);
  if (place == STORE_PLACE_SERVER)
    {
      const char *detail = message->uidl != NULL ? message->uidl : message->uid != 0 ? uid : "";
      gint64 why;

      if (!store_tx_cause (tx, cause, &why, error) ||
          !(made ? store_ledger_first_seen (tx, id, name, detail, why, exchange, error)
                 : store_tx_ledger_id (tx,
                                       id,
                                       STORE_PLACE_SERVER,
                                       name,
                                       STORE_LEDGER_SEEN_ON_SERVER,
                                       detail,
                                       why,
                                       exchange,
                                       error)))
        return FALSE;
    }
  if (place == STORE_PLACE_HERE && !fresh_source)
    {
      gint64 listed;
      gboolean collected;

      /* A letter that a maildrop lists was told when its bytes came; others were written here. */
      if (!store_sqlite_number (
              tx->db,
              &listed,
              &collected,
              error,
              "SELECT id FROM placement WHERE message = ? AND uidl IS NOT NULL LIMIT 1",
              "i",
              id))
        return FALSE;
      return collected || store_tx_ledger (tx,
                                           id,
                                           STORE_PLACE_HERE,
                                           name,
                                           STORE_LEDGER_SAVED_HERE,
                                           "",
                                           cause,
                                           exchange,
                                           error);
    }
  return !fresh_source || store_tx_ledger (tx,
                                           id,
                                           STORE_PLACE_HERE,
                                           name,
                                           STORE_LEDGER_COPIED_HERE,
                                           "",
                                           cause,
                                           message->uidl != NULL ? "RETR" : exchange,
                                           error);
}

/* Equal letters share one source: @message may point to one that was here before. -1 with @error.
 */
static gint64
settle_source (StoreTx *tx, gint64 source, GError **error)
{
  gint64 same = source != 0 ? store_source_same (tx, source, error) : 0;

  if (same <= 0)
    return same < 0 ? -1 : source;
  return store_tx_source_discard (tx, source, error) ? same : -1;
}

static gboolean
put_new (StoreTx *tx,
         const StoreNewMessage *message,
         Known *known,
         const BaseCause *cause,
         const char *exchange,
         GError **error)
{
  StorePlace place = message->folder != 0 ? tx->glance.place : STORE_PLACE_HERE;
  gboolean made = known->message == 0;
  gint64 source = made ? settle_source (tx, message->source, error) : 0;
  gint64 bytes = 0;

  if (source < 0)
    return FALSE;
  if (made && !insert_message (tx, message, source, &known->message, error))
    return FALSE;
  if (!made && (!store_counts_take (tx, known->message, error) ||
                !store_sqlite_run (tx->db,
                                   error,
                                   "UPDATE message SET adrift = 0 WHERE id = ? AND adrift <> 0",
                                   "i",
                                   known->message)))
    return FALSE;
  if (source != 0 &&
      !store_sqlite_number (
          tx->db, &bytes, NULL, error, "SELECT size FROM source WHERE id = ?", "i", source))
    return FALSE;
  if (message->folder != 0 &&
      !insert_placement (tx, message, known->message, &known->placement, error))
    return FALSE;
  if (made)
    store_counts_new (
        tx, message->folder, place, message->flags, message->hidden, bytes, source != 0);
  else if (!store_counts_put (tx, known->message, error))
    return FALSE;
  return message->folder == 0 ||
         tell_ledger (
             tx, message, known->message, place, made, source != 0, cause, exchange, error);
}

/* What the server calls so may be another letter than the one that is known by that UID. Then that
 * one goes without, also what waits to be done with it. */
static gboolean
check_uid (StoreTx *tx, const StoreNewMessage *message, Known *known, GError **error)
{
  gint64 named;
  gboolean same;

  if (known->message == 0 || message->uid == 0 || message->message != 0)
    return TRUE;
  if (!store_doubt_is_same (tx, known->message, message, &same, error))
    return FALSE;
  named =
      same ? 0
           : store_placement_find (tx, message->folder, message->uidvalidity, message->uid, error);
  if (named < 0)
    return FALSE;
  if (same)
    return store_sqlite_run (tx->db,
                             error,
                             "UPDATE placement SET doubt = 0 WHERE id = ? AND doubt <> 0 "
                             "AND folder = ?",
                             "ii",
                             known->placement,
                             message->folder);
  *known = (Known){ 0 };
  return (named == 0 || store_doubt_is_another (tx, named, error)) &&
         store_sqlite_run (tx->db,
                           error,
                           "UPDATE journal SET uid = NULL, uidvalidity = 0 WHERE folder = ? AND "
                           "uidvalidity = ? AND uid = ? AND state <> 3",
                           "iii",
                           message->folder,
                           (gint64) message->uidvalidity,
                           (gint64) message->uid) &&
         store_tx_look (tx, message->folder, error) && measure_gap (tx, message, error);
}

static gboolean
look_for (
    StoreTx *tx, const StoreNewMessage *message, Known *known, gboolean *adopt, GError **error)
{
  StorePlace place;

  if (!store_tx_look (tx, message->folder, error))
    return FALSE;
  place = tx->glance.place;
  if (!find_by_name (tx, message, known, error) || !check_uid (tx, message, known, error))
    return FALSE;
  if (known->placement != 0)
    return TRUE;
  if (place == STORE_PLACE_SERVER && message->uid != 0)
    {
      if (tx->glance.unplaced && !find_without_uid (tx, message, known, error))
        return FALSE;
      *adopt = known->placement != 0;
      if (!*adopt && message->message == 0 && tx->glance.journal &&
          !find_in_journal (tx, message, known, error))
        return FALSE;
      if (known->placement != 0)
        return TRUE;
    }
  known->message = message->message;
  if (known->message == 0 && message->email_id != NULL && message->uid != 0 &&
      !find_by_email_id (tx, message, known, error))
    return FALSE;
  if (known->message == 0 && message->source != 0 && message->uid == 0 &&
      !find_same_bytes (tx, message, known, error))
    return FALSE;
  if (place == STORE_PLACE_HERE && known->message != 0)
    return find_here (tx, known->message, known, error);
  return TRUE;
}

/* The bytes come too: a body for what had headers only, or the same once more. The source is gone
 * when an earlier call of this transaction found that these bytes are here already. */
static gboolean
put_source (StoreTx *tx,
            const StoreNewMessage *message,
            gint64 id,
            const BaseCause *cause,
            const char *exchange,
            GError **error)
{
  gint64 source;
  gboolean there;

  if (!store_sqlite_number (tx->db,
                            &source,
                            &there,
                            error,
                            "SELECT id FROM source WHERE id = ?",
                            "i",
                            message->source))
    return FALSE;
  return !there || store_tx_set_source (tx,
                                        id,
                                        message->source,
                                        message->preview,
                                        message->attachments,
                                        cause,
                                        exchange,
                                        error);
}

gboolean
store_tx_put_message (StoreTx *tx,
                      const StoreNewMessage *message,
                      const BaseCause *cause,
                      const char *exchange,
                      gint64 *message_id,
                      gint64 *placement_id,
                      GError **error)
{
  Known known = { 0 };
  gboolean adopt = FALSE;

  if (message->folder == 0)
    known.message = message->message;
  else if (!look_for (tx, message, &known, &adopt, error))
    return FALSE;
  if (known.placement != 0)
    {
      if ((adopt && !adopt_uid (tx, message, &known, cause, exchange, error)) ||
          !update_known (tx, message, &known, error))
        return FALSE;
      if (message->source != 0 && !put_source (tx, message, known.message, cause, exchange, error))
        return FALSE;
    }
  else if (known.message != 0 && message->source != 0 && message->message == 0)
    {
      if (!store_tx_source_discard (tx, message->source, error) ||
          !put_new (tx, message, &known, cause, exchange, error))
        return FALSE;
    }
  else if (!put_new (tx, message, &known, cause, exchange, error))
    return FALSE;
  if (message_id != NULL)
    *message_id = known.message;
  if (placement_id != NULL)
    *placement_id = known.placement;
  return TRUE;
}

static gboolean
update_source (StoreTx *tx,
               gint64 message,
               gint64 source,
               gint64 size,
               const char *preview,
               guint attachments,
               GError **error)
{
  return store_sqlite_run (
      tx->db,
      error,
      "UPDATE message SET source = ?, size = ?, preview = coalesce (?, preview), attachments = ?, "
      "indexed = 0 WHERE id = ?",
      "iisii",
      source,
      size,
      preview,
      (gint64) attachments,
      message);
}

gboolean
store_tx_set_source (StoreTx *tx,
                     gint64 message,
                     gint64 source,
                     const char *preview,
                     guint attachments,
                     const BaseCause *cause,
                     const char *exchange,
                     GError **error)
{
  gint64 settled = settle_source (tx, source, error);
  gint64 old;
  gint64 size;
  gboolean found;

  if (settled < 0 ||
      !store_sqlite_number (
          tx->db, &old, &found, error, "SELECT source FROM message WHERE id = ?", "i", message) ||
      !store_sqlite_number (
          tx->db, &size, NULL, error, "SELECT size FROM source WHERE id = ?", "i", settled))
    return FALSE;
  if (!found)
    {
      g_set_error_literal (error,
                           STORE_ERROR,
                           STORE_ERROR_NOT_FOUND,
                           _ ("The letter is no longer on this computer."));
      return FALSE;
    }
  if (old == 0)
    return store_counts_fill (tx, message, size, error) &&
           update_source (tx, message, settled, size, preview, attachments, error) &&
           store_tx_ledger (tx,
                            message,
                            STORE_PLACE_HERE,
                            "",
                            STORE_LEDGER_COPIED_HERE,
                            "",
                            cause,
                            exchange,
                            error);
  if (!store_counts_take (tx, message, error) ||
      !update_source (tx, message, settled, size, preview, attachments, error) ||
      !store_counts_put (tx, message, error) || !store_placement_note_message (tx, message, error))
    return FALSE;
  return old == settled || store_source_collect (tx, old, error);
}

gboolean
store_tx_drop_source (StoreTx *tx, gint64 message, const BaseCause *cause, GError **error)
{
  gint64 on_server;
  gint64 source;

  if (!store_sqlite_number (
          tx->db, &source, NULL, error, "SELECT source FROM message WHERE id = ?", "i", message))
    return FALSE;
  if (source == 0)
    return TRUE;
  if (!store_sqlite_number (tx->db,
                            &on_server,
                            NULL,
                            error,
                            "SELECT EXISTS (SELECT 1 FROM placement p JOIN folder f ON f.id = "
                            "p.folder WHERE p.message = ?1 "
                            "AND f.place = 0 AND NOT p.pending & 8) AND NOT EXISTS (SELECT 1 FROM "
                            "outbox WHERE message = ?1 AND state <> 3)",
                            "i",
                            message))
    return FALSE;
  if (!on_server)
    {
      g_set_error_literal (error,
                           STORE_ERROR,
                           STORE_ERROR_ONLY_COPY,
                           _ ("This is the only copy of the letter, so it was kept."));
      return FALSE;
    }
  return store_counts_take (tx, message, error) &&
         store_sqlite_run (tx->db,
                           error,
                           "UPDATE message SET source = NULL, indexed = 0 WHERE id = ?",
                           "i",
                           message) &&
         store_counts_put (tx, message, error) &&
         store_placement_note_message (tx, message, error) &&
         store_source_collect (tx, source, error) &&
         store_tx_ledger (
             tx, message, STORE_PLACE_HERE, "", STORE_LEDGER_REMOVED_HERE, "", cause, "", error);
}

gboolean
store_tx_set_indexed (StoreTx *tx, gint64 message, gboolean with_text, GError **error)
{
  /* A body that came while the index was written is still to be indexed. */
  return store_sqlite_run (tx->db,
                           error,
                           "UPDATE message SET indexed = 1 + ?1 WHERE id = ?2 AND indexed = 0 AND "
                           "(?1 OR source IS NULL)",
                           "ii",
                           (gint64) (with_text != 0),
                           message);
}

gboolean
store_tx_reset_indexed (StoreTx *tx, GError **error)
{
  return store_sqlite_run (tx->db, error, "UPDATE message SET indexed = 0 WHERE indexed <> 0", "");
}
