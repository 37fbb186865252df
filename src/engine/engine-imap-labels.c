/* Gmail: every folder but a few is a label, and All Mail has each letter once. To archive is to
 * take the label Inbox away; to file what is in All Mail is to give it a label. Both are said in
 * All Mail, where the folder that is selected is no label itself. */
#include "config.h"

#include "engine-imap.h"

#include <string.h>

/* (transfer full) (nullable: it is no label) */
static char *
label_of (const StoreFolder *folder)
{
  switch (folder->role)
    {
    case STORE_ROLE_INBOX:
      return g_strdup ("\\Inbox");
    case STORE_ROLE_FLAGGED:
      return g_strdup ("\\Starred");
    case STORE_ROLE_IMPORTANT:
      return g_strdup ("\\Important");
    case STORE_ROLE_NONE:
    case STORE_ROLE_ARCHIVE:
      return g_strdup (folder->name);
    case STORE_ROLE_DRAFTS:
    case STORE_ROLE_SENT:
    case STORE_ROLE_JUNK:
    case STORE_ROLE_TRASH:
    case STORE_ROLE_ALL:
    case STORE_ROLE_MAILDROP:
    default:
      return NULL;
    }
}

gboolean
engine_imap_label_move (
    EngineImap *imap, const StoreFolder *from, const StoreFolder *to, int *mode, char **label)
{
  if (!engine_imap_has (imap, "X-GM-EXT-1") ||
      (from->role == STORE_ROLE_ALL) == (to->role == STORE_ROLE_ALL))
    return FALSE;
  *mode = from->role == STORE_ROLE_ALL ? '+' : '-';
  *label = label_of (*mode == '+' ? to : from);
  return *label != NULL;
}

guint32
engine_imap_uid_in (EngineImap *imap, gint64 message, gint64 folder)
{
  g_autoptr (GPtrArray) rows = store_reader_placements (imap->reader, message, NULL);

  for (guint i = 0; rows && i < rows->len; i++)
    {
      const StoreRow *row = g_ptr_array_index (rows, i);

      if (row->folder == folder && row->uid != 0)
        return row->uid;
    }
  return 0;
}
