/* The window's second IMAP connection: while the first is at work for long, the letter that
 * somebody wants to read comes over this one, and what is new in the folder that somebody looks at.
 * It is opened with the first such wish and stays for a minute; whatever it cannot do is handed to
 * the first, which does it in its turn. */
#include "config.h"

#include "engine-second.h"
#include "engine-worker.h"

/* New letters of a folder, at most. */
#define PAGE 100
#define STAY ((gint64) 60 * G_USEC_PER_SEC)

/* FALSE: it did not come this way, for whatever reason. */
static gboolean
fetch_letter (EngineWorker *worker, EngineImap **imap, const EngineJob *job)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (worker->account->mailbase, NULL);
  g_autoptr (GPtrArray) rows = reader ? store_reader_placements (reader, job->id, NULL) : NULL;

  for (guint i = 0; rows && i < rows->len; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      StoreMissing missing = { row->uid, job->id, row->size, store_missing_name (row->message_id) };
      guint got = 0;

      if (row->has_source)
        return TRUE;
      if (row->uid == 0)
        continue;
      if (!*imap)
        *imap = engine_second_open (
            worker->account, job->cause, worker->cancellable, NULL, STORE_PRIORITY_CLICK, NULL);
      if (!*imap)
        return FALSE;
      (*imap)->cause = job->cause;
      if (engine_second_select (*imap, row->folder, row->uidvalidity) &&
          engine_imap_bodies (*imap, &missing, 1, &got, NULL) && got > 0)
        return TRUE;
    }
  return FALSE;
}

static void
take_letter (EngineWorker *worker, EngineImap **imap, const EngineJob *job)
{
  gboolean good = fetch_letter (worker, imap, job);

  if (!good)
    engine_worker_push (worker->account->incoming, ENGINE_JOB_BODY, job->id, FALSE, job->cause);
  if (*imap && net_session_is_over ((*imap)->session))
    g_clear_pointer (imap, engine_imap_free);
}

/* What was done here to letters of that folder, and the server has not heard: which of its letters
 * are new is found out by whoever says that. */
static gboolean
is_being_changed (StoreReader *reader, gint64 folder)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (reader, NULL);

  for (guint i = 0; entries && i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (entry->state != STORE_JOURNAL_STUCK && entry->kind != STORE_JOURNAL_FLAGS &&
          (entry->folder == folder || entry->target == folder))
        return TRUE;
    }
  return entries == NULL;
}

/* Rows above those here: nothing that anybody else writes is touched. The first connection asks for
 * the folder as well, in its turn, and puts all else in order. */
static gboolean
fetch_new_rows (EngineImap *imap, const StoreFolder *folder)
{
  g_autoptr (GArray) here = NULL;
  g_autoptr (GArray) fresh = NULL;
  gboolean complete;

  if (!engine_second_select (imap, folder->id, folder->uidvalidity))
    return FALSE;
  here = store_reader_uids (imap->reader, folder->id, imap->uidvalidity, NULL);
  if (!here || here->len == 0)
    return FALSE;
  fresh = engine_imap_uids_from (imap, g_array_index (here, guint32, here->len - 1) + 1, NULL);
  if (!fresh || fresh->len == 0)
    return fresh != NULL;
  if (fresh->len > PAGE)
    g_array_remove_range (fresh, 0, fresh->len - PAGE);
  return engine_imap_headers (imap, fresh, &complete, NULL) &&
         engine_bulk_finish (imap->bulk, NULL);
}

static void
look (EngineWorker *worker, EngineImap **imap, const EngineJob *job)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (worker->account->mailbase, NULL);
  g_autoptr (StoreFolder) folder = reader ? store_reader_folder (reader, job->id, NULL) : NULL;

  if (!folder || folder->place != STORE_PLACE_SERVER || !folder->selectable ||
      folder->uidvalidity == 0 || is_being_changed (reader, folder->id))
    return;
  if (!*imap)
    *imap = engine_second_open (
        worker->account, job->cause, worker->cancellable, NULL, STORE_PRIORITY_CLICK, NULL);
  if (!*imap)
    return;
  if (job->cause)
    (*imap)->cause = job->cause;
  fetch_new_rows (*imap, folder);
  if (net_session_is_over ((*imap)->session))
    g_clear_pointer (imap, engine_imap_free);
}

/* Refused here, it is asked over the first one in its turn. */
static void
find (EngineWorker *worker, EngineImap **imap, EngineJob *job)
{
  GArray *messages = NULL;

  if (!*imap)
    *imap = engine_second_open (
        worker->account, job->cause, worker->cancellable, NULL, STORE_PRIORITY_CLICK, NULL);
  if (*imap)
    {
      (*imap)->cause = job->cause;
      messages = engine_imap_answer (*imap, g_task_get_task_data (job->task), NULL);
    }
  if (messages)
    engine_job_answer (job, messages, NULL);
  else
    engine_worker_push_find (worker->account->incoming, g_steal_pointer (&job->task), job->cause);
  if (*imap && net_session_is_over ((*imap)->session))
    g_clear_pointer (imap, engine_imap_free);
}

void
engine_reading (EngineWorker *worker)
{
  g_autoptr (BaseCause) idle = base_cause_new (BASE_CAUSE_CONNECT, NULL);
  g_autoptr (EngineImap) imap = NULL;
  gboolean stop = FALSE;

  while (!stop)
    {
      g_autoptr (EngineJob) job =
          engine_worker_next (worker, imap ? g_get_monotonic_time () + STAY : G_MAXINT64);

      if (job && job->kind == ENGINE_JOB_BODY)
        take_letter (worker, &imap, job);
      if (job && job->kind == ENGINE_JOB_FIND)
        find (worker, &imap, job);
      if (job && job->kind == ENGINE_JOB_LOOK)
        look (worker, &imap, job);
      if (imap)
        imap->cause = idle;
      if (!job || job->kind == ENGINE_JOB_RESUME || job->kind == ENGINE_JOB_STOP)
        g_clear_pointer (&imap, engine_imap_free);
      stop = job && job->kind == ENGINE_JOB_STOP;
    }
}
