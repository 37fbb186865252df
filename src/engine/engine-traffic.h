/* Accounting on disk: what the tap summed up of an account's connections goes into its database. */
#pragma once

#include "engine-account.h"

G_BEGIN_DECLS

/* Writes what was summed up since the last time; nothing to write is no error. From the owner of
 * the account; waits for the write, which is small. */
gboolean engine_traffic_save (EngineAccount *account, GError **error);

G_END_DECLS
