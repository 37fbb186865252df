/* Commands that change what lies in mailboxes: STORE, COPY, MOVE, EXPUNGE, CLOSE, APPEND. */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

/* Flags */

static void
remove_keyword (ImapFlags *flags, const char *keyword)
{
  GPtrArray *kept = g_ptr_array_new ();

  for (guint i = 0; flags->keywords != NULL && flags->keywords[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (flags->keywords[i], keyword) != 0)
        g_ptr_array_add (kept, g_strdup (flags->keywords[i]));
    }
  g_ptr_array_add (kept, NULL);
  g_strfreev (flags->keywords);
  flags->keywords = (char **) g_ptr_array_free (kept, FALSE);
}

static void
change_flags (ImapFlags *flags, const ImapFlags *by, int mode)
{
  if (mode == '-')
    flags->bits &= ~by->bits;
  else
    flags->bits |= by->bits;
  for (guint i = 0; by->keywords != NULL && by->keywords[i] != NULL; i++)
    {
      const char *keyword = by->keywords[i];

      if (mode == '-')
        remove_keyword (flags, keyword);
      else if (!imap_flags_has_keyword (flags, keyword))
        imap_flags_add (flags, keyword, strlen (keyword));
    }
}

/* Only MODSEQ: that the flags are as asked for, the client knows. */
static void
tell_modseq (PracticeImap *imap, const ImapEvent *event, guint index)
{
  const PracticeEntry *entry = practice_imap_view_entry (imap, index);
  gboolean uid = event->command->uid || (imap->enabled & PRACTICE_IMAP_QRESYNC) != 0;
  ImapResponse *response = practice_imap_view_response (imap, index);

  response->fetch->items = IMAP_FETCH_MODSEQ | (uid ? IMAP_FETCH_UID : 0);
  response->fetch->modseq = entry->modseq;
  practice_imap_respond (imap, event->base.exchange, response);
}

/* Takes those out of @places that changed after UNCHANGEDSINCE; "MODIFIED 5,7" or %NULL. */
static char *
take_modified (PracticeImap *imap, const ImapCommand *command, GArray *places)
{
  g_autoptr (ImapSet) modified = imap_set_new ();
  g_autoptr (GString) code = NULL;
  guint kept = 0;

  for (guint i = 0; i < places->len; i++)
    {
      guint index = g_array_index (places, guint, i);
      const PracticeEntry *entry = practice_imap_view_entry (imap, index);
      guint32 name = command->uid ? entry->uid : index + 1;

      if (entry->modseq > command->unchanged_since)
        imap_set_add (modified, name, name);
      else
        g_array_index (places, guint, kept++) = index;
    }
  if (kept == places->len)
    return NULL;
  g_array_set_size (places, kept);
  code = g_string_new ("MODIFIED ");
  imap_set_write (modified, code);
  return g_string_free (g_steal_pointer (&code), FALSE);
}

/* "HIGHESTMODSEQ n" for a client that resynchronises, once something is gone (RFC 7162 §3.2.8). */
static char *
highest (PracticeImap *imap, gboolean gone)
{
  if (!gone || (imap->enabled & PRACTICE_IMAP_QRESYNC) == 0)
    return NULL;
  return g_strdup_printf ("HIGHESTMODSEQ %" G_GUINT64_FORMAT, imap->mailbox->modseq);
}

/* The messages a command names; %NULL: refused already. */
static GArray *
select_places (PracticeImap *imap, const ImapEvent *event)
{
  GArray *places = practice_imap_view_select (imap, event->command->set, event->command->uid);

  if (places == NULL)
    practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "There is no such message");
  return places;
}

/* Another session has removed some of those named, and this one could not be told yet (RFC 9051
 * §7.5.1). */
static void
refuse_gone (PracticeImap *imap, const ImapEvent *event, const char *text)
{
  practice_imap_finish (imap, event, IMAP_STATUS_NO, "EXPUNGEISSUED", text);
}

/* Flags of the system that this one does not have: only standards make those (RFC 9051 §2.3.2). */
static gboolean
are_flags_known (PracticeImap *imap, const ImapEvent *event, const ImapFlags *flags)
{
  for (guint i = 0; flags->keywords != NULL && flags->keywords[i] != NULL; i++)
    {
      if (flags->keywords[i][0] != '\\')
        continue;
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "CANNOT", "Only standards make flags with a backslash");
      return FALSE;
    }
  return TRUE;
}

static void
gather_keywords (GHashTable *known, char **keywords)
{
  for (guint i = 0; keywords != NULL && keywords[i] != NULL; i++)
    g_hash_table_add (known, g_ascii_strdown (keywords[i], -1));
}

