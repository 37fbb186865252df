/* What a folder is for, guessed from its name where the server does not say (RFC 6154). */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

/* @name: the whole name; only what follows the last @delimiter counts. */
StoreRole engine_role_guess (const char *name, const char *delimiter);

G_END_DECLS
