/* Names of local folders are fixed words, as INBOX is; the program shows them translated by role.
 */
#include "config.h"

#include "engine-place.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"

static const struct
{
  StorePlace place;
  const char *name;
  StoreRole role;
} local_folders[] = {
  { STORE_PLACE_SERVER, "INBOX", STORE_ROLE_MAILDROP },
  { STORE_PLACE_HERE, "INBOX", STORE_ROLE_INBOX },
  { STORE_PLACE_HERE, "Drafts", STORE_ROLE_DRAFTS },
  { STORE_PLACE_HERE, "Sent", STORE_ROLE_SENT },
  { STORE_PLACE_HERE, "Archive", STORE_ROLE_ARCHIVE },
  { STORE_PLACE_HERE, "Trash", STORE_ROLE_TRASH },
};

static gint64
put (StoreTx *tx, StorePlace place, const char *name, StoreRole role, GError **error)
{
  StoreFolder folder = {
    .place = place,
    .name = (char *) name,
    .delimiter = (char *) "/",
    .role = role,
    .selectable = TRUE,
    .server_total = -1,
    .server_size = -1,
  };
  gint64 id = 0;

  return store_tx_put_folder (tx, &folder, &id, error) ? id : 0;
}

static gboolean
write_folders (StoreTx *tx, gpointer data, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (local_folders); i++)
    if (put (tx, local_folders[i].place, local_folders[i].name, local_folders[i].role, error) == 0)
      return FALSE;
  return TRUE;
}

/* The one folder that every IMAP server has (RFC 9051 §5.1). */
static gboolean
write_inbox (StoreTx *tx, gpointer data, GError **error)
{
  return put (tx, STORE_PLACE_SERVER, "INBOX", STORE_ROLE_INBOX, error) != 0;
}

static guint
count_known (GPtrArray *folders)
{
  guint known = 0;

  for (guint i = 0; i < folders->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (folders, i);

      for (guint k = 0; k < G_N_ELEMENTS (local_folders); k++)
        known += folder->place == local_folders[k].place && folder->role == local_folders[k].role;
    }
  return known;
}

gboolean
engine_place_prepare (StoreMailbase *mailbase, const StoreAccountInfo *info, GError **error)
{
  g_autoptr (StoreReader) reader = NULL;
  g_autoptr (GPtrArray) folders = NULL;

  reader = store_mailbase_reader (mailbase, error);
  folders = reader ? store_reader_folders (reader, error) : NULL;
  if (!folders)
    return FALSE;
  if (strcmp (info->protocol, "pop3") != 0)
    return folders->len > 0 ||
           store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, TRUE, write_inbox, NULL, error);
  if (count_known (folders) == G_N_ELEMENTS (local_folders))
    return TRUE;
  return store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, TRUE, write_folders, NULL, error);
}

gint64
engine_place_maildrop (StoreReader *reader, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (StoreFolder) folder =
      store_reader_folder_by_role (reader, STORE_ROLE_MAILDROP, &local);

  if (folder)
    return folder->id;
  if (local)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error_literal (error,
                         ENGINE_ERROR,
                         ENGINE_ERROR_NOT_FOUND,
                         _ ("The account has no POP3 mailbox: remove it and add it again"));
  return 0;
}

gint64
engine_place_make (StoreTx *tx, StoreRole role, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (local_folders); i++)
    if (local_folders[i].role == role)
      return put (tx, STORE_PLACE_SERVER, local_folders[i].name, role, error);
  g_return_val_if_reached (0);
}
