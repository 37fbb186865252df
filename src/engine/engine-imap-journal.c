/* Plays what was done here to the server. An entry is RUNNING before its command goes out; one
 * found RUNNING at the start was cut off by a crash, and the server is asked what became of it
 * before anything that is not the same when done twice (COPY, APPEND) is said again. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-plan.h"

/* One play, and what is learned while it runs. */
typedef struct
{
  EngineImap *imap;
  const EnginePlay *play;
  StoreJournalEntry **entries; /* the play's: one for each message */
  guint n;
  guint32 *uids;        /* of each entry in the selected folder; 0: no longer there */
  guint32 *target_uids; /* COPYUID, APPENDUID; 0: not told */
  guint32 target_validity;
  const char *verb; /* what proved it, for the ledger */
  StoreFolder *target;
  char *why;            /* nullable: what a person is told of a refusal */
  StoreFolder *renamed; /* nullable: the target under the name it is made with */
} Group;

/* Message-ID of a message, also of one that no folder shows any more. (transfer full) (nullable) */
static char *
dup_message_id (EngineImap *imap, gint64 message)
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

/* An entry may have learned its UID from the one before it, since the journal was read. */
static guint32
learned_uid (EngineImap *imap, const StoreJournalEntry *entry)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (imap->reader, NULL);

  for (guint i = 0; entries && i < entries->len; i++)
    {
      const StoreJournalEntry *again = g_ptr_array_index (entries, i);

      if (again->id == entry->id && again->uidvalidity == imap->uidvalidity)
        return again->uid;
    }
  return 0;
}

/* A UID that is not known, or of another UIDVALIDITY, is looked for by Message-ID. */
static gboolean
find_uid (EngineImap *imap, const StoreJournalEntry *entry, guint32 *uid, GError **error)
{
  g_autofree char *id = NULL;
  g_autoptr (GArray) uids = NULL;

  *uid = entry->uid == 0 ? learned_uid (imap, entry) : 0;
  if (*uid != 0)
    return TRUE;
  if (entry->uid != 0 && (entry->uidvalidity == 0 || entry->uidvalidity == imap->uidvalidity))
    {
      *uid = entry->uid;
      return TRUE;
    }
  id = dup_message_id (imap, entry->message);
  if (!id)
    return TRUE;
  uids = engine_imap_find_message_id (imap, id, error);
  *uid = last_uid (uids);
  return uids != NULL;
}

static ImapSet *
uid_set (const Group *group)
{
  return engine_imap_set (group->uids, group->n);
}

static gboolean
has_uids (const Group *group)
{
  for (guint i = 0; i < group->n; i++)
    if (group->uids[i] != 0)
      return TRUE;
  return FALSE;
}

/* --- what becomes of the entries --- */

static gboolean
write_running (StoreTx *tx, gpointer data, GError **error)
{
  Group *group = data;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < group->n; i++)
    g_array_append_val (ids, group->entries[i]->id);
  for (guint i = 0; i < group->play->merged->len; i++)
    g_array_append_val (ids, ((StoreJournalEntry *) group->play->merged->pdata[i])->id);
  return store_tx_journal_running (tx, (const gint64 *) ids->data, ids->len, error);
}

static gboolean
mark_running (Group *group, gboolean sync, GError **error)
{
  return store_mailbase_write (
      group->imap->mailbase, STORE_PRIORITY_CLICK, sync, write_running, group, error);
}

