/* A stream's `source` is touched on the writer's thread only; jobs of one run are done in order. */
#include "config.h"

#include "engine-bulk.h"

#define JOB_WEIGHT 128

typedef struct
{
  gatomicrefcount ref_count;
  gint failed; /* atomic */
  GError *why; /* atomic pointer, set once; of this run, and of no other connection's */
} Fate;

struct _EngineBulk
{
  StoreMailbase *mailbase;
  StorePriority priority;
  Fate *fate;
};

typedef struct
{
  Fate *fate;
  StoreTxFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Job;

struct _EngineStream
{
  gatomicrefcount ref_count;
  StoreMailbase *mailbase;
  StorePriority priority;
  EngineBulk *bulk; /* of the connection's thread */
  Fate *fate;
  StorePack *pack;    /* the connection's thread until it has ended, then the writer's */
  gboolean begun;     /* it has more than a chunk, so its source is begun before its end */
  gint64 source;      /* writer's thread */
  gboolean published; /* writer's thread */
};

static Fate *
fate_ref (Fate *fate)
{
  g_atomic_ref_count_inc (&fate->ref_count);
  return fate;
}

static Fate *
fate_new (void)
{
  Fate *fate = g_new0 (Fate, 1);

  g_atomic_ref_count_init (&fate->ref_count);
  return fate;
}

static void
fate_unref (Fate *fate)
{
  if (!g_atomic_ref_count_dec (&fate->ref_count))
    return;
  g_clear_error (&fate->why);
  g_free (fate);
}

EngineBulk *
engine_bulk_new (StoreMailbase *mailbase, StorePriority priority)
{
  EngineBulk *bulk = g_new0 (EngineBulk, 1);

  bulk->priority = priority;
  bulk->mailbase = store_mailbase_ref (mailbase);
  bulk->fate = fate_new ();
  return bulk;
}

void
engine_bulk_free (EngineBulk *bulk)
{
  store_mailbase_unref (bulk->mailbase);
  fate_unref (bulk->fate);
  g_free (bulk);
}

static gboolean
run_job (StoreTx *tx, gpointer data, GError **error)
{
  Job *job = data;

  if (g_atomic_int_get (&job->fate->failed))
    return TRUE;
  if (job->func (tx, job->data, error))
    return TRUE;
  g_atomic_int_set (&job->fate->failed, 1);
  return FALSE;
}

/* The commit itself may fail after every function in it succeeded. */
static void
job_done (const GError *error, gpointer data)
{
  Job *job = data;
  GError *why;

  if (!error)
    return;
  why = g_error_copy (error);
  g_atomic_int_set (&job->fate->failed, 1);
  if (!g_atomic_pointer_compare_and_exchange (&job->fate->why, NULL, why))
    g_error_free (why);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->destroy)
    job->destroy (job->data);
  fate_unref (job->fate);
  g_free (job);
}

void
engine_bulk_queue (
    EngineBulk *bulk, gsize weight, StoreTxFunc func, gpointer data, GDestroyNotify destroy)
{
  Job *job = g_new0 (Job, 1);

  job->fate = fate_ref (bulk->fate);
  job->func = func;
  job->data = data;
  job->destroy = destroy;
  store_mailbase_queue (
      bulk->mailbase, bulk->priority, weight + JOB_WEIGHT, run_job, job_done, job, job_free, FALSE);
}

gboolean
engine_bulk_has_failed (EngineBulk *bulk)
{
  return g_atomic_int_get (&bulk->fate->failed) != 0;
}

static gboolean
write_nothing (StoreTx *tx, gpointer data, GError **error)
{
  return TRUE;
}

