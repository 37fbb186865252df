/* The incoming side's threads. IMAP: one session for as long as it lasts; whatever the person asks
 * for comes before what is done in the background, and between the two it idles. */
#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "engine-imap.h"
#include "engine-outbox.h"
#include "engine-pop3.h"
#include "engine-worker.h"

/* A draft goes to the server when nothing was typed for so long. */
#define DRAFT_QUIET (10 * G_USEC_PER_SEC)
#define LOOK_WHILE_KEEPING ((gint64) 2 * 60 * G_USEC_PER_SEC)

/* What a server tells of a folder that it opens. */
typedef struct
{
  gint64 folder; /* first: the key */
  guint64 modseq;
  guint32 uidnext, exists;
} Numbers;

typedef struct
{
  EngineWorker *worker;
  EngineImap *imap;
  BaseCause *cause;       /* of the look at all folders */
  GPtrArray *changed;     /* StoreFolder that are still to be looked into */
  gint64 looked_at;       /* folder id: synchronised first, and watched; 0: INBOX */
  GHashTable *told;       /* Numbers, a folder's last that were not those here */
  gint64 next_look;       /* net_clock_now() */
  gint64 next_draft;      /* net_clock_now(); G_MAXINT64: none waits */
  gboolean look, play;    /* all folders, the journal */
  gboolean keeping;       /* letters that nobody waits for are on their way */
  gboolean bodies;        /* some may be missing */
  gboolean stop, restart; /* restart: over a new connection */
  GError *refused; /* what is to be told when all else is done: the folder that somebody looks at
                      was refused, or what waits in the journal was for now (nullable) */
} Incoming;

static gboolean
has_news (const EngineImap *imap)
{
  return imap->news || imap->behind || imap->tree || imap->elsewhere->len > 0;
}

/* A long download also lets pass what is new, and the time to look for it. */
static gboolean
is_urgent (gpointer data)
{
  Incoming *incoming = data;

  return g_async_queue_length (incoming->worker->jobs) > 0 ||
         g_cancellable_is_cancelled (incoming->worker->cancellable) ||
         (incoming->keeping &&
          (has_news (incoming->imap) ||
           net_clock_now () >= MIN (incoming->next_look, incoming->next_draft)));
}

static void
tell_progress (const char *activity, guint64 done, guint64 total, gpointer data)
{
  engine_worker_tell_progress (activity, done, total, ((Incoming *) data)->worker);
}

static gboolean
is_released (gpointer data)
{
  EngineWorker *worker = ((Incoming *) data)->worker;

  net_waker_clear (worker->waker);
  return g_atomic_int_compare_and_exchange (&worker->released, 1, 0);
}

static EngineImap *
connect_imap (Incoming *incoming, GError **error)
{
  EngineWorker *worker = incoming->worker;
  EngineConnect connect;
  EngineWork work = {
    .progress = tell_progress,
    .urgent = is_urgent,
    .released = is_released,
    .data = incoming,
  };
  NetSession *session;

  if (!engine_account_prepare (
          worker->account, incoming->cause, worker->cancellable, worker->waker, &connect, error))
    return NULL;
  session = engine_connect_imap (&connect, error);
  base_secret_unref (connect.password);
  return session ? engine_imap_new (
                       worker->account->info, worker->account->mailbase, session, &work, error)
                 : NULL;
}

/* One whose numbers never agree with what is here is not looked through for the same ones twice. */
static void
note_numbers (Incoming *incoming)
{
  EngineImap *imap = incoming->imap;
  const Numbers told = { imap->folder->id, imap->modseq, imap->uidnext, imap->exists };
  const Numbers *before = g_hash_table_lookup (incoming->told, &told.folder);

  if (before && memcmp (&told, before, sizeof told) == 0)
    imap->behind = FALSE;
  else if (imap->behind)
    g_hash_table_add (incoming->told, g_memdup2 (&told, sizeof told));
}

/* One folder that the server refuses to open, or to tell of, does not stop the others. @failure:
 * (transfer full) */
static gboolean
pass_over (Incoming *incoming, GError *failure, GError **error)
{
  if (!net_session_is_over (incoming->imap->session) &&
      (g_error_matches (failure, ENGINE_ERROR, ENGINE_ERROR_REFUSED) ||
       g_error_matches (failure, ENGINE_ERROR, ENGINE_ERROR_TEMPORARY)))
    {
      g_error_free (failure);
      return TRUE;
    }
  g_propagate_error (error, failure);
  return FALSE;
}

