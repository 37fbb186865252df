/* Where two wishes meet: actions upon actions, and a server that was quicker or forgot its UIDs. */
#include "test-store.h"

typedef struct
{
  Fix *fix;
  gint64 id, folder;
  guint32 uidvalidity, uid;
  gboolean stuck;
} Call;

static gboolean
set_uid (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_set_uid (tx, call->id, call->uidvalidity, call->uid, error);
}

static void
tell_uid (Fix *fix, gint64 placement, guint32 uidvalidity, guint32 uid)
{
  Call call = { .fix = fix, .id = placement, .uidvalidity = uidvalidity, .uid = uid };

  FIX_WRITE (fix, set_uid, &call);
}

static gboolean
finish (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_finish_revalidation (tx, call->folder, call->fix->cause, "UID FETCH", error);
}

static void
listed_whole (Fix *fix, gint64 folder)
{
  Call call = { .fix = fix, .folder = folder };

  FIX_WRITE (fix, finish, &call);
}

static gboolean
revalidate (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_revalidate_folder (tx, call->folder, call->uidvalidity, error);
}

static void
new_validity (Fix *fix, gint64 folder, guint32 uidvalidity)
{
  Call call = { .fix = fix, .folder = folder, .uidvalidity = uidvalidity };

  FIX_WRITE (fix, revalidate, &call);
}

static gboolean
failed (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_journal_failed (tx, call->id, call->stuck, "no such folder", error);
}

static gboolean
forget (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_journal_forget (tx, call->id, error);
}

static gboolean
running (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  gboolean waits;

  return store_tx_journal_running (tx, &call->id, 1, &waits, error);
}

static gboolean
remove_folder (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_remove_folder (tx, call->folder, error);
}

static void
assert_place (Fix *fix, gint64 placement, gint64 folder, guint32 uid, guint pending)
{
  g_autoptr (StoreRow) row = fix_row (fix, placement);

  g_assert_nonnull (row);
  g_assert_cmpint (row->folder, ==, folder);
  g_assert_cmpuint (row->uid, ==, uid);
  g_assert_cmpuint (row->pending, ==, pending);
  fix_check_counts (fix);
}

static guint
waiting (Fix *fix)
{
  g_autoptr (GPtrArray) journal = fix_journal (fix);

  return journal->len;
}

static void
test_move_twice (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);
  gint64 first = fix_move (fix, placement, fix->archive);
  gint64 second = fix_move (fix, placement, fix->trash);
  gint64 flags = fix_flags (fix, placement, STORE_FLAG_SEEN, 0);
  guint order = GPOINTER_TO_UINT (data);
  g_autoptr (GPtrArray) journal = NULL;

  /* COPYUID is for the archive, where the second move will find it; told before or after. */
  if (order == 0)
    tell_uid (fix, placement, 9, 3);
  fix_done (fix, first, "UID MOVE");
  if (order == 1)
    tell_uid (fix, placement, 9, 3);
  journal = fix_journal (fix);
  g_assert_cmpuint (journal->len, ==, 2);
  g_assert_cmpint (((StoreJournalEntry *) journal->pdata[0])->folder, ==, fix->archive);
  g_assert_cmpuint (((StoreJournalEntry *) journal->pdata[0])->uid, ==, 3);
  g_assert_cmpuint (((StoreJournalEntry *) journal->pdata[1])->uid, ==, 0);
  assert_place (fix, placement, fix->trash, 0, STORE_PENDING_MOVE | STORE_PENDING_FLAGS);
  tell_uid (fix, placement, 5, 77);
  fix_done (fix, second, "UID MOVE");
  fix_done (fix, flags, "UID STORE");
  assert_place (fix, placement, fix->trash, 77, 0);
  g_assert_cmpuint (waiting (fix), ==, 0);
}

