/* notify       = "NOTIFY" SP ("SET" [SP "STATUS"] SP event-group *(SP event-group) / "NONE")
 * event-group  = "(" filter-mailboxes SP events ")"
 * filter       = "selected" / "selected-delayed" / "inboxes" / "personal" / "subscribed" /
 *                ("subtree" / "mailboxes") SP (mailbox / "(" mailbox *(SP mailbox) ")")
 * events       = "(" event *(SP event) ")" / "NONE"
 * event        = "MessageNew" [SP "(" fetch-att *(SP fetch-att) ")"] / … */
#include "config.h"

#include "imap-notify.h"

#include <string.h>

#include "imap-parser-item.h"

static const struct
{
  const char *word;
  ImapNotifyScope scope;
} scopes[] = {
  { "SELECTED", IMAP_NOTIFY_SELECTED },     { "SELECTED-DELAYED", IMAP_NOTIFY_SELECTED_DELAYED },
  { "INBOXES", IMAP_NOTIFY_INBOXES },       { "PERSONAL", IMAP_NOTIFY_PERSONAL },
  { "SUBSCRIBED", IMAP_NOTIFY_SUBSCRIBED }, { "SUBTREE", IMAP_NOTIFY_SUBTREE },
  { "MAILBOXES", IMAP_NOTIFY_MAILBOXES },
};

static const struct
{
  const char *word;
  guint event;
} events[] = {
  { "MessageNew", IMAP_NOTIFY_MESSAGE_NEW },
  { "MessageExpunge", IMAP_NOTIFY_MESSAGE_EXPUNGE },
  { "FlagChange", IMAP_NOTIFY_FLAG_CHANGE },
  { "AnnotationChange", IMAP_NOTIFY_ANNOTATION_CHANGE },
  { "MailboxName", IMAP_NOTIFY_MAILBOX_NAME },
  { "SubscriptionChange", IMAP_NOTIFY_SUBSCRIPTION_CHANGE },
  { "MailboxMetadataChange", IMAP_NOTIFY_MAILBOX_METADATA },
  { "ServerMetadataChange", IMAP_NOTIFY_SERVER_METADATA },
};

static void
group_clear (gpointer data)
{
  ImapNotifyGroup *group = data;

  g_strfreev (group->mailboxes);
  g_clear_pointer (&group->fetch, imap_command_unref);
}

void
imap_notify_free (ImapNotify *notify)
{
  g_array_unref (notify->groups);
  g_free (notify);
}

static gboolean
parse_mailboxes (ImapScanner *scanner, ImapNotifyGroup *group)
{
  GPtrArray *names = g_ptr_array_new ();
  gboolean list = imap_scanner_peek (scanner) == '(';
  gboolean good = !list || imap_scanner_open (scanner);

  while (good && !(list && imap_scanner_close (scanner)))
    {
      char *name = NULL;

      good = scanner->expected == NULL && imap_scanner_mailbox (scanner, &name);
      if (name != NULL)
        g_ptr_array_add (names, name);
      if (!list)
        break;
    }
  good = good && names->len > 0;
  group->mailboxes = imap_scanner_take_words (names);
  return good;
}

/* [SP "(" fetch-att *(SP fetch-att) ")"] behind MessageNew. */
static gboolean
parse_fetch (ImapScanner *scanner, ImapNotifyGroup *group)
{
  if (scanner->end - scanner->p < 2 || memcmp (scanner->p, " (", 2) != 0)
    return TRUE;
  scanner->p++;
  g_clear_pointer (&group->fetch, imap_command_unref);
  group->fetch = imap_command_new (IMAP_VERB_FETCH);
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    if (scanner->expected != NULL || !imap_parser_fetch_item (scanner, group->fetch, FALSE))
      return FALSE;
  return group->fetch->items != 0 || group->fetch->sections != NULL;
}

static gboolean
parse_event (ImapScanner *scanner, ImapNotifyGroup *group)
{
  ImapToken word;

  if (!imap_scanner_word (scanner, FALSE, &word))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    if (imap_token_is (&word, events[i].word))
      {
        group->events |= events[i].event;
        return events[i].event != IMAP_NOTIFY_MESSAGE_NEW || parse_fetch (scanner, group);
      }
  group->events |= IMAP_NOTIFY_OTHER;
  return TRUE;
}

static gboolean
parse_events (ImapScanner *scanner, ImapNotifyGroup *group)
{
  ImapToken word;

  if (imap_scanner_peek (scanner) != '(')
    return imap_scanner_word (scanner, FALSE, &word) && imap_token_is (&word, "NONE");
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    if (scanner->expected != NULL || !parse_event (scanner, group))
      return FALSE;
  return group->events != 0;
}

