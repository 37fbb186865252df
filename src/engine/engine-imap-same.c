/* Whether UIDs still name the letters that are known by them. RFC 9051 §2.3.1.1 promises it while
 * UIDVALIDITY is the same; a mailbox rebuilt in place breaks the promise, and answers to COPY, MOVE
 * and APPEND may name what they like. So headers are compared before anything is done that could
 * not be taken back, and where a server shows signs. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"

#define FIELDS "HEADER.FIELDS (DATE FROM SUBJECT MESSAGE-ID)"
#define AT_ONCE 200
/* Of the letters something is done with, and of the newest ones beside. */
#define SAMPLE 40
#define BESIDE 3

/* --- headers --- */

static void
heads_func (EngineImap *imap, ImapEvent *event, gpointer data)
{
  GPtrArray *heads = data;
  const ImapFetch *fetch;
  const ImapSection *section;
  EngineLetter *letter;
  const char *bytes;
  gsize len;

  if (event->base.type != IMAP_EVENT_RESPONSE || event->response->type != IMAP_RESPONSE_FETCH)
    return;
  fetch = event->response->fetch;
  section = engine_imap_header_section (fetch);
  if (!section)
    engine_imap_note_flags (imap, fetch);
  /* One that is too long to be held, or NIL, tells nothing. */
  if (!(fetch->items & IMAP_FETCH_UID) || !section || !section->data.bytes ||
      engine_imap_is_stand_in (fetch, section))
    return;
  bytes = g_bytes_get_data (section->data.bytes, &len);
  letter = engine_letter_from_headers (bytes, len);
  letter->record.uid = fetch->uid;
  letter->record.size = fetch->size;
  letter->record.arrived = engine_imap_arrived (fetch, letter);
  g_ptr_array_add (heads, letter);
}

static void
free_letter (gpointer letter)
{
  engine_letter_free (letter);
}

static const EngineLetter *
find_head (GPtrArray *heads, guint32 uid)
{
  for (guint i = 0; i < heads->len; i++)
    {
      const EngineLetter *letter = g_ptr_array_index (heads, i);

      if (letter->record.uid == uid)
        return letter;
    }
  return NULL;
}

/* They come in the order of their UIDs. */
static guint32
first_missing (GPtrArray *heads, const guint32 *uids, guint n)
{
  guint32 first = 0;

  for (guint i = 0; i < n; i++)
    if ((first == 0 || uids[i] < first) && !find_head (heads, uids[i]))
      first = uids[i];
  return first;
}

GPtrArray *
engine_imap_heads_new (void)
{
  return g_ptr_array_new_with_free_func (free_letter);
}

ImapCommand *
engine_imap_heads_command (const guint32 *uids, guint n)
{
  g_autoptr (ImapSet) set = engine_imap_set (uids, n);
  ImapCommand *command =
      imap_command_fetch (set, IMAP_FETCH_UID | IMAP_FETCH_INTERNALDATE | IMAP_FETCH_SIZE);

  imap_command_add_section (command, FIELDS, TRUE);
  return command;
}

gboolean
engine_imap_wait_heads (EngineImap *imap, guint64 exchange, GPtrArray *heads, GError **error)
{
  g_autofree char *what = g_strdup_printf (_ ("%s does not give the headers in “%s”"),
                                           imap->info->host,
                                           imap->folder ? imap->folder->name : "");
  GError *local = NULL;

  imap->func = heads_func;
  imap->func_data = heads;
  engine_imap_wait_ok (imap, exchange, what, &local);
  imap->func = NULL;
  g_hash_table_remove_all (imap->streams);
  /* What is refused is not known. */
  if (local && !net_session_is_over (imap->session) &&
      g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
    {
      engine_imap_forget_refusal (imap);
      g_clear_error (&local);
    }
  if (!local)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
ask_heads (EngineImap *imap, const guint32 *uids, guint n, GPtrArray *heads, GError **error)
{
  guint64 exchange = engine_imap_submit (imap, engine_imap_heads_command (uids, n));
  GError *local = NULL;

  if (engine_imap_wait_heads (imap, exchange, heads, &local))
    return TRUE;
  if (net_session_is_over (imap->session) &&
      g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_TEMPORARY))
    engine_imap_suspect (imap, first_missing (heads, uids, n));
  g_propagate_error (error, local);
  return FALSE;
}

GPtrArray *
engine_imap_heads (EngineImap *imap, const guint32 *uids, guint n, GError **error)
{
  g_autoptr (GPtrArray) heads = engine_imap_heads_new ();
  guint most = MIN (AT_ONCE, engine_imap_message_limit (imap));

  for (guint i = 0, size; i < n; i += size)
    {
      size = MIN (most, n - i);
      while (size > 1 && !engine_imap_fits_line (uids + i, size))
        size /= 2;
      if (!ask_heads (imap, uids + i, size, heads, error))
        return NULL;
    }
  return g_steal_pointer (&heads);
}

gboolean
engine_imap_compare_heads (EngineImap *imap,
                           GPtrArray *heads,
                           const guint32 *uids,
                           const gint64 *messages,
                           guint n,
                           EngineSame *found,
                           GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      const EngineLetter *head = find_head (heads, uids[i]);
      g_autoptr (StoreIdentity) known = NULL;

      found[i] = ENGINE_SAME_UNKNOWN;
      if (!head)
        continue;
      if (!store_reader_identity (imap->reader, messages[i], &known, error))
        return FALSE;
      if (known)
        found[i] = store_identity_is (known, &head->record) ? ENGINE_SAME_YES : ENGINE_SAME_OTHER;
    }
  return TRUE;
}

