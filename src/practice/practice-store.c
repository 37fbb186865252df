/* Accounts and their mailboxes. */
#include "config.h"

#include "practice-store-private.h"

#include <string.h>

#include "imap-mailbox.h"

static const PracticeUser users[] = {
  { "ada", "Ada Lovelace", "ada@practice.example", "lovelace", FALSE },
  { "grace", "Grace Hopper", "grace@b.example", "hopper", TRUE },
  { "edsger", "Edsger Dijkstra", "edsger@b.example", "dijkstra", TRUE },
  { "emmy", "Emmy Noether", "emmy@practice.example", "noether", FALSE },
  { "carol", "Carol Shaw", "carol@b.example", "shaw", FALSE },
  /* Who has the queue, and is nobody: the last. */
  { "queue", NULL, NULL, NULL, FALSE },
};

#define N_PEOPLE (G_N_ELEMENTS (users) - 1)

/* The folders everybody starts with (RFC 6154). */
static const struct
{
  const char *name;
  guint use;
} folders[] = {
  { "INBOX", 0 },
  { "Drafts", IMAP_MAILBOX_DRAFTS },
  { "Sent", IMAP_MAILBOX_SENT },
  { "Archive", IMAP_MAILBOX_ARCHIVE },
  { "Junk", IMAP_MAILBOX_JUNK },
  { "Trash", IMAP_MAILBOX_TRASH },
};

const PracticeUser *
practice_users (guint *n_users)
{
  if (n_users != NULL)
    *n_users = N_PEOPLE;
  return users;
}

const PracticeUser *
practice_user_find (const char *name)
{
  for (gsize i = 0; i < N_PEOPLE; i++)
    {
      if (g_ascii_strcasecmp (name, users[i].name) == 0 ||
          g_ascii_strcasecmp (name, users[i].address) == 0)
        return &users[i];
    }
  return NULL;
}

const PracticeDomain *
practice_user_domain (const PracticeUser *user)
{
  return practice_domain_of (user->address);
}

BaseSecret *
practice_user_lookup (const char *name, gpointer store)
{
  const PracticeUser *user = practice_user_find (name);

  return user != NULL ? base_secret_new (user->password, -1) : NULL;
}

const char *
practice_token_check (const char *user, BaseSecret *token, gpointer data)
{
  const PracticeStore *store = data;
  g_autoptr (BaseSecret) password = practice_user_lookup (user, NULL);

  if (password == NULL || !base_secret_equal (password, token))
    return "invalid_token";
  return store->faults != NULL &&
                 practice_faults_happen (store->faults, PRACTICE_FAULT_TOKEN_EXPIRED, NULL, NULL)
             ? "invalid_token"
             : NULL;
}

static void
account_free (gpointer data)
{
  PracticeAccount *account = data;

  g_ptr_array_unref (account->mailboxes);
  g_hash_table_unref (account->subscriptions);
  g_ptr_array_unref (account->watchers);
  g_free (account);
}

gint64
practice_store_now (PracticeStore *store)
{
  return g_get_real_time () + __atomic_load_n (&store->ahead, __ATOMIC_RELAXED);
}

gint64
practice_store_clock (PracticeStore *store)
{
  return g_get_monotonic_time () + __atomic_load_n (&store->ahead, __ATOMIC_RELAXED);
}

void
practice_store_put_forward (PracticeStore *store, gint64 microseconds)
{
  __atomic_add_fetch (&store->ahead, microseconds, __ATOMIC_RELAXED);
}

PracticeStore *
practice_store_new (void)
{
  PracticeStore *store = g_new0 (PracticeStore, 1);

  g_atomic_ref_count_init (&store->ref_count);
  g_mutex_init (&store->lock);
  store->accounts = g_ptr_array_new_with_free_func (account_free);
  for (gsize i = 0; i < G_N_ELEMENTS (users); i++)
    {
      PracticeAccount *account = g_new0 (PracticeAccount, 1);

      account->user = &users[i];
      account->mailboxes = g_ptr_array_new_with_free_func ((GDestroyNotify) practice_mailbox_unref);
      account->subscriptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      account->watchers = g_ptr_array_new_with_free_func ((GDestroyNotify) net_waker_unref);
      g_ptr_array_add (store->accounts, account);
    }
  practice_store_clear (store);
  return store;
}

