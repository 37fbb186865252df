/* What will happen, or could: said before it does, with the ledger's numbers. Everything returned
 * is translated text without markup. (transfer full) */
#pragma once

#include "store-survey.h"

G_BEGIN_DECLS

/* How the numbers of @policy ("all", "days:14", "until-deleted", "none") are asked of
 * store_reader_foresee_removal(). @now: UTC seconds. */
void learn_before_policy_asks (const char *policy, gint64 now, gint64 *before, gboolean *deleted);
/* "12 letters (41 KB) leave the server at the next visit; their only copy is then here. …" */
char *learn_before_policy (const char *policy, const StoreRemoval *removal);
/* Before deleting for good. @asks_server: POP3's policy asks for DELE too. @kept: letters of which
 * a POP3 account on the same mailbox has a copy here, which stays. */
char *learn_before_delete (const char *protocol,
                           gboolean asks_server,
                           const StoreDeletion *deletion,
                           gint64 kept);
/* After an ordinary deletion, beside Undo: where the letters are now. */
char *learn_after_trash (const char *protocol, gboolean asks_server, guint letters);

/* If this computer died tonight, if the provider closed: a title with the number, and why. */
char *learn_loss_computer (const StoreSurvey *survey);
char *learn_loss_computer_why (const StoreSurvey *survey);
char *learn_loss_provider (const StoreSurvey *survey);
char *learn_loss_provider_why (const StoreSurvey *survey);
/* Letters that would be lost with the provider, those that were never looked at here too. */
gint64 learn_loss_provider_letters (const StoreSurvey *survey);

/* POP3 and IMAP show one mailbox: what follows, for the POP3 account's policy. Both by their
 * addresses. */
char *learn_twin_text (const char *policy, const char *pop3, const char *imap);

G_END_DECLS
