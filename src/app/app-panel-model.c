/* Two thousand exchanges are flattened in a millisecond or two; what is equal at both ends is left
 * alone, and the view is told of the middle. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-model.h"

#define MAX_EXCHANGES 2000
#define PULL_EVENTS 5000
/* A run of the same command for the same reason is folded from this length on. */
#define RUN_LENGTH 8

struct _AppPanelRow
{
  GObject parent_instance;
  AppPanelRowType kind;
  guint64 key; /* of its exchange */
  guint line;
  guint64 count;
  gboolean run, open, earlier;
  LearnExchange *exchange; /* owned by the dialogue; NULL once the row left the model */
};

G_DEFINE_FINAL_TYPE (AppPanelRow, app_panel_row, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
app_panel_row_class_init (AppPanelRowClass *klass)
{
  signals[CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_panel_row_init (AppPanelRow *self)
{
}

AppPanelRowType
app_panel_row_get_kind (AppPanelRow *self)
{
  return self->kind;
}

LearnExchange *
app_panel_row_get_exchange (AppPanelRow *self)
{
  return self->exchange;
}

guint
app_panel_row_get_line (AppPanelRow *self)
{
  return self->line;
}

guint64
app_panel_row_get_count (AppPanelRow *self)
{
  return self->count;
}

gboolean
app_panel_row_is_run (AppPanelRow *self)
{
  return self->run;
}

gboolean
app_panel_row_is_earlier (AppPanelRow *self)
{
  return self->earlier;
}

gboolean
app_panel_row_is_open (AppPanelRow *self)
{
  return self->open;
}

/* The model */

struct _AppPanelModel
{
  GObject parent_instance;
  LearnDialogue *dialogue;
  GPtrArray *rows;      /* AppPanelRow */
  GHashTable *open;     /* keys of exchanges whose lines are shown */
  GHashTable *unfolded; /* keys of the first exchange of folds that are open */
  GHashTable *changed;  /* keys touched since the last rebuild */
  AppPanelFilter filter;
  gboolean everything;
};

static void panel_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AppPanelModel,
                               app_panel_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, panel_list_init))

static gpointer
get_item (GListModel *list, guint position)
{
  AppPanelModel *self = APP_PANEL_MODEL (list);

  return position < self->rows->len ? g_object_ref (self->rows->pdata[position]) : NULL;
}

static guint
get_n_items (GListModel *list)
{
  return APP_PANEL_MODEL (list)->rows->len;
}

static GType
get_item_type (GListModel *list)
{
  return APP_TYPE_PANEL_ROW;
}

static void
panel_list_init (GListModelInterface *iface)
{
  iface->get_item = get_item;
  iface->get_n_items = get_n_items;
  iface->get_item_type = get_item_type;
}

static gboolean
set_has (GHashTable *set, guint64 key)
{
  return g_hash_table_contains (set, &key);
}

static void
set_put (GHashTable *set, guint64 key, gboolean present)
{
  if (present)
    g_hash_table_add (set, g_memdup2 (&key, sizeof key));
  else
    g_hash_table_remove (set, &key);
}

/* What the program does by itself, to be connected and up to date. */
static gboolean
by_itself (const LearnExchange *exchange)
{
  BaseCauseKind kind = exchange->cause != NULL ? exchange->cause->kind : BASE_CAUSE_CONNECT;

  return kind == BASE_CAUSE_CONNECT || kind == BASE_CAUSE_SYNC || kind == BASE_CAUSE_WATCH;
}

static gboolean
foldable (AppPanelModel *self, const LearnExchange *exchange)
{
  return (exchange->routine || by_itself (exchange)) && !self->everything &&
         !app_panel_filter_is_search (&self->filter) && !app_panel_filter_failed (exchange) &&
         !exchange->held;
}

/* Flattening */

static AppPanelRow *
add_row (GPtrArray *rows, AppPanelRowType kind, LearnExchange *exchange, guint line)
{
  AppPanelRow *row = g_object_new (APP_TYPE_PANEL_ROW, NULL);

  row->kind = kind;
  row->exchange = exchange;
  row->key = exchange != NULL ? exchange->key : 0;
  row->line = line;
  g_ptr_array_add (rows, row);
  return row;
}

static void
add_exchange (AppPanelModel *self, GPtrArray *rows, LearnExchange *exchange)
{
  AppPanelRow *row = add_row (rows, APP_PANEL_EXCHANGE, exchange, 0);

  row->open = set_has (self->open, exchange->key) || exchange->held;
  for (guint i = 0; row->open && i < exchange->lines->len; i++)
    add_row (rows, APP_PANEL_LINE, exchange, i);
}

static gboolean
same_cause (const LearnExchange *a, const LearnExchange *b)
{
  guint64 x = a->cause != NULL ? a->cause->id : 0;
  guint64 y = b->cause != NULL ? b->cause->id : 0;

  return x == y;
}

static gboolean
same_run (const LearnExchange *a, const LearnExchange *b)
{
  return a->connection == b->connection && same_cause (a, b) && g_str_equal (a->verb, b->verb) &&
         !app_panel_filter_failed (b) && b->done;
}

/* How many exchanges from @first on belong to one fold; 0: none. */
static guint
fold_length (AppPanelModel *self, GPtrArray *shown, guint first, gboolean *run)
{
  guint n = 0;

  while (first + n < shown->len && foldable (self, shown->pdata[first + n]))
    n++;
  *run = FALSE;
  if (n > 0)
    return n;
  if (app_panel_filter_is_search (&self->filter))
    return 0;
  while (first + n < shown->len && same_run (shown->pdata[first], shown->pdata[first + n]))
    n++;
  *run = TRUE;
  return n >= RUN_LENGTH ? n : 0;
}

static void
add_cause (GPtrArray *rows, LearnExchange *exchange, const LearnExchange **heading)
{
  if (exchange->cause == NULL || (*heading != NULL && same_cause (*heading, exchange)))
    return;
  add_row (rows, APP_PANEL_CAUSE, exchange, 0);
  *heading = exchange;
}

static GPtrArray *
flatten (AppPanelModel *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();
  const LearnExchange *heading = NULL;
  guint n = learn_dialogue_count (self->dialogue);

  for (guint i = 0; i < n; i++)
    if (app_panel_filter_passes (&self->filter, learn_dialogue_get (self->dialogue, i)))
      g_ptr_array_add (shown, learn_dialogue_get (self->dialogue, i));
  if (learn_dialogue_dropped (self->dialogue) > 0)
    add_row (rows, APP_PANEL_DROPPED, NULL, 0)->count = learn_dialogue_dropped (self->dialogue);
  for (guint i = 0; i < shown->len;)
    {
      LearnExchange *exchange = shown->pdata[i];
      gboolean run;
      guint length = fold_length (self, shown, i, &run);
      AppPanelRow *fold;

      if (length == 0 || run)
        add_cause (rows, exchange, &heading);
      if (length == 0)
        {
          add_exchange (self, rows, exchange);
          i++;
          continue;
        }
      fold = add_row (rows, APP_PANEL_FOLD, exchange, 0);
      fold->earlier = i == 0;
      fold->count = length;
      fold->run = run;
      fold->open = set_has (self->unfolded, exchange->key);
      for (guint j = 0; fold->open && j < length; j++)
        add_exchange (self, rows, shown->pdata[i + j]);
      i += length;
    }
  return rows;
}

static gboolean
same_row (const AppPanelRow *a, const AppPanelRow *b)
{
  return a->kind == b->kind && a->key == b->key && a->line == b->line;
}

/* The object that is already in the list takes over what may have changed. */
static void
carry_over (AppPanelModel *self, GPtrArray *rows, guint index, AppPanelRow *old)
{
  AppPanelRow *fresh = rows->pdata[index];
  gboolean changed =
      old->count != fresh->count || old->open != fresh->open || set_has (self->changed, old->key);

  old->count = fresh->count;
  old->open = fresh->open;
  old->run = fresh->run;
  old->earlier = fresh->earlier;
  old->exchange = fresh->exchange;
  g_object_unref (fresh);
  rows->pdata[index] = g_object_ref (old);
  if (changed)
    g_signal_emit (old, signals[CHANGED], 0);
}

static guint
row_hash (gconstpointer data)
{
  const AppPanelRow *row = data;

  return g_int64_hash (&row->key) ^ (row->line * 8 + (guint) row->kind);
}

static gboolean
row_equal (gconstpointer a, gconstpointer b)
{
  return same_row (a, b);
}

/* What was in the part that is replaced and is in what replaces it stays the same object: so a
 * selection model finds it again, and the card of what is selected stays. */
static void
carry_over_middle (AppPanelModel *self, GPtrArray *before, GPtrArray *after, guint head, guint tail)
{
  g_autoptr (GHashTable) old = g_hash_table_new (row_hash, row_equal);

  for (guint i = head; i < before->len - tail; i++)
    g_hash_table_add (old, before->pdata[i]);
  for (guint i = head; i < after->len - tail; i++)
    {
      AppPanelRow *same = g_hash_table_lookup (old, after->pdata[i]);

      if (same == NULL)
        continue;
      g_hash_table_remove (old, same);
      carry_over (self, after, i, same);
    }
  /* These left the list. */
  for (guint i = head; i < before->len - tail; i++)
    if (g_hash_table_contains (old, before->pdata[i]))
      ((AppPanelRow *) before->pdata[i])->exchange = NULL;
}

static void
rebuild (AppPanelModel *self)
{
  GPtrArray *before = self->rows;
  GPtrArray *after = flatten (self);
  guint head = 0;
  guint tail = 0;
  guint removed;

  while (head < before->len && head < after->len &&
         same_row (before->pdata[head], after->pdata[head]))
    {
      carry_over (self, after, head, before->pdata[head]);
      head++;
    }
  while (tail < before->len - head && tail < after->len - head &&
         same_row (before->pdata[before->len - 1 - tail], after->pdata[after->len - 1 - tail]))
    {
      carry_over (self, after, after->len - 1 - tail, before->pdata[before->len - 1 - tail]);
      tail++;
    }
  removed = before->len - head - tail;
  carry_over_middle (self, before, after, head, tail);
  self->rows = after;
  g_hash_table_remove_all (self->changed);
  if (removed > 0 || after->len - head - tail > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), head, removed, after->len - head - tail);
  g_ptr_array_unref (before);
}

