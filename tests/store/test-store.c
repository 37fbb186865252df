/* Helpers of the store's tests. */
#include "test-store.h"

#include "store-tx.h"
#include "store-reader.h"

void
fix_remove_directory (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        fix_remove_directory (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
open_it (Fix *fix)
{
  g_autoptr (GError) error = NULL;

  fix->mailbase = store_mailbase_open (fix->dir, "a-b-c", TRUE, &error);
  g_assert_no_error (error);
  fix->reader = store_mailbase_reader (fix->mailbase, &error);
  g_assert_no_error (error);
}

static void
setup (Fix *fix)
{
  g_autoptr (GError) error = NULL;

  fix->dir = g_dir_make_tmp ("restante-store-XXXXXX", &error);
  g_assert_no_error (error);
  fix->cause = base_cause_new (BASE_CAUSE_SYNC, "test");
  open_it (fix);
}

void
fix_setup_imap (Fix *fix, gconstpointer data)
{
  setup (fix);
  fix->inbox = fix_folder (fix, STORE_PLACE_SERVER, "INBOX", STORE_ROLE_INBOX);
  fix->archive = fix_folder (fix, STORE_PLACE_SERVER, "Archive", STORE_ROLE_ARCHIVE);
  fix->trash = fix_folder (fix, STORE_PLACE_SERVER, "Trash", STORE_ROLE_TRASH);
}

void
fix_setup_pop3 (Fix *fix, gconstpointer data)
{
  setup (fix);
  fix->inbox = fix_folder (fix, STORE_PLACE_HERE, "INBOX", STORE_ROLE_INBOX);
  fix->archive = fix_folder (fix, STORE_PLACE_HERE, "Archive", STORE_ROLE_ARCHIVE);
  fix->trash = fix_folder (fix, STORE_PLACE_HERE, "Trash", STORE_ROLE_TRASH);
  fix->maildrop = fix_folder (fix, STORE_PLACE_SERVER, "INBOX", STORE_ROLE_MAILDROP);
}

void
fix_teardown (Fix *fix, gconstpointer data)
{
  g_clear_pointer (&fix->reader, store_reader_free);
  g_clear_pointer (&fix->mailbase, store_mailbase_unref);
  base_cause_unref (fix->cause);
  fix_remove_directory (fix->dir);
  g_free (fix->dir);
}

void
fix_reopen (Fix *fix)
{
  g_clear_pointer (&fix->reader, store_reader_free);
  g_clear_pointer (&fix->mailbase, store_mailbase_unref);
  open_it (fix);
}

typedef struct
{
  Fix *fix;
  StoreFolder folder;
  StoreNewMessage message;
  const char *text, *uidl;
  gint64 id, placement, target;
  guint add, remove;
  gboolean dele;
  guint32 uid;
  const char *exchange;
  BaseCause *cause;
} Call;

static gboolean
put_folder (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_put_folder (tx, &call->folder, &call->id, error);
}

gint64
fix_folder (Fix *fix, StorePlace place, const char *name, StoreRole role)
{
  Call call = { .folder = {
                    .place = place, .name = (char *) name, .role = role, .selectable = TRUE } };

  FIX_WRITE (fix, put_folder, &call);
  g_assert_cmpint (call.id, >, 0);
  return call.id;
}

static gboolean
put_message (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  if (call->text != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (call->text, strlen (call->text));

      g_autoptr (StorePack) pack = store_pack_bytes (bytes);

      if (!store_tx_source_put (tx, pack, &call->message.source, error))
        return FALSE;
      call->message.size = strlen (call->text);
    }
  if (call->uidl != NULL)
    {
      StoreNewMessage listed = call->message;

      listed.folder = call->fix->maildrop;
      listed.uidl = call->uidl;
      listed.hidden = TRUE;
      if (!store_tx_put_message (
              tx, &listed, call->fix->cause, "UIDL", &call->message.message, NULL, error))
        return FALSE;
    }
  return store_tx_put_message (tx,
                               &call->message,
                               call->fix->cause,
                               call->uidl != NULL ? "RETR" : "UID FETCH",
                               &call->id,
                               &call->placement,
                               error);
}

gint64
fix_header (
    Fix *fix, gint64 folder, guint32 uidvalidity, guint32 uid, const char *message_id, guint flags)
{
  Call call = { .fix = fix,
                .message = { .folder = folder,
                             .uidvalidity = uidvalidity,
                             .uid = uid,
                             .message_id = message_id,
                             .flags = flags,
                             .size = 100,
                             .subject = message_id,
                             .date_utc = 1700000000 } };

  FIX_WRITE (fix, put_message, &call);
  return call.placement;
}

gint64
fix_letter (Fix *fix,
            gint64 folder,
            guint32 uid,
            const char *uidl,
            const char *message_id,
            const char *text)
{
  Call call = { .fix = fix,
                .message = { .folder = folder,
                             .uidvalidity = uid != 0 ? 7 : 0,
                             .uid = uid,
                             .message_id = message_id,
                             .subject = message_id,
                             .date_utc = 1700000000 },
                .uidl = uidl,
                .text = text };

  FIX_WRITE (fix, put_message, &call);
  return call.placement;
}

StoreRow *
fix_row (Fix *fix, gint64 placement)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_reader_rows (fix->reader, &placement, 1, &error);

  g_assert_no_error (error);
  return rows->pdata[0] != NULL ? store_row_ref (rows->pdata[0]) : NULL;
}

gint64
fix_message_of (Fix *fix, gint64 placement)
{
  g_autoptr (StoreRow) row = fix_row (fix, placement);

  return row != NULL ? row->message : 0;
}

guint
fix_count (Fix *fix, gint64 folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) list = store_reader_list (fix->reader, folder, &error);

  g_assert_no_error (error);
  return list->len;
}

