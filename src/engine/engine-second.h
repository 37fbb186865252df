/* An account's second IMAP connection, which only reads: what a person wants to see does not wait
 * behind what the first one downloads, and a long download is shared where the line is what is
 * waited for. It is an extra: a server that allows one connection is not asked for another for an
 * hour, nobody is told of an error, and the first does everything. */
#pragma once

#include "engine-account-private.h"
#include "engine-imap.h"

G_BEGIN_DECLS

/* Connects and signs in; @priority: of what it writes. %NULL with the error set: do it over the
 * first one (ENGINE_ERROR_TEMPORARY also where the server was asked a while ago and refused).
 * (transfer full) */
EngineImap *engine_second_open (EngineAccount *account,
                                const BaseCause *cause,
                                GCancellable *cancellable,
                                const EngineWork *work,
                                StorePriority priority,
                                GError **error);
/* Opens the folder whose UIDs are those of @uidvalidity. %FALSE also where the server's is another,
 * or there is no such folder: the first connection will deal with that. */
gboolean engine_second_select (EngineImap *imap, gint64 folder, guint32 uidvalidity);

G_END_DECLS
