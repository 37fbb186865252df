/* Where an account's letters are: the sums agree with the strip's counters, and each number has its
 * letters behind it. */
#include "test-store.h"

#include "store-survey.h"

static StoreSurvey
survey (Fix *fix)
{
  g_autoptr (GError) error = NULL;
  StoreSurvey found;
  StoreStrip strip;
  StoreSum there;

  g_assert_true (store_reader_survey (fix->reader, &found, &error));
  g_assert_no_error (error);
  g_assert_true (store_reader_strip (fix->reader, &strip, &error));
  g_assert_cmpint (found.only_here.letters + found.both.letters, ==, strip.copies_here);
  g_assert_cmpint (found.only_here.bytes + found.both.bytes, ==, strip.bytes_here);
  g_assert_cmpint (found.only_here.letters, ==, strip.only_here);
  there = found.only_there;
  g_assert_cmpint (there.bytes, >=, 0);
  for (StoreWhere where = 0; where <= STORE_WHERE_LAST; where++)
    {
      g_autoptr (GArray) list = store_reader_survey_list (fix->reader, where, &error);
      const gint64 expected[] = { [STORE_WHERE_ANYWHERE] = found.only_here.letters +
                                                           found.both.letters +
                                                           found.only_there.letters,
                                  [STORE_WHERE_ONLY_HERE] = found.only_here.letters,
                                  [STORE_WHERE_BOTH] = found.both.letters,
                                  [STORE_WHERE_ONLY_THERE] = found.only_there.letters,
                                  [STORE_WHERE_LEAVING] = found.leaving.letters };

      g_assert_no_error (error);
      g_assert_cmpint (list->len, ==, expected[where]);
    }
  return found;
}

static void
test_imap (Fix *fix, gconstpointer data)
{
  gint64 letter = fix_letter (fix, fix->inbox, 1, NULL, "one@x", "the first letter");
  StoreSurvey found;

  fix_header (fix, fix->inbox, 7, 2, "two@x", 0);
  found = survey (fix);
  g_assert_cmpint (found.both.letters, ==, 1);
  g_assert_cmpint (found.both.bytes, ==, strlen ("the first letter"));
  g_assert_cmpint (found.only_there.letters, ==, 1);
  g_assert_cmpint (found.only_here.letters, ==, 0);
  /* Deleted here, and the server has not heard of it: it is still on both sides. */
  fix_delete (fix, letter, FALSE);
  found = survey (fix);
  g_assert_cmpint (found.both.letters, ==, 1);
  g_assert_cmpint (found.leaving.letters, ==, 1);
}

typedef struct
{
  gint64 folder, total, size;
} Told;

static gboolean
told (StoreTx *tx, gpointer data, GError **error)
{
  const Told *answer = data;

  return store_tx_set_folder_server (
      tx, answer->folder, 7, 1, 0, answer->total, answer->size, error);
}

static gint64
server_size (Fix *fix)
{
  g_autoptr (GError) error = NULL;
  StoreStrip strip;

  g_assert_true (store_reader_strip (fix->reader, &strip, &error));
  g_assert_no_error (error);
  return strip.server_size;
}

/* What is on the server weighs what all its folders do; a part of it is not told as the whole. */
static void
test_size (Fix *fix, gconstpointer data)
{
  Told answers[] = { { fix->inbox, 2, 4000 }, { fix->archive, 1, 500 }, { fix->trash, 0, -1 } };

  g_assert_cmpint (server_size (fix), ==, -1);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    FIX_WRITE (fix, told, &answers[i]);
  /* An empty one weighs nothing, whatever was said of it. */
  g_assert_cmpint (server_size (fix), ==, 4500);
  answers[0] = (Told){ fix->inbox, 3, -1 };
  FIX_WRITE (fix, told, &answers[0]);
  g_assert_cmpint (server_size (fix), ==, -1);
}

static gboolean
gone (StoreTx *tx, gpointer data, GError **error)
{
  Fix *fix = data;
  const char *const listed[] = { "u2", NULL };

  return store_tx_maildrop_listed (tx, fix->maildrop, listed, 1, fix->cause, error);
}

static void
test_pop3 (Fix *fix, gconstpointer data)
{
  g_autoptr (GArray) list = NULL;
  g_autoptr (GError) error = NULL;
  gint64 first = fix_message_of (fix, fix_letter (fix, fix->inbox, 0, "u1", "one@x", "12345"));
  StoreSurvey found;

  fix_letter (fix, fix->inbox, 0, "u2", "two@x", "1234567");
  found = survey (fix);
  g_assert_cmpint (found.both.letters, ==, 2);
  g_assert_cmpint (found.both.bytes, ==, 12);
  FIX_WRITE (fix, gone, fix);
  found = survey (fix);
  g_assert_cmpint (found.both.letters, ==, 1);
  g_assert_cmpint (found.only_here.letters, ==, 1);
  g_assert_cmpint (found.only_here.bytes, ==, 5);
  list = store_reader_survey_list (fix->reader, STORE_WHERE_ONLY_HERE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_array_index (list, gint64, 0), ==, first);
}

