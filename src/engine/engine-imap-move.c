/* Letters moved from folder to folder: by MOVE, by Gmail's labels, or copied and removed. What was
 * cut off is looked for in the target before anything is said again. */
#include "config.h"

#include "engine-imap-group.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"

/* The how-manieth of @set a UID is, from 0 on. */
static gboolean
find_in_set (const ImapSet *set, guint32 uid, guint64 *place)
{
  const ImapRange *ranges;
  guint n = imap_set_ranges (set, &ranges);

  *place = 0;
  for (guint i = 0; i < n; i++)
    {
      guint32 low = MIN (ranges[i].first, ranges[i].last);
      guint32 high = MAX (ranges[i].first, ranges[i].last);

      if (uid >= low && uid <= high)
        {
          *place += uid - low;
          return TRUE;
        }
      *place += (guint64) high - low + 1;
    }
  return FALSE;
}

/* 0: there is none. */
static guint32
uid_at (const ImapSet *set, guint64 place)
{
  const ImapRange *ranges;
  guint n = imap_set_ranges (set, &ranges);

  for (guint i = 0; i < n; i++)
    {
      guint32 low = MIN (ranges[i].first, ranges[i].last);
      guint64 size = (guint64) MAX (ranges[i].first, ranges[i].last) - low + 1;

      if (place < size)
        return (guint32) (low + place);
      place -= size;
    }
  return 0;
}

/* RFC 4315 §3: the n-th UID of the first set became the n-th of the second. The sets may be as
 * large as the server likes: only those that were meant are looked for. */
static void
take_copyuid (EngineImapGroup *group, const ImapCode *code)
{
  /* Unequal numbers say nothing of which became which. */
  if (code->type != IMAP_CODE_COPYUID || !code->source || !code->target ||
      imap_set_count (code->source) != imap_set_count (code->target))
    return;
  group->target_validity = (guint32) code->number;
  for (guint i = 0; i < group->n; i++)
    {
      guint64 place;

      if (group->uids[i] != 0 && find_in_set (code->source, group->uids[i], &place))
        group->target_uids[i] = uid_at (code->target, place);
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
  const EngineImapGroup *group = data;
  g_autofree char *name = g_strconcat (group->imap->prefix, group->target->name, NULL);

  return store_tx_rename_folder (tx, group->target->id, name, error);
}

/* A folder that was thought up here is made where the person's own folders are (RFC 2342). */
static gboolean
name_target (EngineImapGroup *group, GError **error)
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

/* Not all servers say with TRYCREATE that it is the target that is gone: where no other reason is
 * given it is looked for. */
static gboolean
is_without_target (EngineImapGroup *group,
                   const ImapEvent *event,
                   gboolean *without,
                   GError **error)
{
  ImapCodeType code = event->response ? event->response->code.type : IMAP_CODE_NONE;

  *without = code == IMAP_CODE_TRYCREATE;
  if (event->base.outcome == BASE_OUTCOME_TEMPORARY ||
      (code != IMAP_CODE_NONE && code != IMAP_CODE_OTHER && code != IMAP_CODE_NONEXISTENT))
    return TRUE;
  return engine_imap_is_gone (group->imap, group->target, without, error);
}

gboolean
engine_imap_group_make_target (EngineImapGroup *group,
                               const ImapEvent *event,
                               gboolean *made,
                               GError **error)
{
  gboolean without;

  *made = FALSE;
  if (!is_without_target (group, event, &without, error))
    return FALSE;
  if (!without)
    return TRUE;
  /* What is refused from here on is the folder. */
  group->said = FALSE;
  if (!name_target (group, error) ||
      !engine_imap_run (group->imap,
                        imap_command_mailbox (IMAP_VERB_CREATE, group->target->name),
                        _ ("The server does not make the folder"),
                        error))
    return FALSE;
  group->said = TRUE;
  *made = TRUE;
  return TRUE;
}

static gboolean
say_copy (EngineImapGroup *group, gboolean move, GError **error)
{
  EngineImap *imap = group->imap;
  const char *what = _ ("The server does not move these messages");

  for (guint try = 0;; try++)
    {
      g_autoptr (ImapSet) set = engine_imap_group_uids (group);
      g_autoptr (BaseEvent) event = NULL;
      gboolean made = FALSE, fewer;

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
      if (!engine_imap_group_leave_gone (group, (ImapEvent *) event, &fewer, error) ||
          (try == 0 && !engine_imap_group_make_target (group, (ImapEvent *) event, &made, error)))
        return FALSE;
      if (fewer && !engine_imap_group_has_uids (group))
        return TRUE;
      if (!made && !fewer)
        {
          engine_imap_set_refused (imap, (ImapEvent *) event, what, error);
          return FALSE;
        }
    }
}

/* By Gmail's labels. The letters' UIDs in All Mail are known here once it was synchronised. *@said:
 * FALSE, some are not. */
static gboolean
play_labels (EngineImapGroup *group, int mode, const char *label, gboolean *said, GError **error)
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

/* Copies come above what was there: of more letters than these nobody knows anything here. */
#define AMONG 100

/* The letters of the play that came into the target, by what they are. Of those not found the
 * target UID is 0. *@all (nullable): all that came was looked at. */
static gboolean
find_by_headers (EngineImapGroup *group, gboolean *all, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (GArray) uids = engine_imap_strangers (imap, group->target, error);
  g_autoptr (GPtrArray) heads = NULL;
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);

  memset (group->target_uids, 0, group->n * sizeof (guint32));
  if (!uids)
    return FALSE;
  if (all)
    *all = uids->len <= group->n + AMONG;
  if (uids->len > group->n + AMONG)
    g_array_remove_range (uids, 0, uids->len - group->n - AMONG);
  heads = engine_imap_heads (imap, (const guint32 *) uids->data, uids->len, error);
  group->target_validity = imap->uidvalidity;
  for (guint i = 0; heads && i < group->n; i++)
    {
      g_autoptr (StoreIdentity) known = NULL;

      if (!store_reader_identity (imap->reader, group->entries[i]->message, &known, error))
        return FALSE;
      /* The last ones came last. */
      for (guint k = heads->len; known && k > 0 && group->target_uids[i] == 0; k--)
        {
          EngineLetter *head = g_ptr_array_index (heads, k - 1);

          if (store_identity_is_exactly (known, &head->record) && g_hash_table_add (taken, head))
            group->target_uids[i] = head->record.uid;
        }
    }
  return heads != NULL;
}

