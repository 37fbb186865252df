/* What became of a letter whose answer never came: the server's folders may know. */
#include "config.h"

#include "engine-outbox.h"

#include <string.h>

#include "mail-address.h"

typedef struct
{
  const StoreAccountInfo *info;
  const StoreOutboxEntry *entry;
  const char *folder;
} Found;

static gboolean
write_found (StoreTx *tx, gpointer data, GError **error)
{
  const Found *found = data;

  return store_tx_outbox_found (tx,
                                found->entry->id,
                                found->folder,
                                strcmp (found->info->protocol, "pop3") == 0 ? "UIDL" : "UID FETCH",
                                error);
}

static gboolean
is_to_oneself (const StoreOutboxEntry *entry, const StoreAccountInfo *info)
{
  for (guint i = 0; entry->recipients[i]; i++)
    if (mail_address_equal (entry->recipients[i], info->email))
      return TRUE;
  return FALSE;
}

/* What this program put into Sent itself, after an earlier transaction, proves nothing. */
static gboolean
find_fate (StoreMailbase *mailbase,
           StoreReader *reader,
           const StoreAccountInfo *info,
           const StoreOutboxEntry *entry,
           GError **error)
{
  g_autofree char *folder = NULL;
  StoreRole role = STORE_ROLE_NONE;
  Found found = { info, entry, NULL };

  if (entry->accepted[0])
    return TRUE;
  if (!store_reader_outbox_seen (reader, entry->id, &folder, &role, error))
    return FALSE;
  if (!folder || (role != STORE_ROLE_SENT && !is_to_oneself (entry, info)))
    return TRUE;
  found.folder = folder;
  return store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, TRUE, write_found, &found, error);
}

gboolean
engine_outbox_find_fates (StoreMailbase *mailbase,
                          StoreReader *reader,
                          const StoreAccountInfo *info,
                          GError **error)
{
  g_autoptr (GPtrArray) entries = store_reader_outbox_unknown (reader, error);

  for (guint i = 0; entries && i < entries->len; i++)
    if (!find_fate (mailbase, reader, info, g_ptr_array_index (entries, i), error))
      return FALSE;
  return entries != NULL;
}