static void
on_dialogue (LearnDialogue *dialogue, LearnDialogueChange change, guint position, gpointer data)
{
  AppPanelModel *self = data;

  if (change == LEARN_CHANGED)
    set_put (self->changed, learn_dialogue_get (dialogue, position)->key, TRUE);
}

void
app_panel_model_pull (AppPanelModel *self, WireTap *tap)
{
  while (learn_dialogue_pull (self->dialogue, tap, PULL_EVENTS))
    ;
  rebuild (self);
}

LearnDialogue *
app_panel_model_get_dialogue (AppPanelModel *self)
{
  return self->dialogue;
}

void
app_panel_model_set_account (AppPanelModel *self, const char *uuid)
{
  g_free (self->filter.account);
  self->filter.account = g_strdup (uuid);
  rebuild (self);
}

void
app_panel_model_set_filter (AppPanelModel *self, const char *text)
{
  app_panel_filter_set_text (&self->filter, text);
  rebuild (self);
}

void
app_panel_model_set_protocol (AppPanelModel *self, const char *protocol)
{
  g_free (self->filter.protocol);
  self->filter.protocol = *protocol != '\0' ? g_strdup (protocol) : NULL;
  rebuild (self);
}

void
app_panel_model_set_only (AppPanelModel *self, AppPanelOnly only)
{
  self->filter.only = only;
  rebuild (self);
}

