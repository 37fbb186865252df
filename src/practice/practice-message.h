/* One letter at the practice post office. Immutable and atomically counted, so that several
 * mailboxes and sessions share it. A generated letter is made anew each time it is read: a hundred
 * thousand of them for a measurement take no memory. */
#pragma once

#include "base-body.h"

G_BEGIN_DECLS

typedef struct _PracticeMessage PracticeMessage;

/* @source: the exact bytes, lines ending in CRLF; @date: UTC seconds, when it came in. */
PracticeMessage *practice_message_new (GBytes *source, gint64 date);
/* The @index-th letter that @seed gives. */
PracticeMessage *practice_message_new_generated (guint64 seed, guint index, gint64 date);
PracticeMessage *practice_message_ref (PracticeMessage *message);
void practice_message_unref (PracticeMessage *message);

/* Whether it is made anew each time, and from what (each nullable). */
gboolean
practice_message_is_generated (const PracticeMessage *message, guint64 *seed, guint *index);
gsize practice_message_size (const PracticeMessage *message);
gint64 practice_message_date (const PracticeMessage *message);
/* (transfer full) */
GBytes *practice_message_dup_source (const PracticeMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeMessage, practice_message_unref)

G_END_DECLS
