/* A letter's places follow from its rows, and the sums from all of them: the same rules as the
 * counters of the strip (store-counts.c), with bytes, and with the letters behind each number. */
#include "config.h"

#include "store-survey.h"

#include <glib/gi18n-lib.h>

#include "store-read.h"
#include "store-reader.h"

/* One row a letter: id, whether its bytes are here, their size, whether a server has it, whether it
 * leaves there, whether it is in the outbox, its date. What is only to be put on the server is not
 * there; what is to be deleted there still is. */
#define LETTERS                                                                              \
  "(SELECT m.id AS id, m.source IS NOT NULL AS here, coalesce (s.size, m.size) AS size, "    \
  "coalesce (w.there, 0) AS there, coalesce (w.leaving, 0) AS leaving, w.id IS NOT NULL AS " \
  "placed, "                                                                                 \
  "EXISTS (SELECT 1 FROM outbox o WHERE o.message = m.id AND o.state <> 3) AS unsent, "      \
  "CASE WHEN m.date_utc > 0 THEN m.date_utc ELSE m.arrived END AS date "                     \
  "FROM message m LEFT JOIN source s ON s.id = m.source LEFT JOIN "                          \
  "(SELECT p.message AS id, max (f.place = 0 AND (p.pending & 8) = 0) AS there, "            \
  "max (f.place = 0 AND (p.pending & 20) <> 0) AS leaving "                                  \
  "FROM placement p JOIN folder f ON f.id = p.folder GROUP BY p.message) AS w ON w.id = m.id) "
#define KNOWN "(placed OR unsent) "

static gboolean
sum_letters (StoreReader *reader, StoreSurvey *survey, GError **error)
{
  sqlite3_stmt *stmt =
      store_sqlite_query (reader->db,
                          error,
                          "SELECT here, there, leaving, unsent, count(*), sum (size) FROM " LETTERS
                          "WHERE " KNOWN "GROUP BY here, there, leaving, unsent",
                          "");
  int step;

  if (stmt == NULL)
    return FALSE;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      gboolean here = sqlite3_column_int (stmt, 0);
      gboolean there = sqlite3_column_int (stmt, 1);
      gint64 letters = sqlite3_column_int64 (stmt, 4);
      gint64 bytes = sqlite3_column_int64 (stmt, 5);
      StoreSum *sum = NULL;

      if (here)
        sum = there ? &survey->both : &survey->only_here;
      else if (there)
        sum = &survey->only_there;
      if (sum != NULL)
        {
          sum->letters += letters;
          sum->bytes += bytes;
        }
      if (sqlite3_column_int (stmt, 2))
        {
          survey->leaving.letters += letters;
          survey->leaving.bytes += bytes;
        }
      if (here && !there && sqlite3_column_int (stmt, 3))
        survey->unsent += letters;
    }
  return step == 0;
}

gboolean
store_reader_survey (StoreReader *reader, StoreSurvey *survey, GError **error)
{
  *survey = (StoreSurvey){ 0 };
  /* What waits to be deleted or moved away is still in the server's count of its folder, which is
   * older than the wish: never less than nothing is unseen. */
  return sum_letters (reader, survey, error) &&
         store_sqlite_number (
             reader->db,
             &survey->not_seen,
             NULL,
             error,
             "SELECT coalesce (sum (max (0, f.server_total - (SELECT count(*) FROM placement p "
             "WHERE p.folder = f.id AND (p.uid IS NOT NULL OR p.uidl IS NOT NULL OR p.pending & "
             "2)))), 0) FROM folder f WHERE f.place = 0 AND f.selectable AND f.server_total >= 0",
             "");
}

#define LIST_SQL(condition) \
  "SELECT id FROM " LETTERS "WHERE " KNOWN condition " ORDER BY date DESC, id DESC"

