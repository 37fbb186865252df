/* A table of commands and responses: which kinds of words stand behind them. What is not in the
 * catalogue is a value: a name, a text or a number of this session. */
#include "config.h"

#include "learn-words.h"

#include <string.h>

#include "learn-rare.h"

#define NO_MAILBOX G_MAXUINT
#define MAX_KINDS 3

typedef struct
{
  const char *verb;
  const char *kinds[MAX_KINDS]; /* of ids, tried in this order */
  guint mailbox;                /* which of the words is a folder's name */
  guint rights;                 /* which is a set of rights; 0: none, since a name comes first */
  gboolean quoted;              /* names of data are quoted here */
  guint person;                 /* who has the rights; 0: nobody is named */
} Context;

static const Context contexts[] = {
  { "notify", { "event", "item" }, NO_MAILBOX, 0, FALSE },
  { "sort", { "sort", "key", "option" }, NO_MAILBOX, 0, FALSE },
  { "thread", { "thread", "key" }, NO_MAILBOX, 0, FALSE },
  { "search", { "key", "option" }, NO_MAILBOX, 0, FALSE },
  { "esearch", { "key", "option", "event" }, NO_MAILBOX, 0, FALSE },
  { "quota", { "quota" }, NO_MAILBOX, 0, FALSE },
  { "setquota", { "quota" }, NO_MAILBOX, 0, FALSE },
  { "fetch", { "arg", "item" }, NO_MAILBOX, 0, FALSE },
  { "uidfetch", { "arg", "item" }, NO_MAILBOX, 0, FALSE },
  { "select", { "arg" }, NO_MAILBOX, 0, FALSE },
  { "examine", { "arg" }, NO_MAILBOX, 0, FALSE },
  { "store", { "item" }, NO_MAILBOX, 0, FALSE },
  { "list", { "option", "status" }, NO_MAILBOX, 0, TRUE },
  { "vanished", { "option" }, NO_MAILBOX, 0, FALSE },
  { "append", { "arg", "item" }, NO_MAILBOX, 0, FALSE },
  { "replace", { "arg", "item" }, 1, 0, FALSE },
  { "namespace", { "part" }, NO_MAILBOX, 0, TRUE },
  { "compress", { "arg" }, NO_MAILBOX, 0, FALSE },
  { "uidbatches", { "option" }, NO_MAILBOX, 0, FALSE },
  { "getmetadata", { "option" }, NO_MAILBOX, 0, FALSE },
  { "setmetadata", { "option" }, 0, 0, FALSE },
  { "metadata", { "option" }, 0, 0, FALSE },
  { "xlist", { "use", "attribute" }, NO_MAILBOX, 0, FALSE },
  { "getacl", { NULL }, 0, 0, FALSE },
  { "deleteacl", { NULL }, 0, 0, FALSE, 1 },
  { "setacl", { NULL }, 0, 2, FALSE, 1 },
  { "acl", { NULL }, 0, 2, FALSE, 1 },
  { "listrights", { NULL }, 0, 2, FALSE, 1 },
  { "myrights", { NULL }, 0, 1, FALSE },
};

