/* The tree of folders (LIST), what each is for (RFC 6154, else by name), and which of them changed
 * (STATUS for all of them in one pipeline). */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-role.h"

typedef struct
{
  ImapList *list; /* borrowed from @response */
  ImapResponse *response;
  StoreRole role;
} Listed;

typedef struct
{
  GPtrArray *listed; /* Listed */
  EngineImap *imap;
  GPtrArray *statuses; /* ImapResponse */
} Folders;

static void
listed_free (gpointer data)
{
  Listed *listed = data;

  imap_response_unref (listed->response);
  g_free (listed);
}

static void
listing (EngineImap *imap, ImapEvent *event, gpointer data)
{
  Folders *folders = data;

  if (event->base.type != IMAP_EVENT_RESPONSE)
    return;
  if (event->response->type == IMAP_RESPONSE_LIST && !event->response->list->lsub &&
      event->response->list->name[0])
    {
      Listed *listed = g_new0 (Listed, 1);

      listed->response = imap_response_ref (event->response);
      listed->list = event->response->list;
      g_ptr_array_add (folders->listed, listed);
    }
  else if (event->response->type == IMAP_RESPONSE_STATUS_ITEMS)
    g_ptr_array_add (folders->statuses, imap_response_ref (event->response));
}

static StoreRole
role_of_attributes (guint attributes)
{
  static const struct
  {
    guint attribute;
    StoreRole role;
  } roles[] = {
    { IMAP_MAILBOX_DRAFTS, STORE_ROLE_DRAFTS },   { IMAP_MAILBOX_SENT, STORE_ROLE_SENT },
    { IMAP_MAILBOX_ARCHIVE, STORE_ROLE_ARCHIVE }, { IMAP_MAILBOX_JUNK, STORE_ROLE_JUNK },
    { IMAP_MAILBOX_TRASH, STORE_ROLE_TRASH },     { IMAP_MAILBOX_ALL, STORE_ROLE_ALL },
    { IMAP_MAILBOX_FLAGGED, STORE_ROLE_FLAGGED }, { IMAP_MAILBOX_IMPORTANT, STORE_ROLE_IMPORTANT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (attributes & roles[i].attribute)
      return roles[i].role;
  return STORE_ROLE_NONE;
}

/* What the server says comes first; a name is a guess for uses that nobody was given. */
static void
give_roles (Folders *folders)
{
  guint taken = 0;

  for (guint i = 0; i < folders->listed->len; i++)
    {
      Listed *listed = g_ptr_array_index (folders->listed, i);

      listed->role = strcmp (listed->list->name, "INBOX") == 0
                         ? STORE_ROLE_INBOX
                         : role_of_attributes (listed->list->attributes);
      taken |= 1u << listed->role;
    }
  for (guint i = 0; i < folders->listed->len; i++)
    {
      Listed *listed = g_ptr_array_index (folders->listed, i);
      const char delimiter[2] = { listed->list->delimiter, '\0' };
      StoreRole guess = engine_role_guess (listed->list->name, delimiter);

      if (listed->role != STORE_ROLE_NONE || guess == STORE_ROLE_NONE || (taken & (1u << guess)) ||
          (listed->list->attributes & IMAP_MAILBOX_NOSELECT))
        continue;
      listed->role = guess;
      taken |= 1u << guess;
    }
}

static gboolean
is_selectable (const ImapList *list)
{
  return !(list->attributes & (IMAP_MAILBOX_NOSELECT | IMAP_MAILBOX_NONEXISTENT));
}

static gboolean
is_listed (Folders *folders, const char *name)
{
  for (guint i = 0; i < folders->listed->len; i++)
    {
      Listed *listed = g_ptr_array_index (folders->listed, i);

      if (strcmp (listed->list->name, name) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_target (GPtrArray *journal, gint64 folder)
{
  for (guint i = 0; i < journal->len; i++)
    {
      const StoreJournalEntry *entry = g_ptr_array_index (journal, i);

      if (entry->target == folder)
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  Folders *folders;
  GArray *gone; /* gint64 */
} Tree;

static gboolean
write_tree (StoreTx *tx, gpointer data, GError **error)
{
  Tree *tree = data;

  for (guint i = 0; i < tree->folders->listed->len; i++)
    {
      const Listed *listed = g_ptr_array_index (tree->folders->listed, i);
      char delimiter[2] = { listed->list->delimiter, '\0' };
      StoreFolder folder = {
        .place = STORE_PLACE_SERVER,
        .name = listed->list->name,
        .delimiter = delimiter,
        .role = listed->role,
        .attributes = listed->list->attributes,
        .selectable = is_selectable (listed->list),
        .server_total = -1,
        .server_size = -1,
      };
      gint64 id;

      if (!store_tx_put_folder (tx, &folder, &id, error))
        return FALSE;
    }
  for (guint i = 0; i < tree->gone->len; i++)
    if (!store_tx_remove_folder (tx, g_array_index (tree->gone, gint64, i), error))
      return FALSE;
  return TRUE;
}

/* A folder that a waiting APPEND or move goes to stays: playing the journal makes it there. */
static gboolean
store_tree (Folders *folders, GError **error)
{
  EngineImap *imap = folders->imap;
  g_autoptr (GPtrArray) known = store_reader_folders (imap->reader, error);
  g_autoptr (GPtrArray) journal = known ? store_reader_journal (imap->reader, error) : NULL;
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  Tree tree = { folders, gone };

  if (!journal)
    return FALSE;
  for (guint i = 0; i < known->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (known, i);

      if (folder->place == STORE_PLACE_SERVER && folder->role != STORE_ROLE_MAILDROP &&
          !is_listed (folders, folder->name) && !is_target (journal, folder->id))
        g_array_append_val (gone, folder->id);
    }
  return store_mailbase_write (
      imap->mailbase, STORE_PRIORITY_CLICK, FALSE, write_tree, &tree, error);
}

static gboolean
is_asked_for (const StoreFolder *folder, char **names)
{
  if (folder->place != STORE_PLACE_SERVER || !folder->selectable)
    return FALSE;
  for (guint i = 0; names && names[i]; i++)
    if (strcmp (names[i], folder->name) == 0 ||
        (folder->role == STORE_ROLE_INBOX && g_ascii_strcasecmp (names[i], "INBOX") == 0))
      return TRUE;
  return names == NULL;
}

/* STATUS of all folders goes out in one pipeline; one that cannot be asked is looked into. */
static gboolean
ask_statuses (Folders *folders, GPtrArray *known, char **names, GError **error)
{
  EngineImap *imap = folders->imap;
  const char *items[8] = { "MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN" };
  guint n = 4;
  g_autoptr (GArray) exchanges = g_array_new (FALSE, FALSE, sizeof (guint64));

  if (engine_imap_has (imap, "CONDSTORE"))
    items[n++] = "HIGHESTMODSEQ";
  if (engine_imap_has (imap, "STATUS=SIZE") || engine_imap_has (imap, "IMAP4rev2"))
    items[n++] = "SIZE";
  for (guint i = 0; i < known->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (known, i);
      guint64 exchange;

      if (!is_asked_for (folder, names))
        continue;
      exchange = engine_imap_submit (imap, imap_command_status (folder->name, items));
      g_array_append_val (exchanges, exchange);
    }
  for (guint i = 0; i < exchanges->len; i++)
    {
      g_autoptr (BaseEvent) event =
          (BaseEvent *) engine_imap_wait (imap, g_array_index (exchanges, guint64, i), error);

      if (!event)
        return FALSE;
    }
  return TRUE;
}

static const ImapStatusItems *
find_status (Folders *folders, const char *name)
{
  for (guint i = 0; i < folders->statuses->len; i++)
    {
      const ImapResponse *response = g_ptr_array_index (folders->statuses, i);

      if (strcmp (response->status_items->name, name) == 0)
        return response->status_items;
    }
  return NULL;
}

/* Only a server that counts changes (RFC 7162) can prove that there were none. A row too many here
 * is one whose move was never proved: the folder has to be looked through. */
static gboolean
is_unchanged (const StoreFolder *folder, const ImapStatusItems *status)
{
  if (!status->has_messages || !status->has_uidvalidity || !status->has_uidnext)
    return FALSE;
  if (status->messages == 0 && folder->total == 0)
    return TRUE;
  return status->has_modseq && status->modseq > 0 && status->modseq == folder->modseq &&
         status->uidvalidity == folder->uidvalidity && status->uidnext == folder->uidnext &&
         folder->server_total == (gint64) status->messages &&
         folder->total == (gint64) status->messages;
}

static gboolean
write_statuses (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *pairs = data;

  for (guint i = 0; i + 1 < pairs->len; i += 2)
    {
      const StoreFolder *folder = g_ptr_array_index (pairs, i);
      const ImapStatusItems *status = g_ptr_array_index (pairs, i + 1);

      /* Counted at once, so that the sum does not grow while folders are looked into; what else is
       * known of a changed one is known when it has been. */
      if (!is_unchanged (folder, status))
        {
          if (status->has_messages &&
              !store_tx_set_folder_total (tx, folder->id, (gint64) status->messages, error))
            return FALSE;
          continue;
        }
      if (!store_tx_set_folder_server (tx,
                                       folder->id,
                                       (guint32) status->uidvalidity,
                                       (guint32) status->uidnext,
                                       status->has_modseq ? status->modseq : 0,
                                       (gint64) status->messages,
                                       status->has_size ? (gint64) status->size : -1,
                                       error))
        return FALSE;
    }
  return TRUE;
}

static int
by_importance (gconstpointer a, gconstpointer b)
{
  const StoreFolder *one = *(StoreFolder *const *) a, *other = *(StoreFolder *const *) b;
  guint first = one->role == STORE_ROLE_NONE ? G_MAXUINT : (guint) one->role;
  guint second = other->role == STORE_ROLE_NONE ? G_MAXUINT : (guint) other->role;

  if (first != second)
    return first < second ? -1 : 1;
  return strcmp (one->name, other->name);
}

static gboolean
sort_out (Folders *folders, GPtrArray *known, char **names, GPtrArray *changed, GError **error)
{
  g_autoptr (GPtrArray) answered = g_ptr_array_new ();

  for (guint i = 0; i < known->len; i++)
    {
      StoreFolder *folder = g_ptr_array_index (known, i);
      const ImapStatusItems *status;

      if (!is_asked_for (folder, names))
        continue;
      status = find_status (folders, folder->name);
      if (status)
        {
          g_ptr_array_add (answered, folder);
          g_ptr_array_add (answered, (gpointer) status);
        }
      if (!status || !is_unchanged (folder, status))
        g_ptr_array_add (changed, store_folder_ref (folder));
    }
  g_ptr_array_sort (changed, by_importance);
  return answered->len == 0 ||
         store_mailbase_write (
             folders->imap->mailbase, STORE_PRIORITY_BULK, FALSE, write_statuses, answered, error);
}

static void
free_response (gpointer response)
{
  imap_response_unref (response);
}

static void
free_folder (gpointer folder)
{
  store_folder_unref (folder);
}

/* From here to the end, responses are noted in @folders. */
static void
folders_begin (Folders *folders, EngineImap *imap)
{
  folders->imap = imap;
  folders->listed = g_ptr_array_new_with_free_func (listed_free);
  folders->statuses = g_ptr_array_new_with_free_func (free_response);
  imap->func = listing;
  imap->func_data = folders;
}

static void
folders_end (Folders *folders)
{
  folders->imap->func = NULL;
  g_ptr_array_unref (folders->listed);
  g_ptr_array_unref (folders->statuses);
}

/* RFC 7162 §3.2.3: from then on the server tells UIDs of what vanished. No answer is waited for:
 * where it was refused, nothing is enabled. */
static void
enable (EngineImap *imap)
{
  ImapCommand *command;

  if (!engine_imap_has (imap, "QRESYNC") || imap_core_is_enabled (imap->core, "QRESYNC"))
    return;
  command = imap_command_new (IMAP_VERB_ENABLE);
  command->words = g_strsplit ("QRESYNC", " ", -1);
  engine_imap_submit (imap, command);
}

gboolean
engine_imap_folders (EngineImap *imap, GError **error)
{
  Folders folders;
  gboolean special =
      engine_imap_has (imap, "SPECIAL-USE") &&
      (engine_imap_has (imap, "LIST-EXTENDED") || engine_imap_has (imap, "IMAP4rev2"));
  g_autofree char *what = g_strdup_printf (_ ("%s does not list its folders"), imap->info->host);
  gboolean good;

  enable (imap);
  folders_begin (&folders, imap);
  good = engine_imap_run (imap, imap_command_list ("", "*", special), what, error);
  if (good)
    {
      give_roles (&folders);
      good = store_tree (&folders, error);
    }
  folders_end (&folders);
  return good;
}

gboolean
engine_imap_changed (EngineImap *imap, char **names, GPtrArray **changed, GError **error)
{
  Folders folders;
  g_autoptr (GPtrArray) known = store_reader_folders (imap->reader, error);
  g_autoptr (GPtrArray) worth = g_ptr_array_new_with_free_func (free_folder);
  gboolean good;

  if (!known)
    return FALSE;
  folders_begin (&folders, imap);
  good = ask_statuses (&folders, known, names, error) &&
         sort_out (&folders, known, names, worth, error);
  folders_end (&folders);
  if (good)
    *changed = g_steal_pointer (&worth);
  return good;
}

gboolean
engine_imap_changed_elsewhere (EngineImap *imap, GPtrArray **changed, GError **error)
{
  Folders folders = { .imap = imap };
  g_autoptr (GPtrArray) known = store_reader_folders (imap->reader, error);
  g_autoptr (GPtrArray) worth = g_ptr_array_new_with_free_func (free_folder);
  g_autoptr (GPtrArray) told = g_steal_pointer (&imap->elsewhere);

  imap->elsewhere = g_ptr_array_new_with_free_func (free_response);
  folders.statuses = told;
  for (guint i = 0; known && i < known->len; i++)
    {
      StoreFolder *folder = g_ptr_array_index (known, i);
      const ImapStatusItems *status = find_status (&folders, folder->name);

      if (status && folder->place == STORE_PLACE_SERVER && folder->selectable &&
          !is_unchanged (folder, status))
        g_ptr_array_add (worth, store_folder_ref (folder));
    }
  if (known)
    *changed = g_steal_pointer (&worth);
  return known != NULL;
}