static void
test_undo_move (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);
  gint64 journal = fix_move (fix, placement, fix->archive);
  guint64 cause = fix->cause->id;

  fix_undo (fix, cause);
  assert_place (fix, placement, fix->inbox, 11, 0);
  g_assert_cmpuint (waiting (fix), ==, 0);
  /* Once the server has heard it, the opposite is asked. */
  journal = fix_move (fix, placement, fix->archive);
  cause = fix->cause->id;
  tell_uid (fix, placement, 9, 3);
  fix_done (fix, journal, "UID MOVE");
  fix_undo (fix, cause);
  assert_place (fix, placement, fix->inbox, 0, STORE_PENDING_MOVE);
  g_assert_cmpuint (waiting (fix), ==, 1);
  fix_undo (fix, cause);
  g_assert_cmpuint (waiting (fix), ==, 1);
}

static void
test_undo_flags (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", STORE_FLAG_FLAGGED);
  g_autoptr (StoreRow) row = NULL;

  fix_flags (fix, placement, STORE_FLAG_SEEN, STORE_FLAG_FLAGGED);
  fix_undo (fix, fix->cause->id);
  row = fix_row (fix, placement);
  g_assert_cmpuint (row->flags, ==, STORE_FLAG_FLAGGED);
  g_assert_cmpuint (row->pending, ==, 0);
  fix_check_counts (fix);
}

static void
test_move_was_ours (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 11, NULL, "a@x", "text");
  Call call = { .fix = fix, .id = fix_move (fix, placement, fix->archive) };

  /* Sent, answer lost: the source is gone there, the copy is here. */
  FIX_WRITE (fix, running, &call);
  fix_expunge (fix, fix->inbox, 7, 11);
  g_assert_cmpuint (waiting (fix), ==, 0);
  g_assert_cmpint (fix_letter (fix, fix->archive, 4, NULL, "a@x", "text"), ==, placement);
  listed_whole (fix, fix->archive);
  assert_place (fix, placement, fix->archive, 4, 0);
}

static void
test_moved_but_expunged (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 11, NULL, "a@x", "text");
  gint64 message = fix_message_of (fix, placement);
  g_autofree char *ledger = NULL;

  fix_move (fix, placement, fix->archive);
  fix_expunge (fix, fix->inbox, 7, 11);
  /* Somebody deleted it elsewhere; until the archive was looked through it stays shown. */
  g_assert_cmpuint (fix_count (fix, fix->archive), ==, 1);
  listed_whole (fix, fix->archive);
  g_assert_cmpuint (fix_count (fix, fix->archive), ==, 0);
  fix_check_counts (fix);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (
      ledger, ==, "seen-on-server copied-here move-asked gone-from-server removed-here");
}

static void
test_revalidation (Fix *fix, gconstpointer data)
{
  gint64 kept;
  gint64 gone;
  gint64 moved;
  gint64 anonymous;
  gint64 journal;
  g_autoptr (GPtrArray) entries = NULL;

  new_validity (fix, fix->inbox, 7);
  kept = fix_letter (fix, fix->inbox, 1, NULL, "kept@x", "kept");
  gone = fix_header (fix, fix->inbox, 7, 2, "gone@x", 0);
  moved = fix_header (fix, fix->inbox, 7, 3, "moved@x", 0);
  anonymous = fix_header (fix, fix->inbox, 7, 4, NULL, 0);
  journal = fix_move (fix, moved, fix->archive);
  fix_flags (fix, kept, STORE_FLAG_SEEN, 0);
  new_validity (fix, fix->inbox, 8);
  g_assert_cmpint (fix_letter (fix, fix->inbox, 0, NULL, "x", "x"), !=, kept);
  /* Listed anew under other UIDs. */
  {
    gint64 again = fix_header (fix, fix->inbox, 8, 104, NULL, 0);

    g_assert_cmpint (again, ==, anonymous);
    g_assert_cmpint (fix_header (fix, fix->inbox, 8, 103, "moved@x", 0), ==, moved);
    /* Of another size: another letter. */
    g_assert_cmpint (fix_header (fix, fix->inbox, 8, 101, "kept@x", 0), !=, kept);
  }
  entries = fix_journal (fix);
  g_assert_cmpint (((StoreJournalEntry *) entries->pdata[0])->id, ==, journal);
  g_assert_cmpuint (((StoreJournalEntry *) entries->pdata[0])->uid, ==, 103);
  g_assert_cmpuint (((StoreJournalEntry *) entries->pdata[0])->uidvalidity, ==, 8);
  listed_whole (fix, fix->inbox);
  g_assert_null (fix_row (fix, gone));
  assert_place (fix, moved, fix->archive, 0, STORE_PENDING_MOVE);
}