GArray *
store_reader_survey_list (StoreReader *reader, StoreWhere where, GError **error)
{
  switch (where)
    {
    case STORE_WHERE_ONLY_HERE:
      return store_sqlite_numbers (reader->db, error, LIST_SQL ("AND here AND NOT there"), "");
    case STORE_WHERE_BOTH:
      return store_sqlite_numbers (reader->db, error, LIST_SQL ("AND here AND there"), "");
    case STORE_WHERE_ONLY_THERE:
      return store_sqlite_numbers (reader->db, error, LIST_SQL ("AND there AND NOT here"), "");
    case STORE_WHERE_LEAVING:
      return store_sqlite_numbers (reader->db, error, LIST_SQL ("AND leaving"), "");
    case STORE_WHERE_ANYWHERE:
    default:
      return store_sqlite_numbers (reader->db, error, LIST_SQL (""), "");
    }
}

/* The policy's rule is that of engine-pop3-remove.c, the only one who says DELE. */
gboolean
store_reader_foresee_removal (
    StoreReader *reader, gint64 before, gboolean deleted, StoreRemoval *removal, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT m.source IS NOT NULL AND (m.arrived <= ?1 OR (?2 AND EXISTS (SELECT 1 FROM journal j "
      "WHERE j.placement = p.id AND j.kind = 3 AND j.state <> 3))) AS leaves, "
      "count(*), coalesce (sum (m.size), 0), sum (m.source IS NULL) FROM folder f "
      "JOIN placement p ON p.folder = f.id JOIN message m ON m.id = p.message "
      "WHERE f.role = 20 AND p.uidl IS NOT NULL GROUP BY leaves",
      "ii",
      before,
      (gint64) deleted);
  int step;

  *removal = (StoreRemoval){ 0 };
  if (stmt == NULL)
    return FALSE;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    {
      StoreSum *sum = sqlite3_column_int (stmt, 0) ? &removal->leave : &removal->stay;

      sum->letters = sqlite3_column_int64 (stmt, 1);
      sum->bytes = sqlite3_column_int64 (stmt, 2);
      if (sum == &removal->stay)
        removal->not_here = sqlite3_column_int64 (stmt, 3);
    }
  return step == 0;
}

gboolean
store_reader_foresee_deletion (
    StoreReader *reader, const gint64 *placements, guint n, StoreDeletion *deletion, GError **error)
{
  *deletion = (StoreDeletion){ 0 };
  for (guint i = 0; i < n; i++)
    {
      sqlite3_stmt *stmt = store_sqlite_query (
          reader->db,
          error,
          "SELECT coalesce (s.size, m.size), "
          "EXISTS (SELECT 1 FROM placement o JOIN folder f ON f.id = o.folder WHERE o.message = "
          "m.id AND f.place = 0 AND (o.pending & 8) = 0), "
          "EXISTS (SELECT 1 FROM placement o WHERE o.message = m.id AND o.id <> p.id AND o.hidden "
          "= 0) "
          "FROM placement p JOIN message m ON m.id = p.message LEFT JOIN source s ON s.id = "
          "m.source WHERE p.id = ?",
          "i",
          placements[i]);
      int step = stmt != NULL ? store_sqlite_step (reader->db, stmt, error) : -1;

      if (step < 0)
        return FALSE;
      if (step == 0)
        continue;
      deletion->all.letters++;
      deletion->all.bytes += sqlite3_column_int64 (stmt, 0);
      deletion->there += sqlite3_column_int (stmt, 1) != 0;
      deletion->only_here += sqlite3_column_int (stmt, 1) == 0;
      deletion->other += sqlite3_column_int (stmt, 2) != 0;
      store_sqlite_reset (stmt);
    }
  return TRUE;
}

void
store_letter_free (StoreLetter *letter)
{
  g_free (letter->subject);
  g_free (letter->from_name);
  g_free (letter->from_address);
  g_free (letter->to_text);
  g_free (letter->message_id);
  g_clear_pointer (&letter->placements, g_ptr_array_unref);
  g_clear_pointer (&letter->ledger, g_ptr_array_unref);
  g_clear_pointer (&letter->deliveries, g_ptr_array_unref);
  g_free (letter);
}

/* %NULL without error: there is no such row. */
static StoreLetter *
load_message (StoreReader *reader, gint64 message, GError **error)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT m.subject, m.from_name, m.from_address, m.to_text, m.message_id, "
      "CASE WHEN m.date_utc > 0 THEN m.date_utc ELSE m.arrived END, "
      "coalesce (s.size, m.size), m.source IS NOT NULL, "
      "(SELECT o.state FROM outbox o WHERE o.message = m.id ORDER BY o.id DESC LIMIT 1) "
      "FROM message m LEFT JOIN source s ON s.id = m.source WHERE m.id = ?",
      "i",
      message);
  StoreLetter *letter;

  if (stmt == NULL || store_sqlite_step (reader->db, stmt, error) != 1)
    return NULL;
  letter = g_new0 (StoreLetter, 1);
  letter->message = message;
  letter->subject = store_column_text (stmt, 0);
  letter->from_name = store_column_text (stmt, 1);
  letter->from_address = store_column_text (stmt, 2);
  letter->to_text = store_column_text (stmt, 3);
  letter->message_id = store_column_nullable (stmt, 4);
  letter->date_utc = sqlite3_column_int64 (stmt, 5);
  letter->size = (guint64) sqlite3_column_int64 (stmt, 6);
  letter->has_source = sqlite3_column_int (stmt, 7);
  letter->outbox = sqlite3_column_type (stmt, 8) == SQLITE_NULL ? -1 : sqlite3_column_int (stmt, 8);
  store_sqlite_reset (stmt);
  return letter;
}

