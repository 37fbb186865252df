/* NOTIFY (RFC 5465): a session that asked for it is told what happens in other mailboxes, and in
 * the open one without saying anything. What was told last is kept, and compared with what is
 * there: the session's own doings are taken note of and not told. */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

/* A mailbox as the session was told of it. */
typedef struct
{
  PracticeMailbox *mailbox;
  char *name;
  gboolean subscribed;
  guint32 uidvalidity, uidnext;
  guint64 modseq;
  guint count, unseen;
} Known;

static void
known_clear (gpointer data)
{
  Known *known = data;

  practice_mailbox_unref (known->mailbox);
  g_free (known->name);
}

static guint
count_unseen (const PracticeMailbox *mailbox)
{
  guint unseen = 0;

  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    unseen += (practice_mailbox_get (mailbox, i)->flags.bits & IMAP_FLAG_SEEN) == 0 ? 1 : 0;
  return unseen;
}

static GArray *
look (PracticeImap *imap)
{
  const PracticeAccount *account = imap->base.account;
  GArray *all = g_array_new (FALSE, TRUE, sizeof (Known));

  g_array_set_clear_func (all, known_clear);
  for (guint i = 0; i < account->mailboxes->len; i++)
    {
      PracticeMailbox *mailbox = account->mailboxes->pdata[i];
      Known known = { .mailbox = practice_mailbox_ref (mailbox),
                      .name = g_strdup (mailbox->name),
                      .subscribed = g_hash_table_contains (account->subscriptions, mailbox->name),
                      .uidvalidity = mailbox->uidvalidity,
                      .uidnext = mailbox->uidnext,
                      .modseq = mailbox->modseq,
                      .count = practice_mailbox_count (mailbox),
                      .unseen = count_unseen (mailbox) };

      g_array_append_val (all, known);
    }
  return all;
}

static const Known *
find_known (const GArray *all, const PracticeMailbox *mailbox)
{
  for (guint i = 0; i < all->len; i++)
    {
      const Known *known = &g_array_index (all, Known, i);

      if (known->mailbox == mailbox)
        return known;
    }
  return NULL;
}

/* What is wanted */

static gboolean
is_below (const char *name, const char *above)
{
  gsize len = strlen (above);

  return strncmp (name, above, len) == 0 && (name[len] == '\0' || name[len] == '/');
}

static gboolean
covers (PracticeImap *imap, const ImapNotifyGroup *group, const char *name)
{
  gboolean found = FALSE;

  switch (group->scope)
    {
    case IMAP_NOTIFY_PERSONAL:
      return TRUE;
    case IMAP_NOTIFY_INBOXES:
      return strcmp (name, "INBOX") == 0;
    case IMAP_NOTIFY_SUBSCRIBED:
      return g_hash_table_contains (imap->base.account->subscriptions, name);
    case IMAP_NOTIFY_SUBTREE:
    case IMAP_NOTIFY_MAILBOXES:
      for (guint i = 0; group->mailboxes[i] != NULL; i++)
        found = found ||
                (group->scope == IMAP_NOTIFY_SUBTREE ? is_below (name, group->mailboxes[i])
                                                     : strcmp (name, group->mailboxes[i]) == 0);
      return found;
    case IMAP_NOTIFY_SELECTED:
    case IMAP_NOTIFY_SELECTED_DELAYED:
    default:
      return FALSE;
    }
}

/* Of a mailbox that is not open, or of its name. */
static guint
wanted_of (PracticeImap *imap, const char *name)
{
  guint events = 0;

  for (guint i = 0; i < imap->notify->groups->len; i++)
    {
      const ImapNotifyGroup *group = &g_array_index (imap->notify->groups, ImapNotifyGroup, i);

      if (covers (imap, group, name))
        events |= group->events;
    }
  return events;
}

const ImapNotifyGroup *
practice_imap_notify_selected (const PracticeImap *imap)
{
  for (guint i = 0; imap->notify != NULL && i < imap->notify->groups->len; i++)
    {
      const ImapNotifyGroup *group = &g_array_index (imap->notify->groups, ImapNotifyGroup, i);

      if (group->scope == IMAP_NOTIFY_SELECTED || group->scope == IMAP_NOTIFY_SELECTED_DELAYED)
        return group;
    }
  return NULL;
}

