/* Commands of a client (RFC 9051 §6, §9), for the server role and the annotator.
 *
 *   command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF */
#include "config.h"

#include "imap-parser.h"
#include "imap-parser-item.h"
#include "imap-parser-search.h"

#include <string.h>

typedef gboolean (*ParseFunc) (ImapScanner *scanner, ImapCommand *command);

static gboolean
need_space (ImapScanner *scanner)
{
  if (!imap_scanner_need (scanner, ' ', "a space"))
    return FALSE;
  imap_scanner_spaces (scanner);
  return !imap_scanner_at_end (scanner) ||
         imap_scanner_expected (scanner, "something behind the space");
}

/* "(" word *(SP word) ")" */
static gboolean
parse_words (ImapScanner *scanner, const char *prefix, char ***words)
{
  GPtrArray *found;
  ImapToken token;

  if (!imap_scanner_open (scanner))
    return FALSE;
  found = g_ptr_array_new ();
  while (!imap_scanner_close (scanner))
    {
      if (imap_scanner_peek (scanner) == '(')
        {
          /* An option's own list: RETURN (STATUS (MESSAGES)). */
          const char *from = scanner->p;
          guint literal = scanner->literal;

          if (!imap_scanner_skip (scanner))
            break;
          g_ptr_array_add (found, imap_scanner_raw (scanner, from, literal, scanner->p));
          continue;
        }
      if (!imap_scanner_word (scanner, FALSE, &token))
        break;
      imap_scanner_part_token (scanner, &token, prefix);
      g_ptr_array_add (found, g_strndup (token.at, token.len));
    }
  *words = imap_scanner_take_words (found);
  return scanner->expected == NULL;
}

/* [SP …]: TRUE if something follows. */
static gboolean
has_more (ImapScanner *scanner)
{
  return !imap_scanner_at_end (scanner) && need_space (scanner);
}

/* A list in parentheses that is kept raw, if there is one. */
static gboolean
parse_options (ImapScanner *scanner, char **options)
{
  const char *from = scanner->p;
  guint literal = scanner->literal;
  ImapToken token;

  if (imap_scanner_peek (scanner) != '(')
    return TRUE;
  if (!imap_scanner_skip (scanner))
    return FALSE;
  *options = imap_scanner_raw (scanner, from, literal, scanner->p);
  for (const char *p = from + 1; scanner->parts != NULL && p < scanner->p; p++)
    {
      token.at = p;
      token.len = 0;
      while (p < scanner->p && (g_ascii_isalpha (*p) || *p == '-'))
        p++;
      token.len = (gsize) (p - token.at);
      if (imap_token_is (&token, "CONDSTORE") || imap_token_is (&token, "QRESYNC"))
        imap_scanner_part_token (scanner, &token, "imap.arg.");
      else if (token.len > 0 && *from == '(')
        imap_scanner_part_token (scanner, &token, "imap.option.");
    }
  return TRUE;
}

static gboolean
parse_nothing (ImapScanner *scanner, ImapCommand *command)
{
  return TRUE;
}

static gboolean
parse_login (ImapScanner *scanner, ImapCommand *command)
{
  ImapString password;
  const char *from = scanner->p;
  gsize len;
  const char *bytes;

  if (!imap_scanner_astring (scanner, &command->user))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.user");
  if (!need_space (scanner))
    return FALSE;
  from = scanner->p;
  if (!imap_scanner_string (scanner, &password))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.secret");
  bytes = password.bytes != NULL ? g_bytes_get_data (password.bytes, &len) : NULL;
  command->password = bytes != NULL ? base_secret_new (bytes, (gssize) len)
                                    : base_secret_new (password.size == 0 ? "NIL" : "", -1);
  if (bytes != NULL)
    base_secret_wipe ((gpointer) bytes, len);
  imap_string_clear (&password);
  return TRUE;
}

