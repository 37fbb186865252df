/* The keys of SEARCH and what follows each (RFC 9051 §6.4.4; 5032, 7162, 8474, 8514; Gmail). */
#include "config.h"

#include "imap-search.h"

#include <string.h>

static const struct
{
  const char *name;
  ImapSearchArgument argument;
} keys[] = {
  { "ALL", IMAP_SEARCH_NOTHING },
  { "ANSWERED", IMAP_SEARCH_NOTHING },
  { "BCC", IMAP_SEARCH_STRING },
  { "BEFORE", IMAP_SEARCH_DATE },
  { "BODY", IMAP_SEARCH_STRING },
  { "CC", IMAP_SEARCH_STRING },
  { "DELETED", IMAP_SEARCH_NOTHING },
  { "DRAFT", IMAP_SEARCH_NOTHING },
  { "EMAILID", IMAP_SEARCH_ATOM },
  { "FLAGGED", IMAP_SEARCH_NOTHING },
  { "FROM", IMAP_SEARCH_STRING },
  { "HEADER", IMAP_SEARCH_HEADER },
  { "KEYWORD", IMAP_SEARCH_ATOM },
  { "LARGER", IMAP_SEARCH_NUMBER },
  { "MODSEQ", IMAP_SEARCH_NUMBER },
  { "NEW", IMAP_SEARCH_NOTHING },
  { "NOT", IMAP_SEARCH_KEY },
  { "OLD", IMAP_SEARCH_NOTHING },
  { "OLDER", IMAP_SEARCH_NUMBER },
  { "ON", IMAP_SEARCH_DATE },
  { "OR", IMAP_SEARCH_KEYS_2 },
  { "RECENT", IMAP_SEARCH_NOTHING },
  { "SAVEDATESUPPORTED", IMAP_SEARCH_NOTHING },
  { "SAVEDBEFORE", IMAP_SEARCH_DATE },
  { "SAVEDON", IMAP_SEARCH_DATE },
  { "SAVEDSINCE", IMAP_SEARCH_DATE },
  { "SEEN", IMAP_SEARCH_NOTHING },
  { "SENTBEFORE", IMAP_SEARCH_DATE },
  { "SENTON", IMAP_SEARCH_DATE },
  { "SENTSINCE", IMAP_SEARCH_DATE },
  { "SINCE", IMAP_SEARCH_DATE },
  { "SMALLER", IMAP_SEARCH_NUMBER },
  { "SUBJECT", IMAP_SEARCH_STRING },
  { "TEXT", IMAP_SEARCH_STRING },
  { "THREADID", IMAP_SEARCH_ATOM },
  { "TO", IMAP_SEARCH_STRING },
  { "UID", IMAP_SEARCH_SET },
  { "UNANSWERED", IMAP_SEARCH_NOTHING },
  { "UNDELETED", IMAP_SEARCH_NOTHING },
  { "UNDRAFT", IMAP_SEARCH_NOTHING },
  { "UNFLAGGED", IMAP_SEARCH_NOTHING },
  { "UNKEYWORD", IMAP_SEARCH_ATOM },
  { "UNSEEN", IMAP_SEARCH_NOTHING },
  { "X-GM-LABELS", IMAP_SEARCH_STRING },
  { "X-GM-MSGID", IMAP_SEARCH_ATOM },
  { "X-GM-RAW", IMAP_SEARCH_STRING },
  { "X-GM-THRID", IMAP_SEARCH_ATOM },
  { "YOUNGER", IMAP_SEARCH_NUMBER },
};

gboolean
imap_search_find (const char *name, gsize len, const char **canonical, ImapSearchArgument *argument)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strlen (keys[i].name) == len && g_ascii_strncasecmp (keys[i].name, name, len) == 0)
      {
        *canonical = keys[i].name;
        *argument = keys[i].argument;
        return TRUE;
      }
  return FALSE;
}

ImapSearchKey *
imap_search_key_new (const char *name)
{
  ImapSearchKey *key = g_new0 (ImapSearchKey, 1);

  key->name = g_strdup (name);
  return key;
}

void
imap_search_key_free (ImapSearchKey *key)
{
  g_free (key->name);
  g_free (key->text);
  g_free (key->text2);
  g_clear_pointer (&key->set, imap_set_unref);
  g_clear_pointer (&key->children, g_ptr_array_unref);
  g_free (key);
}

void
imap_search_key_add (ImapSearchKey *key, ImapSearchKey *child)
{
  if (key->children == NULL)
    key->children = g_ptr_array_new_with_free_func ((GDestroyNotify) imap_search_key_free);
  g_ptr_array_add (key->children, child);
}