guint
practice_imap_notify_events (const PracticeImap *imap)
{
  const ImapNotifyGroup *selected = practice_imap_notify_selected (imap);

  if (imap->notify == NULL)
    return IMAP_NOTIFY_MESSAGE_EVENTS;
  return selected != NULL ? selected->events : 0;
}

/* Telling */

static void
tell_status (PracticeImap *imap, const PracticeMailbox *mailbox, guint events, gboolean all)
{
  GPtrArray *items = g_ptr_array_new ();
  g_autofree char **words = NULL;
  gboolean modseq = (imap->enabled & PRACTICE_IMAP_CONDSTORE) != 0;

  if (all || (events & (IMAP_NOTIFY_MESSAGE_NEW | IMAP_NOTIFY_MESSAGE_EXPUNGE)) != 0)
    {
      g_ptr_array_add (items, (gpointer) "MESSAGES");
      g_ptr_array_add (items, (gpointer) "UIDNEXT");
    }
  if (all || (events & IMAP_NOTIFY_FLAG_CHANGE) != 0)
    {
      g_ptr_array_add (items, (gpointer) "UIDVALIDITY");
      g_ptr_array_add (items, (gpointer) "UNSEEN");
    }
  if (modseq)
    g_ptr_array_add (items, (gpointer) "HIGHESTMODSEQ");
  g_ptr_array_add (items, NULL);
  words = (char **) g_ptr_array_free (items, FALSE);
  practice_imap_tell_status (imap, 0, mailbox, words);
}

/* What happened to the letters of a mailbox that is not open. */
static void
compare_letters (PracticeImap *imap, const Known *before, const Known *now)
{
  guint wanted = wanted_of (imap, now->name);
  guint events = 0;

  if (before->uidnext != now->uidnext)
    events |= IMAP_NOTIFY_MESSAGE_NEW;
  if (before->count + (now->uidnext - before->uidnext) != now->count)
    events |= IMAP_NOTIFY_MESSAGE_EXPUNGE;
  if (before->modseq != now->modseq && (events == 0 || before->unseen != now->unseen) &&
      ((imap->enabled & PRACTICE_IMAP_CONDSTORE) != 0 || before->unseen != now->unseen))
    events |= IMAP_NOTIFY_FLAG_CHANGE;
  if ((events & wanted) != 0)
    tell_status (imap, now->mailbox, events & wanted, FALSE);
}

static void
compare_names (PracticeImap *imap, const GArray *before, const GArray *now)
{
  for (guint i = 0; i < now->len; i++)
    {
      const Known *known = &g_array_index (now, Known, i);
      const Known *old = find_known (before, known->mailbox);
      guint wanted = wanted_of (imap, known->name);
      gboolean renamed = old != NULL && strcmp (old->name, known->name) != 0;

      /* What is below a mailbox is renamed with it, and that is not said (§5.4). */
      if (renamed && strrchr (known->name, '/') != NULL && strrchr (old->name, '/') != NULL)
        {
          g_autofree char *above =
              g_strndup (old->name, (gsize) (strrchr (old->name, '/') - old->name));
          gboolean moved = TRUE;

          for (guint j = 0; j < now->len; j++)
            moved = moved && strcmp (g_array_index (now, Known, j).name, above) != 0;
          for (guint j = 0; j < before->len && moved; j++)
            if (strcmp (g_array_index (before, Known, j).name, above) == 0)
              renamed = FALSE;
        }
      if ((old == NULL || renamed) && (wanted & IMAP_NOTIFY_MAILBOX_NAME) != 0)
        practice_imap_tell_listed (
            imap, 0, known->mailbox, renamed ? old->name : NULL, known->subscribed);
      else if (old != NULL && old->subscribed != known->subscribed &&
               ((wanted | wanted_of (imap, old->name)) & IMAP_NOTIFY_SUBSCRIPTION_CHANGE) != 0)
        practice_imap_tell_listed (imap, 0, known->mailbox, NULL, known->subscribed);
    }
  for (guint i = 0; i < before->len; i++)
    {
      const Known *known = &g_array_index (before, Known, i);

      if (find_known (now, known->mailbox) == NULL &&
          (wanted_of (imap, known->name) & IMAP_NOTIFY_MAILBOX_NAME) != 0)
        practice_imap_tell_gone_mailbox (imap, 0, known->name);
    }
}

