/* What brings letters of one conversation together: base subjects and root references. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_thread_base_subject: the subject without "Re:", "Fwd:", "[list]" and the like in any order,
 * folded for comparison (RFC 5256 §2.1, with the prefixes of other languages). @is_reply (may be
 * NULL) says whether something was taken off. "" when nothing is left. (transfer full) */
char *mail_thread_base_subject (const char *subject, gboolean *is_reply);

/* mail_thread_key: the id that all letters of a conversation share: the first of @references, else
 * @in_reply_to, else the letter's own @message_id; NULL when there is none. Every argument may be
 * NULL; ids without brackets. (transfer full) */
char *
mail_thread_key (const char *message_id, const char *in_reply_to, const char *const *references);

/* mail_subject_skip_prefix: what follows one "Re:" or "Fwd:" like prefix at @at, or NULL when there
 * is none; @forward says which. */
const char *mail_subject_skip_prefix (const char *at, gboolean *forward);

/* mail_subject_skip_prefixes: @subject after its "Re:" and "Fwd:" like prefixes, inside @subject.
 * @replies and @forwards (may be NULL) say whether there were such. */
const char *mail_subject_skip_prefixes (const char *subject, gboolean *replies, gboolean *forwards);

G_END_DECLS
