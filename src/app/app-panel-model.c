/* A group of rows is what belongs together: a cause with its first exchange, a fold, a run. What
 * comes in or changes is flattened again from the group it falls into, some groups before it too,
 * because it may make a run of them; everything before stays as it is. So the work of a tenth of a
 * second is that of what happened in it, however much is shown. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-model.h"
#include "app-panel-row-private.h"

#define PULL_EVENTS 5000
/* A run of the same command for the same reason is folded from this length on. */
#define RUN_LENGTH 8

struct _AppPanelModel
{
  GObject parent_instance;
  LearnDialogue *dialogue;
  GPtrArray *rows;      /* AppPanelRow */
  GHashTable *open;     /* keys of exchanges whose lines are shown */
  GHashTable *unfolded; /* keys of the first exchange of folds that are open */
  GHashTable *changed;  /* keys touched since the last rebuild */
  GByteArray *marks;    /* Mark of each exchange, from the dialogue's first on */
  guint64 first_key;    /* of the exchange that marks[0] is of */
  gboolean dropped;     /* the dialogue forgot some: nothing that stands can be trusted */
  guint counted;        /* exchanges with MARK_COUNTS */
  guint64 held;         /* key of the newest that was held; 0: none */
  guint64 work;         /* rows made and exchanges looked at, ever */
  AppPanelFilter filter;
  gboolean everything;
  gint64 until; /* what is later is not shown; 0: nothing is */
};

/* What of an exchange decides where it stands. */
typedef enum
{
  MARK_PASSES = 1 << 0,   /* the filter */
  MARK_FOLDABLE = 1 << 1, /* it is folded away where it can be */
  MARK_RUNS = 1 << 2,     /* it may go on a run of its like */
  MARK_COUNTS = 1 << 3,   /* the footer counts it */
  MARK_HELD = 1 << 4      /* it waits at the gate, and is open */
} Mark;

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

/* Whoever types it waits for the answer, be it a mere NOOP. */
static gboolean
is_typed (const LearnExchange *exchange)
{
  return exchange->cause != NULL && exchange->cause->kind == BASE_CAUSE_CONSOLE;
}

static gboolean
foldable (AppPanelModel *self, const LearnExchange *exchange)
{
  return (exchange->routine || by_itself (exchange)) && !is_typed (exchange) && !self->everything &&
         !app_panel_filter_is_search (&self->filter) && !app_panel_filter_failed (exchange) &&
         !exchange->held;
}

gboolean
app_panel_model_is_done (AppPanelModel *self, const LearnExchange *exchange)
{
  return exchange->done && (self->until == 0 || exchange->duration < 0 ||
                            exchange->when + exchange->duration <= self->until);
}

/* Flattening */

static AppPanelRow *
add_row (
    AppPanelModel *self, GPtrArray *rows, AppPanelRowType kind, LearnExchange *exchange, guint line)
{
  AppPanelRow *row = g_object_new (APP_TYPE_PANEL_ROW, NULL);

  self->work++;

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
  AppPanelRow *row = add_row (self, rows, APP_PANEL_EXCHANGE, exchange, 0);

  row->open = set_has (self->open, exchange->key) || exchange->held;
  row->under_way = !app_panel_model_is_done (self, exchange);
  for (guint i = 0; row->open && i < exchange->lines->len; i++)
    if (self->until == 0 || ((WireLine *) exchange->lines->pdata[i])->when <= self->until)
      add_row (self, rows, APP_PANEL_LINE, exchange, i);
}

static gboolean
same_cause (const LearnExchange *a, const LearnExchange *b)
{
  guint64 x = a->cause != NULL ? a->cause->id : 0;
  guint64 y = b->cause != NULL ? b->cause->id : 0;

  return x == y;
}

static guint
index_of (AppPanelModel *self, const LearnExchange *exchange)
{
  return (guint) (exchange->key - self->first_key);
}

