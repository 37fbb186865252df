/* Servers guessed from an address: a table of known providers, then the usual names of its domain.
 */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

/* Fills host, port, security and user of @info for its protocol and email without asking the
 * network; an editable first guess. Returns %FALSE where only usual names could be guessed. */
gboolean engine_guess (StoreAccountInfo *info);

G_END_DECLS
