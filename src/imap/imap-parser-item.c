/* What a client asks FETCH for (RFC 9051 §6.4.5), and the modifiers of FETCH and STORE (RFC 7162
 * §3.1).
 *
 *   fetch-att = "ENVELOPE" / "FLAGS" / … / "BODY" [".PEEK"] section [partial] / "BINARY" … */
#include "config.h"

#include "imap-parser-item.h"

#include <string.h>

#include "imap-parser-fetch.h"
#include "imap-parser-search.h"

static const struct
{
  const char *name;
  guint items;
} items[] = {
  { "UID", IMAP_FETCH_UID },
  { "FLAGS", IMAP_FETCH_FLAGS },
  { "INTERNALDATE", IMAP_FETCH_INTERNALDATE },
  { "RFC822.SIZE", IMAP_FETCH_SIZE },
  { "ENVELOPE", IMAP_FETCH_ENVELOPE },
  { "BODY", IMAP_FETCH_BODY },
  { "BODYSTRUCTURE", IMAP_FETCH_BODYSTRUCTURE },
  { "MODSEQ", IMAP_FETCH_MODSEQ },
  { "EMAILID", IMAP_FETCH_EMAILID },
  { "THREADID", IMAP_FETCH_THREADID },
  { "PREVIEW", IMAP_FETCH_PREVIEW },
  { "SAVEDATE", IMAP_FETCH_SAVEDATE },
  { "X-GM-LABELS", IMAP_FETCH_LABELS },
};

/* Only in place of the whole list (RFC 9051 §6.4.5). */
static const struct
{
  const char *name;
  guint items;
} macros[] = {
  { "ALL", IMAP_FETCH_FLAGS | IMAP_FETCH_INTERNALDATE | IMAP_FETCH_SIZE | IMAP_FETCH_ENVELOPE },
  { "FAST", IMAP_FETCH_FLAGS | IMAP_FETCH_INTERNALDATE | IMAP_FETCH_SIZE },
  { "FULL",
    IMAP_FETCH_FLAGS | IMAP_FETCH_INTERNALDATE | IMAP_FETCH_SIZE | IMAP_FETCH_ENVELOPE |
        IMAP_FETCH_BODY },
};

/* The RFC822 forms are other words for sections. */
static const struct
{
  const char *name;
  const char *section;
  gboolean peek;
} old_forms[] = {
  { "RFC822", "", FALSE },
  { "RFC822.HEADER", "HEADER", TRUE },
  { "RFC822.TEXT", "TEXT", FALSE },
};

/* "<" number "." nz-number ">" */
static gboolean
parse_partial (ImapScanner *scanner, const char *p, const char *end, ImapFetchSection *section)
{
  guint64 numbers[2] = { 0, 0 };
  guint digits = 0;
  guint i = 0;

  if (p == end)
    return TRUE;
  if (*p != '<' || end[-1] != '>')
    return imap_scanner_expected (scanner, "a partial range");
  for (p++; p < end - 1; p++)
    {
      if (*p == '.' && i == 0 && digits > 0)
        {
          i++;
          digits = 0;
        }
      else if (g_ascii_isdigit (*p) && digits < 18)
        {
          numbers[i] = numbers[i] * 10 + (guint64) (*p - '0');
          digits++;
        }
      else
        return imap_scanner_expected (scanner, "a partial range");
    }
  if (i == 0 || numbers[1] == 0)
    return imap_scanner_expected (scanner, "a partial range");
  section->origin = (gint64) numbers[0];
  section->length = (gint64) numbers[1];
  return TRUE;
}

/* header-list = "(" header-fld-name *(SP header-fld-name) ")" */
static gboolean
is_header_list (const char *p)
{
  g_auto (GStrv) names = NULL;
  gsize len = strlen (p);
  g_autofree char *inside = len > 2 ? g_strndup (p + 1, len - 2) : NULL;

  if (inside == NULL || p[0] != '(' || p[len - 1] != ')')
    return FALSE;
  names = g_strsplit (inside, " ", -1);
  for (guint i = 0; names[i] != NULL; i++)
    if (names[i][0] == '\0' || strpbrk (names[i], "()") != NULL)
      return FALSE;
  return TRUE;
}

/* section-spec = section-msgtext / (section-part ["." section-text]); @text: in upper case. */
static gboolean
is_section (const char *text, gboolean binary)
{
  gboolean part = FALSE;

  while (*text >= '1' && *text <= '9')
    {
      part = TRUE;
      while (g_ascii_isdigit (*text))
        text++;
      if (*text == '\0')
        return TRUE;
      if (*text++ != '.')
        return FALSE;
    }
  if (binary)
    return !part && *text == '\0';
  if (*text == '\0')
    return !part;
  if (strcmp (text, "MIME") == 0)
    return part;
  if (g_str_has_prefix (text, "HEADER.FIELDS "))
    return is_header_list (text + strlen ("HEADER.FIELDS "));
  if (g_str_has_prefix (text, "HEADER.FIELDS.NOT "))
    return is_header_list (text + strlen ("HEADER.FIELDS.NOT "));
  return strcmp (text, "HEADER") == 0 || strcmp (text, "TEXT") == 0;
}

