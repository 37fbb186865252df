/* Flags that the server tells, and what it says vanished: written for the rows that are known here.
 * What SELECT told at once (QRESYNC) is gathered first, since only its end says what it is about.
 */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FLAG_BATCH 500

typedef struct
{
  gint64 folder;
  guint32 uidvalidity, uid;
  guint flags;
  char *keywords;
  guint64 modseq;
} Changed;

static void
changed_clear (gpointer data)
{
  g_free (((Changed *) data)->keywords);
}

static GArray *
changes_new (void)
{
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (Changed));

  g_array_set_clear_func (changes, changed_clear);
  return changes;
}

static void
unref_array (gpointer array)
{
  g_array_unref (array);
}

static gboolean
write_changes (StoreTx *tx, gpointer data, GError **error)
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

/* Queues @changes (transfer full). */
static void
queue_changes (EngineImap *imap, GArray *changes)
{
  if (changes->len > 0)
    engine_bulk_queue (
        imap->bulk, changes->len * sizeof (Changed), write_changes, changes, unref_array);
  else
    g_array_unref (changes);
}

static Changed
changed_from (const ImapFetch *fetch)
{
  Changed changed = { .uid = fetch->uid, .modseq = fetch->modseq };

  changed.flags = engine_imap_flags (&fetch->flags, &changed.keywords);
  return changed;
}

void
engine_imap_forget_told (EngineImap *imap)
{
  g_clear_pointer (&imap->told, engine_imap_news_free);
}

void
engine_imap_note_flags (EngineImap *imap, const ImapFetch *fetch)
{
  GArray *changes;
  Changed changed;

  if (!imap->folder || imap->reading || !(fetch->items & IMAP_FETCH_FLAGS))
    return;
  engine_imap_forget_told (imap);
  if (!(fetch->items & IMAP_FETCH_UID))
    {
      /* A sequence number alone: who it is will be seen at the next synchronisation. */
      imap->news = TRUE;
      return;
    }
  changes = changes_new ();
  changed = changed_from (fetch);
  changed.folder = imap->folder->id;
  changed.uidvalidity = imap->uidvalidity;
  g_array_append_val (changes, changed);
  queue_changes (imap, changes);
}

/* --- what is gone --- */

typedef struct
{
  gint64 folder;
  guint32 uidvalidity;
  guint32 uidnext;
  GArray *uids; /* guint32 */
  BaseCause *cause;
  const char *exchange;
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
                                   expunged->uidnext,
                                   expunged->cause,
                                   expunged->exchange,
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

void
engine_imap_drop (EngineImap *imap, GArray *uids, const char *exchange)
{
  Expunged *expunged;

  if (uids->len == 0)
    return;
  expunged = g_new0 (Expunged, 1);
  expunged->folder = imap->folder->id;
  expunged->uidvalidity = imap->uidvalidity;
  /* A server that tells no UIDNEXT is believed. */
  expunged->uidnext = imap->uidnext != 0 ? imap->uidnext : G_MAXUINT32;
  expunged->uids = g_array_copy (uids);
  expunged->cause = base_cause_ref (imap->cause);
  expunged->exchange = exchange;
  engine_bulk_queue (imap->bulk, uids->len * 4, write_expunged, expunged, expunged_free);
}

/* --- what SELECT told --- */

struct _EngineImapNews
{
  GArray *changes; /* Changed, without folder */
  GPtrArray *gone; /* ImapSet */
};

static void
free_set (gpointer set)
{
  imap_set_unref (set);
}

EngineImapNews *
engine_imap_news_new (void)
{
  EngineImapNews *news = g_new0 (EngineImapNews, 1);

  news->changes = changes_new ();
  news->gone = g_ptr_array_new_with_free_func (free_set);
  return news;
}

void
engine_imap_news_free (EngineImapNews *news)
{
  g_array_unref (news->changes);
  g_ptr_array_unref (news->gone);
  g_free (news);
}

void
engine_imap_news_clear (EngineImapNews *news)
{
  g_array_set_size (news->changes, 0);
  g_ptr_array_set_size (news->gone, 0);
}

void
engine_imap_news_add_flags (EngineImapNews *news, const ImapFetch *fetch)
{
  Changed changed;

  if (!(fetch->items & IMAP_FETCH_UID) || !(fetch->items & IMAP_FETCH_FLAGS))
    return;
  changed = changed_from (fetch);
  g_array_append_val (news->changes, changed);
}

void
engine_imap_news_add_vanished (EngineImapNews *news, ImapSet *set)
{
  if (set)
    g_ptr_array_add (news->gone, imap_set_ref (set));
}

gboolean
engine_imap_news_is_empty (const EngineImapNews *news)
{
  return news->changes->len == 0 && news->gone->len == 0;
}

/* Moves those of @uids that are in @sets to @gone. */
static void
split_gone (GArray *uids, GPtrArray *sets, GArray *gone)
{
  guint kept = 0;

  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);
      gboolean in = FALSE;

      for (guint k = 0; k < sets->len && !in; k++)
        in = imap_set_contains (g_ptr_array_index (sets, k), uid);
      if (in)
        g_array_append_val (gone, uid);
      else
        g_array_index (uids, guint32, kept++) = uid;
    }
  g_array_set_size (uids, kept);
}

