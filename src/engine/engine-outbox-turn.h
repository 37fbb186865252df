/* What is written down at the turn from one letter to the next, in one synchronised commit: what an
 * attempt to send made of the one, and that the other is `sending`. */
#pragma once

#include "store-read.h"

G_BEGIN_DECLS

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

typedef struct _EngineTurn EngineTurn;

/* Begins to write both; either may be missing: @entry (with its @sent), or @next. With SENT
 * goes the copy for the folder Sent: journalled for IMAP, put there for POP3. What is given must
 * stay until engine_turn_end(). */
EngineTurn *engine_turn_begin (StoreMailbase *mailbase,
                               StoreReader *reader,
                               const StoreAccountInfo *info,
                               const StoreOutboxEntry *entry,
                               const EngineSent *sent,
                               const StoreOutboxEntry *next);
/* Waits until it is on the disk: before this has returned TRUE, with *@taken_back FALSE, the end of
 * @next may not go out. *@taken_back: @next was, by whoever wrote it, or
 * is another letter by now; it is not marked. (transfer full) @turn */
gboolean engine_turn_end (EngineTurn *turn, gboolean *taken_back, GError **error);

G_END_DECLS
