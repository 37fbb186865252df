/* Lines of at most so many columns. Width is counted as terminals do: wide letters take two,
 * combining ones none. */
#include "config.h"

#include "cli-page.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_UNKNOWN 80

guint
cli_page_width (void)
{
  struct winsize size = { 0 };
  const char *columns = g_getenv ("COLUMNS");
  guint64 width = 0;

  if (isatty (STDOUT_FILENO) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
    width = size.ws_col;
  if (width == 0 && columns)
    width = g_ascii_strtoull (columns, NULL, 10);
  if (width == 0)
    width = WIDTH_UNKNOWN;
  return (guint) CLAMP (width, CLI_PAGE_MIN, CLI_PAGE_MAX);
}

gboolean
cli_page_has_colour (void)
{
  const char *none = g_getenv ("NO_COLOR");

  return isatty (STDOUT_FILENO) && (!none || !*none) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

static guint
letter_columns (gunichar letter)
{
  if (g_unichar_iszerowidth (letter))
    return 0;
  return g_unichar_iswide (letter) ? 2 : 1;
}

guint
cli_page_columns (const char *text)
{
  guint columns = 0;

  for (; *text; text = g_utf8_next_char (text))
    columns += letter_columns (g_utf8_get_char (text));
  return columns;
}

/* Controls, and what turns the direction of the text around it. */
static gboolean
is_harmful (gunichar letter)
{
  return g_unichar_iscntrl (letter) || (letter >= 0x202a && letter <= 0x202e) ||
         (letter >= 0x2066 && letter <= 0x2069) || letter == 0x200e || letter == 0x200f;
}

static char *
harmless (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);

  for (const char *p = valid; *p; p = g_utf8_next_char (p))
    {
      gunichar letter = g_utf8_get_char (p);

      g_string_append_unichar (clean, is_harmful (letter) ? ' ' : letter);
    }
  return g_string_free (clean, FALSE);
}

/* How many bytes of @text go on a line of @width columns; *@next is where the rest begins. */
static gsize
fit (const char *text, guint width, const char **next)
{
  const char *space = NULL;
  const char *p = text;
  guint columns = 0;

  for (; *p; p = g_utf8_next_char (p))
    {
      columns += letter_columns (g_utf8_get_char (p));
      if (*p == ' ')
        space = p;
      if (columns > width && p > text)
        break;
    }
  if (!*p)
    {
      *next = p;
      return (gsize) (p - text);
    }
  if (!space || space == text)
    {
      *next = p;
      return (gsize) (p - text);
    }
  *next = space + 1;
  return (gsize) (space - text);
}

static GPtrArray *
wrap (const char *text, guint width)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *clean = harmless (text);
  const char *rest = clean;

  do
    {
      const char *next;
      gsize len = fit (rest, width, &next);

      g_ptr_array_add (lines, g_strndup (rest, len));
      rest = next;
    }
  while (*rest);
  return lines;
}

static const char *
style_code (CliStyle style)
{
  switch (style)
    {
    case CLI_BOLD:
      return "1";
    case CLI_FAINT:
      return "2";
    case CLI_CLIENT:
      return "36";
    case CLI_SERVER:
      return "35";
    case CLI_GOOD:
      return "32";
    case CLI_BAD:
      return "31";
    case CLI_ASK:
      return "1;33";
    case CLI_PLAIN:
    default:
      return NULL;
    }
}

static void
put (const char *text, CliStyle style)
{
  const char *code = cli_page_has_colour () && *text ? style_code (style) : NULL;

  if (code)
    g_print ("\033[%sm%s\033[0m", code, text);
  else
    g_print ("%s", text);
}

void
cli_page_print (const char *text, guint indent, const char *first, CliStyle style)
{
  g_autoptr (GPtrArray) lines = wrap (text, cli_page_width () - indent);
  guint before = first ? MIN (indent, cli_page_columns (first)) : 0;

  for (guint i = 0; i < lines->len; i++)
    {
      g_print ("%*s", (int) (i == 0 ? indent - before : indent), "");
      if (i == 0 && first)
        put (first, style);
      put (g_ptr_array_index (lines, i), style);
      g_print ("\n");
    }
}

void
cli_page_print_beside (const char *left,
                       const char *right,
                       guint indent,
                       guint column,
                       CliStyle left_style,
                       CliStyle right_style)
{
  guint width = cli_page_width ();
  g_autofree char *clean = harmless (left);
  gboolean beside = right && indent + cli_page_columns (clean) + 2 <= column;
  g_autoptr (GPtrArray) lefts = wrap (left, width - indent - 2);
  g_autoptr (GPtrArray) rights = right ? wrap (right, width - column) : NULL;
  guint first = 0;

  for (guint i = 0; i < lefts->len; i++)
    {
      const char *line = g_ptr_array_index (lefts, i);

      /* What goes on in the next line stands under the words, not under the arrow. */
      g_print ("%*s", (int) (i == 0 ? indent : indent + 2), "");
      put (line, left_style);
      if (beside)
        {
          g_print ("%*s", (int) (column - indent - cli_page_columns (line)), "");
          put (g_ptr_array_index (rights, first++), right_style);
        }
      g_print ("\n");
    }
  for (guint i = first; rights && i < rights->len; i++)
    {
      g_print ("%*s", (int) column, "");
      put (g_ptr_array_index (rights, i), right_style);
      g_print ("\n");
    }
}

void
cli_page_print_title (const char *title)
{
  g_autoptr (GString) line = g_string_new (title);

  if (cli_page_columns (title) + 1 < cli_page_width ())
    g_string_append_c (line, ' ');
  while (cli_page_columns (line->str) < cli_page_width ())
    g_string_append (line, "─");
  g_print ("\n");
  cli_page_print (line->str, 0, NULL, CLI_BOLD);
  g_print ("\n");
}
