/* The items of a FETCH response.
 *
 *   msg-att-dynamic = "FLAGS" SP "(" [flag-fetch *(SP flag-fetch)] ")"
 *   msg-att-static  = "ENVELOPE" SP envelope / "INTERNALDATE" SP date-time / "RFC822.SIZE" SP
 *                     number64 / "BODY" ["STRUCTURE"] SP body / "BODY" section ["<" number ">"] SP
 *                     nstring / "BINARY" section-binary SP (nstring / literal8) / "UID" SP uniqueid
 *
 * RFC 9051 §7.5.2, and RFC 7162, 8474, 8514, 8970. */
#include "config.h"

#include "imap-parser-body.h"
#include "imap-parser-fetch.h"

#include <string.h>

char *
imap_parser_section_name (const char *text, gsize len)
{
  char *name = g_ascii_strup (text, (gssize) len);
  char *to = name;

  for (const char *p = name; *p != '\0'; p++)
    if (*p != ' ' || (to > name && to[-1] != ' '))
      *to++ = *p;
  while (to > name && to[-1] == ' ')
    to--;
  *to = '\0';
  return name;
}

/* section-spec = section-msgtext / (section-part ["." section-text]) */
static void
section_parts (ImapScanner *scanner, const char *open, const char *close)
{
  const gsize offset = (gsize) (open - scanner->frame->text);
  const char *p = open + 1;
  const char *dot;
  const char *word_end;

  if (p == close)
    {
      base_parts_add (scanner->parts, offset, 2, "imap.part.section-all");
      return;
    }
  while (p < close && (g_ascii_isdigit (*p) || *p == '.'))
    p++;
  dot = p > open + 1 && p[-1] == '.' ? p - 1 : p;
  if (dot > open + 1)
    base_parts_add (
        scanner->parts, offset + 1, (gsize) (dot - open - 1), "imap.part.section-number");
  for (word_end = p; word_end < close && *word_end != ' ';)
    word_end++;
  if (word_end > p)
    {
      ImapToken word = { p, (gsize) (word_end - p) };

      /* HEADER.FIELDS.NOT is explained with HEADER.FIELDS. */
      if (imap_token_is (&word, "HEADER.FIELDS.NOT"))
        base_parts_add (scanner->parts,
                        (gsize) (p - scanner->frame->text),
                        word.len,
                        "imap.part.section-header-fields");
      else
        imap_scanner_part_token (scanner, &word, "imap.part.section-");
    }
}

void
imap_parser_item_parts (ImapScanner *scanner, const ImapToken *name)
{
  const char *end = name->at + name->len;
  const char *open = memchr (name->at, '[', name->len);
  const char *close = open != NULL ? memchr (open, ']', (gsize) (end - open)) : NULL;
  ImapToken bare = { name->at, open != NULL ? (gsize) (open - name->at) : name->len };

  if (scanner->parts == NULL)
    return;
  if (open != NULL && imap_token_is (&bare, "BODY"))
    base_parts_add (scanner->parts,
                    (gsize) (name->at - scanner->frame->text),
                    bare.len,
                    "imap.item.body-section");
  else
    imap_scanner_part_token (scanner, &bare, "imap.item.");
  if (close == NULL)
    return;
  section_parts (scanner, open, close);
  if (close + 1 < end)
    base_parts_add (scanner->parts,
                    (gsize) (close + 1 - scanner->frame->text),
                    (gsize) (end - close - 1),
                    "imap.part.section-partial");
}

/* "(" value ")", or the bare value of servers that forgot the parentheses; NIL gives NULL. */
static gboolean
parse_wrapped (ImapScanner *scanner, char **text)
{
  g_clear_pointer (text, g_free);
  if (imap_scanner_peek (scanner) != '(')
    return imap_scanner_text (scanner, text);
  return imap_scanner_open (scanner) && imap_scanner_text (scanner, text) &&
         (imap_scanner_close (scanner) || imap_scanner_expected (scanner, "a parenthesis"));
}

static gboolean
parse_date (ImapScanner *scanner, gint64 *utc, gint *offset)
{
  g_autofree char *text = NULL;

  if (!imap_scanner_text (scanner, &text))
    return FALSE;
  if (text == NULL || !imap_date_parse (text, strlen (text), utc, offset))
    *utc = IMAP_DATE_NONE;
  return TRUE;
}

static gboolean
parse_modseq (ImapScanner *scanner, guint64 *modseq)
{
  gboolean wrapped = imap_scanner_peek (scanner) == '(';

  return (!wrapped || imap_scanner_open (scanner)) && imap_scanner_number (scanner, modseq) &&
         (!wrapped || imap_scanner_close (scanner) ||
          imap_scanner_expected (scanner, "a parenthesis"));
}

/* A value that this grammar cannot read is kept as it came, with its name: one odd structure does
 * not lose the rest of the message. */
