/* Ids are read off the application's thread; every change of the folder reads them again, at most
 * ten times a second, and the difference of two sorted lists is what the view is told. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-list-model.h"

#include "app-signal.h"

/* What a tall window shows; a taller one has the rest a frame later. */
#define NEWEST 32
#define BLOCK 64
#define CACHE_ROWS 1024
#define RELOAD_MS 100
/* More separate runs than this are told to the view as one. */
#define MAX_RUNS 64
#define SEARCH_LIMIT 2000

struct _AppListModel
{
  GObject parent_instance;

  EngineAccount *account;
  gint64 folder;
  char *query;
  GArray *found; /* gint64: what the server found for it (nullable) */
  gint64 missing;
  guint watch;
  GArray *ids; /* StoreListed */
  gboolean loaded;
  GHashTable *cache; /* placement → AppMessage */
  GQueue recent;     /* placements (gint64 *), oldest first */
  guint reload_source;
  GCancellable *loading;
  gboolean again;
};

static void list_model_init (GListModelInterface *iface);
static void start_load (AppListModel *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (AppListModel,
                               app_list_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  LOADED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const StoreListed *
listed (const GArray *ids, guint position)
{
  return &g_array_index (ids, StoreListed, position);
}

/* Rows */

static void
cache_put (AppListModel *self, StoreRow *row)
{
  gint64 *key = g_new (gint64, 1);

  *key = row->placement;
  g_hash_table_insert (self->cache, key, app_message_new (row));
  g_queue_push_tail (&self->recent, key);
  while (g_queue_get_length (&self->recent) > CACHE_ROWS)
    g_hash_table_remove (self->cache, g_queue_pop_head (&self->recent));
}

static void
cache_clear (AppListModel *self)
{
  g_queue_clear (&self->recent);
  g_hash_table_remove_all (self->cache);
}

/* The rows around @position that are not cached. */
static void
load_block (AppListModel *self, guint position)
{
  guint first = position / BLOCK * BLOCK;
  guint last = MIN (first + BLOCK, self->ids->len);
  gint64 wanted[BLOCK];
  guint n = 0;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = first; i < last; i++)
    if (g_hash_table_lookup (self->cache, &listed (self->ids, i)->placement) == NULL)
      wanted[n++] = listed (self->ids, i)->placement;
  rows = store_reader_rows (engine_account_reader (self->account), wanted, n, &error);
  if (rows == NULL)
    {
      g_info ("rows cannot be read: code %d", error->code);
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    if (rows->pdata[i] != NULL)
      cache_put (self, rows->pdata[i]);
}

static gpointer
get_item (GListModel *model, guint position)
{
  AppListModel *self = APP_LIST_MODEL (model);
  gint64 placement;
  AppMessage *message;

  if (position >= self->ids->len)
    return NULL;
  placement = listed (self->ids, position)->placement;
  message = g_hash_table_lookup (self->cache, &placement);
  if (message == NULL)
    {
      load_block (self, position);
      message = g_hash_table_lookup (self->cache, &placement);
    }
  /* Vanished between the ids and now: shown empty until the ids are read again. */
  return message != NULL ? g_object_ref (message) : app_message_new (NULL);
}

static guint
get_n_items (GListModel *model)
{
  return APP_LIST_MODEL (model)->ids->len;
}

static GType
get_item_type (GListModel *model)
{
  return APP_TYPE_MESSAGE;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item = get_item;
  iface->get_n_items = get_n_items;
  iface->get_item_type = get_item_type;
}

gint64
app_list_model_get_placement (AppListModel *self, guint position)
{
  return position < self->ids->len ? listed (self->ids, position)->placement : 0;
}

guint
app_list_model_find (AppListModel *self, gint64 placement)
{
  for (guint i = 0; i < self->ids->len; i++)
    if (listed (self->ids, i)->placement == placement)
      return i;
  return G_MAXUINT;
}

guint
app_list_model_get_n_rows (AppListModel *self)
{
  return g_hash_table_size (self->cache);
}

/* The difference between two lists. */
typedef struct
{
  guint before; /* position in the old list */
  guint after;  /* position in the new one */
  guint removed, added;
} Run;

static gboolean
comes_before (const StoreListed *a, const StoreListed *b)
{
  return a->sort_date != b->sort_date ? a->sort_date > b->sort_date : a->placement > b->placement;
}

/* Both are newest first, so one pass finds all runs. */
static GArray *
diff (const GArray *before, const GArray *after)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));
  guint i = 0;
  guint j = 0;

  while (i < before->len || j < after->len)
    {
      Run run;

      while (i < before->len && j < after->len &&
             listed (before, i)->placement == listed (after, j)->placement)
        i++, j++;
      run = (Run){ i, j, 0, 0 };
      while (i < before->len || j < after->len)
        {
          if (i < before->len && j < after->len &&
              listed (before, i)->placement == listed (after, j)->placement)
            break;
          if (j == after->len ||
              (i < before->len && comes_before (listed (before, i), listed (after, j))))
            i++, run.removed++;
          else
            j++, run.added++;
        }
      if (run.removed > 0 || run.added > 0)
        g_array_append_val (runs, run);
    }
  return runs;
}

