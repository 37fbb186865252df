/* Commands about mailboxes as such: SELECT, LIST and their kin, STATUS, CREATE, DELETE, RENAME,
 * SUBSCRIBE, NAMESPACE. */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

#define DELIMITER '/'
#define MAX_NAME 200

static PracticeMailbox *
find (PracticeImap *imap, const ImapEvent *event)
{
  PracticeMailbox *mailbox = practice_account_find (imap->base.account, event->command->mailbox);

  if (mailbox == NULL)
    practice_imap_finish (
        imap, event, IMAP_STATUS_NO, "NONEXISTENT", "There is no mailbox of that name");
  return mailbox;
}

/* SELECT, EXAMINE */

static void
tell_code (PracticeImap *imap, guint64 exchange, const char *text, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static void
tell_code (PracticeImap *imap, guint64 exchange, const char *text, const char *format, ...)
{
  g_autofree char *code = NULL;
  va_list args;

  va_start (args, format);
  code = g_strdup_vprintf (format, args);
  va_end (args);
  practice_imap_respond (imap, exchange, imap_response_status (NULL, IMAP_STATUS_OK, code, text));
}

/* The system flags and the keywords in use. */
static void
collect_flags (const PracticeMailbox *mailbox, ImapFlags *flags)
{
  flags->bits =
      IMAP_FLAG_SEEN | IMAP_FLAG_ANSWERED | IMAP_FLAG_FLAGGED | IMAP_FLAG_DELETED | IMAP_FLAG_DRAFT;
  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    {
      char **keywords = practice_mailbox_get (mailbox, i)->flags.keywords;

      for (guint j = 0; keywords != NULL && keywords[j] != NULL; j++)
        {
          if (!imap_flags_has_keyword (flags, keywords[j]))
            imap_flags_add (flags, keywords[j], strlen (keywords[j]));
        }
    }
}

static void
tell_flags (PracticeImap *imap, guint64 exchange)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_FLAGS);
  ImapFlags permanent = { 0 };
  g_autoptr (GString) list = g_string_new (NULL);

  collect_flags (imap->mailbox, &response->flags);
  collect_flags (imap->mailbox, &permanent);
  /* "\*": new ones can be made (RFC 9051 §7.1). */
  if (permanent.keywords == NULL || g_strv_length (permanent.keywords) < PRACTICE_IMAP_KEYWORDS)
    permanent.bits |= IMAP_FLAG_WILDCARD;
  imap_flags_write (&permanent, list);
  imap_flags_clear (&permanent);
  practice_imap_respond (imap, exchange, response);
  tell_code (
      imap, exchange, "These are kept", "PERMANENTFLAGS %s", imap->read_only ? "()" : list->str);
}

static void
tell_counts (PracticeImap *imap, guint64 exchange)
{
  guint recent = 0;
  guint unseen = 0;

  for (guint i = 0; i < imap->view->len; i++)
    {
      recent += g_array_index (imap->view, PracticeSeen, i).recent ? 1 : 0;
      if (unseen == 0 && (practice_imap_view_entry (imap, i)->flags.bits & IMAP_FLAG_SEEN) == 0)
        unseen = i + 1;
    }
  practice_imap_respond (
      imap, exchange, imap_response_number (IMAP_RESPONSE_EXISTS, imap->view->len));
  /* IMAP4rev2 knows neither of these (RFC 9051 §E). */
  if ((imap->enabled & PRACTICE_IMAP_REV2) != 0)
    return;
  practice_imap_respond (imap, exchange, imap_response_number (IMAP_RESPONSE_RECENT, recent));
  if (unseen > 0 && (imap->enabled & PRACTICE_IMAP_UIDONLY) == 0)
    tell_code (imap, exchange, "The first that nobody has read", "UNSEEN %u", unseen);
}

/* A fault: what clients know of it is void. */
static PracticeMailbox *
make_anew (PracticeImap *imap, PracticeMailbox *mailbox)
{
  g_autofree char *name = g_strdup (mailbox->name);

  practice_store_renumber (imap->base.shared->store, imap->base.account, mailbox);
  (void) practice_store_commit (imap->base.shared->store, NULL);
  return practice_account_find (imap->base.account, name);
}