/* "LIMIT" is also for the number of keywords in a mailbox (RFC 9051 §7.1). */
static gboolean
has_room_for_keywords (PracticeImap *imap,
                       const ImapEvent *event,
                       const PracticeMailbox *mailbox,
                       const ImapFlags *flags)
{
  g_autoptr (GHashTable) known = NULL;
  guint before;

  if (flags->keywords == NULL || flags->keywords[0] == NULL)
    return TRUE;
  known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    gather_keywords (known, practice_mailbox_get (mailbox, i)->flags.keywords);
  before = g_hash_table_size (known);
  gather_keywords (known, flags->keywords);
  if (g_hash_table_size (known) <= MAX (before, PRACTICE_IMAP_KEYWORDS))
    return TRUE;
  practice_imap_finish (
      imap, event, IMAP_STATUS_NO, "LIMIT", "There are too many keywords in this mailbox");
  return FALSE;
}

/* No mailbox of that name: could it be made? (RFC 9051 §7.1) */
static void
refuse_target (PracticeImap *imap, const ImapEvent *event)
{
  practice_imap_finish (imap,
                        event,
                        IMAP_STATUS_NO,
                        practice_imap_is_good_name (event->command->mailbox) ? "TRYCREATE"
                                                                             : "CANNOT",
                        "There is no mailbox of that name");
}

static gboolean
is_read_only (PracticeImap *imap, const ImapEvent *event)
{
  if (imap->read_only)
    practice_imap_finish (
        imap, event, IMAP_STATUS_NO, "READ-ONLY", "EXAMINE opened it for reading only");
  return imap->read_only;
}

static void
store (PracticeImap *imap, const ImapEvent *event)
{
  const ImapCommand *command = event->command;
  g_autoptr (GArray) places = NULL;
  g_autofree char *modified = NULL;

  practice_imap_view_sync (imap, event->base.exchange, command->uid);
  if (is_read_only (imap, event) || !are_flags_known (imap, event, &command->flags))
    return;
  if (command->store_mode != '-' &&
      !has_room_for_keywords (imap, event, imap->mailbox, &command->flags))
    return;
  places = select_places (imap, event);
  if (places == NULL)
    return;
  if (command->has_unchanged_since)
    {
      practice_imap_wants_modseq (imap, event->base.exchange);
      modified = take_modified (imap, command, places);
    }
  for (guint i = 0; i < places->len; i++)
    {
      guint index = g_array_index (places, guint, i);
      PracticeEntry *entry = practice_imap_view_entry (imap, index);
      ImapFlags flags = { 0 };

      if (command->store_mode != 0)
        imap_flags_copy (&flags, &entry->flags);
      change_flags (&flags, &command->flags, command->store_mode);
      practice_mailbox_set_flags (imap->mailbox, entry, &flags);
      imap_flags_clear (&flags);
    }
  if (!practice_imap_commit (imap, event))
    return;
  for (guint i = 0; i < places->len; i++)
    {
      guint index = g_array_index (places, guint, i);

      if (!command->silent)
        practice_imap_tell_flags (imap, event->base.exchange, index, command->uid);
      else if ((imap->enabled & PRACTICE_IMAP_CONDSTORE) != 0)
        tell_modseq (imap, event, index);
    }
  practice_imap_view_is_known (imap);
  if (!command->uid && practice_imap_view_names_gone (imap, command->set))
    {
      refuse_gone (imap, event, "Some are gone; the flags of the others are set");
      return;
    }
  practice_imap_finish (imap,
                        event,
                        IMAP_STATUS_OK,
                        modified,
                        modified != NULL ? "Somebody changed those before; the rest are set"
                                         : "The flags are set");
}

/* COPY and MOVE (RFC 4315, 6851) */

static void
take_out (PracticeImap *imap, GArray *uids)
{
  for (guint i = 0; i < uids->len; i++)
    practice_mailbox_remove (imap->mailbox, g_array_index (uids, guint32, i));
}

static guint64
size_of (PracticeImap *imap, GArray *places)
{
  guint64 size = 0;

  for (guint i = 0; i < places->len; i++)
    size += practice_message_size (
        practice_imap_view_entry (imap, g_array_index (places, guint, i))->message);
  return size;
}

static gboolean
are_keywords_taken (PracticeImap *imap,
                    const ImapEvent *event,
                    const PracticeMailbox *target,
                    GArray *places)
{
  ImapFlags all = { 0 };
  gboolean taken;

  for (guint i = 0; i < places->len; i++)
    change_flags (
        &all, &practice_imap_view_entry (imap, g_array_index (places, guint, i))->flags, '+');
  taken = has_room_for_keywords (imap, event, target, &all);
  imap_flags_clear (&all);
  return taken;
}

