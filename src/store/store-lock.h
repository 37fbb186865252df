/* Who owns an account: a lock held for the life of a process, on a file that says whose it is.
 * Private to the store. */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

typedef struct _StoreLock StoreLock;

/* Takes @dir/owner as owner: %STORE_ERROR_OWNED names the process that has it. Or as one of many
 * guests, which never fails for being taken, nor where nothing can be written. Released by freeing,
 * and by the process's death. */
StoreLock *store_lock_take (const char *dir, gboolean own, GError **error);
void store_lock_free (StoreLock *lock);
/* Whether a guest is alive somewhere; asked by the owner. */
gboolean store_lock_has_guests (StoreLock *lock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreLock, store_lock_free)

G_END_DECLS