StoreLetter *
store_reader_letter (StoreReader *reader, gint64 message, GError **error)
{
  GError *failure = NULL;
  g_autoptr (StoreLetter) letter = load_message (reader, message, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  if (letter == NULL)
    {
      g_set_error_literal (
          error, STORE_ERROR, STORE_ERROR_NOT_FOUND, _ ("The letter is no longer there."));
      return NULL;
    }
  letter->placements = store_reader_placements (reader, message, error);
  if (letter->placements == NULL)
    return NULL;
  letter->ledger = store_reader_ledger (reader, message, error);
  if (letter->ledger == NULL)
    return NULL;
  letter->deliveries =
      store_reader_deliveries (reader, letter->message_id != NULL ? letter->message_id : "", error);
  return letter->deliveries != NULL ? g_steal_pointer (&letter) : NULL;
}

gint64
store_reader_find_letter (StoreReader *reader, const char *message_id)
{
  gint64 id = 0;

  return store_sqlite_number (
             reader->db,
             &id,
             NULL,
             NULL,
             "SELECT m.id FROM message m WHERE m.message_id = ? ORDER BY EXISTS (SELECT 1 FROM "
             "placement p WHERE p.message = m.id) DESC, m.id DESC LIMIT 1",
             "s",
             message_id)
             ? id
             : 0;
}

StoreOutboxEntry *
store_reader_sent (StoreReader *reader, gint64 message, GError **error)
{
  StoreOutboxEntry *entry = NULL;
  gint64 id;

  if (!store_sqlite_number (
          reader->db,
          &id,
          NULL,
          error,
          "SELECT o.id FROM outbox o JOIN message m ON m.id = o.message WHERE o.state <> 0 AND "
          "(m.id = ?1 OR m.message_id = (SELECT message_id FROM message WHERE id = ?1)) "
          "ORDER BY o.id DESC LIMIT 1",
          "i",
          message) ||
      id == 0 || !store_reader_outbox_entry (reader, id, &entry, error))
    return NULL;
  return entry;
}

GPtrArray *
store_reader_newest_ids (StoreReader *reader, guint limit, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt = store_sqlite_query (
      reader->db,
      error,
      "SELECT m.message_id FROM message m WHERE m.message_id IS NOT NULL AND EXISTS (SELECT 1 FROM "
      "placement p JOIN folder f ON f.id = p.folder WHERE p.message = m.id AND f.place = 0) "
      "ORDER BY m.id DESC LIMIT ?",
      "i",
      (gint64) limit);
  int step;

  if (stmt == NULL)
    return NULL;
  while ((step = store_sqlite_step (reader->db, stmt, error)) == 1)
    g_ptr_array_add (ids, store_column_text (stmt, 0));
  return step == 0 ? g_steal_pointer (&ids) : NULL;
}
