/* Where the words of a script without spaces begin, as the search index has them. Private to the
 * store. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text with a space around each character of a script that writes without spaces (Han, kana, Thai
 * …), so that each is a word of its own to FTS5, and a run of them a phrase. What is indexed and
 * what is looked for both go through here. Other text comes back as it was. (transfer full)
 * (nullable when @text is) */
char *store_segment (const char *text, gssize len);

G_END_DECLS
