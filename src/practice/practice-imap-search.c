/* SEARCH: each message is asked whether it fits the tree of keys (RFC 9051 §6.4.4). */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

#include "mail-date.h"
#include "mail-header.h"
#include "mail-message.h"

/* One message being asked; its letter is parsed when the first key wants it. */
typedef struct
{
  PracticeImap *imap;
  guint index;
  const PracticeEntry *entry;
  guint flags; /* with \Recent */
  MailMessage *message;
} Candidate;

static MailMessage *
message_of (Candidate *candidate)
{
  if (candidate->message == NULL)
    {
      g_autoptr (GBytes) source = practice_message_dup_source (candidate->entry->message);

      candidate->message = mail_message_parse (source, NULL);
    }
  return candidate->message;
}

static gboolean
contains (const char *text, const char *wanted)
{
  g_autofree char *a = g_utf8_casefold (text != NULL ? text : "", -1);
  g_autofree char *b = g_utf8_casefold (wanted, -1);

  return strstr (a, b) != NULL;
}

static gboolean
header_contains (Candidate *candidate, const char *name, const char *wanted)
{
  char *value;

  for (guint i = 0; (value = mail_message_dup_header (message_of (candidate), name, i)) != NULL;
       i++)
    {
      gboolean found = contains (value, wanted);

      g_free (value);
      if (found)
        return TRUE;
    }
  return FALSE;
}

static gboolean
body_contains (Candidate *candidate, const char *wanted)
{
  MailMessage *message = message_of (candidate);

  for (guint i = 0; i < mail_message_get_n_parts (message); i++)
    {
      MailPart *part = mail_message_get_part (message, i);
      g_autofree char *text =
          mail_part_is (part, "text", NULL) ? mail_part_dup_text (part, 0) : NULL;

      if (text != NULL && contains (text, wanted))
        return TRUE;
    }
  return FALSE;
}

static gboolean
any_header_contains (Candidate *candidate, const char *wanted)
{
  MailPartSpan span = mail_part_get_span (mail_message_get_root (message_of (candidate)));
  const char *data = g_bytes_get_data (mail_message_get_source (message_of (candidate)), NULL);
  g_autofree char *header = mail_decode_header_len (data + span.header, span.header_length);

  return contains (header, wanted);
}

/* Seconds (RFC 5032). */
static gint64
age_of (const Candidate *candidate)
{
  return g_get_real_time () / G_USEC_PER_SEC - practice_message_date (candidate->entry->message);
}

static gint64
day_of (gint64 utc)
{
  return utc >= 0 ? utc / 86400 : (utc - 86399) / 86400;
}

/* BEFORE ON SINCE and their SENT… forms: whole days, the time of day left out. */
static gboolean
fits_date (Candidate *candidate, const ImapSearchKey *key)
{
  gboolean sent = g_str_has_prefix (key->name, "SENT");
  gboolean saved = g_str_has_prefix (key->name, "SAVED");
  const char *relation = sent ? key->name + 4 : saved ? key->name + 5 : key->name;
  gint64 utc = saved ? candidate->entry->saved : practice_message_date (candidate->entry->message);
  int offset = 0;
  gint64 day;

  if (sent && !mail_message_get_date (message_of (candidate), &utc, &offset))
    return FALSE;
  day = day_of (utc + (gint64) offset * 60);
  if (strcmp (relation, "BEFORE") == 0)
    return day < key->date;
  if (strcmp (relation, "ON") == 0)
    return day == key->date;
  return day >= key->date;
}

static const struct
{
  const char *name;
  guint bits;
  gboolean set;
} flag_keys[] = {
  { "ANSWERED", IMAP_FLAG_ANSWERED, TRUE }, { "UNANSWERED", IMAP_FLAG_ANSWERED, FALSE },
  { "DELETED", IMAP_FLAG_DELETED, TRUE },   { "UNDELETED", IMAP_FLAG_DELETED, FALSE },
  { "DRAFT", IMAP_FLAG_DRAFT, TRUE },       { "UNDRAFT", IMAP_FLAG_DRAFT, FALSE },
  { "FLAGGED", IMAP_FLAG_FLAGGED, TRUE },   { "UNFLAGGED", IMAP_FLAG_FLAGGED, FALSE },
  { "SEEN", IMAP_FLAG_SEEN, TRUE },         { "UNSEEN", IMAP_FLAG_SEEN, FALSE },
  { "RECENT", IMAP_FLAG_RECENT, TRUE },     { "OLD", IMAP_FLAG_RECENT, FALSE },
};

/* Header fields that have a key of their own. */
static const char *const header_keys[] = { "FROM", "TO", "CC", "BCC", "SUBJECT" };