/* A POP3 session has its letters for itself until QUIT (RFC 1939 §3). */
static gboolean
may_be_made_anew (const PracticeImap *imap, const PracticeMailbox *mailbox)
{
  return !imap->base.account->maildrop_locked ||
         mailbox != practice_account_inbox (imap->base.account);
}

static void
select_mailbox (PracticeImap *imap, const ImapEvent *event)
{
  gboolean read_only = event->command->verb == IMAP_VERB_EXAMINE;
  guint64 exchange = event->base.exchange;
  g_autofree char *id = NULL;
  PracticeMailbox *mailbox;
  PracticeResync resync;

  if (!practice_imap_resync_parse (imap, event->command->options, &resync))
    {
      practice_imap_resync_clear (&resync);
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "This option is not known here");
      return;
    }
  /* What follows is about the other mailbox (RFC 7162 §3.2.11). */
  if (imap->mailbox != NULL)
    tell_code (imap, exchange, "The one before is closed", "CLOSED");
  /* A failed SELECT leaves nothing selected (RFC 9051 §6.3.2). */
  practice_imap_view_close (imap);
  imap_core_set_state (practice_imap_core (imap), IMAP_STATE_AUTHENTICATED, NULL);
  mailbox = find (imap, event);
  if (mailbox == NULL)
    {
      practice_imap_resync_clear (&resync);
      return;
    }
  if (may_be_made_anew (imap, mailbox) &&
      practice_faults_happen (
          imap->base.shared->faults, PRACTICE_FAULT_NEW_UIDVALIDITY, NULL, NULL))
    mailbox = make_anew (imap, mailbox);
  imap->enabled |= resync.condstore ? PRACTICE_IMAP_CONDSTORE : 0;
  id = practice_imap_mailbox_id (mailbox);
  practice_imap_view_open (imap, mailbox, read_only);
  tell_flags (imap, exchange);
  tell_counts (imap, exchange);
  tell_code (
      imap, exchange, "Names below stay what they are", "UIDVALIDITY %u", mailbox->uidvalidity);
  tell_code (imap, exchange, "The next will be named so", "UIDNEXT %u", mailbox->uidnext);
  tell_code (imap,
             exchange,
             "So many changes there were",
             "HIGHESTMODSEQ %" G_GUINT64_FORMAT,
             mailbox->modseq);
  tell_code (imap, exchange, "Its name for ever", "MAILBOXID (%s)", id);
  /* RFC 9051 §6.3.2: SELECT says what LIST would. */
  if ((imap->enabled & PRACTICE_IMAP_REV2) != 0)
    practice_imap_tell_listed (imap, exchange, mailbox, NULL, FALSE);
  if (resync.uidvalidity != 0)
    practice_imap_resync (imap, exchange, &resync);
  practice_imap_resync_clear (&resync);
  imap_core_set_state (practice_imap_core (imap), IMAP_STATE_SELECTED, mailbox->name);
  practice_imap_finish (imap,
                        event,
                        IMAP_STATUS_OK,
                        read_only ? "READ-ONLY" : "READ-WRITE",
                        read_only ? "Look, but do not touch" : "It is open");
}

/* LIST, LSUB */

/* '*' fits everything, '%' everything but the delimiter (RFC 9051 §6.3.9). Which beginnings of the
 * name fit is carried through the pattern, so that no pattern takes more than its length times the
 * name's. */
static gboolean
fits (const char *name, const char *pattern)
{
  gsize len = strlen (name);
  g_autofree gboolean *fit = g_new0 (gboolean, len + 1);

  fit[0] = TRUE;
  for (; *pattern != '\0'; pattern++)
    {
      if (*pattern == '*' || *pattern == '%')
        {
          for (gsize i = 1; i <= len; i++)
            fit[i] = fit[i] || (fit[i - 1] && (*pattern == '*' || name[i - 1] != DELIMITER));
          continue;
        }
      for (gsize i = len; i > 0; i--)
        fit[i] = fit[i - 1] && name[i - 1] == *pattern;
      fit[0] = FALSE;
    }
  return fit[len];
}