static gboolean
parse_unknown (
    ImapScanner *scanner, ImapFetch *fetch, const ImapToken *name, const char *value, guint literal)
{
  g_autofree char *raw = NULL;

  scanner->p = value;
  scanner->literal = literal;
  scanner->expected = NULL;
  scanner->over_limit = FALSE;
  if (!imap_scanner_skip (scanner))
    return FALSE;
  raw = imap_scanner_raw (scanner, name->at, literal, scanner->p);
  fetch->items |= IMAP_FETCH_OTHER;
  if (fetch->other == NULL)
    fetch->other = g_steal_pointer (&raw);
  else
    {
      g_autofree char *before = fetch->other;

      fetch->other = g_strconcat (before, " ", raw, NULL);
    }
  return TRUE;
}

/* section = "[" [section-spec] "]" ["<" number ">"], of which @name holds all. */
static void
add_section (ImapFetch *fetch, const ImapToken *name, gboolean binary, ImapString *data)
{
  const char *open = memchr (name->at, '[', name->len);
  const char *end = name->at + name->len;
  const char *close = memchr (name->at, ']', name->len);
  ImapSection *section = imap_fetch_add_section (fetch, "");

  g_free (section->section);
  section->section = imap_parser_section_name (open + 1, (gsize) (close - open - 1));
  section->binary = binary;
  section->data = *data;
  if (close + 1 < end && close[1] == '<')
    {
      section->origin = 0;
      for (const char *p = close + 2; p < end && g_ascii_isdigit (*p); p++)
        section->origin = (section->origin * 10 + (*p - '0')) & G_MAXINT64 >> 8;
    }
}

static gboolean
parse_section (ImapScanner *scanner, ImapFetch *fetch, const ImapToken *name, const char *section)
{
  ImapString data;
  const char *from = scanner->p;

  if (!imap_scanner_string (scanner, &data))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.literal");
  if (section != NULL)
    imap_fetch_add_section (fetch, section)->data = data;
  else
    add_section (fetch, name, g_ascii_toupper (name->at[1]) == 'I', &data);
  return TRUE;
}

/* ("BODY" / "BINARY") "[" … "]" ["<" … ">"] and nothing more. */
static gboolean
is_sectioned (const ImapToken *name)
{
  const char *end = name->at + name->len;
  const char *open = memchr (name->at, '[', name->len);
  const char *close = open != NULL ? memchr (open, ']', (gsize) (end - open)) : NULL;
  ImapToken form = { name->at, open != NULL ? (gsize) (open - name->at) : 0 };

  return close != NULL && (imap_token_is (&form, "BODY") || imap_token_is (&form, "BINARY")) &&
         (close + 1 == end || (close[1] == '<' && end[-1] == '>'));
}

/* The source of the message, or a part of it; *@known is FALSE if @name is not of this kind. */
static gboolean
parse_source_item (ImapScanner *scanner, ImapFetch *fetch, const ImapToken *name, gboolean *known)
{
  *known = TRUE;
  if (is_sectioned (name))
    return parse_section (scanner, fetch, name, NULL);
  if (imap_token_is (name, "RFC822"))
    return parse_section (scanner, fetch, name, "");
  if (imap_token_is (name, "RFC822.HEADER"))
    return parse_section (scanner, fetch, name, "HEADER");
  if (imap_token_is (name, "RFC822.TEXT"))
    return parse_section (scanner, fetch, name, "TEXT");
  *known = FALSE;
  return FALSE;
}

static gboolean
parse_structure (ImapScanner *scanner, ImapFetch *fetch)
{
  g_clear_pointer (&fetch->body, imap_body_free);
  fetch->body = imap_parser_body (scanner);
  return fetch->body != NULL;
}

static gboolean
parse_envelope (ImapScanner *scanner, ImapFetch *fetch)
{
  g_clear_pointer (&fetch->envelope, imap_envelope_free);
  fetch->envelope = imap_parser_envelope (scanner);
  return fetch->envelope != NULL;
}

static gboolean
parse_flags (ImapScanner *scanner, ImapFetch *fetch)
{
  imap_flags_clear (&fetch->flags);
  return imap_scanner_flags (scanner, &fetch->flags);
}

/* "(" [label *(SP label)] ")": mailbox names, or Gmail's own with a backslash in front. */
static gboolean
parse_labels (ImapScanner *scanner, ImapFetch *fetch)
{
  g_clear_pointer (&fetch->labels, g_strfreev);
  return imap_scanner_labels (scanner, &fetch->labels);
}

