/* Tokens. Nothing here needs a NUL behind the text, and nothing recurses. */
#include "config.h"

#include "imap-scanner.h"

#include <string.h>

void
imap_scanner_init (ImapScanner *scanner,
                   const ImapFrame *frame,
                   const BaseLimits *limits,
                   BaseParts *parts)
{
  memset (scanner, 0, sizeof *scanner);
  scanner->frame = frame;
  scanner->limits = limits;
  scanner->parts = parts;
  scanner->p = frame->text;
  scanner->end = frame->text + frame->len;
}

gboolean
imap_scanner_expected (ImapScanner *scanner, const char *what)
{
  if (scanner->expected == NULL)
    {
      scanner->expected = what;
      scanner->expected_at = scanner->p;
    }
  return FALSE;
}

void
imap_scanner_set_error (const ImapScanner *scanner, const char *subject, GError **error)
{
  const char *at = scanner->expected != NULL ? scanner->expected_at : scanner->p;

  g_set_error (error,
               BASE_CORE_ERROR,
               scanner->over_limit ? BASE_CORE_ERROR_LIMIT : BASE_CORE_ERROR_PROTOCOL,
               "A %s is not well-formed: %s was expected at byte %" G_GSIZE_FORMAT ".",
               subject,
               scanner->expected != NULL ? scanner->expected : "something else",
               (gsize) (at - scanner->frame->text));
}

gboolean
imap_scanner_at_end (const ImapScanner *scanner)
{
  return scanner->p == scanner->end;
}

char
imap_scanner_peek (const ImapScanner *scanner)
{
  return scanner->p < scanner->end ? *scanner->p : '\0';
}

gboolean
imap_scanner_accept (ImapScanner *scanner, char c)
{
  if (scanner->p == scanner->end || *scanner->p != c)
    return FALSE;
  scanner->p++;
  return TRUE;
}

gboolean
imap_scanner_need (ImapScanner *scanner, char c, const char *what)
{
  return imap_scanner_accept (scanner, c) || imap_scanner_expected (scanner, what);
}

void
imap_scanner_spaces (ImapScanner *scanner)
{
  if (scanner->strict && imap_scanner_peek (scanner) == ' ')
    {
      gboolean second = scanner->p > scanner->frame->text && scanner->p[-1] == ' ';

      scanner->p++;
      if (second || imap_scanner_at_end (scanner) || *scanner->p == ' ')
        imap_scanner_expected (scanner, "one space, and something behind it,");
      return;
    }
  while (scanner->p < scanner->end && *scanner->p == ' ')
    scanner->p++;
}

gboolean
imap_scanner_open (ImapScanner *scanner)
{
  if (!imap_scanner_need (scanner, '(', "a parenthesis"))
    return FALSE;
  if (++scanner->depth > scanner->limits->depth)
    {
      scanner->over_limit = TRUE;
      return imap_scanner_expected (scanner, "less nesting");
    }
  return TRUE;
}

gboolean
imap_scanner_close (ImapScanner *scanner)
{
  if (scanner->strict && scanner->p[-1] == '(')
    {
      if (imap_scanner_peek (scanner) == ' ')
        imap_scanner_expected (scanner, "no space behind a parenthesis");
    }
  else if (scanner->strict && imap_scanner_peek (scanner) != ')')
    {
      if (!imap_scanner_need (scanner, ' ', "a space or a parenthesis"))
        return FALSE;
      if (imap_scanner_peek (scanner) == ')' || imap_scanner_peek (scanner) == ' ')
        imap_scanner_expected (scanner, "something behind a space");
      return FALSE;
    }
  else
    imap_scanner_spaces (scanner);
  if (!imap_scanner_accept (scanner, ')'))
    return FALSE;
  scanner->depth--;
  return TRUE;
}

