/* A session's view: sequence numbers are its own, and move only when the client has been told. */
#include "config.h"

#include "practice-imap.h"

static PracticeSeen *
seen_at (PracticeImap *imap, guint index)
{
  return &g_array_index (imap->view, PracticeSeen, index);
}

/* A message is recent to the one session that hears of it first (RFC 3501 §2.3.2). */
static gboolean
claim_recent (PracticeImap *imap, guint32 uid)
{
  if (uid < imap->mailbox->first_recent)
    return FALSE;
  if (!imap->read_only)
    imap->mailbox->first_recent = uid + 1;
  return TRUE;
}

static void
add_seen (PracticeImap *imap, guint32 uid)
{
  PracticeSeen seen = { uid, claim_recent (imap, uid) };

  g_array_append_val (imap->view, seen);
}

void
practice_imap_view_open (PracticeImap *imap, PracticeMailbox *mailbox, gboolean read_only)
{
  practice_imap_view_close (imap);
  imap->mailbox = practice_mailbox_ref (mailbox);
  imap->read_only = read_only;
  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    add_seen (imap, practice_mailbox_get (mailbox, i)->uid);
  practice_imap_view_is_known (imap);
  practice_mailbox_watch (mailbox, imap->base.waker);
}

void
practice_imap_view_close (PracticeImap *imap)
{
  if (imap->mailbox == NULL)
    return;
  practice_mailbox_unwatch (imap->mailbox, imap->base.waker);
  g_clear_pointer (&imap->mailbox, practice_mailbox_unref);
  g_array_set_size (imap->view, 0);
  g_array_set_size (imap->saved, 0);
  imap->owes_expunge = FALSE;
}

void
practice_imap_view_is_known (PracticeImap *imap)
{
  imap->synced = imap->mailbox->modseq;
}

PracticeEntry *
practice_imap_view_entry (PracticeImap *imap, guint index)
{
  if (imap->mailbox->deleted)
    return NULL;
  return practice_mailbox_find (imap->mailbox, seen_at (imap, index)->uid);
}

void
practice_imap_view_flags (PracticeImap *imap,
                          guint index,
                          const PracticeEntry *entry,
                          ImapFlags *flags)
{
  imap_flags_copy (flags, &entry->flags);
  /* IMAP4rev2 knows no \Recent (RFC 9051 §E). */
  if (seen_at (imap, index)->recent && (imap->enabled & PRACTICE_IMAP_REV2) == 0)
    flags->bits |= IMAP_FLAG_RECENT;
}

/* Telling */

static void
tell_number (PracticeImap *imap, guint64 exchange, ImapResponseType type, guint number)
{
  practice_imap_respond (imap, exchange, imap_response_number (type, number));
}

ImapResponse *
practice_imap_view_response (PracticeImap *imap, guint index)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_FETCH);

  response->uid = (imap->enabled & PRACTICE_IMAP_UIDONLY) != 0;
  response->number = response->uid ? seen_at (imap, index)->uid : index + 1;
  response->fetch->uid = seen_at (imap, index)->uid;
  return response;
}

void
practice_imap_tell_flags (PracticeImap *imap, guint64 exchange, guint index, gboolean uid)
{
  const PracticeEntry *entry = practice_imap_view_entry (imap, index);
  gboolean modseq = (imap->enabled & PRACTICE_IMAP_CONDSTORE) != 0;
  ImapResponse *response = practice_imap_view_response (imap, index);

  /* RFC 7162 §3.2.4: with QRESYNC the UID is always told. */
  uid = uid || (imap->enabled & PRACTICE_IMAP_QRESYNC) != 0;
  response->fetch->items =
      IMAP_FETCH_FLAGS | (uid ? IMAP_FETCH_UID : 0) | (modseq ? IMAP_FETCH_MODSEQ : 0);
  response->fetch->modseq = entry->modseq;
  practice_imap_view_flags (imap, index, entry, &response->fetch->flags);
  practice_imap_respond (imap, exchange, response);
}

/* Each number is that of the moment when it is said: those before it are gone already. With QRESYNC
 * or UIDONLY names are told instead, all at once. */
static void
tell_expunged (PracticeImap *imap, guint64 exchange, gboolean expunge)
{
  gboolean names = (imap->enabled & (PRACTICE_IMAP_QRESYNC | PRACTICE_IMAP_UIDONLY)) != 0;
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint kept = 0;

  imap->owes_expunge = FALSE;
  for (guint i = 0; i < imap->view->len; i++)
    {
      gboolean gone = practice_imap_view_entry (imap, i) == NULL;

      if (gone && expunge)
        {
          g_array_append_val (uids, seen_at (imap, i)->uid);
          if (!names)
            tell_number (imap, exchange, IMAP_RESPONSE_EXPUNGE, kept + 1);
          continue;
        }
      imap->owes_expunge = imap->owes_expunge || gone;
      *seen_at (imap, kept++) = *seen_at (imap, i);
    }
  g_array_set_size (imap->view, kept);
  if (names)
    practice_imap_tell_vanished (imap, exchange, uids, FALSE);
}

