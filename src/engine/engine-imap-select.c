/* Opening a folder. A server that keeps count of changes is told what is known here, and answers
 * SELECT with all that changed and vanished since (QRESYNC, RFC 7162 §3.2.5). */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"

static void
note_code (EngineImap *imap, const ImapCode *code)
{
  switch ((guint) code->type)
    {
    case IMAP_CODE_UIDVALIDITY:
      imap->uidvalidity = (guint32) code->number;
      break;
    case IMAP_CODE_UIDNEXT:
      imap->uidnext = (guint32) code->number;
      break;
    case IMAP_CODE_HIGHESTMODSEQ:
      imap->modseq = code->number;
      break;
    case IMAP_CODE_PERMANENTFLAGS:
      imap->no_keywords = !(code->flags.bits & IMAP_FLAG_WILDCARD) &&
                          !imap_flags_has_keyword (&code->flags, "$Forwarded");
      break;
    default:
      break;
    }
}

/* RFC 7162 §3.2.11: all that was said before is about the folder that was open. */
static void
forget_said (EngineImap *imap, EngineImapNews *news)
{
  imap->uidvalidity = imap->uidnext = imap->exists = 0;
  imap->modseq = 0;
  imap->counted = imap->no_keywords = FALSE;
  engine_imap_news_clear (news);
}

/* @data: the EngineImapNews told with SELECT. */
static void
selecting (EngineImap *imap, ImapEvent *event, gpointer data)
{
  const ImapResponse *response = event->response;

  if (event->base.type != IMAP_EVENT_RESPONSE)
    return;
  if (response->type == IMAP_RESPONSE_STATUS && response->code.type == IMAP_CODE_CLOSED)
    forget_said (imap, data);
  else if (response->type == IMAP_RESPONSE_STATUS)
    note_code (imap, &response->code);
  else if (response->type == IMAP_RESPONSE_EXISTS)
    imap->counted = TRUE;
  else if (response->type == IMAP_RESPONSE_FETCH)
    engine_imap_news_add_flags (data, response->fetch);
  else if (response->type == IMAP_RESPONSE_VANISHED)
    engine_imap_news_add_vanished (data, response->set);
}

typedef struct
{
  gint64 folder;
  guint32 uidvalidity;
} Revalidation;

static gboolean
write_revalidation (StoreTx *tx, gpointer data, GError **error)
{
  Revalidation *change = data;

  return store_tx_revalidate_folder (tx, change->folder, change->uidvalidity, error);
}

/* RFC 9051 §2.3.1.1: another UIDVALIDITY means that no UID known here means anything any more. */
static gboolean
check_validity (EngineImap *imap, GError **error)
{
  Revalidation change = { imap->folder->id, imap->uidvalidity };
  g_autoptr (StoreFolder) again = NULL;

  if (imap->uidvalidity == 0)
    {
      g_set_error (
          error,
          ENGINE_ERROR,
          ENGINE_ERROR_PROTOCOL,
          _ ("%s gave the folder “%s” no UIDVALIDITY, without which messages cannot be told "
             "apart: report it to its administrator"),
          imap->info->host,
          imap->folder->name);
      return FALSE;
    }
  if (imap->reading || imap->folder->uidvalidity == 0)
    return TRUE;
  if (imap->folder->uidvalidity == imap->uidvalidity)
    return engine_imap_check_signs (imap, error);
  if (!store_mailbase_write (
          imap->mailbase, STORE_PRIORITY_BULK, TRUE, write_revalidation, &change, error))
    return FALSE;
  again = store_reader_folder (imap->reader, imap->folder->id, error);
  if (!again)
    return FALSE;
  store_folder_unref (imap->folder);
  imap->folder = g_steal_pointer (&again);
  return TRUE;
}

/* Only of a folder that was equal to the server's once is it known what changed since. */
static gboolean
can_resync (EngineImap *imap, const StoreFolder *folder)
{
  return imap_core_is_enabled (imap->core, "QRESYNC") && folder->uidvalidity != 0 &&
         folder->modseq != 0;
}

