/* Makes the rows of one folder equal to what the server has: new, expunged, flags. What is known is
 * compared by UIDs; a server that counts changes (RFC 7162) is asked for the changed flags only. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  gint64 folder;
  guint32 uidvalidity;
  GArray *uids; /* guint32 */
  BaseCause *cause;
} Expunged;

static gboolean
write_expunged (StoreTx *tx, gpointer data, GError **error)
{
  Expunged *expunged = data;

  return store_tx_server_expunged (tx,
                                   expunged->folder,
                                   expunged->uidvalidity,
                                   (const guint32 *) expunged->uids->data,
                                   expunged->uids->len,
                                   expunged->cause,
                                   "UID SEARCH",
                                   error);
}

static void
expunged_free (gpointer data)
{
  Expunged *expunged = data;

  g_array_unref (expunged->uids);
  base_cause_unref (expunged->cause);
  g_free (expunged);
}

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

/* Fills @gone and @fresh. Most often nothing was expunged, and the new ones are all that has to be
 * asked for; the numbers tell. */
static gboolean
find_differences (EngineImap *imap, GArray *here, GArray *gone, GArray *fresh, GError **error)
{
  guint32 last = here->len > 0 ? g_array_index (here, guint32, here->len - 1) : 0;
  g_autoptr (GArray) there = NULL;

  if (imap->exists == 0)
    {
      g_array_append_vals (gone, here->data, here->len);
      return TRUE;
    }
  /* Above the highest number there is nothing to ask for: a server that gave it lied. */
  if (here->len > 0 && here->len <= imap->exists && last < G_MAXUINT32)
    {
      g_autoptr (GArray) after = NULL;

      if (here->len == imap->exists && imap->uidnext == last + 1)
        return TRUE;
      after = engine_imap_uids_from (imap, last + 1, error);
      if (!after)
        return FALSE;
      if (here->len + after->len == imap->exists)
        {
          g_array_append_vals (fresh, after->data, after->len);
          return TRUE;
        }
    }
  there = engine_imap_all_uids (imap, error);
  if (!there)
    return FALSE;
  compare (here, there, gone, fresh);
  return TRUE;
}

typedef struct
{
  GArray *known; /* StoreUidFlags, ascending */
  guint64 modseq;
} FlagLook;

static const StoreUidFlags *
find_known (GArray *known, guint32 uid)
{
  guint low = 0, high = known->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const StoreUidFlags *found = &g_array_index (known, StoreUidFlags, middle);

      if (found->uid == uid)
        return found;
      if (found->uid < uid)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

typedef struct
{
  gint64 folder;
  guint32 uidvalidity, uid;
  guint flags;
  char *keywords;
  guint64 modseq;
} Changed;

static gboolean
write_changed (StoreTx *tx, gpointer data, GError **error)
{
  GArray *batch = data;

  for (guint i = 0; i < batch->len; i++)
    {
      const Changed *changed = &g_array_index (batch, Changed, i);

      if (!store_tx_server_flags (tx,
                                  changed->folder,
                                  changed->uidvalidity,
                                  changed->uid,
                                  changed->flags,
                                  changed->keywords,
                                  changed->modseq,
                                  error))
        return FALSE;
    }
  return TRUE;
}

static void
changed_clear (gpointer data)
{
  g_free (((Changed *) data)->keywords);
}

static void
unref_array (gpointer array)
{
  g_array_unref (array);
}

#define FLAG_BATCH 500

typedef struct
{
  FlagLook look;
  GArray *batch; /* Changed */
} Flagging;

static void
send_batch (EngineImap *imap, Flagging *flagging)
{
  if (flagging->batch->len > 0)
    engine_bulk_queue (imap->bulk,
                       flagging->batch->len * sizeof (Changed),
                       write_changed,
                       g_array_ref (flagging->batch),
                       unref_array);
  g_array_unref (flagging->batch);
  flagging->batch = g_array_new (FALSE, FALSE, sizeof (Changed));
  g_array_set_clear_func (flagging->batch, changed_clear);
}

static void
flagging_func (EngineImap *imap, ImapEvent *event, gpointer data)
{
  Flagging *flagging = data;
  const ImapFetch *fetch;
  const StoreUidFlags *known;
  Changed changed = { imap->folder->id, imap->uidvalidity };

  if (event->base.type != IMAP_EVENT_RESPONSE || event->response->type != IMAP_RESPONSE_FETCH)
    return;
  fetch = event->response->fetch;
  if (!(fetch->items & IMAP_FETCH_UID) || !(fetch->items & IMAP_FETCH_FLAGS))
    return;
  known = find_known (flagging->look.known, fetch->uid);
  if (!known)
    return;
  changed.flags = engine_imap_flags (&fetch->flags, &changed.keywords);
  flagging->look.modseq = MAX (flagging->look.modseq, fetch->modseq);
  /* Without MODSEQ every message answers; only what differs is worth a write. */
  if (changed.flags == known->server_flags && fetch->modseq == 0)
    {
      g_free (changed.keywords);
      return;
    }
  changed.uid = fetch->uid;
  changed.modseq = fetch->modseq;
  g_array_append_val (flagging->batch, changed);
  if (flagging->batch->len >= FLAG_BATCH)
    send_batch (imap, flagging);
}

/* The flags of what is known here already. @modseq: the highest seen. */
static gboolean
update_flags (EngineImap *imap, gboolean news, guint64 *modseq, GError **error)
{
  g_autoptr (GArray) known =
      store_reader_uid_flags (imap->reader, imap->folder->id, imap->uidvalidity, error);
  Flagging flagging = { { known, 0 }, NULL };
  g_autoptr (ImapSet) set = NULL;
  ImapCommand *command;
  g_autofree char *what = NULL;
  gboolean good;

  if (!known)
    return FALSE;
  if (known->len == 0)
    return TRUE;
  if (imap->modseq > 0 && imap->folder->modseq > 0 && imap->folder->modseq == imap->modseq && !news)
    return TRUE;
  set = imap_set_new ();
  imap_set_add (set, 1, g_array_index (known, StoreUidFlags, known->len - 1).uid);
  command = imap_command_fetch (set, IMAP_FETCH_UID | IMAP_FETCH_FLAGS);
  if (imap->modseq > 0)
    command->changed_since = imap->folder->modseq;
  what = g_strdup_printf (
      _ ("%s does not tell the flags in “%s”"), imap->info->host, imap->folder->name);
  flagging.batch = g_array_new (FALSE, FALSE, sizeof (Changed));
  g_array_set_clear_func (flagging.batch, changed_clear);
  imap->func = flagging_func;
  imap->func_data = &flagging;
  good = engine_imap_run (imap, command, what, error);
  imap->func = NULL;
  if (good)
    send_batch (imap, &flagging);
  g_array_unref (flagging.batch);
  *modseq = MAX (*modseq, flagging.look.modseq);
  return good;
}

typedef struct
{
  gint64 folder;
  guint32 uidvalidity, uidnext;
  guint64 modseq;
  gint64 total;
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
                                     -1,
                                     error);
}

