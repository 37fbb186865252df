/* Plays what was done here to the server. An entry is RUNNING before its command goes out; one
 * found RUNNING at the start was cut off by a crash, and the server is asked what became of it
 * before anything that is not the same when done twice (COPY, APPEND) is said again. */
#include "config.h"

#include "engine-imap-group.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"

char *
engine_imap_dup_message_id (EngineImap *imap, gint64 message)
{
  g_autoptr (GPtrArray) rows = store_reader_placements (imap->reader, message, NULL);

  for (guint i = 0; rows && i < rows->len; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);

      if (row->message_id)
        return g_strdup (row->message_id);
    }
  return NULL;
}

static guint32
last_uid (GArray *uids)
{
  return uids && uids->len > 0 ? g_array_index (uids, guint32, uids->len - 1) : 0;
}

/* An entry may have learned its UID from the one before it, since the journal was read: guint32 by
 * the entry's id. (transfer full) */
static GHashTable *
read_learned (EngineImap *imap, GError **error)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (imap->reader, error);
  GHashTable *learned;

  if (!entries)
    return NULL;
  learned = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (entries, i);

      if (entry->uidvalidity == imap->uidvalidity)
        g_hash_table_insert (
            learned, g_memdup2 (&entry->id, sizeof entry->id), GUINT_TO_POINTER (entry->uid));
    }
  return learned;
}

/* Where UIDs were found to be other letters', what was read before means nothing. */
static gboolean
may_have_learned (EngineImap *imap, const StoreJournalEntry *entry)
{
  return entry->uid == 0 || imap->rebuilds > 0;
}

/* A UID that is not known, or of another UIDVALIDITY, is looked for by Message-ID. @learned: see
 * read_learned(); needed where it may have. */
static gboolean
find_uid (EngineImap *imap,
          const StoreJournalEntry *entry,
          GHashTable *learned,
          guint32 *uid,
          GError **error)
{
  g_autofree char *id = NULL;
  g_autoptr (GArray) uids = NULL;

  *uid = may_have_learned (imap, entry)
             ? GPOINTER_TO_UINT (g_hash_table_lookup (learned, &entry->id))
             : 0;
  if (*uid != 0)
    return TRUE;
  if (entry->uid != 0 && imap->rebuilds == 0 &&
      (entry->uidvalidity == 0 || entry->uidvalidity == imap->uidvalidity))
    {
      *uid = entry->uid;
      return TRUE;
    }
  id = engine_imap_dup_message_id (imap, entry->message);
  if (!id)
    return TRUE;
  uids = engine_imap_find_message_id (imap, id, 1, error);
  *uid = last_uid (uids);
  return uids != NULL;
}

ImapSet *
engine_imap_group_uids (const EngineImapGroup *group)
{
  return engine_imap_set (group->uids, group->n);
}

gboolean
engine_imap_group_has_uids (const EngineImapGroup *group)
{
  for (guint i = 0; i < group->n; i++)
    if (group->uids[i] != 0)
      return TRUE;
  return FALSE;
}

gboolean
engine_imap_group_leave_gone (EngineImapGroup *group,
                              const ImapEvent *event,
                              gboolean *fewer,
                              GError **error)
{
  g_autoptr (ImapSet) set = engine_imap_group_uids (group);
  g_autoptr (GArray) left = NULL;

  *fewer = FALSE;
  if (!event->response || event->response->code.type != IMAP_CODE_EXPUNGEISSUED)
    return TRUE;
  left = engine_imap_uids_of (group->imap, set, error);
  for (guint i = 0; left && i < group->n; i++)
    if (group->uids[i] != 0 &&
        !g_array_binary_search (left, &group->uids[i], engine_imap_compare_uids, NULL))
      {
        group->uids[i] = 0;
        *fewer = TRUE;
      }
  return left != NULL;
}

/* --- what becomes of the entries --- */

