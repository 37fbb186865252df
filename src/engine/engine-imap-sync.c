/* Makes the rows of one folder equal to what the server has: new, expunged, flags. What is to be
 * asked is the plan's business (engine-plan.h); here each step is run, and the facts it brought are
 * given to the plan again. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-plan.h"

typedef struct
{
  EngineFolderFacts facts;
  GArray *here, *fresh, *gone; /* guint32, ascending */
  guint64 modseq;              /* what the folder will be equal to */
  gboolean whole;              /* FALSE: the headers gave way to something urgent */
  gboolean looked;             /* marks that changed uncounted would have been seen */
} Sync;

/* Both ascending: what only @here has goes to @gone, what only @there has to @fresh. */
static void
compare (GArray *here, GArray *there, GArray *gone, GArray *fresh)
{
  guint i = 0, k = 0;

  while (i < here->len || k < there->len)
    {
      /* The end of a list is above every UID, also above the highest there can be. */
      guint64 mine = i < here->len ? g_array_index (here, guint32, i) : G_MAXUINT64;
      guint64 its = k < there->len ? g_array_index (there, guint32, k) : G_MAXUINT64;

      if (mine == its)
        {
          i++;
          k++;
        }
      else if (mine < its)
        {
          g_array_append_val (gone, g_array_index (here, guint32, i));
          i++;
        }
      else
        {
          g_array_append_val (fresh, g_array_index (there, guint32, k));
          k++;
        }
    }
}

typedef struct
{
  gint64 folder;
  guint32 uidvalidity, uidnext;
  guint64 modseq;
  gint64 total, size;
  gboolean looked;
  BaseCause *cause;
} Equal;

static void
equal_free (gpointer data)
{
  Equal *equal = data;

  base_cause_unref (equal->cause);
  g_free (equal);
}

static gboolean
write_equal (StoreTx *tx, gpointer data, GError **error)
{
  Equal *equal = data;

  return store_tx_finish_revalidation (tx, equal->folder, equal->cause, "UID SEARCH", error) &&
         store_tx_set_folder_server (tx,
                                     equal->folder,
                                     equal->uidvalidity,
                                     equal->uidnext,
                                     equal->modseq,
                                     equal->total,
                                     equal->size,
                                     error) &&
         (!equal->looked || engine_imap_note_looked (tx, equal->folder, error));
}

/* The last write of the run: had an earlier one failed, this one would be passed over. */
static gboolean
note_equal (EngineImap *imap, const Sync *sync, GError **error)
{
  Equal *equal = g_new0 (Equal, 1);
  g_autoptr (StoreFolder) again = NULL;
  const GArray *fresh = sync->fresh;

  if (fresh->len > 0)
    imap->uidnext = MAX (imap->uidnext, g_array_index (fresh, guint32, fresh->len - 1) + 1);
  equal->folder = imap->folder->id;
  equal->uidvalidity = imap->uidvalidity;
  equal->uidnext = imap->uidnext;
  equal->modseq = sync->modseq;
  equal->looked = sync->looked;
  equal->total = imap->exists;
  /* What it weighs is as known as before when no letter came and none went. */
  equal->size = fresh->len == 0 && equal->total == imap->folder->server_total &&
                        equal->uidnext == imap->folder->uidnext &&
                        equal->uidvalidity == imap->folder->uidvalidity
                    ? imap->folder->server_size
                    : -1;
  equal->cause = base_cause_ref (imap->cause);
  engine_bulk_queue (imap->bulk, 0, write_equal, equal, equal_free);
  if (!engine_bulk_finish (imap->bulk, error))
    return FALSE;
  again = store_reader_folder (imap->reader, imap->folder->id, error);
  if (!again)
    return FALSE;
  store_folder_unref (imap->folder);
  imap->folder = g_steal_pointer (&again);
  imap->rebuilt = FALSE;
  engine_imap_end_miscount (imap);
  return TRUE;
}

static void
list_all_here_as_gone (Sync *sync)
{
  g_array_set_size (sync->gone, 0);
  g_array_append_vals (sync->gone, sync->here->data, sync->here->len);
}