static gboolean
are_told (EngineImapGroup *group)
{
  for (guint i = 0; i < group->n; i++)
    if (group->uids[i] != 0 && group->target_uids[i] == 0)
      return FALSE;
  return TRUE;
}

/* Whether the UIDs told (COPYUID) are these letters. *@right: all of them. */
static gboolean
check_told (EngineImapGroup *group, gboolean *right, GError **error)
{
  EngineImap *imap = group->imap;
  g_autofree gint64 *messages = g_new (gint64, group->n);
  g_autofree EngineSame *found = g_new0 (EngineSame, group->n);

  *right = FALSE;
  if (!are_told (group))
    return TRUE;
  engine_imap_forget_folder (imap);
  if (!engine_imap_select (imap, group->target, error))
    return FALSE;
  if (imap->uidvalidity != group->target_validity)
    return TRUE;
  for (guint i = 0; i < group->n; i++)
    messages[i] = group->entries[i]->message;
  if (!engine_imap_compare (imap, group->target_uids, messages, group->n, found, error))
    return FALSE;
  *right = TRUE;
  for (guint i = 0; i < group->n; i++)
    *right = *right && (group->uids[i] == 0 || found[i] == ENGINE_SAME_YES);
  return TRUE;
}

/* Without MOVE what is removed is the letter, and a copy that was only promised would be the last
 * one: each is looked at. Those that somebody else removed meanwhile have none. */
static gboolean
check_copies (EngineImapGroup *group, StoreFolder *source, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (ImapSet) set = engine_imap_group_uids (group);
  g_autoptr (GArray) left = NULL;
  gboolean right, all = TRUE;

  if (!check_told (group, &right, error) || (!right && !find_by_headers (group, NULL, error)) ||
      !engine_imap_select (imap, source, error))
    return FALSE;
  if (right || are_told (group))
    return TRUE;
  left = engine_imap_uids_of (imap, set, error);
  for (guint i = 0; left && i < group->n; i++)
    all = all && (group->target_uids[i] != 0 ||
                  !g_array_binary_search (left, &group->uids[i], engine_imap_compare_uids, NULL));
  if (!left || all)
    return left != NULL;
  memset (group->target_uids, 0, group->n * sizeof (guint32));
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_REFUSED,
               _ ("%s said that the messages were copied to “%s”, but they are not there; nothing "
                  "was removed"),
               imap->info->host,
               group->target->name);
  return FALSE;
}

gboolean
engine_imap_group_move (EngineImapGroup *group, StoreFolder *source, GError **error)
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
  if (!say_copy (group, FALSE, error))
    return FALSE;
  if (!engine_imap_group_has_uids (group))
    return TRUE;
  if (!check_copies (group, source, error) || !engine_imap_group_delete (group, error))
    return FALSE;
  group->verb = "UID COPY";
  return TRUE;
}

