/* One direction of a connection on its way into the ring: what may be kept of each span, and the
 * body that is passing by. For the tap alone, whose lock is held. */
#pragma once

#include "wire-record.h"

G_BEGIN_DECLS

typedef struct _WirePack WirePack;

/* @public_secrets: their bytes are kept too. */
WirePack *wire_pack_new (BaseDirection direction, gboolean public_secrets);
void wire_pack_free (WirePack *pack);

/* @n spans that follow each other without gaps. @bytes: all of theirs; may be %NULL for secrets. */
void wire_pack_add (WirePack *pack, const BaseSpan *spans, guint n, const guint8 *bytes);
/* Something else happened: a body that is passing by is told up to here. */
void wire_pack_end (WirePack *pack);
/* Whether these spans would not follow what was added: the tap was off meanwhile. Then comes
 * wire_pack_end(), and what it leaves to take, before them. */
gboolean wire_pack_has_gap (const WirePack *pack, const BaseSpan *spans);
/* What is whole since the last call, as one record; %NULL: nothing. (transfer full) */
WireRecord *wire_pack_take (WirePack *pack);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WirePack, wire_pack_free)

G_END_DECLS
