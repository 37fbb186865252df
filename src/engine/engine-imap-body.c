/* Whole letters. Small ones come in batches, two on the way at a time; a literal above the core's
 * limit streams into the store while it arrives, whose letter is known when its response ends. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"

#define BATCH_LETTERS 200
#define BATCH_BYTES (4 * 1024 * 1024)
/* Until the line's speed is known. */
#define SMALL_BATCH_BYTES (512 * 1024)
#define JOB_BYTES (1024 * 1024)
#define ON_THE_WAY 2

typedef struct
{
  gint64 message;
  guint32 uid;
  EngineLetter *letter;
  EngineStream *stream; /* nullable: where its bytes are */
} Body;

typedef struct
{
  GArray *bodies; /* Body */
  gsize weight;
  BaseCause *cause;
} Bodies;

static void
body_clear (gpointer data)
{
  Body *body = data;

  g_clear_pointer (&body->letter, engine_letter_free);
  g_clear_pointer (&body->stream, engine_stream_unref);
}

static void
bodies_free (gpointer data)
{
  Bodies *bodies = data;

  g_array_unref (bodies->bodies);
  base_cause_unref (bodies->cause);
  g_free (bodies);
}

static Bodies *
bodies_new (EngineImap *imap)
{
  Bodies *bodies = g_new0 (Bodies, 1);

  bodies->bodies = g_array_new (FALSE, FALSE, sizeof (Body));
  g_array_set_clear_func (bodies->bodies, body_clear);
  bodies->cause = base_cause_ref (imap->cause);
  return bodies;
}

