/* The plan that plays the journal: first each message's entries are merged as far as that is safe,
 * then the same change of several messages becomes one command, also where they were wished one by
 * one. */
#include "config.h"

#include "engine-plan.h"

static EnginePlay *
play_new (StoreJournalEntry *entry)
{
  EnginePlay *play = g_new0 (EnginePlay, 1);

  play->kind = entry->kind;
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

void
engine_play_free (EnginePlay *play)
{
  g_clear_pointer (&play->cause, base_cause_unref);
  g_ptr_array_unref (play->entries);
  g_ptr_array_unref (play->merged);
  g_free (play);
}

static void
append_all (GPtrArray *to, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_ptr_array_index (from, i));
}

static int
compare_age (gconstpointer a, gconstpointer b)
{
  const StoreJournalEntry *x = *(StoreJournalEntry *const *) a;
  const StoreJournalEntry *y = *(StoreJournalEntry *const *) b;

  return x->id < y->id ? -1 : x->id > y->id;
}

/* All the wishes that it serves, in their order. */
static void
find_cause (EnginePlay *play)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GPtrArray) causes = g_ptr_array_new ();

  append_all (all, play->entries);
  append_all (all, play->merged);
  g_ptr_array_sort (all, compare_age);
  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add (causes, ((StoreJournalEntry *) all->pdata[i])->cause);
  play->cause = base_cause_join ((const BaseCause *const *) causes->pdata, causes->len);
}

EnginePlay *
engine_play_part (const EnginePlay *play, guint first, guint n)
{
  EnginePlay *part = play_new (g_ptr_array_index (play->entries, first));
  g_autoptr (GHashTable) placements = g_hash_table_new (g_int64_hash, g_int64_equal);

  part->flags_add = play->flags_add;
  part->flags_remove = play->flags_remove;
  part->resumed = play->resumed;
  for (guint i = first; i < first + n; i++)
    {
      StoreJournalEntry *entry = g_ptr_array_index (play->entries, i);

      if (i > first)
        g_ptr_array_add (part->entries, entry);
      g_hash_table_add (placements, &entry->placement);
    }
  for (guint i = 0; i < play->merged->len; i++)
    {
      StoreJournalEntry *entry = g_ptr_array_index (play->merged, i);

      if (g_hash_table_contains (placements, &entry->placement))
        g_ptr_array_add (part->merged, entry);
    }
  find_cause (part);
  return part;
}

static const StoreJournalEntry *
first_of (const EnginePlay *play)
{
  return g_ptr_array_index (play->entries, 0);
}

/* --- what one message went through --- */

/* Whether @entry can be done together with @play, which is the last of the same message. */
static gboolean
can_merge (const EnginePlay *play, const StoreJournalEntry *entry)
{
  const StoreJournalEntry *first = first_of (play);

  return !play->resumed && entry->state == STORE_JOURNAL_WAITING &&
         entry->kind == STORE_JOURNAL_FLAGS && play->kind == STORE_JOURNAL_FLAGS &&
         play->folder == entry->folder && first->placement == entry->placement &&
         first->cause->kind == entry->cause->kind;
}

static void
merge (EnginePlay *play, StoreJournalEntry *entry)
{
  play->flags_add = (play->flags_add & ~entry->flags_remove) | entry->flags_add;
  play->flags_remove = (play->flags_remove & ~entry->flags_add) | entry->flags_remove;
  g_ptr_array_add (play->merged, entry);
}

/* --- the same change of several messages --- */

/* What one command puts into a folder at most. */
#define APPENDED_TOGETHER 10

typedef struct
{
  GPtrArray *joined;
  GHashTable *same; /* char * (what a play does) → its place in @joined, counted from 1 */
  GHashTable *last; /* gint64 * (message) → the place of the last play it has part in */
  guint room;       /* the place of the last play that may make room, or take it */
} Joining;

/* Plays of which this is the same can be one command. Wishes of different kinds are not: why it was
 * said could not be told. */
static char *
what_it_does (const EnginePlay *play)
{
  gboolean append = play->kind == STORE_JOURNAL_APPEND;

  return g_strdup_printf ("%d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %u %d",
                          (int) play->kind,
                          (int) first_of (play)->cause->kind,
                          append ? 0 : play->folder,
                          play->target,
                          append ? 0 : play->flags_add,
                          append ? 0 : play->flags_remove,
                          play->resumed);
}

/* Whether @play can be done already when the one in this place is. What its message went through
 * before has to be done by then; and where letters are put they need room, which the removal of
 * others may be meant to make. */
static gboolean
can_join (const Joining *joining, const EnginePlay *play, guint place)
{
  const EnginePlay *before = g_ptr_array_index (joining->joined, place - 1);
  guint own = GPOINTER_TO_UINT (g_hash_table_lookup (joining->last, &first_of (play)->message));

  switch (play->kind)
    {
    case STORE_JOURNAL_APPEND:
      return !play->resumed && place == joining->joined->len &&
             before->entries->len < APPENDED_TOGETHER;
    case STORE_JOURNAL_MOVE:
      return place >= own && place > joining->room;
    case STORE_JOURNAL_FLAGS:
    case STORE_JOURNAL_DELETE:
    default:
      return place >= own;
    }
}

/* Takes @play, which is of one message. */
static void
join (Joining *joining, EnginePlay *play)
{
  g_autofree char *what = what_it_does (play);
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (joining->same, what));
  gint64 *message = &((StoreJournalEntry *) play->entries->pdata[0])->message;

  if (place != 0 && can_join (joining, play, place))
    {
      EnginePlay *before = g_ptr_array_index (joining->joined, place - 1);

      append_all (before->entries, play->entries);
      append_all (before->merged, play->merged);
    }
  else
    {
      g_ptr_array_add (joining->joined, play);
      place = joining->joined->len;
      g_hash_table_insert (joining->same, g_steal_pointer (&what), GUINT_TO_POINTER (place));
    }
  g_hash_table_insert (joining->last, message, GUINT_TO_POINTER (place));
  if (play->kind == STORE_JOURNAL_APPEND || play->kind == STORE_JOURNAL_DELETE)
    joining->room = MAX (joining->room, place);
  if (g_ptr_array_index (joining->joined, place - 1) != play)
    engine_play_free (play);
}

static GPtrArray *
join_messages (GPtrArray *plays)
{
  g_autoptr (GHashTable) same = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) last = g_hash_table_new (g_int64_hash, g_int64_equal);
  Joining joining = {
    .joined = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_play_free),
    .same = same,
    .last = last,
  };

  for (guint i = 0; i < plays->len; i++)
    join (&joining, g_ptr_array_index (plays, i));
  g_ptr_array_unref (plays);
  for (guint i = 0; i < joining.joined->len; i++)
    find_cause (g_ptr_array_index (joining.joined, i));
  return joining.joined;
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