static gboolean
write_running (StoreTx *tx, gpointer data, GError **error)
{
  EngineImapGroup *group = data;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean waits;

  for (guint i = 0; i < group->n; i++)
    g_array_append_val (ids, group->entries[i]->id);
  for (guint i = 0; i < group->play->merged->len; i++)
    g_array_append_val (ids, ((StoreJournalEntry *) group->play->merged->pdata[i])->id);
  if (!store_tx_journal_running (tx, (const gint64 *) ids->data, ids->len, &waits, error))
    return FALSE;
  group->outdated = !waits;
  return TRUE;
}

/* The last moment to take a wish back: what comes after it is answered by the opposite. Others went
 * with one that was refused, on which they had built. */
static gboolean
mark_running (EngineImapGroup *group, gboolean sync, GError **error)
{
  return store_mailbase_write (
      group->imap->mailbase, STORE_PRIORITY_CLICK, sync, write_running, group, error);
}

static gboolean
write_done (StoreTx *tx, gpointer data, GError **error)
{
  EngineImapGroup *group = data;

  for (guint i = 0; i < group->n; i++)
    {
      const StoreJournalEntry *entry = group->entries[i];

      if (group->target_uids[i] != 0 && entry->placement != 0 &&
          !store_tx_promise_uid (tx,
                                 entry->placement,
                                 group->target_id,
                                 group->target_validity,
                                 group->target_uids[i],
                                 error))
        return FALSE;
      if (!store_tx_journal_done (tx, entry->id, group->verb, error))
        return FALSE;
    }
  for (guint i = 0; i < group->play->merged->len; i++)
    if (!store_tx_journal_done (
            tx, ((StoreJournalEntry *) group->play->merged->pdata[i])->id, group->verb, error))
      return FALSE;
  return TRUE;
}

static gboolean
mark_done (EngineImapGroup *group, GError **error)
{
  return store_mailbase_write (
      group->imap->mailbase, STORE_PRIORITY_CLICK, FALSE, write_done, group, error);
}

typedef struct
{
  EngineImapGroup *group;
  gboolean stuck;
  const char *why;
} Failure;

static gboolean
write_failed (StoreTx *tx, gpointer data, GError **error)
{
  Failure *failure = data;

  const EnginePlay *play = failure->group->play;

  /* The last first: each is put back to what was before it. */
  for (guint i = play->merged->len; i > 0; i--)
    if (!store_tx_journal_failed (tx,
                                  ((StoreJournalEntry *) play->merged->pdata[i - 1])->id,
                                  failure->stuck,
                                  failure->why,
                                  error))
      return FALSE;
  for (guint i = 0; i < failure->group->n; i++)
    if (!store_tx_journal_failed (
            tx, failure->group->entries[i]->id, failure->stuck, failure->why, error))
      return FALSE;
  return TRUE;
}

/* A refusal for good sticks to the entry; anything else ends the run, and the entry waits. */
static gboolean
mark_failed (EngineImapGroup *group, GError *why, GError **error)
{
  gboolean stuck = g_error_matches (why, ENGINE_ERROR, ENGINE_ERROR_REFUSED);
  Failure failure = { group, stuck, group->why };
  gboolean written;

  if (!stuck)
    {
      g_propagate_error (error, why);
      return FALSE;
    }
  written = store_mailbase_write (
      group->imap->mailbase, STORE_PRIORITY_CLICK, FALSE, write_failed, &failure, error);
  g_error_free (why);
  return written;
}

/* --- flags --- */

static ImapCommand *
store_command (const EngineImapGroup *group, int mode, guint flags)
{
  g_autoptr (ImapSet) set = engine_imap_group_uids (group);
  char *forwarded[] = { (char *) "$Forwarded", NULL };
  ImapFlags wanted = {
    .bits = flags & ~(guint) STORE_FLAG_FORWARDED,
    .keywords = flags & STORE_FLAG_FORWARDED ? forwarded : NULL,
  };

  return imap_command_store (set, mode, &wanted, TRUE);
}

