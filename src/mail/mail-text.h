/* Letters as plain text: HTML read aloud, and plain text cut into the runs a reader styles. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_html_to_text: links as "text <url>", lists with bullets and numbers, quotes with "> ",
 * tables row by row; what is not shown (scripts, styles, display:none) is left out. @length -1: a C
 * string. Valid UTF-8, \n line ends. (transfer full) */
char *mail_html_to_text (const char *html, gssize length);

/* mail_text_unflow: format=flowed (RFC 3676) paragraphs joined; @delsp as its parameter says.
 * (transfer full) */
char *mail_text_unflow (const char *text, gboolean delsp);

/* A run of a plain-text letter: bytes @offset to @offset + @length of the text. Runs follow each
 * other without gaps and break at line starts, links and their ends. */
typedef struct
{
  gsize offset;
  gsize length;
  guint quote_level;  /* number of ">" at the start of its line */
  gboolean signature; /* after the "-- " line */
  char *uri;          /* nullable: where the run links to (http, https, mailto) */
} MailTextRun;

/* mail_text_runs: (transfer full) a GArray of MailTextRun that frees their uris. */
GArray *mail_text_runs (const char *text);

G_END_DECLS
