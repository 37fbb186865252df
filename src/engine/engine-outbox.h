/* Letters on their way out: how they get into the outbox, and what an attempt to send made of them,
 * each in one transaction. */
#pragma once

#include "engine-letter.h"
#include "store-read.h"

G_BEGIN_DECLS

/* Writes @source as a new outbox entry, or over the draft @id (not 0). @entry's message, id and
 * subject are filled here; the rest is the caller's. */
typedef struct
{
  StoreOutboxEntry entry;
  EngineLetter *letter; /* from the source */
} EngineOutgoing;
/* A StoreTxFunc; @data: EngineOutgoing. */
gboolean engine_outbox_put (StoreTx *tx, gpointer data, GError **error);

/* Entries that a crash left between the dot and its answer: they may have been sent. For the
 * account's owner, before anything is sent. */
gboolean engine_outbox_recover (StoreMailbase *mailbase, GError **error);

/* Letters of which nobody knows whether they were sent, and which the server shows in Sent (some
 * file them themselves), or in INBOX where they were written to oneself: they were. For the owner,
 * after the server was looked at. */
gboolean
engine_outbox_find_fates (StoreMailbase *mailbase, const StoreAccountInfo *info, GError **error);
/* Whether such a letter waits. */
gboolean engine_outbox_has_unknown (StoreReader *reader);

/* The entry with @id; NULL with ENGINE_ERROR_NOT_FOUND. (transfer full) */
StoreOutboxEntry *engine_outbox_find (StoreReader *reader, gint64 id, GError **error);
/* The oldest entry that is to be sent now; NULL: none. @next: when the next one is due (UTC
 * microseconds; G_MAXINT64: never). (transfer full) */
StoreOutboxEntry *engine_outbox_due (StoreReader *reader, gint64 *next, GError **error);

/* What came of an attempt. */
typedef struct
{
  StoreOutboxState state;
  guint reply_code;
  gboolean at_once;    /* QUEUED: nothing failed, the next transaction may follow */
  GPtrArray *accepted; /* char *, of earlier transactions too */
  GPtrArray *refused;  /* "address\tcode\tstatus", as StoreOutboxEntry has it */
  const char *why;     /* ours (nullable) */
} EngineSent;
/* Writes it, and with SENT the copy for the folder Sent: journalled for IMAP, put there for POP3.
 */
gboolean engine_outbox_finish (StoreMailbase *mailbase,
                               StoreReader *reader,
                               const StoreAccountInfo *info,
                               const StoreOutboxEntry *entry,
                               const EngineSent *sent,
                               GError **error);
/* Synchronised: the dot goes out only after this has returned TRUE. Fails with G_IO_ERROR_CANCELLED
 * when it was taken back meanwhile. */
gboolean engine_outbox_sending (StoreMailbase *mailbase, gint64 id, GError **error);

G_END_DECLS