/* What was said as @exchange; again, where letters were removed in that moment. */
static gboolean
wait_store (EngineImapGroup *group,
            guint64 exchange,
            int mode,
            guint flags,
            const char *what,
            GError **error)
{
  EngineImap *imap = group->imap;

  for (;;)
    {
      g_autoptr (BaseEvent) event = (BaseEvent *) engine_imap_wait (imap, exchange, error);
      gboolean fewer;

      if (!event)
        return FALSE;
      if (event->outcome == BASE_OUTCOME_OK)
        return TRUE;
      if (!engine_imap_group_leave_gone (group, (ImapEvent *) event, &fewer, error))
        return FALSE;
      if (!fewer)
        {
          engine_imap_set_refused (imap, (ImapEvent *) event, what, error);
          return FALSE;
        }
      if (!engine_imap_group_has_uids (group))
        return TRUE;
      exchange = engine_imap_submit (imap, store_command (group, mode, flags));
    }
}

static gboolean
play_flags (EngineImapGroup *group, GError **error)
{
  EngineImap *imap = group->imap;
  const EnginePlay *play = group->play;
  const char *what = _ ("The server does not change the marks of these messages");
  /* A server without keywords may take one for a mistake in all of the command. */
  guint lasting = imap->no_keywords ? ~(guint) STORE_FLAG_FORWARDED : ~0U;
  guint64 add = 0, remove = 0;

  if (play->flags_add & lasting)
    add = engine_imap_submit (imap, store_command (group, '+', play->flags_add & lasting));
  if (play->flags_remove & lasting)
    remove = engine_imap_submit (imap, store_command (group, '-', play->flags_remove & lasting));
  group->verb = "UID STORE";
  if (add && !wait_store (group, add, '+', play->flags_add & lasting, what, error))
    return FALSE;
  return !remove || wait_store (group, remove, '-', play->flags_remove & lasting, what, error);
}

/* --- deleting --- */

gboolean
engine_imap_expunge (
    EngineImap *imap, ImapSet *ours, const char *what, const char **verb, GError **error)
{
  g_autoptr (GArray) marked = NULL;

  if (engine_imap_has (imap, "UIDPLUS"))
    {
      *verb = "UID EXPUNGE";
      return engine_imap_run (imap, imap_command_expunge (ours), what, error);
    }
  marked = engine_imap_deleted_uids (imap, error);
  if (!marked)
    return FALSE;
  for (guint i = 0; i < marked->len; i++)
    if (!imap_set_contains (ours, g_array_index (marked, guint32, i)))
      return TRUE;
  *verb = "EXPUNGE";
  return engine_imap_run (imap, imap_command_expunge (NULL), what, error);
}

static gboolean
expunge_ours (EngineImapGroup *group, GError **error)
{
  g_autoptr (ImapSet) ours = engine_imap_group_uids (group);

  return engine_imap_expunge (
      group->imap, ours, _ ("The server does not remove these messages"), &group->verb, error);
}

gboolean
engine_imap_group_delete (EngineImapGroup *group, GError **error)
{
  const char *what = _ ("The server does not delete these messages");
  EngineImap *imap = group->imap;
  guint64 marking = engine_imap_submit (imap, store_command (group, '+', STORE_FLAG_DELETED));

  group->verb = "UID STORE";
  if (!wait_store (group, marking, '+', STORE_FLAG_DELETED, what, error))
    return FALSE;
  if (!engine_imap_group_has_uids (group))
    return TRUE;
  if (expunge_ours (group, error))
    return TRUE;
  /* Marked, they would go with whatever another program removes next. What is told is why they
   * were not removed. */
  if (!net_session_is_over (imap->session))
    {
      g_autoptr (BaseEvent) event = (BaseEvent *) engine_imap_wait (
          imap, engine_imap_submit (imap, store_command (group, '-', STORE_FLAG_DELETED)), NULL);
    }
  return FALSE;
}

/* --- the run --- */

