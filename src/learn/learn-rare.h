/* IMAP's rarest extensions, whose words mean what they do by their place in the line: notes on
 * messages (RFC 5257), letters put together on the server (RFC 4469), converted parts (RFC 5259),
 * signed addresses (RFC 5524) and results kept current (RFC 5267). For this folder only. */
#pragma once

#include "base-part.h"

G_BEGIN_DECLS

/* The catalogue's id of the word at @from, @len bytes long; @parts: those before it, too. NULL: the
 * line is of another kind, or the word means what it does elsewhere. */
const char *learn_rare_id (const BaseParts *parts, const char *line, gsize from, gsize len);

G_END_DECLS
