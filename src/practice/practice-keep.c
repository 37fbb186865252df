/* Keeping the mailboxes: what commands changed goes to disk before anybody is told that it is done;
 * what the disk does not take is undone. */
#include "config.h"

#include "practice-store-private.h"

/* UIDVALIDITY given out last; each account: its name, its mailboxes in order with UIDVALIDITY, name
 * and use, its subscriptions */
#define OFFICE_TYPE "(ua(sa(usu)as))"

static const char *
user_of (const PracticeAccount *account)
{
  return account->user->name;
}

/* Writing */

static GVariant *
build_office (PracticeStore *store)
{
  GVariantBuilder accounts;

  g_variant_builder_init (&accounts, G_VARIANT_TYPE ("a(sa(usu)as)"));
  for (guint i = 0; i < store->accounts->len; i++)
    {
      PracticeAccount *account = store->accounts->pdata[i];
      GHashTableIter iter;
      gpointer name;

      g_variant_builder_open (&accounts, G_VARIANT_TYPE ("(sa(usu)as)"));
      g_variant_builder_add (&accounts, "s", user_of (account));
      g_variant_builder_open (&accounts, G_VARIANT_TYPE ("a(usu)"));
      for (guint j = 0; j < account->mailboxes->len; j++)
        {
          const PracticeMailbox *mailbox = account->mailboxes->pdata[j];

          g_variant_builder_add (
              &accounts, "(usu)", mailbox->uidvalidity, mailbox->name, (guint32) mailbox->use);
        }
      g_variant_builder_close (&accounts);
      g_variant_builder_open (&accounts, G_VARIANT_TYPE ("as"));
      g_hash_table_iter_init (&iter, account->subscriptions);
      while (g_hash_table_iter_next (&iter, &name, NULL))
        g_variant_builder_add (&accounts, "s", name);
      g_variant_builder_close (&accounts);
      g_variant_builder_close (&accounts);
    }
  return g_variant_ref_sink (g_variant_new ("(ua(sa(usu)as))", store->uidvalidity, &accounts));
}

static GHashTable *
copy_names (GHashTable *names)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_hash_table_add (copy, g_strdup (name));
  return copy;
}

static GPtrArray *
copy_mailboxes (const GPtrArray *mailboxes)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) practice_mailbox_unref);

  for (guint i = 0; i < mailboxes->len; i++)
    g_ptr_array_add (copy, practice_mailbox_ref (mailboxes->pdata[i]));
  return copy;
}

static void
kept_clear (PracticeKeptAccount *kept)
{
  g_clear_pointer (&kept->mailboxes, g_ptr_array_unref);
  g_clear_pointer (&kept->names, g_ptr_array_unref);
  g_clear_pointer (&kept->subscriptions, g_hash_table_unref);
}

/* Mailboxes that are on disk and no longer in @account. */
static void
remove_the_rest (PracticeStore *store, const PracticeAccount *account)
{
  g_autoptr (GArray) there = practice_disk_list (store->disk, user_of (account));

  for (guint i = 0; i < there->len; i++)
    {
      guint32 uidvalidity = g_array_index (there, guint32, i);
      gboolean used = FALSE;

      for (guint j = 0; j < account->mailboxes->len; j++)
        used =
            used || ((PracticeMailbox *) account->mailboxes->pdata[j])->uidvalidity == uidvalidity;
      if (!used)
        practice_disk_remove (store->disk, user_of (account), uidvalidity);
    }
}

/* The list of mailboxes as it is now is the one on disk. */
static void
keep_list (PracticeStore *store)
{
  for (guint i = 0; i < store->accounts->len; i++)
    {
      const PracticeAccount *account = store->accounts->pdata[i];

      kept_clear (&store->kept[i]);
      store->kept[i].mailboxes = copy_mailboxes (account->mailboxes);
      store->kept[i].names = g_ptr_array_new_with_free_func (g_free);
      for (guint j = 0; j < account->mailboxes->len; j++)
        g_ptr_array_add (store->kept[i].names,
                         g_strdup (((PracticeMailbox *) account->mailboxes->pdata[j])->name));
      store->kept[i].subscriptions = copy_names (account->subscriptions);
    }
  store->dirty = FALSE;
}

static gboolean
has_new (PracticeMailbox *mailbox)
{
  return mailbox->kept == NULL ||
         (practice_mailbox_count (mailbox) > 0 &&
          !practice_mailbox_get (mailbox, practice_mailbox_count (mailbox) - 1)->stored);
}