static gboolean
has_mark (AppPanelModel *self, const LearnExchange *exchange, Mark mark)
{
  return (self->marks->data[index_of (self, exchange)] & mark) != 0;
}

static gboolean
same_run (AppPanelModel *self, const LearnExchange *a, const LearnExchange *b)
{
  return a->connection == b->connection && same_cause (a, b) && g_str_equal (a->verb, b->verb) &&
         has_mark (self, b, MARK_RUNS);
}

/* How many exchanges from @first on belong to one fold; 0: none. */
static guint
fold_length (AppPanelModel *self, GPtrArray *shown, guint first, gboolean *run)
{
  guint n = 0;

  while (first + n < shown->len && has_mark (self, shown->pdata[first + n], MARK_FOLDABLE))
    n++;
  *run = FALSE;
  if (n > 0)
    return n;
  if (app_panel_filter_is_search (&self->filter))
    return 0;
  while (first + n < shown->len && same_run (self, shown->pdata[first], shown->pdata[first + n]))
    n++;
  *run = TRUE;
  return n >= RUN_LENGTH ? n : 0;
}

static void
add_cause (AppPanelModel *self, GPtrArray *rows, LearnExchange *exchange, guint64 *heading)
{
  if (exchange->cause == NULL || *heading == exchange->cause->id)
    return;
  add_row (self, rows, APP_PANEL_CAUSE, exchange, 0);
  *heading = exchange->cause->id;
}

/* What is shown of the exchanges from @from on. */
static GPtrArray *
shown_from (AppPanelModel *self, guint from)
{
  GPtrArray *shown = g_ptr_array_new ();
  guint n = learn_dialogue_count (self->dialogue);

  for (guint i = from; i < n; i++)
    {
      LearnExchange *exchange = learn_dialogue_get (self->dialogue, i);

      if (has_mark (self, exchange, MARK_PASSES) &&
          (self->until == 0 || exchange->when <= self->until))
        g_ptr_array_add (shown, exchange);
    }
  self->work += n - from;
  return shown;
}

/* One group: a fold, or an exchange; returns how many exchanges it took. */
static guint
add_group (AppPanelModel *self, GPtrArray *rows, GPtrArray *shown, guint i, guint64 *heading)
{
  LearnExchange *exchange = shown->pdata[i];
  gboolean run;
  guint length;
  AppPanelRow *fold;

  if (g_str_equal (exchange->verb, LEARN_DROPPED_EVENTS))
    {
      add_row (self, rows, APP_PANEL_DROPPED, exchange, 0)->count = exchange->folded;
      return 1;
    }
  length = fold_length (self, shown, i, &run);

  if (length == 0 || run)
    add_cause (self, rows, exchange, heading);
  if (length == 0)
    {
      add_exchange (self, rows, exchange);
      return 1;
    }
  fold = add_row (self, rows, APP_PANEL_FOLD, exchange, 0);
  fold->count = length;
  fold->run = run;
  fold->open = set_has (self->unfolded, exchange->key);
  for (guint j = 0; fold->open && j < length; j++)
    add_exchange (self, rows, shown->pdata[i + j]);
  return length;
}

/* The rows of the exchanges from @from on; @heading: the cause above them. */
static GPtrArray *
flatten (AppPanelModel *self, guint from, guint64 heading)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) shown = shown_from (self, from);

  if (from == 0 && self->first_key > 1)
    add_row (self, rows, APP_PANEL_DROPPED, NULL, 0)->count = self->first_key - 1;
  for (guint i = 0; i < shown->len;)
    {
      guint at = rows->len;
      guint64 above = heading;
      AppPanelRow *start;

      i += add_group (self, rows, shown, i, &heading);
      start = rows->pdata[at];
      start->start = TRUE;
      start->heading = above;
      start->earlier = from == 0 && at <= 1 && start->kind == APP_PANEL_FOLD &&
                       (at == 0 || ((AppPanelRow *) rows->pdata[0])->kind == APP_PANEL_DROPPED);
    }
  return rows;
}

