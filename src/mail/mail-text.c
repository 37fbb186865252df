/* Plain text: paragraphs that were cut for width are joined, and lines are cut into the runs that a
 * reader styles. */
#include "config.h"

#include "mail-text.h"

#include <string.h>

/* A quote level is shown by colour and indent; no eye follows more. */
#define MAX_QUOTE 100
#define MAX_URI 4096

/* Past the quote marks of a line (RFC 3676 §4.5), also as "> > " writes them. */
static const char *
skip_quote (const char *line, const char *end, guint *level)
{
  *level = 0;
  while (line < end && *line == '>')
    {
      *level = MIN (*level + 1, MAX_QUOTE);
      line++;
      if (line + 1 < end && *line == ' ' && line[1] == '>')
        line++;
    }
  return line;
}

/* RFC 3676 §4.4: quote marks off, one stuffed space off, and a line that ends with a space goes on
 * in the next when both have the same quote depth; "-- " is never flowed. */
char *
mail_text_unflow (const char *text, gboolean delsp)
{
  GString *out = g_string_sized_new (strlen (text));
  gboolean flowing = FALSE;
  guint flowing_level = 0;

  for (const char *line = text; *line != '\0';)
    {
      gsize length = strcspn (line, "\n");
      const char *end = line + length;
      const char *next = *end == '\n' ? end + 1 : end;
      guint level = 0;
      const char *start = line;
      gboolean signature = FALSE;
      gboolean flowed = FALSE;

      while (start < end && *start == '>')
        {
          level++;
          start++;
        }
      if (start < end && *start == ' ')
        start++;
      signature = end - start == 3 && strncmp (start, "-- ", 3) == 0;
      flowed = end > start && end[-1] == ' ' && !signature && *end == '\n';

      if (!flowing || level != flowing_level || signature)
        {
          if (flowing)
            g_string_append_c (out, '\n');
          for (guint i = 0; i < level; i++)
            g_string_append_c (out, '>');
          if (level > 0)
            g_string_append_c (out, ' ');
        }
      g_string_append_len (out, start, end - start - (flowed && delsp ? 1 : 0));
      if (!flowed && *end == '\n')
        g_string_append_c (out, '\n');
      flowing = flowed;
      flowing_level = level;
      line = next;
    }
  return g_string_free (out, FALSE);
}

static void
clear_run (gpointer data)
{
  g_free (((MailTextRun *) data)->uri);
}

/* What may follow a link as part of a sentence is not part of the link. */
static gsize
trim_link (const char *start, gsize length)
{
  for (;;)
    {
      char last = length > 0 ? start[length - 1] : '\0';

      if (last != '\0' && strchr (".,;:!?'*", last) != NULL)
        length--;
      else if (last == ')' && memchr (start, '(', length) == NULL)
        length--;
      else
        return length;
    }
}

static gboolean
is_link_end (guchar c)
{
  return c <= 0x20 || c == 0x7f || strchr ("<>\"`{}|\\^", c) != NULL;
}

/* The link that starts at @at, if any: its length, and where it leads. */
static gsize
match_link (const char *line, const char *at, const char *end, char **uri)
{
  static const char *const starts[] = { "https://", "http://", "mailto:", "www." };

  if (at > line && (g_ascii_isalnum (at[-1]) || at[-1] == '.' || at[-1] == '-'))
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      gsize prefix = strlen (starts[i]);
      gsize length = prefix;

      if ((gsize) (end - at) <= prefix || g_ascii_strncasecmp (at, starts[i], prefix) != 0)
        continue;
      while (at + length < end && length < MAX_URI && !is_link_end (at[length]))
        length++;
      while (at + length < end && ((guchar) at[length] & 0xc0) == 0x80)
        length--;
      length = trim_link (at, length);
      if (length <= prefix)
        return 0;
      *uri = i == 3 ? g_strdup_printf ("https://%.*s", (int) length, at) : g_strndup (at, length);
      return length;
    }
  return 0;
}

static gboolean
is_address_character (guchar c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr (".+-_", c) != NULL);
}

/* An address around the "@" at @at: @start is where the last run ended. */
static gsize
match_address (const char *start, const char *at, const char *end, const char **from, char **uri)
{
  const char *first = at;
  const char *last = at + 1;
  gboolean dot = FALSE;

  while (first > start && at - first < 64 && is_address_character (first[-1]))
    first--;
  while (last < end && last - at < 255 && (g_ascii_isalnum (*last) || *last == '.' || *last == '-'))
    last++;
  while (last > at + 1 && !g_ascii_isalnum (last[-1]))
    last--;
  while (first < at && !g_ascii_isalnum (*first))
    first++;
  for (const char *c = at + 1; c < last; c++)
    dot |= *c == '.';
  if (first == at || !dot)
    return 0;
  *from = first;
  *uri = g_strdup_printf ("mailto:%.*s", (int) (last - first), first);
  return last - first;
}

static void
add_run (GArray *runs, const char *text, const char *start, const char *end, MailTextRun run)
{
  if (start == end)
    {
      g_free (run.uri);
      return;
    }
  run.offset = start - text;
  run.length = end - start;
  g_array_append_val (runs, run);
}

static void
add_line (GArray *runs, const char *text, const char *line, const char *end, MailTextRun style)
{
  const char *stop = end > line && end[-1] == '\n' ? end - 1 : end;
  const char *start = line;

  for (const char *at = line; at < stop; at++)
    {
      MailTextRun link = style;
      const char *from = at;
      gsize length = 0;

      if (*at == '@')
        length = match_address (start, at, stop, &from, &link.uri);
      else if (strchr ("hHmMwW", *at) != NULL)
        length = match_link (line, at, stop, &link.uri);
      if (length == 0)
        continue;
      add_run (runs, text, start, from, style);
      add_run (runs, text, from, from + length, link);
      start = from + length;
      at = start - 1;
    }
  add_run (runs, text, start, end, style);
}

GArray *
mail_text_runs (const char *text)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (MailTextRun));
  gboolean signature = FALSE;

  g_array_set_clear_func (runs, clear_run);
  for (const char *line = text; *line != '\0';)
    {
      gsize length = strcspn (line, "\n");
      const char *end = line + length + (line[length] == '\n');
      MailTextRun style = { 0 };

      skip_quote (line, end, &style.quote_level);
      if (length == 3 && strncmp (line, "-- ", 3) == 0)
        signature = TRUE;
      style.signature = signature;
      add_line (runs, text, line, end, style);
      line = end;
    }
  return runs;
}
