/* Responses (RFC 9051 §7, §9): which one it is, and those that have no file of their own.
 *
 *   response-data   = "*" SP (resp-cond-state / resp-cond-bye / mailbox-data / message-data /
 *                     capability-data / enable-data) CRLF
 *   response-tagged = tag SP resp-cond-state CRLF
 *   continue-req    = "+" SP (resp-text / base64) CRLF */
#include "config.h"

#include "imap-parser.h"
#include "imap-parser-code.h"
#include "imap-parser-fetch.h"
#include "imap-parser-mailbox.h"
#include "imap-parser-search.h"

#include <string.h>

typedef gboolean (*ParseFunc) (ImapScanner *scanner, ImapResponse *response);

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

static gboolean
parse_capability (ImapScanner *scanner, ImapResponse *response)
{
  response->words = imap_parser_words (scanner, "imap.capability.");
  return TRUE;
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
  response->words = imap_scanner_take_words (g_steal_pointer (&words));
  return TRUE;
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
  { "LIST", IMAP_RESPONSE_LIST, FALSE, imap_parser_list },
  { "LSUB", IMAP_RESPONSE_LIST, FALSE, imap_parser_lsub },
  { "STATUS", IMAP_RESPONSE_STATUS_ITEMS, FALSE, imap_parser_status_items },
  { "SEARCH", IMAP_RESPONSE_SEARCH, FALSE, imap_parser_search_result },
  { "ESEARCH", IMAP_RESPONSE_ESEARCH, FALSE, imap_parser_esearch },
  { "SORT", IMAP_RESPONSE_SEARCH, FALSE, imap_parser_sort_result },
  { "THREAD", IMAP_RESPONSE_THREAD, FALSE, imap_parser_thread_result },
  { "FLAGS", IMAP_RESPONSE_FLAGS, FALSE, parse_flags },
  { "VANISHED", IMAP_RESPONSE_VANISHED, FALSE, parse_vanished },
  { "CAPABILITY", IMAP_RESPONSE_CAPABILITY, FALSE, parse_capability },
  { "ENABLED", IMAP_RESPONSE_ENABLED, FALSE, parse_capability },
  { "NAMESPACE", IMAP_RESPONSE_NAMESPACE, FALSE, imap_parser_namespace },
  { "ID", IMAP_RESPONSE_ID, FALSE, parse_id },
  { "QUOTA", IMAP_RESPONSE_QUOTA, FALSE, imap_parser_quota },
  { "QUOTAROOT", IMAP_RESPONSE_QUOTAROOT, FALSE, imap_parser_quotaroot },
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
      imap_parser_resp_text (scanner, response);
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
  imap_parser_resp_text (scanner, response);
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
      imap_parser_resp_text (scanner, response);
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