/* The object that is already in the list takes over what may have changed. */
static void
carry_over (AppPanelModel *self, GPtrArray *rows, guint index, AppPanelRow *old)
{
  AppPanelRow *fresh = rows->pdata[index];
  gboolean changed = app_panel_row_take (old, fresh) || set_has (self->changed, old->key);

  g_object_unref (fresh);
  rows->pdata[index] = g_object_ref (old);
  if (changed)
    app_panel_row_changed (old);
}

/* What was in the part that is replaced and is in what replaces it stays the same object: so a
 * selection model finds it again, and the card of what is selected stays. */
static void
carry_over_middle (AppPanelModel *self,
                   AppPanelRow **before,
                   guint n_before,
                   GPtrArray *after,
                   guint head,
                   guint tail)
{
  g_autoptr (GHashTable) old = g_hash_table_new (app_panel_row_hash, app_panel_row_equal);

  for (guint i = head; i < n_before - tail; i++)
    g_hash_table_add (old, before[i]);
  for (guint i = head; i < after->len - tail; i++)
    {
      AppPanelRow *same = g_hash_table_lookup (old, after->pdata[i]);

      if (same == NULL)
        continue;
      g_hash_table_remove (old, same);
      carry_over (self, after, i, same);
    }
  /* These left the list. */
  for (guint i = head; i < n_before - tail; i++)
    if (g_hash_table_contains (old, before[i]))
      before[i]->exchange = NULL;
}

/* @after takes the place of all rows from @at on; what is equal at its ends stays. */
static void
replace_rows (AppPanelModel *self, guint at, GPtrArray *after)
{
  AppPanelRow **before = (AppPanelRow **) self->rows->pdata + at;
  guint n_before = self->rows->len - at;
  guint n_after = after->len;
  guint head = 0;
  guint tail = 0;
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);

  while (head < n_before && head < n_after &&
         app_panel_row_equal (before[head], after->pdata[head]))
    {
      carry_over (self, after, head, before[head]);
      head++;
    }
  while (tail < n_before - head && tail < n_after - head &&
         app_panel_row_equal (before[n_before - 1 - tail], after->pdata[n_after - 1 - tail]))
    {
      carry_over (self, after, n_after - 1 - tail, before[n_before - 1 - tail]);
      tail++;
    }
  carry_over_middle (self, before, n_before, after, head, tail);
  /* The old ones live until the view knows. */
  for (guint i = 0; i < n_before; i++)
    g_ptr_array_add (gone, g_object_ref (before[i]));
  g_ptr_array_set_size (self->rows, (int) at);
  for (guint i = 0; i < n_after; i++)
    g_ptr_array_add (self->rows, g_object_ref (after->pdata[i]));
  if (n_before != n_after || head + tail < n_after)
    g_list_model_items_changed (
        G_LIST_MODEL (self), at + head, n_before - head - tail, n_after - head - tail);
}

static guint8
mark_of (AppPanelModel *self, const LearnExchange *exchange)
{
  guint8 mark = 0;

  self->work++;
  /* Whatever is looked for: here something is missing. */
  if (g_str_equal (exchange->verb, LEARN_DROPPED_EVENTS))
    return MARK_PASSES;
  if (app_panel_filter_passes (&self->filter, exchange))
    mark |= MARK_PASSES;
  if (foldable (self, exchange))
    mark |= MARK_FOLDABLE;
  else if (exchange->done && !app_panel_filter_failed (exchange))
    mark |= MARK_RUNS;
  if (!exchange->routine && (self->filter.account == NULL ||
                             g_strcmp0 (exchange->info->account, self->filter.account) == 0))
    mark |= MARK_COUNTS;
  if (exchange->held)
    {
      mark |= MARK_HELD;
      self->held = exchange->key;
    }
  return mark;
}

