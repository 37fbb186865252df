/* A message on its way out: read in pieces when the connection has room, never held whole.
 * The engine makes one from the store, the tests from memory. Read by one thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BaseBody BaseBody;

/* Fills @buffer with up to @len bytes; returns how many, 0 at the end, -1 with @error set. */
typedef gssize (*BaseBodyRead) (gpointer data, guint8 *buffer, gsize len, GError **error);

/* @size is the exact number of bytes @read will give; reading more or fewer is an error. */
BaseBody *base_body_new (guint64 size, BaseBodyRead read, gpointer data, GDestroyNotify destroy);
BaseBody *base_body_new_from_bytes (GBytes *bytes);
BaseBody *base_body_ref (BaseBody *body);
void base_body_unref (BaseBody *body);

guint64 base_body_size (const BaseBody *body);
/* As BaseBodyRead; fails with %BASE_CORE_ERROR_LIMIT when the source does not hold what it said. */
gssize base_body_read (BaseBody *body, guint8 *buffer, gsize len, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseBody, base_body_unref)

G_END_DECLS