static gboolean
write_done (StoreTx *tx, gpointer data, GError **error)
{
  Group *group = data;

  for (guint i = 0; i < group->n; i++)
    {
      const StoreJournalEntry *entry = group->entries[i];

      if (group->target_uids[i] != 0 && entry->placement != 0 &&
          !store_tx_set_uid (
              tx, entry->placement, group->target_validity, group->target_uids[i], error))
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
mark_done (Group *group, GError **error)
{
  return store_mailbase_write (
      group->imap->mailbase, STORE_PRIORITY_CLICK, FALSE, write_done, group, error);
}

typedef struct
{
  Group *group;
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
mark_failed (Group *group, GError *why, GError **error)
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
store_command (const Group *group, int mode, guint flags)
{
  g_autoptr (ImapSet) set = uid_set (group);
  char *forwarded[] = { (char *) "$Forwarded", NULL };
  ImapFlags wanted = {
    .bits = flags & ~(guint) STORE_FLAG_FORWARDED,
    .keywords = flags & STORE_FLAG_FORWARDED ? forwarded : NULL,
  };

  return imap_command_store (set, mode, &wanted, TRUE);
}

static gboolean
play_flags (Group *group, GError **error)
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
  if (add && !engine_imap_wait_ok (imap, add, what, error))
    return FALSE;
  return !remove || engine_imap_wait_ok (imap, remove, what, error);
}

/* --- deleting --- */

/* Without UIDPLUS only EXPUNGE of everything marked exists; it is said only when that is ours
 * alone, so another client's marks are never acted upon. */
static gboolean
expunge_ours (Group *group, GError **error)
{
  EngineImap *imap = group->imap;
  const char *what = _ ("The server does not remove these messages");
  g_autoptr (ImapSet) ours = uid_set (group);
  g_autoptr (GArray) marked = NULL;

  if (engine_imap_has (imap, "UIDPLUS"))
    {
      group->verb = "UID EXPUNGE";
      return engine_imap_run (imap, imap_command_expunge (ours), what, error);
    }
  marked = engine_imap_deleted_uids (imap, error);
  if (!marked)
    return FALSE;
  for (guint i = 0; i < marked->len; i++)
    if (!imap_set_contains (ours, g_array_index (marked, guint32, i)))
      return TRUE;
  group->verb = "EXPUNGE";
  return engine_imap_run (imap, imap_command_expunge (NULL), what, error);
}

static gboolean
play_delete (Group *group, GError **error)
{
  const char *what = _ ("The server does not delete these messages");
  EngineImap *imap = group->imap;

  group->verb = "UID STORE";
  if (!engine_imap_run (imap, store_command (group, '+', STORE_FLAG_DELETED), what, error))
    return FALSE;
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

/* --- moving --- */

/* RFC 4315 §3: the n-th UID of the first set became the n-th of the second. */
static void
take_copyuid (Group *group, const ImapCode *code)
{
  const ImapRange *from, *to;
  guint n_from, n_to, k = 0;
  guint64 step = 0;

  if (code->type != IMAP_CODE_COPYUID || !code->source || !code->target)
    return;
  n_from = imap_set_ranges (code->source, &from);
  n_to = imap_set_ranges (code->target, &to);
  group->target_validity = (guint32) code->number;
  for (guint r = 0; r < n_from; r++)
    for (guint64 uid = from[r].first; uid <= from[r].last; uid++)
      {
        while (k < n_to && to[k].first + step > to[k].last)
          {
            k++;
            step = 0;
          }
        if (k >= n_to)
          return;
        for (guint i = 0; i < group->n; i++)
          if (group->uids[i] == uid)
            group->target_uids[i] = (guint32) (to[k].first + step);
        step++;
      }
}

static void
moving (EngineImap *imap, ImapEvent *event, gpointer data)
{
  if (event->base.type == IMAP_EVENT_RESPONSE && event->response->type == IMAP_RESPONSE_STATUS)
    take_copyuid (data, &event->response->code);
}

static gboolean
write_name (StoreTx *tx, gpointer data, GError **error)
{
  const Group *group = data;
  g_autofree char *name = g_strconcat (group->imap->prefix, group->target->name, NULL);

  return store_tx_rename_folder (tx, group->target->id, name, error);
}

/* A folder that was thought up here is made where the person's own folders are (RFC 2342). */
static gboolean
name_target (Group *group, GError **error)
{
  EngineImap *imap = group->imap;

  if (!imap->prefix || !imap->prefix[0] || group->target->uidvalidity != 0 ||
      g_str_has_prefix (group->target->name, imap->prefix))
    return TRUE;
  if (!store_mailbase_write (imap->mailbase, STORE_PRIORITY_CLICK, TRUE, write_name, group, error))
    return FALSE;
  g_clear_pointer (&group->renamed, store_folder_unref);
  group->renamed = store_reader_folder (imap->reader, group->target->id, error);
  if (group->renamed)
    group->target = group->renamed;
  return group->renamed != NULL;
}

/* @gone: the answer was NO [TRYCREATE], and the target has been made: say it again. */
static gboolean
made_target (Group *group, const ImapEvent *event, gboolean *made, GError **error)
{
  *made = FALSE;
  if (!event->response || event->response->code.type != IMAP_CODE_TRYCREATE)
    return TRUE;
  if (!name_target (group, error) ||
      !engine_imap_run (group->imap,
                        imap_command_mailbox (IMAP_VERB_CREATE, group->target->name),
                        _ ("The server does not make the folder"),
                        error))
    return FALSE;
  *made = TRUE;
  return TRUE;
}

static gboolean
say_copy (Group *group, gboolean move, GError **error)
{
  EngineImap *imap = group->imap;
  const char *what = _ ("The server does not move these messages");
  g_autoptr (ImapSet) set = uid_set (group);

  for (guint try = 0;; try++)
    {
      g_autoptr (BaseEvent) event = NULL;
      gboolean made = FALSE;

      imap->func = moving;
      imap->func_data = group;
      event = (BaseEvent *) engine_imap_wait (
          imap,
          engine_imap_submit (imap, imap_command_copy (set, group->target->name, move)),
          error);
      imap->func = NULL;
      if (!event)
        return FALSE;
      if (event->outcome == BASE_OUTCOME_OK)
        {
          if (((ImapEvent *) event)->response)
            take_copyuid (group, &((ImapEvent *) event)->response->code);
          return TRUE;
        }
      if (try == 0 && !made_target (group, (ImapEvent *) event, &made, error))
        return FALSE;
      if (!made)
        {
          engine_imap_set_refused (imap, (ImapEvent *) event, what, error);
          return FALSE;
        }
    }
}

/* By Gmail's labels. The letters' UIDs in All Mail are known here once it was synchronised. *@said:
 * FALSE, some are not. */
static gboolean
play_labels (Group *group, int mode, const char *label, gboolean *said, GError **error)
{
  EngineImap *imap = group->imap;
  StoreFolder *all = mode == '-' ? group->target : NULL;
  const char *labels[] = { label, NULL };
  g_autoptr (ImapSet) set = imap_set_new ();

  *said = FALSE;
  for (guint i = 0; i < group->n; i++)
    {
      guint32 uid = group->uids[i];

      if (all && uid != 0)
        uid = group->target_uids[i] =
            engine_imap_uid_in (imap, group->entries[i]->message, all->id);
      if (uid == 0 && group->uids[i] != 0)
        {
          memset (group->target_uids, 0, group->n * sizeof (guint32));
          return TRUE;
        }
      if (uid != 0)
        imap_set_add (set, uid, uid);
    }
  *said = TRUE;
  group->target_validity = all ? all->uidvalidity : 0;
  group->verb = "UID STORE";
  return (!all || engine_imap_select (imap, all, error)) &&
         engine_imap_run (imap,
                          imap_command_store_labels (set, mode, labels),
                          _ ("The server does not change the labels of these messages"),
                          error);
}

/* Without MOVE what is removed is the letter, and a copy that nobody told the UID of may be none.
 * Those that somebody else removed meanwhile have none either. */
static gboolean
check_copies (Group *group, StoreFolder *source, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (ImapSet) set = uid_set (group);
  g_autoptr (GArray) arrived = NULL;
  g_autoptr (GArray) left = NULL;
  gboolean told = TRUE;

  for (guint i = 0; i < group->n; i++)
    told = told && (group->uids[i] == 0 || group->target_uids[i] != 0);
  if (told)
    return TRUE;
  arrived = engine_imap_arrivals (imap, group->target, error);
  if (!arrived || !engine_imap_select (imap, source, error))
    return FALSE;
  if (arrived->len >= imap_set_count (set))
    return TRUE;
  left = engine_imap_uids_of (imap, set, error);
  if (!left)
    return FALSE;
  if (arrived->len >= left->len)
    return TRUE;
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_REFUSED,
               _ ("%s said that the messages were copied to “%s”, but they are not there; nothing "
                  "was removed"),
               imap->info->host,
               group->target->name);
  return FALSE;
}

static gboolean
play_move (Group *group, StoreFolder *source, GError **error)
{
  g_autofree char *label = NULL;
  int mode;
  gboolean said = FALSE;

  if (engine_imap_label_move (group->imap, source, group->target, &mode, &label) &&
      !play_labels (group, mode, label, &said, error))
    return FALSE;
  if (said)
    return TRUE;
  if (engine_imap_has (group->imap, "MOVE"))
    {
      group->verb = "UID MOVE";
      return say_copy (group, TRUE, error);
    }
  if (!say_copy (group, FALSE, error) || !check_copies (group, source, error) ||
      !play_delete (group, error))
    return FALSE;
  group->verb = "UID COPY";
  return TRUE;
}

/* A move that a crash cut off. *@arrived: it is in the target already, as *@uid there. */
static gboolean
find_in_target (Group *group, gboolean *arrived, GError **error)
{
  EngineImap *imap = group->imap;
  g_autofree char *id = dup_message_id (imap, group->entries[0]->message);
  g_autoptr (GArray) known = NULL;
  g_autoptr (GArray) uids = NULL;

  *arrived = FALSE;
  if (!id)
    return TRUE;
  if (!engine_imap_select (imap, group->target, error))
    return FALSE;
  uids = engine_imap_find_message_id (imap, id, error);
  known =
      uids ? store_reader_uids (imap->reader, group->target->id, imap->uidvalidity, error) : NULL;
  if (!known)
    return FALSE;
  /* One that is known here by its UID is another copy, and was there before. */
  for (guint i = uids->len; i > 0; i--)
    {
      guint32 uid = g_array_index (uids, guint32, i - 1);
      gboolean old = FALSE;

      for (guint k = 0; k < known->len && !old; k++)
        old = g_array_index (known, guint32, k) == uid;
      if (old)
        continue;
      *arrived = TRUE;
      group->target_uids[0] = uid;
      group->target_validity = imap->uidvalidity;
      return TRUE;
    }
  return TRUE;
}

static gboolean
resume_move (Group *group, StoreFolder *source, GError **error)
{
  EngineImap *imap = group->imap;
  gboolean arrived, there = FALSE;

  if (!find_in_target (group, &arrived, error) || !engine_imap_select (imap, source, error))
    return FALSE;
  if (group->uids[0] != 0 && !engine_imap_uid_exists (imap, group->uids[0], &there, error))
    return FALSE;
  group->verb = "UID MOVE";
  if (arrived)
    return !there || play_delete (group, error);
  return !there || play_move (group, source, error);
}

/* --- putting a copy there --- */

/* RFC 4315 §3: the UIDs in the order of the letters. */
static void
take_appenduid (Group *group, const ImapCode *code)
{
  const ImapRange *ranges;
  guint n_ranges, n = 0;

  if (code->type != IMAP_CODE_APPENDUID || !code->target ||
      imap_set_count (code->target) != group->n)
    return;
  group->target_validity = (guint32) code->number;
  n_ranges = imap_set_ranges (code->target, &ranges);
  for (guint i = 0; i < n_ranges; i++)
    for (guint64 uid = ranges[i].first; uid <= ranges[i].last && n < group->n; uid++)
      group->target_uids[n++] = (guint32) uid;
}

static gboolean
say_append (Group *group, GError **error)
{
  EngineImap *imap = group->imap;
  const char *what = _ ("The server does not take the copy");

  for (guint try = 0;; try++)
    {
      g_autoptr (BaseEvent) event = (BaseEvent *) engine_imap_append (
          imap, group->target->name, group->entries, group->n, error);
      const ImapResponse *response;
      gboolean made = FALSE;

      if (!event)
        return FALSE;
      response = ((ImapEvent *) event)->response;
      if (event->outcome != BASE_OUTCOME_OK && try == 0 &&
          !made_target (group, (ImapEvent *) event, &made, error))
        return FALSE;
      if (made)
        continue;
      if (event->outcome != BASE_OUTCOME_OK)
        {
          engine_imap_set_refused (imap, (ImapEvent *) event, what, error);
          return FALSE;
        }
      if (response)
        take_appenduid (group, &response->code);
      return TRUE;
    }
}

/* What is moved from a folder here leaves it when it is there. */
static gboolean
check_appended (Group *group, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (GArray) arrived = NULL;

  if (group->target_uids[0] != 0)
    return TRUE;
  arrived = engine_imap_arrivals (imap, group->target, error);
  if (!arrived)
    return FALSE;
  if (arrived->len >= group->n)
    return TRUE;
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_REFUSED,
               _ ("%s said that the letter was put into “%s”, but it is not there"),
               imap->info->host,
               group->target->name);
  return FALSE;
}

/* Some servers file what they submit. *@found: how many of the letters are there already. */
static gboolean
find_filed (Group *group, guint *found, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) strangers = NULL;

  *found = 0;
  if (group->target->role != STORE_ROLE_SENT || group->entries[0]->folder != 0)
    return TRUE;
  strangers = engine_imap_strangers (imap, group->target, &local);
  for (guint i = 0; strangers && strangers->len > 0 && !local && i < group->n; i++)
    {
      g_autofree char *id = dup_message_id (imap, group->entries[i]->message);

      if (id)
        engine_imap_find_among (imap, strangers, id, &group->target_uids[i], &local);
      *found += group->target_uids[i] != 0;
    }
  group->target_validity = imap->uidvalidity;
  /* What is put there now need not be counted in what was told of it. */
  engine_imap_forget_folder (imap);
  /* A folder that is not there yet holds none; one that does not search is not asked. */
  if (!local || g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
put_new (Group *group, GError **error)
{
  guint found;

  if (!find_filed (group, &found, error))
    return FALSE;
  if (found == group->n)
    return TRUE;
  if (found > 0)
    {
      /* Then one by one. */
      g_set_error_literal (
          error, ENGINE_ERROR, ENGINE_ERROR_REFUSED, _ ("The server does not take the copy"));
      return FALSE;
    }
  return say_append (group, error) && check_appended (group, error);
}

static gboolean
play_append (Group *group, GError **error)
{
  gboolean arrived = FALSE;

  group->verb = "APPEND";
  if (group->entries[0]->state == STORE_JOURNAL_RUNNING && !find_in_target (group, &arrived, error))
    {
      /* A target that is not there yet cannot hold it. */
      if (!error || !g_error_matches (*error, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
        return FALSE;
      g_clear_error (error);
    }
  return arrived || put_new (group, error);
}

/* --- the run --- */

static gboolean
play_in_folder (Group *group, StoreFolder *source, GError **error)
{
  EngineImap *imap = group->imap;
  const StoreJournalEntry *first = group->entries[0];
  gboolean resumed = group->play->resumed;

  if (!engine_imap_select (imap, source, error))
    return FALSE;
  engine_imap_forget_told (imap);
  for (guint i = 0; i < group->n; i++)
    if (!find_uid (imap, group->entries[i], &group->uids[i], error))
      return FALSE;
  group->verb = "UID SEARCH";
  if (resumed && first->kind == STORE_JOURNAL_MOVE)
    return resume_move (group, source, error);
  /* Someone else removed them: there is nothing left to do. */
  if (!has_uids (group))
    return TRUE;
  if (!resumed && !mark_running (group, first->kind == STORE_JOURNAL_MOVE, error))
    return FALSE;
  switch (first->kind)
    {
    case STORE_JOURNAL_FLAGS:
      return play_flags (group, error);
    case STORE_JOURNAL_MOVE:
      return play_move (group, source, error);
    case STORE_JOURNAL_DELETE:
      return play_delete (group, error);
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
play_group (Group *group, GError **error)
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
    }
  if (first->kind == STORE_JOURNAL_APPEND)
    return (first->state == STORE_JOURNAL_RUNNING || mark_running (group, TRUE, error)) &&
           play_append (group, error);
  source = store_reader_folder (imap->reader, first->folder, error);
  return source && play_in_folder (group, source, error);
}

/* Letters that were to be put together, and cannot be: one by one it is seen which is at fault. */
static gboolean
is_to_be_split (const Group *group, const GError *why)
{
  return group->play->kind == STORE_JOURNAL_APPEND && group->n > 1 &&
         g_error_matches (why, ENGINE_ERROR, ENGINE_ERROR_REFUSED);
}

/* What was not even said to the server was refused here, in words of its own. (transfer full) */
static char *
dup_why (EngineImap *imap, const GError *error)
{
  if (imap->refusal.code == IMAP_CODE_NONE && !imap->refusal.said)
    return g_strdup (error->message);
  return engine_imap_refusal_text (imap);
}

/* *@split: nothing was done, and it is to be tried one by one. */
static gboolean
run_group (Group *group, gboolean *split, GError **error)
{
  EngineImap *imap = group->imap;
  const BaseCause *outer = imap->cause;
  g_autoptr (GError) local = NULL;
  g_autofree char *why = NULL;
  gboolean good;

  g_clear_pointer (&imap->refusal.said, g_free);
  imap->refusal.code = IMAP_CODE_NONE;
  imap->cause = group->play->cause;
  good = play_group (group, &local);
  g_clear_pointer (&group->renamed, store_folder_unref);
  imap->cause = outer;
  if (good)
    return mark_done (group, error);
  *split = is_to_be_split (group, local);
  group->why = why = dup_why (imap, local);
  return *split || mark_failed (group, g_steal_pointer (&local), error);
}

static gboolean
run_play (EngineImap *imap, const EnginePlay *play, gboolean *split, GError **error)
{
  guint n = play->entries->len;
  g_autofree guint32 *uids = g_new0 (guint32, n);
  g_autofree guint32 *target_uids = g_new0 (guint32, n);
  Group group = {
    .imap = imap,
    .play = play,
    .entries = (StoreJournalEntry **) play->entries->pdata,
    .n = n,
    .uids = uids,
    .target_uids = target_uids,
  };

  return run_group (&group, split, error);
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

/* At most @size of its messages at a time. What is merged is done when all are. */
static gboolean
run_slices (EngineImap *imap, const EnginePlay *play, guint size, GError **error)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  for (guint i = 0; i < play->entries->len;)
    {
      g_autoptr (GPtrArray) entries = g_ptr_array_new ();
      EnginePlay slice = *play;
      gboolean split = FALSE;
      guint end = i + slice_size (play, i, size);

      for (; i < end; i++)
        g_ptr_array_add (entries, play->entries->pdata[i]);
      slice.entries = entries;
      slice.merged = i < play->entries->len ? nothing : play->merged;
      if (play->kind == STORE_JOURNAL_APPEND)
        slice.cause = ((StoreJournalEntry *) entries->pdata[0])->cause;
      if (!run_play (imap, &slice, &split, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
engine_imap_journal (EngineImap *imap, GError **error)
{
  g_autoptr (GPtrArray) entries = store_reader_journal (imap->reader, error);
  g_autoptr (GPtrArray) plays = entries ? engine_plan_journal (entries) : NULL;

  for (guint i = 0; plays && i < plays->len; i++)
    {
      const EnginePlay *play = g_ptr_array_index (plays, i);
      guint limit = engine_imap_message_limit (imap);
      gboolean split = play->kind == STORE_JOURNAL_APPEND && play->entries->len > 1 &&
                       !engine_imap_has (imap, "MULTIAPPEND");

      if (!split && slice_size (play, 0, limit) < play->entries->len)
        {
          if (!run_slices (imap, play, limit, error))
            return FALSE;
          continue;
        }
      if (!split && !run_play (imap, play, &split, error))
        return FALSE;
      if (split && !run_slices (imap, play, 1, error))
        return FALSE;
    }
  return plays != NULL;
}