void
app_panel_model_set_everything (AppPanelModel *self, gboolean everything)
{
  self->everything = everything;
  rebuild (self);
}

void
app_panel_model_toggle (AppPanelModel *self, AppPanelRow *row)
{
  GHashTable *set = row->kind == APP_PANEL_FOLD ? self->unfolded : self->open;

  if (row->kind != APP_PANEL_FOLD && row->kind != APP_PANEL_EXCHANGE)
    return;
  set_put (set, row->key, !set_has (set, row->key));
  rebuild (self);
}

void
app_panel_model_open (AppPanelModel *self, guint64 key)
{
  if (set_has (self->open, key))
    return;
  set_put (self->open, key, TRUE);
  rebuild (self);
}

guint
app_panel_model_find (AppPanelModel *self, guint64 connection, guint64 exchange)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const AppPanelRow *row = self->rows->pdata[i];

      if (row->kind == APP_PANEL_EXCHANGE && row->exchange->connection == connection &&
          row->exchange->exchange == exchange)
        return i;
    }
  return G_MAXUINT;
}

GArray *
app_panel_model_dup_shown (AppPanelModel *self)
{
  GArray *keys = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint n = learn_dialogue_count (self->dialogue);

  for (guint i = 0; i < n; i++)
    {
      const LearnExchange *exchange = learn_dialogue_get (self->dialogue, i);

      if (app_panel_filter_passes (&self->filter, exchange))
        g_array_append_val (keys, exchange->key);
    }
  return keys;
}

guint
app_panel_model_count (AppPanelModel *self)
{
  guint n = learn_dialogue_count (self->dialogue);
  guint count = 0;

  for (guint i = 0; i < n; i++)
    {
      const LearnExchange *exchange = learn_dialogue_get (self->dialogue, i);

      if (!exchange->routine && (self->filter.account == NULL ||
                                 g_strcmp0 (exchange->info->account, self->filter.account) == 0))
        count++;
    }
  return count;
}

static void
app_panel_model_finalize (GObject *object)
{
  AppPanelModel *self = APP_PANEL_MODEL (object);

  g_ptr_array_unref (self->rows);
  learn_dialogue_free (self->dialogue);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->unfolded);
  g_hash_table_unref (self->changed);
  app_panel_filter_clear (&self->filter);
  G_OBJECT_CLASS (app_panel_model_parent_class)->finalize (object);
}

static void
app_panel_model_class_init (AppPanelModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_panel_model_finalize;
}

static void
app_panel_model_init (AppPanelModel *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->open = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->unfolded = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->changed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->dialogue = learn_dialogue_new (MAX_EXCHANGES, on_dialogue, self);
}

AppPanelModel *
app_panel_model_new (void)
{
  return g_object_new (APP_TYPE_PANEL_MODEL, NULL);
}
