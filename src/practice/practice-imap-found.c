/* What SEARCH, SORT and THREAD answer, from the messages that fit (RFC 9051 §6.4.4; 4731, 5182,
 * 5256, 5267, 9394). */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

#include "practice-sort.h"

/* What RETURN asks for. */
typedef struct
{
  gboolean min, max, all, count, save, partial;
  gint64 from, to; /* PARTIAL */
} Wanted;

/* partial-range (RFC 9394): both ends count from the beginning, or both from the end. */
static gboolean
read_range (const char *text, Wanted *wanted)
{
  char *end;

  if (text == NULL)
    return FALSE;
  wanted->from = g_ascii_strtoll (text, &end, 10);
  if (*end != ':')
    return FALSE;
  wanted->to = g_ascii_strtoll (end + 1, &end, 10);
  return *end == '\0' && wanted->from != 0 && wanted->to != 0 &&
         (wanted->from < 0) == (wanted->to < 0);
}

/* %FALSE: an option that is not known, or two that exclude each other. */
static gboolean
read_options (const ImapCommand *command, Wanted *wanted)
{
  char **words = command->words;

  memset (wanted, 0, sizeof *wanted);
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (words[i], "MIN") == 0)
        wanted->min = TRUE;
      else if (g_ascii_strcasecmp (words[i], "MAX") == 0)
        wanted->max = TRUE;
      else if (g_ascii_strcasecmp (words[i], "ALL") == 0)
        wanted->all = TRUE;
      else if (g_ascii_strcasecmp (words[i], "COUNT") == 0)
        wanted->count = TRUE;
      else if (g_ascii_strcasecmp (words[i], "SAVE") == 0)
        wanted->save = TRUE;
      else if (g_ascii_strcasecmp (words[i], "PARTIAL") == 0 && !wanted->partial &&
               read_range (words[i + 1], wanted))
        {
          wanted->partial = TRUE;
          i++;
        }
      else
        return FALSE;
    }
  /* RETURN () means RETURN (ALL) (RFC 4731 §3.1); so does IMAP4rev2's SEARCH without it. */
  if (words == NULL || words[0] == NULL)
    wanted->all = TRUE;
  return !(wanted->all && wanted->partial);
}

static guint32
number_at (PracticeImap *imap, const ImapCommand *command, const GArray *found, guint i)
{
  guint place = g_array_index (found, guint, i);

  return command->uid ? g_array_index (imap->view, PracticeSeen, place).uid : place + 1;
}

void
practice_imap_window (gint64 from, gint64 to, guint len, guint *first, guint *end)
{
  gint64 low = MIN (ABS (from), ABS (to));
  gint64 high = MIN (MAX (ABS (from), ABS (to)), (gint64) len);

  *first = *end = 0;
  if (low > high)
    return;
  *first = (guint) (from > 0 ? low - 1 : (gint64) len - high);
  *end = (guint) (from > 0 ? high : (gint64) len - low + 1);
}

/* RETURN (SAVE): "$" is what was found, or of MIN, MAX and PARTIAL those (RFC 5182 §2.1, RFC 9394
 * §3.1). */
static void
save (PracticeImap *imap, const Wanted *wanted, const GArray *found)
{
  gboolean all = wanted->all || wanted->count || (!wanted->min && !wanted->max && !wanted->partial);
  guint first = 0;
  guint end = 0;

  g_array_set_size (imap->saved, 0);
  if (wanted->partial)
    practice_imap_window (wanted->from, wanted->to, found->len, &first, &end);
  for (guint i = 0; i < found->len; i++)
    {
      guint32 uid = g_array_index (imap->view, PracticeSeen, g_array_index (found, guint, i)).uid;

      if (all || (i == 0 && wanted->min) || (i + 1 == found->len && wanted->max) ||
          (i >= first && i < end))
        g_array_append_val (imap->saved, uid);
    }
}

