/* Names and addresses replaced by others, the same by the same, so that a dialogue can be shown to
 * strangers and still be followed: who is "person2" here is "person2" everywhere in it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _LearnPseudonyms LearnPseudonyms;

LearnPseudonyms *learn_pseudonyms_new (void);
void learn_pseudonyms_free (LearnPseudonyms *pseudonyms);
/* Finds in a line of a dialogue: mail addresses, the names that stand before them or beside them in
 * an ENVELOPE, host names, IP addresses, certificates' fingerprints, and who signs in. All of a
 * dialogue has to be noted before any of it is replaced. */
void learn_pseudonyms_note (LearnPseudonyms *pseudonyms, const char *line);
/* This, whatever it looks like. NULL and "" are passed over. */
void learn_pseudonyms_note_host (LearnPseudonyms *pseudonyms, const char *host);
void learn_pseudonyms_note_account (LearnPseudonyms *pseudonyms, const char *name);
/* @text with all that was noted replaced. (transfer full) */
char *learn_pseudonyms_apply (LearnPseudonyms *pseudonyms, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnPseudonyms, learn_pseudonyms_free)

G_END_DECLS