static const Context *
find_context (const BaseParts *parts)
{
  static const char *const kinds[] = { "imap.command.", "imap.response." };

  for (guint i = 0; i < base_parts_count (parts); i++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      {
        const char *id = base_parts_get (parts, i)->id;
        const char *verb;

        if (!g_str_has_prefix (id, kinds[k]))
          continue;
        verb = id + strlen (kinds[k]);
        if (g_str_has_prefix (verb, "uid-"))
          verb += strlen ("uid-");
        for (guint j = 0; j < G_N_ELEMENTS (contexts); j++)
          if (g_str_equal (contexts[j].verb, verb))
            return &contexts[j];
      }
  return NULL;
}

/* By one of the @n first parts. One that goes beyond the line's @len has a body in it, which is not
 * here. */
static gboolean
is_covered (const BaseParts *parts, guint n, gsize len, gsize from, gsize to)
{
  for (guint i = 0; i < n; i++)
    {
      const BasePart *part = base_parts_get (parts, i);
      gsize end = (gsize) part->offset + part->length;

      if (end <= len && part->offset < to && from < end)
        return TRUE;
    }
  return FALSE;
}

/* The word from @from on: what stands between quotes is one, with them. */
static gsize
word_end (const char *line, gsize len, gsize from)
{
  gsize at = from;

  if (line[at] == '"')
    {
      for (at++; at < len && line[at] != '"'; at++)
        if (line[at] == '\\' && at + 1 < len)
          at++;
      return MIN (len, at + 1);
    }
  while (at < len && strchr (" ()[]\"", line[at]) == NULL)
    at++;
  return at;
}

/* "{12}", "{12+}", "~{12}": that many bytes follow. */
static const char *
literal_id (const char *word, gsize len)
{
  gsize at = len > 0 && word[0] == '~' ? 1 : 0;
  gsize digits;

  if (at >= len || word[at] != '{' || word[len - 1] != '}')
    return NULL;
  for (digits = 0; at + 1 + digits < len && g_ascii_isdigit (word[at + 1 + digits]); digits++)
    continue;
  if (digits == 0)
    return NULL;
  if (at + digits + 2 == len)
    return at == 1 ? "imap.arg.literal8" : "imap.arg.literal";
  return at + digits + 3 == len && word[len - 2] == '+' ? "imap.arg.literal-plus" : NULL;
}

static gboolean
add_known (BaseParts *parts,
           const LearnCatalogue *catalogue,
           const char *kind,
           const char *word,
           gsize from,
           gsize len)
{
  g_autoptr (BaseParts) made = base_parts_new ();
  g_autofree char *prefix =
      g_str_equal (kind, "field") ? g_strdup ("mail.field.") : g_strdup_printf ("imap.%s.", kind);
  const char *id;

  base_parts_add_token (made, 0, 0, prefix, word, len);
  id = base_parts_get (made, 0)->id;
  if (learn_catalogue_find (catalogue, id) == NULL)
    return FALSE;
  base_parts_add (parts, from, len, id);
  return TRUE;
}

/* "41,43:211": more than one number. */
static gboolean
is_set (const char *word, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isdigit (word[i]) && strchr (",:*", word[i]) == NULL)
      return FALSE;
  return len > 0 && g_ascii_isdigit (word[0]);
}

/* Whether it stands among the names behind HEADER.FIELDS. */
static gboolean
is_field (const BaseParts *parts, guint n, const char *line, gsize from)
{
  for (guint i = 0; i < n; i++)
    {
      const BasePart *part = base_parts_get (parts, i);
      gsize end = (gsize) part->offset + part->length;

      if (g_str_has_prefix (part->id, "imap.part.section-header-fields") && end < from &&
          line[end] == ' ' && line[end + 1] == '(' && memchr (line + end, ')', from - end) == NULL)
        return TRUE;
    }
  return FALSE;
}

/* "+lrs": each letter is a right. */
static void
add_rights (
    BaseParts *parts, const LearnCatalogue *catalogue, const char *word, gsize from, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (g_ascii_islower (word[i]))
      add_known (parts, catalogue, "right", word + i, from + i, 1);
}

static gboolean
is_number (const char *word, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isdigit (word[i]))
      return FALSE;
  return len > 0;
}

/* What numbers a set has: "QRESYNC (1 2 41:211 (1,5 41,57))" has UIDs but for the first behind the
 * inner parenthesis (RFC 7162 §3.2.5.2); UIDBATCHES asks for portions and is told UIDs. */
static const char *
set_id (const Context *context, const char *line, gsize from, gsize len)
{
  if (!is_set (line + from, len))
    return NULL;
  if (g_str_equal (context->verb, "select") || g_str_equal (context->verb, "examine"))
    return from > 0 && line[from - 1] == '(' ? "imap.arg.sequence-set" : "imap.arg.uid-set";
  if (g_str_equal (context->verb, "uidbatches"))
    return *line == '*' ? "imap.arg.uid-set" : "imap.arg.batch-range";
  return NULL;
}

/* SETQUOTA says limits, QUOTA what is used first (RFC 9208 §4.1.3). */
static const char *
number_id (const Context *context)
{
  return g_str_equal (context->verb, "setquota") ? "imap.arg.number-limit" : "imap.arg.number";
}

