/* The ledger tells each letter's story by itself, also where a listing of many is one row. */
#include "test-store.h"

#include <sqlite3.h>

#include "store-traffic.h"

typedef struct
{
  Fix *fix;
  const guint32 *uids; /* 0: something else is told in between, of the letter before */
  guint n;
  gint64 letters[8]; /* messages, in the order of the UIDs */
  gboolean fail;
} Listing;

static gboolean
put_listing (StoreTx *tx, gpointer data, GError **error)
{
  Listing *listing = data;
  gint64 message = 0, placement;

  for (guint i = 0; i < listing->n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u@x", listing->uids[i]);
      StoreNewMessage record = { .folder = listing->fix->inbox,
                                 .uidvalidity = 7,
                                 .uid = listing->uids[i],
                                 .message_id = id,
                                 .subject = id,
                                 .size = 100,
                                 .arrived = 1700000000 };

      if (listing->uids[i] == 0
              ? !store_tx_ledger (
                    tx, message, STORE_PLACE_HERE, "", STORE_LEDGER_SAVED_HERE, "", NULL, "", error)
              : !store_tx_put_message (
                    tx, &record, listing->fix->cause, "UID FETCH", &message, &placement, error))
        return FALSE;
      listing->letters[i] = message;
    }
  if (listing->fail)
    g_set_error_literal (error, STORE_ERROR, STORE_ERROR_IO, "as the test wants it");
  return !listing->fail;
}

static void
assert_told (Fix *fix, gint64 message, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = store_reader_ledger (fix->reader, message, &error);
  g_autoptr (GString) told = g_string_new (NULL);
  gint64 last = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreLedgerEntry *entry = entries->pdata[i];

      g_assert_cmpint (entry->id, >, last);
      last = entry->id;
      if (message != 0)
        g_assert_cmpint (entry->message, ==, message);
      g_string_append_printf (
          told, "%s%d:%s:%s", i > 0 ? " " : "", entry->state, entry->detail, entry->folder);
      if (entry->state == STORE_LEDGER_SEEN_ON_SERVER)
        {
          g_assert_cmpstr (entry->exchange, ==, "UID FETCH");
          g_assert_nonnull (entry->cause);
        }
    }
  g_assert_cmpstr (told->str, ==, expected);
}