static void
take_ids (AppListModel *self, GArray *ids)
{
  g_autoptr (GArray) runs = diff (self->ids, ids);

  if (runs->len > MAX_RUNS)
    {
      guint before = self->ids->len;

      g_array_unref (self->ids);
      self->ids = g_array_ref (ids);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, before, ids->len);
    }
  else
    {
      /* From the last to the first, so that the positions of those still to come hold. */
      for (guint i = runs->len; i-- > 0;)
        {
          const Run *run = &g_array_index (runs, Run, i);

          if (run->removed > 0)
            g_array_remove_range (self->ids, run->before, run->removed);
          if (run->added > 0)
            g_array_insert_vals (self->ids, run->before, listed (ids, run->after), run->added);
          g_list_model_items_changed (G_LIST_MODEL (self), run->before, run->removed, run->added);
        }
    }
  self->loaded = TRUE;
  g_signal_emit (self, signals[LOADED], 0);
}

/* Loading */

typedef struct
{
  StoreMailbase *mailbase;
  gint64 folder;
  char *query;
  GArray *found; /* gint64 (nullable) */
  gint64 missing;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  store_mailbase_unref (load->mailbase);
  g_free (load->query);
  g_clear_pointer (&load->found, g_array_unref);
  g_free (load);
}

static int
newest_first (gconstpointer a, gconstpointer b)
{
  const StoreListed *one = a, *other = b;

  if (one->sort_date != other->sort_date)
    return one->sort_date > other->sort_date ? -1 : 1;
  return one->placement > other->placement ? -1 : one->placement < other->placement;
}

static gboolean
add_message (StoreReader *reader, gint64 message, GArray *ids)
{
  g_autoptr (StoreRow) row = store_reader_row_of_message (reader, message, NULL);
  StoreListed entry;

  if (row == NULL)
    return FALSE;
  entry.placement = row->placement;
  entry.sort_date = row->date_utc != 0 ? row->date_utc : row->arrived;
  g_array_append_val (ids, entry);
  return TRUE;
}

