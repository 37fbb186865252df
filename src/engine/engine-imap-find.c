/* Search where all letters are: a server knows the text of those that are not here. */
#include "config.h"

#include "engine-imap.h"

#include "engine-error.h"

typedef struct
{
  const char *query;
  guint last;
  GArray *messages; /* gint64 */
} Find;

/* What was found is shown with the marks it has now, however long ago its folder was looked into. A
 * server that remembers what it found need not be told all of it again: it would be a long list of
 * single UIDs. */
static gboolean
ask_marks (EngineImap *imap, GArray *uids, gboolean saved, GError **error)
{
  g_autoptr (ImapSet) set = saved ? imap_set_new_saved () : imap_set_new ();
  g_autoptr (BaseEvent) event = NULL;

  if (uids->len == 0)
    return TRUE;
  for (guint i = 0; !saved && i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      imap_set_add (set, uid, uid);
    }
  event = (BaseEvent *) engine_imap_wait (
      imap,
      engine_imap_submit (imap, imap_command_fetch (set, IMAP_FETCH_UID | IMAP_FETCH_FLAGS)),
      error);
  if (!event)
    return FALSE;
  /* NOTSAVED: it could not remember them after all. */
  return event->outcome == BASE_OUTCOME_OK || !saved || ask_marks (imap, uids, FALSE, error);
}

static gboolean
find_here (EngineImap *imap, Find *find, GError **error)
{
  gboolean saved;
  g_autoptr (GArray) uids = engine_imap_find_words (imap, find->query, find->last, &saved, error);
  guint before = find->messages->len;
  gint unknown;

  if (!uids)
    return FALSE;
  unknown = store_reader_messages_at (
      imap->reader, imap->folder->id, imap->uidvalidity, uids, find->messages, error);
  if (unknown < 0 || imap->reading)
    return unknown >= 0;
  if (unknown == 0)
    return ask_marks (imap, uids, saved, error);
  g_array_set_size (find->messages, before);
  return engine_imap_sync (imap, NULL, error) &&
         store_reader_messages_at (
             imap->reader, imap->folder->id, imap->uidvalidity, uids, find->messages, error) >= 0;
}

/* Where all letters are in one folder (Gmail), the others have the same ones. */
static gboolean
is_searched (const StoreFolder *folder, gboolean all)
{
  return folder->place == STORE_PLACE_SERVER && folder->selectable && folder->server_total != 0 &&
         (!all || folder->role == STORE_ROLE_ALL || folder->role == STORE_ROLE_TRASH ||
          folder->role == STORE_ROLE_JUNK);
}

static gboolean
has_all (GPtrArray *folders)
{
  for (guint i = 0; i < folders->len; i++)
    if (((StoreFolder *) g_ptr_array_index (folders, i))->role == STORE_ROLE_ALL)
      return TRUE;
  return FALSE;
}

GArray *
engine_imap_find (EngineImap *imap, const char *query, guint last, GError **error)
{
  g_autoptr (GPtrArray) folders = store_reader_folders (imap->reader, error);
  g_autoptr (GArray) messages = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) first = NULL;
  Find find = { query, last, messages };
  guint searched = 0;

  for (guint i = 0; folders && i < folders->len; i++)
    {
      StoreFolder *folder = g_ptr_array_index (folders, i);
      g_autoptr (GError) local = NULL;

      if (!is_searched (folder, has_all (folders)))
        continue;
      if (engine_imap_select (imap, folder, &local) && find_here (imap, &find, &local))
        searched++;
      else if (net_session_is_over (imap->session))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      else if (!first)
        first = g_steal_pointer (&local);
    }
  if (!folders || (first && searched == 0))
    {
      if (first)
        g_propagate_error (error, g_steal_pointer (&first));
      return NULL;
    }
  return g_steal_pointer (&messages);
}

GArray *
engine_imap_answer (EngineImap *imap, const EngineQuestion *question, GError **error)
{
  return question->query ? engine_imap_find (imap, question->query, question->last, error)
                         : engine_imap_conversation (imap, question->conversation, error);
}
