/* What a FETCH of headers asks besides: by which name the letter is known in every folder
 * (OBJECTID, X-GM-EXT-1), its first words where the letter itself will not be here (PREVIEW), and
 * since when it is in a folder that is emptied by age (SAVEDATE). */
#include "config.h"

#include "engine-imap.h"

void
engine_imap_ask_extras (EngineImap *imap, ImapCommand *fetch)
{
  StoreRole role = imap->folder->role;

  if (engine_imap_has (imap, "OBJECTID"))
    fetch->items |= IMAP_FETCH_EMAILID;
  else if (engine_imap_has (imap, "X-GM-EXT-1"))
    fetch->other = g_strdup ("X-GM-MSGID");
  if (engine_imap_has (imap, "SAVEDATE") && (role == STORE_ROLE_TRASH || role == STORE_ROLE_JUNK))
    fetch->items |= IMAP_FETCH_SAVEDATE;
  if (engine_imap_has (imap, "PREVIEW") && !engine_imap_keeps (imap->info))
    {
      fetch->items |= IMAP_FETCH_PREVIEW;
      fetch->lazy = TRUE;
    }
}

gint64
engine_imap_arrived (const ImapFetch *fetch, const EngineLetter *letter)
{
  return fetch->internal_date != IMAP_DATE_NONE ? fetch->internal_date : letter->record.date_utc;
}

void
engine_imap_take_extras (const ImapFetch *fetch, EngineLetter *letter)
{
  engine_letter_set_told (letter, fetch->email_id, fetch->preview);
  if ((fetch->items & IMAP_FETCH_SAVEDATE) && fetch->save_date != IMAP_DATE_NONE)
    letter->record.saved = fetch->save_date;
}

static gboolean
write_collect (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_collect_adrift (tx, data, error);
}

static void
free_cause (gpointer cause)
{
  base_cause_unref (cause);
}

void
engine_imap_collect_adrift (EngineImap *imap)
{
  if (engine_imap_has (imap, "OBJECTID") || engine_imap_has (imap, "X-GM-EXT-1"))
    engine_bulk_queue (imap->bulk, 0, write_collect, base_cause_ref (imap->cause), free_cause);
}
