/* The writer: order, room, savepoints, errors and what watchers are told. Jobs block on purpose, so
 * that the test knows what is queued; nothing sleeps. */
#include "test-store.h"

#include <poll.h>

#include "store-tx.h"

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean entered, open;
} Gate;

static void
gate_init (Gate *gate)
{
  g_mutex_init (&gate->lock);
  g_cond_init (&gate->cond);
  gate->entered = gate->open = FALSE;
}

/* Holds the writer until the gate opens. */
static gboolean
pass_gate (StoreTx *tx, gpointer data, GError **error)
{
  Gate *gate = data;

  g_mutex_lock (&gate->lock);
  gate->entered = TRUE;
  g_cond_broadcast (&gate->cond);
  while (!gate->open)
    g_cond_wait (&gate->cond, &gate->lock);
  g_mutex_unlock (&gate->lock);
  return TRUE;
}

static void
hold_writer (Fix *fix, Gate *gate)
{
  gate_init (gate);
  store_mailbase_queue (fix->mailbase, STORE_PRIORITY_BULK, 1, pass_gate, NULL, gate, NULL, FALSE);
  g_mutex_lock (&gate->lock);
  while (!gate->entered)
    g_cond_wait (&gate->cond, &gate->lock);
  g_mutex_unlock (&gate->lock);
}

static void
open_gate (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->open = TRUE;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);
}

static void
gate_clear (Gate *gate)
{
  g_mutex_clear (&gate->lock);
  g_cond_clear (&gate->cond);
}

typedef struct
{
  GString *order;
  char name;
  gboolean fail;
} Step;

static gboolean
note_step (StoreTx *tx, gpointer data, GError **error)
{
  Step *step = data;
  char name[2] = { step->name, '\0' };

  g_string_append (step->order, name);
  if (!store_tx_set_fact (tx, name, "done", error))
    return FALSE;
  if (step->fail)
    g_set_error_literal (error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "on purpose");
  return !step->fail;
}

static void
queue_step (Fix *fix, GString *order, StorePriority priority, char name, gboolean fail)
{
  Step *step = g_new0 (Step, 1);

  step->order = order;
  step->name = name;
  step->fail = fail;
  store_mailbase_queue (fix->mailbase, priority, 1, note_step, NULL, step, g_free, FALSE);
}

