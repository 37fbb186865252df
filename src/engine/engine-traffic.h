/* Accounting on disk: what the tap summed up of an account's connections goes into its database. */
#pragma once

#include "store-mailbase.h"
#include "wire-tap.h"

G_BEGIN_DECLS

/* Writes what @tap (nullable) summed up since the last time of @account (its UUID), whose is
 * @mailbase; nothing to write is no error. From the owner of the account; waits for the write,
 * which is small. */
gboolean
engine_traffic_save (StoreMailbase *mailbase, WireTap *tap, const char *account, GError **error);

G_END_DECLS
