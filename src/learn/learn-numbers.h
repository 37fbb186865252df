/* Numbers say what they number: the grammar of IMAP knows that there is a number, the word before
 * it what it counts. For this folder only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The id of a part that says more than @id: @before is that of the last part before it that is no
 * number, @nth which number after that it is (from 1), @after that of the next part; both are
 * nullable. NULL: nothing more is known. */
const char *learn_numbers_id (const char *id, const char *before, guint nth, const char *after);

G_END_DECLS
