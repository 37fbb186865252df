/* POP3 and IMAP on the same mailbox: two accounts of one data directory that fetch the same
 * letters. What one removes there, the other no longer has. */
#pragma once

#include "engine-account.h"

G_BEGIN_DECLS

/* One by POP3, the other by IMAP, with one login at one provider: the user's name is the same, with
 * or without its domain, and the hosts differ in nothing but their first labels. Pure. */
gboolean engine_twin_same_login (const StoreAccountInfo *a, const StoreAccountInfo *b);
/* Most of the newest letters that the POP3 server lists are known to the IMAP account, and at least
 * three: one mailing list in two mailboxes does not make them one. Bounded reads by id. */
gboolean engine_twin_same_letters (StoreReader *pop3, StoreReader *imap);
/* The one among @accounts (EngineAccount) that shows the mailbox of @account by the other protocol;
 * %NULL: none. (transfer none) */
EngineAccount *engine_twin_find (GPtrArray *accounts, EngineAccount *account);

G_END_DECLS