/* "AUTHENTICATE" SP auth-type [SP (base64 / "=")] */
static gboolean
parse_authenticate (ImapScanner *scanner, ImapCommand *command)
{
  ImapToken name;
  const char *from;

  if (!imap_scanner_word (scanner, FALSE, &name))
    return FALSE;
  command->name = g_ascii_strup (name.at, (gssize) name.len);
  imap_scanner_part_token (scanner, &name, "sasl.mechanism.");
  if (!has_more (scanner))
    return scanner->expected == NULL;
  from = scanner->p;
  scanner->p = scanner->end;
  imap_scanner_part (scanner, from, "imap.arg.initial-response");
  if (scanner->end - from == 1 && *from == '=')
    command->password = base_secret_new ("", 0);
  else
    command->password = base_secret_decode (from, (gsize) (scanner->end - from));
  /* In a recording stars stand here. */
  if (command->password == NULL && *from != '*')
    return imap_scanner_expected (scanner, "base64");
  return TRUE;
}

static gboolean
parse_enable (ImapScanner *scanner, ImapCommand *command)
{
  GPtrArray *words = g_ptr_array_new ();
  ImapToken token;

  while (!imap_scanner_at_end (scanner) && imap_scanner_word (scanner, FALSE, &token))
    {
      imap_scanner_part_token (scanner, &token, "imap.capability.");
      g_ptr_array_add (words, g_strndup (token.at, token.len));
      imap_scanner_spaces (scanner);
    }
  command->words = imap_scanner_take_words (words);
  if (command->words[0] == NULL)
    return imap_scanner_expected (scanner, "a capability");
  return scanner->expected == NULL;
}

static gboolean
parse_mailbox (ImapScanner *scanner, ImapCommand *command)
{
  return imap_scanner_mailbox (scanner, &command->mailbox);
}

/* SELECT, EXAMINE, CREATE: mailbox [SP "(" parameters ")"] */
static gboolean
parse_select (ImapScanner *scanner, ImapCommand *command)
{
  if (!imap_scanner_mailbox (scanner, &command->mailbox))
    return FALSE;
  return !has_more (scanner) || parse_options (scanner, &command->options);
}

static gboolean
parse_rename (ImapScanner *scanner, ImapCommand *command)
{
  g_autofree char *raw = NULL;
  const char *from;

  if (!imap_scanner_mailbox (scanner, &command->mailbox) || !need_space (scanner))
    return FALSE;
  from = scanner->p;
  if (!imap_scanner_astring (scanner, &raw))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.mailbox-new");
  command->mailbox2 = imap_scanner_one_name (scanner, raw, strlen (raw));
  return TRUE;
}

static gboolean
parse_pattern (ImapScanner *scanner, char **pattern)
{
  g_autofree char *raw = NULL;
  const char *from = scanner->p;

  if (!imap_scanner_pattern (scanner, &raw))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.pattern");
  *pattern = imap_scanner_name (scanner, raw, strlen (raw));
  return TRUE;
}

static gboolean
parse_patterns (ImapScanner *scanner, ImapCommand *command)
{
  GPtrArray *patterns;

  if (imap_scanner_peek (scanner) != '(')
    return parse_pattern (scanner, &command->mailbox2);
  if (!imap_scanner_open (scanner))
    return FALSE;
  patterns = g_ptr_array_new ();
  while (!imap_scanner_close (scanner))
    {
      char *pattern;

      if (!parse_pattern (scanner, &pattern))
        break;
      g_ptr_array_add (patterns, pattern);
    }
  command->patterns = imap_scanner_take_words (patterns);
  return scanner->expected == NULL;
}

static gboolean
parse_return (ImapScanner *scanner, ImapCommand *command, gboolean *found)
{
  const char *from = scanner->p;
  ImapToken word;

  *found = FALSE;
  if (g_ascii_toupper (imap_scanner_peek (scanner)) != 'R')
    return TRUE;
  if (!imap_scanner_word (scanner, FALSE, &word))
    return FALSE;
  if (!imap_token_is (&word, "RETURN"))
    {
      scanner->p = from;
      return TRUE;
    }
  *found = TRUE;
  return need_space (scanner) && parse_words (scanner, "imap.option.", &command->words);
}

/* "LIST" [SP "(" selection ")"] SP mailbox SP mbox-or-pat [SP "RETURN" SP "(" options ")"] */
static gboolean
parse_list (ImapScanner *scanner, ImapCommand *command)
{
  const char *from;
  gboolean found;
  g_autofree char *reference = NULL;

  if (!parse_options (scanner, &command->options) ||
      (command->options != NULL && !need_space (scanner)))
    return FALSE;
  from = scanner->p;
  if (!imap_scanner_astring (scanner, &reference))
    return FALSE;
  command->mailbox = imap_scanner_name (scanner, reference, strlen (reference));
  imap_scanner_part (scanner, from, "imap.arg.reference");
  if (!need_space (scanner) || !parse_patterns (scanner, command))
    return FALSE;
  return !has_more (scanner) || parse_return (scanner, command, &found);
}

