/* What is known about a line here and now, beyond what the catalogue can know. For this folder
 * only. */
#pragma once

#include "base-core.h"
#include "learn-card.h"

G_BEGIN_DECLS

/* A sentence, or NULL when nothing more is known. @core: after the line. @cause is nullable.
 * (transfer full) */
char *learn_context_text (BaseCore *core,
                          const BaseCause *cause,
                          gboolean by_server,
                          const LearnCard *card);

G_END_DECLS