/* Everything anew: the filter is another, or what there was is gone. */
static void
rebuild (AppPanelModel *self)
{
  guint n = learn_dialogue_count (self->dialogue);
  g_autoptr (GPtrArray) after = NULL;

  self->dropped = FALSE;
  self->counted = 0;
  self->first_key = n > 0 ? learn_dialogue_get (self->dialogue, 0)->key : 0;
  g_byte_array_set_size (self->marks, n);
  for (guint i = 0; i < n; i++)
    {
      self->marks->data[i] = mark_of (self, learn_dialogue_get (self->dialogue, i));
      self->counted += (self->marks->data[i] & MARK_COUNTS) != 0;
    }
  after = flatten (self, 0, 0);
  replace_rows (self, 0, after);
  g_hash_table_remove_all (self->changed);
}

/* The first row that is not of an exchange before @key. */
static guint
find_row (AppPanelModel *self, guint64 key)
{
  guint low = 0;
  guint high = self->rows->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (((const AppPanelRow *) self->rows->pdata[middle])->key < key)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Flattens again from the exchange with this key on. */
static void
rebuild_from (AppPanelModel *self, guint64 key)
{
  guint at = find_row (self, key);
  guint groups = 0;
  const AppPanelRow *start = NULL;
  g_autoptr (GPtrArray) after = NULL;

  while (at > 0 && groups <= RUN_LENGTH)
    {
      at--;
      start = self->rows->pdata[at];
      groups += start->start;
    }
  if (at == 0 || start == NULL)
    {
      after = flatten (self, 0, 0);
      replace_rows (self, 0, after);
      return;
    }
  after = flatten (self, (guint) (start->key - self->first_key), start->heading);
  replace_rows (self, at, after);
}

/* A row that stays where it is, and says something else. */
static void
touch (AppPanelModel *self, guint64 key)
{
  for (guint i = find_row (self, key); i < self->rows->len; i++)
    {
      AppPanelRow *row = self->rows->pdata[i];

      if (row->key != key)
        break;
      if (row->exchange != NULL)
        row->under_way = !app_panel_model_is_done (self, row->exchange);
      app_panel_row_changed (row);
    }
}

/* The earliest exchange from which rows have to be made again; G_MAXUINT64: from none. */
static guint64
mark_changes (AppPanelModel *self)
{
  guint n = learn_dialogue_count (self->dialogue);
  guint64 from = G_MAXUINT64;
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &data, NULL))
    {
      guint64 key = *(guint64 *) data;
      guint at = (guint) (key - self->first_key);
      guint8 mark;

      if (key < self->first_key || at >= self->marks->len)
        continue;
      mark = mark_of (self, learn_dialogue_get (self->dialogue, at));
      self->counted += (mark & MARK_COUNTS) != 0;
      self->counted -= (self->marks->data[at] & MARK_COUNTS) != 0;
      if (((mark ^ self->marks->data[at]) & ~MARK_COUNTS) != 0 || set_has (self->open, key) ||
          learn_dialogue_get (self->dialogue, at)->held)
        from = MIN (from, key);
      self->marks->data[at] = mark;
    }
  for (guint i = self->marks->len; i < n; i++)
    {
      guint8 mark = mark_of (self, learn_dialogue_get (self->dialogue, i));

      self->counted += (mark & MARK_COUNTS) != 0;
      from = MIN (from, self->first_key + i);
      g_byte_array_append (self->marks, &mark, 1);
    }
  return from;
}

/* What came in, and what changed by it. */
static void
refresh (AppPanelModel *self)
{
  guint64 from;
  GHashTableIter iter;
  gpointer key;

  if (self->dropped || self->marks->len == 0)
    {
      rebuild (self);
      return;
    }
  from = mark_changes (self);
  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (*(guint64 *) key < from)
      touch (self, *(guint64 *) key);
  if (from != G_MAXUINT64)
    rebuild_from (self, from);
  g_hash_table_remove_all (self->changed);
}