void
engine_imap_news_take (EngineImap *imap, EngineImapNews *news, GArray *here, GArray *fresh)
{
  guint32 last = here->len > 0 ? g_array_index (here, guint32, here->len - 1) : 0;
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint32));
  GArray *known = changes_new ();

  if (news->gone->len > 0)
    split_gone (here, news->gone, gone);
  engine_imap_drop (imap, gone, "VANISHED");
  for (guint i = 0; i < news->changes->len; i++)
    {
      Changed *changed = &g_array_index (news->changes, Changed, i);

      if (changed->uid > last)
        {
          g_array_append_val (fresh, changed->uid);
          continue;
        }
      changed->folder = imap->folder->id;
      changed->uidvalidity = imap->uidvalidity;
      g_array_append_val (known, *changed);
      changed->keywords = NULL;
    }
  g_array_sort (fresh, engine_imap_compare_uids);
  queue_changes (imap, known);
}

/* --- asking for flags --- */

typedef struct
{
  GArray *known; /* StoreUidFlags, ascending */
  GArray *batch; /* Changed */
  guint64 since, modseq;
  guint met;        /* of those known */
  gboolean unknown; /* one answered that has no row */
} Flagging;

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

static void
send_batch (EngineImap *imap, Flagging *flagging)
{
  queue_changes (imap, flagging->batch);
  flagging->batch = changes_new ();
}

static void
flagging_func (EngineImap *imap, ImapEvent *event, gpointer data)
{
  Flagging *flagging = data;
  const ImapFetch *fetch;
  const StoreUidFlags *known;
  Changed changed;

  if (event->base.type != IMAP_EVENT_RESPONSE || event->response->type != IMAP_RESPONSE_FETCH)
    return;
  fetch = event->response->fetch;
  if (!(fetch->items & IMAP_FETCH_UID) || !(fetch->items & IMAP_FETCH_FLAGS))
    return;
  known = find_known (flagging->known, fetch->uid);
  if (!known)
    {
      flagging->unknown = TRUE;
      return;
    }
  flagging->met++;
  changed = changed_from (fetch);
  flagging->modseq = MAX (flagging->modseq, fetch->modseq);
  /* Asked for all, every message answers; only what differs is worth a write. */
  if (changed.flags == known->server_flags && g_str_hash (changed.keywords) == known->keywords &&
      flagging->since == 0)
    {
      g_free (changed.keywords);
      return;
    }
  changed.folder = imap->folder->id;
  changed.uidvalidity = imap->uidvalidity;
  g_array_append_val (flagging->batch, changed);
  if (flagging->batch->len >= FLAG_BATCH)
    send_batch (imap, flagging);
}

typedef struct
{
  guint32 first, last;
  guint64 since;
} Asked;

static ImapCommand *
flags_command (EngineImap *imap, guint32 below, gpointer data)
{
  const Asked *asked = data;
  g_autoptr (ImapSet) set = imap_set_new ();
  ImapCommand *command;

  /* A server that stops does so above @first, or else it has said all. */
  imap_set_add (set,
                MIN (asked->first, below > 0 ? below - 1 : asked->last),
                below > 0 ? below - 1 : asked->last);
  command = imap_command_fetch (set, IMAP_FETCH_UID | IMAP_FETCH_FLAGS);
  command->changed_since = asked->since;
  return command;
}

gboolean
engine_imap_ask_flags (EngineImap *imap,
                       guint64 since,
                       guint newest,
                       guint64 *modseq,
                       gboolean *strange,
                       GError **error)
{
  g_autoptr (GArray) known =
      store_reader_uid_flags (imap->reader, imap->folder->id, imap->uidvalidity, error);
  Flagging flagging = { .known = known, .since = since };
  guint left_out;
  Asked asked;
  g_autofree char *what = NULL;
  gboolean good;

  if (!known)
    return FALSE;
  if (known->len == 0)
    return TRUE;
  what = g_strdup_printf (
      _ ("%s does not tell the flags in “%s”"), imap->info->host, imap->folder->name);
  flagging.batch = changes_new ();
  imap->func = flagging_func;
  imap->func_data = &flagging;
  left_out = newest > 0 && known->len > newest ? known->len - newest : 0;
  asked.first = left_out > 0 ? g_array_index (known, StoreUidFlags, left_out).uid : 1;
  asked.last = g_array_index (known, StoreUidFlags, known->len - 1).uid;
  asked.since = since;
  good = engine_imap_run_down (imap, flags_command, &asked, what, error);
  imap->func = NULL;
  if (good)
    queue_changes (imap, flagging.batch);
  else
    g_array_unref (flagging.batch);
  *modseq = MAX (*modseq, flagging.modseq);
  *strange = flagging.unknown || (since == 0 && flagging.met < known->len - left_out);
  return good;
}
