/* A page of text in a terminal: wrapped to its width, in colour where that is wanted. Everything
 * printed is made harmless: no control character reaches the terminal. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The narrowest and the widest page; beyond that, lines are hard to read. */
#define CLI_PAGE_MIN 40
#define CLI_PAGE_MAX 110

typedef enum
{
  CLI_PLAIN,
  CLI_BOLD,
  CLI_FAINT,
  CLI_CLIENT, /* what we say */
  CLI_SERVER, /* what the server says */
  CLI_GOOD,
  CLI_BAD,
  CLI_ASK
} CliStyle;

/* Columns: of the terminal on standard output, else COLUMNS, else 80. */
guint cli_page_width (void);
/* TRUE on a terminal that is not “dumb”, unless NO_COLOR is set. */
gboolean cli_page_has_colour (void);
/* Columns that @text takes. */
guint cli_page_columns (const char *text);

/* @text wrapped between @indent and the page's right edge; @first stands before the first line,
 * right-aligned to @indent (nullable). */
void cli_page_print (const char *text, guint indent, const char *first, CliStyle style);
/* @left from @indent on, and @right beside it from @column on, or below where @left is too long.
 * @right is nullable. */
void cli_page_print_beside (const char *left,
                            const char *right,
                            guint indent,
                            guint column,
                            CliStyle left_style,
                            CliStyle right_style);
/* A title with a rule behind it. */
void cli_page_print_title (const char *title);

G_END_DECLS
