/* What of a line may be shown: everything but the secrets in it, and nothing that plays with the
 * terminal or the text around it. For this folder only. */
#pragma once

#include "base-part.h"

G_BEGIN_DECLS

typedef struct
{
  gsize from, to; /* bytes of the line */
} LearnRange;

/* Whether parts of this id prove who somebody is. */
gboolean learn_secrets_has (const char *id);
/* Where the line is secret, in order; what no grammar could read may still hold a password.
 * (transfer full, element: LearnRange) */
GArray *
learn_secrets_find (const BaseParts *parts, const char *line, gsize len, gboolean by_client);
/* Bytes @from to @to of the line as valid UTF-8 without control characters, with what is secret
 * hidden whatever its length. (transfer full) */
char *learn_secrets_text (const char *line, gsize from, gsize to, const GArray *secrets);

G_END_DECLS
