/* A letter that is to be handed over to another domain: the commands that will say so, and the
 * letter. As long as it is on its way it lies in the store's queue, written as those commands with
 * the letter behind them, so that a restart forgets nothing. */
#pragma once

#include "practice-domain.h"
#include "smtp-command.h"

G_BEGIN_DECLS

typedef struct
{
  const PracticeDomain *host;   /* whose host hands it over */
  const PracticeDomain *target; /* whose host takes it */
  SmtpCommand *mail;
  GPtrArray *rcpts; /* SmtpCommand */
  GBytes *letter;   /* (nullable: not known yet) */
} PracticeOnward;

/* @mail: (transfer none); what only the submitter's own server is asked (AUTH=, SIZE=) is left out.
 */
PracticeOnward *practice_onward_new (const PracticeDomain *host,
                                     const PracticeDomain *target,
                                     const SmtpCommand *mail);
void practice_onward_free (PracticeOnward *onward);
/* From @from to @to alone. */
PracticeOnward *
practice_onward_new_simple (const PracticeDomain *host, const char *from, const char *to);

/* With @letter in place of its own. (transfer full) */
GBytes *practice_onward_write (const PracticeOnward *onward, const guint8 *letter, gsize len);
/* What practice_onward_write() gave; %NULL: it is something else. (transfer full) */
PracticeOnward *practice_onward_parse (GBytes *written);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeOnward, practice_onward_free)

G_END_DECLS
