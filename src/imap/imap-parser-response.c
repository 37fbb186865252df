/* Responses, but for the items of FETCH (RFC 9051 §7, §9).
 *
 *   response-data   = "*" SP (resp-cond-state / resp-cond-bye / mailbox-data / message-data /
 *                     capability-data / enable-data) CRLF
 *   response-tagged = tag SP resp-cond-state CRLF
 *   continue-req    = "+" SP (resp-text / base64) CRLF */
#include "config.h"

#include "imap-parser.h"
#include "imap-parser-fetch.h"

#include <string.h>

typedef gboolean (*ParseFunc) (ImapScanner *scanner, ImapResponse *response);

/* Text for people is shown, so it must be UTF-8; servers send what they like. */
static char *
make_text (const char *text, gsize len)
{
  return g_utf8_make_valid (text, (gssize) len);
}

static char **
take_words (GPtrArray *words)
{
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

/* A capability whose value is a name or a number of the server's own is explained by what stands in
 * front of the "="; with others the value is part of the word. */
static void
add_word_part (ImapScanner *scanner, const ImapToken *token, const char *prefix)
{
  static const char *const open_words[] = {
    "APPENDLIMIT", "AUTH",   "COMPRESS",  "FILTERS",      "I18NLEVEL", "IMAPSIEVE",
    "LANGUAGE",    "RIGHTS", "SAVELIMIT", "MESSAGELIMIT", "THREAD",    "UIDBATCHES"
  };
  const char *equals = memchr (token->at, '=', token->len);
  ImapToken head = { token->at, equals != NULL ? (gsize) (equals - token->at) : 0 };
  ImapToken value = { equals != NULL ? equals + 1 : NULL,
                      equals != NULL ? token->len - head.len - 1 : 0 };

  if (scanner->parts == NULL || prefix == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (open_words); i++)
    if (equals != NULL && imap_token_is (&head, open_words[i]))
      {
        g_autofree char *lower = g_ascii_strdown (open_words[i], -1);
        g_autofree char *id = g_strconcat (prefix, lower, NULL);

        imap_scanner_part (scanner, token->at, id);
        if (strcmp (open_words[i], "AUTH") == 0)
          imap_scanner_part_token (scanner, &value, "sasl.mechanism.");
        return;
      }
  imap_scanner_part_token (scanner, token, prefix);
}

/* Words up to the end or a closing parenthesis. */
static char **
parse_words (ImapScanner *scanner, const char *prefix)
{
  GPtrArray *words = g_ptr_array_new ();
  ImapToken token;

  while (TRUE)
    {
      imap_scanner_spaces (scanner);
      if (imap_scanner_at_end (scanner) || imap_scanner_peek (scanner) == ')' ||
          !imap_scanner_word (scanner, FALSE, &token))
        return take_words (words);
      add_word_part (scanner, &token, prefix);
      g_ptr_array_add (words, g_strndup (token.at, token.len));
    }
}

/* Codes */

static gboolean
parse_code_sets (ImapScanner *scanner, ImapCode *code)
{
  guint64 number = 0;
  const char *from = scanner->p;

  if (code->type != IMAP_CODE_MODIFIED)
    {
      if (!imap_scanner_number (scanner, &number))
        return FALSE;
      imap_scanner_part (scanner, from, "imap.arg.number");
      imap_scanner_spaces (scanner);
      code->number = number;
    }
  if (code->type != IMAP_CODE_APPENDUID)
    {
      if (!imap_scanner_set (scanner, "imap.arg.sequence-set", &code->source))
        return FALSE;
      imap_scanner_spaces (scanner);
    }
  return code->type == IMAP_CODE_MODIFIED ||
         imap_scanner_set (scanner, "imap.arg.uid-set", &code->target);
}

/* What a code's argument means; if it is not what it should be, its text is all there is. */
static void
parse_code_argument (ImapScanner *scanner, ImapCode *code)
{
  const char *from = scanner->p;

  switch ((int) code->type)
    {
    case IMAP_CODE_UIDNEXT:
    case IMAP_CODE_UIDVALIDITY:
    case IMAP_CODE_UNSEEN:
    case IMAP_CODE_HIGHESTMODSEQ:
      if (imap_scanner_number (scanner, &code->number))
        imap_scanner_part (scanner, from, "imap.arg.number");
      break;
    case IMAP_CODE_APPENDUID:
    case IMAP_CODE_COPYUID:
    case IMAP_CODE_MODIFIED:
      parse_code_sets (scanner, code);
      break;
    case IMAP_CODE_PERMANENTFLAGS:
      imap_scanner_flags (scanner, &code->flags);
      break;
    case IMAP_CODE_CAPABILITY:
      code->words = parse_words (scanner, "imap.capability.");
      break;
    case IMAP_CODE_BADCHARSET:
      if (imap_scanner_accept (scanner, '('))
        code->words = parse_words (scanner, NULL);
      break;
    default:
      break;
    }
}

/* Where the code ends: the first "]" that is in no quotes. */
static const char *
find_code_end (const char *p, const char *end)
{
  gboolean quoted = FALSE;

  for (; p < end; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      else if (*p == '\\' && quoted)
        p++;
      else if (*p == ']' && !quoted)
        return p;
    }
  return NULL;
}

static gboolean
is_ascii (const ImapToken *token)
{
  for (gsize i = 0; i < token->len; i++)
    if ((guchar) token->at[i] > 0x7e)
      return FALSE;
  return TRUE;
}

/* resp-text-code in "[" "]" SP; a bracket that never closes is text. */
static void
parse_code (ImapScanner *scanner, ImapCode *code)
{
  const char *from = scanner->p;
  const char *line_end = scanner->end;
  const char *close;
  guint literal = scanner->literal;
  ImapToken name;
  const char *argument;

  if (imap_scanner_peek (scanner) != '[')
    return;
  close = find_code_end (from, line_end);
  if (close == NULL)
    return;
  scanner->end = close;
  scanner->p++;
  imap_scanner_spaces (scanner);
  if (!imap_scanner_word (scanner, FALSE, &name) || !is_ascii (&name) ||
      (scanner->p < close && *scanner->p != ' '))
    {
      scanner->end = line_end;
      scanner->p = from;
      scanner->expected = NULL;
      return;
    }
  code->type = imap_code_find (name.at, name.len);
  code->name = g_strndup (name.at, name.len);
  imap_scanner_part_token (scanner, &name, "imap.code.");
  imap_scanner_spaces (scanner);
  argument = scanner->p;
  if (argument < close)
    {
      parse_code_argument (scanner, code);
      code->text = imap_scanner_raw (scanner, argument, literal, close);
    }
  scanner->expected = NULL;
  scanner->over_limit = FALSE;
  scanner->depth = 0;
  scanner->end = line_end;
  scanner->p = close + 1;
  while (scanner->literal < scanner->frame->n_literals &&
         scanner->frame->text + scanner->frame->literals[scanner->literal].at <= scanner->p)
    scanner->literal++;
}

/* resp-text = ["[" resp-text-code "]" SP] text; the text may be missing. */
static void
parse_resp_text (ImapScanner *scanner, ImapResponse *response)
{
  const char *from;

  imap_scanner_spaces (scanner);
  parse_code (scanner, &response->code);
  imap_scanner_spaces (scanner);
  from = scanner->p;
  scanner->p = scanner->end;
  response->text = make_text (from, (gsize) (scanner->end - from));
  imap_scanner_part (scanner, from, "imap.arg.text");
}

/* The framer asks in the same way: a status is followed by a space or by nothing. */
static gboolean
find_status (const ImapScanner *scanner, const ImapToken *word, ImapStatus *status)
{
  if (!imap_scanner_at_end (scanner) && imap_scanner_peek (scanner) != ' ')
    return FALSE;
  for (guint i = IMAP_STATUS_OK; i <= IMAP_STATUS_BYE; i++)
    if (imap_token_is (word, imap_status_name ((ImapStatus) i)))
      {
        *status = (ImapStatus) i;
        return TRUE;
      }
  return FALSE;
}

/* Mailbox data */

static gboolean
parse_capability (ImapScanner *scanner, ImapResponse *response)
{
  response->words = parse_words (scanner, "imap.capability.");
  return TRUE;
}

/* DQUOTE QUOTED-CHAR DQUOTE / nil */
static gboolean
parse_delimiter (ImapScanner *scanner, char *delimiter)
{
  g_autofree char *text = NULL;
  const char *from = scanner->p;

  if (!imap_scanner_text (scanner, &text))
    return FALSE;
  *delimiter = text != NULL ? text[0] : '\0';
  imap_scanner_part (scanner, from, "imap.arg.delimiter");
  return TRUE;
}

static gboolean
parse_attributes (ImapScanner *scanner, ImapList *list)
{
  GPtrArray *others = NULL;
  ImapToken token;

  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      guint bit;

      if (!imap_scanner_word (scanner, FALSE, &token))
        break;
      bit = imap_mailbox_attribute_find (token.at, token.len);
      list->attributes |= bit;
      imap_scanner_part_token (
          scanner, &token, (bit & IMAP_MAILBOX_USES) != 0 ? "imap.use." : "imap.attribute.");
      if (bit != 0)
        continue;
      if (others == NULL)
        others = g_ptr_array_new ();
      g_ptr_array_add (others, g_strndup (token.at, token.len));
    }
  if (others != NULL)
    list->others = take_words (others);
  return scanner->expected == NULL;
}

/* mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
 *                [SP mbox-list-extended] */
static gboolean
parse_list (ImapScanner *scanner, ImapResponse *response)
{
  const char *from;
  guint literal;

  if (!parse_attributes (scanner, response->list))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (!parse_delimiter (scanner, &response->list->delimiter))
    return FALSE;
  imap_scanner_spaces (scanner);
  /* A name with spaces and no quotes is met in the wild: all that is left is the name. */
  from = scanner->p;
  literal = scanner->literal;
  if (!imap_scanner_mailbox (scanner, &response->list->name))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (!imap_scanner_at_end (scanner) && imap_scanner_peek (scanner) != '(' && *from != '"')
    {
      g_free (response->list->name);
      scanner->p = scanner->end;
      response->list->name = imap_mailbox_decode (from, (gsize) (scanner->end - from));
    }
  from = scanner->p;
  literal = scanner->literal;
  if (!imap_scanner_at_end (scanner) && imap_scanner_skip (scanner))
    response->list->extended = imap_scanner_raw (scanner, from, literal, scanner->p);
  return TRUE;
}

static gboolean
parse_lsub (ImapScanner *scanner, ImapResponse *response)
{
  response->list->lsub = TRUE;
  return parse_list (scanner, response);
}

/* Namespace = nil / "(" 1*("(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil) [extension] ")") ")" */
static gboolean
parse_namespace_class (ImapScanner *scanner, GArray **entries)
{
  imap_scanner_spaces (scanner);
  if (imap_scanner_peek (scanner) != '(')
    return imap_scanner_skip (scanner);
  if (!imap_scanner_open (scanner))
    return FALSE;
  *entries = imap_namespace_entries_new ();
  while (!imap_scanner_close (scanner))
    {
      ImapNamespaceEntry entry = { NULL, '\0' };
      g_autofree char *prefix = NULL;
      const char *from;

      if (!imap_scanner_open (scanner))
        return FALSE;
      from = scanner->p;
      if (!imap_scanner_text (scanner, &prefix))
        return FALSE;
      imap_scanner_part (scanner, from, "imap.arg.reference");
      imap_scanner_spaces (scanner);
      if (!parse_delimiter (scanner, &entry.delimiter))
        return FALSE;
      entry.prefix =
          imap_mailbox_decode (prefix != NULL ? prefix : "", prefix != NULL ? strlen (prefix) : 0);
      g_array_append_val (*entries, entry);
      while (!imap_scanner_close (scanner))
        if (!imap_scanner_skip (scanner))
          return FALSE;
    }
  return TRUE;
}

