/* ENVELOPE and BODYSTRUCTURE, with the known mistakes of servers (RFC 9051 §7.5.2, §9).
 *
 *   envelope  = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
 *               env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"
 *   body      = "(" (body-type-1part / body-type-mpart) ")"
 *   body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
 *   body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part] */
#include "config.h"

#include "imap-parser-body.h"

static gboolean
next_text (ImapScanner *scanner, const char *part, char **text)
{
  const char *from;

  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (!imap_scanner_text (scanner, text))
    return FALSE;
  imap_scanner_part (scanner, from, part);
  return TRUE;
}

static gboolean
next_plain (ImapScanner *scanner, char **text)
{
  imap_scanner_spaces (scanner);
  return imap_scanner_text (scanner, text);
}

/* address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")" */
static gboolean
parse_address (ImapScanner *scanner, GArray *addresses)
{
  ImapAddress address = { NULL, NULL, NULL, NULL };
  const char *from = scanner->p;
  gboolean ok = imap_scanner_open (scanner) && next_plain (scanner, &address.name) &&
                next_plain (scanner, &address.adl) && next_plain (scanner, &address.mailbox) &&
                next_plain (scanner, &address.host);

  /* The array frees it, whole or not. */
  g_array_append_val (addresses, address);
  if (!ok)
    return FALSE;
  if (!imap_scanner_close (scanner))
    return imap_scanner_expected (scanner, "the end of an address");
  imap_scanner_part (scanner, from, "imap.part.address");
  return TRUE;
}

static gboolean
parse_addresses (ImapScanner *scanner, const char *part, GArray **addresses)
{
  const char *from;
  ImapToken token;

  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (imap_scanner_peek (scanner) != '(')
    {
      g_autofree char *text = NULL;

      /* NIL; or "", from a server that has no list but a string for what is missing. */
      if (imap_scanner_peek (scanner) == '"')
        return imap_scanner_text (scanner, &text);
      if (!imap_scanner_word (scanner, FALSE, &token))
        return FALSE;
      imap_scanner_part (scanner, from, part);
      return imap_token_is (&token, "NIL") || imap_scanner_expected (scanner, "addresses");
    }
  if (!imap_scanner_open (scanner))
    return FALSE;
  *addresses = imap_envelope_addresses_new ();
  while (!imap_scanner_close (scanner))
    if (!parse_address (scanner, *addresses))
      return FALSE;
  imap_scanner_part (scanner, from, part);
  return TRUE;
}

ImapEnvelope *
imap_parser_envelope (ImapScanner *scanner)
{
  g_autoptr (ImapEnvelope) envelope = imap_envelope_new ();

  if (!imap_scanner_open (scanner) ||
      !next_text (scanner, "imap.part.envelope-date", &envelope->date) ||
      !next_text (scanner, "imap.part.envelope-subject", &envelope->subject) ||
      !parse_addresses (scanner, "imap.part.envelope-from", &envelope->from) ||
      !parse_addresses (scanner, "imap.part.envelope-sender", &envelope->sender) ||
      !parse_addresses (scanner, "imap.part.envelope-reply-to", &envelope->reply_to) ||
      !parse_addresses (scanner, "imap.part.envelope-to", &envelope->to) ||
      !parse_addresses (scanner, "imap.part.envelope-cc", &envelope->cc) ||
      !parse_addresses (scanner, "imap.part.envelope-bcc", &envelope->bcc) ||
      !next_text (scanner, "imap.part.envelope-in-reply-to", &envelope->in_reply_to) ||
      !next_text (scanner, "imap.part.envelope-message-id", &envelope->message_id))
    return NULL;
  if (imap_scanner_close (scanner))
    return g_steal_pointer (&envelope);
  imap_scanner_expected (scanner, "the end of the envelope");
  return NULL;
}

/* "(" string SP string … ")" / NIL; a value that is NIL is "". */
static gboolean
read_parameters (ImapScanner *scanner, char ***parameters)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  char *text;

  if (imap_scanner_peek (scanner) != '(')
    {
      if (!imap_scanner_text (scanner, &text))
        return FALSE;
      g_free (text);
      return TRUE;
    }
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      if (!imap_scanner_text (scanner, &text))
        return FALSE;
      g_ptr_array_add (words, text != NULL ? text : g_strdup (""));
    }
  if (words->len == 0)
    return TRUE;
  if (words->len % 2 == 1)
    g_ptr_array_add (words, g_strdup (""));
  g_ptr_array_add (words, NULL);
  *parameters = (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
  return TRUE;
}

static gboolean
parse_parameters (ImapScanner *scanner, char ***parameters)
{
  const char *from;

  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (!read_parameters (scanner, parameters))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.part.body-parameters");
  return TRUE;
}

/* body-fld-dsp = "(" string SP body-fld-param ")" / nil; a bare string is met too. */
static gboolean
parse_disposition (ImapScanner *scanner, ImapBody *body)
{
  if (imap_scanner_peek (scanner) != '(')
    return imap_scanner_text (scanner, &body->disposition);
  if (!imap_scanner_open (scanner))
    return FALSE;
  if (imap_scanner_close (scanner))
    return TRUE;
  if (!imap_scanner_text (scanner, &body->disposition))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (imap_scanner_peek (scanner) != ')' &&
      !read_parameters (scanner, &body->disposition_parameters))
    return FALSE;
  return imap_scanner_close (scanner) || imap_scanner_expected (scanner, "a closing parenthesis");
}