static gboolean
parse_status (ImapScanner *scanner, ImapCommand *command)
{
  return imap_scanner_mailbox (scanner, &command->mailbox) && need_space (scanner) &&
         parse_words (scanner, "imap.status.", &command->words) &&
         (command->words[0] != NULL || imap_scanner_expected (scanner, "an item"));
}

/* append-data = literal / "UTF8" SP "(" literal8 ")" (RFC 6855 §4, RFC 4466 §2.5) */
static gboolean
parse_letter_data (ImapScanner *scanner, ImapAppended *one)
{
  const char *from = scanner->p;
  ImapToken word;

  one->utf8 = g_ascii_toupper (imap_scanner_peek (scanner)) == 'U';
  if (one->utf8)
    {
      if (!imap_scanner_word (scanner, FALSE, &word) || !imap_token_is (&word, "UTF8"))
        return imap_scanner_expected (scanner, "a literal");
      imap_scanner_part (scanner, from, "imap.arg.utf8");
      if (!need_space (scanner) || !imap_scanner_open (scanner))
        return FALSE;
    }
  from = scanner->p;
  if (imap_scanner_peek (scanner) != '~' && (one->utf8 || imap_scanner_peek (scanner) != '{'))
    return imap_scanner_expected (scanner, "a literal");
  if (!imap_scanner_string (scanner, &one->data))
    return FALSE;
  one->size = one->data.size;
  imap_scanner_part (scanner, from, "imap.arg.literal");
  return !one->utf8 || imap_scanner_need (scanner, ')', ")");
}

/* append-message = [SP flag-list] [SP date-time] SP append-data; the first space is passed. */
static gboolean
parse_letter (ImapScanner *scanner, ImapAppended *one)
{
  const char *from;

  one->internal_date = IMAP_DATE_NONE;
  if (imap_scanner_peek (scanner) == '(')
    {
      if (!imap_scanner_flags (scanner, &one->flags) || !need_space (scanner))
        return FALSE;
    }
  if (imap_scanner_peek (scanner) == '"')
    {
      g_autofree char *date = NULL;

      from = scanner->p;
      if (!imap_scanner_astring (scanner, &date))
        return FALSE;
      if (!imap_date_parse (date, strlen (date), &one->internal_date, &one->internal_offset) ||
          !imap_date_is_real (date, strlen (date)))
        return imap_scanner_expected (scanner, "a date and time");
      imap_scanner_part (scanner, from, "imap.arg.date-time");
      if (!need_space (scanner))
        return FALSE;
    }
  return parse_letter_data (scanner, one);
}

/* "APPEND" SP mailbox 1*append-message (RFC 9051, RFC 3502) */
static gboolean
parse_append (ImapScanner *scanner, ImapCommand *command)
{
  ImapAppended first = { 0 };
  gboolean good;

  if (!imap_scanner_mailbox (scanner, &command->mailbox) || !need_space (scanner))
    return FALSE;
  good = parse_letter (scanner, &first);
  command->flags = first.flags;
  command->internal_date = first.internal_date;
  command->internal_offset = first.internal_offset;
  command->data = first.data;
  command->size = first.size;
  command->utf8 = first.utf8;
  while (good && command->verb == IMAP_VERB_APPEND && !imap_scanner_at_end (scanner))
    good = need_space (scanner) && parse_letter (scanner, imap_command_add_appended (command));
  return good;
}

static gboolean
parse_expunge (ImapScanner *scanner, ImapCommand *command)
{
  return !command->uid || imap_scanner_set (scanner, "imap.arg.uid-set", &command->set);
}

/* charset = atom / quoted, and the space behind it. */
static gboolean
parse_charset (ImapScanner *scanner, ImapCommand *command)
{
  const char *from = scanner->p;

  if (!imap_scanner_astring (scanner, &command->charset))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.charset");
  return need_space (scanner);
}