static char *
select_options (EngineImap *imap, const StoreFolder *folder)
{
  if (can_resync (imap, folder))
    return g_strdup_printf (
        "(QRESYNC (%u %" G_GUINT64_FORMAT "))", folder->uidvalidity, folder->modseq);
  if (engine_imap_has (imap, "CONDSTORE") || engine_imap_has (imap, "QRESYNC"))
    return g_strdup ("(CONDSTORE)");
  return NULL;
}

static gboolean
run_select (EngineImap *imap,
            StoreFolder *folder,
            EngineImapNews *news,
            EngineImapLook **look,
            GError **error)
{
  ImapCommand *command = imap_command_select (folder->name, imap->reading);
  g_autofree char *what =
      g_strdup_printf (_ ("%s does not open the folder “%s”"), imap->info->host, folder->name);
  guint64 exchange;
  gboolean good;

  command->options = imap->reading ? NULL : select_options (imap, folder);
  imap->func = selecting;
  imap->func_data = news;
  exchange = engine_imap_submit (imap, command);
  *look = engine_imap_look (imap, folder);
  good = engine_imap_wait_ok (imap, exchange, what, error);
  imap->func = NULL;
  return good;
}

/* What was told is about the UIDVALIDITY that was named; a server whose is another says nothing of
 * what vanished (RFC 7162 §3.2.5.1). A lower HIGHESTMODSEQ than before is a server's mistake. */
static gboolean
was_told (EngineImap *imap, const StoreFolder *folder)
{
  return !imap->reading && can_resync (imap, folder) && folder->uidvalidity == imap->uidvalidity &&
         imap->modseq >= folder->modseq;
}

void
engine_imap_forget_folder (EngineImap *imap)
{
  g_clear_pointer (&imap->folder, store_folder_unref);
  engine_imap_forget_told (imap);
  imap->news = imap->behind = FALSE;
}

/* UNSELECT (RFC 3691) expunges nothing, which CLOSE would; without it the next SELECT closes it. */
gboolean
engine_imap_unselect (EngineImap *imap, GError **error)
{
  if (!imap->folder)
    return TRUE;
  engine_imap_forget_folder (imap);
  return !engine_imap_has (imap, "UNSELECT") ||
         engine_imap_run (imap,
                          imap_command_new (IMAP_VERB_UNSELECT),
                          _ ("The server does not close the folder"),
                          error);
}

static gboolean
is_behind (const EngineImap *imap, const StoreFolder *folder)
{
  return (imap->uidnext != 0 && imap->uidnext != folder->uidnext) ||
         (imap->counted && (gint64) imap->exists != folder->server_total) ||
         (imap->modseq != 0 && imap->modseq != folder->modseq);
}

gboolean
engine_imap_select (EngineImap *imap, StoreFolder *folder, GError **error)
{
  g_autoptr (EngineImapNews) news = NULL;
  EngineImapLook *look;

  if (imap->folder && imap->folder->id == folder->id)
    return TRUE;
  g_clear_pointer (&imap->folder, store_folder_unref);
  engine_imap_forget_told (imap);
  news = engine_imap_news_new ();
  forget_said (imap, news);
  imap->proved = imap->rebuilt = imap->behind = FALSE;
  if (!run_select (imap, folder, news, &look, error))
    {
      engine_imap_end_look (imap, look, FALSE, NULL);
      return FALSE;
    }
  imap->exists = imap_core_exists (imap->core);
  imap->news = FALSE;
  imap->behind = is_behind (imap, folder);
  imap->folder = store_folder_ref (folder);
  if (was_told (imap, folder))
    imap->told = g_steal_pointer (&news);
  if (engine_imap_end_look (imap, look, TRUE, error) && check_validity (imap, error))
    return TRUE;
  g_clear_pointer (&imap->folder, store_folder_unref);
  return FALSE;
}