static gboolean
parse_namespace (ImapScanner *scanner, ImapResponse *response)
{
  return parse_namespace_class (scanner, &response->personal) &&
         parse_namespace_class (scanner, &response->others) &&
         parse_namespace_class (scanner, &response->shared);
}

static void
append_other (char **other, char *raw)
{
  g_autofree char *before = *other;

  *other = before != NULL ? g_strconcat (before, " ", raw, NULL) : g_strdup (raw);
  g_free (raw);
}

static gboolean
parse_status_item (ImapScanner *scanner, ImapStatusItems *items)
{
  const struct
  {
    const char *name;
    gboolean *has;
    guint64 *value;
  } known[] = {
    { "MESSAGES", &items->has_messages, &items->messages },
    { "RECENT", &items->has_recent, &items->recent },
    { "UNSEEN", &items->has_unseen, &items->unseen },
    { "UIDNEXT", &items->has_uidnext, &items->uidnext },
    { "UIDVALIDITY", &items->has_uidvalidity, &items->uidvalidity },
    { "HIGHESTMODSEQ", &items->has_modseq, &items->modseq },
    { "SIZE", &items->has_size, &items->size },
    { "DELETED", &items->has_deleted, &items->deleted },
  };
  ImapToken name;
  const char *value;
  guint literal;

  if (!imap_scanner_word (scanner, FALSE, &name))
    return FALSE;
  imap_scanner_part_token (scanner, &name, "imap.status.");
  imap_scanner_spaces (scanner);
  value = scanner->p;
  literal = scanner->literal;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (imap_token_is (&name, known[i].name))
      {
        if (!imap_scanner_number (scanner, known[i].value))
          return FALSE;
        imap_scanner_part (scanner, value, "imap.arg.number");
        *known[i].has = TRUE;
        return TRUE;
      }
  if (!imap_scanner_skip (scanner))
    return FALSE;
  append_other (&items->other, imap_scanner_raw (scanner, name.at, literal, scanner->p));
  return TRUE;
}