PracticeStore *
practice_store_open (const char *dir, gboolean *found, GError **error)
{
  g_autoptr (PracticeStore) store = practice_store_new ();

  store->disk = practice_disk_open (dir, error);
  if (store->disk == NULL)
    return NULL;
  *found = practice_keep_load (store);
  if (!*found)
    practice_store_clear (store);
  if (!practice_store_commit (store, error))
    return NULL;
  return g_steal_pointer (&store);
}

PracticeStore *
practice_store_ref (PracticeStore *store)
{
  g_atomic_ref_count_inc (&store->ref_count);
  return store;
}

void
practice_store_unref (PracticeStore *store)
{
  if (!g_atomic_ref_count_dec (&store->ref_count))
    return;
  practice_keep_finalize (store);
  g_clear_pointer (&store->dns, practice_dns_unref);
  g_ptr_array_unref (store->accounts);
  g_mutex_clear (&store->lock);
  g_free (store);
}

void
practice_store_lock (PracticeStore *store)
{
  g_mutex_lock (&store->lock);
}

void
practice_store_unlock (PracticeStore *store)
{
  g_mutex_unlock (&store->lock);
}

/* Grows with the clock, so that a mailbox made again never has the UIDVALIDITY it had. */
guint32
practice_store_next_uidvalidity (PracticeStore *store)
{
  guint32 now = (guint32) (g_get_real_time () / G_USEC_PER_SEC);

  store->uidvalidity = MAX (store->uidvalidity + 1, now);
  return store->uidvalidity;
}

void
practice_store_detach (PracticeMailbox *mailbox)
{
  mailbox->deleted = TRUE;
  practice_mailbox_changed (mailbox);
}

void
practice_store_clear (PracticeStore *store)
{
  store->dirty = TRUE;
  for (guint i = 0; i < store->accounts->len; i++)
    {
      PracticeAccount *account = store->accounts->pdata[i];

      for (guint j = 0; j < account->mailboxes->len; j++)
        practice_store_detach (account->mailboxes->pdata[j]);
      g_ptr_array_set_size (account->mailboxes, 0);
      g_hash_table_remove_all (account->subscriptions);
      for (gsize j = 0; j < G_N_ELEMENTS (folders); j++)
        {
          practice_store_create (store, account, folders[j].name, folders[j].use);
          g_hash_table_add (account->subscriptions, g_strdup (folders[j].name));
        }
    }
}

PracticeAccount *
practice_store_account (PracticeStore *store, const PracticeUser *user)
{
  return store->accounts->pdata[user - users];
}

PracticeMailbox *
practice_store_queue (PracticeStore *store)
{
  return practice_account_inbox (practice_store_account (store, &users[N_PEOPLE]));
}

static void
wake_watchers (PracticeAccount *account)
{
  for (guint i = 0; i < account->watchers->len; i++)
    net_waker_wake (account->watchers->pdata[i]);
}

void
practice_account_watch (PracticeAccount *account, NetWaker *waker)
{
  g_ptr_array_add (account->watchers, net_waker_ref (waker));
}

void
practice_account_unwatch (PracticeAccount *account, NetWaker *waker)
{
  g_ptr_array_remove_fast (account->watchers, waker);
}

PracticeMailbox *
practice_account_find (const PracticeAccount *account, const char *name)
{
  for (guint i = 0; i < account->mailboxes->len; i++)
    {
      PracticeMailbox *mailbox = account->mailboxes->pdata[i];

      if (strcmp (mailbox->name, name) == 0)
        return mailbox;
    }
  return NULL;
}

PracticeMailbox *
practice_account_inbox (const PracticeAccount *account)
{
  return account->mailboxes->pdata[0];
}

PracticeMailbox *
practice_store_create (PracticeStore *store, PracticeAccount *account, const char *name, guint use)
{
  PracticeMailbox *mailbox;

  if (practice_account_find (account, name) != NULL)
    return NULL;
  store->dirty = TRUE;
  mailbox = practice_mailbox_new (name, use, practice_store_next_uidvalidity (store));
  g_ptr_array_add (account->mailboxes, mailbox);
  wake_watchers (account);
  return mailbox;
}

