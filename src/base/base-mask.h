/* What is hidden in received lines: secrets that the other side may repeat, raw or in base64. For
 * base-core only. */
#pragma once

#include "base-secret.h"

G_BEGIN_DECLS

typedef struct _BaseMasks BaseMasks;

BaseMasks *base_masks_new (void);
void base_masks_free (BaseMasks *masks);

/* A secret of less than three bytes is not hidden: it would hide half of every line. */
void base_masks_add (BaseMasks *masks, BaseSecret *secret);
/* The first and longest piece of @line that is to be hidden: its length, and where it is in *@at;
 * 0: nothing is. */
gsize base_masks_find (const BaseMasks *masks, const guint8 *line, gsize len, gsize *at);

G_END_DECLS