/* To the "]" that belongs to the "[" at @p, if it is in the same run of text. */
static const char *
skip_brackets (const char *p, const char *end)
{
  const char *close = p;

  while (close < end && *close != ']' && (guchar) *close >= ' ')
    close++;
  return close < end && *close == ']' ? close : p;
}

gboolean
imap_scanner_word (ImapScanner *scanner, gboolean brackets, ImapToken *token)
{
  const char *p = scanner->p;

  while (p < scanner->end && (guchar) *p > ' ' && *p != '(' && *p != ')' && *p != '{' && *p != '"')
    {
      if (brackets && *p == '[')
        p = skip_brackets (p, scanner->end);
      p++;
    }
  token->at = scanner->p;
  token->len = (gsize) (p - scanner->p);
  scanner->p = p;
  return token->len > 0 || imap_scanner_expected (scanner, "a word");
}

gboolean
imap_token_is (const ImapToken *token, const char *word)
{
  return strlen (word) == token->len && g_ascii_strncasecmp (token->at, word, token->len) == 0;
}

gboolean
imap_scanner_number (ImapScanner *scanner, guint64 *number)
{
  const char *p = scanner->p;
  gboolean negative = p < scanner->end && *p == '-';
  guint64 value = 0;
  const char *digits;

  if (negative && scanner->strict)
    return imap_scanner_expected (scanner, "a number");
  if (negative)
    p++;
  for (digits = p; p < scanner->end && g_ascii_isdigit (*p); p++)
    {
      guint digit = (guint) (*p - '0');

      value = value > (G_MAXUINT64 - digit) / 10 ? G_MAXUINT64 : value * 10 + digit;
    }
  if (p == digits)
    return imap_scanner_expected (scanner, "a number");
  scanner->p = p;
  *number = negative ? 0 : value;
  return TRUE;
}

gboolean
imap_scanner_number32 (ImapScanner *scanner, guint32 *number)
{
  const char *from = scanner->p;
  guint64 value;

  if (!imap_scanner_number (scanner, &value))
    return FALSE;
  if (value > G_MAXUINT32)
    {
      scanner->p = from;
      return imap_scanner_expected (scanner, "a number of 32 bits");
    }
  *number = (guint32) value;
  return TRUE;
}

/* literal = "{" number ["+"] "}" CRLF; its bytes are in the frame. Marks that a parser passed over
 * as text are not taken for this one. */
static gboolean
take_literal (ImapScanner *scanner, const ImapLiteral **literal)
{
  const ImapFrame *frame = scanner->frame;
  const char *newline = memchr (scanner->p, '\n', (gsize) (scanner->end - scanner->p));
  const char *mark_end = newline != NULL ? newline + 1 : scanner->end;
  guint i = scanner->literal;

  while (i < frame->n_literals && frame->text + frame->literals[i].at < mark_end)
    i++;
  if (i == frame->n_literals || frame->text + frame->literals[i].at != mark_end)
    return imap_scanner_expected (scanner, "a literal");
  *literal = &frame->literals[i];
  scanner->literal = i + 1;
  scanner->p = mark_end;
  return TRUE;
}

static gboolean
is_literal (const ImapScanner *scanner)
{
  const char *p = scanner->p;

  return p < scanner->end && (*p == '{' || (*p == '~' && p + 1 < scanner->end && p[1] == '{'));
}

/* quoted = DQUOTE *QUOTED-CHAR DQUOTE. A backslash in front of anything else than a quote or a
 * backslash stands for itself: some servers forget to double it. */