/* ("BODY" / "BINARY") [".PEEK"] "[" section "]" [partial] */
static gboolean
parse_section (ImapScanner *scanner, ImapCommand *command, const ImapToken *name, gboolean *known)
{
  const char *end = name->at + name->len;
  const char *open = memchr (name->at, '[', name->len);
  const char *close = open != NULL ? memchr (open, ']', (gsize) (end - open)) : NULL;
  ImapToken form = { name->at, open != NULL ? (gsize) (open - name->at) : 0 };
  ImapFetchSection *section;
  g_autofree char *text = NULL;
  gboolean peek = imap_token_is (&form, "BODY.PEEK") || imap_token_is (&form, "BINARY.PEEK");
  gboolean binary = imap_token_is (&form, "BINARY") || imap_token_is (&form, "BINARY.PEEK");

  *known = close != NULL && (peek || binary || imap_token_is (&form, "BODY"));
  if (!*known)
    return FALSE;
  text = imap_parser_section_name (open + 1, (gsize) (close - open - 1));
  if (!is_section (text, binary))
    return imap_scanner_expected (scanner, "a section");
  imap_command_add_section (command, text, peek);
  section = &g_array_index (command->sections, ImapFetchSection, command->sections->len - 1);
  section->binary = binary;
  return parse_partial (scanner, close + 1, end, section);
}

/* "PREVIEW" [SP "(" "LAZY" ")"] (RFC 8970) */
static gboolean
parse_preview (ImapScanner *scanner, ImapCommand *command)
{
  const char *p = scanner->p;
  const char *word = p + 2;
  ImapToken lazy = { word, 4 };

  if (scanner->end - p < 7 || memcmp (p, " (", 2) != 0 || !imap_token_is (&lazy, "LAZY") ||
      word[4] != ')')
    return TRUE;
  command->lazy = TRUE;
  scanner->p = word;
  imap_scanner_part_token (scanner, &lazy, "imap.option.");
  scanner->p = word + 5;
  return TRUE;
}

gboolean
imap_parser_fetch_item (ImapScanner *scanner, ImapCommand *command, gboolean alone)
{
  g_autofree char *before = NULL;
  ImapToken name;
  gboolean known;
  gboolean ok;

  if (!imap_scanner_word (scanner, TRUE, &name))
    return FALSE;
  imap_parser_item_parts (scanner, &name);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    if (imap_token_is (&name, items[i].name))
      {
        command->items |= items[i].items;
        return items[i].items != IMAP_FETCH_PREVIEW || parse_preview (scanner, command);
      }
  for (guint i = 0; alone && i < G_N_ELEMENTS (macros); i++)
    if (imap_token_is (&name, macros[i].name))
      {
        command->items |= macros[i].items;
        return TRUE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (old_forms); i++)
    if (imap_token_is (&name, old_forms[i].name))
      {
        imap_command_add_section (command, old_forms[i].section, old_forms[i].peek);
        g_array_index (command->sections, ImapFetchSection, command->sections->len - 1).old = TRUE;
        return TRUE;
      }
  ok = parse_section (scanner, command, &name, &known);
  if (known)
    return ok;
  before = command->other;
  command->items |= IMAP_FETCH_OTHER;
  command->other = before != NULL ? g_strdup_printf ("%s %.*s", before, (int) name.len, name.at)
                                  : g_strndup (name.at, name.len);
  return TRUE;
}

/* The modifiers of FETCH alone: "VANISHED", "PARTIAL" SP partial-range. %FALSE without an error:
 * another one. */
static gboolean
parse_fetch_modifier (ImapScanner *scanner, const ImapToken *token, ImapCommand *command)
{
  if (imap_token_is (token, "VANISHED"))
    {
      command->vanished = TRUE;
      return TRUE;
    }
  if (!imap_token_is (token, "PARTIAL"))
    return FALSE;
  imap_scanner_part_token (scanner, token, "imap.arg.");
  imap_scanner_spaces (scanner);
  return imap_parser_window (scanner, &command->partial_from, &command->partial_to);
}

/* "(" "CHANGEDSINCE" SP number ["VANISHED"] ["PARTIAL" SP …] ")" and the like. */
gboolean
imap_parser_modifiers (ImapScanner *scanner, const char *word, guint64 *since, ImapCommand *fetch)
{
  ImapToken token;
  const char *from;

  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      if (!imap_scanner_word (scanner, FALSE, &token))
        return FALSE;
      if (fetch != NULL && parse_fetch_modifier (scanner, &token, fetch))
        continue;
      if (scanner->expected != NULL)
        return FALSE;
      if (!imap_token_is (&token, word))
        return imap_scanner_expected (scanner, "a known modifier");
      imap_scanner_part_token (scanner, &token, "imap.arg.");
      imap_scanner_spaces (scanner);
      from = scanner->p;
      if (!imap_scanner_number (scanner, since))
        return FALSE;
      /* mod-sequence-value; only UNCHANGEDSINCE may be 0 (RFC 7162 §7). */
      if (fetch != NULL && scanner->strict && *since == 0)
        return imap_scanner_expected (scanner, "a number above zero");
      imap_scanner_part (scanner, from, "imap.arg.number");
    }
  return scanner->expected == NULL && (!scanner->strict || scanner->p[-2] != '(' ||
                                       imap_scanner_expected (scanner, "a modifier"));
}
