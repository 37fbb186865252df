/* The plan that plays the journal: first each message's entries are merged as far as that is safe,
 * then the same change of several messages becomes one command. */
#include "config.h"

#include "engine-plan.h"

static EnginePlay *
play_new (StoreJournalEntry *entry)
{
  EnginePlay *play = g_new0 (EnginePlay, 1);

  play->kind = entry->kind;
  play->cause = entry->cause;
  play->folder = entry->folder;
  play->target = entry->target;
  play->flags_add = entry->flags_add;
  play->flags_remove = entry->flags_remove;
  play->resumed = entry->state == STORE_JOURNAL_RUNNING;
  play->entries = g_ptr_array_new ();
  play->merged = g_ptr_array_new ();
  g_ptr_array_add (play->entries, entry);
  return play;
}

static void
play_free (gpointer data)
{
  EnginePlay *play = data;

  g_ptr_array_unref (play->entries);
  g_ptr_array_unref (play->merged);
  g_free (play);
}

/* Whether @entry can be done together with @play, which is the last of the same message. */
static gboolean
can_merge (const EnginePlay *play, const StoreJournalEntry *entry)
{
  const StoreJournalEntry *first = g_ptr_array_index (play->entries, 0);

  return !play->resumed && entry->state == STORE_JOURNAL_WAITING &&
         entry->kind == STORE_JOURNAL_FLAGS && play->kind == STORE_JOURNAL_FLAGS &&
         play->folder == entry->folder && first->placement == entry->placement;
}

static void
merge (EnginePlay *play, StoreJournalEntry *entry)
{
  play->flags_add = (play->flags_add & ~entry->flags_remove) | entry->flags_add;
  play->flags_remove = (play->flags_remove & ~entry->flags_add) | entry->flags_remove;
  play->cause = entry->cause;
  g_ptr_array_add (play->merged, entry);
}

/* What one command puts into a folder at most. */
#define APPENDED_TOGETHER 10

/* Both are of one message each; @other comes later. Letters that are put need no common cause: each
 * is a letter of its own. */
static gboolean
is_same_change (const EnginePlay *play, const EnginePlay *other)
{
  if (play->kind == STORE_JOURNAL_APPEND && other->kind == STORE_JOURNAL_APPEND)
    return !play->resumed && !other->resumed && play->target == other->target &&
           play->entries->len < APPENDED_TOGETHER;
  return play->kind == other->kind && !play->resumed && !other->resumed &&
         play->folder == other->folder && play->target == other->target &&
         play->flags_add == other->flags_add && play->flags_remove == other->flags_remove &&
         play->cause->id == other->cause->id;
}

static void
append_all (GPtrArray *to, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_ptr_array_index (from, i));
}

static GPtrArray *
join_messages (GPtrArray *plays)
{
  GPtrArray *joined = g_ptr_array_new_with_free_func (play_free);

  for (guint i = 0; i < plays->len; i++)
    {
      EnginePlay *play = g_ptr_array_index (plays, i);
      EnginePlay *last = joined->len ? g_ptr_array_index (joined, joined->len - 1) : NULL;

      if (last && is_same_change (last, play))
        {
          append_all (last->entries, play->entries);
          append_all (last->merged, play->merged);
          play_free (play);
        }
      else
        g_ptr_array_add (joined, play);
    }
  g_ptr_array_unref (plays);
  return joined;
}

GPtrArray *
engine_plan_journal (GPtrArray *entries)
{
  GPtrArray *plays = g_ptr_array_new ();
  g_autoptr (GHashTable) last = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < entries->len; i++)
    {
      StoreJournalEntry *entry = g_ptr_array_index (entries, i);
      EnginePlay *before = g_hash_table_lookup (last, &entry->message);

      if (entry->state == STORE_JOURNAL_STUCK)
        continue;
      if (before && can_merge (before, entry))
        {
          merge (before, entry);
          continue;
        }
      g_ptr_array_add (plays, play_new (entry));
      g_hash_table_insert (last, &entry->message, g_ptr_array_index (plays, plays->len - 1));
    }
  return join_messages (plays);
}