void
practice_store_delete (PracticeStore *store, PracticeAccount *account, PracticeMailbox *mailbox)
{
  store->dirty = TRUE;
  practice_store_detach (mailbox);
  g_ptr_array_remove (account->mailboxes, mailbox);
  wake_watchers (account);
}

static void
move_letters (PracticeMailbox *from, PracticeMailbox *to)
{
  for (guint i = 0; i < practice_mailbox_count (from); i++)
    {
      PracticeEntry *entry = practice_mailbox_get (from, i);

      practice_mailbox_add (to, entry->message, &entry->flags);
    }
  while (practice_mailbox_count (from) > 0)
    practice_mailbox_remove (from, practice_mailbox_get (from, 0)->uid);
}

void
practice_store_rename (PracticeStore *store,
                       PracticeAccount *account,
                       PracticeMailbox *mailbox,
                       const char *name)
{
  g_autofree char *below = g_strconcat (mailbox->name, "/", NULL);

  store->dirty = TRUE;
  if (mailbox == practice_account_inbox (account))
    {
      move_letters (mailbox, practice_store_create (store, account, name, 0));
      return;
    }
  for (guint i = 0; i < account->mailboxes->len; i++)
    {
      PracticeMailbox *other = account->mailboxes->pdata[i];

      if (g_str_has_prefix (other->name, below))
        {
          char *renamed = g_strconcat (name, "/", other->name + strlen (below), NULL);

          g_free (other->name);
          other->name = renamed;
        }
    }
  g_free (mailbox->name);
  mailbox->name = g_strdup (name);
  wake_watchers (account);
}

PracticeMailbox *
practice_store_renumber (PracticeStore *store, PracticeAccount *account, PracticeMailbox *mailbox)
{
  PracticeMailbox *made =
      practice_mailbox_new (mailbox->name, mailbox->use, practice_store_next_uidvalidity (store));

  /* Otherwise they would be the same numbers under another UIDVALIDITY, and nobody noticed. */
  made->uidnext = mailbox->uidnext;
  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    {
      const PracticeEntry *entry = practice_mailbox_get (mailbox, i);

      practice_mailbox_add (made, entry->message, &entry->flags);
    }
  for (guint i = 0; i < account->mailboxes->len; i++)
    {
      if (account->mailboxes->pdata[i] != mailbox)
        continue;
      account->mailboxes->pdata[i] = made;
      mailbox->renumbered = TRUE;
      practice_store_detach (mailbox);
      practice_mailbox_unref (mailbox);
    }
  store->dirty = TRUE;
  return made;
}

void
practice_store_subscribe (PracticeStore *store,
                          PracticeAccount *account,
                          const char *name,
                          gboolean subscribe)
{
  gboolean changed = subscribe ? g_hash_table_add (account->subscriptions, g_strdup (name))
                               : g_hash_table_remove (account->subscriptions, name);

  store->dirty = store->dirty || changed;
  wake_watchers (account);
}

void
practice_store_set_dns (PracticeStore *store, PracticeDns *dns)
{
  store->dns = practice_dns_ref (dns);
}

PracticeDns *
practice_store_dns (PracticeStore *store)
{
  return store->dns;
}

void
practice_store_set_faults (PracticeStore *store, PracticeFaults *faults)
{
  store->faults = faults;
}

void
practice_store_set_quota (PracticeStore *store, guint64 bytes)
{
  store->quota = bytes;
}

guint64
practice_store_quota (const PracticeStore *store)
{
  return store->quota;
}

guint64
practice_account_usage (const PracticeAccount *account)
{
  guint64 usage = 0;

  for (guint i = 0; i < account->mailboxes->len; i++)
    {
      const PracticeMailbox *mailbox = account->mailboxes->pdata[i];

      for (guint j = 0; j < practice_mailbox_count (mailbox); j++)
        usage += practice_message_size (practice_mailbox_get (mailbox, j)->message);
    }
  return usage;
}

gboolean
practice_store_has_room (const PracticeStore *store, const PracticeAccount *account, guint64 more)
{
  if (store->faults != NULL &&
      practice_faults_happen (store->faults, PRACTICE_FAULT_OVER_QUOTA, NULL, NULL))
    return FALSE;
  return store->quota == 0 || practice_account_usage (account) + more <= store->quota;
}