static GArray *
search_ids (Load *load, StoreReader *reader, GError **error)
{
  g_autoptr (GArray) messages =
      store_search (load->mailbase, load->query, SEARCH_LIMIT, &load->missing, error);
  g_autoptr (GHashTable) seen = NULL;
  g_autoptr (GArray) ids = NULL;

  if (messages == NULL)
    return NULL;
  ids = g_array_new (FALSE, FALSE, sizeof (StoreListed));
  seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < messages->len; i++)
    if (g_hash_table_add (seen, &g_array_index (messages, gint64, i)))
      add_message (reader, g_array_index (messages, gint64, i), ids);
  for (guint i = 0; load->found != NULL && i < load->found->len; i++)
    if (g_hash_table_add (seen, &g_array_index (load->found, gint64, i)))
      add_message (reader, g_array_index (load->found, gint64, i), ids);
  if (load->found != NULL)
    g_array_sort (ids, newest_first);
  return g_steal_pointer (&ids);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;
  GArray *ids = NULL;
  g_autoptr (StoreReader) reader = store_mailbase_reader (load->mailbase, &error);

  if (reader != NULL)
    ids = load->query != NULL ? search_ids (load, reader, &error)
                              : store_reader_list (reader, load->folder, &error);
  if (ids != NULL)
    g_task_return_pointer (task, ids, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_loaded (GObject *object, GAsyncResult *result, gpointer data)
{
  AppListModel *self = APP_LIST_MODEL (object);
  GTask *task = G_TASK (result);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = g_task_propagate_pointer (task, &error);

  if (g_task_get_cancellable (task) != self->loading)
    return; /* another folder since */
  g_clear_object (&self->loading);
  if (ids != NULL)
    {
      self->missing = ((Load *) g_task_get_task_data (task))->missing;
      take_ids (self, ids);
    }
  else
    {
      g_info ("the list cannot be read: code %d", error->code);
    }
  if (self->again)
    start_load (self);
}

static void
start_load (AppListModel *self)
{
  g_autoptr (GTask) task = NULL;
  Load *load;

  if (self->account == NULL)
    return;
  if (self->loading != NULL)
    {
      self->again = TRUE;
      return;
    }
  self->again = FALSE;
  self->loading = g_cancellable_new ();
  load = g_new0 (Load, 1);
  load->mailbase = store_mailbase_ref (engine_account_mailbase (self->account));
  load->folder = self->folder;
  load->query = g_strdup (self->query);
  load->found = self->found != NULL ? g_array_copy (self->found) : NULL;
  task = g_task_new (self, self->loading, on_loaded, NULL);
  g_task_set_task_data (task, load, load_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, load_thread);
}

static gboolean
on_reload (gpointer data)
{
  AppListModel *self = data;

  self->reload_source = 0;
  start_load (self);
  return G_SOURCE_REMOVE;
}

/* Those of @change that are in memory; all of these when another process did something. */
static GArray *
cached_of (AppListModel *self, StoreChange *change)
{
  GArray *wanted = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (change->elsewhere)
    {
      for (GList *l = self->recent.head; l != NULL; l = l->next)
        g_array_append_val (wanted, *(gint64 *) l->data);
      return wanted;
    }
  for (guint i = 0; i < change->changed->len; i++)
    {
      gint64 placement = g_array_index (change->changed, StoreChangedRow, i).placement;

      if (g_hash_table_contains (self->cache, &placement))
        g_array_append_val (wanted, placement);
    }
  return wanted;
}

static void
refresh_cached (AppListModel *self, StoreChange *change)
{
  g_autoptr (GArray) wanted = cached_of (self, change);
  g_autoptr (GPtrArray) rows = NULL;

  if (wanted->len == 0)
    return;
  rows = store_reader_rows (engine_account_reader (self->account),
                            (const gint64 *) (void *) wanted->data,
                            wanted->len,
                            NULL);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      StoreRow *row = rows->pdata[i];
      AppMessage *message = row != NULL ? g_hash_table_lookup (self->cache, &row->placement) : NULL;

      if (message != NULL)
        app_message_set_row (message, row);
    }
}

static void
on_change (StoreChange *change, gpointer data)
{
  AppListModel *self = data;
  gboolean ours = change->elsewhere ||
                  (self->query != NULL && (change->added->len > 0 || change->removed->len > 0));

  refresh_cached (self, change);
  for (guint i = 0; !ours && i < change->added->len; i++)
    ours = g_array_index (change->added, StoreChangedRow, i).folder == self->folder;
  for (guint i = 0; !ours && i < change->removed->len; i++)
    ours = g_array_index (change->removed, StoreChangedRow, i).folder == self->folder;
  if (!ours || self->reload_source != 0)
    return;
  /* The first change shows at once; those that follow it closely are gathered. */
  if (self->loading == NULL)
    start_load (self);
  else
    self->reload_source = g_timeout_add (RELOAD_MS, on_reload, self);
}