/* INBOX is INBOX in any case, also in front of what is below it. */
static char *
dup_canonical (const char *name)
{
  gsize len = strcspn (name, "/");

  if (len != 5 || g_ascii_strncasecmp (name, "INBOX", len) != 0)
    return g_strdup (name);
  return g_strconcat ("INBOX", name + len, NULL);
}

static gboolean
fits_any (const char *name, char **patterns)
{
  for (guint i = 0; patterns[i] != NULL; i++)
    {
      g_autofree char *pattern = dup_canonical (patterns[i]);
      g_autofree char *upper = g_ascii_strup (patterns[i], -1);

      if (fits (name, pattern) || (strcmp (name, "INBOX") == 0 && fits (name, upper)))
        return TRUE;
    }
  return FALSE;
}

static char **
join_patterns (const ImapCommand *command)
{
  const char *reference = command->mailbox != NULL ? command->mailbox : "";
  GPtrArray *joined = g_ptr_array_new ();

  if (command->patterns == NULL)
    g_ptr_array_add (joined, g_strconcat (reference, command->mailbox2, NULL));
  for (guint i = 0; command->patterns != NULL && command->patterns[i] != NULL; i++)
    g_ptr_array_add (joined, g_strconcat (reference, command->patterns[i], NULL));
  g_ptr_array_add (joined, NULL);
  return (char **) g_ptr_array_free (joined, FALSE);
}

static gboolean
has_word (char **words, const char *word)
{
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (words[i], word) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_children (const PracticeAccount *account, const char *name)
{
  gsize len = strlen (name);

  for (guint i = 0; i < account->mailboxes->len; i++)
    {
      const PracticeMailbox *other = account->mailboxes->pdata[i];

      if (strncmp (other->name, name, len) == 0 && other->name[len] == DELIMITER)
        return TRUE;
    }
  return FALSE;
}

/* RECURSIVEMATCH: something below @name is subscribed and is not listed itself (RFC 5258 §3.5). */
static gboolean
has_subscribed_below (const PracticeAccount *account, const char *name, char **patterns)
{
  gsize len = strlen (name);
  GHashTableIter iter;
  gpointer other;

  g_hash_table_iter_init (&iter, account->subscriptions);
  while (g_hash_table_iter_next (&iter, &other, NULL))
    {
      if (strncmp (other, name, len) == 0 && ((const char *) other)[len] == DELIMITER &&
          !fits_any (other, patterns))
        return TRUE;
    }
  return FALSE;
}

static void
tell_mailbox (PracticeImap *imap,
              guint64 exchange,
              const char *name,
              guint attributes,
              gboolean lsub,
              gboolean below)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_LIST);

  response->list->name = g_strdup (name);
  response->list->delimiter = DELIMITER;
  response->list->attributes = attributes;
  response->list->lsub = lsub;
  if (below)
    response->list->extended = g_strdup ("(\"CHILDINFO\" (\"SUBSCRIBED\"))");
  practice_imap_respond (imap, exchange, response);
}

/* The items of RETURN (STATUS (…)) (RFC 5819); (transfer full), nullable. */
static char **
status_option (const ImapCommand *command)
{
  for (guint i = 0; command->words != NULL && command->words[i] != NULL; i++)
    {
      const char *list = command->words[i + 1];
      g_autofree char *inside = NULL;

      if (g_ascii_strcasecmp (command->words[i], "STATUS") != 0 || list == NULL || list[0] != '(')
        continue;
      inside = g_strndup (list + 1, strcspn (list + 1, ")"));
      return g_strsplit (inside, " ", -1);
    }
  return NULL;
}

static gboolean
has_option (const ImapCommand *command, const char *option)
{
  g_autofree char *upper = command->options != NULL ? g_ascii_strup (command->options, -1) : NULL;

  return upper != NULL && strstr (upper, option) != NULL;
}