/* §5: MessageNew and MessageExpunge go together, and FlagChange only with them. §6.1: nothing but
 * letters is told of the open mailbox. */
static gboolean
is_allowed (const ImapNotifyGroup *group)
{
  guint pair = group->events & (IMAP_NOTIFY_MESSAGE_NEW | IMAP_NOTIFY_MESSAGE_EXPUNGE);
  gboolean both = pair == (IMAP_NOTIFY_MESSAGE_NEW | IMAP_NOTIFY_MESSAGE_EXPUNGE);

  if (pair != 0 && !both)
    return FALSE;
  if ((group->events & (IMAP_NOTIFY_FLAG_CHANGE | IMAP_NOTIFY_ANNOTATION_CHANGE)) != 0 && !both)
    return FALSE;
  return (group->scope != IMAP_NOTIFY_SELECTED && group->scope != IMAP_NOTIFY_SELECTED_DELAYED) ||
         (group->events & ~(guint) (IMAP_NOTIFY_MESSAGE_EVENTS | IMAP_NOTIFY_OTHER)) == 0;
}

static gboolean
need_space (ImapScanner *scanner)
{
  if (!imap_scanner_need (scanner, ' ', "a space"))
    return FALSE;
  imap_scanner_spaces (scanner);
  return !imap_scanner_at_end (scanner) || imap_scanner_expected (scanner, "more");
}

static gboolean
parse_group (ImapScanner *scanner, ImapNotify *notify)
{
  ImapNotifyGroup *group;
  ImapToken word;
  guint i = 0;

  g_array_set_size (notify->groups, notify->groups->len + 1);
  group = &g_array_index (notify->groups, ImapNotifyGroup, notify->groups->len - 1);
  if (!imap_scanner_open (scanner) || !imap_scanner_word (scanner, FALSE, &word))
    return FALSE;
  while (i < G_N_ELEMENTS (scopes) && !imap_token_is (&word, scopes[i].word))
    i++;
  if (i == G_N_ELEMENTS (scopes))
    return FALSE;
  group->scope = scopes[i].scope;
  if (!need_space (scanner))
    return FALSE;
  if ((group->scope == IMAP_NOTIFY_SUBTREE || group->scope == IMAP_NOTIFY_MAILBOXES) &&
      (!parse_mailboxes (scanner, group) || !need_space (scanner)))
    return FALSE;
  return parse_events (scanner, group) && imap_scanner_accept (scanner, ')') && is_allowed (group);
}

/* Only one of them is about the open mailbox. */
static gboolean
is_selected_once (const ImapNotify *notify)
{
  guint n = 0;

  for (guint i = 0; i < notify->groups->len; i++)
    n += g_array_index (notify->groups, ImapNotifyGroup, i).scope <= IMAP_NOTIFY_SELECTED_DELAYED;
  return n <= 1;
}

static gboolean
parse_set (ImapScanner *scanner, ImapNotify *notify)
{
  ImapToken word;

  if (!need_space (scanner))
    return FALSE;
  if (imap_scanner_peek (scanner) != '(')
    {
      if (!imap_scanner_word (scanner, FALSE, &word) || !imap_token_is (&word, "STATUS") ||
          !need_space (scanner))
        return FALSE;
      notify->status = TRUE;
    }
  do
    {
      if (!parse_group (scanner, notify))
        return FALSE;
    }
  while (!imap_scanner_at_end (scanner) && need_space (scanner));
  return imap_scanner_at_end (scanner) && scanner->expected == NULL && is_selected_once (notify);
}

ImapNotify *
imap_notify_parse (const char *text, gboolean utf8, const BaseLimits *limits)
{
  g_autoptr (ImapNotify) notify = g_new0 (ImapNotify, 1);
  const ImapFrame frame = { .text = text, .len = strlen (text), .utf8 = utf8 };
  ImapScanner scanner;
  ImapToken word;

  notify->groups = g_array_new (FALSE, TRUE, sizeof (ImapNotifyGroup));
  g_array_set_clear_func (notify->groups, group_clear);
  imap_scanner_init (&scanner, &frame, limits, NULL);
  scanner.strict = TRUE;
  if (!imap_scanner_word (&scanner, FALSE, &word))
    return NULL;
  if (imap_token_is (&word, "NONE") && imap_scanner_at_end (&scanner))
    return g_steal_pointer (&notify);
  if (!imap_token_is (&word, "SET") || !parse_set (&scanner, notify))
    return NULL;
  return g_steal_pointer (&notify);
}
