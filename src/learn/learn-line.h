/* What can be seen on the face of a line, without a grammar: for titles, effects and counts. For
 * this folder only. */
#pragma once

#include "wire-lines.h"

G_BEGIN_DECLS

typedef enum
{
  LEARN_LINE_OTHER,
  LEARN_LINE_LETTER,  /* FETCH with a whole message in it */
  LEARN_LINE_FETCH,   /* another FETCH */
  LEARN_LINE_EXPUNGED /* EXPUNGE, VANISHED (not EARLIER): @number messages */
} LearnLineNews;

/* An IMAP server's line. */
LearnLineNews learn_line_news (const char *text, guint *number);

/* The server's own words in an answer, without tag, status and codes. (transfer full) */
char *learn_line_words (const char *protocol, const char *text);

/* The lines that stand for an event of a handshake: WireLine whose text and bytes are the same.
 * (transfer full, the elements too) */
GPtrArray *learn_line_tls (const WireEvent *event);

/* Between the fields of a certificate's line. */
#define LEARN_LINE_FIELDS "; "

G_END_DECLS