static gboolean
are_status_items_known (char **words)
{
  static const char *const known[] = { "MESSAGES",    "RECENT",      "UNSEEN",          "UIDNEXT",
                                       "UIDVALIDITY", "SIZE",        "HIGHESTMODSEQ",   "MAILBOXID",
                                       "DELETED",     "APPENDLIMIT", "DELETED-STORAGE", NULL };

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      if (!has_word ((char **) known, words[i]))
        return FALSE;
    }
  return TRUE;
}

/* Whether all of the words in @text, one list in parentheses, are in @known. */
static gboolean
are_options_known (const char *text, const char *const *known)
{
  g_auto (GStrv) words = g_strsplit_set (text != NULL ? text : "", " ()", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] != '\0' && !has_word ((char **) known, words[i]))
        return FALSE;
    }
  return TRUE;
}

/* RFC 5258 §3: what is not known is BAD. */
static gboolean
is_list_known (const ImapCommand *command)
{
  static const char *const selection[] = {
    "SUBSCRIBED", "REMOTE", "SPECIAL-USE", "RECURSIVEMATCH", NULL
  };
  static const char *const returned[] = { "SUBSCRIBED", "CHILDREN", "SPECIAL-USE", "STATUS", NULL };

  g_auto (GStrv) status = status_option (command);

  for (guint i = 0; command->words != NULL && command->words[i] != NULL; i++)
    {
      if (command->words[i][0] != '(' && !has_word ((char **) returned, command->words[i]))
        return FALSE;
    }
  /* RECURSIVEMATCH says how something is selected, and needs it (RFC 5258 §3.1). */
  if (has_option (command, "RECURSIVEMATCH") && !has_option (command, "SUBSCRIBED"))
    return FALSE;
  return are_options_known (command->options, selection) && are_status_items_known (status);
}

void
practice_imap_tell_listed (PracticeImap *imap,
                           guint64 exchange,
                           const PracticeMailbox *mailbox,
                           const char *old_name,
                           gboolean subscribed)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_LIST);
  ImapList *told = response->list;

  told->name = g_strdup (mailbox->name);
  told->delimiter = DELIMITER;
  told->attributes =
      mailbox->use | (subscribed ? IMAP_MAILBOX_SUBSCRIBED : 0) |
      (has_children (imap->base.account, mailbox->name) ? IMAP_MAILBOX_HASCHILDREN
                                                        : IMAP_MAILBOX_HASNOCHILDREN);
  /* RFC 5465 §5.4, RFC 9051 §6.3.9.7 */
  if (old_name != NULL)
    {
      gboolean utf8 = (imap->enabled & (PRACTICE_IMAP_REV2 | PRACTICE_IMAP_UTF8)) != 0;
      g_autofree char *encoded = utf8 ? g_strdup (old_name) : imap_mailbox_encode (old_name);
      g_autofree char *escaped = g_strescape (encoded, NULL);

      told->extended = g_strdup_printf ("(\"OLDNAME\" (\"%s\"))", utf8 ? encoded : escaped);
    }
  practice_imap_respond (imap, exchange, response);
}

void
practice_imap_tell_gone_mailbox (PracticeImap *imap, guint64 exchange, const char *name)
{
  tell_mailbox (imap, exchange, name, IMAP_MAILBOX_NONEXISTENT, FALSE, FALSE);
}

