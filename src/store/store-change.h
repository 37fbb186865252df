/* What a transaction changed, noted row by row and told after its commit. Private to the store. */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

typedef struct _StoreNotes StoreNotes;

StoreNotes *store_notes_new (void);
void store_notes_free (StoreNotes *notes);

void store_notes_added (StoreNotes *notes, gint64 placement, gint64 folder, gint64 sort_date);
void store_notes_removed (StoreNotes *notes, gint64 placement, gint64 folder, gint64 sort_date);
void store_notes_changed (StoreNotes *notes, gint64 placement, gint64 folder, gint64 sort_date);
void store_notes_folder (StoreNotes *notes, gint64 folder);
void store_notes_folders (StoreNotes *notes);
void store_notes_journal (StoreNotes *notes);
void store_notes_outbox (StoreNotes *notes);
void store_notes_ledger (StoreNotes *notes);

/* Adds what @job noted to @all, and empties @job. */
void store_notes_merge (StoreNotes *all, StoreNotes *job);
void store_notes_clear (StoreNotes *notes);
gboolean store_notes_empty (StoreNotes *notes);
/* A record of what was noted; @notes is emptied. (transfer full) */
StoreChange *store_notes_take (StoreNotes *notes);
/* "Another process did something to these folders." (transfer full) */
StoreChange *store_change_new_elsewhere (GArray *folders);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreNotes, store_notes_free)

G_END_DECLS
