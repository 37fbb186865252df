/* Causes, exchanges and the ledger in people's words, translated. Everything returned is valid
 * UTF-8 without markup; strings are (transfer full) unless said. */
#pragma once

#include "learn-dialogue.h"
#include "learn-measure.h"
#include "store-types.h"

G_BEGIN_DECLS

/* A FETCH of these compares letters with what is known of them (engine-imap-same.c), and brings
 * nothing. */
#define LEARN_COMPARED "HEADER.FIELDS (DATE FROM SUBJECT MESSAGE-ID)"

/* "You opened “lunch?”". @cause NULL: "Nobody asked". */
char *learn_cause_text (const BaseCause *cause);
/* Who speaks in this direction of a connection: "You" and "Server"; where hosts speak to each
 * other, their names. @info: (nullable). (static, translated, or of @info) */
const char *learn_speaker_text (const WireConnection *info, BaseDirection direction);
/* "practice.example → mx.b.example" where hosts speak to each other; %NULL elsewhere. */
char *learn_between_text (const WireConnection *info);
/* A sentence about them: who they are, and that nobody else is one of them; %NULL elsewhere. */
char *learn_between_note (const WireConnection *info);
/* "Fetched “lunch?”", "Signing in", "Collecting letter 3: refused": verb, cause and outcome decide.
 */
char *learn_exchange_title (const LearnExchange *exchange);
/* What changed: "+1 here", "3 leave at QUIT"; "" when nothing did. From the lines alone. */
char *learn_exchange_effect (const LearnExchange *exchange);
/* "42 bytes sent, 1.2 KB received. On the line, compressed and encrypted: 91 bytes and 640 bytes.";
 * NULL before anything was said. */
char *learn_exchange_bytes (const LearnExchange *exchange);
/* "done", "refused", "try again later" … (static, translated) */
const char *learn_outcome_text (BaseOutcome outcome);
/* The same of one exchange: a handshake that is refused is refused by one of the two. */
const char *learn_exchange_outcome_text (const LearnExchange *exchange);
/* "On the server: Inbox", "Copy here since 9:41", "No longer listed by the server (as of 9:41)". */
char *learn_ledger_text (const StoreLedgerEntry *entry);
/* A folder in people's words: "Inbox" for INBOX, others by their last name. @delimiter: one
 * character (nullable). */
char *learn_folder_text (const char *name, const char *delimiter);
/* The same by its role where it has one: "Sent" for [Gmail]/Sent Mail. */
char *learn_folder_title (const StoreFolder *folder);
/* Where a message is now, in one line for the reader's header, from its placements (StoreRow,
 * hidden ones too), the account's folders (StoreFolder) and its ledger (StoreLedgerEntry, oldest
 * first or last). */
char *learn_where_text (const char *protocol,
                        GPtrArray *placements,
                        GPtrArray *folders,
                        GPtrArray *ledger);

G_END_DECLS
