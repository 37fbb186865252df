/* A queue of bytes: appended at the end, consumed at the front, contiguous in between. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BaseBuffer BaseBuffer;

BaseBuffer *base_buffer_new (void);
void base_buffer_free (BaseBuffer *buffer);

void base_buffer_append (BaseBuffer *buffer, gconstpointer bytes, gsize len);
/* What is queued; valid until the next append or consume. Not NUL-terminated. */
const guint8 *base_buffer_peek (const BaseBuffer *buffer, gsize *len);
gsize base_buffer_length (const BaseBuffer *buffer);
/* Drops @len bytes at the front and wipes them: they may have been secret. */
void base_buffer_consume (BaseBuffer *buffer, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseBuffer, base_buffer_free)

G_END_DECLS