static gboolean
parse_search (ImapScanner *scanner, ImapCommand *command)
{
  const char *from;
  ImapToken word;

  if (!parse_return (scanner, command, &command->esearch) ||
      (command->esearch && !need_space (scanner)))
    return FALSE;
  from = scanner->p;
  if (g_ascii_toupper (imap_scanner_peek (scanner)) == 'C' &&
      imap_scanner_word (scanner, FALSE, &word))
    {
      if (imap_token_is (&word, "CHARSET"))
        {
          imap_scanner_part_token (scanner, &word, "imap.key.");
          if (!need_space (scanner) || !parse_charset (scanner, command))
            return FALSE;
        }
      else
        scanner->p = from;
    }
  command->search = imap_parser_search (scanner);
  return command->search != NULL;
}

/* SP charset SP search-key *(SP search-key) */
static gboolean
parse_sorted_keys (ImapScanner *scanner, ImapCommand *command)
{
  if (!need_space (scanner) || !parse_charset (scanner, command))
    return FALSE;
  command->search = imap_parser_search (scanner);
  return command->search != NULL;
}

/* "SORT" [SP "RETURN" …] SP "(" sort-criterion *(SP sort-criterion) ")" … (RFC 5256, 5267) */
static gboolean
parse_sort (ImapScanner *scanner, ImapCommand *command)
{
  return parse_return (scanner, command, &command->esearch) &&
         (!command->esearch || need_space (scanner)) &&
         parse_words (scanner, "imap.sort.", &command->sort) &&
         (command->sort[0] != NULL || imap_scanner_expected (scanner, "a criterion")) &&
         parse_sorted_keys (scanner, command);
}

/* "THREAD" SP thread-alg … */
static gboolean
parse_thread (ImapScanner *scanner, ImapCommand *command)
{
  ImapToken name;

  if (!imap_scanner_word (scanner, FALSE, &name))
    return FALSE;
  command->name = g_strndup (name.at, name.len);
  imap_scanner_part_token (scanner, &name, "imap.thread.");
  return parse_sorted_keys (scanner, command);
}

static gboolean
parse_set (ImapScanner *scanner, ImapCommand *command)
{
  return imap_scanner_set (
             scanner, command->uid ? "imap.arg.uid-set" : "imap.arg.sequence-set", &command->set) &&
         need_space (scanner);
}

static gboolean
parse_copy (ImapScanner *scanner, ImapCommand *command)
{
  return parse_set (scanner, command) && imap_scanner_mailbox (scanner, &command->mailbox);
}

static gboolean
parse_fetch (ImapScanner *scanner, ImapCommand *command)
{
  if (!parse_set (scanner, command))
    return FALSE;
  if (imap_scanner_peek (scanner) == '(')
    {
      if (!imap_scanner_open (scanner))
        return FALSE;
      while (!imap_scanner_close (scanner))
        if (!imap_parser_fetch_item (scanner, command, FALSE))
          return FALSE;
      if (command->items == 0 && command->sections == NULL)
        return imap_scanner_expected (scanner, "an item");
    }
  else if (!imap_parser_fetch_item (scanner, command, TRUE))
    return FALSE;
  return !has_more (scanner) ||
         imap_parser_modifiers (scanner, "CHANGEDSINCE", &command->changed_since, command);
}

/* ["+" / "-"] "FLAGS" [".SILENT"] SP (flag-list / (flag *(SP flag))) */
static gboolean
parse_store (ImapScanner *scanner, ImapCommand *command)
{
  ImapToken word;
  ImapToken rest;
  gboolean labels;

  if (!parse_set (scanner, command))
    return FALSE;
  if (imap_scanner_peek (scanner) == '(')
    {
      if (!imap_parser_modifiers (scanner, "UNCHANGEDSINCE", &command->unchanged_since, NULL) ||
          !need_space (scanner))
        return FALSE;
      command->has_unchanged_since = TRUE;
    }
  if (!imap_scanner_word (scanner, FALSE, &word))
    return FALSE;
  rest = word;
  if (*word.at == '+' || *word.at == '-')
    {
      command->store_mode = (guchar) *word.at;
      rest.at++;
      rest.len--;
    }
  labels = imap_token_is (&rest, "X-GM-LABELS") || imap_token_is (&rest, "X-GM-LABELS.SILENT");
  command->silent =
      imap_token_is (&rest, "FLAGS.SILENT") || imap_token_is (&rest, "X-GM-LABELS.SILENT");
  if (!command->silent && !labels && !imap_token_is (&rest, "FLAGS"))
    return imap_scanner_expected (scanner, "FLAGS");
  imap_scanner_part (scanner,
                     word.at,
                     command->store_mode == '+'   ? "imap.arg.store-add"
                     : command->store_mode == '-' ? "imap.arg.store-remove"
                                                  : "imap.arg.store-replace");
  if (!need_space (scanner))
    return FALSE;
  if (labels)
    return imap_scanner_labels (scanner, &command->labels);
  if (imap_scanner_peek (scanner) == '(')
    return imap_scanner_flags (scanner, &command->flags);
  do
    {
      if (!imap_scanner_flag (scanner, &command->flags))
        return FALSE;
    }
  while (has_more (scanner));
  return scanner->expected == NULL;
}

