/* What the two files of the store share: who lives here, and how it is kept. */
#pragma once

#include "practice-disk.h"
#include "practice-store.h"

G_BEGIN_DECLS

/* The mailboxes of an account as the disk has them. */
typedef struct
{
  GPtrArray *mailboxes;      /* PracticeMailbox */
  GPtrArray *names;          /* theirs */
  GHashTable *subscriptions; /* names */
} PracticeKeptAccount;

struct _PracticeStore
{
  gatomicrefcount ref_count;
  gint64 ahead; /* of the computer's clock, microseconds; atomic */
  GMutex lock;
  GPtrArray *accounts;    /* PracticeAccount, in the order of users */
  guint64 quota;          /* bytes; 0: none */
  guint32 uidvalidity;    /* of the mailbox made last */
  PracticeDns *dns;       /* (nullable) */
  PracticeFaults *faults; /* (nullable) */
  gboolean dirty; /* which mailboxes there are, or subscriptions, changed since they were kept */
  PracticeDisk *disk;        /* %NULL: nothing is kept */
  PracticeKeptAccount *kept; /* with @disk: one an account */
};

/* Reads what @disk has; %FALSE: nothing is there yet. */
gboolean practice_keep_load (PracticeStore *store);
void practice_keep_finalize (PracticeStore *store);

guint32 practice_store_next_uidvalidity (PracticeStore *store);
/* Sessions find it deleted. */
void practice_store_detach (PracticeMailbox *mailbox);

G_END_DECLS
