/* One mailbox of the practice post office as IMAP sees it: letters with UIDs that only grow, flags,
 * and a count of changes by which sessions see what happened since they last looked.
 *
 * Not thread-safe by itself: every call is made between practice_store_lock() and _unlock(). */
#pragma once

#include "imap-flags.h"
#include "net-waker.h"
#include "practice-message.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 uid;
  guint64 modseq;  /* the change that touched it last */
  gint64 saved;    /* UTC seconds: since when it lies in this mailbox (RFC 8514) */
  gboolean stored; /* its file is on disk, where there is one */
  ImapFlags flags;
  PracticeMessage *message;
} PracticeEntry;

/* What is no longer there, for clients that come back (RFC 7162). */
typedef struct
{
  guint32 uid;
  guint64 modseq;
} PracticeGone;

typedef struct _PracticeKept PracticeKept;

typedef struct
{
  guint ref_count;
  char *name; /* UTF-8; "INBOX" */
  guint use;  /* ImapMailboxAttribute: a special use, or 0 */
  guint32 uidvalidity;
  guint32 uidnext;
  guint64 modseq;       /* counts changes of any kind */
  guint32 first_recent; /* no session has been told of messages from this UID on */
  gboolean deleted;     /* no longer in its account; sessions may still have it selected */
  gboolean renumbered;  /* … because its letters have other names now: those sessions must end */
  GArray *entries;      /* PracticeEntry, by UID */
  GArray *gone;         /* PracticeGone, by modseq */
  guint64 gone_floor;   /* what went up to this change is not in @gone any more */
  gboolean dirty;       /* changed since it was kept */
  PracticeKept *kept;   /* as it is on disk (nullable) */
  GPtrArray *watchers;  /* NetWaker */
} PracticeMailbox;

PracticeMailbox *practice_mailbox_new (const char *name, guint use, guint32 uidvalidity);
PracticeMailbox *practice_mailbox_ref (PracticeMailbox *mailbox);
void practice_mailbox_unref (PracticeMailbox *mailbox);

guint practice_mailbox_count (const PracticeMailbox *mailbox);
/* By place, from 0. */
PracticeEntry *practice_mailbox_get (const PracticeMailbox *mailbox, guint index);
/* %NULL: there is none with this UID. */
PracticeEntry *practice_mailbox_find (const PracticeMailbox *mailbox, guint32 uid);

/* Returns its UID. @flags may be %NULL. */
guint32
practice_mailbox_add (PracticeMailbox *mailbox, PracticeMessage *message, const ImapFlags *flags);
/* Replaces all flags; the same again is no change. Never \Recent, which is the session's. */
void
practice_mailbox_set_flags (PracticeMailbox *mailbox, PracticeEntry *entry, const ImapFlags *flags);
gboolean practice_mailbox_remove (PracticeMailbox *mailbox, guint32 uid);

/* Takes note that @uid is gone, whose entry was never made. */
void practice_mailbox_forget (PracticeMailbox *mailbox, guint32 uid);

/* What is there now is on disk. */
void practice_mailbox_keep (PracticeMailbox *mailbox);
/* Back to what was kept last: the disk did not take what was done since. Nobody may have been told
 * of it. */
void practice_mailbox_revert (PracticeMailbox *mailbox);

/* @waker is woken at every change. */
void practice_mailbox_watch (PracticeMailbox *mailbox, NetWaker *waker);
void practice_mailbox_unwatch (PracticeMailbox *mailbox, NetWaker *waker);
/* Something changed: counts it and wakes who watches. */
void practice_mailbox_changed (PracticeMailbox *mailbox);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeMailbox, practice_mailbox_unref)

G_END_DECLS