/* The policies' numbers, before anything is said. */
static void
test_removal (Fix *fix, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  StoreRemoval removal;
  gint64 first = fix_letter (fix, fix->inbox, 0, "u1", "one@x", "12345");

  fix_letter (fix, fix->inbox, 0, "u2", "two@x", "1234567");
  g_assert_true (store_reader_foresee_removal (fix->reader, G_MININT64, FALSE, &removal, &error));
  g_assert_cmpint (removal.leave.letters, ==, 0);
  g_assert_cmpint (removal.stay.letters, ==, 2);
  g_assert_true (store_reader_foresee_removal (fix->reader, G_MAXINT64, TRUE, &removal, &error));
  g_assert_cmpint (removal.leave.letters, ==, 2);
  g_assert_cmpint (removal.leave.bytes, ==, 12);
  /* What the person deletes leaves under every policy but "keep". */
  fix_delete (fix, first, TRUE);
  g_assert_true (store_reader_foresee_removal (fix->reader, G_MININT64, TRUE, &removal, &error));
  g_assert_no_error (error);
  g_assert_cmpint (removal.leave.letters, ==, 1);
  g_assert_cmpint (removal.stay.letters, ==, 1);
}

static void
test_deletion (Fix *fix, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 placements[] = { fix_letter (fix, fix->inbox, 0, "u1", "one@x", "12345"),
                          fix_letter (fix, fix->inbox, 0, "u2", "two@x", "1234567"),
                          999999 };
  StoreDeletion deletion;

  FIX_WRITE (fix, gone, fix);
  g_assert_true (store_reader_foresee_deletion (
      fix->reader, placements, G_N_ELEMENTS (placements), &deletion, &error));
  g_assert_no_error (error);
  g_assert_cmpint (deletion.all.letters, ==, 2);
  g_assert_cmpint (deletion.all.bytes, ==, 12);
  g_assert_cmpint (deletion.only_here, ==, 1);
  g_assert_cmpint (deletion.there, ==, 1);
  g_assert_cmpint (deletion.other, ==, 0);
}

static gboolean
counted (StoreTx *tx, gpointer data, GError **error)
{
  Fix *fix = data;

  return store_tx_set_folder_total (tx, fix->inbox, 12, error);
}

/* Of what the server counts, only some has been seen here: the rest is lost with the provider too.
 */
static void
test_not_seen (Fix *fix, gconstpointer data)
{
  StoreSurvey found;

  fix_header (fix, fix->inbox, 7, 2, "two@x", 0);
  FIX_WRITE (fix, counted, fix);
  found = survey (fix);
  g_assert_cmpint (found.not_seen, ==, 11);
}

static void
test_letter (Fix *fix, gconstpointer data)
{
  gint64 id = fix_message_of (fix, fix_letter (fix, fix->inbox, 0, "u1", "one@x", "12345"));
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreLetter) letter = store_reader_letter (fix->reader, id, &error);
  g_autoptr (GPtrArray) ids = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (letter->size, ==, 5);
  g_assert_true (letter->has_source);
  g_assert_cmpint (letter->outbox, ==, -1);
  g_assert_cmpuint (letter->placements->len, ==, 2);
  g_assert_cmpuint (letter->ledger->len, >, 0);
  g_assert_cmpint (store_reader_find_letter (fix->reader, "one@x"), ==, id);
  g_assert_cmpint (store_reader_find_letter (fix->reader, "nobody@x"), ==, 0);
  ids = store_reader_newest_ids (fix->reader, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ids->len, ==, 1);
  g_assert_null (store_reader_letter (fix->reader, id + 1000, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/survey/imap", Fix, NULL, fix_setup_imap, test_imap, fix_teardown);
  g_test_add ("/store/survey/size", Fix, NULL, fix_setup_imap, test_size, fix_teardown);
  g_test_add ("/store/survey/pop3", Fix, NULL, fix_setup_pop3, test_pop3, fix_teardown);
  g_test_add ("/store/survey/not-seen", Fix, NULL, fix_setup_imap, test_not_seen, fix_teardown);
  g_test_add ("/store/survey/removal", Fix, NULL, fix_setup_pop3, test_removal, fix_teardown);
  g_test_add ("/store/survey/deletion", Fix, NULL, fix_setup_pop3, test_deletion, fix_teardown);
  g_test_add ("/store/survey/letter", Fix, NULL, fix_setup_pop3, test_letter, fix_teardown);
  return g_test_run ();
}