static void
copy (PracticeImap *imap, const ImapEvent *event)
{
  const ImapCommand *command = event->command;
  gboolean move = command->verb == IMAP_VERB_MOVE;
  PracticeMailbox *target = practice_account_find (imap->base.account, command->mailbox);
  g_autoptr (GArray) places = NULL;
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (ImapSet) to = imap_set_new ();
  g_autoptr (ImapSet) from = imap_set_new ();
  g_autoptr (GString) code = g_string_new (NULL);

  practice_imap_view_sync (imap, event->base.exchange, command->uid);
  if (target == NULL)
    {
      refuse_target (imap, event);
      return;
    }
  if (move && is_read_only (imap, event))
    return;
  places = select_places (imap, event);
  if (places != NULL && !command->uid && practice_imap_view_names_gone (imap, command->set))
    {
      refuse_gone (imap, event, "Some are gone, so none is copied");
      return;
    }
  if (places == NULL || !are_keywords_taken (imap, event, target, places) ||
      (!move && !practice_imap_has_room (imap, event, size_of (imap, places))))
    return;
  for (guint i = 0; i < places->len; i++)
    {
      /* Read first: the target may be this mailbox, and its array move. */
      const PracticeEntry *entry =
          practice_imap_view_entry (imap, g_array_index (places, guint, i));
      guint32 uid = entry->uid;
      ImapFlags flags = { 0 };
      guint32 new_uid;

      imap_flags_copy (&flags, &entry->flags);
      new_uid = practice_mailbox_add (target, entry->message, &flags);
      imap_flags_clear (&flags);
      imap_set_add (from, uid, uid);
      imap_set_add (to, new_uid, new_uid);
      g_array_append_val (uids, uid);
    }
  if (places->len > 0)
    {
      g_string_printf (code, "COPYUID %u ", target->uidvalidity);
      imap_set_write (from, code);
      g_string_append_c (code, ' ');
      imap_set_write (to, code);
    }
  if (move)
    take_out (imap, uids);
  if (!practice_imap_commit (imap, event))
    return;
  if (move)
    {
      if (places->len > 0)
        practice_imap_respond (
            imap,
            event->base.exchange,
            imap_response_status (NULL, IMAP_STATUS_OK, code->str, "They are there"));
      practice_imap_view_sync (imap, event->base.exchange, TRUE);
      practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "And no longer here");
      return;
    }
  practice_imap_view_sync (imap, event->base.exchange, command->uid);
  practice_imap_finish (imap,
                        event,
                        IMAP_STATUS_OK,
                        places->len > 0 ? code->str : NULL,
                        "Copied; the originals stay");
}

/* EXPUNGE, CLOSE */

static gboolean
remove_deleted (PracticeImap *imap, const ImapSet *uids)
{
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < imap->view->len; i++)
    {
      const PracticeEntry *entry = practice_imap_view_entry (imap, i);

      if (entry != NULL && (entry->flags.bits & IMAP_FLAG_DELETED) != 0 &&
          (uids == NULL || practice_imap_view_in_set (imap, i, uids, TRUE)))
        g_array_append_val (gone, entry->uid);
    }
  take_out (imap, gone);
  return gone->len > 0;
}

static void
expunge (PracticeImap *imap, const ImapEvent *event)
{
  g_autofree char *code = NULL;
  gboolean gone;

  practice_imap_view_sync (imap, event->base.exchange, TRUE);
  if (is_read_only (imap, event))
    return;
  gone = remove_deleted (imap, event->command->uid ? event->command->set : NULL);
  if (!practice_imap_commit (imap, event))
    return;
  practice_imap_view_sync (imap, event->base.exchange, TRUE);
  code = highest (imap, gone);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, code, "What was marked is gone");
}

static void
close_mailbox (PracticeImap *imap, const ImapEvent *event)
{
  g_autofree char *code = NULL;
  gboolean gone = FALSE;

  if (event->command->verb == IMAP_VERB_CLOSE && !imap->read_only)
    gone = remove_deleted (imap, NULL);
  if (!practice_imap_commit (imap, event))
    return;
  code = highest (imap, gone);
  practice_imap_view_close (imap);
  imap_core_set_state (practice_imap_core (imap), IMAP_STATE_AUTHENTICATED, NULL);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, code, "Closed");
}

void
practice_imap_change (PracticeImap *imap, const ImapEvent *event)
{
  switch ((int) event->command->verb)
    {
    case IMAP_VERB_STORE:
      store (imap, event);
      break;
    case IMAP_VERB_COPY:
    case IMAP_VERB_MOVE:
      copy (imap, event);
      break;
    case IMAP_VERB_EXPUNGE:
      expunge (imap, event);
      break;
    case IMAP_VERB_CLOSE:
    case IMAP_VERB_UNSELECT:
      close_mailbox (imap, event);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* APPEND, REPLACE */

/* A letter with a NUL in it cannot be stored (RFC 3516 §4.4). */
static gboolean
check_letter (PracticeImap *imap, const ImapEvent *event, GBytes *source)
{
  gsize len = 0;
  const char *bytes = source != NULL ? g_bytes_get_data (source, &len) : NULL;

  if (len == 0)
    {
      practice_imap_finish (imap, event, IMAP_STATUS_NO, NULL, "There is no letter");
      return FALSE;
    }
  if (memchr (bytes, '\0', len) != NULL)
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "UNKNOWN-CTE", "A letter with NUL bytes is not kept here");
      return FALSE;
    }
  return TRUE;
}

