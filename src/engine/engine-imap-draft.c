/* Drafts in the server's folder. Each step leaves rows (StoreDraftCopy) from which the next run
 * goes on, whatever cut it off: a version is noted before it is said, and found by its Message-ID
 * when no answer came; what it replaces is removed afterwards. REPLACE (RFC 8508) does both at
 * once. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-place.h"

/* When the server wants to be asked later. */
#define AGAIN ((gint64) 5 * 60 * G_USEC_PER_SEC)

typedef struct
{
  EngineImap *imap;
  StoreFolder *folder;
  GPtrArray *copies;  /* StoreDraftCopy */
  GPtrArray *entries; /* StoreOutboxEntry */
  gint64 quiet;
  gint64 *next;

  /* Of the version that is being put there. */
  gint64 id, draft, version, old; /* old: the copy it takes the place of, 0: none */
  gint64 changed;                 /* when the draft was, as it was read */
  guint32 uid, uidvalidity;
  gboolean replaced;
} Drafts;

static gboolean
write_is (StoreTx *tx, gpointer data, GError **error)
{
  Drafts *drafts = data;

  return store_tx_draft_is (tx, drafts->id, drafts->uidvalidity, drafts->uid, error) &&
         (drafts->old == 0 || (drafts->replaced ? store_tx_draft_gone (tx, drafts->old, error)
                                                : store_tx_draft_left (tx, drafts->old, error)));
}

static gboolean
write_gone (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_draft_gone (tx, ((Drafts *) data)->id, error);
}

/* Whether the draft is what it was when the entries were read: somebody may write on, send it or
 * throw it away while the server is asked. */
