/* Letters on their way out: how they get into the outbox, and how they are found there. What an
 * attempt to send makes of them is engine-outbox-turn.h. */
#pragma once

#include "engine-letter.h"
#include "store-read.h"

G_BEGIN_DECLS

/* Writes @source as a new outbox entry, or over the draft @id (not 0). @entry's message, id and
 * subject are filled here; the rest is the caller's. */
typedef struct
{
  StoreOutboxEntry entry;
  EngineLetter *letter; /* from the source */
} EngineOutgoing;
/* A StoreTxFunc; @data: EngineOutgoing. */
gboolean engine_outbox_put (StoreTx *tx, gpointer data, GError **error);

/* Entries that a crash left between the dot and its answer, or shortly before (engine-witness.h):
 * they may have been sent, but for those that certainly were not, which wait as before. For the
 * account's owner, before anything is sent or taken back. */
gboolean engine_outbox_recover (StoreMailbase *mailbase, GError **error);

/* Letters of which nobody knows whether they were sent, and which the server shows in Sent (some
 * file them themselves), or in INBOX where they were written to oneself: they were. For the owner,
 * after the server was looked at. */
gboolean engine_outbox_find_fates (StoreMailbase *mailbase,
                                   StoreReader *reader,
                                   const StoreAccountInfo *info,
                                   GError **error);

/* The entry with @id; NULL with ENGINE_ERROR_NOT_FOUND. (transfer full) */
StoreOutboxEntry *engine_outbox_find (StoreReader *reader, gint64 id, GError **error);
/* The oldest entry that is to be sent now, by @mailbase's clock, but @except (0: none); NULL: none.
 * @next: when the next one is due (UTC microseconds; G_MAXINT64: never). (transfer full) */
StoreOutboxEntry *engine_outbox_due (
    StoreMailbase *mailbase, StoreReader *reader, gint64 except, gint64 *next, GError **error);

G_END_DECLS
