/* SORT: criteria one after the other, and the place where nothing else decides. */
#include "config.h"

#include "practice-sort.h"

#include <string.h>

#include "practice-subject.h"

static void
keys_clear (gpointer data)
{
  PracticeSortKeys *keys = data;

  g_free (keys->subject);
  g_free (keys->from);
  g_free (keys->to);
  g_free (keys->cc);
  g_free (keys->display_from);
  g_free (keys->display_to);
  g_free (keys->id);
  g_strfreev (keys->references);
}

GArray *
practice_sort_keys_new (void)
{
  GArray *keys = g_array_new (FALSE, TRUE, sizeof (PracticeSortKeys));

  g_array_set_clear_func (keys, keys_clear);
  return keys;
}

/* Compatibility decomposition of the folded text: close to RFC 5051, which says title case. */
static char *
fold (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
}

/* The local part of the first address; *display: its name, or the whole address. */
static char *
first_mailbox (MailMessage *message, const char *field, char **display)
{
  g_autofree char *value = mail_message_dup_header (message, field, 0);
  g_autoptr (GPtrArray) list = mail_address_parse_list (value);
  const MailAddress *first = list->len > 0 ? list->pdata[0] : NULL;
  const char *address = first != NULL ? first->address : "";
  const char *at = strrchr (address, '@');
  g_autofree char *local =
      g_strndup (address, at != NULL ? (gsize) (at - address) : strlen (address));

  if (display != NULL)
    *display = fold (first != NULL && first->name[0] != '\0' ? first->name : address);
  return fold (local);
}

static char **
dup_references (MailMessage *message)
{
  const char *const *references = mail_message_get_references (message);
  const char *in_reply_to = mail_message_get_in_reply_to (message);
  const char *const one[] = { in_reply_to, NULL };

  if (references != NULL && references[0] != NULL)
    return g_strdupv ((char **) references);
  return g_strdupv ((char **) one);
}

void
practice_sort_read (
    PracticeSortKeys *keys, MailMessage *message, guint place, gint64 arrival, gsize size)
{
  g_autofree char *base =
      practice_subject_base (mail_message_get_subject (message), &keys->answers);
  int offset;

  keys->place = place;
  keys->arrival = arrival;
  keys->size = size;
  if (!mail_message_get_date (message, &keys->sent, &offset))
    keys->sent = arrival;
  keys->subject = fold (base);
  keys->from = first_mailbox (message, "From", &keys->display_from);
  keys->to = first_mailbox (message, "To", &keys->display_to);
  keys->cc = first_mailbox (message, "Cc", NULL);
  keys->id = g_strdup (mail_message_get_message_id (message));
  keys->references = dup_references (message);
}

/* Comparing */

typedef int (*Compare) (const PracticeSortKeys *a, const PracticeSortKeys *b);

#define COMPARE_NUMBER(member)                                                       \
  static int compare_##member (const PracticeSortKeys *a, const PracticeSortKeys *b) \
  {                                                                                  \
    return (a->member > b->member) - (a->member < b->member);                        \
  }
#define COMPARE_TEXT(member)                                                         \
  static int compare_##member (const PracticeSortKeys *a, const PracticeSortKeys *b) \
  {                                                                                  \
    return strcmp (a->member, b->member);                                            \
  }

COMPARE_NUMBER (arrival)
COMPARE_NUMBER (sent)
COMPARE_NUMBER (size)
COMPARE_NUMBER (place)
COMPARE_TEXT (subject)
COMPARE_TEXT (from)
COMPARE_TEXT (to)
COMPARE_TEXT (cc)
COMPARE_TEXT (display_from)
COMPARE_TEXT (display_to)

static const struct
{
  const char *name;
  Compare compare;
} known[] = {
  { "ARRIVAL", compare_arrival },
  { "CC", compare_cc },
  { "DATE", compare_sent },
  { "DISPLAYFROM", compare_display_from },
  { "DISPLAYTO", compare_display_to },
  { "FROM", compare_from },
  { "SIZE", compare_size },
  { "SUBJECT", compare_subject },
  { "TO", compare_to },
};

static Compare
find (const char *criterion)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_ascii_strcasecmp (criterion, known[i].name) == 0)
        return known[i].compare;
    }
  return NULL;
}

static gboolean
is_reverse (const char *criterion)
{
  return g_ascii_strcasecmp (criterion, "REVERSE") == 0;
}

gboolean
practice_sort_is_known (char **criteria)
{
  guint i = 0;

  for (; criteria[i] != NULL; i++)
    {
      if (!is_reverse (criteria[i]) && find (criteria[i]) == NULL)
        return FALSE;
      if (is_reverse (criteria[i]) && (criteria[i + 1] == NULL || is_reverse (criteria[i + 1])))
        return FALSE;
    }
  return i > 0;
}

static int
compare_all (gconstpointer a, gconstpointer b, gpointer data)
{
  char **criteria = data;

  for (guint i = 0; criteria[i] != NULL; i++)
    {
      gboolean reverse = is_reverse (criteria[i]);
      int order = find (criteria[i + (reverse ? 1 : 0)]) (a, b);

      if (order != 0)
        return reverse ? -order : order;
      i += reverse ? 1 : 0;
    }
  return compare_place (a, b);
}

void
practice_sort (GArray *keys, char **criteria)
{
  g_array_sort_with_data (keys, compare_all, criteria);
}