static gint64
first_or_none (GArray *journal)
{
  return journal->len > 0 ? g_array_index (journal, gint64, 0) : 0;
}

static gboolean
act (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GArray) journal = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean good;

  if (call->target != 0)
    good = store_tx_act_move (tx, &call->placement, 1, call->target, call->cause, journal, error);
  else if (call->add != 0 || call->remove != 0)
    good = store_tx_act_flags (
        tx, &call->placement, 1, call->add, call->remove, call->cause, journal, error);
  else
    good = store_tx_act_delete (tx, &call->placement, 1, call->dele, call->cause, journal, error);
  call->id = first_or_none (journal);
  return good;
}

/* Each action is a click of its own: the last one's cause is in the fixture. */
static gint64
act_now (Fix *fix, Call *call, BaseCauseKind kind)
{
  call->cause = base_cause_new (kind, NULL);
  FIX_WRITE (fix, act, call);
  base_cause_unref (fix->cause);
  fix->cause = call->cause;
  return call->id;
}

gint64
fix_move (Fix *fix, gint64 placement, gint64 target)
{
  Call call = { .placement = placement, .target = target };

  return act_now (fix, &call, BASE_CAUSE_MOVE);
}

gint64
fix_flags (Fix *fix, gint64 placement, guint add, guint remove)
{
  Call call = { .placement = placement, .add = add, .remove = remove };

  return act_now (fix, &call, BASE_CAUSE_MARK);
}

gint64
fix_delete (Fix *fix, gint64 placement, gboolean dele)
{
  Call call = { .placement = placement, .dele = dele };

  return act_now (fix, &call, BASE_CAUSE_DELETE);
}

static gboolean
done (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_journal_done (tx, call->id, call->exchange, error);
}

void
fix_done (Fix *fix, gint64 journal, const char *exchange)
{
  Call call = { .id = journal, .exchange = exchange };

  FIX_WRITE (fix, done, &call);
}

static gboolean
undo (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_undo (tx, call->id, call->fix->cause, error);
}

void
fix_undo (Fix *fix, guint64 cause)
{
  g_autoptr (BaseCause) undone = base_cause_new (BASE_CAUSE_UNDO, NULL);
  Call call = { .fix = fix, .id = cause };
  BaseCause *before = fix->cause;

  fix->cause = undone;
  FIX_WRITE (fix, undo, &call);
  fix->cause = before;
}

static gboolean
expunge (StoreTx *tx, gpointer data, GError **error)
{
  Call *call = data;

  return store_tx_server_expunged (
      tx, call->target, call->id, &call->uid, 1, 0, call->fix->cause, "EXPUNGE", error);
}

void
fix_expunge (Fix *fix, gint64 folder, guint32 uidvalidity, guint32 uid)
{
  Call call = { .fix = fix, .target = folder, .id = uidvalidity, .uid = uid };

  FIX_WRITE (fix, expunge, &call);
}

GPtrArray *
fix_journal (Fix *fix)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *journal = store_reader_journal (fix->reader, &error);

  g_assert_no_error (error);
  return journal;
}

char *
fix_ledger (Fix *fix, gint64 message)
{
  static const char *const names[] = { "",
                                       "seen-on-server",
                                       "copied-here",
                                       "delete-asked",
                                       "gone-from-server",
                                       "no-longer-listed",
                                       "moved",
                                       "move-asked",
                                       "queued",
                                       "handed-over",
                                       "maybe-handed-over",
                                       "refused",
                                       "saved-on-server",
                                       "saved-here",
                                       "removed-here",
                                       "delete-undone" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = store_reader_ledger (fix->reader, message, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    g_string_append_printf (
        text, "%s%s", i > 0 ? " " : "", names[((StoreLedgerEntry *) entries->pdata[i])->state]);
  return g_string_free (text, FALSE);
}

static char *
counters (StoreTx *tx)
{
  sqlite3_stmt *stmt = store_sqlite_query (
      tx->db,
      NULL,
      "SELECT group_concat (id || ':' || total || '/' || unread || '/' || copies, ' ') || "
      "(SELECT ' copies ' || copies_here || ' bytes ' || bytes_here || ' headers ' || "
      "headers_only || ' only ' || only_here || ' leaving ' || leaving || ' waiting ' || "
      "waiting FROM counter) FROM folder",
      "");
  char *text;

  g_assert_cmpint (store_sqlite_step (tx->db, stmt, NULL), ==, 1);
  text = store_column_text (stmt, 0);
  store_sqlite_reset (stmt);
  return text;
}

static gboolean
check_counts (StoreTx *tx, gpointer data, GError **error)
{
  g_autofree char *maintained = counters (tx);
  g_autofree char *counted = NULL;

  if (!store_counts_recount (tx, error))
    return FALSE;
  counted = counters (tx);
  g_assert_cmpstr (maintained, ==, counted);
  return TRUE;
}

void
fix_check_counts (Fix *fix)
{
  FIX_WRITE (fix, check_counts, NULL);
}
