/* A POP3 account's rows: copies here, UIDLs there, and what DELE and QUIT prove. */
#include "test-store.h"

typedef struct
{
  Fix *fix;
  const char *const *uidls;
  gint64 placement;
  gboolean good;
} Call;

static gboolean
listed (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_maildrop_listed (tx,
                                   call->fix->maildrop,
                                   call->uidls,
                                   g_strv_length ((char **) call->uidls),
                                   call->fix->cause,
                                   error);
}

static void
list (Fix *fix, const char *const *uidls)
{
  Call call = { .fix = fix, .uidls = uidls };

  FIX_WRITE (fix, listed, &call);
}

static gboolean
dele (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_maildrop_dele (tx, call->placement, call->fix->cause, error);
}

static gboolean
quit (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_maildrop_quit (tx, call->fix->maildrop, call->good, call->fix->cause, error);
}

static gint64
in_maildrop (Fix *fix, const char *uidl)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) known = store_reader_maildrop (fix->reader, &error);
  const StoreKept *kept;

  g_assert_no_error (error);
  kept = g_hash_table_lookup (known, uidl);
  return kept != NULL ? kept->placement : 0;
}

static void
say_dele (Fix *fix, const char *uidl)
{
  Call call = { .fix = fix, .placement = in_maildrop (fix, uidl) };

  FIX_WRITE (fix, dele, &call);
}

static void
say_quit (Fix *fix, gboolean good)
{
  Call call = { .fix = fix, .good = good };

  FIX_WRITE (fix, quit, &call);
}

static void
assert_strip (Fix *fix, gint64 copies, gint64 only_here, gint64 leaving, gint64 waiting)
{
  g_autoptr (GError) error = NULL;
  StoreStrip strip;

  store_reader_strip (fix->reader, &strip, &error);
  g_assert_no_error (error);
  g_assert_cmpint (strip.copies_here, ==, copies);
  g_assert_cmpint (strip.only_here, ==, only_here);
  g_assert_cmpint (strip.leaving_at_quit, ==, leaving);
  g_assert_cmpint (strip.waiting, ==, waiting);
  fix_check_counts (fix);
}

static void
test_collect (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");
  g_autofree char *ledger = fix_ledger (fix, fix_message_of (fix, placement));

  g_assert_cmpint (fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one"), ==, placement);
  g_assert_cmpstr (ledger, ==, "seen-on-server copied-here");
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  assert_strip (fix, 1, 0, 0, 0);
}

static void
test_leave_none (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");
  gint64 message = fix_message_of (fix, placement);
  g_autofree char *ledger = NULL;

  say_dele (fix, "u1");
  assert_strip (fix, 1, 0, 1, 0);
  say_quit (fix, TRUE);
  assert_strip (fix, 1, 1, 0, 0);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (ledger, ==, "seen-on-server copied-here delete-asked gone-from-server");
}

static void
assert_strip_at (Fix *fix, gint64 when, gint64 server, gint64 copies, gint64 leaving, gint64 only)
{
  g_autoptr (GError) error = NULL;
  StoreStrip strip;

  g_assert_true (store_reader_strip_at (fix->reader, when, &strip, &error));
  g_assert_no_error (error);
  g_assert_cmpint (strip.server_total, ==, server);
  g_assert_cmpint (strip.copies_here, ==, copies);
  g_assert_cmpint (strip.leaving_at_quit, ==, leaving);
  g_assert_cmpint (strip.only_here, ==, only);
}

/* Asked later, the ledger tells where mail was at any moment, what was only asked for too. */
static void
test_any_moment (Fix *fix, gconstpointer data)
{
  gint64 before = g_get_real_time ();
  gint64 collected;
  gint64 asked;
  g_autoptr (GArray) letters = NULL;

  fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");
  collected = g_get_real_time ();
  say_dele (fix, "u1");
  asked = g_get_real_time ();
  say_quit (fix, TRUE);
  assert_strip_at (fix, before - 1, 0, 0, 0, 0);
  assert_strip_at (fix, collected, 1, 1, 0, 0);
  assert_strip_at (fix, asked, 1, 1, 1, 0);
  assert_strip_at (fix, g_get_real_time (), 0, 1, 0, 1);
  letters =
      store_reader_letters_of (fix->reader, fix->cause, "QUIT", asked, g_get_real_time (), 5, NULL);
  g_assert_cmpuint (letters->len, ==, 1);
}

static void
test_cut_before_quit (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");
  gint64 message = fix_message_of (fix, placement);
  g_autofree char *ledger = NULL;

  say_dele (fix, "u1");
  fix_reopen (fix);
  /* Killed before QUIT: the next listing shows that the DELE did not happen. */
  list (fix, (const char *[]){ "u1", NULL });
  assert_strip (fix, 1, 0, 0, 0);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (ledger, ==, "seen-on-server copied-here delete-asked delete-undone");
}

static void
test_no_longer_listed (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");
  gint64 message = fix_message_of (fix, placement);
  g_autofree char *ledger = NULL;

  list (fix, (const char *[]){ NULL });
  assert_strip (fix, 1, 1, 0, 0);
  /* The server lists it again, under another UIDL: the same bytes are the same letter. */
  g_assert_cmpint (fix_letter (fix, fix->inbox, 0, "u2", "a@x", "one"), ==, placement);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  assert_strip (fix, 1, 0, 0, 0);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (ledger, ==, "seen-on-server copied-here no-longer-listed seen-on-server");
  /* Two letters with the same bytes at one time are two. */
  fix_letter (fix, fix->inbox, 0, "u3", "a@x", "one");
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 2);
  assert_strip (fix, 2, 0, 0, 0);
}

