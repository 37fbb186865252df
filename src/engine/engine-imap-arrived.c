/* Whether a letter is where the server says that it put it, and whether it is there already. Asked
 * before anything is removed or said twice: a copy that was only promised would be the last one. */
#include "config.h"

#include "engine-imap.h"

GArray *
engine_imap_arrivals (EngineImap *imap, StoreFolder *folder, GError **error)
{
  guint32 first;

  engine_imap_forget_folder (imap);
  if (!engine_imap_select (imap, folder, error))
    return NULL;
  first = imap->folder->uidvalidity == imap->uidvalidity ? imap->folder->uidnext : 0;
  return engine_imap_uids_from (imap, MAX (first, 1), error);
}

/* Lists of UIDs are ascending. */
static gboolean
contains (GArray *uids, guint32 uid)
{
  return g_array_binary_search (uids, &uid, engine_imap_compare_uids, NULL);
}

GArray *
engine_imap_strangers (EngineImap *imap, StoreFolder *folder, GError **error)
{
  g_autoptr (GArray) uids = engine_imap_arrivals (imap, folder, error);
  g_autoptr (GArray) known =
      uids ? store_reader_uids (imap->reader, folder->id, imap->uidvalidity, error) : NULL;
  GArray *strangers;

  if (!known)
    return NULL;
  strangers = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint i = 0; i < uids->len; i++)
    if (!contains (known, g_array_index (uids, guint32, i)))
      g_array_append_val (strangers, g_array_index (uids, guint32, i));
  return strangers;
}

gboolean
engine_imap_find_among (
    EngineImap *imap, GArray *uids, const char *message_id, guint32 *uid, GError **error)
{
  guint32 first = uids->len > 0 ? g_array_index (uids, guint32, 0) : 1;
  g_autoptr (GArray) found = engine_imap_find_message_id (imap, message_id, first, error);

  *uid = 0;
  for (guint i = 0; found && *uid == 0 && i < found->len; i++)
    if (contains (uids, g_array_index (found, guint32, i)))
      *uid = g_array_index (found, guint32, i);
  return found != NULL;
}