static void
test_refused_for_good (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);
  Call call = { .fix = fix, .id = fix_move (fix, placement, fix->archive), .stuck = TRUE };

  fix_move (fix, placement, fix->trash);
  FIX_WRITE (fix, failed, &call);
  assert_place (fix, placement, fix->inbox, 11, 0);
  g_assert_cmpuint (waiting (fix), ==, 1);
  /* Until the person has read why. */
  FIX_WRITE (fix, forget, &call);
  FIX_WRITE (fix, forget, &call);
  g_assert_cmpuint (waiting (fix), ==, 0);
  assert_place (fix, placement, fix->inbox, 11, 0);
  fix_check_counts (fix);
}

/* What still waits is not forgotten; nor does a letter come back that has gone meanwhile. */
static void
test_read_too_late (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_header (fix, fix->inbox, 7, 11, "a@x", 0);
  Call call = { .fix = fix, .id = fix_delete (fix, placement, FALSE), .stuck = TRUE };

  FIX_WRITE (fix, forget, &call);
  g_assert_cmpuint (waiting (fix), ==, 1);
  FIX_WRITE (fix, failed, &call);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  fix_expunge (fix, fix->inbox, 7, 11);
  FIX_WRITE (fix, forget, &call);
  g_assert_cmpuint (waiting (fix), ==, 0);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 0);
  g_assert_null (fix_row (fix, placement));
  fix_check_counts (fix);
}

static void
test_delete_twice (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 11, NULL, "a@x", "text");
  gint64 journal = fix_delete (fix, placement, FALSE);

  g_assert_cmpint (fix_delete (fix, placement, FALSE), ==, 0);
  g_assert_cmpuint (waiting (fix), ==, 1);
  /* Listed once more before the server heard: it does not come back. */
  g_assert_cmpint (fix_header (fix, fix->inbox, 7, 11, "a@x", 0), ==, placement);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 0);
  fix_done (fix, journal, "UID EXPUNGE");
  fix_done (fix, journal, "UID EXPUNGE");
  g_assert_null (fix_row (fix, placement));
  fix_check_counts (fix);
}

static void
test_folder_vanishes (Fix *fix, gconstpointer data)
{
  gint64 inside = fix_header (fix, fix->archive, 9, 1, "inside@x", 0);
  gint64 waits = fix_header (fix, fix->inbox, 7, 11, "waits@x", 0);
  Call call = { .fix = fix, .folder = fix->archive };

  fix_move (fix, waits, fix->archive);
  FIX_WRITE (fix, remove_folder, &call);
  g_assert_null (fix_row (fix, inside));
  assert_place (fix, waits, fix->inbox, 11, 0);
  g_assert_cmpuint (waiting (fix), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) \
  g_test_add (                \
      "/store/conflict/" name, Fix, GUINT_TO_POINTER (data), fix_setup_imap, func, fix_teardown)
  ADD ("move-twice/uid-before-done", 0, test_move_twice);
  ADD ("move-twice/uid-after-done", 1, test_move_twice);
  ADD ("undo-move", 0, test_undo_move);
  ADD ("undo-flags", 0, test_undo_flags);
  ADD ("move-was-ours", 0, test_move_was_ours);
  ADD ("moved-but-expunged", 0, test_moved_but_expunged);
  ADD ("revalidation", 0, test_revalidation);
  ADD ("refused-for-good", 0, test_refused_for_good);
  ADD ("read-too-late", 0, test_read_too_late);
  ADD ("delete-twice", 0, test_delete_twice);
  ADD ("folder-vanishes", 0, test_folder_vanishes);
  return g_test_run ();
}