static void
clear_source (AppListModel *self)
{
  g_clear_handle_id (&self->reload_source, g_source_remove);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  if (self->watch != 0)
    store_mailbase_unwatch (engine_account_mailbase (self->account), self->watch);
  self->watch = 0;
  g_clear_pointer (&self->account, engine_account_unref);
  g_clear_pointer (&self->query, g_free);
  g_clear_pointer (&self->found, g_array_unref);
  self->again = FALSE;
  self->missing = 0;
}

static void
set_source (AppListModel *self, EngineAccount *account, gint64 folder, const char *query)
{
  guint before = self->ids->len;

  clear_source (self);
  cache_clear (self);
  g_array_unref (self->ids);
  self->ids = g_array_new (FALSE, FALSE, sizeof (StoreListed));
  self->loaded = FALSE;
  if (before > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, 0);
  if (account == NULL)
    return;
  self->account = engine_account_ref (account);
  self->folder = folder;
  self->query = g_strdup (query);
  self->watch = store_mailbase_watch (
      engine_account_mailbase (account), g_main_context_get_thread_default (), on_change, self);
}

/* A question of a millisecond, so it is asked here and now. */
static void
show_newest (AppListModel *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) newest = store_reader_list_newest (
      engine_account_reader (self->account), self->folder, NEWEST, &error);

  if (newest == NULL)
    {
      g_info ("the newest letters cannot be read: code %d", error->code);
      return;
    }
  g_array_append_vals (self->ids, newest->data, newest->len);
  if (newest->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, newest->len);
}

void
app_list_model_set_folder (AppListModel *self, EngineAccount *account, gint64 folder)
{
  set_source (self, account, folder, NULL);
  if (account != NULL)
    show_newest (self);
}

void
app_list_model_complete (AppListModel *self)
{
  if (!self->loaded && self->loading == NULL)
    start_load (self);
}

guint
app_list_model_add_found (AppListModel *self, const GArray *messages)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint shown = 0;

  if (self->query == NULL)
    return 0;
  g_clear_pointer (&self->found, g_array_unref);
  self->found = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < messages->len; i++)
    {
      gint64 message = g_array_index (messages, gint64, i);
      g_autoptr (StoreRow) row =
          store_reader_row_of_message (engine_account_reader (self->account), message, NULL);

      if (row == NULL || !g_hash_table_add (seen, &g_array_index (messages, gint64, i)))
        continue;
      g_array_append_val (self->found, message);
      shown++;
    }
  start_load (self);
  return shown;
}

void
app_list_model_set_query (AppListModel *self, EngineAccount *account, const char *query)
{
  set_source (self, account, 0, query);
  start_load (self);
}

gboolean
app_list_model_is_loaded (AppListModel *self)
{
  return self->loaded;
}

gint64
app_list_model_get_missing (AppListModel *self)
{
  return self->missing;
}

gint64
app_list_model_get_folder (AppListModel *self)
{
  return self->folder;
}

EngineAccount *
app_list_model_get_account (AppListModel *self)
{
  return self->account;
}

static void
app_list_model_dispose (GObject *object)
{
  AppListModel *self = APP_LIST_MODEL (object);

  clear_source (self);
  G_OBJECT_CLASS (app_list_model_parent_class)->dispose (object);
}

static void
app_list_model_finalize (GObject *object)
{
  AppListModel *self = APP_LIST_MODEL (object);

  g_queue_clear (&self->recent);
  g_hash_table_unref (self->cache);
  g_array_unref (self->ids);
  G_OBJECT_CLASS (app_list_model_parent_class)->finalize (object);
}

static void
app_list_model_class_init (AppListModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_list_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_list_model_finalize;
  signals[LOADED] = app_signal_new (klass, "loaded", 0);
}

static void
app_list_model_init (AppListModel *self)
{
  self->ids = g_array_new (FALSE, FALSE, sizeof (StoreListed));
  self->cache = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  g_queue_init (&self->recent);
}

AppListModel *
app_list_model_new (void)
{
  return g_object_new (APP_TYPE_LIST_MODEL, NULL);
}