static gboolean
take_quoted (ImapScanner *scanner, char **text, gsize *len)
{
  const char *p = scanner->p + 1;
  const char *quote = memchr (p, '"', (gsize) (scanner->end - p));
  char *out;
  gsize n = 0;

  if (quote == NULL)
    return imap_scanner_expected (scanner, "a closing quote");
  if (memchr (p, '\n', (gsize) (quote - p)) != NULL)
    return imap_scanner_expected (scanner, "a closing quote before the end of the line");
  if (memchr (p, '\\', (gsize) (quote - p)) == NULL)
    {
      *text = g_strndup (p, (gsize) (quote - p));
      *len = (gsize) (quote - p);
      scanner->p = quote + 1;
      return TRUE;
    }
  for (quote = p; quote < scanner->end && *quote != '"'; quote++)
    if (*quote == '\\' && quote + 1 < scanner->end && (quote[1] == '"' || quote[1] == '\\'))
      quote++;
    else if (*quote == '\\' && scanner->strict)
      return imap_scanner_expected (scanner, "a quote or a backslash behind a backslash");
  if (quote >= scanner->end || memchr (p, '\n', (gsize) (quote - p)) != NULL)
    return imap_scanner_expected (scanner, "a closing quote");
  out = g_malloc ((gsize) (quote - p) + 1);
  for (; p < quote; p++)
    {
      if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
        p++;
      out[n++] = *p;
    }
  out[n] = '\0';
  *text = out;
  *len = n;
  scanner->p = p + 1;
  return TRUE;
}

gboolean
imap_scanner_string (ImapScanner *scanner, ImapString *string)
{
  const ImapLiteral *literal;
  ImapToken token;
  char *text;
  gsize len;

  memset (string, 0, sizeof *string);
  if (is_literal (scanner))
    {
      if (!take_literal (scanner, &literal))
        return FALSE;
      string->bytes = literal->bytes != NULL ? g_bytes_ref (literal->bytes) : NULL;
      string->stream = literal->stream;
      string->size = literal->size;
      return TRUE;
    }
  if (imap_scanner_peek (scanner) == '"')
    {
      if (!take_quoted (scanner, &text, &len))
        return FALSE;
      string->bytes = g_bytes_new_take (text, len);
      string->size = len;
      return TRUE;
    }
  if (!imap_scanner_word (scanner, FALSE, &token))
    return FALSE;
  if (imap_token_is (&token, "NIL"))
    return TRUE;
  string->bytes = g_bytes_new (token.at, token.len);
  string->size = token.len;
  return TRUE;
}

static gboolean
take_text (ImapScanner *scanner, gboolean brackets, gboolean nil, char **text)
{
  const ImapLiteral *literal;
  ImapToken token;
  gsize len;

  *text = NULL;
  if (is_literal (scanner))
    {
      const char *bytes;

      if (!take_literal (scanner, &literal))
        return FALSE;
      bytes = literal->bytes != NULL ? g_bytes_get_data (literal->bytes, &len) : NULL;
      *text = bytes != NULL ? g_strndup (bytes, len) : g_strdup ("");
      return TRUE;
    }
  if (imap_scanner_peek (scanner) == '"')
    return take_quoted (scanner, text, &len);
  if (!imap_scanner_word (scanner, brackets, &token))
    return FALSE;
  if (!nil || !imap_token_is (&token, "NIL"))
    *text = g_strndup (token.at, token.len);
  return TRUE;
}

gboolean
imap_scanner_text (ImapScanner *scanner, char **text)
{
  return take_text (scanner, FALSE, TRUE, text);
}

/* ASTRING-CHAR: ATOM-CHAR / resp-specials; in a pattern also list-wildcards. */
static gboolean
take_astring (ImapScanner *scanner, gboolean pattern, char **text)
{
  const char *from = scanner->p;

  if (!take_text (scanner, FALSE, FALSE, text))
    return FALSE;
  if (!scanner->strict || *from == '"' || *from == '{' || *from == '~')
    return TRUE;
  for (; from < scanner->p; from++)
    if (*from == '\\' || *from == '\x7f' || ((*from == '*' || *from == '%') && !pattern))
      {
        g_clear_pointer (text, g_free);
        return imap_scanner_expected (scanner, "a word without special characters");
      }
  return TRUE;
}

gboolean
imap_scanner_astring (ImapScanner *scanner, char **text)
{
  return take_astring (scanner, FALSE, text);
}

