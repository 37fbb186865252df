/* SEARCH: its keys (RFC 9051 §6.4.4, §9) and what it finds (§7.3.4, RFC 5256).
 *
 *   search-program = ["CHARSET" SP charset SP] search-key *(SP search-key)
 *   search-key     = "ALL" / … / "OR" SP search-key SP search-key / sequence-set /
 *                    "(" search-key *(SP search-key) ")" */
#include "config.h"

#include "imap-parser-search.h"

#include <string.h>

static ImapSearchKey *parse_key (ImapScanner *scanner);

static gboolean
parse_text (ImapScanner *scanner, const char *part, char **text)
{
  const char *from;

  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (!imap_scanner_astring (scanner, text))
    return FALSE;
  imap_scanner_part (scanner, from, part);
  return TRUE;
}

/* flag-keyword = atom; an object's id is none, and looks so. */
static gboolean
parse_atom (ImapScanner *scanner, ImapSearchKey *key)
{
  ImapToken token;

  imap_scanner_spaces (scanner);
  if (!imap_scanner_word (scanner, FALSE, &token))
    return FALSE;
  for (gsize i = 0; i < token.len; i++)
    if (!g_ascii_isgraph (token.at[i]) || strchr ("\"\\*%]", token.at[i]) != NULL)
      return imap_scanner_expected (scanner, "a keyword");
  key->text = g_strndup (token.at, token.len);
  if (strcmp (key->name, "KEYWORD") == 0 || strcmp (key->name, "UNKEYWORD") == 0)
    imap_scanner_part_token (scanner, &token, "imap.flag.");
  else
    imap_scanner_part (scanner, token.at, "imap.class.unknown-value");
  return TRUE;
}

static gboolean
parse_date (ImapScanner *scanner, gint64 *date)
{
  g_autofree char *text = NULL;
  const char *from = scanner->p;

  if (!imap_scanner_astring (scanner, &text))
    return FALSE;
  if (!imap_date_parse_day (text, strlen (text), date) ||
      (scanner->strict && !imap_date_is_real (text, strlen (text))))
    return imap_scanner_expected (scanner, "a date");
  imap_scanner_part (scanner, from, "imap.arg.date");
  return TRUE;
}

/* MODSEQ may name an entry before its number: "/flags/\\Seen" all (RFC 7162 §3.1.5). */
static gboolean
parse_number (ImapScanner *scanner, ImapSearchKey *key)
{
  const char *from;

  if (imap_scanner_peek (scanner) == '"')
    {
      /* Its name and its value. */
      for (guint i = 0; i < 2; i++)
        if (!imap_scanner_skip (scanner))
          return FALSE;
      imap_scanner_spaces (scanner);
    }
  from = scanner->p;
  if (!imap_scanner_number (scanner, &key->number))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.number");
  /* interval = nz-number (RFC 5032) */
  return key->number > 0 ||
         (strcmp (key->name, "OLDER") != 0 && strcmp (key->name, "YOUNGER") != 0) ||
         imap_scanner_expected (scanner, "a number above zero");
}

static gboolean
parse_children (ImapScanner *scanner, ImapSearchKey *key, guint count)
{
  /* NOT NOT NOT … nests without parentheses. */
  if (++scanner->depth > scanner->limits->depth)
    {
      scanner->over_limit = TRUE;
      return imap_scanner_expected (scanner, "less nesting");
    }
  for (guint i = 0; i < count; i++)
    {
      ImapSearchKey *child;

      if (i > 0 && !imap_scanner_need (scanner, ' ', "a space"))
        return FALSE;
      child = parse_key (scanner);
      if (child == NULL)
        return FALSE;
      imap_search_key_add (key, child);
    }
  scanner->depth--;
  return TRUE;
}

static gboolean
parse_argument (ImapScanner *scanner, ImapSearchKey *key, ImapSearchArgument argument)
{
  if (argument == IMAP_SEARCH_NOTHING)
    return TRUE;
  if (!imap_scanner_need (scanner, ' ', "a space"))
    return FALSE;
  switch (argument)
    {
    case IMAP_SEARCH_STRING:
      return parse_text (scanner, "imap.arg.search-text", &key->text);
    case IMAP_SEARCH_ATOM:
      return parse_atom (scanner, key);
    case IMAP_SEARCH_HEADER:
      return parse_text (scanner, "imap.arg.header-name", &key->text) &&
             parse_text (scanner, "imap.arg.search-text", &key->text2);
    case IMAP_SEARCH_DATE:
      return parse_date (scanner, &key->date);
    case IMAP_SEARCH_NUMBER:
      return parse_number (scanner, key);
    case IMAP_SEARCH_SET:
      return imap_scanner_set (scanner, "imap.arg.uid-set", &key->set);
    case IMAP_SEARCH_KEY:
      return parse_children (scanner, key, 1);
    case IMAP_SEARCH_KEYS_2:
      return parse_children (scanner, key, 2);
    case IMAP_SEARCH_NOTHING:
    default:
      return FALSE;
    }
}

