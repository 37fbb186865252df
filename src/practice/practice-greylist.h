/* Greylisting (RFC 6647): whoever is not known is asked to come again, since programs that only
 * throw mail about never do. Known is who has come before, on another connection, from the same
 * address, with a letter from the same sender to the same recipient. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PracticeGreylist PracticeGreylist;

PracticeGreylist *practice_greylist_new (void);
void practice_greylist_free (PracticeGreylist *greylist);

/* @visit: the connection, another number for each. Any thread. */
gboolean practice_greylist_knows (PracticeGreylist *greylist,
                                  guint64 visit,
                                  const char *address,
                                  const char *from,
                                  const char *to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeGreylist, practice_greylist_free)

G_END_DECLS