/* The folder may have changed since it was queued. */
static gboolean
select_fresh (Incoming *incoming, gint64 id, gboolean *there, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (StoreFolder) folder = store_reader_folder (incoming->imap->reader, id, &local);

  *there = folder && folder->selectable && folder->place == STORE_PLACE_SERVER;
  if (!*there)
    return TRUE;
  if (incoming->imap->folder && incoming->imap->folder->id == folder->id)
    return TRUE;
  if (engine_imap_select (incoming->imap, folder, &local))
    {
      note_numbers (incoming);
      return TRUE;
    }
  *there = FALSE;
  return pass_over (incoming, g_steal_pointer (&local), error);
}

static gboolean
fetch_body (Incoming *incoming, const EngineJob *job, GError **error)
{
  EngineImap *imap = incoming->imap;
  guint rebuilds = imap->rebuilds;
  g_autoptr (GPtrArray) rows = store_reader_placements (imap->reader, job->id, error);

  for (guint i = 0; rows && i < rows->len; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      StoreMissing missing = { row->uid, job->id, row->size, store_missing_name (row->message_id) };
      gboolean there, good;

      if (row->has_source)
        return TRUE;
      if (row->uid == 0)
        continue;
      if (!select_fresh (incoming, row->folder, &there, error))
        return FALSE;
      if (!there)
        continue;
      if (job->cause)
        imap->cause = job->cause;
      imap->hold = job->hold && !imap->rebuilt;
      engine_worker_tell (incoming->worker,
                          imap->hold ? ENGINE_STATE_HELD : ENGINE_STATE_BUSY,
                          _ ("Fetching the letter"));
      good = (imap->rebuilt || engine_imap_bodies (imap, &missing, 1, NULL, error)) &&
             (!imap->rebuilt || engine_imap_sync (imap, NULL, error));
      imap->cause = incoming->cause;
      /* It has another UID by now, or none. */
      if (good && imap->rebuilds > rebuilds)
        return fetch_body (incoming, job, error);
      return good;
    }
  return rows != NULL;
}

/* Somebody waits for it: where the line was cut it is asked for once more, over the next one. */
static gboolean
serve_body (Incoming *incoming, const EngineJob *job, GError **error)
{
  EngineJob *again;

  if (fetch_body (incoming, job, error))
    return TRUE;
  if (job->again || !net_session_is_over (incoming->imap->session))
    return FALSE;
  again = g_new0 (EngineJob, 1);
  again->kind = ENGINE_JOB_BODY;
  again->id = job->id;
  again->again = TRUE;
  again->cause = job->cause ? base_cause_ref (job->cause) : NULL;
  g_async_queue_push_front (incoming->worker->jobs, again);
  return FALSE;
}

/* A server that does not tell of other folders by itself is asked what is new in this one. */
static gboolean
look_at (Incoming *incoming, gint64 id, GError **error)
{
  EngineImap *imap = incoming->imap;
  g_autoptr (StoreFolder) folder = store_reader_folder (imap->reader, id, NULL);
  g_autoptr (GPtrArray) changed = NULL;
  char *names[] = { folder ? folder->name : NULL, NULL };

  if (id == incoming->looked_at)
    return TRUE;
  incoming->looked_at = id;
  if (!folder || folder->place != STORE_PLACE_SERVER || !folder->selectable || imap->notified ||
      (imap->folder && imap->folder->id == id))
    return TRUE;
  for (guint i = 0; i < incoming->changed->len; i++)
    if (((StoreFolder *) g_ptr_array_index (incoming->changed, i))->id == id)
      return TRUE;
  if (!engine_imap_changed (imap, names, &changed, error))
    return FALSE;
  for (guint i = 0; i < changed->len; i++)
    g_ptr_array_add (incoming->changed, store_folder_ref (g_ptr_array_index (changed, i)));
  return TRUE;
}

