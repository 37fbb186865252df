/* What a header says, as one line for people: small helpers for this folder. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_measure_words: how many bytes at @text, at most @length, are words of ASCII with one space
 * between them. Most values are nothing else, and then are what they mean. */
gsize mail_measure_words (const char *text, gsize length);

/* mail_clean_line: valid UTF-8 as one line: white space and controls folded to one space, none at
 * the ends, direction overrides taken out. (transfer full) */
char *mail_clean_line (const char *text);

/* mail_remove_spaces: takes ASCII white space and controls out, in place. */
void mail_remove_spaces (char *text);

G_END_DECLS