static gboolean
find_uids (EngineImapGroup *group, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (GHashTable) learned = NULL;

  for (guint i = 0; i < group->n; i++)
    {
      if (!learned && may_have_learned (imap, group->entries[i]))
        learned = read_learned (imap, error);
      if (!learned && may_have_learned (imap, group->entries[i]))
        return FALSE;
      if (!find_uid (imap, group->entries[i], learned, &group->uids[i], error))
        return FALSE;
    }
  return TRUE;
}

/* Marks can be taken back; those that waited for long are looked at as well. */
#define LONG ((gint64) 60 * G_USEC_PER_SEC)

static gboolean
is_to_be_proved (const EngineImapGroup *group)
{
  return group->entries[0]->kind != STORE_JOURNAL_FLAGS ||
         group->play->cause->when < g_get_real_time () - LONG;
}

/* What was meant is these letters, whatever their UIDs name now. */
static gboolean
find_letters (EngineImapGroup *group, GError **error)
{
  gboolean rebuilt = FALSE;

  if (!find_uids (group, error))
    return FALSE;
  if (engine_imap_group_has_uids (group) && is_to_be_proved (group) &&
      !engine_imap_prove (group->imap, group->entries, group->uids, group->n, &rebuilt, error))
    return FALSE;
  return !rebuilt || find_uids (group, error);
}

static gboolean
play_in_folder (EngineImapGroup *group, StoreFolder *source, GError **error)
{
  EngineImap *imap = group->imap;
  const StoreJournalEntry *first = group->entries[0];
  gboolean resumed = group->play->resumed;
  gboolean move = first->kind == STORE_JOURNAL_MOVE;

  if (!engine_imap_select (imap, source, error))
    return FALSE;
  engine_imap_forget_told (imap);
  if (!find_letters (group, error))
    return FALSE;
  group->verb = "UID SEARCH";
  group->said = TRUE;
  /* Someone else removed them: there is nothing left to do. */
  if (!(resumed && move) && !engine_imap_group_has_uids (group))
    return TRUE;
  if (!mark_running (group, move && !resumed, error))
    return FALSE;
  if (group->outdated)
    return TRUE;
  if (resumed && move)
    return engine_imap_group_resume_move (group, source, error);
  switch (first->kind)
    {
    case STORE_JOURNAL_FLAGS:
      return play_flags (group, error);
    case STORE_JOURNAL_MOVE:
      return engine_imap_group_move (group, source, error);
    case STORE_JOURNAL_DELETE:
      return engine_imap_group_delete (group, error);
    case STORE_JOURNAL_APPEND:
    default:
      return TRUE;
    }
}

/* The folder Sent that sending made up before the server's was known. */
static StoreFolder *
real_target (EngineImap *imap, StoreFolder *target)
{
  g_autoptr (StoreFolder) real = NULL;

  if (target->role != STORE_ROLE_SENT)
    return target;
  real = store_reader_folder_by_role (imap->reader, STORE_ROLE_SENT, NULL);
  if (!real || real->id == target->id || real->place != STORE_PLACE_SERVER)
    return target;
  store_folder_unref (target);
  return g_steal_pointer (&real);
}

static gboolean
play_group (EngineImapGroup *group, GError **error)
{
  EngineImap *imap = group->imap;
  const StoreJournalEntry *first = group->entries[0];
  g_autoptr (StoreFolder) source = NULL;
  g_autoptr (StoreFolder) target = NULL;

  if (first->target != 0)
    {
      target = store_reader_folder (imap->reader, first->target, error);
      if (!target)
        return FALSE;
      target = real_target (imap, g_steal_pointer (&target));
      group->target = target;
      group->target_id = target->id;
    }
  if (first->kind == STORE_JOURNAL_APPEND)
    return mark_running (group, first->state != STORE_JOURNAL_RUNNING, error) &&
           (group->outdated || engine_imap_group_append (group, error));
  source = store_reader_folder (imap->reader, first->folder, error);
  return source && play_in_folder (group, source, error);
}