gboolean
engine_bulk_finish (EngineBulk *bulk, GError **error)
{
  gboolean good =
      store_mailbase_write (bulk->mailbase, bulk->priority, FALSE, write_nothing, NULL, error);
  GError *why = g_atomic_pointer_get (&bulk->fate->why);

  /* Jobs of one priority are done in order: when this one was, all that were queued before it were.
   */
  if (good && why)
    {
      g_propagate_error (error, g_error_copy (why));
      good = FALSE;
    }
  fate_unref (bulk->fate);
  bulk->fate = fate_new ();
  return good;
}

static gboolean
stream_begin (StoreTx *tx, gpointer data, GError **error)
{
  EngineStream *stream = data;

  return store_tx_source_begin (tx, &stream->source, error);
}

static void
stream_release (gpointer data)
{
  engine_stream_unref (data);
}

EngineStream *
engine_stream_new (EngineBulk *bulk)
{
  EngineStream *stream = g_new0 (EngineStream, 1);

  g_atomic_ref_count_init (&stream->ref_count);
  /* Not a reference: a stream may end on the writer's thread, which cannot wait for itself. */
  stream->mailbase = bulk->mailbase;
  stream->priority = bulk->priority;
  stream->bulk = bulk;
  stream->fate = fate_ref (bulk->fate);
  stream->pack = store_pack_new ();
  return stream;
}

EngineStream *
engine_stream_ref (EngineStream *stream)
{
  g_atomic_ref_count_inc (&stream->ref_count);
  return stream;
}

static gboolean
stream_discard (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_source_discard (tx, *(gint64 *) data, error);
}

void
engine_stream_unref (EngineStream *stream)
{
  if (!g_atomic_ref_count_dec (&stream->ref_count))
    return;
  /* This may be the writer's own thread, which must not wait for room in its queue; what is not
   * discarded now is collected when the account is opened next. */
  if (stream->source && !stream->published)
    {
      gint64 *source = g_memdup2 (&stream->source, sizeof stream->source);

      if (!store_mailbase_queue (stream->mailbase,
                                 stream->priority,
                                 JOB_WEIGHT,
                                 stream_discard,
                                 NULL,
                                 source,
                                 g_free,
                                 TRUE))
        g_free (source);
    }
  fate_unref (stream->fate);
  store_pack_free (stream->pack);
  g_free (stream);
}

typedef struct
{
  EngineStream *stream;
  StoreChunk *chunk;
} Piece;

static gboolean
stream_write (StoreTx *tx, gpointer data, GError **error)
{
  Piece *piece = data;

  return store_tx_source_chunk (tx, piece->stream->source, piece->chunk, error);
}

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  engine_stream_unref (piece->stream);
  store_chunk_free (piece->chunk);
  g_free (piece);
}

void
engine_stream_append (EngineStream *stream, gconstpointer bytes, gsize len)
{
  StoreChunk *chunk;

  store_pack_add (stream->pack, bytes, len);
  while ((chunk = store_pack_take (stream->pack)) != NULL)
    {
      Piece *piece = g_new0 (Piece, 1);

      if (!stream->begun)
        engine_bulk_queue (
            stream->bulk, 0, stream_begin, engine_stream_ref (stream), stream_release);
      stream->begun = TRUE;
      piece->stream = engine_stream_ref (stream);
      piece->chunk = chunk;
      engine_bulk_queue (
          stream->bulk, g_bytes_get_size (chunk->bytes), stream_write, piece, piece_free);
    }
}

EngineLetter *
engine_stream_end (EngineStream *stream)
{
  store_pack_end (stream->pack);
  return engine_letter_from_head (store_pack_head (stream->pack), store_pack_size (stream->pack));
}

gsize
engine_stream_weight (EngineStream *stream)
{
  return store_pack_weight (stream->pack);
}

gboolean
engine_stream_publish (EngineStream *stream, StoreTx *tx, gint64 *source, GError **error)
{
  if (stream->source ? !store_tx_source_publish (tx, stream->source, stream->pack, error)
                     : !store_tx_source_put (tx, stream->pack, &stream->source, error))
    return FALSE;
  stream->published = TRUE;
  *source = stream->source;
  return TRUE;
}
