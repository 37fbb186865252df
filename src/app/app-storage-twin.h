/* POP3 and IMAP on one mailbox: who the other account is, what follows, and what it has of a letter
 * as a column of the ledger's table. */
#pragma once

#include "engine-service.h"

G_BEGIN_DECLS

/* The other account that shows the mailbox of @account by the other protocol; %NULL: none was
 * noticed. (transfer full) */
EngineAccount *app_storage_twin (EngineService *service, EngineAccount *account);
/* What follows for both, for @account; %NULL: it has no twin. (transfer full) */
char *app_storage_twin_text (EngineService *service, EngineAccount *account);
/* The same to be told once, until app_storage_twin_understood(), and again when the policy changes;
 * %NULL: nothing to tell. (transfer full) */
char *app_storage_twin_notice (EngineService *service, EngineAccount *account);
gboolean
app_storage_twin_understood (EngineService *service, EngineAccount *account, GError **error);
/* Of these placements of an IMAP account, how many are letters of which its POP3 twin has a whole
 * copy here. Counts at most 1,000: a question has to come at once. */
gint64 app_storage_twin_copies (EngineService *service,
                                EngineAccount *account,
                                const gint64 *placements,
                                guint n);
/* Adds the twin's column to ledgers. Once. */
void app_storage_twin_provide (EngineService *service);

G_END_DECLS
