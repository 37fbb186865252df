/* The folders on this computer: all of a POP3 account's, and the maildrop that stands for what its
 * server lists. */
#pragma once

#include "store-read.h"
#include "store-write.h"

G_BEGIN_DECLS

/* Makes INBOX, Drafts, Sent, Archive, Trash and the maildrop of a POP3 account where they are
 * missing, and an IMAP account's INBOX before its first synchronisation. */
gboolean
engine_place_prepare (StoreMailbase *mailbase, const StoreAccountInfo *info, GError **error);
/* The maildrop's folder id; 0 with the error set. */
gint64 engine_place_maildrop (StoreReader *reader, GError **error);
/* The folder for @role, made as a server's folder of the usual name if an IMAP account has none
 * yet: playing the journal makes it there. Inside a transaction; 0 with the error set. */
gint64 engine_place_make (StoreTx *tx, StoreRole role, GError **error);

G_END_DECLS