static const struct
{
  const char *name;
  ImapFetchItem item;
} items[] = {
  { "UID", IMAP_FETCH_UID },
  { "FLAGS", IMAP_FETCH_FLAGS },
  { "RFC822.SIZE", IMAP_FETCH_SIZE },
  { "INTERNALDATE", IMAP_FETCH_INTERNALDATE },
  { "ENVELOPE", IMAP_FETCH_ENVELOPE },
  { "BODYSTRUCTURE", IMAP_FETCH_BODYSTRUCTURE },
  { "BODY", IMAP_FETCH_BODY },
  { "MODSEQ", IMAP_FETCH_MODSEQ },
  { "EMAILID", IMAP_FETCH_EMAILID },
  { "X-GM-MSGID", IMAP_FETCH_EMAILID },
  { "THREADID", IMAP_FETCH_THREADID },
  { "X-GM-THRID", IMAP_FETCH_THREADID },
  { "PREVIEW", IMAP_FETCH_PREVIEW },
  { "SAVEDATE", IMAP_FETCH_SAVEDATE },
  { "X-GM-LABELS", IMAP_FETCH_LABELS },
};

static gboolean
parse_value (ImapScanner *scanner, ImapFetch *fetch, guint item)
{
  gint offset;

  switch (item)
    {
    case IMAP_FETCH_UID:
      return imap_scanner_number32 (scanner, &fetch->uid);
    case IMAP_FETCH_FLAGS:
      return parse_flags (scanner, fetch);
    case IMAP_FETCH_SIZE:
      return imap_scanner_number (scanner, &fetch->size);
    case IMAP_FETCH_INTERNALDATE:
      return parse_date (scanner, &fetch->internal_date, &fetch->internal_offset);
    case IMAP_FETCH_ENVELOPE:
      return parse_envelope (scanner, fetch);
    case IMAP_FETCH_BODYSTRUCTURE:
    case IMAP_FETCH_BODY:
      return parse_structure (scanner, fetch);
    case IMAP_FETCH_MODSEQ:
      return parse_modseq (scanner, &fetch->modseq);
    case IMAP_FETCH_EMAILID:
      return parse_wrapped (scanner, &fetch->email_id);
    case IMAP_FETCH_THREADID:
      return parse_wrapped (scanner, &fetch->thread_id);
    case IMAP_FETCH_PREVIEW:
      return parse_wrapped (scanner, &fetch->preview);
    case IMAP_FETCH_SAVEDATE:
      return parse_date (scanner, &fetch->save_date, &offset);
    case IMAP_FETCH_LABELS:
      return parse_labels (scanner, fetch);
    default:
      return imap_scanner_expected (scanner, "a known item");
    }
}

static guint
find_item (const ImapToken *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    if (imap_token_is (name, items[i].name))
      return items[i].item;
  return IMAP_FETCH_OTHER;
}

static void
forget_value (ImapFetch *fetch, guint item)
{
  if (item == IMAP_FETCH_FLAGS)
    imap_flags_clear (&fetch->flags);
  else if (item == IMAP_FETCH_EMAILID)
    g_clear_pointer (&fetch->email_id, g_free);
  else if (item == IMAP_FETCH_THREADID)
    g_clear_pointer (&fetch->thread_id, g_free);
  else if (item == IMAP_FETCH_PREVIEW)
    g_clear_pointer (&fetch->preview, g_free);
  else if (item == IMAP_FETCH_LABELS)
    g_clear_pointer (&fetch->labels, g_strfreev);
}

static gboolean
parse_item (ImapScanner *scanner, ImapFetch *fetch)
{
  gboolean known;
  gboolean ok;
  ImapToken name;
  const char *value;
  guint depth = scanner->depth;
  guint literal;
  guint item;

  if (!imap_scanner_word (scanner, TRUE, &name))
    return FALSE;
  if (memchr (name.at, '[', name.len) != NULL && memchr (name.at, ']', name.len) == NULL)
    return imap_scanner_expected (scanner, "a closing bracket");
  imap_parser_item_parts (scanner, &name);
  imap_scanner_spaces (scanner);
  value = scanner->p;
  literal = scanner->literal;
  ok = parse_source_item (scanner, fetch, &name, &known);
  if (known)
    return ok;
  item = find_item (&name);
  /* What is said twice is taken once. */
  if ((fetch->items & item & ~(guint) IMAP_FETCH_OTHER) != 0)
    return parse_unknown (scanner, fetch, &name, value, literal);
  if (item != IMAP_FETCH_OTHER && parse_value (scanner, fetch, item))
    {
      fetch->items |= item;
      if (item == IMAP_FETCH_UID)
        imap_scanner_part (scanner, value, "imap.arg.uid-set");
      else if (item == IMAP_FETCH_SIZE || item == IMAP_FETCH_MODSEQ)
        imap_scanner_part (scanner, value, "imap.arg.number");
      else if (item == IMAP_FETCH_INTERNALDATE)
        imap_scanner_part (scanner, value, "imap.arg.date-time");
      return TRUE;
    }
  /* Without its UID a message's data would go to the wrong place. */
  if (item == IMAP_FETCH_UID)
    return FALSE;
  forget_value (fetch, item);
  scanner->depth = depth;
  return parse_unknown (scanner, fetch, &name, value, literal);
}

gboolean
imap_parser_fetch (ImapScanner *scanner, ImapFetch *fetch)
{
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    if (!parse_item (scanner, fetch))
      return FALSE;
  return TRUE;
}