/* Where APPEND puts its letters; for REPLACE also what it replaces is there. %FALSE: refused
 * already, and none of them is kept. */
static gboolean
check_append (PracticeImap *imap, const ImapEvent *event, GPtrArray *letters, guint *replaced)
{
  const ImapCommand *command = event->command;
  const PracticeMailbox *target = practice_account_find (imap->base.account, command->mailbox);
  g_autoptr (GArray) places = NULL;
  guint64 size = 0;

  *replaced = G_MAXUINT;
  if (target == NULL)
    {
      refuse_target (imap, event);
      return FALSE;
    }
  for (guint i = 0; i < letters->len; i++)
    {
      const ImapFlags *flags =
          i == 0 ? &command->flags : &g_array_index (command->more, ImapAppended, i - 1).flags;

      if (!are_flags_known (imap, event, flags) ||
          !has_room_for_keywords (imap, event, target, flags))
        return FALSE;
      if (!check_letter (imap, event, letters->pdata[i]))
        return FALSE;
      size += g_bytes_get_size (letters->pdata[i]);
    }
  if (!practice_imap_has_room (imap, event, size))
    return FALSE;
  if (command->verb != IMAP_VERB_REPLACE)
    return TRUE;
  if (is_read_only (imap, event))
    return FALSE;
  places = select_places (imap, event);
  if (places == NULL)
    return FALSE;
  if (places->len != 1)
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "NONEXISTENT", "What it would replace is not there");
      return FALSE;
    }
  *replaced = practice_imap_view_entry (imap, g_array_index (places, guint, 0))->uid;
  return TRUE;
}

static guint32
add_letter (PracticeImap *imap,
            PracticeMailbox *target,
            GBytes *source,
            gint64 date,
            const ImapFlags *flags)
{
  g_autoptr (PracticeMessage) message = practice_message_new (
      source,
      date != IMAP_DATE_NONE ? date
                             : practice_store_now (imap->base.shared->store) / G_USEC_PER_SEC);

  return practice_mailbox_add (target, message, flags);
}

/* All of them, or none (RFC 3502). "APPENDUID 38505 3955:3957" */
static char *
add_letters (PracticeImap *imap,
             PracticeMailbox *target,
             const ImapCommand *command,
             GPtrArray *letters)
{
  g_autoptr (GString) code = g_string_new (NULL);
  guint32 first =
      add_letter (imap, target, letters->pdata[0], command->internal_date, &command->flags);
  guint32 last = first;

  for (guint i = 1; i < letters->len; i++)
    {
      const ImapAppended *one = &g_array_index (command->more, ImapAppended, i - 1);

      last = add_letter (imap, target, letters->pdata[i], one->internal_date, &one->flags);
    }
  g_string_printf (code, "APPENDUID %u %u", target->uidvalidity, first);
  if (last > first)
    g_string_append_printf (code, ":%u", last);
  return g_string_free (g_steal_pointer (&code), FALSE);
}

void
practice_imap_append (PracticeImap *imap, const ImapEvent *event, GPtrArray *letters)
{
  const ImapCommand *command = event->command;
  PracticeMailbox *target = practice_account_find (imap->base.account, command->mailbox);
  g_autofree char *code = NULL;
  gboolean replaces = command->verb == IMAP_VERB_REPLACE;
  guint replaced;

  if (!check_append (imap, event, letters, &replaced))
    return;
  code = add_letters (imap, target, command, letters);
  if (replaces)
    practice_mailbox_remove (imap->mailbox, replaced);
  if (!practice_imap_commit (imap, event))
    return;
  /* RFC 8508 §3.4: the new one is told of before the old one goes. */
  if (replaces)
    practice_imap_respond (imap,
                           event->base.exchange,
                           imap_response_status (NULL, IMAP_STATUS_OK, code, "It lies there now"));
  if (replaces)
    practice_imap_view_sync (imap, event->base.exchange, FALSE);
  practice_imap_view_sync (imap, event->base.exchange, TRUE);
  practice_imap_finish (imap,
                        event,
                        IMAP_STATUS_OK,
                        replaces ? NULL : code,
                        replaces ? "And the one before is gone" : "It lies there now");
}