static void
on_dialogue (LearnDialogue *dialogue, LearnDialogueChange change, guint position, gpointer data)
{
  AppPanelModel *self = data;

  if (change == LEARN_CHANGED)
    set_put (self->changed, learn_dialogue_get (dialogue, position)->key, TRUE);
  else if (change == LEARN_DROPPED)
    self->dropped = TRUE;
}

void
app_panel_model_pull (AppPanelModel *self, WireTap *tap)
{
  while (learn_dialogue_pull (self->dialogue, tap, PULL_EVENTS))
    ;
  refresh (self);
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

/* Exchanges begin in the order of their keys; clocks that were set meanwhile are why it begins some
 * before the first that is later. */
static guint
first_later (AppPanelModel *self, gint64 when)
{
  guint low = 0;
  guint high = learn_dialogue_count (self->dialogue);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (learn_dialogue_get (self->dialogue, middle)->when <= when)
        low = middle + 1;
      else
        high = middle;
    }
  return low > RUN_LENGTH ? low - RUN_LENGTH : 0;
}

void
app_panel_model_set_until (AppPanelModel *self, gint64 when)
{
  gint64 bound = self->until == 0 ? when : when == 0 ? self->until : MIN (self->until, when);

  if (when == self->until)
    return;
  refresh (self);
  self->until = when;
  /* What had not ended then stands far above, perhaps; and what is open shows fewer lines. */
  for (guint i = 0; i < self->rows->len; i++)
    {
      AppPanelRow *row = self->rows->pdata[i];

      if (row->kind != APP_PANEL_EXCHANGE || row->exchange == NULL ||
          row->under_way == !app_panel_model_is_done (self, row->exchange))
        continue;
      row->under_way = !row->under_way;
      app_panel_row_changed (row);
    }
  rebuild_from (self, self->first_key + first_later (self, bound));
}

gint64
app_panel_model_get_until (AppPanelModel *self)
{
  return self->until;
}

void
app_panel_model_feed (AppPanelModel *self, GPtrArray *events, GHashTable *connections)
{
  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      learn_dialogue_feed (
          self->dialogue, event, g_hash_table_lookup (connections, &event->connection));
    }
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

guint
app_panel_model_find_key (AppPanelModel *self, guint64 key)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const AppPanelRow *row = self->rows->pdata[i];

      if (row->kind == APP_PANEL_EXCHANGE && row->key == key)
        return i;
    }
  return G_MAXUINT;
}

void
app_panel_model_unfold (AppPanelModel *self, guint64 key)
{
  const AppPanelRow *fold = NULL;

  if (app_panel_model_find_key (self, key) != G_MAXUINT)
    return;
  for (guint i = 0; i < self->rows->len && ((AppPanelRow *) self->rows->pdata[i])->key <= key; i++)
    if (((AppPanelRow *) self->rows->pdata[i])->kind == APP_PANEL_FOLD)
      fold = self->rows->pdata[i];
  if (fold == NULL)
    return;
  set_put (self->unfolded, fold->key, TRUE);
  rebuild (self);
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
  return self->counted;
}

LearnExchange *
app_panel_model_get_held (AppPanelModel *self)
{
  guint at = (guint) (self->held - self->first_key);
  LearnExchange *exchange = self->held >= self->first_key && self->held != 0
                                ? learn_dialogue_get (self->dialogue, at)
                                : NULL;

  return exchange != NULL && exchange->held ? exchange : NULL;
}

guint64
app_panel_model_get_work (AppPanelModel *self)
{
  return self->work;
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
  g_byte_array_unref (self->marks);
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
  self->marks = g_byte_array_new ();
  self->dialogue = learn_dialogue_new (APP_PANEL_MAX_EXCHANGES, on_dialogue, self);
}

AppPanelModel *
app_panel_model_new (void)
{
  return g_object_new (APP_TYPE_PANEL_MODEL, NULL);
}