static ImapSet *
set_of (PracticeImap *imap, const ImapCommand *command, const GArray *found, guint first, guint end)
{
  ImapSet *set = imap_set_new ();

  for (guint i = first; i < end; i++)
    {
      guint32 number = number_at (imap, command, found, i);

      imap_set_add (set, number, number);
    }
  return set;
}

static ImapResponse *
extended (PracticeImap *imap, const ImapCommand *command, const Wanted *wanted, const GArray *found)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_ESEARCH);
  ImapEsearch *esearch = response->esearch;
  guint first;
  guint end;

  esearch->tag = g_strdup (command->tag);
  esearch->uid = command->uid;
  esearch->count = wanted->count ? (gint64) found->len : -1;
  if (wanted->partial)
    {
      practice_imap_window (wanted->from, wanted->to, found->len, &first, &end);
      esearch->partial_from = wanted->from;
      esearch->partial_to = wanted->to;
      esearch->partial = end > first ? set_of (imap, command, found, first, end) : NULL;
    }
  if (found->len == 0)
    return response;
  if (wanted->min)
    esearch->min = number_at (imap, command, found, 0);
  if (wanted->max)
    esearch->max = number_at (imap, command, found, found->len - 1);
  if (wanted->all)
    esearch->all = set_of (imap, command, found, 0, found->len);
  return response;
}

static ImapResponse *
plain (PracticeImap *imap, const ImapCommand *command, const GArray *found)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_SEARCH);

  response->sort = command->verb == IMAP_VERB_SORT;
  for (guint i = 0; i < found->len; i++)
    {
      guint32 number = number_at (imap, command, found, i);

      g_array_append_val (response->numbers, number);
    }
  return response;
}

/* The change that touched any of those that are told last (RFC 4731 §3.2). */
static guint64
last_change (PracticeImap *imap, const Wanted *wanted, const GArray *found)
{
  gboolean all = wanted->all || wanted->count || wanted->partial;
  guint64 last = 0;

  for (guint i = 0; i < found->len; i++)
    {
      if (all || (wanted->min && i == 0) || (wanted->max && i + 1 == found->len))
        last = MAX (last, practice_imap_view_entry (imap, g_array_index (found, guint, i))->modseq);
    }
  return last;
}

/* The letters at @places as they are compared. */
static GArray *
read_keys (PracticeImap *imap, const GArray *places)
{
  GArray *keys = practice_sort_keys_new ();

  g_array_set_size (keys, places->len);
  for (guint i = 0; i < places->len; i++)
    {
      guint place = g_array_index (places, guint, i);
      const PracticeMessage *letter = practice_imap_view_entry (imap, place)->message;
      g_autoptr (GBytes) source = practice_message_dup_source (letter);
      g_autoptr (MailMessage) message = mail_message_parse (source, NULL);

      practice_sort_read (&g_array_index (keys, PracticeSortKeys, i),
                          message,
                          i,
                          practice_message_date (letter),
                          practice_message_size (letter));
    }
  return keys;
}

static void
sort (PracticeImap *imap, const ImapCommand *command, GArray *found)
{
  g_autoptr (GArray) keys = read_keys (imap, found);
  g_autoptr (GArray) before = g_array_copy (found);

  practice_sort (keys, command->sort);
  for (guint i = 0; i < found->len; i++)
    g_array_index (found, guint, i) =
        g_array_index (before, guint, g_array_index (keys, PracticeSortKeys, i).place);
}

static void
tell_threads (PracticeImap *imap, const ImapEvent *event, const GArray *found)
{
  g_autoptr (GArray) keys = read_keys (imap, found);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *threads = NULL;
  g_autofree char *line = NULL;

  for (guint i = 0; i < found->len; i++)
    {
      guint32 number = number_at (imap, event->command, found, i);

      g_array_append_val (numbers, number);
    }
  threads = practice_thread (event->command->name, keys, numbers);
  line = g_strconcat ("THREAD", threads[0] != '\0' ? " " : "", threads, NULL);
  practice_imap_respond (imap, event->base.exchange, imap_response_text (line));
}