gboolean
imap_scanner_pattern (ImapScanner *scanner, char **text)
{
  return take_astring (scanner, TRUE, text);
}

char *
imap_scanner_name (const ImapScanner *scanner, const char *raw, gsize len)
{
  if (scanner->frame->utf8 && g_utf8_validate (raw, (gssize) len, NULL) &&
      (len != 5 || g_ascii_strncasecmp (raw, "INBOX", 5) != 0))
    return g_strndup (raw, len);
  return imap_mailbox_decode (raw, len);
}

char *
imap_scanner_one_name (const ImapScanner *scanner, const char *raw, gsize len)
{
  const ImapFrame *frame = scanner->frame;

  if (frame->names && !(frame->utf8 ? g_utf8_validate (raw, (gssize) len, NULL)
                                    : imap_mailbox_is_encoded (raw, len)))
    return g_strdup ("");
  return imap_scanner_name (scanner, raw, len);
}

gboolean
imap_scanner_mailbox (ImapScanner *scanner, char **name)
{
  g_autofree char *raw = NULL;
  const char *from = scanner->p;

  if (!imap_scanner_astring (scanner, &raw))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.mailbox");
  *name = imap_scanner_one_name (scanner, raw, strlen (raw));
  return TRUE;
}

gboolean
imap_scanner_labels (ImapScanner *scanner, char ***labels)
{
  GPtrArray *found;

  if (!imap_scanner_open (scanner))
    return FALSE;
  found = g_ptr_array_new ();
  while (!imap_scanner_close (scanner))
    {
      g_autofree char *raw = NULL;
      const char *from = scanner->p;

      if (!take_text (scanner, FALSE, FALSE, &raw))
        break;
      imap_scanner_part (scanner, from, "imap.arg.label");
      g_ptr_array_add (found, imap_scanner_name (scanner, raw, strlen (raw)));
    }
  *labels = imap_scanner_take_words (found);
  return scanner->expected == NULL;
}

/* seq-number = nz-number / "*" */
static gboolean
has_zero (const ImapSet *set)
{
  const ImapRange *ranges;
  guint n = imap_set_ranges (set, &ranges);

  for (guint i = 0; i < n; i++)
    if (ranges[i].first == 0 || ranges[i].last == 0)
      return TRUE;
  return FALSE;
}

gboolean
imap_scanner_set (ImapScanner *scanner, const char *part, ImapSet **set)
{
  const char *from = scanner->p;
  ImapToken token;

  if (!imap_scanner_word (scanner, FALSE, &token))
    return FALSE;
  *set = imap_set_parse (token.at, (gssize) token.len);
  if (*set != NULL && scanner->strict && has_zero (*set))
    g_clear_pointer (set, imap_set_unref);
  if (*set == NULL)
    {
      scanner->p = from;
      return imap_scanner_expected (scanner, "a set of numbers");
    }
  imap_scanner_part (scanner, from, imap_set_is_saved (*set) ? "imap.arg.saved-result" : part);
  return TRUE;
}

/* flag = "\Answered" / … / flag-keyword / flag-extension; a client cannot set \Recent, nor "\*". */
gboolean
imap_scanner_flag (ImapScanner *scanner, ImapFlags *flags)
{
  ImapToken token;

  if (!imap_scanner_word (scanner, FALSE, &token))
    return FALSE;
  if (scanner->strict)
    {
      gsize from = *token.at == '\\' ? 1 : 0;

      if (imap_token_is (&token, "\\Recent") || token.len == from)
        return imap_scanner_expected (scanner, "a flag that can be set");
      for (; from < token.len; from++)
        if (strchr ("\\*%]\x7f", token.at[from]) != NULL)
          return imap_scanner_expected (scanner, "a flag without special characters");
    }
  imap_flags_add (flags, token.at, token.len);
  imap_scanner_part_token (scanner, &token, "imap.flag.");
  return TRUE;
}