/* Of the letters that one command was to serve, those that were refused by themselves since one was
 * not. So many in a row are no accident: what is refused then is not tried one by one any more. */
#define ALONE_MAX 8

typedef struct
{
  guint alone;
  gboolean outdated; /* the plan is: no more of it is played */
} Trial;

/* Refusals that are the same for each letter of a folder. */
static gboolean
is_of_all (const EngineImap *imap)
{
  switch ((int) imap->refusal.code)
    {
    case IMAP_CODE_NOPERM:
    case IMAP_CODE_READ_ONLY:
    case IMAP_CODE_NONEXISTENT:
    case IMAP_CODE_CONTACTADMIN:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Whether one letter may have been why all were refused: in smaller parts it is seen which. */
static gboolean
is_to_be_split (const EngineImapGroup *group, const Trial *trial, const GError *why)
{
  if (group->n < 2 || !g_error_matches (why, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
    return FALSE;
  return group->play->kind == STORE_JOURNAL_APPEND ||
         (group->said && trial->alone < ALONE_MAX && !is_of_all (group->imap));
}

/* What was not even said to the server was refused here, in words of its own. (transfer full) */
static char *
dup_why (EngineImap *imap, const GError *error)
{
  if (imap->refusal.code == IMAP_CODE_NONE && !imap->refusal.said)
    return g_strdup (error->message);
  return engine_imap_refusal_text (imap);
}

/* *@split: nothing was done, or it is not known to how many of them, and it is to be tried in
 * parts. */
static gboolean
run_group (EngineImapGroup *group, Trial *trial, gboolean *split, GError **error)
{
  EngineImap *imap = group->imap;
  const BaseCause *outer = imap->cause;
  g_autoptr (GError) local = NULL;
  g_autofree char *why = NULL;
  gboolean good;

  engine_imap_forget_refusal (imap);
  imap->cause = group->play->cause;
  good = play_group (group, &local);
  group->target = NULL;
  g_clear_pointer (&group->renamed, store_folder_unref);
  imap->cause = outer;
  if (good && group->outdated)
    {
      trial->outdated = TRUE;
      return TRUE;
    }
  if (good)
    {
      trial->alone = 0;
      if (imap->folder && imap->folder->id == group->target_id)
        imap->proved = FALSE;
      /* There is more room now, for what is put there next. */
      if (group->play->kind == STORE_JOURNAL_DELETE)
        {
          imap->quota.known = FALSE;
          imap->quota.stale = TRUE;
        }
      return mark_done (group, error);
    }
  *split = is_to_be_split (group, trial, local);
  if (*split)
    return TRUE;
  trial->alone += group->n == 1;
  group->why = why = dup_why (imap, local);
  return mark_failed (group, g_steal_pointer (&local), error);
}

static gboolean
run_play (EngineImap *imap, const EnginePlay *play, Trial *trial, gboolean *split, GError **error)
{
  guint n = play->entries->len;
  g_autofree guint32 *uids = g_new0 (guint32, n);
  g_autofree guint32 *target_uids = g_new0 (guint32, n);
  EngineImapGroup group = {
    .imap = imap,
    .play = play,
    .entries = (StoreJournalEntry **) play->entries->pdata,
    .n = n,
    .uids = uids,
    .target_uids = target_uids,
  };

  return run_group (&group, trial, split, error);
}

/* How many from @first on go into one command. */
static guint
slice_size (const EnginePlay *play, guint first, guint size)
{
  guint n = MIN (size, play->entries->len - first);
  g_autofree guint32 *uids = g_new (guint32, n);

  for (guint i = 0; i < n; i++)
    uids[i] = ((StoreJournalEntry *) play->entries->pdata[first + i])->uid;
  while (n > 1 && !engine_imap_fits_line (uids, n))
    n /= 2;
  return n;
}

static gboolean
run_parts (EngineImap *imap, const EnginePlay *play, guint size, Trial *trial, GError **error);

/* Letters that are put go one by one then; of others by halves. */
static gboolean
run_split (EngineImap *imap, EnginePlay *play, Trial *trial, GError **error)
{
  guint n = play->entries->len;

  /* Some of them may have been moved before the server refused. */
  play->resumed = play->resumed || play->kind == STORE_JOURNAL_MOVE;
  return run_parts (imap, play, play->kind == STORE_JOURNAL_APPEND ? 1 : (n + 1) / 2, trial, error);
}

/* At most @size of its messages at a time. */
static gboolean
run_parts (EngineImap *imap, const EnginePlay *play, guint size, Trial *trial, GError **error)
{
  for (guint i = 0; i < play->entries->len && !trial->outdated;)
    {
      guint n = slice_size (play, i, size);
      g_autoptr (EnginePlay) part = engine_play_part (play, i, n);
      gboolean split = FALSE;

      if (!run_play (imap, part, trial, &split, error) ||
          (split && !run_split (imap, part, trial, error)))
        return FALSE;
      i += n;
    }
  return TRUE;
}

/* What was refused for now, and so waits. */
typedef struct
{
  GError *first;        /* (nullable) */
  GHashTable *messages; /* gint64: with which nothing else is done before */
  gboolean removal;     /* makes the room that others may need */
  guint plays;
} Later;

/* So many are no accident. */
#define LATER_MAX 3

static gboolean
must_wait (const Later *later, const EnginePlay *play)
{
  for (guint i = 0; i < play->entries->len; i++)
    if (g_hash_table_contains (later->messages,
                               &((StoreJournalEntry *) play->entries->pdata[i])->message))
      return TRUE;
  return later->plays >= LATER_MAX || (later->removal && (play->kind == STORE_JOURNAL_MOVE ||
                                                          play->kind == STORE_JOURNAL_APPEND));
}

static void
let_wait (Later *later, const EnginePlay *play)
{
  later->removal = later->removal || play->kind == STORE_JOURNAL_DELETE;
  for (guint i = 0; i < play->entries->len; i++)
    g_hash_table_add (
        later->messages,
        g_memdup2 (&((StoreJournalEntry *) play->entries->pdata[i])->message, sizeof (gint64)));
}

static gboolean
run_one (EngineImap *imap, const EnginePlay *play, Later *later, gboolean *outdated, GError **error)
{
  gboolean alone = play->kind == STORE_JOURNAL_APPEND && !engine_imap_has (imap, "MULTIAPPEND");
  Trial trial = { 0 };
  GError *local = NULL;

  if (must_wait (later, play))
    {
      let_wait (later, play);
      return TRUE;
    }
  if (run_parts (imap, play, alone ? 1 : engine_imap_message_limit (imap), &trial, &local))
    {
      *outdated = trial.outdated;
      return TRUE;
    }
  if (net_session_is_over (imap->session) ||
      !g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_TEMPORARY))
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  later->plays++;
  let_wait (later, play);
  if (later->first)
    g_error_free (local);
  else
    later->first = local;
  return TRUE;
}

/* *@outdated: some of it is to be planned again. */
static gboolean
play_all (EngineImap *imap, Later *later, gboolean *outdated, GError **error)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (imap->reader, error);
  g_autoptr (GPtrArray) plays = entries ? engine_plan_journal (entries) : NULL;
  gboolean good = plays != NULL;

  *outdated = FALSE;
  for (guint i = 0; good && i < plays->len && !*outdated; i++)
    good = run_one (imap, g_ptr_array_index (plays, i), later, outdated, error);
  return good;
}

gboolean
engine_imap_journal (EngineImap *imap, GError **refused, GError **error)
{
  Later later = { .messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL) };
  gboolean outdated, good;

  do
    good = play_all (imap, &later, &outdated, error);
  while (good && outdated);
  engine_imap_renew_quota (imap);
  g_hash_table_unref (later.messages);
  if (later.first && good)
    g_propagate_error (refused, later.first);
  else
    g_clear_error (&later.first);
  return good;
}