/* What stands beside the keys; %FALSE: refused already. */
static gboolean
check (PracticeImap *imap, const ImapEvent *event, Wanted *wanted)
{
  const ImapCommand *command = event->command;
  const char *charset = command->charset;
  gboolean known = read_options (command, wanted);

  if (command->verb == IMAP_VERB_SORT)
    known = known && practice_sort_is_known (command->sort);
  if (command->verb == IMAP_VERB_THREAD)
    {
      g_autoptr (GArray) none = practice_sort_keys_new ();
      g_autofree char *empty = practice_thread (command->name, none, NULL);

      known = empty != NULL;
    }
  if (!known || !practice_imap_search_is_known (imap, command->search))
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "This key is not known here");
      return FALSE;
    }
  if ((imap->enabled & PRACTICE_IMAP_UIDONLY) != 0 &&
      practice_imap_search_has_numbers (imap, command->search))
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_BAD, "UIDREQUIRED", "Numbers of places are not used here");
      return FALSE;
    }
  if (practice_imap_search_is_beyond (imap, command->search))
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "There is no such message");
      return FALSE;
    }
  /* Names are in UTF-8 already (RFC 9755 §3). */
  if (charset != NULL && command->verb == IMAP_VERB_SEARCH &&
      (imap->enabled & PRACTICE_IMAP_UTF8) != 0)
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_BAD, NULL, "After ENABLE UTF8=ACCEPT no charset is named");
      return FALSE;
    }
  if (charset == NULL || g_ascii_strcasecmp (charset, "UTF-8") == 0 ||
      g_ascii_strcasecmp (charset, "US-ASCII") == 0)
    return TRUE;
  if (wanted->save)
    g_array_set_size (imap->saved, 0);
  practice_imap_finish (
      imap, event, IMAP_STATUS_NO, "BADCHARSET (US-ASCII UTF-8)", "Not in that charset");
  return FALSE;
}

static void
tell_found (PracticeImap *imap, const ImapEvent *event, const Wanted *wanted, GArray *found)
{
  const ImapCommand *command = event->command;
  gboolean modseq = practice_imap_search_has_modseq (imap, command->search);
  gboolean only_saved = wanted->save && !wanted->min && !wanted->max && !wanted->all &&
                        !wanted->count && !wanted->partial;
  gboolean rev2 = (imap->enabled & PRACTICE_IMAP_REV2) != 0 && command->verb == IMAP_VERB_SEARCH;
  ImapResponse *response;

  if (wanted->save)
    save (imap, wanted, found);
  if (only_saved)
    return;
  if (command->esearch || rev2)
    {
      response = extended (imap, command, wanted, found);
      response->esearch->modseq = modseq ? last_change (imap, wanted, found) : 0;
    }
  else
    {
      response = plain (imap, command, found);
      response->modseq = modseq ? last_change (imap, wanted, found) : 0;
    }
  practice_imap_respond (imap, event->base.exchange, response);
}

void
practice_imap_search (PracticeImap *imap, const ImapEvent *event)
{
  const ImapCommand *command = event->command;
  g_autoptr (GArray) found = NULL;
  Wanted wanted;

  practice_imap_view_sync (imap, event->base.exchange, command->uid);
  if (!check (imap, event, &wanted))
    return;
  if (practice_imap_search_has_modseq (imap, command->search))
    practice_imap_wants_modseq (imap, event->base.exchange);
  found = practice_imap_search_places (imap, command->search);
  if (command->verb == IMAP_VERB_SORT)
    sort (imap, command, found);
  if (command->verb == IMAP_VERB_THREAD)
    tell_threads (imap, event, found);
  else
    tell_found (imap, event, &wanted, found);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "That is all that fits");
}