gboolean
imap_scanner_flags (ImapScanner *scanner, ImapFlags *flags)
{
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      if (!imap_scanner_flag (scanner, flags))
        return FALSE;
    }
  return TRUE;
}

gboolean
imap_scanner_skip (ImapScanner *scanner)
{
  guint depth = 0;

  do
    {
      ImapString string = { 0 };
      ImapToken token;

      imap_scanner_spaces (scanner);
      if (imap_scanner_at_end (scanner))
        return imap_scanner_expected (scanner, depth == 0 ? "a value" : "a parenthesis");
      if (imap_scanner_accept (scanner, '('))
        depth++;
      else if (imap_scanner_peek (scanner) == ')')
        {
          if (depth == 0)
            return imap_scanner_expected (scanner, "a value");
          scanner->p++;
          depth--;
        }
      else if (imap_scanner_peek (scanner) == '"' || is_literal (scanner))
        {
          if (!imap_scanner_string (scanner, &string))
            return FALSE;
          imap_string_clear (&string);
        }
      else if (!imap_scanner_word (scanner, FALSE, &token))
        return FALSE;
    }
  while (depth > 0);
  return TRUE;
}

char *
imap_scanner_raw (const ImapScanner *scanner, const char *from, guint from_literal, const char *to)
{
  GString *out = g_string_new (NULL);

  for (guint i = from_literal; i < scanner->frame->n_literals; i++)
    {
      const ImapLiteral *literal = &scanner->frame->literals[i];
      const char *at = scanner->frame->text + literal->at;
      const char *mark = at;
      gconstpointer bytes;
      gsize len;

      if (at > to)
        break;
      if (at < from)
        continue;
      if (literal->bytes != NULL)
        {
          bytes = g_bytes_get_data (literal->bytes, &len);
          g_string_append_len (out, from, at - from);
          g_string_append_len (out, bytes, (gssize) len);
        }
      else
        {
          while (mark > from && *mark != '{')
            mark--;
          if (mark > from && mark[-1] == '~')
            mark--;
          g_string_append_len (out, from, mark - from);
          g_string_append (out, "\"\"");
        }
      from = at;
    }
  g_string_append_len (out, from, to - from);
  for (gsize i = 0; i < out->len; i++)
    if (out->str[i] == '\0')
      out->str[i] = '\001';
  return g_string_free (out, FALSE);
}

void
imap_scanner_part (ImapScanner *scanner, const char *from, const char *id)
{
  if (scanner->parts != NULL && scanner->p > from)
    base_parts_add (
        scanner->parts, (gsize) (from - scanner->frame->text), (gsize) (scanner->p - from), id);
}

void
imap_scanner_part_token (ImapScanner *scanner, const ImapToken *token, const char *prefix)
{
  g_autoptr (GString) word = NULL;

  if (scanner->parts == NULL || token->len == 0)
    return;
  if (token->len == 2 && memcmp (token->at, "\\*", 2) == 0)
    {
      imap_scanner_part (scanner, token->at, "imap.flag.any");
      return;
    }
  word = g_string_new_len (token->at, (gssize) token->len);
  g_string_replace (word, "+", "-plus", 0);
  if (word->len > 1 && word->str[word->len - 1] == '-')
    g_string_append (word, "minus");
  base_parts_add_token (scanner->parts,
                        (gsize) (token->at - scanner->frame->text),
                        token->len,
                        prefix,
                        word->str,
                        word->len);
}

char **
imap_scanner_take_words (GPtrArray *words)
{
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

void
imap_scanner_append_raw (const ImapScanner *scanner,
                         const char *from,
                         guint from_literal,
                         char **text)
{
  g_autofree char *before = *text;
  g_autofree char *raw = imap_scanner_raw (scanner, from, from_literal, scanner->p);

  *text = before != NULL ? g_strconcat (before, " ", raw, NULL) : g_steal_pointer (&raw);
}