/* "STATUS" SP mailbox SP "(" [status-att-list] ")"; a name with spaces and no quotes is met too. */
static gboolean
parse_status_items (ImapScanner *scanner, ImapResponse *response)
{
  const char *from = scanner->p;

  if (!imap_scanner_mailbox (scanner, &response->status_items->name))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (imap_scanner_peek (scanner) != '(' && *from != '"')
    {
      const char *open = memrchr (from, '(', (gsize) (scanner->end - from));
      const char *name_end = open;

      if (open == NULL)
        return imap_scanner_expected (scanner, "the status in parentheses");
      while (name_end > from && name_end[-1] == ' ')
        name_end--;
      g_free (response->status_items->name);
      response->status_items->name = imap_mailbox_decode (from, (gsize) (name_end - from));
      scanner->p = open;
    }
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    if (!parse_status_item (scanner, response->status_items))
      return FALSE;
  return TRUE;
}

/* "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"] */
static gboolean
parse_search (ImapScanner *scanner, ImapResponse *response)
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

static gboolean
parse_sort (ImapScanner *scanner, ImapResponse *response)
{
  response->sort = TRUE;
  return parse_search (scanner, response);
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
      imap_scanner_part (scanner, name.at, "imap.command.uid");
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
    return imap_scanner_set (scanner, "imap.arg.sequence-set", &esearch->all);
  if (!imap_scanner_skip (scanner))
    return FALSE;
  append_other (&esearch->other, imap_scanner_raw (scanner, name.at, literal, scanner->p));
  return TRUE;
}

/* esearch-response = "ESEARCH" [SP "(" "TAG" SP tag-string ")"] [SP "UID"] *(SP item SP value) */
static gboolean
parse_esearch (ImapScanner *scanner, ImapResponse *response)
{
  ImapToken name;

  if (imap_scanner_accept (scanner, '('))
    {
      const char *from;

      if (!imap_scanner_word (scanner, FALSE, &name))
        return FALSE;
      imap_scanner_spaces (scanner);
      from = scanner->p;
      if (!imap_scanner_astring (scanner, &response->esearch->tag))
        return FALSE;
      imap_scanner_part (scanner, from, "imap.arg.tag");
      imap_scanner_accept (scanner, ')');
    }
  while (TRUE)
    {
      imap_scanner_spaces (scanner);
      if (imap_scanner_at_end (scanner))
        return TRUE;
      if (!parse_esearch_item (scanner, response->esearch))
        return FALSE;
    }
}

static gboolean
parse_flags (ImapScanner *scanner, ImapResponse *response)
{
  return imap_scanner_flags (scanner, &response->flags);
}

/* expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids */
static gboolean
parse_vanished (ImapScanner *scanner, ImapResponse *response)
{
  ImapToken word;

  if (imap_scanner_accept (scanner, '('))
    {
      if (!imap_scanner_word (scanner, FALSE, &word))
        return FALSE;
      response->earlier = imap_token_is (&word, "EARLIER");
      imap_scanner_accept (scanner, ')');
      imap_scanner_spaces (scanner);
    }
  return imap_scanner_set (scanner, "imap.arg.uid-set", &response->set);
}

