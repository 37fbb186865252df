/* Questions for UIDs (RFC 9051 §6.4.4). ESEARCH answers with ranges, a few bytes for a million. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"

/* More UIDs than a server could mean. */
#define UIDS_MAX (20 * 1000 * 1000)

typedef struct
{
  GArray *uids;
  gboolean too_many;
} Found;

static void
add_range (Found *found, guint32 first, guint32 last)
{
  if (last < first || last == G_MAXUINT32 || last - first >= UIDS_MAX ||
      found->uids->len + (last - first) >= UIDS_MAX)
    {
      found->too_many = TRUE;
      return;
    }
  for (guint32 uid = first; uid <= last; uid++)
    g_array_append_val (found->uids, uid);
}

static void
add_set (Found *found, ImapSet *set)
{
  const ImapRange *ranges;
  guint n = imap_set_ranges (set, &ranges);

  for (guint i = 0; i < n && !found->too_many; i++)
    add_range (found, MIN (ranges[i].first, ranges[i].last), MAX (ranges[i].first, ranges[i].last));
}

static void
searching (EngineImap *imap, ImapEvent *event, gpointer data)
{
  Found *found = data;
  const ImapResponse *response = event->response;

  if (event->base.type != IMAP_EVENT_RESPONSE)
    return;
  if (response->type == IMAP_RESPONSE_SEARCH && response->numbers)
    g_array_append_vals (found->uids, response->numbers->data, response->numbers->len);
  else if (response->type == IMAP_RESPONSE_ESEARCH && response->esearch->all)
    add_set (found, response->esearch->all);
  else if (response->type == IMAP_RESPONSE_ESEARCH && response->esearch->partial)
    add_set (found, response->esearch->partial);
}

static void
sort_unique (GArray *uids)
{
  guint kept = 0;

  g_array_sort (uids, engine_imap_compare_uids);
  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      if (uid != 0 && (kept == 0 || g_array_index (uids, guint32, kept - 1) != uid))
        g_array_index (uids, guint32, kept++) = uid;
    }
  g_array_set_size (uids, kept);
}

static ImapSearchKey *
key_new (const char *name)
{
  ImapSearchKey *key = g_new0 (ImapSearchKey, 1);

  key->name = g_strdup (name);
  return key;
}

static ImapSearchKey *
key_new_uid (guint32 first, guint32 last)
{
  ImapSearchKey *key = key_new ("UID");

  key->set = imap_set_new ();
  imap_set_add (key->set, first, last);
  return key;
}

static ImapSearchKey *
key_copy (const ImapSearchKey *key)
{
  ImapSearchKey *copy = key_new (key->name);

  copy->text = g_strdup (key->text);
  copy->text2 = g_strdup (key->text2);
  copy->set = key->set ? imap_set_ref (key->set) : NULL;
  copy->number = key->number;
  copy->date = key->date;
  for (guint i = 0; key->children && i < key->children->len; i++)
    imap_search_key_add (copy, key_copy (key->children->pdata[i]));
  return copy;
}

/* What is looked for, and how many of the last ones; 0: all. @save: the server is to remember them
 * (SEARCHRES). */
typedef struct
{
  const ImapSearchKey *key;
  guint last;
  gboolean save;
} Wanted;

static void
set_options (ImapCommand *command, gboolean save, const char *options)
{
  g_autofree char *words = g_strconcat (save ? "SAVE " : "", options, NULL);

  command->esearch = TRUE;
  command->words = g_strsplit (words, " ", -1);
}

/* @below not 0: of the UIDs below it. */
static ImapCommand *
search_command (EngineImap *imap, guint32 below, gpointer data)
{
  const Wanted *wanted = data;
  ImapSearchKey *whole = key_copy (wanted->key);
  ImapCommand *command;

  if (below > 0)
    {
      ImapSearchKey *both = key_new ("AND");

      imap_search_key_add (both, key_new_uid (1, below - 1));
      imap_search_key_add (both, whole);
      whole = both;
    }
  command = imap_command_search (whole, TRUE);
  if (wanted->last > 0 && engine_imap_has (imap, "PARTIAL"))
    {
      g_autofree char *window = g_strdup_printf ("PARTIAL -1:-%u", wanted->last);

      set_options (command, wanted->save, window);
    }
  else if (engine_imap_has (imap, "ESEARCH"))
    set_options (command, wanted->save, "ALL");
  return command;
}

