/* Values say what they are: the grammar of IMAP knows that there is a number or a word, the word
 * before it what it counts or names. For this folder only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether parts of this id are values of the word before them: they do not come between it and the
 * next value. */
gboolean learn_values_has (const char *id);
/* The id of a part that says more than @id: @text is what stands there, @before the id of the last
 * part before it that is no value, @nth which value after that it is (from 1), @after the id of the
 * next part; both are nullable. NULL: nothing more is known. */
const char *learn_values_id (
    const char *id, const char *text, const char *before, guint nth, const char *after);

G_END_DECLS