gboolean
engine_imap_compare (EngineImap *imap,
                     const guint32 *uids,
                     const gint64 *messages,
                     guint n,
                     EngineSame *found,
                     GError **error)
{
  g_autoptr (GPtrArray) heads = engine_imap_heads (imap, uids, n, error);

  return heads && engine_imap_compare_heads (imap, heads, uids, messages, n, found, error);
}

/* --- a mailbox that was rebuilt --- */

static gboolean
write_doubt (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_doubt_folder (tx, *(gint64 *) data, error);
}

gboolean
engine_imap_doubt (EngineImap *imap, GError **error)
{
  g_autoptr (StoreFolder) again = NULL;
  gint64 folder = imap->folder->id;

  g_debug ("folder %" G_GINT64_FORMAT ": its UIDs are other letters' now", folder);
  if (!engine_bulk_finish (imap->bulk, error) ||
      !store_mailbase_write (
          imap->mailbase, STORE_PRIORITY_BULK, TRUE, write_doubt, &folder, error))
    return FALSE;
  again = store_reader_folder (imap->reader, folder, error);
  if (!again)
    return FALSE;
  store_folder_unref (imap->folder);
  imap->folder = g_steal_pointer (&again);
  engine_imap_forget_told (imap);
  imap->rebuilt = imap->news = TRUE;
  imap->rebuilds++;
  return TRUE;
}

/* *@rebuilt: one of @sample (StoreMissing) is another letter; the folder has been doubted then. */
static gboolean
look_at (EngineImap *imap, const GArray *sample, gboolean *rebuilt, GError **error)
{
  g_autofree guint32 *uids = g_new (guint32, sample->len + 1);
  g_autofree gint64 *messages = g_new (gint64, sample->len + 1);
  g_autofree EngineSame *found = g_new0 (EngineSame, sample->len + 1);
  gboolean same = FALSE;

  *rebuilt = FALSE;
  for (guint i = 0; i < sample->len; i++)
    {
      uids[i] = g_array_index (sample, StoreMissing, i).uid;
      messages[i] = g_array_index (sample, StoreMissing, i).message;
    }
  if (sample->len == 0)
    return TRUE;
  if (!engine_imap_compare (imap, uids, messages, sample->len, found, error))
    return FALSE;
  for (guint i = 0; i < sample->len; i++)
    {
      same = same || found[i] == ENGINE_SAME_YES;
      *rebuilt = *rebuilt || found[i] == ENGINE_SAME_OTHER;
    }
  imap->proved = imap->proved || (same && !*rebuilt);
  return !*rebuilt || engine_imap_doubt (imap, error);
}

/* A backup that was put back has given away again what was above it: the highest UIDs tell. */
static gboolean
add_known (EngineImap *imap, GArray *sample, guint32 below, guint n, GError **error)
{
  g_autoptr (GArray) known =
      store_reader_known_below (imap->reader, imap->folder->id, imap->uidvalidity, below, n, error);

  if (known && known->len > 0)
    g_array_append_vals (sample, known->data, known->len);
  return known != NULL;
}

static gboolean
shows_signs (EngineImap *imap)
{
  const StoreFolder *folder = imap->folder;

  return (imap->uidnext != 0 && imap->uidnext < folder->uidnext) ||
         (imap->modseq != 0 && imap->modseq < folder->modseq);
}