/* What was refused is told to whoever asked; a session that is over ends this one too. */
static gboolean
find (Incoming *incoming, EngineJob *job, GError **error)
{
  EngineImap *imap = incoming->imap;
  GError *local = NULL;
  GArray *messages;

  engine_worker_tell (incoming->worker, ENGINE_STATE_BUSY, _ ("Searching on the server"));
  if (job->cause)
    imap->cause = job->cause;
  g_atomic_int_set (&incoming->worker->busy, 1);
  messages = engine_imap_answer (imap, g_task_get_task_data (job->task), &local);
  g_atomic_int_set (&incoming->worker->busy, 0);
  imap->cause = incoming->cause;
  if (!messages && net_session_is_over (imap->session))
    g_propagate_error (error, g_error_copy (local));
  engine_job_answer (job, messages, local);
  return messages || !net_session_is_over (imap->session);
}

static gboolean
look_at_all (Incoming *incoming, GError **error)
{
  engine_worker_tell (incoming->worker, ENGINE_STATE_BUSY, _ ("Looking what changed"));
  g_clear_pointer (&incoming->changed, g_ptr_array_unref);
  incoming->look = FALSE;
  incoming->next_look = net_clock_now () + ENGINE_LOOK_EVERY;
  incoming->bodies = TRUE;
  return engine_imap_folders (incoming->imap, error) &&
         engine_imap_changed (incoming->imap, NULL, &incoming->changed, error);
}

static gboolean
take_job (Incoming *incoming, EngineJob *job, GError **error)
{
  switch (job->kind)
    {
    case ENGINE_JOB_STOP:
      incoming->stop = TRUE;
      return TRUE;
    case ENGINE_JOB_RING:
      incoming->play = TRUE;
      return TRUE;
    case ENGINE_JOB_AGAIN:
      /* The quota is asked with the folders. */
      incoming->play = TRUE;
      return look_at_all (incoming, error);
    case ENGINE_JOB_RESUME:
      incoming->restart = TRUE;
      return TRUE;
    case ENGINE_JOB_DRAFT:
      incoming->next_draft = MIN (incoming->next_draft, net_clock_now () + DRAFT_QUIET);
      return TRUE;
    case ENGINE_JOB_REFRESH:
    case ENGINE_JOB_NETWORK:
      incoming->look = TRUE;
      if (job->cause)
        {
          base_cause_unref (incoming->cause);
          incoming->cause = base_cause_ref (job->cause);
          incoming->imap->cause = incoming->cause;
        }
      return TRUE;
    case ENGINE_JOB_LOOK:
      return look_at (incoming, job->id, error);
    case ENGINE_JOB_BODY:
      return serve_body (incoming, job, error);
    case ENGINE_JOB_FIND:
      return find (incoming, job, error);
    default:
      return TRUE;
    }
}

static gboolean
take_jobs (Incoming *incoming, GError **error)
{
  while (!incoming->stop && !incoming->restart)
    {
      g_autoptr (EngineJob) job = engine_worker_next (incoming->worker, 0);

      if (!job)
        return TRUE;
      if (!take_job (incoming, job, error))
        return FALSE;
    }
  return TRUE;
}

/* The index of the folder to look into next. */
static guint
next_changed (Incoming *incoming)
{
  for (guint i = 0; i < incoming->changed->len; i++)
    if (((StoreFolder *) g_ptr_array_index (incoming->changed, i))->id == incoming->looked_at)
      return i;
  return 0;
}

/* A letter of which nobody knows whether it was sent may stand in what was just looked through. */
static gboolean
find_fates (Incoming *incoming, GError **error)
{
  EngineImap *imap = incoming->imap;

  return engine_outbox_find_fates (imap->mailbase, imap->reader, imap->info, error);
}

static gboolean
is_looked_at (Incoming *incoming, const StoreFolder *folder)
{
  return incoming->looked_at ? folder->id == incoming->looked_at : folder->role == STORE_ROLE_INBOX;
}

/* Other folders are looked into again with the next look at all; of this one the person is told,
 * when the others are done. @failure: (transfer full) */
static gboolean
bear_refusal (Incoming *incoming, GError *failure, GError **error)
{
  EngineImap *imap = incoming->imap;

  if (!net_session_is_over (imap->session))
    imap->news = imap->behind = FALSE;
  if (imap->folder && is_looked_at (incoming, imap->folder) && !incoming->refused)
    incoming->refused = g_error_copy (failure);
  return pass_over (incoming, failure, error);
}

static gboolean
sync_folder (Incoming *incoming, gboolean *complete, GError **error)
{
  GError *failure = NULL;

  if (engine_imap_sync (incoming->imap, complete, &failure))
    return TRUE;
  *complete = TRUE;
  return bear_refusal (incoming, failure, error);
}

