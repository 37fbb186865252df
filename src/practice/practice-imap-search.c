/* Which messages fit: each is asked whether it fits the tree of keys (RFC 9051 §6.4.4). */
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
  gint64 now = practice_store_now (candidate->imap->base.shared->store) / G_USEC_PER_SEC;

  return now - practice_message_date (candidate->entry->message);
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

/* Keys that come with extensions not offered here, or that IMAP4rev2 has no more (RFC 9051 §E). */
static gboolean
is_unknown (const PracticeImap *imap, const ImapSearchKey *key)
{
  static const char *const of_rev1[] = { "NEW", "OLD", "RECENT", NULL };

  return strcmp (key->name, "FUZZY") == 0 || g_str_has_prefix (key->name, "X-GM-") ||
         ((imap->enabled & PRACTICE_IMAP_REV2) != 0 && g_strv_contains (of_rev1, key->name));
}

static gboolean
is_number (const PracticeImap *imap, const ImapSearchKey *key)
{
  return strcmp (key->name, "SET") == 0 && !imap_set_is_saved (key->set);
}

static gboolean
is_beyond (const PracticeImap *imap, const ImapSearchKey *key)
{
  return is_number (imap, key) && practice_imap_view_is_beyond (imap, key->set);
}

static gboolean
is_of_modseq (const PracticeImap *imap, const ImapSearchKey *key)
{
  return strcmp (key->name, "MODSEQ") == 0;
}

static gboolean
any_key (const PracticeImap *imap,
         const ImapSearchKey *key,
         gboolean (*is) (const PracticeImap *, const ImapSearchKey *))
{
  for (guint i = 0; key->children != NULL && i < key->children->len; i++)
    {
      if (any_key (imap, key->children->pdata[i], is))
        return TRUE;
    }
  return is (imap, key);
}

gboolean
practice_imap_search_is_known (const PracticeImap *imap, const ImapSearchKey *key)
{
  return !any_key (imap, key, is_unknown);
}

gboolean
practice_imap_search_has_numbers (const PracticeImap *imap, const ImapSearchKey *key)
{
  return any_key (imap, key, is_number);
}

gboolean
practice_imap_search_is_beyond (const PracticeImap *imap, const ImapSearchKey *key)
{
  return any_key (imap, key, is_beyond);
}

gboolean
practice_imap_search_has_modseq (const PracticeImap *imap, const ImapSearchKey *key)
{
  return any_key (imap, key, is_of_modseq);
}

GArray *
practice_imap_search_places (PracticeImap *imap, const ImapSearchKey *key)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));

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
      if (fits (&candidate, key))
        g_array_append_val (found, i);
      g_clear_pointer (&candidate.message, mail_message_unref);
    }
  return found;
}
