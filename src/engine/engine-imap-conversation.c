/* Which letters belong together. What names what it answers is known here, in all folders; a server
 * that groups letters itself (THREAD, RFC 5256; THREADID, RFC 8474; X-GM-THRID) may know of more:
 * by their subject, or because a letter between them is gone from here. */
#include "config.h"

#include "engine-imap.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine-error.h"
#include "mail-thread.h"

/* The letters of it in one folder of the server. */
typedef struct
{
  gint64 folder;
  guint32 uidvalidity;
  GArray *uids; /* guint32, ascending */
} Part;

typedef struct
{
  const StoreRow *row; /* the letter that was asked about */
  GArray *messages;    /* gint64: what belongs to it */
  GHashTable *parts;   /* folder → Part */
} Conversation;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_array_unref (part->uids);
  g_free (part);
}

static gboolean
add_placements (Conversation *conversation, StoreReader *reader, gint64 message, GError **error)
{
  g_autoptr (GPtrArray) rows = store_reader_placements (reader, message, error);

  for (guint i = 0; rows && i < rows->len; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);
      Part *part = g_hash_table_lookup (conversation->parts, &row->folder);

      if (row->uid == 0)
        continue;
      if (!part)
        {
          part = g_new0 (Part, 1);
          part->folder = row->folder;
          part->uidvalidity = row->uidvalidity;
          part->uids = g_array_new (FALSE, FALSE, sizeof (guint32));
          g_hash_table_insert (conversation->parts, &part->folder, part);
        }
      if (row->uidvalidity == part->uidvalidity)
        g_array_append_val (part->uids, row->uid);
    }
  return rows != NULL;
}

static gboolean
holds (const GArray *numbers, guint32 wanted)
{
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, guint32, i) == wanted)
      return TRUE;
  return FALSE;
}

/* Telling: runs one command and gathers what it answers. */

typedef struct
{
  ImapResponseType type;
  const Part *part;
  GArray *uids; /* what belongs to it */
  char *thread; /* THREADID */
} Told;

/* Each conversation ends with a 0; those with a letter of ours are ours. */
static void
take_threads (Told *told, const GArray *numbers)
{
  guint first = 0;

  for (guint i = 0; i < numbers->len; i++)
    {
      gboolean ours = FALSE;

      if (g_array_index (numbers, guint32, i) != 0)
        continue;
      for (guint j = first; j < i && !ours; j++)
        ours = holds (told->part->uids, g_array_index (numbers, guint32, j));
      if (ours)
        g_array_append_vals (told->uids, &g_array_index (numbers, guint32, first), i - first);
      first = i + 1;
    }
}

static void
telling (EngineImap *imap, ImapEvent *event, gpointer data)
{
  Told *told = data;
  const ImapResponse *response = event->response;

  if (event->base.type != IMAP_EVENT_RESPONSE || response->type != told->type)
    return;
  if (response->type == IMAP_RESPONSE_THREAD)
    take_threads (told, response->numbers);
  else if (response->type == IMAP_RESPONSE_SEARCH)
    g_array_append_vals (told->uids, response->numbers->data, response->numbers->len);
  else if (response->type == IMAP_RESPONSE_FETCH && response->fetch->thread_id)
    {
      g_free (told->thread);
      told->thread = g_strdup (response->fetch->thread_id);
    }
}

/* %FALSE: the session is over, or it was refused. */
static gboolean
ask (EngineImap *imap, ImapCommand *command, Told *told, GError **error)
{
  g_autoptr (BaseEvent) event = NULL;

  imap->func = telling;
  imap->func_data = told;
  event = (BaseEvent *) engine_imap_wait (imap, engine_imap_submit (imap, command), error);
  imap->func = NULL;
  return event && event->outcome == BASE_OUTCOME_OK;
}

/* Asking */

static ImapSearchKey *
text_key (const char *name, const char *text, const char *text2)
{
  ImapSearchKey *key = imap_search_key_new (name);

  key->text = g_strdup (text);
  key->text2 = g_strdup (text2);
  return key;
}

/* (one, other: transfer full) */
static ImapSearchKey *
either (ImapSearchKey *one, ImapSearchKey *other)
{
  ImapSearchKey *key = imap_search_key_new ("OR");

  imap_search_key_add (key, one);
  imap_search_key_add (key, other);
  return key;
}

/* Not the whole folder is to be grouped: what has the same subject, or goes back to the same first
 * letter. %NULL: there is neither. */
static ImapSearchKey *
likely (const StoreRow *row)
{
  g_autofree char *subject = mail_thread_base_subject (row->subject, NULL);
  const char *root = row->thread && *row->thread ? row->thread : NULL;
  ImapSearchKey *key = NULL;

  if (root)
    key = either (text_key ("HEADER", "Message-ID", root), text_key ("HEADER", "References", root));
  if (*subject == '\0')
    return key;
  return key ? either (text_key ("SUBJECT", subject, NULL), key)
             : text_key ("SUBJECT", subject, NULL);
}

/* REFERENCES knows answers by their subject, too, where a program wrote none of the headers.
 * ORDEREDSUBJECT joins whatever has the same one, and is not asked for. */