/* @uids: (transfer full) (nullable: the question failed) */
static gboolean
take_listing (Sync *sync, GArray *uids, gboolean all)
{
  g_autoptr (GArray) listed = uids;

  if (!listed)
    return FALSE;
  g_array_set_size (sync->fresh, 0);
  g_array_set_size (sync->gone, 0);
  if (all)
    compare (sync->here, listed, sync->gone, sync->fresh);
  else
    g_array_append_vals (sync->fresh, listed->data, listed->len);
  sync->facts.listed = all ? ENGINE_LISTED_ALL : ENGINE_LISTED_AFTER;
  sync->facts.fresh = sync->fresh->len;
  sync->facts.gone = sync->gone->len;
  return TRUE;
}

static void
drop (EngineImap *imap, Sync *sync)
{
  if (sync->facts.exists == 0)
    list_all_here_as_gone (sync);
  engine_imap_drop (imap, sync->gone, "UID SEARCH");
  sync->facts.here -= sync->gone->len;
  sync->facts.gone = 0;
  g_array_set_size (sync->gone, 0);
}

static gboolean
ask_flags (EngineImap *imap, Sync *sync, guint64 since, guint newest, GError **error)
{
  return engine_imap_ask_flags (imap, since, newest, &sync->modseq, &sync->facts.strange, error);
}

/* %ENGINE_STEP_EQUAL is the caller's. */
static gboolean
run_step (EngineImap *imap, Sync *sync, EngineStep step, GError **error)
{
  switch (step)
    {
    case ENGINE_STEP_NEWEST:
      sync->facts.newest = TRUE;
      if (!engine_imap_newest (imap, ENGINE_PAGE, sync->here, error))
        return FALSE;
      sync->facts.here = sync->here->len;
      return TRUE;
    case ENGINE_STEP_UIDS_AFTER:
      return take_listing (sync, engine_imap_uids_from (imap, sync->facts.last + 1, error), FALSE);
    case ENGINE_STEP_UIDS_ALL:
      return take_listing (sync, engine_imap_all_uids (imap, error), TRUE);
    case ENGINE_STEP_DROP:
      drop (imap, sync);
      return TRUE;
    case ENGINE_STEP_FLAGS_CHANGED:
      sync->facts.flags = TRUE;
      return ask_flags (imap, sync, sync->facts.known_modseq, 0, error);
    case ENGINE_STEP_FLAGS_ALL:
      sync->facts.flags = sync->looked = TRUE;
      sync->facts.due = FALSE;
      return ask_flags (imap, sync, 0, 0, error);
    case ENGINE_STEP_FLAGS_NEWEST:
      sync->looked = TRUE;
      sync->facts.due = FALSE;
      return ask_flags (imap, sync, 0, ENGINE_FLAGS_NEWEST, error);
    case ENGINE_STEP_HEADERS:
      /* Their flags come with them: where nothing was known before, no more need be asked. */
      sync->facts.flags = sync->facts.flags || sync->facts.here == 0;
      sync->facts.fresh = 0;
      sync->facts.here = sync->facts.exists;
      return engine_imap_headers (imap, sync->fresh, &sync->whole, error);
    case ENGINE_STEP_EQUAL:
    case ENGINE_STEP_LAST:
    default:
      return TRUE;
    }
}

/* @told (nullable): UIDs above those here, and all else was told with SELECT. @nothing: that is,
 * nothing at all. */
static void
gather_facts (EngineImap *imap, Sync *sync, GArray *told, gboolean nothing)
{
  sync->facts = (EngineFolderFacts){
    .exists = imap->exists,
    .uidnext = imap->uidnext,
    .pages = engine_imap_has (imap, "PARTIAL"),
    .modseq = imap->modseq,
    .news = imap->news,
    .here = sync->here->len,
    .last = sync->here->len > 0 ? g_array_index (sync->here, guint32, sync->here->len - 1) : 0,
    .known_modseq = imap->folder->modseq,
    .miscounted = engine_imap_is_miscounted (imap),
    .due = sync->here->len > 0 && engine_imap_flags_are_due (imap),
  };
  /* Flags come with the headers. */
  sync->looked = sync->here->len == 0;
  if (told)
    {
      take_listing (sync, g_array_ref (told), FALSE);
      sync->facts.untold = nothing && imap->modseq > imap->folder->modseq;
      sync->facts.flags = !sync->facts.untold && !sync->facts.miscounted;
    }
  /* Changes after SELECT get a higher number: what was fetched since is at least this. */
  sync->modseq = imap->modseq;
  /* What is said from here on is news for the next time. */
  imap->news = imap->behind = FALSE;
}