static void
list_existing (PracticeImap *imap, const ImapEvent *event, char **patterns)
{
  const ImapCommand *command = event->command;
  const PracticeAccount *account = imap->base.account;
  gboolean lsub = command->verb == IMAP_VERB_LSUB;
  gboolean only_subscribed = lsub || has_option (command, "SUBSCRIBED");
  gboolean recursive = has_option (command, "RECURSIVEMATCH");
  gboolean only_uses = has_option (command, "SPECIAL-USE");
  g_auto (GStrv) status = status_option (command);

  for (guint i = 0; i < account->mailboxes->len; i++)
    {
      const PracticeMailbox *mailbox = account->mailboxes->pdata[i];
      gboolean subscribed = g_hash_table_contains (account->subscriptions, mailbox->name);
      guint attributes = mailbox->use;

      gboolean below = recursive && has_subscribed_below (account, mailbox->name, patterns);

      if (!fits_any (mailbox->name, patterns) || (only_subscribed && !subscribed && !below) ||
          (only_uses && mailbox->use == 0))
        continue;
      attributes |= has_children (account, mailbox->name) ? IMAP_MAILBOX_HASCHILDREN
                                                          : IMAP_MAILBOX_HASNOCHILDREN;
      if (subscribed && !lsub && (only_subscribed || has_word (command->words, "SUBSCRIBED")))
        attributes |= IMAP_MAILBOX_SUBSCRIBED;
      tell_mailbox (imap, event->base.exchange, mailbox->name, attributes, lsub, below);
      if (status != NULL)
        practice_imap_tell_status (imap, event->base.exchange, mailbox, status);
    }
}

/* "LSUB %" does not reach what is subscribed further down, but says that it is there (RFC 3501
 * §6.3.9). */
static void
list_above (PracticeImap *imap, const ImapEvent *event, char **patterns)
{
  const PracticeAccount *account = imap->base.account;
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, account->subscriptions);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      for (char *slash = strchr (name, DELIMITER); slash != NULL;
           slash = strchr (slash + 1, DELIMITER))
        {
          g_autofree char *above = g_strndup (name, (gsize) (slash - (char *) name));

          if (!fits_any (name, patterns) && fits_any (above, patterns) &&
              !g_hash_table_contains (account->subscriptions, above) &&
              g_hash_table_add (told, g_strdup (above)))
            tell_mailbox (imap, event->base.exchange, above, IMAP_MAILBOX_NOSELECT, TRUE, FALSE);
        }
    }
}

/* Subscriptions outlive their mailboxes (RFC 9051 §6.3.7). */
static void
list_missing (PracticeImap *imap, const ImapEvent *event, char **patterns)
{
  const PracticeAccount *account = imap->base.account;
  gboolean lsub = event->command->verb == IMAP_VERB_LSUB;
  GHashTableIter iter;
  gpointer name;

  if (!lsub && !has_option (event->command, "SUBSCRIBED"))
    return;
  g_hash_table_iter_init (&iter, account->subscriptions);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (practice_account_find (account, name) == NULL && fits_any (name, patterns))
        tell_mailbox (imap,
                      event->base.exchange,
                      name,
                      lsub ? IMAP_MAILBOX_NOSELECT
                           : IMAP_MAILBOX_NONEXISTENT | IMAP_MAILBOX_SUBSCRIBED,
                      lsub,
                      FALSE);
    }
}

static void
list (PracticeImap *imap, const ImapEvent *event)
{
  const ImapCommand *command = event->command;
  g_auto (GStrv) patterns = NULL;

  if (!is_list_known (command))
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "This option is not known here");
      return;
    }
  /* An empty pattern asks for the delimiter alone. */
  if (command->patterns == NULL && command->mailbox2 != NULL && command->mailbox2[0] == '\0')
    {
      tell_mailbox (imap,
                    event->base.exchange,
                    "",
                    IMAP_MAILBOX_NOSELECT,
                    command->verb == IMAP_VERB_LSUB,
                    FALSE);
    }
  else
    {
      patterns = join_patterns (command);
      list_existing (imap, event, patterns);
      list_missing (imap, event, patterns);
      if (command->verb == IMAP_VERB_LSUB)
        list_above (imap, event, patterns);
    }
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "Those are all");
}

/* STATUS */