/* id-response = "ID" SP ("(" [string SP nstring *(SP string SP nstring)] ")" / nil) */
static gboolean
parse_id (ImapScanner *scanner, ImapResponse *response)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  char *text;

  if (imap_scanner_peek (scanner) != '(')
    return imap_scanner_skip (scanner);
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      if (!imap_scanner_text (scanner, &text))
        return FALSE;
      g_ptr_array_add (words, text != NULL ? text : g_strdup (""));
    }
  if (words->len % 2 == 1)
    g_ptr_array_add (words, g_strdup (""));
  response->words = take_words (g_steal_pointer (&words));
  return TRUE;
}

/* quota-response = "QUOTA" SP quota-root-name SP "(" [resource SP usage SP limit …] ")" */
static gboolean
parse_quota (ImapScanner *scanner, ImapResponse *response)
{
  if (!imap_scanner_astring (scanner, &response->quota->name))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      ImapQuotaResource resource = { NULL, 0, 0 };
      ImapToken name;
      gboolean ok;

      if (!imap_scanner_word (scanner, FALSE, &name))
        return FALSE;
      imap_scanner_spaces (scanner);
      ok = imap_scanner_number (scanner, &resource.usage);
      imap_scanner_spaces (scanner);
      if (!ok || !imap_scanner_number (scanner, &resource.limit))
        return FALSE;
      resource.name = g_strndup (name.at, name.len);
      g_array_append_val (response->quota->resources, resource);
    }
  return TRUE;
}

/* quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name) */
static gboolean
parse_quotaroot (ImapScanner *scanner, ImapResponse *response)
{
  GPtrArray *roots;
  char *root;

  if (!imap_scanner_mailbox (scanner, &response->quota->name))
    return FALSE;
  roots = g_ptr_array_new ();
  while ((imap_scanner_spaces (scanner), !imap_scanner_at_end (scanner)) &&
         imap_scanner_astring (scanner, &root))
    g_ptr_array_add (roots, root);
  response->quota->roots = take_words (roots);
  return scanner->expected == NULL;
}

static gboolean
parse_nothing (ImapScanner *scanner, ImapResponse *response)
{
  return TRUE;
}

static gboolean
parse_message (ImapScanner *scanner, ImapResponse *response)
{
  return imap_parser_fetch (scanner, response->fetch);
}

static gboolean
parse_uid_message (ImapScanner *scanner, ImapResponse *response)
{
  response->uid = TRUE;
  response->fetch->uid = response->number;
  response->fetch->items |= IMAP_FETCH_UID;
  return imap_parser_fetch (scanner, response->fetch);
}

static const struct
{
  const char *name;
  ImapResponseType type;
  gboolean numbered;
  ParseFunc parse;
} forms[] = {
  { "FETCH", IMAP_RESPONSE_FETCH, TRUE, parse_message },
  { "EXISTS", IMAP_RESPONSE_EXISTS, TRUE, parse_nothing },
  { "EXPUNGE", IMAP_RESPONSE_EXPUNGE, TRUE, parse_nothing },
  { "RECENT", IMAP_RESPONSE_RECENT, TRUE, parse_nothing },
  { "UIDFETCH", IMAP_RESPONSE_FETCH, TRUE, parse_uid_message },
  { "LIST", IMAP_RESPONSE_LIST, FALSE, parse_list },
  { "LSUB", IMAP_RESPONSE_LIST, FALSE, parse_lsub },
  { "STATUS", IMAP_RESPONSE_STATUS_ITEMS, FALSE, parse_status_items },
  { "SEARCH", IMAP_RESPONSE_SEARCH, FALSE, parse_search },
  { "ESEARCH", IMAP_RESPONSE_ESEARCH, FALSE, parse_esearch },
  { "SORT", IMAP_RESPONSE_SEARCH, FALSE, parse_sort },
  { "FLAGS", IMAP_RESPONSE_FLAGS, FALSE, parse_flags },
  { "VANISHED", IMAP_RESPONSE_VANISHED, FALSE, parse_vanished },
  { "CAPABILITY", IMAP_RESPONSE_CAPABILITY, FALSE, parse_capability },
  { "ENABLED", IMAP_RESPONSE_ENABLED, FALSE, parse_capability },
  { "NAMESPACE", IMAP_RESPONSE_NAMESPACE, FALSE, parse_namespace },
  { "ID", IMAP_RESPONSE_ID, FALSE, parse_id },
  { "QUOTA", IMAP_RESPONSE_QUOTA, FALSE, parse_quota },
  { "QUOTAROOT", IMAP_RESPONSE_QUOTAROOT, FALSE, parse_quotaroot },
};