/* The last write of the run: had an earlier one failed, this one would be passed over. */
static gboolean
note_equal (EngineImap *imap, guint64 modseq, GArray *fresh, GError **error)
{
  Equal *equal = g_new0 (Equal, 1);
  g_autoptr (StoreFolder) again = NULL;

  if (fresh->len > 0)
    imap->uidnext = MAX (imap->uidnext, g_array_index (fresh, guint32, fresh->len - 1) + 1);
  equal->folder = imap->folder->id;
  equal->uidvalidity = imap->uidvalidity;
  equal->uidnext = imap->uidnext;
  equal->modseq = modseq;
  equal->total = imap->exists;
  equal->cause = base_cause_ref (imap->cause);
  engine_bulk_queue (imap->bulk, 0, write_equal, equal, equal_free);
  if (!engine_bulk_finish (imap->bulk, error))
    return FALSE;
  again = store_reader_folder (imap->reader, imap->folder->id, error);
  if (!again)
    return FALSE;
  store_folder_unref (imap->folder);
  imap->folder = g_steal_pointer (&again);
  return TRUE;
}

static void
drop_gone (EngineImap *imap, GArray *gone)
{
  Expunged *expunged;

  if (gone->len == 0)
    return;
  expunged = g_new0 (Expunged, 1);
  expunged->folder = imap->folder->id;
  expunged->uidvalidity = imap->uidvalidity;
  expunged->uids = g_array_ref (gone);
  expunged->cause = base_cause_ref (imap->cause);
  engine_bulk_queue (imap->bulk, gone->len * 4, write_expunged, expunged, expunged_free);
}

gboolean
engine_imap_sync (EngineImap *imap, gboolean *complete, GError **error)
{
  g_autoptr (GArray) here =
      store_reader_uids (imap->reader, imap->folder->id, imap->uidvalidity, error);
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (guint32));
  /* Changes after SELECT get a higher number: what was fetched since is at least this. */
  guint64 modseq = imap->modseq;
  gboolean news = imap->news;
  gboolean whole = TRUE;

  if (complete)
    *complete = TRUE;
  /* What is said from here on is news for the next time. */
  imap->news = FALSE;
  if (!here || !find_differences (imap, here, gone, fresh, error))
    return FALSE;
  drop_gone (imap, gone);
  if (!update_flags (imap, news, &modseq, error))
    return FALSE;
  if (fresh->len > 0 && !engine_imap_headers (imap, fresh, &whole, error))
    return FALSE;
  if (complete)
    *complete = whole;
  if (!whole)
    return engine_bulk_finish (imap->bulk, error);
  imap->modseq = modseq;
  return note_equal (imap, modseq, fresh, error);
}