/* Watching */

static void
unwatch (PracticeImap *imap)
{
  for (guint i = 0; imap->known != NULL && i < imap->known->len; i++)
    practice_mailbox_unwatch (g_array_index (imap->known, Known, i).mailbox, imap->base.waker);
  g_clear_pointer (&imap->known, g_array_unref);
}

/* Whatever happened until now the session knows. */
void
practice_imap_notify_is_known (PracticeImap *imap)
{
  GArray *now;

  if (imap->notify == NULL || imap->notify->groups->len == 0)
    return;
  now = look (imap);
  for (guint i = 0; i < now->len; i++)
    practice_mailbox_watch (g_array_index (now, Known, i).mailbox, imap->base.waker);
  unwatch (imap);
  imap->known = now;
}

void
practice_imap_notify_sync (PracticeImap *imap)
{
  g_autoptr (GArray) now = NULL;

  if (imap->notify == NULL || imap->notify->groups->len == 0)
    return;
  now = look (imap);
  compare_names (imap, imap->known, now);
  for (guint i = 0; i < now->len; i++)
    {
      const Known *known = &g_array_index (now, Known, i);
      const Known *old = find_known (imap->known, known->mailbox);

      if (old != NULL && known->mailbox != imap->mailbox)
        compare_letters (imap, old, known);
    }
  practice_imap_notify_is_known (imap);
}

void
practice_imap_notify_end (PracticeImap *imap)
{
  unwatch (imap);
  if (imap->notify != NULL && imap->base.account != NULL)
    practice_account_unwatch (imap->base.account, imap->base.waker);
  g_clear_pointer (&imap->notify, imap_notify_free);
}

/* STATUS of all that are watched and not open (§3.1). */
static void
tell_all (PracticeImap *imap)
{
  for (guint i = 0; i < imap->known->len; i++)
    {
      const Known *known = &g_array_index (imap->known, Known, i);

      if (known->mailbox != imap->mailbox &&
          (wanted_of (imap, known->name) & IMAP_NOTIFY_MESSAGE_EVENTS) != 0)
        tell_status (imap, known->mailbox, 0, TRUE);
    }
}

static gboolean
is_supported (const ImapNotify *notify)
{
  for (guint i = 0; i < notify->groups->len; i++)
    {
      if ((g_array_index (notify->groups, ImapNotifyGroup, i).events &
           (IMAP_NOTIFY_ANNOTATION_CHANGE | IMAP_NOTIFY_MAILBOX_METADATA |
            IMAP_NOTIFY_SERVER_METADATA | IMAP_NOTIFY_OTHER)) != 0)
        return FALSE;
    }
  return TRUE;
}

void
practice_imap_notify (PracticeImap *imap, const ImapEvent *event)
{
  gboolean utf8 = (imap->enabled & (PRACTICE_IMAP_REV2 | PRACTICE_IMAP_UTF8)) != 0;
  const char *text = event->command->text;
  g_autoptr (ImapNotify) notify =
      text != NULL
          ? imap_notify_parse (text, utf8, base_core_limits (BASE_CORE (practice_imap_core (imap))))
          : NULL;

  if (notify == NULL)
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "That is no list of events");
      return;
    }
  if (!is_supported (notify))
    {
      practice_imap_finish (imap,
                            event,
                            IMAP_STATUS_NO,
                            "BADEVENT (MessageNew MessageExpunge FlagChange MailboxName "
                            "SubscriptionChange)",
                            "Those are the events that are told here");
      return;
    }
  /* What is new is told before the old list goes (§3.1). */
  practice_imap_notify_sync (imap);
  practice_imap_notify_end (imap);
  practice_imap_view_sync (imap, event->base.exchange, TRUE);
  imap->notify = g_steal_pointer (&notify);
  practice_imap_view_sync (imap, event->base.exchange, TRUE);
  imap->base.idle = TRUE;
  practice_account_watch (imap->base.account, imap->base.waker);
  practice_imap_notify_is_known (imap);
  if (imap->notify->status)
    tell_all (imap);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "You will be told");
}