static gboolean
sync_next (Incoming *incoming, GError **error)
{
  guint index = next_changed (incoming);
  StoreFolder *folder = g_ptr_array_index (incoming->changed, index);
  gboolean there, complete = TRUE;

  engine_worker_tell (incoming->worker, ENGINE_STATE_BUSY, _ ("Looking what changed"));
  if (!select_fresh (incoming, folder->id, &there, error) ||
      (there && !sync_folder (incoming, &complete, error)) || !find_fates (incoming, error))
    return FALSE;
  if (complete)
    g_ptr_array_remove_index (incoming->changed, index);
  if (incoming->changed->len == 0)
    engine_imap_collect_adrift (incoming->imap);
  incoming->bodies = TRUE;
  return TRUE;
}

/* While letters come, nobody is there to hear what is new: it is looked for more often. */
static gboolean
keep_folder (Incoming *incoming, gboolean *complete, GError **error)
{
  GError *failure = NULL;
  gboolean good;

  incoming->next_look = MIN (incoming->next_look, net_clock_now () + LOOK_WHILE_KEEPING);
  incoming->keeping = TRUE;
  good = engine_imap_keep (incoming->imap, complete, &failure);
  incoming->keeping = FALSE;
  if (good)
    return TRUE;
  *complete = TRUE;
  return bear_refusal (incoming, failure, error);
}

/* One folder's missing letters; the one on screen first. */
static gboolean
keep_next (Incoming *incoming, GError **error)
{
  EngineImap *imap = incoming->imap;
  g_autoptr (GPtrArray) folders = store_reader_folders (imap->reader, error);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_DOWNLOAD, NULL);
  gboolean complete = TRUE;

  for (guint i = 0; folders && complete && i < folders->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (folders, i);
      g_autoptr (GArray) missing = NULL;
      gboolean there;

      if (folder->place != STORE_PLACE_SERVER || !folder->selectable ||
          !engine_imap_keeps (imap->info) || folder->copies >= folder->total)
        continue;
      missing = store_reader_missing_bodies (imap->reader, folder->id, 0, 1, error);
      if (!missing)
        return FALSE;
      if (missing->len == 0)
        continue;
      imap->cause = cause;
      if (!select_fresh (incoming, folder->id, &there, error) ||
          (there && !keep_folder (incoming, &complete, error)))
        return FALSE;
      imap->cause = incoming->cause;
    }
  incoming->bodies = !complete;
  engine_worker_push (incoming->worker->account->indexer, ENGINE_JOB_RING, 0, FALSE, NULL);
  return folders != NULL;
}

/* What the server told of other folders. */
static gboolean
hear_of_others (Incoming *incoming, GError **error)
{
  EngineImap *imap = incoming->imap;
  g_autoptr (GPtrArray) changed = NULL;

  incoming->look = incoming->look || imap->tree;
  imap->tree = FALSE;
  if (!engine_imap_changed_elsewhere (imap, &changed, error))
    return FALSE;
  for (guint i = 0; i < changed->len; i++)
    g_ptr_array_add (incoming->changed, store_folder_ref (g_ptr_array_index (changed, i)));
  return TRUE;
}

static gboolean
hear_news (Incoming *incoming, GError **error)
{
  EngineImap *imap = incoming->imap;

  if (imap->tree || imap->elsewhere->len > 0)
    return hear_of_others (incoming, error);
  if (imap->folder)
    g_ptr_array_add (incoming->changed, store_folder_ref (imap->folder));
  imap->news = imap->behind = FALSE;
  return TRUE;
}

static gboolean
watch (Incoming *incoming, GError **error)
{
  EngineImap *imap = incoming->imap;
  g_autoptr (StoreFolder) inbox =
      store_reader_folder_by_role (imap->reader, STORE_ROLE_INBOX, NULL);
  g_autoptr (BaseCause) cause = NULL;
  gint64 id = incoming->looked_at ? incoming->looked_at : (inbox ? inbox->id : 0);
  gboolean there = FALSE, good;

  if (incoming->refused)
    {
      g_propagate_error (error, g_steal_pointer (&incoming->refused));
      return FALSE;
    }
  if (!select_fresh (incoming, id, &there, error) ||
      (!there && inbox && !select_fresh (incoming, inbox->id, &there, error)))
    return FALSE;
  if (has_news (imap))
    return hear_news (incoming, error);
  engine_worker_tell (incoming->worker, ENGINE_STATE_IDLE, NULL);
  cause = base_cause_new (BASE_CAUSE_WATCH, imap->folder ? imap->folder->name : NULL);
  imap->cause = cause;
  good = engine_imap_watch (imap, MIN (incoming->next_look, incoming->next_draft), error);
  imap->cause = incoming->cause;
  return good;
}

