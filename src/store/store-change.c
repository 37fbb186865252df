/* Notes are kept by row and folder, so that a row that came and went in one transaction is not
 * told. */
#include "config.h"

#include "store-change.h"

typedef enum
{
  NOTE_ADDED,
  NOTE_REMOVED,
  NOTE_CHANGED
} NoteKind;

typedef struct
{
  StoreChangedRow row; /* first: also the key */
  NoteKind kind;
} Note;

struct _StoreNotes
{
  GHashTable *rows;    /* Note -> itself, by placement and folder */
  GHashTable *folders; /* gint64 */
  gboolean folder_list, journal, outbox, ledger;
};

static guint
note_hash (gconstpointer data)
{
  const Note *note = data;

  return (guint) note->row.placement * 31 + (guint) note->row.folder;
}

static gboolean
note_equal (gconstpointer a, gconstpointer b)
{
  const Note *one = a;
  const Note *other = b;

  return one->row.placement == other->row.placement && one->row.folder == other->row.folder;
}

StoreNotes *
store_notes_new (void)
{
  StoreNotes *notes = g_new0 (StoreNotes, 1);

  notes->rows = g_hash_table_new_full (note_hash, note_equal, g_free, NULL);
  notes->folders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return notes;
}

void
store_notes_free (StoreNotes *notes)
{
  g_hash_table_unref (notes->rows);
  g_hash_table_unref (notes->folders);
  g_free (notes);
}

void
store_notes_folder (StoreNotes *notes, gint64 folder)
{
  if (!g_hash_table_contains (notes->folders, &folder))
    g_hash_table_add (notes->folders, g_memdup2 (&folder, sizeof folder));
}

static void
note (StoreNotes *notes, const StoreChangedRow *row, NoteKind kind)
{
  Note key = { .row = *row, .kind = kind };
  Note *known = g_hash_table_lookup (notes->rows, &key);

  store_notes_folder (notes, row->folder);
  if (known == NULL)
    {
      g_hash_table_add (notes->rows, g_memdup2 (&key, sizeof key));
      return;
    }
  known->row.sort_date = row->sort_date;
  if (kind == NOTE_REMOVED && known->kind == NOTE_ADDED)
    g_hash_table_remove (notes->rows, &key);
  else if (kind == NOTE_REMOVED)
    known->kind = NOTE_REMOVED;
  else if (kind == NOTE_ADDED && known->kind == NOTE_REMOVED)
    known->kind = NOTE_CHANGED;
}

void
store_notes_added (StoreNotes *notes, gint64 placement, gint64 folder, gint64 sort_date)
{
  note (notes, &(StoreChangedRow){ placement, folder, sort_date }, NOTE_ADDED);
}

void
store_notes_removed (StoreNotes *notes, gint64 placement, gint64 folder, gint64 sort_date)
{
  note (notes, &(StoreChangedRow){ placement, folder, sort_date }, NOTE_REMOVED);
}

void
store_notes_changed (StoreNotes *notes, gint64 placement, gint64 folder, gint64 sort_date)
{
  note (notes, &(StoreChangedRow){ placement, folder, sort_date }, NOTE_CHANGED);
}

void
store_notes_folders (StoreNotes *notes)
{
  notes->folder_list = TRUE;
}

void
store_notes_journal (StoreNotes *notes)
{
  notes->journal = TRUE;
}

void
store_notes_outbox (StoreNotes *notes)
{
  notes->outbox = TRUE;
}

void
store_notes_ledger (StoreNotes *notes)
{
  notes->ledger = TRUE;
}

void
store_notes_merge (StoreNotes *all, StoreNotes *job)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, job->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    note (all, &((Note *) key)->row, ((Note *) key)->kind);
  g_hash_table_iter_init (&iter, job->folders);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    store_notes_folder (all, *(gint64 *) key);
  all->folder_list |= job->folder_list;
  all->journal |= job->journal;
  all->outbox |= job->outbox;
  all->ledger |= job->ledger;
  store_notes_clear (job);
}

void
store_notes_clear (StoreNotes *notes)
{
  g_hash_table_remove_all (notes->rows);
  g_hash_table_remove_all (notes->folders);
  notes->folder_list = notes->journal = notes->outbox = notes->ledger = FALSE;
}

gboolean
store_notes_empty (StoreNotes *notes)
{
  return g_hash_table_size (notes->rows) == 0 && g_hash_table_size (notes->folders) == 0 &&
         !notes->folder_list && !notes->journal && !notes->outbox && !notes->ledger;
}

static StoreChange *
change_new (void)
{
  StoreChange *change = g_new0 (StoreChange, 1);

  g_atomic_ref_count_init (&change->ref_count);
  change->folders = g_array_new (FALSE, FALSE, sizeof (gint64));
  change->added = g_array_new (FALSE, FALSE, sizeof (StoreChangedRow));
  change->removed = g_array_new (FALSE, FALSE, sizeof (StoreChangedRow));
  change->changed = g_array_new (FALSE, FALSE, sizeof (StoreChangedRow));
  return change;
}

StoreChange *
store_notes_take (StoreNotes *notes)
{
  StoreChange *change = change_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, notes->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const Note *told = key;
      GArray *list = told->kind == NOTE_ADDED     ? change->added
                     : told->kind == NOTE_REMOVED ? change->removed
                                                  : change->changed;

      g_array_append_val (list, told->row);
    }
  g_hash_table_iter_init (&iter, notes->folders);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (change->folders, key, 1);
  change->folders_changed = notes->folder_list;
  change->journal_changed = notes->journal;
  change->outbox_changed = notes->outbox;
  change->ledger_changed = notes->ledger;
  store_notes_clear (notes);
  return change;
}

StoreChange *
store_change_new_elsewhere (GArray *folders)
{
  StoreChange *change = change_new ();

  g_array_append_vals (change->folders, folders->data, folders->len);
  change->folders_changed = change->journal_changed = change->outbox_changed =
      change->ledger_changed = TRUE;
  change->elsewhere = TRUE;
  return change;
}

StoreChange *
store_change_ref (StoreChange *change)
{
  g_atomic_ref_count_inc (&change->ref_count);
  return change;
}

void
store_change_unref (StoreChange *change)
{
  if (!g_atomic_ref_count_dec (&change->ref_count))
    return;
  g_array_unref (change->folders);
  g_array_unref (change->added);
  g_array_unref (change->removed);
  g_array_unref (change->changed);
  g_free (change);
}
