/* An IMAP account's rows: what is put, what the person does, what the server answers. */
#include "test-store.h"

static void
test_put_twice (Fix *fix, gconstpointer data)
{
  gint64 first = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);
  gint64 again = fix_header (fix, fix->inbox, 7, 11, "a@x", STORE_FLAG_SEEN);
  g_autoptr (StoreRow) row = fix_row (fix, first);
  g_autofree char *ledger = fix_ledger (fix, row->message);

  g_assert_cmpint (first, ==, again);
  g_assert_cmpuint (row->flags, ==, STORE_FLAG_SEEN);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  g_assert_cmpstr (ledger, ==, "seen-on-server");
  fix_check_counts (fix);
}

static void
test_source (Fix *fix, gconstpointer data)
{
  g_autofree char *text = g_strnfill (700001, 'x');
  gint64 placement = fix_letter (fix, fix->inbox, 5, NULL, "big@x", text);
  gint64 message = fix_message_of (fix, placement);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = store_reader_source (fix->reader, message, &error);
  g_autoptr (BaseBody) body = store_mailbase_source_body (fix->mailbase, message, &error);
  gssize len;
  gsize total = 0;
  guint8 piece[4096];

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
  g_assert_cmpuint (base_body_size (body), ==, strlen (text));
  while ((len = base_body_read (body, piece, sizeof piece, &error)) > 0)
    total += len;
  g_assert_no_error (error);
  g_assert_cmpuint (total, ==, strlen (text));
  fix_check_counts (fix);
}

static void
test_move (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);
  gint64 message = fix_message_of (fix, placement);
  gint64 journal = fix_move (fix, placement, fix->archive);
  g_autoptr (GPtrArray) entries = fix_journal (fix);
  StoreJournalEntry *entry = entries->pdata[0];
  g_autoptr (StoreRow) row = fix_row (fix, placement);
  g_autofree char *ledger = NULL;

  g_assert_cmpint (row->folder, ==, fix->archive);
  g_assert_cmpuint (row->uid, ==, 0);
  g_assert_cmpuint (row->pending, ==, STORE_PENDING_MOVE);
  g_assert_cmpint (entry->id, ==, journal);
  g_assert_cmpint (entry->folder, ==, fix->inbox);
  g_assert_cmpuint (entry->uid, ==, 11);
  fix_check_counts (fix);
  /* The server still lists it where it was: nothing comes back. */
  g_assert_cmpint (fix_header (fix, fix->inbox, 7, 11, "a@x", 0), ==, placement);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 0);
  fix_done (fix, journal, "UID MOVE");
  /* No COPYUID: the next look into the target finds it by Message-ID. */
  g_assert_cmpint (fix_header (fix, fix->archive, 9, 3, "a@x", 0), ==, placement);
  g_clear_pointer (&row, store_row_unref);
  row = fix_row (fix, placement);
  g_assert_cmpuint (row->uid, ==, 3);
  g_assert_cmpint (row->message, ==, message);
  g_assert_cmpuint (row->pending, ==, 0);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (ledger, ==, "seen-on-server move-asked moved");
  fix_check_counts (fix);
}

static void
test_flags_wait (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);
  gint64 journal = fix_flags (fix, placement, STORE_FLAG_SEEN, 0);
  g_autoptr (StoreRow) row = NULL;

  /* What waits wins over what the server says. */
  fix_header (fix, fix->inbox, 7, 11, "a@x", STORE_FLAG_FLAGGED);
  row = fix_row (fix, placement);
  g_assert_cmpuint (row->flags, ==, STORE_FLAG_SEEN | STORE_FLAG_FLAGGED);
  fix_done (fix, journal, "UID STORE");
  fix_header (fix, fix->inbox, 7, 11, "a@x", STORE_FLAG_FLAGGED);
  g_clear_pointer (&row, store_row_unref);
  row = fix_row (fix, placement);
  g_assert_cmpuint (row->flags, ==, STORE_FLAG_FLAGGED);
  fix_check_counts (fix);
}

static void
test_delete_undo (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);

  fix_delete (fix, placement, FALSE);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 0);
  fix_check_counts (fix);
  fix_undo (fix, fix->cause->id);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  fix_check_counts (fix);
}

static void
test_expunged (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 11, NULL, "a@x", "text");
  gint64 message = fix_message_of (fix, placement);
  g_autofree char *ledger = NULL;

  fix_expunge (fix, fix->inbox, 7, 11);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 0);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (ledger, ==, "seen-on-server copied-here gone-from-server removed-here");
  fix_check_counts (fix);
}

/* One job's listing, as servers give them: upwards, downwards, mixed, twice the same. */
static const struct
{
  const char *name;
  guint32 uids[8];
} listings[] = {
  { "up", { 11, 12, 13, 14, 15, 16, 17, 18 } },   { "down", { 28, 27, 26, 25, 24, 23, 22, 21 } },
  { "between", { 3, 19, 4, 20, 5, 29, 1, 30 } },  { "twice", { 31, 31, 2, 32, 2, 32, 31, 33 } },
  { "known", { 11, 34, 12, 35, 28, 36, 3, 37 } },
};

typedef struct
{
  Fix *fix;
  guint listing;
} Listing;

static gboolean
put_listing (StoreTx *tx, gpointer data, GError **error)
{
  const Listing *listing = data;

  for (guint i = 0; i < G_N_ELEMENTS (listings[0].uids); i++)
    {
      guint32 uid = listings[listing->listing].uids[i];
      g_autofree char *id = g_strdup_printf ("%u@x", uid);
      StoreNewMessage message = { .folder = listing->fix->inbox,
                                  .uidvalidity = 7,
                                  .uid = uid,
                                  .keywords = "",
                                  .size = 100,
                                  .message_id = id,
                                  .subject = id,
                                  .date_utc = 1700000000 + uid };

      if (!store_tx_put_message (tx, &message, listing->fix->cause, "UID FETCH", NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static void
test_listings (Fix *fix, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (listings); i++)
    {
      Listing listing = { fix, i };

      FIX_WRITE (fix, put_listing, &listing);
      g_test_message ("%s", listings[i].name);
      fix_check_counts (fix);
    }
  /* Each of 1 to 37 once, but for 6 to 10. */
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 32);
}

/* The newest letter goes; the next one gets another number. */
static void
test_numbers (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);
  gint64 message = fix_message_of (fix, placement);
  gint64 next;

  fix_expunge (fix, fix->inbox, 7, 11);
  fix_reopen (fix);
  next = fix_header (fix, fix->inbox, 7, 12, "b@x", 0);
  g_assert_cmpint (next, >, placement);
  g_assert_cmpint (fix_message_of (fix, next), >, message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/store/imap/" name, Fix, NULL, fix_setup_imap, func, fix_teardown)
  ADD ("put-twice", test_put_twice);
  ADD ("source", test_source);
  ADD ("move", test_move);
  ADD ("flags-wait", test_flags_wait);
  ADD ("delete-undo", test_delete_undo);
  ADD ("expunged", test_expunged);
  ADD ("listings", test_listings);
  ADD ("numbers", test_numbers);
  return g_test_run ();
}