/* The folder has changed then, and tells of it when it is looked into. */
static gboolean
put_drafts (Incoming *incoming, GError **error)
{
  EngineImap *imap = incoming->imap;
  g_autoptr (StoreFolder) folder =
      store_reader_folder_by_role (imap->reader, STORE_ROLE_DRAFTS, NULL);
  gint64 next = 0;

  if (!engine_imap_drafts (imap, DRAFT_QUIET, &next, error))
    return FALSE;
  incoming->next_draft = next ? net_clock_now () + next : G_MAXINT64;
  if (folder && imap->folder && imap->folder->id == folder->id)
    g_ptr_array_add (incoming->changed, store_folder_ref (folder));
  return TRUE;
}

/* What somebody wants to read meanwhile comes over the second connection. */
static gboolean
work_long (Incoming *incoming, gboolean (*work) (Incoming *, GError **), GError **error)
{
  gboolean good;

  g_atomic_int_set (&incoming->worker->busy, 1);
  good = work (incoming, error);
  g_atomic_int_set (&incoming->worker->busy, 0);
  return good;
}

/* What is refused for now keeps no letter from coming; it is told when all else is done. */
static gboolean
play_journal (Incoming *incoming, GError **error)
{
  g_autoptr (GError) later = NULL;

  if (!engine_imap_journal (incoming->imap, &later, error))
    return FALSE;
  if (later && !incoming->refused)
    incoming->refused = g_steal_pointer (&later);
  return TRUE;
}

/* One step of the session, the most urgent first. */
static gboolean
one_step (Incoming *incoming, GError **error)
{
  if (!take_jobs (incoming, error))
    return FALSE;
  if (incoming->stop || incoming->restart)
    return TRUE;
  if (incoming->play)
    {
      incoming->play = FALSE;
      return play_journal (incoming, error);
    }
  if (incoming->look || net_clock_now () >= incoming->next_look)
    return look_at_all (incoming, error);
  if (net_clock_now () >= incoming->next_draft)
    return put_drafts (incoming, error);
  if (incoming->changed && incoming->changed->len > 0)
    return work_long (incoming, sync_next, error);
  if (has_news (incoming->imap))
    return hear_news (incoming, error);
  if (incoming->bodies)
    return work_long (incoming, keep_next, error);
  return watch (incoming, error);
}

static gboolean
one_session (Incoming *incoming, GError **error)
{
  gboolean good = TRUE;

  engine_worker_tell (incoming->worker, ENGINE_STATE_CONNECTING, _ ("Connecting"));
  incoming->imap = connect_imap (incoming, error);
  if (!incoming->imap)
    return FALSE;
  incoming->imap->cause = incoming->cause;
  g_clear_error (&incoming->refused);
  /* The folders must be known before the journal names them. */
  incoming->look = incoming->play = TRUE;
  incoming->restart = FALSE;
  incoming->next_draft = net_clock_now ();
  good = look_at_all (incoming, error);
  while (good && !incoming->stop && !incoming->restart)
    good = one_step (incoming, error);
  incoming->imap->cause = incoming->cause;
  g_clear_pointer (&incoming->imap, engine_imap_free);
  return good;
}

void
engine_incoming_imap (EngineWorker *worker)
{
  Incoming incoming = { .worker = worker,
                        .cause = base_cause_new (BASE_CAUSE_CONNECT, NULL),
                        .told = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL) };

  while (!incoming.stop)
    {
      g_autoptr (GError) error = NULL;

      if (!one_session (&incoming, &error) && !engine_worker_wait_error (worker, error))
        break;
    }
  g_clear_pointer (&incoming.changed, g_ptr_array_unref);
  g_clear_error (&incoming.refused);
  g_hash_table_unref (incoming.told);
  base_cause_unref (incoming.cause);
}

/* --- POP3 --- */