static int
fits_flag (const Candidate *candidate, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (flag_keys); i++)
    {
      if (strcmp (name, flag_keys[i].name) == 0)
        return ((candidate->flags & flag_keys[i].bits) != 0) == flag_keys[i].set;
    }
  if (strcmp (name, "NEW") == 0)
    return (candidate->flags & IMAP_FLAG_RECENT) != 0 && (candidate->flags & IMAP_FLAG_SEEN) == 0;
  return -1;
}

static gboolean fits (Candidate *candidate, const ImapSearchKey *key);

static gboolean
fits_children (Candidate *candidate, const ImapSearchKey *key)
{
  gboolean any = strcmp (key->name, "OR") == 0;

  for (guint i = 0; i < key->children->len; i++)
    {
      if (fits (candidate, key->children->pdata[i]) == any)
        return any;
    }
  return !any;
}

static gboolean
fits_text (Candidate *candidate, const ImapSearchKey *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (header_keys); i++)
    {
      if (strcmp (key->name, header_keys[i]) == 0)
        return header_contains (candidate, key->name, key->text);
    }
  if (strcmp (key->name, "HEADER") == 0)
    return header_contains (candidate, key->text, key->text2);
  if (strcmp (key->name, "BODY") == 0)
    return body_contains (candidate, key->text);
  if (strcmp (key->name, "TEXT") == 0)
    return any_header_contains (candidate, key->text) || body_contains (candidate, key->text);
  if (strcmp (key->name, "EMAILID") == 0)
    {
      g_autofree char *id = practice_imap_email_id (candidate->entry);

      return strcmp (id, key->text) == 0;
    }
  if (strcmp (key->name, "THREADID") == 0)
    {
      g_autofree char *id = practice_imap_thread_id (message_of (candidate));

      return g_strcmp0 (id, key->text) == 0;
    }
  if (strcmp (key->name, "KEYWORD") == 0)
    return imap_flags_has_keyword (&candidate->entry->flags, key->text);
  if (strcmp (key->name, "UNKEYWORD") == 0)
    return !imap_flags_has_keyword (&candidate->entry->flags, key->text);
  return FALSE;
}

static gboolean
fits (Candidate *candidate, const ImapSearchKey *key)
{
  int flag = fits_flag (candidate, key->name);
  gsize size = practice_message_size (candidate->entry->message);

  if (flag >= 0)
    return flag;
  if (strcmp (key->name, "ALL") == 0)
    return TRUE;
  if (strcmp (key->name, "NOT") == 0)
    return !fits (candidate, key->children->pdata[0]);
  if (key->children != NULL)
    return fits_children (candidate, key);
  if (key->set != NULL)
    return practice_imap_view_in_set (
        candidate->imap, candidate->index, key->set, strcmp (key->name, "UID") == 0);
  if (strcmp (key->name, "SAVEDATESUPPORTED") == 0)
    return TRUE;
  if (strcmp (key->name, "MODSEQ") == 0)
    return candidate->entry->modseq >= key->number;
  if (strcmp (key->name, "OLDER") == 0)
    return age_of (candidate) >= (gint64) MIN (key->number, G_MAXINT64);
  if (strcmp (key->name, "YOUNGER") == 0)
    return age_of (candidate) <= (gint64) MIN (key->number, G_MAXINT64);
  if (strcmp (key->name, "LARGER") == 0)
    return size > key->number;
  if (strcmp (key->name, "SMALLER") == 0)
    return size < key->number;
  if (key->text != NULL)
    return fits_text (candidate, key);
  return fits_date (candidate, key);
}

/* Keys that come with extensions not offered here. */
static gboolean
is_known (const ImapSearchKey *key)
{
  static const char *const unknown[] = { "FUZZY", NULL };

  for (guint i = 0; key->children != NULL && i < key->children->len; i++)
    {
      if (!is_known (key->children->pdata[i]))
        return FALSE;
    }
  return !g_strv_contains (unknown, key->name);
}

static gboolean
are_options_known (char **words)
{
  static const char *const known[] = { "MIN", "MAX", "ALL", "COUNT", "SAVE", NULL };

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      g_autofree char *upper = g_ascii_strup (words[i], -1);

      if (!g_strv_contains (known, upper))
        return FALSE;
    }
  return TRUE;
}

static GArray *
search (PracticeImap *imap, const ImapCommand *command)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < imap->view->len; i++)
    {
      Candidate candidate = { .imap = imap,
                              .index = i,
                              .entry = practice_imap_view_entry (imap, i) };
      ImapFlags flags = { 0 };

      if (candidate.entry == NULL)
        continue;
      practice_imap_view_flags (imap, i, candidate.entry, &flags);
      candidate.flags = flags.bits;
      imap_flags_clear (&flags);
      if (fits (&candidate, command->search))
        {
          guint32 number = command->uid ? candidate.entry->uid : i + 1;

          g_array_append_val (found, number);
        }
      g_clear_pointer (&candidate.message, mail_message_unref);
    }
  return found;
}