static ImapResponse *
parse_unknown (ImapScanner *scanner, const char *from, const ImapToken *word)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_UNKNOWN);

  if (word->len > 0)
    imap_scanner_part_token (scanner, word, "imap.response.");
  scanner->p = scanner->end;
  response->text = imap_scanner_raw (scanner, from, 0, scanner->end);
  return response;
}

/* What the number in front means: how many, which UID, or which position. */
static const char *
number_id (const ImapToken *word)
{
  if (imap_token_is (word, "EXISTS") || imap_token_is (word, "RECENT"))
    return "imap.arg.number";
  return imap_token_is (word, "UIDFETCH") ? "imap.arg.uid-set" : "imap.arg.seq";
}

/* "*" SP …; what is behind the star. */
static ImapResponse *
parse_untagged (ImapScanner *scanner)
{
  g_autoptr (ImapResponse) response = NULL;
  const char *from = scanner->p;
  gboolean numbered = g_ascii_isdigit (imap_scanner_peek (scanner));
  ImapStatus status;
  guint32 number = 0;
  const char *number_end = from;
  ImapToken word = { scanner->p, 0 };

  if (numbered)
    {
      if (!imap_scanner_number32 (scanner, &number))
        return NULL;
      number_end = scanner->p;
      imap_scanner_spaces (scanner);
    }
  if (!imap_scanner_word (scanner, FALSE, &word))
    return NULL;
  if (numbered && scanner->parts != NULL)
    base_parts_add (scanner->parts,
                    (gsize) (from - scanner->frame->text),
                    (gsize) (number_end - from),
                    number_id (&word));
  if (!numbered && find_status (scanner, &word, &status))
    {
      response = imap_response_new (IMAP_RESPONSE_STATUS);
      response->status = status;
      imap_scanner_part_token (scanner, &word, "imap.response.");
      parse_resp_text (scanner, response);
      return g_steal_pointer (&response);
    }
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (forms[i].numbered == numbered && imap_token_is (&word, forms[i].name))
      {
        response = imap_response_new (forms[i].type);
        response->number = number;
        imap_scanner_part_token (scanner, &word, "imap.response.");
        imap_scanner_spaces (scanner);
        if (!forms[i].parse (scanner, response))
          return NULL;
        return g_steal_pointer (&response);
      }
  return parse_unknown (scanner, from, &word);
}

static ImapResponse *
parse_tagged (ImapScanner *scanner)
{
  g_autoptr (ImapResponse) response = imap_response_new (IMAP_RESPONSE_STATUS);
  ImapToken tag;
  ImapToken word;

  if (!imap_scanner_word (scanner, FALSE, &tag))
    return NULL;
  imap_scanner_part (scanner, tag.at, "imap.arg.tag");
  imap_scanner_spaces (scanner);
  if (!imap_scanner_word (scanner, FALSE, &word) ||
      !find_status (scanner, &word, &response->status) || response->status > IMAP_STATUS_BAD)
    {
      imap_scanner_expected (scanner, "OK, NO or BAD");
      return NULL;
    }
  imap_scanner_part_token (scanner, &word, "imap.response.");
  response->tag = g_strndup (tag.at, tag.len);
  parse_resp_text (scanner, response);
  return g_steal_pointer (&response);
}

static ImapResponse *
parse_line (ImapScanner *scanner)
{
  ImapResponse *response;
  const char *from = scanner->p;

  if (imap_scanner_accept (scanner, '+'))
    {
      imap_scanner_part (scanner, from, "imap.response.continuation");
      response = imap_response_new (IMAP_RESPONSE_CONTINUE);
      parse_resp_text (scanner, response);
      return response;
    }
  if (!imap_scanner_accept (scanner, '*'))
    return parse_tagged (scanner);
  imap_scanner_part (scanner, from, "imap.arg.untagged");
  if (!imap_scanner_need (scanner, ' ', "a space"))
    return NULL;
  imap_scanner_spaces (scanner);
  return parse_untagged (scanner);
}

ImapResponse *
imap_parser_response (const ImapFrame *frame,
                      const BaseLimits *limits,
                      BaseParts *parts,
                      GError **error)
{
  ImapScanner scanner;
  ImapResponse *response;

  imap_scanner_init (&scanner, frame, limits, parts);
  imap_scanner_spaces (&scanner);
  response = parse_line (&scanner);
  if (response == NULL)
    imap_scanner_set_error (&scanner, "response", error);
  return response;
}
