/* Causes, exchanges and the ledger in people's words, translated. */
#pragma once

#include "learn-dialogue.h"
#include "store-types.h"

G_BEGIN_DECLS

/* "You opened “lunch?”" (transfer full) */
char *learn_cause_text (const BaseCause *cause);
/* "Fetched “lunch?”", "Signing in", "Collecting letter 3": verb, cause and outcome decide.
 * (transfer full) */
char *learn_exchange_title (const LearnExchange *exchange);
/* What changed: "+1 here", "3 leave at QUIT"; "" when nothing did. From the lines alone. (transfer
 * full) */
char *learn_exchange_effect (const LearnExchange *exchange);
/* "done", "refused", "try again later" … (static, translated) */
const char *learn_outcome_text (BaseOutcome outcome);
/* "On the server: Inbox", "Copy here since 9:41", "No longer listed by the server (as of 9:41)". */
char *learn_ledger_text (const StoreLedgerEntry *entry);
/* Where a message is now, in one line for the reader's header, from its placements (StoreRow,
 * hidden ones too), whether its folder is on the server, and its ledger. */
char *learn_where_text (const char *protocol,
                        GPtrArray *placements,
                        GPtrArray *folders,
                        GPtrArray *ledger);
/* "1.2 MB", "48 KB", "12 bytes"; "0.2 s", "33 ms" */
char *learn_size_text (guint64 bytes);
char *learn_duration_text (gint64 microseconds);

G_END_DECLS