static gboolean
is_urgent (EngineImap *imap)
{
  return imap->work.urgent && imap->work.urgent (imap->work.data);
}

/* Runs the plan's steps up to its last. *@whole: that is all there is to do. */
static gboolean
run_plan (EngineImap *imap, Sync *sync, gboolean *whole, GError **error)
{
  EngineStep steps[ENGINE_STEP_LAST];

  *whole = FALSE;
  for (guint done = 0;; done++)
    {
      if (done > 0 && is_urgent (imap))
        return TRUE;
      engine_plan_folder (&sync->facts, steps);
      g_debug ("folder %" G_GINT64_FORMAT ": %s", imap->folder->id, engine_step_name (steps[0]));
      if (steps[0] == ENGINE_STEP_EQUAL)
        break;
      if (!run_step (imap, sync, steps[0], error))
        return FALSE;
    }
  *whole = sync->whole;
  return TRUE;
}

/* RFC 9051 §6.3.2 wants it told; taken for none, everything here would go. */
static gboolean
check_count (EngineImap *imap, const GArray *here, GError **error)
{
  if (imap->counted || here->len == 0)
    return TRUE;
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_TEMPORARY,
               _ ("%s does not say how many letters are in “%s”: try again later"),
               imap->info->host,
               imap->folder->name);
  return FALSE;
}

/* What is only promised is looked for first, so that no plan counts on it. */
static GArray *
known_uids (EngineImap *imap, GError **error)
{
  return engine_imap_check_promised (imap, error)
             ? store_reader_uids (imap->reader, imap->folder->id, imap->uidvalidity, error)
             : NULL;
}

/* A letter was on its way there when the server refused to go on for now, and may have come: rows
 * are met when the journal has found out. */
static gboolean
is_awaited (EngineImap *imap)
{
  g_autoptr (GPtrArray) journal = store_reader_journal (imap->reader, NULL);

  for (guint i = 0; journal && i < journal->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (journal, i);

      if (entry->kind == STORE_JOURNAL_MOVE && entry->state == STORE_JOURNAL_RUNNING &&
          entry->target == imap->folder->id)
        return TRUE;
    }
  return FALSE;
}

static gboolean
sync_folder (EngineImap *imap, gboolean *complete, GError **error)
{
  g_autoptr (GArray) here = known_uids (imap, error);
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) told = NULL;
  Sync sync = { .here = here, .fresh = fresh, .gone = gone, .whole = TRUE };
  gboolean news = imap->news;
  gboolean whole, nothing = FALSE;

  if (!here || !check_count (imap, here, error))
    return FALSE;
  if (imap->told && !imap->news)
    {
      told = g_array_new (FALSE, FALSE, sizeof (guint32));
      nothing = engine_imap_news_is_empty (imap->told);
      engine_imap_news_take (imap, imap->told, here, told);
    }
  engine_imap_forget_told (imap);
  gather_facts (imap, &sync, told, nothing);
  if (!run_plan (imap, &sync, &whole, error))
    return FALSE;
  if (complete)
    *complete = whole;
  if (!whole)
    {
      /* What was heard and not looked into is still news. */
      imap->news = imap->news || news;
      return engine_bulk_finish (imap->bulk, error);
    }
  imap->modseq = sync.modseq;
  return note_equal (imap, &sync, error);
}

gboolean
engine_imap_sync (EngineImap *imap, gboolean *complete, GError **error)
{
  if (complete)
    *complete = TRUE;
  return is_awaited (imap) || sync_folder (imap, complete, error);
}
