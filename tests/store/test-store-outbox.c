/* Drafts and letters on their way: states, the copy in Sent, and what the ledger says. */
#include "store-reader.h"
#include "store-sqlite.h"
#include "test-store.h"

typedef struct
{
  Fix *fix;
  StoreOutboxEntry entry;
  StoreOutboxState state;
  gint64 id, message;
  const char *text;
  guint code;
} Call;

static gboolean
write_letter (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GBytes) bytes = g_bytes_new (call->text, strlen (call->text));
  g_autoptr (StorePack) pack = store_pack_bytes (bytes);
  StoreNewMessage message = { .subject = "lunch?",
                              .message_id = call->text,
                              .size = strlen (call->text) };

  if (!store_tx_source_put (tx, pack, &message.source, error) ||
      !store_tx_put_message (tx, &message, call->fix->cause, "", &call->entry.message, NULL, error))
    return FALSE;
  return store_tx_outbox_put (tx, &call->entry, &call->id, error);
}

static gint64
put (Fix *fix, gint64 id, const char *text, StoreOutboxState state, gint64 *message)
{
  Call call = { .fix = fix,
                .text = text,
                .entry = { .id = id,
                           .state = state,
                           .sender = (char *) "ada@x",
                           .cause = fix->cause,
                           .save_copy = TRUE,
                           .recipients = (char *[]){ (char *) "bob@x", (char *) "eve@y", NULL } } };

  FIX_WRITE (fix, write_letter, &call);
  if (message != NULL)
    *message = call.entry.message;
  return call.id;
}

static gboolean
set_state (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;
  const char *const accepted[] = { "bob@x", NULL };
  const char *const refused[] = { "eve@y\t550", NULL };

  return store_tx_outbox_state (tx,
                                call->id,
                                call->state,
                                call->code,
                                call->state == STORE_OUTBOX_SENT ? accepted : NULL,
                                call->state == STORE_OUTBOX_SENT ? refused : NULL,
                                NULL,
                                0,
                                "DATA",
                                error);
}

static void
state (Fix *fix, gint64 id, StoreOutboxState to)
{
  Call call = { .fix = fix, .id = id, .state = to };

  FIX_WRITE (fix, set_state, &call);
}

static void
test_draft_to_sent (Fix *fix, gconstpointer data)
{
  gint64 message;
  gint64 id = put (fix, 0, "first", STORE_OUTBOX_DRAFT, &message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) outbox = NULL;
  g_autofree char *ledger = NULL;
  StoreOutboxEntry *entry;
  StoreStrip strip;

  fix_check_counts (fix);
  store_reader_strip (fix->reader, &strip, &error);
  g_assert_cmpint (strip.only_here, ==, 1);
  g_assert_cmpint (strip.waiting, ==, 0);
  /* Saved again under the same entry: the older text is gone. */
  g_assert_cmpint (put (fix, id, "second", STORE_OUTBOX_QUEUED, &message), ==, id);
  store_reader_strip (fix->reader, &strip, &error);
  g_assert_cmpint (strip.copies_here, ==, 1);
  g_assert_cmpint (strip.waiting, ==, 1);
  fix_check_counts (fix);
  state (fix, id, STORE_OUTBOX_SENDING);
  fix_reopen (fix);
  state (fix, id, STORE_OUTBOX_SENT);
  state (fix, id, STORE_OUTBOX_SENT);
  outbox = store_reader_outbox (fix->reader, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (outbox->len, ==, 1);
  entry = outbox->pdata[0];
  g_assert_cmpint (entry->state, ==, STORE_OUTBOX_SENT);
  g_assert_cmpstr (entry->accepted[0], ==, "bob@x");
  g_assert_cmpstr (entry->refused[0], ==, "eve@y\t550");
  g_assert_cmpuint (g_strv_length (entry->recipients), ==, 2);
  g_assert_cmpuint (entry->attempts, ==, 0);
  ledger = fix_ledger (fix, message);
  g_assert_cmpstr (ledger, ==, "queued handed-over");
  fix_check_counts (fix);
}

static char *
plan_of (sqlite3 *db, const char *sql)
{
  g_autofree char *question = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  g_autoptr (GString) plan = g_string_new (NULL);
  sqlite3_stmt *stmt;

  g_assert_cmpint (sqlite3_prepare_v2 (db, question, -1, &stmt, NULL), ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    g_string_append_printf (plan, "%s; ", sqlite3_column_text (stmt, 3));
  sqlite3_finalize (stmt);
  return g_string_free (g_steal_pointer (&plan), FALSE);
}

/* What was sent stays in the outbox, and is much; what is asked all the time does not go through
 * it. */
static void
test_what_was_sent_is_not_gone_through (Fix *fix, gconstpointer data)
{
  static const struct
  {
    const char *words; /* of the statement */
    guint n;           /* how many such there are */
  } asked[] = {
    { "SELECT id FROM outbox", 1 },
    { "SELECT next_try FROM outbox", 1 },
    { "FROM outbox o JOIN message m ON m.id = o.message LEFT JOIN cause c ON c.id = o.cause WHERE "
      "o.state",
      2 },
  };
  sqlite3 *db = store_sqlite_handle (fix->reader->db);
  gint64 id = put (fix, 0, "first", STORE_OUTBOX_QUEUED, NULL);
  gint64 due, next;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) half = NULL;
  g_autoptr (GPtrArray) unknown = NULL;

  g_assert_true (store_reader_outbox_due (fix->reader, 1, 0, &due, &next, &error));
  g_assert_cmpint (due, ==, id);
  state (fix, id, STORE_OUTBOX_UNKNOWN);
  unknown = store_reader_outbox_unknown (fix->reader, &error);
  g_assert_cmpuint (unknown->len, ==, 1);
  half = store_reader_outbox_half (fix->reader, &error);
  g_assert_cmpuint (half->len, ==, 0);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      guint found = 0;

      for (sqlite3_stmt *stmt = sqlite3_next_stmt (db, NULL); stmt != NULL;
           stmt = sqlite3_next_stmt (db, stmt))
        if (strstr (sqlite3_sql (stmt), asked[i].words) != NULL)
          {
            g_autofree char *plan = plan_of (db, sqlite3_sql (stmt));

            g_test_message ("%s: %s", sqlite3_sql (stmt), plan);
            g_assert_nonnull (strstr (plan, "outbox_open"));
            g_assert_null (strstr (plan, "SCAN"));
            found++;
          }
      g_assert_cmpuint (found, ==, asked[i].n);
    }
}