static void
tell_flags (PracticeImap *imap, guint64 exchange)
{
  for (guint i = 0; i < imap->view->len; i++)
    {
      const PracticeEntry *entry = practice_imap_view_entry (imap, i);

      if (entry != NULL && entry->modseq > imap->synced)
        practice_imap_tell_flags (imap, exchange, i, TRUE);
    }
}

static void
tell_new (PracticeImap *imap, guint64 exchange)
{
  guint before = imap->view->len;
  guint32 last = before > 0 ? seen_at (imap, before - 1)->uid : 0;
  guint count = practice_mailbox_count (imap->mailbox);
  guint first = count;
  guint recent = 0;
  guint news;
  const ImapNotifyGroup *group = practice_imap_notify_selected (imap);
  const ImapCommand *fetch = group != NULL ? group->fetch : NULL;

  while (first > 0 && practice_mailbox_get (imap->mailbox, first - 1)->uid > last)
    first--;
  if (first == count || imap->mailbox->deleted)
    return;
  for (guint i = first; i < count; i++)
    add_seen (imap, practice_mailbox_get (imap->mailbox, i)->uid);
  for (guint i = 0; i < imap->view->len; i++)
    recent += seen_at (imap, i)->recent ? 1 : 0;
  news = imap->view->len - (count - first);
  tell_number (imap, exchange, IMAP_RESPONSE_EXISTS, imap->view->len);
  if ((imap->enabled & PRACTICE_IMAP_REV2) == 0)
    tell_number (imap, exchange, IMAP_RESPONSE_RECENT, recent);
  /* RFC 5465 §5.2 */
  for (guint i = news; fetch != NULL && !imap->creates && i < imap->view->len; i++)
    practice_imap_fetch_one (imap, exchange, fetch, i, fetch->items);
}

void
practice_imap_view_sync (PracticeImap *imap, guint64 exchange, gboolean expunge)
{
  guint events = practice_imap_notify_events (imap);
  gboolean changed;

  if (imap->mailbox == NULL)
    return;
  changed = imap->mailbox->modseq != imap->synced;
  /* Flags first: their numbers are those from before the expunges. */
  if (changed && (events & IMAP_NOTIFY_FLAG_CHANGE) != 0)
    tell_flags (imap, exchange);
  if (changed || imap->owes_expunge)
    tell_expunged (imap, exchange, expunge && (events & IMAP_NOTIFY_MESSAGE_EXPUNGE) != 0);
  /* Those of a time when nobody wanted to hear of them are told too. */
  if ((events & IMAP_NOTIFY_MESSAGE_NEW) != 0)
    tell_new (imap, exchange);
  practice_imap_view_is_known (imap);
}

/* Sets */

static gboolean
is_saved (PracticeImap *imap, guint32 uid)
{
  for (guint i = 0; i < imap->saved->len; i++)
    {
      if (g_array_index (imap->saved, guint32, i) == uid)
        return TRUE;
    }
  return FALSE;
}

gboolean
practice_imap_view_in_set (PracticeImap *imap, guint index, const ImapSet *set, gboolean uid)
{
  guint32 number = uid ? seen_at (imap, index)->uid : index + 1;
  guint32 last = uid ? seen_at (imap, imap->view->len - 1)->uid : imap->view->len;
  const ImapRange *ranges;
  guint n = imap_set_ranges (set, &ranges);

  if (imap_set_is_saved (set))
    return is_saved (imap, seen_at (imap, index)->uid);
  for (guint i = 0; i < n; i++)
    {
      guint32 a = ranges[i].first == IMAP_SET_LAST ? last : ranges[i].first;
      guint32 b = ranges[i].last == IMAP_SET_LAST ? last : ranges[i].last;

      if (number >= MIN (a, b) && number <= MAX (a, b))
        return TRUE;
    }
  return FALSE;
}

gboolean
practice_imap_view_is_beyond (const PracticeImap *imap, const ImapSet *set)
{
  const ImapRange *ranges;
  guint n = imap_set_ranges (set, &ranges);

  for (guint i = 0; i < n; i++)
    {
      if ((ranges[i].first != IMAP_SET_LAST && ranges[i].first > imap->view->len) ||
          (ranges[i].last != IMAP_SET_LAST && ranges[i].last > imap->view->len) ||
          imap->view->len == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
practice_imap_view_names_gone (PracticeImap *imap, const ImapSet *set)
{
  /* What is gone is no result any more (RFC 9051 §6.4.4.1). */
  if (imap_set_is_saved (set))
    return FALSE;
  for (guint i = 0; imap->owes_expunge && i < imap->view->len; i++)
    {
      if (practice_imap_view_entry (imap, i) == NULL &&
          practice_imap_view_in_set (imap, i, set, FALSE))
        return TRUE;
    }
  return FALSE;
}

GArray *
practice_imap_view_select (PracticeImap *imap, const ImapSet *set, gboolean uid)
{
  GArray *places;

  if (!uid && practice_imap_view_is_beyond (imap, set))
    return NULL;
  places = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < imap->view->len; i++)
    {
      if (practice_imap_view_in_set (imap, i, set, uid) &&
          practice_imap_view_entry (imap, i) != NULL)
        g_array_append_val (places, i);
    }
  return places;
}
