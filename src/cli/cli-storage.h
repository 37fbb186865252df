/* Where an account's letters are, for a terminal. Both print, and return the exit code. */
#pragma once

#include "cli.h"

G_BEGIN_DECLS

/* What is here, what is there, what is nowhere else, and what would be lost. */
int cli_storage_summary (EngineAccount *account, gboolean json);
/* A row a letter, a column a place; @id 0: all letters. */
int cli_storage_table (EngineAccount *account, gint64 id, gboolean json);

G_END_DECLS
