/* Turns the lines of a recorded dialogue into cards: what the line is, and its parts. It replays a
 * core from a checkpoint, so it knows that this 3 is a UID and not a size. */
#pragma once

#include "base-core.h"
#include "learn-card.h"

G_BEGIN_DECLS

typedef struct _LearnAnnotator LearnAnnotator;

/* @protocol: "imap", "pop3", "smtp". @checkpoint: of the core before the first line (nullable: a
 * fresh session, or a lone line). One that no core takes counts as none. */
LearnAnnotator *
learn_annotator_new (const char *protocol, GVariant *checkpoint, const char *language);
/* The same for the role that recorded the lines: for BASE_ROLE_SERVER what goes out is the
 * server's.
 */
LearnAnnotator *learn_annotator_new_for_role (const char *protocol,
                                              BaseRole role,
                                              GVariant *checkpoint,
                                              const char *language);
void learn_annotator_free (LearnAnnotator *annotator);
/* Why the lines were said, for the cards' context. (nullable) */
void learn_annotator_set_cause (LearnAnnotator *annotator, const BaseCause *cause);
/* The practice post office's passwords are public, and may stand in a part's text. */
void learn_annotator_set_public_secrets (LearnAnnotator *annotator, gboolean public_secrets);
/* The lines are not the first of the session: no greeting is expected. */
void learn_annotator_skip_greeting (LearnAnnotator *annotator);
/* The next line in order, with its CRLF. (transfer full) */
LearnCard *learn_annotator_line (LearnAnnotator *annotator,
                                 BaseDirection direction,
                                 const guint8 *line,
                                 gsize len);
/* A lone line without a dialogue around it, for `explain`: guesses the direction. */
LearnCard *learn_explain_line (const char *protocol, const char *line, const char *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnAnnotator, learn_annotator_free)

G_END_DECLS
