/* Who lives at the practice post office, and their mailboxes: in memory, where each start begins
 * with the same letters under a new UIDVALIDITY, which tells clients to look again; or kept on
 * disk.
 *
 * What a command changes is committed before the client is told that it is done.
 * Connections are threads, so there is one lock. It is held while a command works on mailboxes,
 * never while anybody waits for the network. */
#pragma once

#include "base-secret.h"
#include "practice-dns.h"
#include "practice-fault.h"
#include "practice-mailbox.h"
#include "sasl-mechanism.h"

G_BEGIN_DECLS

typedef struct _PracticeStore PracticeStore;

typedef struct
{
  const char *name;     /* "ada" */
  const char *person;   /* "Ada Lovelace" */
  const char *address;  /* "ada@practice.example" */
  const char *password; /* public by design: nothing here is worth hiding */
  gboolean answers;     /* the correspondent behind it writes back */
} PracticeUser;

typedef struct
{
  const PracticeUser *user;
  GPtrArray *mailboxes;      /* PracticeMailbox, in the order they were made */
  GHashTable *subscriptions; /* names, whether or not there is such a mailbox */
  GPtrArray *watchers;       /* NetWaker: those who want to hear of mailboxes that come and go */
  gboolean maildrop_locked;  /* a POP3 session has it (RFC 1939 §4) */
  gint64 maildrop_opened;    /* when one last did: practice_store_clock(); 0: never */
} PracticeAccount;

PracticeStore *practice_store_new (void);
/* Keeps them in @dir. @found: there were mailboxes; else they are empty, as from new(). */
PracticeStore *practice_store_open (const char *dir, gboolean *found, GError **error);
PracticeStore *practice_store_ref (PracticeStore *store);
void practice_store_unref (PracticeStore *store);

/* The post office's own clock, by which it dates letters, delays sign-ins and tries again: the
 * computer's, unless it was put forward so that days pass in a moment. UTC microseconds. Any
 * thread, locked or not. */
gint64 practice_store_now (PracticeStore *store);
/* The same for measuring: microseconds that never go back. */
gint64 practice_store_clock (PracticeStore *store);
/* See practice_office_put_forward(). */
void practice_store_put_forward (PracticeStore *store, gint64 microseconds);

void practice_store_lock (PracticeStore *store);
void practice_store_unlock (PracticeStore *store);

/* Everybody who lives here; static. @n_users: (nullable) */
const PracticeUser *practice_users (guint *n_users);
/* By name or by address, any case in the domain; %NULL: nobody. */
const PracticeUser *practice_user_find (const char *name);
/* Where @user lives. */
const PracticeDomain *practice_user_domain (const PracticeUser *user);
/* As SaslLookup; @store is not used, for passwords do not change. (transfer full) (nullable) */
BaseSecret *practice_user_lookup (const char *name, gpointer store);

/* As SaslTokenCheck: a token is the password under another name, and expires when a fault says so.
 */
const char *practice_token_check (const char *user, BaseSecret *token, gpointer store);

/* The rest between lock and unlock. */

/* Bytes that everybody may have; 0: as many as they want. */
void practice_store_set_quota (PracticeStore *store, guint64 bytes);
guint64 practice_store_quota (const PracticeStore *store);
guint64 practice_account_usage (const PracticeAccount *account);
gboolean
practice_store_has_room (const PracticeStore *store, const PracticeAccount *account, guint64 more);

/* What the domains publish; with it, letters that go from one to the other are signed. (nullable)
 */
void practice_store_set_dns (PracticeStore *store, PracticeDns *dns);
PracticeDns *practice_store_dns (PracticeStore *store);

/* Those that are about room; (nullable). They outlive the store's use. */
void practice_store_set_faults (PracticeStore *store, PracticeFaults *faults);

/* Writes what was changed since the last time. %FALSE: the disk does not take it, and it is undone.
 * Without a directory there is nothing to do. */
gboolean practice_store_commit (PracticeStore *store, GError **error);

/* Empties everything: new mailboxes with new UIDVALIDITY; sessions find theirs deleted. */
void practice_store_clear (PracticeStore *store);
PracticeAccount *practice_store_account (PracticeStore *store, const PracticeUser *user);
/* What is on its way to another domain, see practice-onward.h; nobody has it as a mailbox. */
PracticeMailbox *practice_store_queue (PracticeStore *store);
/* @waker is woken when the list of mailboxes or the subscriptions change. */
void practice_account_watch (PracticeAccount *account, NetWaker *waker);
void practice_account_unwatch (PracticeAccount *account, NetWaker *waker);
PracticeMailbox *practice_account_find (const PracticeAccount *account, const char *name);
PracticeMailbox *practice_account_inbox (const PracticeAccount *account);
/* %NULL: there is one of that name already. */
PracticeMailbox *
practice_store_create (PracticeStore *store, PracticeAccount *account, const char *name, guint use);
void
practice_store_delete (PracticeStore *store, PracticeAccount *account, PracticeMailbox *mailbox);
/* Renames the mailbox and those below it; INBOX's letters move, and it stays (RFC 9051 §6.3.6). */
void practice_store_rename (PracticeStore *store,
                            PracticeAccount *account,
                            PracticeMailbox *mailbox,
                            const char *name);

/* Makes the mailbox anew with the same letters: another UIDVALIDITY, other UIDs; sessions find
 * theirs deleted. */
PracticeMailbox *
practice_store_renumber (PracticeStore *store, PracticeAccount *account, PracticeMailbox *mailbox);

void practice_store_subscribe (PracticeStore *store,
                               PracticeAccount *account,
                               const char *name,
                               gboolean subscribe);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeStore, practice_store_unref)

G_END_DECLS