/* *@saved (nullable) is asked for when it is TRUE: $ is what this returns. */
static GArray *
search_last (
    EngineImap *imap, const ImapSearchKey *key, guint last, gboolean *saved, GError **error)
{
  Wanted wanted = { key, last, saved && *saved };
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  Found found = { uids, FALSE };
  g_autofree char *what = g_strdup_printf (
      _ ("%s does not search the folder “%s”"), imap->info->host, imap->folder->name);
  gboolean good;

  imap->func = searching;
  imap->func_data = &found;
  good = engine_imap_run_down (imap, search_command, &wanted, what, error);
  imap->func = NULL;
  if (!good)
    return NULL;
  if (found.too_many)
    {
      g_set_error (
          error,
          ENGINE_ERROR,
          ENGINE_ERROR_PROTOCOL,
          _ ("%s claims more messages in “%s” than can be: report it to its administrator"),
          imap->info->host,
          imap->folder->name);
      return NULL;
    }
  sort_unique (uids);
  if (last > 0 && uids->len > last)
    {
      g_array_remove_range (uids, 0, uids->len - last);
      if (saved)
        *saved = FALSE;
    }
  return g_steal_pointer (&uids);
}

/* (key: transfer full) */
static GArray *
search (EngineImap *imap, ImapSearchKey *owned, GError **error)
{
  g_autoptr (ImapSearchKey) key = owned;

  return search_last (imap, key, 0, NULL, error);
}

/* RFC 5256, and 5267 or 9394 for the window. */
static ImapCommand *
sort_command (EngineImap *imap, const ImapSearchKey *key, guint last)
{
  static const char *const newest[] = { "REVERSE", "DATE", NULL };
  ImapCommand *command = imap_command_search (key_copy (key), TRUE);

  command->verb = IMAP_VERB_SORT;
  command->sort = g_strdupv ((char **) newest);
  if (engine_imap_has (imap, "ESORT") &&
      (engine_imap_has (imap, "CONTEXT=SORT") || engine_imap_has (imap, "PARTIAL")))
    {
      g_autofree char *window = g_strdup_printf ("PARTIAL 1:%u", last);

      set_options (command, FALSE, window);
    }
  return command;
}

/* The newest @last by their own date: by UID the last would be those that came into the folder
 * last, and what was put into an archive yesterday may be ten years old. %NULL without an error:
 * the server does not sort. */
static GArray *
sort_newest (EngineImap *imap, const ImapSearchKey *key, guint last, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  Found found = { uids, FALSE };
  g_autoptr (BaseEvent) event = NULL;

  if (!engine_imap_has (imap, "SORT") || engine_imap_message_limit (imap) != G_MAXUINT)
    return NULL;
  imap->func = searching;
  imap->func_data = &found;
  event = (BaseEvent *) engine_imap_wait (
      imap, engine_imap_submit (imap, sort_command (imap, key, last)), error);
  imap->func = NULL;
  if (!event || event->outcome != BASE_OUTCOME_OK || found.too_many)
    return NULL;
  if (uids->len > last)
    g_array_set_size (uids, last);
  sort_unique (uids);
  return g_steal_pointer (&uids);
}

static ImapCommand *
uids_command (EngineImap *imap, guint32 below, gpointer data)
{
  g_autoptr (ImapSet) set = imap_set_new ();

  imap_set_add (set, 1, below > 0 ? below - 1 : IMAP_SET_LAST);
  return imap_command_fetch (set, IMAP_FETCH_UID);
}

static void
adding (EngineImap *imap, ImapEvent *event, gpointer data)
{
  const ImapFetch *fetch =
      event->base.type == IMAP_EVENT_RESPONSE && event->response->type == IMAP_RESPONSE_FETCH
          ? event->response->fetch
          : NULL;

  if (fetch && (fetch->items & IMAP_FETCH_UID))
    g_array_append_val ((GArray *) data, fetch->uid);
}

/* Some servers leave out of their answer what they still have: where it is shorter than their own
 * count, each letter is asked for its UID before anything is taken for gone. */
GArray *
engine_imap_all_uids (EngineImap *imap, GError **error)
{
  g_autoptr (GArray) uids = search (imap, key_new ("ALL"), error);
  g_autofree char *what = g_strdup_printf (
      _ ("%s does not search the folder “%s”"), imap->info->host, imap->folder->name);
  gboolean good;

  if (!uids || uids->len >= imap->exists)
    return g_steal_pointer (&uids);
  imap->func = adding;
  imap->func_data = uids;
  good = engine_imap_run_down (imap, uids_command, NULL, what, error);
  imap->func = NULL;
  if (!good)
    return NULL;
  sort_unique (uids);
  return g_steal_pointer (&uids);
}