static gint64
count_rows (Fix *fix)
{
  g_autofree char *path = g_build_filename (fix->dir, "accounts", "a-b-c", "mail.db", NULL);
  sqlite3_stmt *stmt = NULL;
  sqlite3 *db = NULL;
  gint64 rows;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (db, "SELECT count(*) FROM ledger", -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  rows = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return rows;
}

static void
test_run (Fix *fix, gconstpointer data)
{
  g_autoptr (BaseCause) another = base_cause_new (BASE_CAUSE_SYNC, NULL);
  const BaseCause *both[] = { another, fix->cause };
  g_autoptr (BaseCause) joined = base_cause_join (both, 2);
  static const guint32 uids[] = { 40, 39, 12, 3 };
  Listing listing = { .fix = fix, .uids = uids, .n = G_N_ELEMENTS (uids) };
  StoreStrip strip;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) letters = NULL;
  gint64 before = g_get_real_time (), number, bytes;

  FIX_WRITE (fix, put_listing, &listing);
  g_assert_cmpint (count_rows (fix), ==, 1);
  fix_reopen (fix);
  assert_told (fix, listing.letters[0], "1:40:INBOX");
  assert_told (fix, listing.letters[1], "1:39:INBOX");
  assert_told (fix, listing.letters[2], "1:12:INBOX");
  assert_told (fix, listing.letters[3], "1:3:INBOX");
  assert_told (fix, listing.letters[3] + 1, "");
  assert_told (fix, 0, "1:40:INBOX 1:39:INBOX 1:12:INBOX 1:3:INBOX");

  g_assert_true (
      store_reader_strip_at (fix->reader, g_get_real_time () + G_USEC_PER_SEC, &strip, &error));
  g_assert_cmpint (strip.server_total, ==, 4);
  g_assert_cmpint (strip.headers_only, ==, 4);
  g_assert_true (store_reader_strip_at (fix->reader, before - 1, &strip, &error));
  g_assert_cmpint (strip.server_total, ==, 0);
  g_assert_true (store_reader_arrived (fix->reader, 0, &number, &bytes, &error));
  g_assert_cmpint (number, ==, 4);
  g_assert_cmpint (bytes, ==, 400);

  letters = store_reader_letters_of (
      fix->reader, fix->cause, "UID FETCH", before, g_get_real_time (), 3, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (letters->len, ==, 3);
  for (guint i = 0; i < letters->len; i++)
    g_assert_cmpint (g_array_index (letters, gint64, i), ==, listing.letters[i]);

  /* By what was said for several wishes, of which this is one; not by others. */
  g_clear_pointer (&letters, g_array_unref);
  letters = store_reader_letters_of (
      fix->reader, joined, "UID FETCH", before, g_get_real_time (), 3, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (letters->len, ==, 3);
  g_clear_pointer (&letters, g_array_unref);
  letters = store_reader_letters_of (
      fix->reader, another, "UID FETCH", before, g_get_real_time (), 3, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (letters->len, ==, 0);
}

/* What is told later of a letter in the middle stands behind, and so do other listings. */
static void
test_interleaved (Fix *fix, gconstpointer data)
{
  static const guint32 uids[] = { 9, 8, 0, 7, 6, 5 };
  static const guint32 more[] = { 10, 11 };
  Listing listing = { .fix = fix, .uids = uids, .n = G_N_ELEMENTS (uids) };
  Listing second = { .fix = fix, .uids = more, .n = G_N_ELEMENTS (more) };

  FIX_WRITE (fix, put_listing, &listing);
  FIX_WRITE (fix, put_listing, &second);
  fix_expunge (fix, fix->inbox, 7, 6);
  assert_told (fix, listing.letters[0], "1:9:INBOX");
  assert_told (fix, listing.letters[1], "1:8:INBOX 13::");
  assert_told (fix, listing.letters[4], "1:6:INBOX 4:6:INBOX");
  assert_told (fix, listing.letters[5], "1:5:INBOX");
  assert_told (fix, second.letters[1], "1:11:INBOX");
  assert_told (fix,
               0,
               "1:9:INBOX 1:8:INBOX 13:: 1:7:INBOX 1:6:INBOX 1:5:INBOX 1:10:INBOX 1:11:INBOX "
               "4:6:INBOX");
}

/* A job that fails tells nothing, and neither does the one after it in its place. */
static void
test_failed (Fix *fix, gconstpointer data)
{
  static const guint32 uids[] = { 2, 1 };
  static const guint32 other[] = { 5 };
  Listing listing = { .fix = fix, .uids = uids, .n = G_N_ELEMENTS (uids), .fail = TRUE };
  Listing second = { .fix = fix, .uids = other, .n = G_N_ELEMENTS (other) };

  g_assert_false (store_mailbase_write (
      fix->mailbase, STORE_PRIORITY_CLICK, FALSE, put_listing, &listing, NULL));
  g_assert_cmpint (count_rows (fix), ==, 0);
  FIX_WRITE (fix, put_listing, &second);
  assert_told (fix, 0, "1:5:INBOX");
}

/* A letter that comes with its bytes is told as it ever was: seen, then here. */
static void
test_with_bytes (Fix *fix, gconstpointer data)
{
  gint64 first = fix_message_of (fix, fix_letter (fix, fix->inbox, 1, NULL, "one@x", "the first"));
  gint64 second =
      fix_message_of (fix, fix_letter (fix, fix->inbox, 2, NULL, "two@x", "the second"));
  g_autofree char *told = fix_ledger (fix, first);
  g_autofree char *other = fix_ledger (fix, second);

  g_assert_cmpstr (told, ==, "seen-on-server copied-here");
  g_assert_cmpstr (other, ==, "seen-on-server copied-here");
  g_assert_cmpint (count_rows (fix), ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(name, func) \
  g_test_add ("/store/ledger/" name, Fix, NULL, fix_setup_imap, func, fix_teardown)
  CASE ("run", test_run);
  CASE ("interleaved", test_interleaved);
  CASE ("failed", test_failed);
  CASE ("with-bytes", test_with_bytes);
  return g_test_run ();
}