gboolean
engine_imap_check_signs (EngineImap *imap, GError **error)
{
  g_autoptr (GArray) sample = g_array_new (FALSE, FALSE, sizeof (StoreMissing));
  guint32 below = imap->uidnext != 0 ? imap->uidnext : G_MAXUINT32;
  gboolean rebuilt;

  if (!shows_signs (imap))
    return TRUE;
  return add_known (imap, sample, below, SAMPLE, error) &&
         add_known (imap, sample, below / 2, BESIDE, error) &&
         add_known (imap, sample, below / 4, BESIDE, error) &&
         look_at (imap, sample, &rebuilt, error);
}

/* Of many, the highest ones, and some between. */
static void
add_some (GArray *sample, StoreJournalEntry *const *entries, const guint32 *uids, guint n)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (StoreMissing));
  guint step;

  for (guint i = 0; i < n; i++)
    {
      StoreMissing one = { .uid = uids[i], .message = entries[i]->message };

      if (uids[i] != 0)
        g_array_append_val (sorted, one);
    }
  /* The UID stands first. */
  g_array_sort (sorted, engine_imap_compare_uids);
  step = sorted->len > SAMPLE ? sorted->len / (SAMPLE / 2) : 1;
  for (guint i = 0; i < sorted->len; i++)
    if (i % step == 0 || sorted->len - i <= SAMPLE / 2)
      g_array_append_val (sample, g_array_index (sorted, StoreMissing, i));
}

gboolean
engine_imap_prove (EngineImap *imap,
                   StoreJournalEntry *const *entries,
                   const guint32 *uids,
                   guint n,
                   gboolean *rebuilt,
                   GError **error)
{
  g_autoptr (GArray) sample = g_array_new (FALSE, FALSE, sizeof (StoreMissing));
  g_autoptr (GArray) suspects = NULL;

  *rebuilt = FALSE;
  if (imap->proved || imap->rebuilt)
    return TRUE;
  add_some (sample, entries, uids, n);
  if (!add_known (imap, sample, G_MAXUINT32, BESIDE, error))
    return FALSE;
  /* Whoever ends the connection at a letter shall not keep it from being removed. */
  suspects = engine_imap_take_suspects (imap, sample);
  return look_at (imap, sample, rebuilt, error);
}

/* --- what was promised --- */

static gboolean
write_lost (StoreTx *tx, gpointer data, GError **error)
{
  const GArray *lost = data;

  return store_tx_lose_uids (tx, (const gint64 *) lost->data, lost->len, error);
}

gboolean
engine_imap_check_promised (EngineImap *imap, GError **error)
{
  g_autoptr (GArray) promised = store_reader_promised (imap->reader, imap->folder->id, error);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) met = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) lost = g_array_new (FALSE, FALSE, sizeof (gint64));
  GError *local = NULL;

  if (!promised || promised->len == 0)
    return promised != NULL;
  for (guint i = 0; i < promised->len; i++)
    {
      const StorePromised *one = &g_array_index (promised, StorePromised, i);

      if (one->uidvalidity == imap->uidvalidity)
        g_array_append_val (uids, one->uid);
    }
  if (uids->len > 0 && !engine_imap_headers_again (imap, uids, met, &local))
    {
      if (net_session_is_over (imap->session) ||
          !g_error_matches (local, ENGINE_ERROR, ENGINE_ERROR_REFUSED))
        {
          g_propagate_error (error, local);
          return FALSE;
        }
      /* Another time. */
      g_clear_error (&local);
      return TRUE;
    }
  g_array_sort (met, engine_imap_compare_uids);
  for (guint i = 0; i < promised->len; i++)
    {
      const StorePromised *one = &g_array_index (promised, StorePromised, i);

      if (one->uidvalidity == imap->uidvalidity &&
          g_array_binary_search (met, &one->uid, engine_imap_compare_uids, NULL))
        continue;
      /* Some letter had it, and nobody else's is known: the one that was promised, and another
       * client has removed it. */
      if (one->uidvalidity == imap->uidvalidity && (imap->uidnext == 0 || one->uid < imap->uidnext))
        g_array_append_val (gone, one->uid);
      else
        g_array_append_val (lost, one->placement);
    }
  engine_imap_drop (imap, gone, "UID FETCH");
  /* Who asks next what is here must not meet those that are gone: with one too many, one that came
   * unseen would make the numbers agree. */
  return engine_bulk_finish (imap->bulk, error) &&
         (lost->len == 0 ||
          store_mailbase_write (
              imap->mailbase, STORE_PRIORITY_BULK, FALSE, write_lost, lost, error));
}