static ImapSearchKey *
parse_list (ImapScanner *scanner)
{
  g_autoptr (ImapSearchKey) key = imap_search_key_new ("AND");

  if (!imap_scanner_open (scanner))
    return NULL;
  while (!imap_scanner_close (scanner))
    {
      ImapSearchKey *child = parse_key (scanner);

      if (child == NULL)
        return NULL;
      imap_search_key_add (key, child);
    }
  if (key->children == NULL)
    {
      imap_scanner_expected (scanner, "a search key");
      return NULL;
    }
  return g_steal_pointer (&key);
}

static ImapSearchKey *
parse_key (ImapScanner *scanner)
{
  g_autoptr (ImapSearchKey) key = NULL;
  ImapSearchArgument argument;
  const char *from = scanner->p;
  const char *name;
  ImapToken word;

  if (imap_scanner_peek (scanner) == '(')
    return parse_list (scanner);
  if (!imap_scanner_word (scanner, FALSE, &word))
    return NULL;
  if (imap_search_find (word.at, word.len, &name, &argument))
    {
      key = imap_search_key_new (name);
      imap_scanner_part_token (scanner, &word, "imap.key.");
      return parse_argument (scanner, key, argument) ? g_steal_pointer (&key) : NULL;
    }
  scanner->p = from;
  key = imap_search_key_new ("SET");
  if (imap_scanner_set (scanner, "imap.arg.sequence-set", &key->set))
    return g_steal_pointer (&key);
  scanner->expected = "a search key";
  return NULL;
}

ImapSearchKey *
imap_parser_search (ImapScanner *scanner)
{
  g_autoptr (ImapSearchKey) all = imap_search_key_new ("AND");

  do
    {
      ImapSearchKey *key = parse_key (scanner);

      if (key == NULL)
        return NULL;
      imap_search_key_add (all, key);
    }
  while (!imap_scanner_at_end (scanner) && imap_scanner_need (scanner, ' ', "a space"));
  if (all->children->len > 1)
    return g_steal_pointer (&all);
  return g_ptr_array_steal_index (all->children, 0);
}

/* What was found */

/* "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"] */
gboolean
imap_parser_search_result (ImapScanner *scanner, ImapResponse *response)
{
  while (TRUE)
    {
      ImapToken name;
      const char *from;
      guint32 number;

      imap_scanner_spaces (scanner);
      if (imap_scanner_at_end (scanner))
        return TRUE;
      from = scanner->p;
      if (imap_scanner_accept (scanner, '('))
        {
          if (!imap_scanner_word (scanner, FALSE, &name))
            return FALSE;
          imap_scanner_spaces (scanner);
          if (!imap_scanner_number (scanner, &response->modseq))
            return FALSE;
          imap_scanner_accept (scanner, ')');
          continue;
        }
      if (!imap_scanner_number32 (scanner, &number))
        return FALSE;
      imap_scanner_part (scanner, from, "imap.arg.number");
      g_array_append_val (response->numbers, number);
    }
}

gboolean
imap_parser_sort_result (ImapScanner *scanner, ImapResponse *response)
{
  response->sort = TRUE;
  return imap_parser_search_result (scanner, response);
}

/* thread-data = "THREAD" [SP 1*thread-list]; thread-list = "(" (thread-members / thread-nested) ")"
 * (RFC 5256 §5). They may be nested as deep as a mailbox is large. */
gboolean
imap_parser_thread_result (ImapScanner *scanner, ImapResponse *response)
{
  static const guint32 end = 0;
  const char *from = scanner->p;
  guint depth = 0;

  while (!imap_scanner_at_end (scanner))
    {
      guint32 number;

      imap_scanner_spaces (scanner);
      if (imap_scanner_accept (scanner, '('))
        depth++;
      else if (depth > 0 && imap_scanner_accept (scanner, ')'))
        {
          if (--depth == 0)
            g_array_append_val (response->numbers, end);
        }
      else if (imap_scanner_at_end (scanner))
        break;
      else if (depth == 0)
        return imap_scanner_expected (scanner, "a conversation");
      else if (!imap_scanner_number32 (scanner, &number))
        return FALSE;
      else if (number != 0)
        g_array_append_val (response->numbers, number);
    }
  if (depth > 0)
    return imap_scanner_expected (scanner, "a closing parenthesis");
  response->text = imap_scanner_raw (scanner, from, scanner->literal, scanner->p);
  return TRUE;
}

