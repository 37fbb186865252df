/* A run of bulk writes that stand or fall together: once one has failed, those behind it are passed
 * over, so that nothing is marked as done that was not written. Also letters too large to be held
 * whole: their bytes go to the store as they come. Used by one connection's thread. */
#pragma once

#include "engine-letter.h"
#include "store-mailbase.h"

G_BEGIN_DECLS

typedef struct _EngineBulk EngineBulk;

/* @priority: STORE_PRIORITY_CLICK where a person waits for it. */
EngineBulk *engine_bulk_new (StoreMailbase *mailbase, StorePriority priority);
void engine_bulk_free (EngineBulk *bulk); /* what is queued is still written */

/* Queues @func with @data (transfer full: @destroy); blocks while the writer's queue is full, which
 * is what slows a fast server down. */
void engine_bulk_queue (
    EngineBulk *bulk, gsize weight, StoreTxFunc func, gpointer data, GDestroyNotify destroy);
/* Cheap: whether something has failed already. */
gboolean engine_bulk_has_failed (EngineBulk *bulk);
/* Waits until all is committed; the first error. A new run may begin. */
gboolean engine_bulk_finish (EngineBulk *bulk, GError **error);

/* A letter that streams into the store. */
typedef struct _EngineStream EngineStream;
EngineStream *engine_stream_new (EngineBulk *bulk);
void engine_stream_append (EngineStream *stream, gconstpointer bytes, gsize len);
/* All has come: the letter as its first bytes tell of it. (transfer full) */
EngineLetter *engine_stream_end (EngineStream *stream);
/* What publishing it will still write, once ended. */
gsize engine_stream_weight (EngineStream *stream);
/* On the writer's thread: publishes it and says which source it is. */
gboolean engine_stream_publish (EngineStream *stream, StoreTx *tx, gint64 *source, GError **error);
EngineStream *engine_stream_ref (EngineStream *stream);
/* The last unref of one never published discards it. */
void engine_stream_unref (EngineStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineBulk, engine_bulk_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineStream, engine_stream_unref)

G_END_DECLS