/* "ID" SP ("(" [string SP nstring …] ")" / nil) */
static gboolean
parse_id (ImapScanner *scanner, ImapCommand *command)
{
  g_autoptr (GPtrArray) words = NULL;
  char *text;

  if (imap_scanner_peek (scanner) != '(')
    return imap_scanner_skip (scanner);
  if (!imap_scanner_open (scanner))
    return FALSE;
  words = g_ptr_array_new_with_free_func (g_free);
  while (!imap_scanner_close (scanner))
    {
      if (!imap_scanner_text (scanner, &text))
        return FALSE;
      g_ptr_array_add (words, text != NULL ? text : g_strdup (""));
    }
  if (words->len % 2 == 1)
    return imap_scanner_expected (scanner, "a value for each name");
  command->words = imap_scanner_take_words (g_steal_pointer (&words));
  return TRUE;
}

/* "COMPRESS" SP algorithm (RFC 4978) */
static gboolean
parse_compress (ImapScanner *scanner, ImapCommand *command)
{
  ImapToken name;

  if (!imap_scanner_word (scanner, FALSE, &name))
    return FALSE;
  command->name = g_ascii_strup (name.at, (gssize) name.len);
  imap_scanner_part_token (scanner, &name, "imap.arg.");
  return TRUE;
}

/* "REPLACE" SP seq-number SP mailbox … (RFC 8508); "UID REPLACE" SP uniqueid SP … */
static gboolean
parse_replace (ImapScanner *scanner, ImapCommand *command)
{
  return parse_set (scanner, command) &&
         (imap_set_count (command->set) == 1 || imap_scanner_expected (scanner, "one message")) &&
         parse_append (scanner, command);
}

static gboolean
parse_root (ImapScanner *scanner, ImapCommand *command)
{
  return imap_scanner_astring (scanner, &command->mailbox);
}

static const struct
{
  ImapVerb verb;
  ParseFunc parse; /* parse_nothing: no arguments; else a space comes first */
} verbs[] = {
  { IMAP_VERB_CAPABILITY, parse_nothing },
  { IMAP_VERB_NOOP, parse_nothing },
  { IMAP_VERB_LOGOUT, parse_nothing },
  { IMAP_VERB_STARTTLS, parse_nothing },
  { IMAP_VERB_AUTHENTICATE, parse_authenticate },
  { IMAP_VERB_LOGIN, parse_login },
  { IMAP_VERB_ENABLE, parse_enable },
  { IMAP_VERB_SELECT, parse_select },
  { IMAP_VERB_EXAMINE, parse_select },
  { IMAP_VERB_CREATE, parse_select },
  { IMAP_VERB_DELETE, parse_mailbox },
  { IMAP_VERB_RENAME, parse_rename },
  { IMAP_VERB_SUBSCRIBE, parse_mailbox },
  { IMAP_VERB_UNSUBSCRIBE, parse_mailbox },
  { IMAP_VERB_LIST, parse_list },
  { IMAP_VERB_LSUB, parse_list },
  { IMAP_VERB_NAMESPACE, parse_nothing },
  { IMAP_VERB_STATUS, parse_status },
  { IMAP_VERB_APPEND, parse_append },
  { IMAP_VERB_COMPRESS, parse_compress },
  { IMAP_VERB_REPLACE, parse_replace },
  { IMAP_VERB_IDLE, parse_nothing },
  { IMAP_VERB_CHECK, parse_nothing },
  { IMAP_VERB_CLOSE, parse_nothing },
  { IMAP_VERB_UNSELECT, parse_nothing },
  { IMAP_VERB_EXPUNGE, parse_expunge },
  { IMAP_VERB_SEARCH, parse_search },
  { IMAP_VERB_SORT, parse_sort },
  { IMAP_VERB_THREAD, parse_thread },
  { IMAP_VERB_FETCH, parse_fetch },
  { IMAP_VERB_STORE, parse_store },
  { IMAP_VERB_COPY, parse_copy },
  { IMAP_VERB_MOVE, parse_copy },
  { IMAP_VERB_ID, parse_id },
  { IMAP_VERB_GETQUOTA, parse_root },
  { IMAP_VERB_GETQUOTAROOT, parse_mailbox },
};

