/* Directories that only the user may read, and that a power cut does not take back. Private. */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

/* Makes @path and what is missing above it, with mode 0700, and syncs the entries made. */
gboolean store_directory_make (const char *path, GError **error);
/* It is there, and nothing in it can be made or changed: a read-only file system, or somebody
 * else's folder. */
gboolean store_directory_is_read_only (const char *path);
/* Removes @path and all in it. */
gboolean store_directory_remove (const char *path, GError **error);

G_END_DECLS