GArray *
engine_imap_uids_from (EngineImap *imap, guint32 first, GError **error)
{
  GArray *uids = search (imap, key_new_uid (first, G_MAXUINT32), error);

  /* RFC 9051 §9, seq-range: "9:*" names the last message also when its UID is lower. */
  while (uids && uids->len > 0 && g_array_index (uids, guint32, 0) < first)
    g_array_remove_index (uids, 0);
  return uids;
}

/* So many have one Message-ID at most. */
#define NAMED_MAX 200

/* A server finds what contains the words: "15@here" where "5@here" was looked for. */
static gboolean
keep_named (EngineImap *imap, GArray *uids, const char *message_id, GError **error)
{
  g_autoptr (GPtrArray) heads = NULL;

  if (uids->len > NAMED_MAX)
    g_array_remove_range (uids, 0, uids->len - NAMED_MAX);
  heads = engine_imap_heads (imap, (const guint32 *) uids->data, uids->len, error);
  g_array_set_size (uids, 0);
  for (guint i = 0; heads && i < heads->len; i++)
    {
      const EngineLetter *head = g_ptr_array_index (heads, i);

      if (g_strcmp0 (head->record.message_id, message_id) == 0)
        g_array_append_val (uids, head->record.uid);
    }
  g_array_sort (uids, engine_imap_compare_uids);
  return heads != NULL;
}

GArray *
engine_imap_find_message_id (EngineImap *imap,
                             const char *message_id,
                             guint32 first,
                             GError **error)
{
  ImapSearchKey *key = key_new ("HEADER");
  ImapSearchKey *both = key;
  g_autoptr (GArray) uids = NULL;

  key->text = g_strdup ("Message-ID");
  key->text2 = g_strdup (message_id);
  if (first > 1)
    {
      both = key_new ("AND");
      imap_search_key_add (both, key_new_uid (first, G_MAXUINT32));
      imap_search_key_add (both, key);
    }
  uids = search (imap, both, error);
  return uids && keep_named (imap, uids, message_id, error) ? g_steal_pointer (&uids) : NULL;
}

GArray *
engine_imap_deleted_uids (EngineImap *imap, GError **error)
{
  return search (imap, key_new ("DELETED"), error);
}

GArray *
engine_imap_uids_of (EngineImap *imap, ImapSet *set, GError **error)
{
  ImapSearchKey *key = key_new ("UID");

  key->set = imap_set_ref (set);
  return search (imap, key, error);
}

gboolean
engine_imap_uid_exists (EngineImap *imap, guint32 uid, gboolean *exists, GError **error)
{
  g_autoptr (GArray) uids = search (imap, key_new_uid (uid, uid), error);

  if (!uids)
    return FALSE;
  *exists = uids->len > 0;
  return TRUE;
}

static ImapSearchKey *
key_new_text (const char *name, const char *text)
{
  ImapSearchKey *key = key_new (name);

  key->text = g_strdup (text);
  return key;
}

static ImapSearchKey *
key_of_term (const StoreTerm *term)
{
  ImapSearchKey *key;

  if (g_strcmp0 (term->field, "sender") == 0)
    return key_new_text ("FROM", term->text);
  if (g_strcmp0 (term->field, "subject") == 0)
    return key_new_text ("SUBJECT", term->text);
  if (g_strcmp0 (term->field, "recipients") != 0)
    return key_new_text ("TEXT", term->text);
  key = key_new ("OR");
  imap_search_key_add (key, key_new_text ("TO", term->text));
  imap_search_key_add (key, key_new_text ("CC", term->text));
  return key;
}

static ImapSearchKey *
key_of_query (const GArray *terms)
{
  ImapSearchKey *key;

  if (terms->len == 1)
    return key_of_term (&g_array_index (terms, StoreTerm, 0));
  key = key_new ("AND");
  for (guint i = 0; i < terms->len; i++)
    imap_search_key_add (key, key_of_term (&g_array_index (terms, StoreTerm, i)));
  return key;
}

GArray *
engine_imap_find_words (
    EngineImap *imap, const char *query, guint last, gboolean *saved, GError **error)
{
  g_autoptr (GArray) terms = store_query_terms (query);
  g_autoptr (ImapSearchKey) key = NULL;
  g_autoptr (GError) local = NULL;
  GArray *uids;

  *saved = FALSE;
  if (terms->len == 0)
    return g_array_new (FALSE, FALSE, sizeof (guint32));
  key = key_of_query (terms);
  uids = sort_newest (imap, key, last, &local);
  if (local)
    g_propagate_error (error, g_steal_pointer (&local));
  if (uids || net_session_is_over (imap->session))
    return uids;
  *saved =
      !imap->reading && engine_imap_has (imap, "SEARCHRES") && engine_imap_has (imap, "ESEARCH");
  return search_last (imap, key, last, saved, error);
}
