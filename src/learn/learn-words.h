/* Words of IMAP's extensions that the core reads over, because no session of ours needs them, and
 * that people want explained all the same. For this folder only. */
#pragma once

#include "base-part.h"
#include "learn-catalogue.h"

G_BEGIN_DECLS

/* Adds parts for words of the line that no part in @parts covers: as the catalogue knows them in
 * lines of that kind, else as values. @parts: of an IMAP line, as its core found them. */
void
learn_words_add (BaseParts *parts, const char *line, gsize len, const LearnCatalogue *catalogue);

G_END_DECLS