static void
add_word (BaseParts *parts,
          const Context *context,
          const LearnCatalogue *catalogue,
          const char *line,
          gsize from,
          gsize len,
          guint position)
{
  gboolean quoted = line[from] == '"';
  gsize skip = quoted || line[from] == '+' || line[from] == '-' ? 1 : 0;
  gsize inner = len - (quoted ? MIN (len, 2) : skip);
  const char *set = set_id (context, line, from, len);

  if (position == context->mailbox)
    base_parts_add (parts, from, len, "imap.arg.mailbox");
  else if (context->rights > 0 && position >= context->rights &&
           (!g_str_equal (context->verb, "acl") || position % 2 == 0))
    {
      if (quoted && len == 2)
        base_parts_add (parts, from, len, "imap.part.nil");
      else
        add_rights (parts, catalogue, line + from, from, len);
    }
  else if (context->person > 0 && position >= context->person)
    base_parts_add (parts, from, len, "imap.arg.identifier");
  else if (is_number (line + from, len))
    base_parts_add (parts, from, len, number_id (context));
  else if (set != NULL)
    base_parts_add (parts, from, len, set);
  else if (g_str_equal (context->verb, "xlist") && *line == '*' && line[from] != '\\')
    base_parts_add (
        parts, from, len, quoted && len == 3 ? "imap.arg.delimiter" : "imap.arg.mailbox");
  else
    for (guint i = 0; i < MAX_KINDS && context->kinds[i] != NULL; i++)
      if (inner > 0 && (!quoted || context->quoted) &&
          add_known (parts, catalogue, context->kinds[i], line + from + skip, from + skip, inner))
        break;
}

/* Cyrus tells with SELECT what the person may do: [MYRIGHTS "lrs"]. */
static gboolean
is_code_of_rights (const BaseParts *parts)
{
  for (guint i = 0; i < base_parts_count (parts); i++)
    if (g_str_equal (base_parts_get (parts, i)->id, "imap.code.myrights"))
      return TRUE;
  return FALSE;
}

/* Which events a server does not tell of: [BADEVENT (FlagChange)] (RFC 5465 §9). */
static gboolean
is_code_of_events (const BaseParts *parts)
{
  for (guint i = 0; i < base_parts_count (parts); i++)
    if (g_str_equal (base_parts_get (parts, i)->id, "imap.code.badevent"))
      return TRUE;
  return FALSE;
}

/* A value whose word is not known here; learn-values knows some by what stands before. */
static void
add_value (
    BaseParts *parts, const LearnCatalogue *catalogue, const char *line, gsize from, gsize len)
{
  gsize skip = line[from] == '"' ? 1 : 0;

  if (is_code_of_rights (parts))
    {
      add_rights (parts, catalogue, line + from, from, len);
      return;
    }
  if (is_code_of_events (parts) && add_known (parts, catalogue, "event", line + from, from, len))
    return;
  if ((line[from] == '\\' || line[from] == '$') &&
      add_known (parts, catalogue, "flag", line + from, from, len))
    return;
  if (len == 3 && g_ascii_strncasecmp (line + from, "NIL", 3) == 0)
    base_parts_add (parts, from, len, "imap.part.nil");
  else if (len > skip && line[from + skip] == '/' && len > skip + 2)
    base_parts_add (parts, from, len, "imap.arg.metadata-entry");
  else if (is_number (line + from, len))
    base_parts_add (parts, from, len, "imap.arg.number");
  else
    base_parts_add (parts, from, len, "imap.class.unknown-value");
}

void
learn_words_add (BaseParts *parts, const char *line, gsize len, const LearnCatalogue *catalogue)
{
  const Context *context = find_context (parts);
  guint n = base_parts_count (parts);
  guint position = 0;
  gsize from = 0;

  while (from < len)
    {
      gsize to = word_end (line, len, from);
      const char *literal, *rare;
      guint before = base_parts_count (parts);

      if (to == from)
        {
          from++;
          continue;
        }
      literal = literal_id (line + from, to - from);
      if (is_covered (parts, n, len, from, to))
        ;
      else if (is_field (parts, n, line, from))
        add_known (parts, catalogue, "field", line + from, from, to - from);
      else if (literal != NULL)
        base_parts_add (parts, from, to - from, literal);
      else if ((rare = learn_rare_id (parts, line, from, to - from)) != NULL)
        base_parts_add (parts, from, to - from, rare);
      else if (context != NULL)
        add_word (parts, context, catalogue, line, from, to - from, position++);
      if (base_parts_count (parts) == before && !is_covered (parts, n, len, from, to))
        add_value (parts, catalogue, line, from, to - from);
      from = to;
    }
}
