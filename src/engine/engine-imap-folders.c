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
  gint64 folder;
  const char *name; /* borrowed */
} Renamed;

typedef struct
{
  Folders *folders;
  GArray *gone;    /* gint64 */
  GArray *renamed; /* Renamed */
} Tree;

static gboolean
write_tree (StoreTx *tx, gpointer data, GError **error)
{
  Tree *tree = data;

  for (guint i = 0; i < tree->renamed->len; i++)
    {
      const Renamed *renamed = &g_array_index (tree->renamed, Renamed, i);

      if (!store_tx_rename_folder (tx, renamed->folder, renamed->name, error))
        return FALSE;
    }
  for (guint i = 0; i < tree->folders->listed->len; i++)
    {
      const Listed *listed = g_ptr_array_index (tree->folders->listed, i);
      char delimiter[2] = { listed->list->delimiter, '\0' };
      g_autofree char *wire_name =
          listed->list->wire_name
              ? g_convert (listed->list->wire_name, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL)
              : NULL;
      StoreFolder folder = {
        .place = STORE_PLACE_SERVER,
        .name = listed->list->name,
        .delimiter = delimiter,
        .role = listed->role,
        .attributes = listed->list->attributes,
        .selectable = is_selectable (listed->list),
        .server_total = -1,
        .server_size = -1,
        .wire_name = wire_name,
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

static const StoreFolder *
find_known (GPtrArray *known, const char *name)
{
  for (guint i = 0; i < known->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (known, i);

      if (folder->place == STORE_PLACE_SERVER && strcmp (folder->name, name) == 0)
        return folder;
    }
  return NULL;
}

static gboolean
is_gone (GArray *gone, gint64 folder, guint *index)
{
  for (guint i = 0; i < gone->len; i++)
    if (g_array_index (gone, gint64, i) == folder)
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

/* The folder that is called @name now was @before, if that is gone. */
static void
note_renamed (Tree *tree, const StoreFolder *before, const char *name)
{
  Renamed renamed = { before ? before->id : 0, name };
  guint index;

  if (!before || !is_gone (tree->gone, before->id, &index))
    return;
  g_array_remove_index (tree->gone, index);
  g_array_append_val (tree->renamed, renamed);
}

static const StoreFolder *
find_mailbox_id (GPtrArray *known, const char *id)
{
  for (guint i = 0; id && i < known->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (known, i);

      if (g_strcmp0 (folder->mailbox_id, id) == 0)
        return folder;
    }
  return NULL;
}

/* Of the new names. */
static gboolean
is_alone (GPtrArray *statuses, GPtrArray *known, const ImapStatusItems *status)
{
  for (guint i = 0; i < statuses->len; i++)
    {
      const ImapStatusItems *other =
          ((ImapResponse *) g_ptr_array_index (statuses, i))->status_items;

      if (other != status && other->uidvalidity == status->uidvalidity &&
          !find_known (known, other->name))
        return FALSE;
    }
  return TRUE;
}

/* A folder that is gone and a new name are the same where UIDVALIDITY, UIDNEXT and the number of
 * letters are, and where that UIDVALIDITY is no other folder's: servers that give all folders the
 * same one, or all that were made in one second, tell nothing by it. */
static const StoreFolder *
find_same (Tree *tree, GPtrArray *known, const ImapStatusItems *status)
{
  const StoreFolder *found = NULL;

  if (!status->has_uidvalidity || !status->has_uidnext || !status->has_messages ||
      status->uidvalidity == 0 || status->messages == 0 ||
      !is_alone (tree->folders->statuses, known, status))
    return NULL;
  for (guint i = 0; i < known->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (known, i);

      if (folder->place != STORE_PLACE_SERVER || folder->uidvalidity != status->uidvalidity)
        continue;
      if (found)
        return NULL;
      found = folder;
    }
  return found && found->uidnext == status->uidnext &&
                 found->server_total == (gint64) status->messages
             ? found
             : NULL;
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

static char *
fold_name (const char *name)
{
  g_autofree char *normal = g_utf8_normalize (name, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normal ? normal : name, -1);
}

/* Some servers know a name in any case, and the same folder by each. */
static gboolean
is_listed_in_other_letters (Folders *folders, const char *name)
{
  g_autofree char *folded = fold_name (name);

  for (guint i = 0; i < folders->listed->len; i++)
    {
      Listed *listed = g_ptr_array_index (folders->listed, i);
      g_autofree char *other = fold_name (listed->list->name);

      if (strcmp (folded, other) == 0)
        return TRUE;
    }
  return FALSE;
}

typedef struct
{
  gint64 folder;
  const char *name; /* borrowed */
  guint64 exchange;
} Missed;

/* A list that is not whole (with OK at its end, when the server had its troubles) takes no folder
 * away: each that it lacks is asked for by itself. (transfer full) */
static GArray *
ask_for_missed (Tree *tree, GPtrArray *known, const char *const *items)
{
  GArray *missed = g_array_new (FALSE, FALSE, sizeof (Missed));

  for (guint i = 0; i < known->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (known, i);
      Missed one = { folder->id, folder->name, 0 };
      guint index;

      if (!is_gone (tree->gone, folder->id, &index) || !folder->selectable ||
          is_listed_in_other_letters (tree->folders, folder->name))
        continue;
      one.exchange =
          engine_imap_submit (tree->folders->imap, imap_command_status (folder->name, items));
      g_array_append_val (missed, one);
    }
  return missed;
}

static gboolean
is_told (Folders *folders, const char *name)
{
  const ImapStatusItems *status = find_status (folders, name);

  return status && (status->has_messages || status->mailbox_id);
}

static gboolean
wait_for_missed (Tree *tree, GArray *missed, GError **error)
{
  for (guint i = 0; i < missed->len; i++)
    {
      const Missed *one = &g_array_index (missed, Missed, i);
      g_autoptr (BaseEvent) event =
          (BaseEvent *) engine_imap_wait (tree->folders->imap, one->exchange, error);

      if (!event)
        return FALSE;
      if (event->outcome != BASE_OUTCOME_TEMPORARY &&
          !(event->outcome == BASE_OUTCOME_OK && is_told (tree->folders, one->name)))
        g_array_remove_index (missed, i--);
    }
  return TRUE;
}

/* What is left of @missed is there. */
static void
keep_missed (Tree *tree, const GArray *missed)
{
  guint index;

  for (guint i = 0; i < missed->len; i++)
    if (is_gone (tree->gone, g_array_index (missed, Missed, i).folder, &index))
      g_array_remove_index (tree->gone, index);
}

/* Names that are new, while others are gone, may be old folders: IMAP4rev2 says which (OLDNAME), a
 * server with OBJECTID is asked what it calls them (RFC 8474 §4), others what their numbers are.
 * Where none of these is clear their letters are fetched again. */
static gboolean
find_renamed (Tree *tree, GPtrArray *known, GError **error)
{
  EngineImap *imap = tree->folders->imap;
  static const char *const ids[] = { "MAILBOXID", NULL };
  static const char *const numbers[] = { "MESSAGES", "UIDNEXT", "UIDVALIDITY", NULL };
  const char *const *items = engine_imap_has_mailbox_ids (imap) ? ids : numbers;
  g_autoptr (GArray) exchanges = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) missed = ask_for_missed (tree, known, items);

  for (guint i = 0; tree->gone->len > 0 && i < tree->folders->listed->len; i++)
    {
      const ImapList *list = ((Listed *) g_ptr_array_index (tree->folders->listed, i))->list;
      guint64 exchange;

      if (!is_selectable (list) || find_known (known, list->name))
        continue;
      if (list->old_name)
        note_renamed (tree, find_known (known, list->old_name), list->name);
      else
        {
          exchange = engine_imap_submit (imap, imap_command_status (list->name, items));
          g_array_append_val (exchanges, exchange);
        }
    }
  for (guint i = 0; i < exchanges->len; i++)
    {
      g_autoptr (BaseEvent) event =
          (BaseEvent *) engine_imap_wait (imap, g_array_index (exchanges, guint64, i), error);

      if (!event)
        return FALSE;
    }
  if (!wait_for_missed (tree, missed, error))
    return FALSE;
  for (guint i = 0; i < tree->folders->statuses->len; i++)
    {
      const ImapStatusItems *status =
          ((ImapResponse *) g_ptr_array_index (tree->folders->statuses, i))->status_items;

      if (!find_known (known, status->name))
        note_renamed (tree,
                      items == ids ? find_mailbox_id (known, status->mailbox_id)
                                   : find_same (tree, known, status),
                      status->name);
    }
  keep_missed (tree, missed);
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
  g_autoptr (GArray) renamed = g_array_new (FALSE, FALSE, sizeof (Renamed));
  Tree tree = { folders, gone, renamed };
  guint kept = 0;

  if (!journal)
    return FALSE;
  for (guint i = 0; i < known->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (known, i);

      if (folder->place == STORE_PLACE_SERVER && folder->role != STORE_ROLE_MAILDROP &&
          !is_listed (folders, folder->name))
        g_array_append_val (gone, folder->id);
    }
  if (!find_renamed (&tree, known, error))
    return FALSE;
  for (guint i = 0; i < gone->len; i++)
    if (!is_target (journal, g_array_index (gone, gint64, i)))
      g_array_index (gone, gint64, kept++) = g_array_index (gone, gint64, i);
  g_array_set_size (gone, kept);
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

#define STATUS_ITEMS_MAX 10

/* Servers may open every letter to tell SIZE, so it is asked for where it is not known, and only
 * where it may be believed: of a folder that was made equal before. */
static gboolean
lacks_size (const StoreFolder *folder)
{
  return folder->server_size < 0 && folder->uidvalidity > 0;
}

static void
choose_items (EngineImap *imap, gboolean size, const char *items[STATUS_ITEMS_MAX])
{
  guint n = 0;

  items[n++] = "MESSAGES";
  items[n++] = "UIDNEXT";
  items[n++] = "UIDVALIDITY";
  items[n++] = "UNSEEN";
  if (engine_imap_has (imap, "CONDSTORE"))
    items[n++] = "HIGHESTMODSEQ";
  if (size && engine_imap_has (imap, "STATUS=SIZE"))
    items[n++] = "SIZE";
  if (engine_imap_has_mailbox_ids (imap))
    items[n++] = "MAILBOXID";
  items[n] = NULL;
}

/* RFC 5819: one command tells of all folders. */
static gboolean
ask_by_list (EngineImap *imap, const char *const *items, gboolean *asked, GError **error)
{
  ImapCommand *command = imap_command_list ("", "*", FALSE);
  g_autofree char *words = g_strjoinv (" ", (char **) items);
  char *options[] = { (char *) "STATUS", g_strdup_printf ("(%s)", words), NULL };
  g_autoptr (BaseEvent) event = NULL;

  command->words = g_strdupv (options);
  g_free (options[1]);
  event = (BaseEvent *) engine_imap_wait (imap, engine_imap_submit (imap, command), error);
  *asked = event && event->outcome == BASE_OUTCOME_OK;
  return event != NULL;
}

/* A folder that was named and never looked into is going to be opened in any case, which says the
 * same again, but for its id. */
static gboolean
is_opened_anyway (EngineImap *imap, const StoreFolder *folder, char **names)
{
  return names && folder->uidvalidity == 0 && !engine_imap_has (imap, "OBJECTID");
}

/* STATUS of all folders goes out in one pipeline, or in one command; one that cannot be asked is
 * looked into. */
static gboolean
ask_statuses (Folders *folders, GPtrArray *known, char **names, GError **error)
{
  EngineImap *imap = folders->imap;
  const char *items[STATUS_ITEMS_MAX];
  g_autoptr (GArray) exchanges = g_array_new (FALSE, FALSE, sizeof (guint64));
  gboolean asked = FALSE;
  gboolean size = FALSE;

  for (guint i = 0; i < known->len; i++)
    size = size || lacks_size (g_ptr_array_index (known, i));
  choose_items (imap, size, items);
  if (!names && engine_imap_has (imap, "LIST-STATUS") && !ask_by_list (imap, items, &asked, error))
    return FALSE;
  for (guint i = 0; !asked && i < known->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (known, i);
      guint64 exchange;

      if (!is_asked_for (folder, names) || is_opened_anyway (imap, folder, names))
        continue;
      choose_items (imap, lacks_size (folder), items);
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

      if (status->mailbox_id && g_strcmp0 (status->mailbox_id, folder->mailbox_id) != 0 &&
          !store_tx_set_mailbox_id (tx, folder->id, status->mailbox_id, error))
        return FALSE;
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
                                       status->has_size ? (gint64) status->size
                                                        : folder->server_size,
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
  g_autoptr (GPtrArray) journal = store_reader_journal (folders->imap->reader, error);

  if (!journal)
    return FALSE;
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
      if (!status || !is_unchanged (folder, status) ||
          engine_imap_miscounts (folders->imap, folder, status, journal))
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

/* Somebody removed the folder that is selected: what the server still says of it is about nothing.
 */
static gboolean
leave_lost (EngineImap *imap, GError **error)
{
  g_autoptr (StoreFolder) folder =
      imap->folder ? store_reader_folder (imap->reader, imap->folder->id, NULL) : NULL;

  return folder || engine_imap_unselect (imap, error);
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

  engine_imap_begin (imap);
  engine_imap_ask_quota (imap);
  folders_begin (&folders, imap);
  good = engine_imap_run (imap, imap_command_list ("", "*", special), what, error);
  if (good)
    {
      give_roles (&folders);
      good = store_tree (&folders, error);
    }
  folders_end (&folders);
  return good && leave_lost (imap, error);
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