static void
test_delete_keeps_on_server (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");

  g_assert_cmpint (fix_delete (fix, placement, FALSE), ==, 0);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 0);
  assert_strip (fix, 0, 0, 0, 0);
  /* The UIDL is remembered, so it is not collected again. */
  g_assert_cmpint (in_maildrop (fix, "u1"), !=, 0);
  list (fix, (const char *[]){ NULL });
  g_assert_cmpint (in_maildrop (fix, "u1"), ==, 0);
  assert_strip (fix, 0, 0, 0, 0);
}

static void
test_delete_both (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");
  gint64 message = fix_message_of (fix, placement);
  gint64 journal = fix_delete (fix, placement, TRUE);
  g_autoptr (GPtrArray) entries = fix_journal (fix);
  StoreJournalEntry *entry = entries->pdata[0];
  g_autofree char *ledger = NULL;

  g_assert_cmpint (entry->id, ==, journal);
  g_assert_cmpstr (entry->uidl, ==, "u1");
  g_assert_cmpint (entry->placement, ==, in_maildrop (fix, "u1"));
  assert_strip (fix, 1, 0, 0, 1);
  fix_undo (fix, fix->cause->id);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  assert_strip (fix, 1, 0, 0, 0);
  fix_delete (fix, placement, TRUE);
  say_dele (fix, "u1");
  say_quit (fix, TRUE);
  assert_strip (fix, 0, 0, 0, 0);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (
      ledger,
      ==,
      "seen-on-server copied-here delete-asked delete-undone delete-asked delete-asked "
      "gone-from-server removed-here removed-here");
}

static void
test_only_copy_goes_when_asked (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");
  gint64 message = fix_message_of (fix, placement);
  g_autofree char *ledger = NULL;

  list (fix, (const char *[]){ NULL });
  fix_delete (fix, placement, TRUE);
  assert_strip (fix, 0, 0, 0, 0);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (ledger, ==, "seen-on-server copied-here no-longer-listed removed-here");
}

static void
test_local_move_and_undo (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");

  g_assert_cmpint (fix_move (fix, placement, fix->trash), ==, 0);
  g_assert_cmpuint (fix_count (fix, fix->trash), ==, 1);
  fix_undo (fix, fix->cause->id);
  g_assert_cmpuint (fix_count (fix, fix->trash), ==, 0);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  /* A second time there is nothing left to take back. */
  fix_undo (fix, fix->cause->id);
  g_assert_cmpuint (fix_count (fix, fix->inbox), ==, 1);
  g_assert_cmpint (fix_flags (fix, placement, STORE_FLAG_SEEN, 0), ==, 0);
  fix_undo (fix, fix->cause->id);
  {
    g_autoptr (StoreRow) row = fix_row (fix, placement);

    g_assert_cmpuint (row->flags, ==, 0);
  }
  assert_strip (fix, 1, 0, 0, 0);
}

static gboolean
drop (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_drop_source (tx, call->placement, call->fix->cause, error);
}

static void
test_only_copy_is_kept (Fix *fix, gconstpointer data)
{
  gint64 placement = fix_letter (fix, fix->inbox, 0, "u1", "a@x", "one");
  Call call = { .fix = fix, .placement = fix_message_of (fix, placement) };
  g_autoptr (GError) error = NULL;

  list (fix, (const char *[]){ NULL });
  g_assert_false (
      store_mailbase_write (fix->mailbase, STORE_PRIORITY_CLICK, FALSE, drop, &call, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_ONLY_COPY);
  assert_strip (fix, 1, 1, 0, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/store/pop3/" name, Fix, NULL, fix_setup_pop3, func, fix_teardown)
  ADD ("collect", test_collect);
  ADD ("leave-none", test_leave_none);
  ADD ("any-moment", test_any_moment);
  ADD ("cut-before-quit", test_cut_before_quit);
  ADD ("no-longer-listed", test_no_longer_listed);
  ADD ("delete-keeps-on-server", test_delete_keeps_on_server);
  ADD ("delete-both", test_delete_both);
  ADD ("only-copy-goes-when-asked", test_only_copy_goes_when_asked);
  ADD ("only-copy-is-kept", test_only_copy_is_kept);
  ADD ("local-move-and-undo", test_local_move_and_undo);
  return g_test_run ();
}
