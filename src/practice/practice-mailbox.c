/* One mailbox: an array by UID, what is gone from it, and who watches it. */
#include "config.h"

#include "practice-mailbox.h"

/* So many that went are remembered; half of them when there are more. */
#define GONE_MAX 5000

struct _PracticeKept
{
  guint32 uidnext;
  guint64 modseq, gone_floor;
  GArray *entries, *gone;
};

static void
entry_clear (gpointer data)
{
  PracticeEntry *entry = data;

  imap_flags_clear (&entry->flags);
  g_clear_pointer (&entry->message, practice_message_unref);
}

static GArray *
entries_new (void)
{
  GArray *entries = g_array_new (FALSE, TRUE, sizeof (PracticeEntry));

  g_array_set_clear_func (entries, entry_clear);
  return entries;
}

static GArray *
entries_copy (const GArray *from)
{
  GArray *copy = entries_new ();

  for (guint i = 0; i < from->len; i++)
    {
      const PracticeEntry *entry = &g_array_index (from, PracticeEntry, i);
      PracticeEntry same = *entry;

      same.flags = (ImapFlags){ 0 };
      imap_flags_copy (&same.flags, &entry->flags);
      practice_message_ref (same.message);
      g_array_append_val (copy, same);
    }
  return copy;
}

static void
kept_free (PracticeKept *kept)
{
  g_array_unref (kept->entries);
  g_array_unref (kept->gone);
  g_free (kept);
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
  mailbox->entries = entries_new ();
  mailbox->gone = g_array_new (FALSE, FALSE, sizeof (PracticeGone));
  mailbox->dirty = TRUE;
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
  g_array_unref (mailbox->gone);
  g_clear_pointer (&mailbox->kept, kept_free);
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
  mailbox->dirty = TRUE;
  for (guint i = 0; i < mailbox->watchers->len; i++)
    net_waker_wake (mailbox->watchers->pdata[i]);
}

guint32
practice_mailbox_add (PracticeMailbox *mailbox, PracticeMessage *message, const ImapFlags *flags)
{
  PracticeEntry entry = { .uid = mailbox->uidnext++,
                          .saved = g_get_real_time () / G_USEC_PER_SEC,
                          .message = practice_message_ref (message) };

  if (flags != NULL)
    imap_flags_copy (&entry.flags, flags);
  entry.flags.bits &= ~(guint) (IMAP_FLAG_RECENT | IMAP_FLAG_WILDCARD);
  practice_mailbox_changed (mailbox);
  entry.modseq = mailbox->modseq;
  g_array_append_val (mailbox->entries, entry);
  return entry.uid;
}

/* As sets, \Recent left out. */
static gboolean
is_same (const ImapFlags *a, const ImapFlags *b)
{
  guint n_a = a->keywords != NULL ? g_strv_length (a->keywords) : 0;
  guint n_b = b->keywords != NULL ? g_strv_length (b->keywords) : 0;

  if (((a->bits ^ b->bits) & ~(guint) (IMAP_FLAG_RECENT | IMAP_FLAG_WILDCARD)) != 0 || n_a != n_b)
    return FALSE;
  for (guint i = 0; i < n_a; i++)
    {
      if (!imap_flags_has_keyword (b, a->keywords[i]))
        return FALSE;
    }
  return TRUE;
}

void
practice_mailbox_set_flags (PracticeMailbox *mailbox, PracticeEntry *entry, const ImapFlags *flags)
{
  ImapFlags copy = { 0 };

  if (is_same (&entry->flags, flags))
    return;
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
  practice_mailbox_forget (mailbox, uid);
  return TRUE;
}

void
practice_mailbox_forget (PracticeMailbox *mailbox, guint32 uid)
{
  PracticeGone gone = { .uid = uid };

  practice_mailbox_changed (mailbox);
  gone.modseq = mailbox->modseq;
  g_array_append_val (mailbox->gone, gone);
  if (mailbox->gone->len <= GONE_MAX)
    return;
  mailbox->gone_floor = g_array_index (mailbox->gone, PracticeGone, GONE_MAX / 2).modseq;
  g_array_remove_range (mailbox->gone, 0, GONE_MAX / 2 + 1);
}

void
practice_mailbox_keep (PracticeMailbox *mailbox)
{
  PracticeKept *kept = g_new0 (PracticeKept, 1);

  kept->uidnext = mailbox->uidnext;
  kept->modseq = mailbox->modseq;
  kept->gone_floor = mailbox->gone_floor;
  kept->entries = entries_copy (mailbox->entries);
  kept->gone = g_array_copy (mailbox->gone);
  g_clear_pointer (&mailbox->kept, kept_free);
  mailbox->kept = kept;
  mailbox->dirty = FALSE;
}

void
practice_mailbox_revert (PracticeMailbox *mailbox)
{
  const PracticeKept *kept = mailbox->kept;

  if (kept == NULL)
    return;
  mailbox->uidnext = kept->uidnext;
  mailbox->modseq = kept->modseq;
  mailbox->gone_floor = kept->gone_floor;
  mailbox->first_recent = MIN (mailbox->first_recent, kept->uidnext);
  g_array_unref (mailbox->entries);
  g_array_unref (mailbox->gone);
  mailbox->entries = entries_copy (kept->entries);
  mailbox->gone = g_array_copy (kept->gone);
  mailbox->dirty = FALSE;
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