/* @new_letters: only mailboxes with letters that are not on disk yet; else the others. */
static gboolean
write_mailboxes (PracticeStore *store, gboolean new_letters, GError **error)
{
  for (guint i = 0; i < store->accounts->len; i++)
    {
      PracticeAccount *account = store->accounts->pdata[i];

      for (guint j = 0; j < account->mailboxes->len; j++)
        {
          PracticeMailbox *mailbox = account->mailboxes->pdata[j];

          if (!mailbox->dirty || has_new (mailbox) != new_letters)
            continue;
          if (!practice_disk_write_mailbox (store->disk, user_of (account), mailbox, error))
            return FALSE;
          practice_mailbox_keep (mailbox);
          practice_disk_tidy_mailbox (store->disk, user_of (account), mailbox);
        }
    }
  return TRUE;
}

static gboolean
write_office (PracticeStore *store, GError **error)
{
  g_autoptr (GVariant) office = NULL;

  if (!store->dirty)
    return TRUE;
  office = build_office (store);
  if (!practice_disk_write_office (store->disk, office, error))
    return FALSE;
  keep_list (store);
  return TRUE;
}

/* What was made since goes, what was deleted comes back. */
static void
revert_list (PracticeStore *store)
{
  for (guint i = 0; i < store->accounts->len; i++)
    {
      PracticeAccount *account = store->accounts->pdata[i];
      const PracticeKeptAccount *kept = &store->kept[i];

      if (kept->mailboxes == NULL)
        continue;
      for (guint j = 0; j < account->mailboxes->len; j++)
        {
          if (!g_ptr_array_find (kept->mailboxes, account->mailboxes->pdata[j], NULL))
            practice_store_detach (account->mailboxes->pdata[j]);
        }
      g_ptr_array_unref (account->mailboxes);
      g_hash_table_unref (account->subscriptions);
      account->mailboxes = copy_mailboxes (kept->mailboxes);
      for (guint j = 0; j < account->mailboxes->len; j++)
        {
          PracticeMailbox *mailbox = account->mailboxes->pdata[j];

          mailbox->deleted = mailbox->renumbered = FALSE;
          g_free (mailbox->name);
          mailbox->name = g_strdup (kept->names->pdata[j]);
        }
      account->subscriptions = copy_names (kept->subscriptions);
    }
  store->dirty = FALSE;
}

static void
revert (PracticeStore *store)
{
  if (store->dirty)
    revert_list (store);
  for (guint i = 0; i < store->accounts->len; i++)
    {
      PracticeAccount *account = store->accounts->pdata[i];

      for (guint j = 0; j < account->mailboxes->len; j++)
        {
          PracticeMailbox *mailbox = account->mailboxes->pdata[j];

          if (mailbox->dirty)
            {
              practice_mailbox_revert (mailbox);
              practice_disk_tidy_mailbox (store->disk, user_of (account), mailbox);
            }
        }
      remove_the_rest (store, account);
    }
}

/* A letter that moves is written where it goes before it is taken from where it was: an
 * interruption may leave it in both places, never in none. */
gboolean
practice_store_commit (PracticeStore *store, GError **error)
{
  gboolean list_changed = store->dirty;

  if (store->disk == NULL)
    return TRUE;
  if (!write_mailboxes (store, TRUE, error) || !write_office (store, error) ||
      !write_mailboxes (store, FALSE, error))
    {
      revert (store);
      return FALSE;
    }
  for (guint i = 0; list_changed && i < store->accounts->len; i++)
    remove_the_rest (store, store->accounts->pdata[i]);
  return TRUE;
}

/* Reading */

static void
add_salvaged (PracticeStore *store, PracticeMailbox *mailbox, const char *user, guint32 uidvalidity)
{
  g_autoptr (GPtrArray) letters = practice_disk_salvage (store->disk, user, uidvalidity);

  for (guint i = 0; i < letters->len; i++)
    practice_mailbox_add (mailbox, letters->pdata[i], NULL);
}

/* The mailbox, or what is left of it under a new UIDVALIDITY. */
static void
load_mailbox (PracticeStore *store,
              PracticeAccount *account,
              guint32 uidvalidity,
              const char *name,
              guint use)
{
  PracticeMailbox *mailbox =
      practice_disk_read_mailbox (store->disk, user_of (account), uidvalidity);

  if (practice_account_find (account, name) != NULL)
    {
      g_clear_pointer (&mailbox, practice_mailbox_unref);
      return;
    }
  if (mailbox != NULL)
    {
      practice_mailbox_keep (mailbox);
      practice_disk_tidy_mailbox (store->disk, user_of (account), mailbox);
      g_free (mailbox->name);
      mailbox->name = g_strdup (name);
      mailbox->use = use;
      g_ptr_array_add (account->mailboxes, mailbox);
      return;
    }
  mailbox = practice_store_create (store, account, name, use);
  add_salvaged (store, mailbox, user_of (account), uidvalidity);
}