static gboolean
uses_modseq (const ImapSearchKey *key)
{
  for (guint i = 0; key->children != NULL && i < key->children->len; i++)
    {
      if (uses_modseq (key->children->pdata[i]))
        return TRUE;
    }
  return strcmp (key->name, "MODSEQ") == 0;
}

/* The change that touched any of @found last. */
static guint64
last_change (PracticeImap *imap, const ImapCommand *command, const GArray *found)
{
  guint64 last = 0;

  for (guint i = 0; i < found->len; i++)
    {
      guint32 number = g_array_index (found, guint32, i);
      const PracticeEntry *entry = command->uid ? practice_mailbox_find (imap->mailbox, number)
                                                : practice_imap_view_entry (imap, number - 1);

      last = MAX (last, entry->modseq);
    }
  return last;
}

static gboolean
is_wanted (const ImapCommand *command, const char *option)
{
  gboolean none = command->words == NULL || command->words[0] == NULL;

  /* RETURN () means RETURN (ALL) (RFC 4731 §3.1). */
  if (none)
    return strcmp (option, "ALL") == 0;
  for (guint i = 0; command->words[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (command->words[i], option) == 0)
        return TRUE;
    }
  return FALSE;
}

/* RETURN (SAVE): "$" is what was found, or of MIN and MAX those (RFC 5182 §2.1). */
static void
save (PracticeImap *imap, const ImapCommand *command, const GArray *found)
{
  gboolean all = is_wanted (command, "ALL") || is_wanted (command, "COUNT") ||
                 (!is_wanted (command, "MIN") && !is_wanted (command, "MAX"));

  g_array_set_size (imap->saved, 0);
  for (guint i = 0; i < found->len; i++)
    {
      guint32 number = g_array_index (found, guint32, i);
      guint32 uid =
          command->uid ? number : g_array_index (imap->view, PracticeSeen, number - 1).uid;

      if (all || (i == 0 && is_wanted (command, "MIN")) ||
          (i + 1 == found->len && is_wanted (command, "MAX")))
        g_array_append_val (imap->saved, uid);
    }
}

static ImapResponse *
extended (const ImapCommand *command, GArray *found)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_ESEARCH);
  ImapEsearch *esearch = response->esearch;

  esearch->tag = g_strdup (command->tag);
  esearch->uid = command->uid;
  esearch->count = is_wanted (command, "COUNT") ? (gint64) found->len : -1;
  if (found->len == 0)
    return response;
  if (is_wanted (command, "MIN"))
    esearch->min = g_array_index (found, guint32, 0);
  if (is_wanted (command, "MAX"))
    esearch->max = g_array_index (found, guint32, found->len - 1);
  if (is_wanted (command, "ALL"))
    {
      esearch->all = imap_set_new ();
      for (guint i = 0; i < found->len; i++)
        imap_set_add (
            esearch->all, g_array_index (found, guint32, i), g_array_index (found, guint32, i));
    }
  return response;
}

void
practice_imap_search (PracticeImap *imap, const ImapEvent *event)
{
  const ImapCommand *command = event->command;
  ImapResponse *response = NULL;
  g_autoptr (GArray) found = NULL;
  guint64 modseq = 0;
  gboolean saves;

  practice_imap_view_sync (imap, event->base.exchange, command->uid);
  saves = command->words != NULL && command->words[0] != NULL && is_wanted (command, "SAVE");
  if (command->charset != NULL && g_ascii_strcasecmp (command->charset, "UTF-8") != 0 &&
      g_ascii_strcasecmp (command->charset, "US-ASCII") != 0)
    {
      if (saves)
        g_array_set_size (imap->saved, 0);
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "BADCHARSET (US-ASCII UTF-8)", "Not in that charset");
      return;
    }
  if (!is_known (command->search) || !are_options_known (command->words))
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "This key is not known here");
      return;
    }
  if (uses_modseq (command->search))
    practice_imap_wants_modseq (imap, event->base.exchange);
  found = search (imap, command);
  if (uses_modseq (command->search))
    modseq = last_change (imap, command, found);
  if (saves)
    save (imap, command, found);
  if (saves && command->words[1] == NULL)
    ; /* Nothing but that was asked for. */
  else if (command->esearch)
    {
      response = extended (command, found);
      response->esearch->modseq = modseq;
    }
  else
    {
      response = imap_response_new (IMAP_RESPONSE_SEARCH);
      g_clear_pointer (&response->numbers, g_array_unref);
      response->numbers = g_steal_pointer (&found);
      response->modseq = modseq;
    }
  if (response != NULL)
    practice_imap_respond (imap, event->base.exchange, response);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "That is all that fits");
}
