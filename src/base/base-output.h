/* What a core has to say and nobody has taken yet: bytes, and bodies that are read when there is
 * room for them; and the gate, behind which exchanges wait until they are released. For base-core
 * only. */
#pragma once

#include "base-body.h"
#include "base-chunk.h"

G_BEGIN_DECLS

typedef struct _BaseOutput BaseOutput;

BaseOutput *base_output_new (void);
void base_output_free (BaseOutput *output);

/* @bytes is (transfer full). */
void base_output_add_bytes (
    BaseOutput *output, BaseSpanKind kind, guint64 exchange, GBytes *bytes, gboolean ends_line);
/* @dots: it is dot-stuffed, and ended so that a lone dot may follow. */
void base_output_add_body (BaseOutput *output, guint64 exchange, BaseBody *body, gboolean dots);

/* The next chunk, at most @max bytes of a body at a time; %NULL without an error: nothing is there,
 * or it waits at the gate; %NULL with @error: a body's source failed. (transfer full) */
BaseChunk *base_output_take (BaseOutput *output, gsize max, GError **error);
/* Nothing is queued (what waits at the gate counts as queued). */
gboolean base_output_is_empty (const BaseOutput *output);
/* Something of @exchange is queued. */
gboolean base_output_has (const BaseOutput *output, guint64 exchange);

/* Exchanges from @first on wait; 0 opens the gate. */
void base_output_set_gate (BaseOutput *output, guint64 first);
/* The first exchange that waits; 0: the gate is open. */
guint64 base_output_gate (const BaseOutput *output);
/* There is something, and it waits at the gate. */
gboolean base_output_is_held (const BaseOutput *output);
/* The first bytes that wait at the gate, with the offset they would have. (transfer full) */
BaseChunk *base_output_peek_held (const BaseOutput *output);
/* Whether all that is queued of @exchange is one plain line that waits at the gate. */
gboolean base_output_is_held_line (const BaseOutput *output, guint64 exchange);
/* Puts @bytes (transfer none) in the place of such a line. */
void base_output_replace_line (BaseOutput *output, guint64 exchange, GBytes *bytes);

G_END_DECLS