static gboolean
write_bodies (StoreTx *tx, gpointer data, GError **error)
{
  Bodies *bodies = data;

  for (guint i = 0; i < bodies->bodies->len; i++)
    {
      Body *body = &g_array_index (bodies->bodies, Body, i);

      if (body->stream
              ? !engine_stream_publish (body->stream, tx, &body->letter->record.source, error)
              : !engine_letter_write_source (body->letter, tx, error))
        return FALSE;
      if (!store_tx_set_source (tx,
                                body->message,
                                body->letter->record.source,
                                body->letter->record.preview,
                                body->letter->record.attachments,
                                bodies->cause,
                                "UID FETCH",
                                error))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  GHashTable *wanted; /* guint32 uid → StoreMissing */
  Bodies *bodies;
  GArray *strange; /* Body: not the letters that are known by these UIDs, as it seems */
  guint got;
  EngineImapRefused refused;
  guint32 suspect; /* the next to come when the server ended the connection; 0: none */
} Fetching;

static void
send_bodies (EngineImap *imap, Fetching *fetching)
{
  if (fetching->bodies->bodies->len == 0)
    return;
  engine_bulk_queue (
      imap->bulk, fetching->bodies->weight, write_bodies, fetching->bodies, bodies_free);
  fetching->bodies = bodies_new (imap);
}

/* A letter of no bytes at all is still a letter. */
static gboolean
take_section (EngineImap *imap, const ImapSection *section, Body *body)
{
  gpointer key, found;

  if (section->data.stream)
    {
      if (!g_hash_table_steal_extended (imap->streams, &section->data.stream, &key, &found))
        return FALSE;
      g_free (key);
      body->stream = found;
      body->letter = engine_stream_end (body->stream);
      return TRUE;
    }
  if (!section->data.bytes)
    return FALSE;
  body->letter = engine_letter_from_source (section->data.bytes);
  engine_letter_pack (body->letter);
  return TRUE;
}

static void
take_body (EngineImap *imap, Fetching *fetching, const Body *body)
{
  fetching->bodies->weight +=
      body->stream ? engine_stream_weight (body->stream) : store_pack_weight (body->letter->pack);
  g_array_append_vals (fetching->bodies->bodies, body, 1);
  fetching->got++;
  if (imap->work.bodies)
    ++*imap->work.bodies;
  if (fetching->bodies->weight >= JOB_BYTES)
    send_bodies (imap, fetching);
}

/* Servers count bytes in many ways, so it is the Message-ID that tells; without one, whatever
 * differs is worth a look. */
static gboolean
is_strange (const StoreMissing *missing, const EngineLetter *letter)
{
  guint name = store_missing_name (letter->record.message_id);

  return missing->name != name ||
         (name == 0 && missing->size != 0 && missing->size != letter->record.size);
}

/* Bytes under a UID are nobody else's: where the header there is another than the row's by now,
 * what came is not that letter's. One whose own header says otherwise is as it is. */
static gboolean
look_at_strange (EngineImap *imap, Fetching *fetching, GError **error)
{
  guint n = fetching->strange->len;
  g_autofree guint32 *uids = g_new (guint32, n);
  g_autofree gint64 *messages = g_new (gint64, n);
  g_autofree EngineSame *found = g_new0 (EngineSame, n);
  gboolean rebuilt = FALSE;

  for (guint i = 0; i < n; i++)
    {
      uids[i] = g_array_index (fetching->strange, Body, i).uid;
      messages[i] = g_array_index (fetching->strange, Body, i).message;
    }
  if (!engine_imap_compare (imap, uids, messages, n, found, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      Body *body = &g_array_index (fetching->strange, Body, i);

      rebuilt = rebuilt || found[i] == ENGINE_SAME_OTHER;
      if (found[i] != ENGINE_SAME_YES)
        continue;
      take_body (imap, fetching, body);
      *body = (Body){ 0 };
    }
  /* The first connection will find out. */
  return !rebuilt || imap->reading || engine_imap_doubt (imap, error);
}

static void
fetching_func (EngineImap *imap, ImapEvent *event, gpointer data)
{
  Fetching *fetching = data;
  const ImapFetch *fetch;
  const ImapSection *section;
  gpointer found, key;
  g_autofree StoreMissing *missing = NULL;
  Body body = { 0 };

  if (event->base.type != IMAP_EVENT_RESPONSE || event->response->type != IMAP_RESPONSE_FETCH)
    return;
  fetch = event->response->fetch;
  section = imap_fetch_section (fetch, "");
  if (!section)
    engine_imap_note_flags (imap, fetch);
  if (!(fetch->items & IMAP_FETCH_UID) || !section || engine_imap_is_stand_in (fetch, section) ||
      !g_hash_table_steal_extended (fetching->wanted, GUINT_TO_POINTER (fetch->uid), &key, &found))
    return;
  missing = found;
  body.message = missing->message;
  body.uid = missing->uid;
  if (!take_section (imap, section, &body))
    return;
  if (is_strange (missing, body.letter))
    g_array_append_val (fetching->strange, body);
  else
    take_body (imap, fetching, &body);
}

guint
engine_imap_batch (const StoreMissing *missing, guint n, guint first, guint64 limit)
{
  guint64 bytes = 0;
  guint i;

  for (i = first; i < n && i - first < BATCH_LETTERS; i++)
    {
      bytes += missing[i].size;
      if (i > first && bytes > limit)
        break;
    }
  return i - first;
}

static guint64
submit_batch (EngineImap *imap, const StoreMissing *missing, guint n)
{
  g_autoptr (ImapSet) set = imap_set_new ();
  ImapCommand *command;

  for (guint i = n; i > 0; i--)
    imap_set_add (set, missing[i - 1].uid, missing[i - 1].uid);
  command = imap_command_fetch (set, IMAP_FETCH_UID);
  imap_command_add_section (command, "", TRUE);
  return engine_imap_submit (imap, command);
}

/* The lowest that has not come: they come in the order of their UIDs. */
static guint32
first_wanted (const Fetching *fetching, const StoreMissing *missing, guint n)
{
  guint32 first = 0;

  for (guint i = 0; i < n; i++)
    if ((first == 0 || missing[i].uid < first) &&
        g_hash_table_contains (fetching->wanted, GUINT_TO_POINTER (missing[i].uid)))
      first = missing[i].uid;
  return first;
}

/* Waits for a batch. One letter that a server cannot give is no reason to do without the others:
 * refused, the batch is asked for again by halves, until that one is alone. */
static gboolean
wait_batch (EngineImap *imap,
            Fetching *fetching,
            guint64 exchange,
            const StoreMissing *missing,
            guint n,
            const char *what,
            GError **error)
{
  GError *local = NULL;

  if (engine_imap_wait_ok (imap, exchange, what, &local))
    {
      fetching->refused.alone = 0;
      return TRUE;
    }
  if (net_session_is_over (imap->session))
    {
      /* The line may be cut anywhere; it is the server's goodbye that tells something. */
      if (g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_TEMPORARY))
        fetching->suspect = first_wanted (fetching, missing, n);
      g_propagate_error (error, local);
      return FALSE;
    }
  if (!engine_imap_bear_refusal (&fetching->refused, local, n, error))
    return FALSE;
  return n == 1 ||
         (wait_batch (
              imap, fetching, submit_batch (imap, missing, n / 2), missing, n / 2, what, error) &&
          wait_batch (imap,
                      fetching,
                      submit_batch (imap, missing + n / 2, n - n / 2),
                      missing + n / 2,
                      n - n / 2,
                      what,
                      error));
}

static gboolean
must_yield (EngineImap *imap)
{
  return engine_bulk_has_failed (imap->bulk) ||
         (imap->work.urgent && imap->work.urgent (imap->work.data));
}

static gboolean
run_batches (
    EngineImap *imap, Fetching *fetching, const StoreMissing *missing, guint n, GError **error)
{
  guint64 exchanges[ON_THE_WAY];
  guint firsts[ON_THE_WAY], sizes[ON_THE_WAY];
  guint begun = 0, ended = 0, next = 0;
  g_autofree char *what = g_strdup_printf (
      _ ("%s does not give the messages in “%s”"), imap->info->host, imap->folder->name);
  g_autofree char *activity =
      g_strdup_printf (_ ("Downloading messages of “%s”"), imap->folder->name);

  engine_imap_measure_begin (imap);
  while (next < n || ended < begun)
    {
      if (next < n && begun - ended < ON_THE_WAY && (begun == 0 || !must_yield (imap)) &&
          fetching->strange->len == 0 && !engine_imap_compression_pays (imap))
        {
          guint size = engine_imap_batch (
              missing, n, next, imap->speed.known ? BATCH_BYTES : SMALL_BATCH_BYTES);

          firsts[begun % ON_THE_WAY] = next;
          sizes[begun % ON_THE_WAY] = size;
          exchanges[begun++ % ON_THE_WAY] = submit_batch (imap, missing + next, size);
          next += size;
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
      if (!wait_batch (imap,
                       fetching,
                       exchanges[ended % ON_THE_WAY],
                       missing + firsts[ended % ON_THE_WAY],
                       sizes[ended % ON_THE_WAY],
                       what,
                       error))
        return FALSE;
      ended++;
      engine_imap_measure (imap);
      if (imap->work.progress)
        imap->work.progress (activity, fetching->got, n, imap->work.data);
    }
  return TRUE;
}

gboolean
engine_imap_bodies (
    EngineImap *imap, const StoreMissing *missing, guint n, guint *got, GError **error)
{
  Fetching fetching = {
    .wanted = g_hash_table_new_full (NULL, NULL, NULL, g_free),
    .bodies = bodies_new (imap),
    .strange = g_array_new (FALSE, FALSE, sizeof (Body)),
  };
  gboolean good;

  g_array_set_clear_func (fetching.strange, body_clear);
  for (guint i = 0; i < n; i++)
    g_hash_table_insert (fetching.wanted,
                         GUINT_TO_POINTER (missing[i].uid),
                         g_memdup2 (&missing[i], sizeof missing[i]));
  imap->func = fetching_func;
  imap->func_data = &fetching;
  good = run_batches (imap, &fetching, missing, n, error);
  imap->func = NULL;
  if (good && fetching.strange->len > 0)
    good = look_at_strange (imap, &fetching, error);
  g_array_unref (fetching.strange);
  send_bodies (imap, &fetching);
  bodies_free (fetching.bodies);
  g_hash_table_unref (fetching.wanted);
  g_hash_table_remove_all (imap->streams);
  if (got)
    *got = fetching.got;
  if (good && fetching.refused.first)
    {
      good = FALSE;
      g_propagate_error (error, g_steal_pointer (&fetching.refused.first));
    }
  g_clear_error (&fetching.refused.first);
  if (fetching.suspect != 0 && imap->folder)
    engine_imap_suspect (imap, fetching.suspect);
  return engine_bulk_finish (imap->bulk, good ? error : NULL) && good;
}