void
practice_imap_tell_status (PracticeImap *imap,
                           guint64 exchange,
                           const PracticeMailbox *mailbox,
                           char **items)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_STATUS_ITEMS);
  ImapStatusItems *status = response->status_items;
  guint count = practice_mailbox_count (mailbox);
  g_autofree char *id = practice_imap_mailbox_id (mailbox);

  if (has_word (items, "HIGHESTMODSEQ"))
    practice_imap_wants_modseq (imap, exchange);
  status->name = g_strdup (mailbox->name);
  status->has_messages = has_word (items, "MESSAGES");
  status->has_recent = has_word (items, "RECENT");
  status->has_unseen = has_word (items, "UNSEEN");
  status->has_uidnext = has_word (items, "UIDNEXT");
  status->has_uidvalidity = has_word (items, "UIDVALIDITY");
  status->has_size = has_word (items, "SIZE");
  status->has_modseq = has_word (items, "HIGHESTMODSEQ");
  status->has_deleted = has_word (items, "DELETED");
  status->has_deleted_storage = has_word (items, "DELETED-STORAGE");
  status->modseq = mailbox->modseq;
  status->has_appendlimit = has_word (items, "APPENDLIMIT");
  status->appendlimit = PRACTICE_IMAP_MAX_LETTER;
  if (has_word (items, "MAILBOXID"))
    status->mailbox_id = g_steal_pointer (&id);
  status->messages = count;
  status->uidnext = mailbox->uidnext;
  status->uidvalidity = mailbox->uidvalidity;
  for (guint i = 0; i < count; i++)
    {
      const PracticeEntry *entry = practice_mailbox_get (mailbox, i);

      status->recent += entry->uid >= mailbox->first_recent ? 1 : 0;
      if ((entry->flags.bits & IMAP_FLAG_DELETED) != 0)
        {
          status->deleted++;
          status->deleted_storage += practice_message_size (entry->message);
        }
      status->unseen += (entry->flags.bits & IMAP_FLAG_SEEN) == 0 ? 1 : 0;
      status->size += practice_message_size (entry->message);
    }
  practice_imap_respond (imap, exchange, response);
}

static void
status (PracticeImap *imap, const ImapEvent *event)
{
  const PracticeMailbox *mailbox;
  gboolean rev2 = (imap->enabled & PRACTICE_IMAP_REV2) != 0;

  if (!are_status_items_known (event->command->words) ||
      (rev2 && has_word (event->command->words, "RECENT")))
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "This item is not known here");
      return;
    }
  mailbox = find (imap, event);
  if (mailbox == NULL)
    return;
  practice_imap_tell_status (imap, event->base.exchange, mailbox, event->command->words);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "So it stands");
}

/* CREATE, DELETE, RENAME, SUBSCRIBE */

gboolean
practice_imap_is_good_name (const char *name)
{
  gsize len = strlen (name);

  if (len == 0 || len > MAX_NAME || name[0] == DELIMITER || strstr (name, "//") != NULL ||
      strpbrk (name, "*%") != NULL)
    return FALSE;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (p)))
        return FALSE;
    }
  return TRUE;
}

/* Those above @name are made too (RFC 9051 §6.3.4, §6.3.6). */
static void
create_above (PracticeImap *imap, const char *name)
{
  for (const char *slash = strchr (name, DELIMITER); slash != NULL;
       slash = strchr (slash + 1, DELIMITER))
    {
      g_autofree char *above = g_strndup (name, (gsize) (slash - name));

      practice_store_create (imap->base.shared->store, imap->base.account, above, 0);
    }
}

/* A delimiter at the end only says that there will be some below. */
static void
create (PracticeImap *imap, const ImapEvent *event)
{
  PracticeStore *store = imap->base.shared->store;
  PracticeAccount *account = imap->base.account;
  g_autofree char *name = dup_canonical (event->command->mailbox);
  g_autofree char *id = NULL;
  g_autofree char *code = NULL;
  gsize len = strlen (name);

  if (event->command->options != NULL)
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "This option is not known here");
      return;
    }
  if (len > 1 && name[len - 1] == DELIMITER)
    name[len - 1] = '\0';
  if (!practice_imap_is_good_name (name))
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "CANNOT", "A mailbox cannot be called that");
      return;
    }
  if (practice_account_find (account, name) != NULL)
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "ALREADYEXISTS", "There is one of that name");
      return;
    }
  create_above (imap, name);
  practice_store_create (store, account, name, 0);
  if (!practice_imap_commit (imap, event))
    return;
  id = practice_imap_mailbox_id (practice_account_find (account, name));
  code = g_strdup_printf ("MAILBOXID (%s)", id);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, code, "It is there, and empty");
}

