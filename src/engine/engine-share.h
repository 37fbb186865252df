/* Two connections share one long download: the second has a thread of its own, and is given every
 * other block of the letters that are missing. Where it is refused, or ends, its share comes over
 * the first in the next round. */
#pragma once

#include "store-read.h"

G_BEGIN_DECLS

typedef struct _EngineAccount EngineAccount;
typedef struct _EngineShare EngineShare;

/* @always: also on a line that is faster than what is at its ends. Nothing is said to the server
 * until there is something to share. @cause lives longer. */
EngineShare *engine_share_new (EngineAccount *account, const BaseCause *cause, gboolean always);
/* Ends what it does, says goodbye and waits for that. What it had on the wire is added to @totals
 * (NetTotals) and *@bodies (nullable). */
void engine_share_free (EngineShare *share, gpointer totals, guint64 *bodies);

/* Whether sharing so many bytes of a line that is @slow would pay. */
gboolean engine_share_pays (EngineShare *share, guint64 bytes, gboolean slow);
/* Takes every other block out of @missing (StoreMissing of one folder) and begins with them. */
void engine_share_begin (EngineShare *share, gint64 folder, guint32 uidvalidity, GArray *missing);
/* Waits until they are committed: how many came. */
guint engine_share_end (EngineShare *share);

G_END_DECLS