static void
load_list (PracticeStore *store, PracticeAccount *account, GVariantIter *mailboxes)
{
  guint32 uidvalidity;
  const char *name;
  guint32 use;

  while (g_variant_iter_next (mailboxes, "(u&su)", &uidvalidity, &name, &use))
    load_mailbox (store, account, uidvalidity, name, use);
}

/* A folder that nobody names says its name itself, or gets one that tells what happened. */
static void
load_folder (PracticeStore *store, PracticeAccount *account, guint32 uidvalidity)
{
  g_autoptr (PracticeMailbox) itself =
      practice_disk_read_mailbox (store->disk, user_of (account), uidvalidity);
  g_autofree char *found = g_strdup_printf ("Recovered %u", uidvalidity);

  if (itself != NULL && practice_account_find (account, itself->name) == NULL)
    load_mailbox (store, account, uidvalidity, itself->name, itself->use);
  else
    load_mailbox (store, account, uidvalidity, found, 0);
}

/* The office file is damaged or gone: all folders are mailboxes. */
static gboolean
load_folders (PracticeStore *store)
{
  gboolean found = FALSE;

  for (guint i = 0; i < store->accounts->len; i++)
    {
      PracticeAccount *account = store->accounts->pdata[i];
      g_autoptr (GArray) there = practice_disk_list (store->disk, user_of (account));

      for (guint j = 0; j < there->len; j++)
        store->uidvalidity = MAX (store->uidvalidity, g_array_index (there, guint32, j));
      for (guint j = 0; j < there->len; j++)
        load_folder (store, account, g_array_index (there, guint32, j));
      for (guint j = 0; j < account->mailboxes->len; j++)
        g_hash_table_add (account->subscriptions,
                          g_strdup (((PracticeMailbox *) account->mailboxes->pdata[j])->name));
      found = found || there->len > 0;
    }
  return found;
}

static PracticeAccount *
find_account (PracticeStore *store, const char *user)
{
  for (guint i = 0; i < store->accounts->len; i++)
    {
      if (g_strcmp0 (user_of (store->accounts->pdata[i]), user) == 0)
        return store->accounts->pdata[i];
    }
  return NULL;
}

static void
load_office (PracticeStore *store, GVariant *office)
{
  g_autoptr (GVariantIter) accounts = NULL;
  GVariantIter *mailboxes;
  GVariantIter *names;
  const char *user;
  const char *name;

  g_variant_get (office, "(ua(sa(usu)as))", &store->uidvalidity, &accounts);
  while (g_variant_iter_next (accounts, "(&sa(usu)as)", &user, &mailboxes, &names))
    {
      PracticeAccount *account = find_account (store, user);

      if (account != NULL)
        {
          load_list (store, account, mailboxes);
          while (g_variant_iter_next (names, "&s", &name))
            g_hash_table_add (account->subscriptions, g_strdup (name));
        }
      g_variant_iter_free (mailboxes);
      g_variant_iter_free (names);
    }
}

/* INBOX is there, and is the first. */
static void
ensure_inbox (PracticeStore *store, PracticeAccount *account)
{
  PracticeMailbox *inbox = practice_account_find (account, "INBOX");

  if (inbox == NULL)
    inbox = practice_store_create (store, account, "INBOX", 0);
  practice_mailbox_ref (inbox);
  g_ptr_array_remove (account->mailboxes, inbox);
  g_ptr_array_insert (account->mailboxes, 0, inbox);
}

gboolean
practice_keep_load (PracticeStore *store)
{
  g_autoptr (GVariant) office =
      practice_disk_read_office (store->disk, G_VARIANT_TYPE (OFFICE_TYPE));

  for (guint i = 0; i < store->accounts->len; i++)
    {
      PracticeAccount *account = store->accounts->pdata[i];

      g_ptr_array_set_size (account->mailboxes, 0);
      g_hash_table_remove_all (account->subscriptions);
    }
  store->kept = g_new0 (PracticeKeptAccount, store->accounts->len);
  if (office != NULL)
    load_office (store, office);
  else if (!load_folders (store))
    return FALSE;
  for (guint i = 0; i < store->accounts->len; i++)
    ensure_inbox (store, store->accounts->pdata[i]);
  store->dirty = TRUE;
  return TRUE;
}

void
practice_keep_finalize (PracticeStore *store)
{
  for (guint i = 0; store->kept != NULL && i < store->accounts->len; i++)
    kept_clear (&store->kept[i]);
  g_clear_pointer (&store->kept, g_free);
  g_clear_pointer (&store->disk, practice_disk_close);
}