/* body-fld-lang = nstring / "(" string *(SP string) ")" */
static gboolean
parse_languages (ImapScanner *scanner, ImapBody *body)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gboolean is_list;
  char *text = NULL;

  is_list = imap_scanner_peek (scanner) == '(';
  if (is_list && !imap_scanner_open (scanner))
    return FALSE;
  while (!is_list || !imap_scanner_close (scanner))
    {
      if (!imap_scanner_text (scanner, &text))
        return FALSE;
      if (text != NULL)
        g_ptr_array_add (words, text);
      if (!is_list)
        break;
    }
  if (words->len == 0)
    return TRUE;
  g_ptr_array_add (words, NULL);
  body->languages = (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
  return TRUE;
}

/* What stands after the fixed fields: disposition, language, location, and whatever else. */
static gboolean
parse_extension (ImapScanner *scanner, ImapBody *body)
{
  const char *from;

  body->extended = TRUE;
  if (imap_scanner_close (scanner))
    return TRUE;
  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (!parse_disposition (scanner, body))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.part.body-disposition");
  if (imap_scanner_close (scanner))
    return TRUE;
  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (!parse_languages (scanner, body))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.part.body-language");
  if (imap_scanner_close (scanner))
    return TRUE;
  if (!next_text (scanner, "imap.part.body-location", &body->location))
    return FALSE;
  while (!imap_scanner_close (scanner))
    if (!imap_scanner_skip (scanner))
      return FALSE;
  return TRUE;
}

static gboolean
parse_multipart (ImapScanner *scanner, ImapBody *body)
{
  body->type = g_strdup ("multipart");
  body->children = g_ptr_array_new_with_free_func ((GDestroyNotify) imap_body_free);
  while (imap_scanner_peek (scanner) == '(')
    {
      ImapBody *child = imap_parser_body (scanner);

      if (child == NULL)
        return FALSE;
      g_ptr_array_add (body->children, child);
      imap_scanner_spaces (scanner);
    }
  if (imap_scanner_close (scanner))
    return TRUE;
  if (!next_text (scanner, "imap.part.body-type", &body->subtype))
    return FALSE;
  if (imap_scanner_close (scanner))
    return TRUE;
  return parse_parameters (scanner, &body->parameters) && parse_extension (scanner, body);
}

/* Some servers leave the envelope, structure and lines of message/rfc822 out; then what follows are
 * extension data. */
static gboolean
parse_message (ImapScanner *scanner, ImapBody *body)
{
  ImapBody *child;

  imap_scanner_spaces (scanner);
  if (imap_scanner_peek (scanner) != '(')
    return TRUE;
  body->envelope = imap_parser_envelope (scanner);
  if (body->envelope == NULL)
    return FALSE;
  imap_scanner_spaces (scanner);
  if (imap_scanner_peek (scanner) == '(')
    {
      child = imap_parser_body (scanner);
      if (child == NULL)
        return FALSE;
      body->children = g_ptr_array_new_with_free_func ((GDestroyNotify) imap_body_free);
      g_ptr_array_add (body->children, child);
    }
  else if (!imap_scanner_skip (scanner))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (imap_scanner_peek (scanner) != ')')
    return imap_scanner_number (scanner, &body->lines);
  return TRUE;
}

static gboolean
is_message (const ImapBody *body)
{
  return body->type != NULL && body->subtype != NULL &&
         g_ascii_strcasecmp (body->type, "message") == 0 &&
         (g_ascii_strcasecmp (body->subtype, "rfc822") == 0 ||
          g_ascii_strcasecmp (body->subtype, "global") == 0);
}

/* A number, or NIL for 0. */
static gboolean
parse_size (ImapScanner *scanner, const char *part, guint64 *size)
{
  const char *from;
  ImapToken token;

  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (g_ascii_toupper (imap_scanner_peek (scanner)) == 'N')
    return imap_scanner_word (scanner, FALSE, &token);
  if (!imap_scanner_number (scanner, size))
    return FALSE;
  imap_scanner_part (scanner, from, part);
  return TRUE;
}

static gboolean
parse_single (ImapScanner *scanner, ImapBody *body)
{
  if (!next_text (scanner, "imap.part.body-type", &body->subtype))
    return FALSE;
  if (imap_scanner_close (scanner))
    return TRUE;
  if (!parse_parameters (scanner, &body->parameters) ||
      !next_text (scanner, "imap.part.body-id", &body->id) ||
      !next_text (scanner, "imap.part.body-description", &body->description) ||
      !next_text (scanner, "imap.part.body-encoding", &body->encoding) ||
      !parse_size (scanner, "imap.part.body-size", &body->size))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (is_message (body) && !parse_message (scanner, body))
    return FALSE;
  if (body->type != NULL && g_ascii_strcasecmp (body->type, "text") == 0 &&
      (g_ascii_isdigit (imap_scanner_peek (scanner)) || imap_scanner_peek (scanner) == '-') &&
      !parse_size (scanner, "imap.part.body-lines", &body->lines))
    return FALSE;
  if (imap_scanner_close (scanner))
    return TRUE;
  return next_text (scanner, "imap.part.body-md5", &body->md5) && parse_extension (scanner, body);
}

ImapBody *
imap_parser_body (ImapScanner *scanner)
{
  g_autoptr (ImapBody) body = imap_body_new ();
  const char *from;
  gboolean ok;

  if (!imap_scanner_open (scanner))
    return NULL;
  imap_scanner_spaces (scanner);
  from = scanner->p;
  if (imap_scanner_peek (scanner) == '(' || imap_scanner_close (scanner))
    ok = *from == ')' || parse_multipart (scanner, body);
  else if (!next_text (scanner, "imap.part.body-type", &body->type))
    ok = FALSE;
  else if (body->type == NULL)
    /* A multipart without parts: NIL stands where they should be. */
    ok = (imap_scanner_spaces (scanner), parse_multipart (scanner, body));
  else
    ok = parse_single (scanner, body);
  return ok ? g_steal_pointer (&body) : NULL;
}
