/* A queue of records that is bounded in bytes and knows each event by its serial: the serials of
 * what it holds are without gaps. No lock of its own: the tap's is held. */
#pragma once

#include "wire-record.h"

G_BEGIN_DECLS

typedef struct _WireRing WireRing;

WireRing *wire_ring_new (gsize limit);
void wire_ring_free (WireRing *ring);

/* Adds at the end, and drops the oldest while there is more than the limit; but the newest stays,
 * however long it is: a reader must be able to see it. @record: numbered. (transfer full) */
void wire_ring_push (WireRing *ring, WireRecord *record);
/* Of the oldest event that is held; 1 as long as nothing was pushed. */
guint64 wire_ring_first (const WireRing *ring);
guint64 wire_ring_last (const WireRing *ring); /* 0: nothing was pushed */
/* Where the record of this serial is, for wire_ring_get(); wire_ring_length() if there is none. */
guint wire_ring_find (const WireRing *ring, guint64 serial);
guint wire_ring_length (const WireRing *ring);
WireRecord *wire_ring_get (const WireRing *ring, guint position); /* (transfer none) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireRing, wire_ring_free)

G_END_DECLS
