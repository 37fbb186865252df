/* What lies in the mailboxes on the first day. */
#pragma once

#include "practice-store.h"

G_BEGIN_DECLS

/* Empties the store and fills it: the letters of practice-letters.h by their dates before now, and
 * @extra generated ones below them in ada's INBOX. Takes the lock, and commits; %FALSE: all is as
 * it was. */
gboolean
practice_seed (PracticeStore *store, guint64 seed, guint extra, gboolean french, GError **error);

G_END_DECLS