static gboolean
collect (EngineWorker *worker, const BaseCause *cause, const EnginePop3Wish *wish, GError **error)
{
  EngineConnect connect;
  EngineWork work = { .progress = engine_worker_tell_progress, .data = worker };
  g_autoptr (StoreReader) reader = NULL;
  gboolean good;

  engine_worker_tell (worker, ENGINE_STATE_CONNECTING, _ ("Connecting"));
  if (!engine_account_prepare (
          worker->account, cause, worker->cancellable, worker->waker, &connect, error))
    return FALSE;
  good = engine_pop3_visit (&connect, worker->account->mailbase, wish, &work, NULL, error);
  base_secret_unref (connect.password);
  reader = good ? store_mailbase_reader (worker->account->mailbase, error) : NULL;
  good = reader &&
         engine_outbox_find_fates (worker->account->mailbase, reader, worker->account->info, error);
  worker->not_before = engine_pop3_next_visit (worker->account->mailbase);
  return good;
}

static gboolean
has_deletions (EngineWorker *worker)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (worker->account->mailbase, NULL);
  g_autoptr (GPtrArray) entries = reader ? store_reader_journal (reader, NULL) : NULL;

  for (guint i = 0; entries && i < entries->len; i++)
    if (((StoreJournalEntry *) g_ptr_array_index (entries, i))->kind == STORE_JOURNAL_DELETE)
      return TRUE;
  return FALSE;
}

/* @when: by the account's clock. */
static gint64
monotonic_of (EngineWorker *worker, gint64 when)
{
  return g_get_monotonic_time () + MAX (0, when - store_mailbase_now (worker->account->mailbase));
}

/* Waits until it is time to collect; the cause of it, or NULL to stop. @message: only this one. */
static BaseCause *
wait_for_time (EngineWorker *worker, gint64 until, gint64 *message)
{
  *message = 0;
  for (;;)
    {
      g_autoptr (EngineJob) job = engine_worker_next (worker, until);

      if (!job)
        return base_cause_new (BASE_CAUSE_SYNC, NULL);
      if (job->kind == ENGINE_JOB_STOP)
        return NULL;
      if (job->kind == ENGINE_JOB_BODY)
        *message = job->id;
      if (job->kind == ENGINE_JOB_REFRESH || job->kind == ENGINE_JOB_NETWORK ||
          job->kind == ENGINE_JOB_RESUME || job->kind == ENGINE_JOB_BODY)
        return job->cause ? base_cause_ref (job->cause) : base_cause_new (BASE_CAUSE_SYNC, NULL);
      /* Nobody waits for a deletion: it keeps to the pause that the server asks for. */
      if (job->kind == ENGINE_JOB_RING && has_deletions (worker))
        {
          if (worker->not_before <= store_mailbase_now (worker->account->mailbase))
            return base_cause_new (BASE_CAUSE_DELETE, NULL);
          until = MIN (until, monotonic_of (worker, worker->not_before));
        }
    }
}

void
engine_incoming_pop3 (EngineWorker *worker)
{
  g_autoptr (BaseCause) cause = NULL;
  EnginePop3Wish wish = { 0 };
  gint64 next = 0; /* when all are collected again */

  worker->not_before = engine_pop3_next_visit (worker->account->mailbase);
  cause = worker->not_before
              ? wait_for_time (worker, monotonic_of (worker, worker->not_before), &wish.message)
              : base_cause_new (BASE_CAUSE_CONNECT, NULL);
  while (cause)
    {
      g_autoptr (GError) error = NULL;
      gboolean good = collect (worker, cause, &wish, &error);

      engine_worker_push (worker->account->indexer, ENGINE_JOB_RING, 0, FALSE, NULL);
      if (!good)
        {
          if (!engine_worker_wait_error (worker, error))
            break;
          /* One letter that does not come keeps no others away. */
          wish.others = TRUE;
          continue;
        }
      engine_worker_tell (worker, ENGINE_STATE_IDLE, NULL);
      if (wish.message == 0 || wish.others || next == 0)
        next = g_get_monotonic_time () + ENGINE_LOOK_EVERY;
      wish = (EnginePop3Wish){ 0 };
      g_clear_pointer (&cause, base_cause_unref);
      cause = wait_for_time (
          worker, MAX (next, monotonic_of (worker, worker->not_before)), &wish.message);
    }
}