/* The same of one of them, by its Message-ID, among all that is in the target. */
static gboolean
find_by_id (EngineImapGroup *group, guint which, const char *id, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (GArray) known = NULL;
  g_autoptr (GArray) uids = NULL;

  if (!engine_imap_select (imap, group->target, error))
    return FALSE;
  uids = engine_imap_find_message_id (imap, id, 1, error);
  known =
      uids ? store_reader_uids (imap->reader, group->target->id, imap->uidvalidity, error) : NULL;
  if (!known)
    return FALSE;
  /* One that is known here by its UID is another copy, and was there before. */
  for (guint i = uids->len; i > 0 && group->target_uids[which] == 0; i--)
    {
      guint32 uid = g_array_index (uids, guint32, i - 1);

      if (!g_array_binary_search (known, &uid, engine_imap_compare_uids, NULL))
        group->target_uids[which] = uid;
    }
  group->target_validity = imap->uidvalidity;
  return TRUE;
}

gboolean
engine_imap_group_find_in_target (EngineImapGroup *group, gboolean *arrived, GError **error)
{
  g_autofree char *id = engine_imap_dup_message_id (group->imap, group->entries[0]->message);

  *arrived = FALSE;
  if (id ? !find_by_id (group, 0, id, error) : !find_by_headers (group, NULL, error))
    return FALSE;
  *arrived = group->target_uids[0] != 0;
  return TRUE;
}

static gboolean
is_among (guint32 uid, const guint32 *uids, guint n)
{
  for (guint i = 0; i < n; i++)
    if (uids[i] == uid)
      return TRUE;
  return FALSE;
}

/* Which of many came into the target. Where too much came to look at all of it, those that were not
 * met are searched for one by one. */
static gboolean
find_all_in_target (EngineImapGroup *group, GError **error)
{
  gboolean all, arrived;

  if (group->n == 1)
    return engine_imap_group_find_in_target (group, &arrived, error);
  if (!find_by_headers (group, &all, error))
    return FALSE;
  for (guint i = 0; !all && i < group->n; i++)
    {
      g_autofree char *id = NULL;
      guint32 found = group->target_uids[i];

      if (found != 0)
        continue;
      id = engine_imap_dup_message_id (group->imap, group->entries[i]->message);
      if (id && !find_by_id (group, i, id, error))
        return FALSE;
      found = group->target_uids[i];
      /* Two letters with one Message-ID are two copies. */
      if (found != 0 && (is_among (found, group->target_uids, i) ||
                         is_among (found, group->target_uids + i + 1, group->n - i - 1)))
        group->target_uids[i] = 0;
    }
  return TRUE;
}

/* The same; a target that somebody removed meanwhile holds none, and is made again. */
static gboolean
find_where_it_went (EngineImapGroup *group, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (GError) local = NULL;
  gboolean gone;

  if (find_all_in_target (group, &local))
    return TRUE;
  gone = imap->refusal.code == IMAP_CODE_NONEXISTENT;
  if (g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED) && !gone &&
      (imap->refusal.code == IMAP_CODE_NONE || imap->refusal.code == IMAP_CODE_OTHER) &&
      !engine_imap_is_gone (imap, group->target, &gone, error))
    return FALSE;
  if (g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED) && gone)
    {
      memset (group->target_uids, 0, group->n * sizeof (guint32));
      engine_imap_forget_refusal (imap);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Of the letters that are still in the source: removes those that did arrive, or (@did is %FALSE)
 * moves those that did not. */
static gboolean
finish (EngineImapGroup *group,
        StoreFolder *source,
        GArray *left,
        const guint32 *arrived,
        gboolean did,
        GError **error)
{
  g_autofree guint32 *uids = g_memdup2 (group->uids, group->n * sizeof (guint32));
  gboolean good = TRUE;

  for (guint i = 0; i < group->n; i++)
    if ((arrived[i] != 0) != did ||
        !g_array_binary_search (left, &group->uids[i], engine_imap_compare_uids, NULL))
      group->uids[i] = 0;
  if (engine_imap_group_has_uids (group))
    good = did ? engine_imap_group_delete (group, error)
               : engine_imap_group_move (group, source, error);
  memcpy (group->uids, uids, group->n * sizeof (guint32));
  return good;
}

gboolean
engine_imap_group_resume_move (EngineImapGroup *group, StoreFolder *source, GError **error)
{
  EngineImap *imap = group->imap;
  g_autoptr (ImapSet) set = engine_imap_group_uids (group);
  g_autofree guint32 *arrived = NULL;
  g_autoptr (GArray) left = NULL;

  if (!find_where_it_went (group, error) || !engine_imap_select (imap, source, error))
    return FALSE;
  arrived = g_memdup2 (group->target_uids, group->n * sizeof (guint32));
  left = engine_imap_group_has_uids (group) ? engine_imap_uids_of (imap, set, error)
                                            : g_array_new (FALSE, FALSE, sizeof (guint32));
  group->verb = "UID MOVE";
  if (!left || !finish (group, source, left, arrived, TRUE, error) ||
      !finish (group, source, left, arrived, FALSE, error))
    return FALSE;
  for (guint i = 0; i < group->n; i++)
    if (arrived[i] != 0)
      group->target_uids[i] = arrived[i];
  return TRUE;
}