static gboolean
takes_uid (ImapVerb verb)
{
  return verb == IMAP_VERB_FETCH || verb == IMAP_VERB_STORE || verb == IMAP_VERB_SEARCH ||
         verb == IMAP_VERB_COPY || verb == IMAP_VERB_MOVE || verb == IMAP_VERB_EXPUNGE ||
         verb == IMAP_VERB_REPLACE || verb == IMAP_VERB_SORT || verb == IMAP_VERB_THREAD;
}

static gboolean
parse_arguments (ImapScanner *scanner, ImapCommand *command)
{
  ParseFunc parse = NULL;
  const char *from;
  guint literal;

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i].verb == command->verb)
      parse = verbs[i].parse;
  if (parse == NULL)
    {
      if (!imap_scanner_at_end (scanner) && !need_space (scanner))
        return FALSE;
      from = scanner->p;
      literal = scanner->literal;
      scanner->p = scanner->end;
      if (from < scanner->end)
        command->text = imap_scanner_raw (scanner, from, literal, scanner->end);
      return TRUE;
    }
  if (parse != parse_nothing && (parse != parse_expunge || command->uid) && !need_space (scanner))
    return FALSE;
  if (!parse (scanner, command))
    return FALSE;
  return imap_scanner_at_end (scanner) || imap_scanner_expected (scanner, "the end of the line");
}

/* [“UID” SP] verb */
static gboolean
parse_verb (ImapScanner *scanner, ImapCommand **command)
{
  const char *from = scanner->p;
  ImapToken word;
  ImapVerb verb;
  gboolean uid;

  if (!imap_scanner_word (scanner, FALSE, &word))
    return FALSE;
  uid = imap_token_is (&word, "UID");
  if (uid && (!need_space (scanner) || !imap_scanner_word (scanner, FALSE, &word)))
    return FALSE;
  verb = imap_verb_find (word.at, word.len);
  if (uid && !takes_uid (verb))
    verb = IMAP_VERB_UNKNOWN;
  *command = imap_command_new (verb);
  (*command)->uid = uid;
  if (verb == IMAP_VERB_UNKNOWN)
    (*command)->name = g_strndup (word.at, word.len);
  word.len = (gsize) (word.at + word.len - from);
  word.at = from;
  imap_scanner_part_token (scanner, &word, "imap.command.");
  return TRUE;
}

ImapCommand *
imap_parser_command (const ImapFrame *frame,
                     const BaseLimits *limits,
                     BaseParts *parts,
                     GError **error)
{
  ImapScanner scanner;
  g_autoptr (ImapCommand) command = NULL;
  ImapToken tag;

  imap_scanner_init (&scanner, frame, limits, parts);
  scanner.strict = TRUE;
  if (imap_scanner_word (&scanner, FALSE, &tag))
    {
      imap_scanner_part (&scanner, tag.at, "imap.arg.tag");
      if (need_space (&scanner) && parse_verb (&scanner, &command))
        {
          command->tag = g_strndup (tag.at, tag.len);
          if (parse_arguments (&scanner, command) && scanner.expected == NULL)
            return g_steal_pointer (&command);
        }
    }
  imap_scanner_set_error (&scanner, "command", error);
  return NULL;
}

/* tag = 1*<any ASTRING-CHAR except "+"> */
char *
imap_parser_tag (const ImapFrame *frame)
{
  gsize len = 0;

  while (len < frame->len && frame->text[len] > ' ' && frame->text[len] < 0x7f &&
         strchr ("(){%*\"\\+", frame->text[len]) == NULL)
    len++;
  if (len == 0 || (len < frame->len && frame->text[len] != ' '))
    return NULL;
  return g_strndup (frame->text, len);
}