static gboolean
replace_sending (StoreTx *tx, gpointer data, GError **error)
{
  return write_letter (tx, data, error);
}

static void
test_sending_is_not_replaced (Fix *fix, gconstpointer data)
{
  gint64 id = put (fix, 0, "first", STORE_OUTBOX_QUEUED, NULL);
  Call call = { .fix = fix,
                .text = "other",
                .entry = { .id = id, .sender = (char *) "ada@x", .cause = fix->cause } };
  g_autoptr (GError) error = NULL;

  state (fix, id, STORE_OUTBOX_SENDING);
  g_assert_false (store_mailbase_write (
      fix->mailbase, STORE_PRIORITY_CLICK, FALSE, replace_sending, &call, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_EXISTS);
  fix_check_counts (fix);
}

static gboolean
append (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_journal_append (
      tx, call->message, call->fix->archive, STORE_FLAG_SEEN, call->fix->cause, &call->id, error);
}

static gboolean
run (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  gboolean waits;

  return store_tx_journal_running (tx, &call->id, 1, &waits, error);
}

static gboolean
remove_entry (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_outbox_remove (tx, call->id, error);
}

/* Filed by a server that added a line of its own. */
static gboolean
meet_copy (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;
  StoreNewMessage seen = { .folder = call->fix->archive,
                           .uidvalidity = 3,
                           .uid = 44,
                           .message_id = "first@x",
                           .size = 99,
                           .flags = STORE_FLAG_SEEN };

  return store_tx_put_message (tx, &seen, call->fix->cause, "UID FETCH", NULL, &call->id, error);
}

static void
test_copy_in_sent (Fix *fix, gconstpointer data)
{
  Call call = { .fix = fix };
  Call outbox = { .fix = fix };
  Call seen = { .fix = fix };
  gint64 first;
  g_autoptr (GPtrArray) journal = NULL;
  g_autoptr (StoreRow) row = NULL;
  g_autoptr (GError) error = NULL;
  StoreStrip strip;

  outbox.id = put (fix, 0, "first@x", STORE_OUTBOX_QUEUED, &call.message);
  state (fix, outbox.id, STORE_OUTBOX_SENT);
  FIX_WRITE (fix, append, &call);
  first = call.id;
  FIX_WRITE (fix, append, &call);
  g_assert_cmpint (call.id, ==, first);
  g_assert_cmpuint (fix_count (fix, fix->archive), ==, 1);
  FIX_WRITE (fix, remove_entry, &outbox);
  fix_check_counts (fix);
  store_reader_strip (fix->reader, &strip, &error);
  g_assert_cmpint (strip.only_here, ==, 1);
  /* The APPEND was sent, its answer lost; the next look into the folder meets the copy. */
  FIX_WRITE (fix, run, &call);
  row = store_reader_row_of_message (fix->reader, call.message, &error);
  FIX_WRITE (fix, meet_copy, &seen);
  g_assert_cmpint (seen.id, ==, row->placement);
  journal = fix_journal (fix);
  g_assert_cmpuint (journal->len, ==, 0);
  store_reader_strip (fix->reader, &strip, &error);
  g_assert_cmpint (strip.only_here, ==, 0);
  g_assert_cmpint (strip.waiting, ==, 0);
  fix_check_counts (fix);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/store/outbox/" name, Fix, NULL, fix_setup_imap, func, fix_teardown)
  ADD ("draft-to-sent", test_draft_to_sent);
  ADD ("sending-is-not-replaced", test_sending_is_not_replaced);
  ADD ("copy-in-sent", test_copy_in_sent);
  ADD ("not-gone-through", test_what_was_sent_is_not_gone_through);
  return g_test_run ();
}