static void delete (PracticeImap *imap, const ImapEvent *event)
{
  PracticeAccount *account = imap->base.account;
  PracticeMailbox *mailbox = find (imap, event);

  if (mailbox == NULL)
    return;
  if (mailbox == practice_account_inbox (account))
    {
      practice_imap_finish (imap, event, IMAP_STATUS_NO, "CANNOT", "INBOX stays");
      return;
    }
  if (has_children (account, mailbox->name))
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "HASCHILDREN", "There are mailboxes below it");
      return;
    }
  practice_store_delete (imap->base.shared->store, account, mailbox);
  if (!practice_imap_commit (imap, event))
    return;
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "It is gone, with all that lay in it");
}

static void
rename_mailbox (PracticeImap *imap, const ImapEvent *event)
{
  PracticeAccount *account = imap->base.account;
  PracticeMailbox *mailbox = find (imap, event);
  g_autofree char *name = dup_canonical (event->command->mailbox2);
  gsize len = strlen (event->command->mailbox);

  if (mailbox == NULL)
    return;
  if (strncmp (name, event->command->mailbox, len) == 0 && name[len] == DELIMITER &&
      mailbox != practice_account_inbox (account))
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "CANNOT", "A mailbox cannot be below itself");
      return;
    }
  if (!practice_imap_is_good_name (name) || practice_account_find (account, name) != NULL)
    {
      practice_imap_finish (imap,
                            event,
                            IMAP_STATUS_NO,
                            practice_imap_is_good_name (name) ? "ALREADYEXISTS" : "CANNOT",
                            "It cannot be called that");
      return;
    }
  create_above (imap, name);
  practice_store_rename (imap->base.shared->store, account, mailbox, name);
  if (!practice_imap_commit (imap, event))
    return;
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "It has a new name");
}

static void
subscribe (PracticeImap *imap, const ImapEvent *event)
{
  gboolean on = event->command->verb == IMAP_VERB_SUBSCRIBE;

  if (on && find (imap, event) == NULL)
    return;
  if (!practice_imap_is_good_name (event->command->mailbox))
    {
      practice_imap_finish (imap, event, IMAP_STATUS_NO, "CANNOT", "No mailbox can be called that");
      return;
    }
  practice_store_subscribe (
      imap->base.shared->store, imap->base.account, event->command->mailbox, on);
  if (!practice_imap_commit (imap, event))
    return;
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "Noted");
}

static void
name_spaces (PracticeImap *imap, const ImapEvent *event)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_NAMESPACE);
  ImapNamespaceEntry entry = { g_strdup (""), DELIMITER };

  if (response->personal == NULL)
    response->personal = imap_namespace_entries_new ();
  g_array_append_val (response->personal, entry);
  practice_imap_respond (imap, event->base.exchange, response);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "All of it is yours");
}

void
practice_imap_folders (PracticeImap *imap, const ImapEvent *event)
{
  switch ((int) event->command->verb)
    {
    case IMAP_VERB_SELECT:
    case IMAP_VERB_EXAMINE:
      select_mailbox (imap, event);
      break;
    case IMAP_VERB_LIST:
    case IMAP_VERB_LSUB:
      list (imap, event);
      break;
    case IMAP_VERB_STATUS:
      status (imap, event);
      break;
    case IMAP_VERB_CREATE:
      create (imap, event);
      break;
    case IMAP_VERB_DELETE:
      delete (imap, event);
      break;
    case IMAP_VERB_RENAME:
      rename_mailbox (imap, event);
      break;
    case IMAP_VERB_SUBSCRIBE:
    case IMAP_VERB_UNSUBSCRIBE:
      subscribe (imap, event);
      break;
    case IMAP_VERB_NAMESPACE:
      name_spaces (imap, event);
      break;
    default:
      g_assert_not_reached ();
    }
}
