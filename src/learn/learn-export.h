/* Exchanges as text for others: for a question in a forum, a report, a lesson. Secrets were never
 * in an exchange's lines; names and addresses go if wished. */
#pragma once

#include "learn-dialogue.h"

G_BEGIN_DECLS

typedef enum
{
  LEARN_EXPORT_TEXT,
  LEARN_EXPORT_MARKDOWN,
  LEARN_EXPORT_JSON,    /* an object an exchange, one on a line */
  LEARN_EXPORT_COMMANDS /* what says the same from a shell: curl, swaks, openssl s_client */
} LearnExportFormat;

/* @exchanges: LearnExchange, in the order they are to stand in. @pseudonyms: names, addresses and
 * hosts are replaced, the same by the same. (transfer full, valid UTF-8) */
char *learn_export (GPtrArray *exchanges, LearnExportFormat format, gboolean pseudonyms);

G_END_DECLS