/* partial-range = nz-number ":" nz-number / MINUS nz-number ":" MINUS nz-number (RFC 9394) */
gboolean
imap_parser_window (ImapScanner *scanner, gint64 *first, gint64 *last)
{
  gint64 *const ends[] = { first, last };
  const char *from = scanner->p;
  ImapToken word;
  const char *p;

  if (!imap_scanner_word (scanner, FALSE, &word))
    return FALSE;
  p = word.at;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      const char *end = word.at + word.len;
      gint64 sign = p < end && *p == '-' ? -1 : 1;
      gint64 value = 0;

      for (p += sign < 0; p < end && g_ascii_isdigit (*p) && value <= G_MAXUINT32; p++)
        value = value * 10 + (*p - '0');
      if (value == 0 || value > G_MAXUINT32 || (i == 0 ? p == end || *p++ != ':' : p != end) ||
          (i == 1 && (*first < 0) != (sign < 0)))
        {
          scanner->p = from;
          *first = *last = 0;
          return imap_scanner_expected (scanner, "a range of results");
        }
      *ends[i] = sign * value;
    }
  imap_scanner_part (scanner, from, "imap.arg.partial");
  return TRUE;
}

/* What the numbers name: "UID" has said so, or not. */
static const char *
esearch_set (const ImapEsearch *esearch)
{
  return esearch->uid ? "imap.arg.uid-set" : "imap.arg.sequence-set";
}

/* "PARTIAL" SP "(" partial-range SP (sequence-set / nil) ")" */
static gboolean
parse_esearch_partial (ImapScanner *scanner, ImapEsearch *esearch)
{
  ImapToken word;
  const char *from;

  if (!imap_scanner_open (scanner) ||
      !imap_parser_window (scanner, &esearch->partial_from, &esearch->partial_to))
    return FALSE;
  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (!imap_scanner_word (scanner, FALSE, &word))
    return FALSE;
  if (!imap_token_is (&word, "NIL"))
    {
      scanner->p = from;
      if (!imap_scanner_set (scanner, esearch_set (esearch), &esearch->partial))
        return FALSE;
    }
  return imap_scanner_close (scanner) || imap_scanner_expected (scanner, "a parenthesis");
}

static gboolean
parse_esearch_item (ImapScanner *scanner, ImapEsearch *esearch)
{
  ImapToken name;
  guint literal;
  guint64 number;

  if (!imap_scanner_word (scanner, FALSE, &name))
    return FALSE;
  if (imap_token_is (&name, "UID"))
    {
      esearch->uid = TRUE;
      imap_scanner_part (scanner, name.at, "imap.part.esearch-uid");
      return TRUE;
    }
  imap_scanner_part_token (scanner, &name, "imap.option.");
  imap_scanner_spaces (scanner);
  literal = scanner->literal;
  if (imap_token_is (&name, "MIN"))
    return imap_scanner_number32 (scanner, &esearch->min);
  if (imap_token_is (&name, "MAX"))
    return imap_scanner_number32 (scanner, &esearch->max);
  if (imap_token_is (&name, "MODSEQ"))
    return imap_scanner_number (scanner, &esearch->modseq);
  if (imap_token_is (&name, "COUNT"))
    {
      if (!imap_scanner_number (scanner, &number))
        return FALSE;
      esearch->count = (gint64) MIN (number, G_MAXINT64);
      return TRUE;
    }
  if (imap_token_is (&name, "ALL") && esearch->all == NULL)
    return imap_scanner_set (scanner, esearch_set (esearch), &esearch->all);
  if (imap_token_is (&name, "PARTIAL") && esearch->partial_from == 0)
    return parse_esearch_partial (scanner, esearch);
  if (!imap_scanner_skip (scanner))
    return FALSE;
  imap_scanner_append_raw (scanner, name.at, literal, &esearch->other);
  return TRUE;
}

/* search-correlator = "(" "TAG" SP tag-string ["MAILBOX" SP astring "UIDVALIDITY" SP nz-number] ")"
 * (RFC 7377 §2.1) */
static gboolean
parse_correlator (ImapScanner *scanner, ImapEsearch *esearch)
{
  if (imap_scanner_peek (scanner) != '(')
    return TRUE;
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      g_autofree char *mailbox = NULL;
      const char *from;
      ImapToken name;

      if (!imap_scanner_word (scanner, FALSE, &name))
        return FALSE;
      imap_scanner_part_token (
          scanner, &name, imap_token_is (&name, "UIDVALIDITY") ? "imap.status." : "imap.option.");
      imap_scanner_spaces (scanner);
      from = scanner->p;
      if (imap_token_is (&name, "TAG") && esearch->tag == NULL)
        {
          if (!imap_scanner_astring (scanner, &esearch->tag))
            return FALSE;
          imap_scanner_part (scanner, from, "imap.part.esearch-tag");
        }
      else if (!(imap_token_is (&name, "MAILBOX") ? imap_scanner_mailbox (scanner, &mailbox)
                                                  : imap_scanner_skip (scanner)))
        return FALSE;
      imap_scanner_spaces (scanner);
    }
  return scanner->expected == NULL;
}

/* esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP item SP value) */
gboolean
imap_parser_esearch (ImapScanner *scanner, ImapResponse *response)
{
  if (!parse_correlator (scanner, response->esearch))
    return FALSE;
  while (TRUE)
    {
      imap_scanner_spaces (scanner);
      if (imap_scanner_at_end (scanner))
        return TRUE;
      if (!parse_esearch_item (scanner, response->esearch))
        return FALSE;
    }
}