static const char *
algorithm (EngineImap *imap)
{
  if (engine_imap_has (imap, "THREAD=REFERENCES"))
    return "REFERENCES";
  return engine_imap_has (imap, "THREAD=REFS") ? "REFS" : NULL;
}

static gboolean
ask_threads (EngineImap *imap, const StoreRow *row, Told *told, GError **error)
{
  ImapSearchKey *key = likely (row);
  ImapCommand *command;

  if (!key)
    return TRUE;
  command = imap_command_search (key, TRUE);
  command->verb = IMAP_VERB_THREAD;
  command->name = g_strdup (algorithm (imap));
  told->type = IMAP_RESPONSE_THREAD;
  return ask (imap, command, told, error);
}

static gboolean
ask_thread_id (EngineImap *imap, Told *told, GError **error)
{
  gboolean named = engine_imap_has (imap, "OBJECTID");
  g_autoptr (ImapSet) set = imap_set_new ();
  guint32 uid = g_array_index (told->part->uids, guint32, 0);
  ImapCommand *fetch;

  imap_set_add (set, uid, uid);
  fetch = imap_command_fetch (set, IMAP_FETCH_UID | (named ? IMAP_FETCH_THREADID : 0));
  if (!named)
    fetch->other = g_strdup ("X-GM-THRID");
  told->type = IMAP_RESPONSE_FETCH;
  if (!ask (imap, fetch, told, error) || !told->thread)
    return !net_session_is_over (imap->session);
  told->type = IMAP_RESPONSE_SEARCH;
  return ask (
      imap,
      imap_command_search (text_key (named ? "THREADID" : "X-GM-THRID", told->thread, NULL), TRUE),
      told,
      error);
}

/* Those that are new here are synchronised first, but not over a second connection. */
static gboolean
add_told (EngineImap *imap, Conversation *conversation, GArray *uids, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint unknown = store_reader_messages_at (
      imap->reader, imap->folder->id, imap->uidvalidity, uids, found, error);

  if (unknown > 0 && !imap->reading)
    {
      g_array_set_size (found, 0);
      if (!engine_imap_sync (imap, NULL, error))
        return FALSE;
      unknown = store_reader_messages_at (
          imap->reader, imap->folder->id, imap->uidvalidity, uids, found, error);
    }
  for (guint i = 0; unknown >= 0 && i < found->len; i++)
    {
      gint64 message = g_array_index (found, gint64, i);
      gboolean known = FALSE;

      for (guint j = 0; j < conversation->messages->len && !known; j++)
        known = g_array_index (conversation->messages, gint64, j) == message;
      if (!known && conversation->messages->len < STORE_CONVERSATION_MAX)
        g_array_append_val (conversation->messages, message);
    }
  return unknown >= 0;
}

static gboolean
groups (EngineImap *imap)
{
  return algorithm (imap) || engine_imap_has (imap, "OBJECTID") ||
         engine_imap_has (imap, "X-GM-EXT-1");
}

/* A folder in which the server groups nothing keeps nobody from the others. %FALSE only when the
 * session is over. */
static gboolean
ask_folder (
    EngineImap *imap, Conversation *conversation, const Part *part, guint *answered, GError **error)
{
  g_autoptr (StoreFolder) folder = store_reader_folder (imap->reader, part->folder, NULL);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  Told told = { 0, part, uids, NULL };
  g_autoptr (GError) local = NULL;
  gboolean good;

  if (!folder || folder->place != STORE_PLACE_SERVER || !folder->selectable || part->uids->len == 0)
    return TRUE;
  good = engine_imap_select (imap, folder, &local) && imap->uidvalidity == part->uidvalidity &&
         (algorithm (imap) ? ask_threads (imap, conversation->row, &told, &local)
                           : ask_thread_id (imap, &told, &local)) &&
         add_told (imap, conversation, uids, &local);
  g_free (told.thread);
  if (good)
    (*answered)++;
  else if (net_session_is_over (imap->session))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

GArray *
engine_imap_conversation (EngineImap *imap, gint64 message, GError **error)
{
  g_autoptr (GHashTable) parts =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, part_free);
  g_autoptr (GArray) messages = store_reader_conversation (imap->reader, message, error);
  g_autoptr (StoreRow) row = store_reader_row_of_message (imap->reader, message, NULL);
  Conversation conversation = { row, messages, parts };
  guint answered = 0;
  GHashTableIter iter;
  gpointer part;

  if (!messages)
    return NULL;
  for (guint i = 0; row && groups (imap) && i < messages->len; i++)
    if (!add_placements (&conversation, imap->reader, g_array_index (messages, gint64, i), error))
      return NULL;
  g_hash_table_iter_init (&iter, parts);
  while (g_hash_table_iter_next (&iter, NULL, &part))
    if (!ask_folder (imap, &conversation, part, &answered, error))
      return NULL;
  if (answered == 0)
    {
      g_set_error (error,
                   ENGINE_ERROR,
                   ENGINE_ERROR_REFUSED,
                   _ ("%s does not group these letters into conversations"),
                   imap->info->host);
      return NULL;
    }
  return g_steal_pointer (&messages);
}
