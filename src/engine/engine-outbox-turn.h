/* What is written down at the turn from one letter to the next: what an attempt to send made of the
 * one, and that the other is `sending`. Either that reaches the disk in one synchronised commit, or
 * the other was marked there before (engine-witness.h), and the commit waits for no disk. */
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

/* What is to be written; each part may be missing. What is given must stay until
 * engine_turn_end(). */
typedef struct
{
  const StoreOutboxEntry *done; /* came to @sent; with SENT goes the copy for the folder Sent:
                                   journalled for IMAP, put there for POP3 */
  const EngineSent *sent;
  const StoreOutboxEntry *next; /* becomes `sending` */
  /* The sender's marks so far; equal: there is no witness. Where @next has one of them, the commit
   * waits for no disk, and a synchronised turn must follow. */
  gint64 first_mark, end_mark;
  gint64 mark;   /* the oldest letters that are due get @marks marks from this one on */
  guint marks;   /* 0: none */
  guint64 small; /* but for letters above this size */
  gboolean over; /* nothing more is sent: all marks are taken off */
} EngineTurnDeeds;

/* What came of it. */
typedef struct
{
  gboolean taken_back; /* @next was, by whoever wrote it, or is another letter by now; it is not
                          `sending` */
  gint64 mark;         /* @next had this one, and is `sending` not on the disk yet; 0: it is */
  guint marked;        /* letters that got marks */
} EngineTurnResult;

typedef struct _EngineTurn EngineTurn;

/* Begins to write. */
EngineTurn *engine_turn_begin (StoreMailbase *mailbase,
                               StoreReader *reader,
                               const StoreAccountInfo *info,
                               const EngineTurnDeeds *deeds);
/* Waits until it is done: before this has returned TRUE, and without @taken_back, the end of @next
 * may not go out. (transfer full) @turn */
gboolean engine_turn_end (EngineTurn *turn, EngineTurnResult *result, GError **error);

G_END_DECLS
