/* One mailbox: an array by UID, and who watches it. */
#include "config.h"

#include "practice-mailbox.h"

static void
entry_clear (gpointer data)
{
  PracticeEntry *entry = data;

  imap_flags_clear (&entry->flags);
  g_clear_pointer (&entry->message, practice_message_unref);
}

PracticeMailbox *
practice_mailbox_new (const char *name, guint use, guint32 uidvalidity)
{
  PracticeMailbox *mailbox = g_new0 (PracticeMailbox, 1);

  mailbox->ref_count = 1;
  mailbox->name = g_strdup (name);
  mailbox->use = use;
  mailbox->uidvalidity = uidvalidity;
  mailbox->uidnext = 1;
  mailbox->modseq = 1;
  mailbox->first_recent = 1;
  mailbox->entries = g_array_new (FALSE, TRUE, sizeof (PracticeEntry));
  g_array_set_clear_func (mailbox->entries, entry_clear);
  mailbox->watchers = g_ptr_array_new_with_free_func ((GDestroyNotify) net_waker_unref);
  return mailbox;
}

PracticeMailbox *
practice_mailbox_ref (PracticeMailbox *mailbox)
{
  mailbox->ref_count++;
  return mailbox;
}

void
practice_mailbox_unref (PracticeMailbox *mailbox)
{
  if (--mailbox->ref_count > 0)
    return;
  g_free (mailbox->name);
  g_array_unref (mailbox->entries);
  g_ptr_array_unref (mailbox->watchers);
  g_free (mailbox);
}

guint
practice_mailbox_count (const PracticeMailbox *mailbox)
{
  return mailbox->entries->len;
}

PracticeEntry *
practice_mailbox_get (const PracticeMailbox *mailbox, guint index)
{
  return &g_array_index (mailbox->entries, PracticeEntry, index);
}

/* The place of the first entry whose UID is not below @uid. */
static guint
lower_bound (const PracticeMailbox *mailbox, guint32 uid)
{
  guint low = 0;
  guint high = mailbox->entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (practice_mailbox_get (mailbox, middle)->uid < uid)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

PracticeEntry *
practice_mailbox_find (const PracticeMailbox *mailbox, guint32 uid)
{
  guint index = lower_bound (mailbox, uid);
  PracticeEntry *entry;

  if (index == mailbox->entries->len)
    return NULL;
  entry = practice_mailbox_get (mailbox, index);
  return entry->uid == uid ? entry : NULL;
}

void
practice_mailbox_changed (PracticeMailbox *mailbox)
{
  mailbox->modseq++;
  for (guint i = 0; i < mailbox->watchers->len; i++)
    net_waker_wake (mailbox->watchers->pdata[i]);
}

guint32
practice_mailbox_add (PracticeMailbox *mailbox, PracticeMessage *message, const ImapFlags *flags)
{
  PracticeEntry entry = { .uid = mailbox->uidnext++, .message = practice_message_ref (message) };

  if (flags != NULL)
    imap_flags_copy (&entry.flags, flags);
  entry.flags.bits &= ~(guint) (IMAP_FLAG_RECENT | IMAP_FLAG_WILDCARD);
  practice_mailbox_changed (mailbox);
  entry.modseq = mailbox->modseq;
  g_array_append_val (mailbox->entries, entry);
  return entry.uid;
}

void
practice_mailbox_set_flags (PracticeMailbox *mailbox, PracticeEntry *entry, const ImapFlags *flags)
{
  ImapFlags copy = { 0 };

  imap_flags_copy (&copy, flags);
  copy.bits &= ~(guint) (IMAP_FLAG_RECENT | IMAP_FLAG_WILDCARD);
  imap_flags_clear (&entry->flags);
  entry->flags = copy;
  practice_mailbox_changed (mailbox);
  entry->modseq = mailbox->modseq;
}

gboolean
practice_mailbox_remove (PracticeMailbox *mailbox, guint32 uid)
{
  guint index = lower_bound (mailbox, uid);

  if (index == mailbox->entries->len || practice_mailbox_get (mailbox, index)->uid != uid)
    return FALSE;
  g_array_remove_index (mailbox->entries, index);
  practice_mailbox_changed (mailbox);
  return TRUE;
}

void
practice_mailbox_watch (PracticeMailbox *mailbox, NetWaker *waker)
{
  g_ptr_array_add (mailbox->watchers, net_waker_ref (waker));
}

void
practice_mailbox_unwatch (PracticeMailbox *mailbox, NetWaker *waker)
{
  g_ptr_array_remove_fast (mailbox->watchers, waker);
}
