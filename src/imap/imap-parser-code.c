/* Words, codes and the text of a status (RFC 9051 §7.1).
 *
 *   resp-text = ["[" resp-text-code "]" SP] text */
#include "config.h"

#include "imap-parser-code.h"

#include <string.h>

/* Text for people is shown, so it must be UTF-8; servers send what they like. */
static char *
make_text (const char *text, gsize len)
{
  return g_utf8_make_valid (text, (gssize) len);
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
char **
imap_parser_words (ImapScanner *scanner, const char *prefix)
{
  GPtrArray *words = g_ptr_array_new ();
  ImapToken token;

  while (TRUE)
    {
      imap_scanner_spaces (scanner);
      if (imap_scanner_at_end (scanner) || imap_scanner_peek (scanner) == ')' ||
          !imap_scanner_word (scanner, FALSE, &token))
        return imap_scanner_take_words (words);
      add_word_part (scanner, &token, prefix);
      g_ptr_array_add (words, g_strndup (token.at, token.len));
    }
}

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

/* "(" objectid ")" (RFC 8474 §7) */
static gboolean
parse_object_id (ImapScanner *scanner, char **id)
{
  return imap_scanner_open (scanner) && imap_scanner_text (scanner, id);
}

/* [SP "(" (nil / string) SP (nil / number) SP (nil / nz-number) ")"] (RFC 9585 §5); what is NIL is
 * not known. */
static gboolean
parse_in_progress (ImapScanner *scanner, ImapCode *code)
{
  guint64 *const numbers[] = { &code->number, &code->goal };

  if (!imap_scanner_open (scanner) || !imap_scanner_text (scanner, &code->id))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      imap_scanner_spaces (scanner);
      if (!(g_ascii_isdigit (imap_scanner_peek (scanner))
                ? imap_scanner_number (scanner, numbers[i])
                : imap_scanner_skip (scanner)))
        return FALSE;
    }
  return TRUE;
}

/* "MESSAGELIMIT" SP message-limit [SP uniqueid] (RFC 9738 §4) */
static gboolean
parse_message_limit (ImapScanner *scanner, ImapCode *code)
{
  if (!imap_scanner_number (scanner, &code->number))
    return FALSE;
  imap_scanner_spaces (scanner);
  return imap_scanner_at_end (scanner) || imap_scanner_number (scanner, &code->goal);
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
    case IMAP_CODE_MAILBOXID:
      parse_object_id (scanner, &code->id);
      break;
    case IMAP_CODE_INPROGRESS:
      parse_in_progress (scanner, code);
      break;
    case IMAP_CODE_MESSAGELIMIT:
      parse_message_limit (scanner, code);
      break;
    case IMAP_CODE_PERMANENTFLAGS:
      imap_scanner_flags (scanner, &code->flags);
      break;
    case IMAP_CODE_CAPABILITY:
      code->words = imap_parser_words (scanner, "imap.capability.");
      break;
    case IMAP_CODE_BADCHARSET:
      if (imap_scanner_accept (scanner, '('))
        code->words = imap_parser_words (scanner, NULL);
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
void
imap_parser_resp_text (ImapScanner *scanner, ImapResponse *response)
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