static gboolean
is_untouched (StoreTx *tx, const Drafts *drafts, gboolean *untouched, GError **error)
{
  g_autoptr (GError) local = NULL;
  StoreOutboxState state;
  gint64 changed;

  if (store_tx_outbox_current (tx, drafts->draft, &state, &changed, NULL, &local))
    *untouched = state == STORE_OUTBOX_DRAFT && changed == drafts->changed;
  else if (g_error_matches (local, STORE_ERROR, STORE_ERROR_NOT_FOUND))
    *untouched = FALSE;
  else
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

static gboolean
write_said (StoreTx *tx, gpointer data, GError **error)
{
  Drafts *drafts = data;
  gboolean untouched;

  drafts->id = 0;
  return is_untouched (tx, drafts, &untouched, error) &&
         (!untouched ||
          store_tx_draft_said (
              tx, drafts->draft, drafts->version, drafts->folder->id, &drafts->id, error));
}

/* Somebody removed it there. */
static gboolean
write_discarded (StoreTx *tx, gpointer data, GError **error)
{
  Drafts *drafts = data;
  gboolean untouched;

  return is_untouched (tx, drafts, &untouched, error) &&
         store_tx_draft_gone (tx, drafts->id, error) &&
         (!untouched || store_tx_outbox_remove (tx, drafts->draft, error));
}

static gboolean
note (Drafts *drafts, gboolean sync, StoreTxFunc func, GError **error)
{
  return store_mailbase_write (
      drafts->imap->mailbase, STORE_PRIORITY_CLICK, sync, func, drafts, error);
}

/* --- the folder --- */

static gboolean
write_folder (StoreTx *tx, gpointer data, GError **error)
{
  return engine_place_make (tx, STORE_ROLE_DRAFTS, error) != 0;
}

static gboolean
load_folder (Drafts *drafts, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_clear_pointer (&drafts->folder, store_folder_unref);
  drafts->folder = store_reader_folder_by_role (drafts->imap->reader, STORE_ROLE_DRAFTS, &local);
  if (local)
    g_propagate_error (error, g_steal_pointer (&local));
  return error == NULL || *error == NULL;
}

/* A server without the folder gets one. *@there: it is selected. */
static gboolean
open_folder (Drafts *drafts, gboolean *there, GError **error)
{
  EngineImap *imap = drafts->imap;
  g_autoptr (GError) local = NULL;

  if (!load_folder (drafts, error))
    return FALSE;
  if (!drafts->folder &&
      (!store_mailbase_write (
           imap->mailbase, STORE_PRIORITY_CLICK, TRUE, write_folder, NULL, error) ||
       !load_folder (drafts, error)))
    return FALSE;
  *there = drafts->folder && engine_imap_select (imap, drafts->folder, &local);
  if (*there || !drafts->folder)
    return TRUE;
  if (g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
    {
      g_clear_error (&local);
      *there = engine_imap_run (imap,
                                imap_command_mailbox (IMAP_VERB_CREATE, drafts->folder->name),
                                _ ("The server does not make the folder"),
                                &local) &&
               engine_imap_select (imap, drafts->folder, &local);
    }
  /* Where there can be no such folder, drafts stay here. */
  if (*there || g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- what is known --- */

static gboolean
load (Drafts *drafts, GError **error)
{
  g_clear_pointer (&drafts->copies, g_ptr_array_unref);
  g_clear_pointer (&drafts->entries, g_ptr_array_unref);
  drafts->copies = store_reader_draft_copies (drafts->imap->reader, error);
  drafts->entries = drafts->copies ? store_reader_outbox (drafts->imap->reader, error) : NULL;
  return drafts->entries != NULL;
}

static const StoreDraftCopy *
newest_copy (const Drafts *drafts, gint64 draft)
{
  for (guint i = drafts->copies->len; i > 0; i--)
    {
      const StoreDraftCopy *copy = g_ptr_array_index (drafts->copies, i - 1);

      if (copy->draft == draft)
        return copy;
    }
  return NULL;
}

static gboolean
is_known (const Drafts *drafts, guint32 uid)
{
  for (guint i = 0; i < drafts->copies->len; i++)
    {
      const StoreDraftCopy *copy = g_ptr_array_index (drafts->copies, i);

      if (copy->uid == uid && copy->uidvalidity == drafts->imap->uidvalidity)
        return TRUE;
    }
  return FALSE;
}

/* While somebody types, versions follow each other by the second. */
static gboolean
is_due (Drafts *drafts, const StoreOutboxEntry *entry)
{
  gint64 due = entry->changed + drafts->quiet, now = g_get_real_time ();

  if (due <= now || entry->changed > now)
    return TRUE;
  if (drafts->next && (*drafts->next == 0 || due - now < *drafts->next))
    *drafts->next = due - now;
  return FALSE;
}

static gboolean
is_older (Drafts *drafts, const StoreOutboxEntry *entry)
{
  const StoreDraftCopy *copy = newest_copy (drafts, entry->id);

  return entry->state == STORE_OUTBOX_DRAFT && (!copy || copy->version != entry->message) &&
         is_due (drafts, entry);
}

/* Synchronising found that the letter is there no longer. */
static gboolean
seems_gone (const Drafts *drafts, const StoreDraftCopy *copy)
{
  g_autoptr (StoreFolder) folder = store_reader_folder (drafts->imap->reader, copy->folder, NULL);
  g_autoptr (GArray) uids = NULL;

  if (!folder || folder->uidvalidity != copy->uidvalidity || folder->uidnext <= copy->uid)
    return FALSE;
  uids = store_reader_uids (drafts->imap->reader, copy->folder, copy->uidvalidity, NULL);
  for (guint i = 0; uids && i < uids->len; i++)
    if (g_array_index (uids, guint32, i) == copy->uid)
      return FALSE;
  return uids != NULL;
}

static gboolean
is_something_to_do (Drafts *drafts)
{
  for (guint i = 0; i < drafts->copies->len; i++)
    {
      const StoreDraftCopy *copy = g_ptr_array_index (drafts->copies, i);

      if (copy->draft == 0 || copy->uid == 0 || seems_gone (drafts, copy))
        return TRUE;
    }
  for (guint i = 0; i < drafts->entries->len; i++)
    if (is_older (drafts, g_ptr_array_index (drafts->entries, i)))
      return TRUE;
  return FALSE;
}

/* --- finding out --- */

/* The one with this Message-ID that no row names; the newest, if there are several. */
static gboolean
find_copy (Drafts *drafts, const char *message_id, GError **error)
{
  g_autoptr (GArray) uids = message_id
                                ? engine_imap_find_message_id (drafts->imap, message_id, 1, error)
                                : g_array_new (FALSE, FALSE, sizeof (guint32));

  drafts->uid = 0;
  drafts->uidvalidity = drafts->imap->uidvalidity;
  for (guint i = 0; uids && i < uids->len; i++)
    if (!is_known (drafts, g_array_index (uids, guint32, i)))
      drafts->uid = MAX (drafts->uid, g_array_index (uids, guint32, i));
  return uids != NULL;
}

/* What was said without an answer, and what has another name since UIDVALIDITY changed. */
static gboolean
settle (Drafts *drafts, GError **error)
{
  for (guint i = 0; i < drafts->copies->len; i++)
    {
      const StoreDraftCopy *copy = g_ptr_array_index (drafts->copies, i);

      if (copy->uid != 0 && copy->uidvalidity == drafts->imap->uidvalidity)
        continue;
      drafts->id = copy->id;
      drafts->old = 0;
      if (!find_copy (drafts, copy->message_id, error) ||
          !note (drafts, FALSE, drafts->uid ? write_is : write_gone, error))
        return FALSE;
    }
  return load (drafts, error);
}

/* Whether @uid is the letter with this Message-ID. */
static gboolean
is_version (Drafts *drafts, guint32 uid, const char *message_id, gboolean *is, GError **error)
{
  g_autoptr (GPtrArray) heads = engine_imap_heads (drafts->imap, &uid, 1, error);

  *is = FALSE;
  for (guint i = 0; heads && i < heads->len; i++)
    {
      const EngineLetter *head = g_ptr_array_index (heads, i);

      if (head->record.uid == uid)
        *is = g_strcmp0 (head->record.message_id, message_id) == 0;
    }
  return heads != NULL;
}

/* A UID that is another letter's by now is no reason to remove or replace that one: *@uid is 0
 * then. */
static gboolean
find_version (Drafts *drafts, const StoreDraftCopy *copy, guint32 *uid, GError **error)
{
  gboolean is = TRUE;

  /* What another client left there, and never named, can only be taken for what it was. */
  if (copy->message_id && !is_version (drafts, copy->uid, copy->message_id, &is, error))
    return FALSE;
  *uid = is ? copy->uid : 0;
  return TRUE;
}

/* --- putting a version there --- */

static void
take_code (Drafts *drafts, const ImapResponse *response)
{
  const ImapRange *ranges;

  if (!response || response->code.type != IMAP_CODE_APPENDUID || !response->code.target ||
      imap_set_ranges (response->code.target, &ranges) != 1)
    return;
  drafts->uidvalidity = (guint32) response->code.number;
  drafts->uid = ranges[0].first;
}

static void
putting (EngineImap *imap, ImapEvent *event, gpointer data)
{
  if (event->base.type == IMAP_EVENT_RESPONSE && event->response->type == IMAP_RESPONSE_STATUS)
    take_code (data, event->response);
}

/* @old 0: APPEND. *@said: the server took it. */
static gboolean
say (Drafts *drafts, guint32 old, gboolean *said, GError **error)
{
  EngineImap *imap = drafts->imap;
  g_autoptr (BaseBody) body = store_mailbase_source_body (imap->mailbase, drafts->version, error);
  g_autoptr (BaseEvent) event = NULL;
  ImapFlags flags = { .bits = STORE_FLAG_DRAFT | STORE_FLAG_SEEN };
  ImapCommand *command;
  gboolean utf8;

  if (!body || !engine_imap_is_utf8 (imap, drafts->version, &utf8, error))
    return FALSE;
  command = imap_command_append (drafts->folder->name, &flags, G_MININT64, 0, body);
  if (utf8)
    imap_command_append_utf8 (command);
  if (old)
    {
      command->verb = IMAP_VERB_REPLACE;
      command->uid = TRUE;
      command->set = imap_set_new ();
      imap_set_add (command->set, old, old);
    }
  imap->func = putting;
  imap->func_data = drafts;
  event = (BaseEvent *) engine_imap_wait (imap, engine_imap_submit (imap, command), error);
  imap->func = NULL;
  if (!event)
    return FALSE;
  *said = event->outcome == BASE_OUTCOME_OK;
  if (*said)
    take_code (drafts, ((ImapEvent *) event)->response);
  return TRUE;
}

/* Where the version is that the server took: an answer may say nothing, or name another letter.
 * What is believed to be there and is not would be taken for what somebody removed. *@later: it was
 * named and cannot be seen yet, which the next run settles. */
static gboolean
find_put (Drafts *drafts, gboolean *later, GError **error)
{
  g_autoptr (GPtrArray) copies = store_reader_draft_copies (drafts->imap->reader, error);
  const StoreDraftCopy *mine =
      copies && copies->len > 0 ? g_ptr_array_index (copies, copies->len - 1) : NULL;
  guint32 told = drafts->uidvalidity == drafts->imap->uidvalidity ? drafts->uid : 0;
  gboolean is = FALSE;

  *later = FALSE;
  drafts->uid = told;
  if (!mine || (told != 0 && !mine->message_id))
    return copies != NULL;
  if (told != 0 && !is_known (drafts, told) &&
      !is_version (drafts, told, mine->message_id, &is, error))
    return FALSE;
  if (is)
    return TRUE;
  if (!find_copy (drafts, mine->message_id, error))
    return FALSE;
  *later = told != 0 && drafts->uid == 0;
  return TRUE;
}

static gboolean
put (Drafts *drafts, const StoreOutboxEntry *entry, GError **error)
{
  const StoreDraftCopy *old = newest_copy (drafts, entry->id);
  guint32 old_uid = 0;
  gboolean said = FALSE, later;

  if (old && engine_imap_has (drafts->imap, "REPLACE") &&
      !find_version (drafts, old, &old_uid, error))
    return FALSE;
  drafts->draft = entry->id;
  drafts->version = entry->message;
  drafts->changed = entry->changed;
  drafts->old = old ? old->id : 0;
  drafts->uid = drafts->uidvalidity = 0;
  drafts->replaced = FALSE;
  if (!note (drafts, TRUE, write_said, error))
    return FALSE;
  if (drafts->id == 0)
    return TRUE;
  if (old_uid != 0)
    {
      if (!say (drafts, old_uid, &said, error))
        return FALSE;
      drafts->replaced = said;
    }
  /* What it would replace is gone, or the server cannot: the words here are kept nevertheless. */
  if (!said && !say (drafts, 0, &said, error))
    return FALSE;
  /* One that does not fit in stays here only, until it is changed. */
  if (!said)
    return note (drafts, FALSE, write_gone, error);
  return find_put (drafts, &later, error) &&
         (later || note (drafts, FALSE, drafts->uid ? write_is : write_gone, error)) &&
         load (drafts, error);
}

static gboolean
put_all (Drafts *drafts, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_ref (drafts->entries);

  for (guint i = 0; i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = g_ptr_array_index (entries, i);

      if (is_older (drafts, entry) && !put (drafts, entry, error))
        return FALSE;
    }
  return TRUE;
}

/* --- removing --- */

/* A version there that another one took the place of, or whose draft was sent or discarded. */
static gboolean
is_superseded (Drafts *drafts, const StoreDraftCopy *copy)
{
  return copy->uid != 0 && (copy->draft == 0 || newest_copy (drafts, copy->draft) != copy);
}

static gboolean
find_superseded (Drafts *drafts, ImapSet *there, GError **error)
{
  for (guint i = 0; i < drafts->copies->len; i++)
    {
      const StoreDraftCopy *copy = g_ptr_array_index (drafts->copies, i);
      guint32 uid;

      if (!is_superseded (drafts, copy))
        continue;
      if (!find_version (drafts, copy, &uid, error))
        return FALSE;
      if (uid != 0)
        imap_set_add (there, uid, uid);
    }
  return TRUE;
}

/* All of them together: without UIDPLUS nothing is removed while a mark is nobody's of these. */
static gboolean
remove_all (Drafts *drafts, GError **error)
{
  const char *what = _ ("The server does not remove the draft");
  const char *verb;
  ImapFlags flags = { .bits = STORE_FLAG_DELETED };
  g_autoptr (ImapSet) there = imap_set_new ();

  if (!find_superseded (drafts, there, error))
    return FALSE;
  if (imap_set_count (there) > 0 &&
      !(engine_imap_run (
            drafts->imap, imap_command_store (there, '+', &flags, TRUE), what, error) &&
        engine_imap_expunge (drafts->imap, there, what, &verb, error)))
    return FALSE;
  for (guint i = 0; i < drafts->copies->len; i++)
    {
      const StoreDraftCopy *copy = g_ptr_array_index (drafts->copies, i);

      drafts->id = copy->id;
      if (is_superseded (drafts, copy) && !note (drafts, FALSE, write_gone, error))
        return FALSE;
    }
  return TRUE;
}

static const StoreOutboxEntry *
entry_of (const Drafts *drafts, gint64 id)
{
  for (guint i = 0; i < drafts->entries->len; i++)
    {
      const StoreOutboxEntry *entry = g_ptr_array_index (drafts->entries, i);

      if (entry->id == id)
        return entry;
    }
  return NULL;
}

/* What another client removed is removed here, unless it was changed here meanwhile. */
static gboolean
follow_removals (Drafts *drafts, GError **error)
{
  for (guint i = 0; i < drafts->copies->len; i++)
    {
      const StoreDraftCopy *copy = g_ptr_array_index (drafts->copies, i);
      const StoreOutboxEntry *entry = copy->draft ? entry_of (drafts, copy->draft) : NULL;
      gboolean there = TRUE;

      if (!entry || entry->message != copy->version || !seems_gone (drafts, copy))
        continue;
      if (!engine_imap_uid_exists (drafts->imap, copy->uid, &there, error))
        return FALSE;
      drafts->id = copy->id;
      drafts->draft = copy->draft;
      drafts->changed = entry->changed;
      if (!there && !note (drafts, FALSE, write_discarded, error))
        return FALSE;
    }
  return load (drafts, error);
}

static gboolean
run (Drafts *drafts, GError **error)
{
  gboolean there = FALSE;

  if (!load (drafts, error))
    return FALSE;
  if (!is_something_to_do (drafts))
    return TRUE;
  if (!open_folder (drafts, &there, error))
    return FALSE;
  if (!there)
    return TRUE;
  /* Opening it may have shown that its UIDs are other letters' now. */
  return load (drafts, error) && settle (drafts, error) && follow_removals (drafts, error) &&
         put_all (drafts, error) && remove_all (drafts, error);
}

gboolean
engine_imap_drafts (EngineImap *imap, gint64 quiet, gint64 *next, GError **error)
{
  Drafts drafts = { .imap = imap, .quiet = quiet, .next = next };
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SYNC, NULL);
  const BaseCause *outer = imap->cause;
  g_autoptr (GError) local = NULL;
  gboolean good;

  if (next)
    *next = 0;
  imap->cause = cause;
  good = run (&drafts, &local);
  engine_imap_renew_quota (imap);
  imap->cause = outer;
  g_clear_pointer (&drafts.folder, store_folder_unref);
  g_clear_pointer (&drafts.copies, g_ptr_array_unref);
  g_clear_pointer (&drafts.entries, g_ptr_array_unref);
  /* A refusal concerns drafts alone, which are here. */
  if (good || g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
    return TRUE;
  if (g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_TEMPORARY) &&
      !net_session_is_over (imap->session))
    {
      if (next)
        *next = AGAIN;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
