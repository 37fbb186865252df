/* Rows from headers: UID FETCH in batches, the newest first, two of them on the way at a time. The
 * fields are named one by one: servers answer that faster than ENVELOPE, from their caches. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FIRST_BATCH 100
#define BATCH 1000
#define ON_THE_WAY 2
#define ROWS_A_JOB BATCH
/* What a row takes in memory before it is written: its fields more than once, and small
 * allocations. */
#define ROW_TIMES 2
#define ROW_MORE 1536
#define FIELDS \
  "HEADER.FIELDS (DATE FROM SENDER TO CC SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE)"

typedef struct
{
  GPtrArray *letters; /* EngineLetter */
  gsize weight;
  BaseCause *cause;
} Rows;

static void
rows_free (gpointer data)
{
  Rows *rows = data;

  g_ptr_array_unref (rows->letters);
  base_cause_unref (rows->cause);
  g_free (rows);
}

static void
free_letter (gpointer letter)
{
  engine_letter_free (letter);
}

static Rows *
rows_new (EngineImap *imap)
{
  Rows *rows = g_new0 (Rows, 1);

  rows->letters = g_ptr_array_new_with_free_func (free_letter);
  rows->cause = base_cause_ref (imap->cause);
  return rows;
}

static gboolean
write_rows (StoreTx *tx, gpointer data, GError **error)
{
  Rows *rows = data;

  for (guint i = 0; i < rows->letters->len; i++)
    {
      const EngineLetter *letter = g_ptr_array_index (rows->letters, i);
      gint64 message, placement;

      if (!store_tx_put_message (
              tx, &letter->record, rows->cause, "UID FETCH", &message, &placement, error))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  Rows *rows;
  guint64 done, total;
  GArray *uids;   /* of what has come (nullable) */
  gboolean again; /* it is here already */
  EngineImapRefused refused;
} Fetching;

static void
send_rows (EngineImap *imap, Fetching *fetching)
{
  if (fetching->rows->letters->len == 0)
    return;
  engine_bulk_queue (imap->bulk, fetching->rows->weight, write_rows, fetching->rows, rows_free);
  fetching->rows = rows_new (imap);
}

const ImapSection *
engine_imap_header_section (const ImapFetch *fetch)
{
  for (guint i = 0; fetch->sections && i < fetch->sections->len; i++)
    {
      const ImapSection *section = &g_array_index (fetch->sections, ImapSection, i);

      if (section->section && g_ascii_strncasecmp (section->section, "HEADER", 6) == 0)
        return section;
    }
  return NULL;
}

static void
fetching_func (EngineImap *imap, ImapEvent *event, gpointer data)
{
  Fetching *fetching = data;
  const ImapFetch *fetch;
  const ImapSection *section;
  EngineLetter *letter;
  const char *bytes = "";
  gsize len = 0;
  char *keywords;

  if (event->base.type != IMAP_EVENT_RESPONSE || event->response->type != IMAP_RESPONSE_FETCH)
    return;
  fetch = event->response->fetch;
  section = engine_imap_header_section (fetch);
  if (!section)
    engine_imap_note_flags (imap, fetch);
  if (!(fetch->items & IMAP_FETCH_UID) || !section || engine_imap_is_stand_in (fetch, section))
    return;
  if (section->data.bytes)
    bytes = g_bytes_get_data (section->data.bytes, &len);
  letter = engine_letter_from_headers (bytes, len);
  letter->record.folder = imap->folder->id;
  letter->record.uidvalidity = imap->uidvalidity;
  letter->record.uid = fetch->uid;
  letter->record.modseq = fetch->modseq;
  letter->record.flags = engine_imap_flags (&fetch->flags, &keywords);
  letter->record.size = fetch->size;
  letter->record.arrived = engine_imap_arrived (fetch, letter);
  engine_letter_own_keywords (letter, keywords);
  engine_imap_take_extras (fetch, letter);
  if (fetching->uids)
    g_array_append_val (fetching->uids, fetch->uid);
  g_ptr_array_add (fetching->rows->letters, letter);
  fetching->rows->weight += ROW_TIMES * len + ROW_MORE;
  fetching->done++;
  if (imap->work.messages && !fetching->again)
    ++*imap->work.messages;
  if (fetching->rows->letters->len >= ROWS_A_JOB)
    send_rows (imap, fetching);
}

typedef struct
{
  guint64 exchange;
  const guint32 *uids;
  guint n;
} Batch;

static ImapCommand *
fetch_command (EngineImap *imap, ImapSet *set)
{
  ImapCommand *command = imap_command_fetch (
      set, IMAP_FETCH_UID | IMAP_FETCH_FLAGS | IMAP_FETCH_INTERNALDATE | IMAP_FETCH_SIZE);

  engine_imap_ask_extras (imap, command);
  imap_command_add_section (command, FIELDS, TRUE);
  return command;
}

static Batch
submit_batch (EngineImap *imap, const guint32 *uids, guint n)
{
  g_autoptr (ImapSet) set = engine_imap_set (uids, n);

  return (Batch){ engine_imap_submit (imap, fetch_command (imap, set)), uids, n };
}

/* The next batch below @end (an index into @uids, exclusive), which moves down. */
static Batch
submit_next (EngineImap *imap, GArray *uids, guint *end, guint most)
{
  guint n = MIN (*end, most);

  while (n > 1 && !engine_imap_fits_line (&g_array_index (uids, guint32, *end - n), n))
    n /= 2;
  *end -= n;
  return submit_batch (imap, &g_array_index (uids, guint32, *end), n);
}

/* As with whole letters (engine-imap-body.c): refused, a batch is asked for by halves. */
static gboolean
wait_batch (
    EngineImap *imap, Fetching *fetching, const Batch *batch, const char *what, GError **error)
{
  guint half = batch->n / 2;
  GError *local = NULL;
  Batch upper, lower;

  if (engine_imap_wait_ok (imap, batch->exchange, what, &local))
    {
      fetching->refused.alone = 0;
      return TRUE;
    }
  if (net_session_is_over (imap->session))
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (!engine_imap_bear_refusal (&fetching->refused, local, batch->n, error))
    return FALSE;
  if (batch->n == 1)
    return TRUE;
  upper = submit_batch (imap, batch->uids + half, batch->n - half);
  if (!wait_batch (imap, fetching, &upper, what, error))
    return FALSE;
  lower = submit_batch (imap, batch->uids, half);
  return wait_batch (imap, fetching, &lower, what, error);
}

static gboolean
must_yield (EngineImap *imap)
{
  return engine_bulk_has_failed (imap->bulk) ||
         (imap->work.urgent && imap->work.urgent (imap->work.data));
}

static gboolean
run_batches (EngineImap *imap, Fetching *fetching, GArray *uids, gboolean *complete, GError **error)
{
  Batch batches[ON_THE_WAY];
  guint begun = 0, ended = 0, end = uids->len, limit = engine_imap_message_limit (imap);
  g_autofree char *what = g_strdup_printf (
      _ ("%s does not give the headers in “%s”"), imap->info->host, imap->folder->name);
  g_autofree char *activity = g_strdup_printf (_ ("Reading headers in “%s”"), imap->folder->name);

  engine_imap_measure_begin (imap);
  while (end > 0 || ended < begun)
    {
      if (end > 0 && begun - ended < ON_THE_WAY && (fetching->again || !must_yield (imap)) &&
          !engine_imap_compression_pays (imap))
        {
          batches[begun % ON_THE_WAY] =
              submit_next (imap, uids, &end, MIN (begun == 0 ? FIRST_BATCH : BATCH, limit));
          begun++;
          continue;
        }
      if (ended == begun && engine_imap_compression_pays (imap))
        {
          if (!engine_imap_compress (imap, error))
            return FALSE;
          continue;
        }
      if (ended == begun)
        break;
      if (!wait_batch (imap, fetching, &batches[ended % ON_THE_WAY], what, error))
        return FALSE;
      send_rows (imap, fetching);
      ended++;
      engine_imap_measure (imap);
      if (imap->work.progress)
        imap->work.progress (activity, fetching->done, fetching->total, imap->work.data);
    }
  *complete = end == 0;
  return TRUE;
}

static gboolean
fetch_rows (
    EngineImap *imap, GArray *uids, GArray *met, gboolean again, gboolean *complete, GError **error)
{
  Fetching fetching = { rows_new (imap), 0, uids->len, met, again, { NULL, 0 } };
  gboolean good;

  imap->func = fetching_func;
  imap->func_data = &fetching;
  good = run_batches (imap, &fetching, uids, complete, error);
  imap->func = NULL;
  send_rows (imap, &fetching);
  rows_free (fetching.rows);
  g_hash_table_remove_all (imap->streams);
  /* The others are written before it is told. */
  if (good && fetching.refused.first)
    {
      good = FALSE;
      if (engine_bulk_finish (imap->bulk, error))
        g_propagate_error (error, g_steal_pointer (&fetching.refused.first));
    }
  g_clear_error (&fetching.refused.first);
  return good;
}

gboolean
engine_imap_headers (EngineImap *imap, GArray *uids, gboolean *complete, GError **error)
{
  return fetch_rows (imap, uids, NULL, FALSE, complete, error);
}

gboolean
engine_imap_headers_again (EngineImap *imap, GArray *uids, GArray *met, GError **error)
{
  gboolean complete;

  return fetch_rows (imap, uids, met, TRUE, &complete, error) &&
         engine_bulk_finish (imap->bulk, error);
}

gboolean
engine_imap_newest (EngineImap *imap, guint n, GArray *uids, GError **error)
{
  Fetching fetching = { rows_new (imap), 0, n, uids, FALSE, { NULL, 0 } };
  g_autoptr (ImapSet) all = imap_set_new ();
  ImapCommand *command;
  g_autofree char *what = g_strdup_printf (
      _ ("%s does not give the headers in “%s”"), imap->info->host, imap->folder->name);
  gboolean good;

  imap_set_add (all, 1, IMAP_SET_LAST);
  command = fetch_command (imap, all);
  command->partial_from = -1;
  command->partial_to = -(gint64) n;
  imap->func = fetching_func;
  imap->func_data = &fetching;
  good = engine_imap_run (imap, command, what, error);
  imap->func = NULL;
  send_rows (imap, &fetching);
  rows_free (fetching.rows);
  g_hash_table_remove_all (imap->streams);
  g_array_sort (uids, engine_imap_compare_uids);
  return good;
}