static void
test_clicks_first (Fix *fix, gconstpointer data)
{
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Gate gate;

  hold_writer (fix, &gate);
  queue_step (fix, order, STORE_PRIORITY_BULK, 'a', FALSE);
  queue_step (fix, order, STORE_PRIORITY_BULK, 'b', FALSE);
  queue_step (fix, order, STORE_PRIORITY_CLICK, 'x', FALSE);
  queue_step (fix, order, STORE_PRIORITY_CLICK, 'y', FALSE);
  open_gate (&gate);
  store_mailbase_flush (fix->mailbase, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (order->str, ==, "xyab");
  gate_clear (&gate);
}

static void
assert_fact (Fix *fix, const char *name, gboolean there)
{
  g_autofree char *value = store_reader_fact (fix->reader, name, NULL);

  g_assert_cmpint (value != NULL, ==, there);
}

static void
test_failure_is_its_own (Fix *fix, gconstpointer data)
{
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Gate gate;

  hold_writer (fix, &gate);
  queue_step (fix, order, STORE_PRIORITY_BULK, 'a', FALSE);
  queue_step (fix, order, STORE_PRIORITY_BULK, 'b', TRUE);
  queue_step (fix, order, STORE_PRIORITY_BULK, 'c', FALSE);
  open_gate (&gate);
  g_assert_false (store_mailbase_flush (fix->mailbase, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (store_mailbase_flush (fix->mailbase, &error));
  g_assert_no_error (error);
  assert_fact (fix, "a", TRUE);
  assert_fact (fix, "b", FALSE);
  assert_fact (fix, "c", TRUE);
  gate_clear (&gate);
}

static gboolean
has_room (Fix *fix)
{
  struct pollfd fd = { store_mailbase_room_fd (fix->mailbase), POLLIN, 0 };

  return poll (&fd, 1, 0) == 1;
}

static gboolean
nothing (StoreTx *tx, gpointer data, GError **error)
{
  return TRUE;
}

static gpointer
queue_blocking (gpointer data)
{
  Fix *fix = data;

  store_mailbase_queue (fix->mailbase, STORE_PRIORITY_BULK, 1, nothing, NULL, NULL, NULL, FALSE);
  return NULL;
}

static void
test_backpressure (Fix *fix, gconstpointer data)
{
  Gate gate;
  GThread *thread;
  g_autoptr (GError) error = NULL;
  guint queued = 0;

  hold_writer (fix, &gate);
  g_assert_true (has_room (fix));
  while (store_mailbase_queue (
      fix->mailbase, STORE_PRIORITY_BULK, 1 << 20, nothing, NULL, NULL, NULL, TRUE))
    queued++;
  g_assert_cmpuint (queued, >=, 15);
  g_assert_cmpuint (queued, <=, 17);
  g_assert_false (has_room (fix));
  /* A thread that waits for room gets in when there is some. */
  thread = g_thread_new ("waits", queue_blocking, fix);
  open_gate (&gate);
  g_thread_join (thread);
  store_mailbase_flush (fix->mailbase, &error);
  g_assert_no_error (error);
  g_assert_true (has_room (fix));
  gate_clear (&gate);
}

static void
count_change (StoreChange *change, gpointer data)
{
  GString *text = data;

  g_string_append_printf (
      text, "+%u-%u~%u ", change->added->len, change->removed->len, change->changed->len);
}

static void
test_changes (Fix *fix, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GString) told = g_string_new (NULL);
  guint id = store_mailbase_watch (fix->mailbase, context, count_change, told);
  gint64 placement = fix_header (fix, fix->inbox, 7, 1, "a@x", 0);

  fix_header (fix, fix->inbox, 7, 1, "a@x", 0);
  fix_flags (fix, placement, STORE_FLAG_SEEN, 0);
  fix_move (fix, placement, fix->archive);
  while (g_main_context_iteration (context, FALSE))
    continue;
  g_assert_cmpstr (told->str, ==, "+1-0~0 +0-0~1 +1-1~0 ");
  fix_header (fix, fix->inbox, 7, 2, "b@x", 0);
  store_mailbase_unwatch (fix->mailbase, id);
  while (g_main_context_iteration (context, FALSE))
    continue;
  g_assert_cmpstr (told->str, ==, "+1-0~0 +0-0~1 +1-1~0 ");
}

static void
ring (gpointer data)
{
  g_atomic_int_inc ((int *) data);
}

static void
test_bell (Fix *fix, gconstpointer data)
{
  int rung = 0;
  guint id = store_mailbase_watch_journal (fix->mailbase, ring, &rung);
  gint64 placement = fix_header (fix, fix->inbox, 7, 1, "a@x", 0);

  g_assert_cmpint (g_atomic_int_get (&rung), ==, 0);
  fix_flags (fix, placement, STORE_FLAG_SEEN, 0);
  g_assert_cmpint (g_atomic_int_get (&rung), ==, 1);
  /* Nothing changes, nothing is journalled. */
  fix_flags (fix, placement, STORE_FLAG_SEEN, 0);
  g_assert_cmpint (g_atomic_int_get (&rung), ==, 1);
  store_mailbase_unwatch_journal (fix->mailbase, id);
}

typedef struct
{
  gint64 source;
  StorePack *pack;
} Arriving;

static gboolean
take_chunk (StoreTx *tx, gpointer data, GError **error)
{
  Arriving *arriving = data;
  g_autoptr (StoreChunk) chunk = store_pack_take (arriving->pack);

  return store_tx_source_chunk (tx, arriving->source, chunk, error);
}

static gboolean
begin_only (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_source_begin (tx, &((Arriving *) data)->source, error);
}

static gboolean
publish_only (StoreTx *tx, gpointer data, GError **error)
{
  Arriving *arriving = data;

  return store_tx_source_publish (tx, arriving->source, arriving->pack, error);
}

static gboolean
take_chunk_and_fail (StoreTx *tx, gpointer data, GError **error)
{
  if (!take_chunk (tx, data, error))
    return FALSE;
  g_set_error_literal (error, STORE_ERROR, STORE_ERROR_IO, "on purpose");
  return FALSE;
}

static gboolean
orphans (StoreTx *tx, gpointer data, GError **error)
{
  return store_sqlite_number (tx->db, data, NULL, error, "SELECT count(*) FROM source", "");
}

/* A letter with three chunks, of which the second may be lost on the way; its source. */
static gint64
send_chunks (Fix *fix, gboolean lose)
{
  g_autofree char *text = g_strnfill (STORE_CHUNK_SIZE * 5 / 2, 'x');
  g_autoptr (GError) error = NULL;
  Arriving arriving = { 0, store_pack_new () };
  gboolean good;

  FIX_WRITE (fix, begin_only, &arriving);
  store_pack_add (arriving.pack, text, strlen (text));
  FIX_WRITE (fix, take_chunk, &arriving);
  good = store_mailbase_write (fix->mailbase,
                               STORE_PRIORITY_BULK,
                               FALSE,
                               lose ? take_chunk_and_fail : take_chunk,
                               &arriving,
                               &error);
  g_assert_true (good == !lose);
  g_clear_error (&error);
  store_pack_end (arriving.pack);
  good = store_mailbase_write (
      fix->mailbase, STORE_PRIORITY_BULK, FALSE, publish_only, &arriving, &error);
  g_assert_true (good == !lose);
  if (lose)
    g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  store_pack_free (arriving.pack);
  return arriving.source;
}

/* A letter whose chunk was rolled back cannot be published with a hole; at the next start it is
 * gone. */
static void
test_broken_source (Fix *fix, gconstpointer data)
{
  gint64 left;

  send_chunks (fix, FALSE);
  send_chunks (fix, TRUE);
  FIX_WRITE (fix, orphans, &left);
  g_assert_cmpint (left, ==, 2);
  fix_reopen (fix);
  FIX_WRITE (fix, orphans, &left);
  g_assert_cmpint (left, ==, 1);
}

/* What was deleted is given back to the disk. */
static void
test_shrinks (Fix *fix, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autofree char *text = g_malloc (40 << 20);
  GStatBuf large;
  GStatBuf small;

  /* Nothing compresses it. */
  for (gsize i = 0; i < (40 << 20) - 1; i++)
    text[i] = 1 + g_rand_int (random) % 255;
  text[(40 << 20) - 1] = '\0';
  fix_letter (fix, fix->inbox, 1, NULL, "large@x", text);
  fix_reopen (fix);
  g_assert_cmpint (g_stat (store_mailbase_path (fix->mailbase), &large), ==, 0);
  fix_expunge (fix, fix->inbox, 7, 1);
  fix_header (fix, fix->inbox, 7, 2, "b@x", 0);
  fix_reopen (fix);
  fix_reopen (fix);
  g_assert_cmpint (g_stat (store_mailbase_path (fix->mailbase), &small), ==, 0);
  g_assert_cmpint (large.st_size, >, 38 << 20);
  g_assert_cmpint (small.st_size, <, 38 << 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/store/writer/" name, Fix, NULL, fix_setup_imap, func, fix_teardown)
  ADD ("clicks-first", test_clicks_first);
  ADD ("failure-is-its-own", test_failure_is_its_own);
  ADD ("backpressure", test_backpressure);
  ADD ("changes", test_changes);
  ADD ("bell", test_bell);
  ADD ("broken-source", test_broken_source);
  ADD ("shrinks", test_shrinks);
  return g_test_run ();
}
