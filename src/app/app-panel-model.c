/* A group of rows is what belongs together: a cause with its first exchange, a fold, a run. What
 * comes in or changes is flattened again from the group it falls into, some groups before it too,
 * because it may make a run of them; everything before stays as it is. So the work of a tenth of a
 * second is that of what happened in it, however much is shown. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-model-private.h"
#include "app-panel-row-private.h"

#include <string.h>

#define PULL_EVENTS 5000

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

static void
set_put (GHashTable *set, guint64 key, gboolean present)
{
  if (present)
    g_hash_table_add (set, g_memdup2 (&key, sizeof key));
  else
    g_hash_table_remove (set, &key);
}

/* The object that is already in the list takes over what may have changed. */
static void
carry_over (AppPanelModel *self, GPtrArray *rows, guint index, AppPanelRow *old)
{
  AppPanelRow *fresh = rows->pdata[index];
  gboolean changed =
      app_panel_row_take (old, fresh) || app_panel_model_has (self->changed, old->key);

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
      self->marks->data[i] = app_panel_model_mark_of (self, learn_dialogue_get (self->dialogue, i));
      self->counted += (self->marks->data[i] & MARK_COUNTS) != 0;
    }
  after = app_panel_model_flatten (self, 0, 0);
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

  while (at > 0 && groups <= APP_PANEL_RUN_LENGTH)
    {
      at--;
      start = self->rows->pdata[at];
      groups += start->start;
    }
  if (at == 0 || start == NULL)
    {
      after = app_panel_model_flatten (self, 0, 0);
      replace_rows (self, 0, after);
      return;
    }
  after = app_panel_model_flatten (self, (guint) (start->key - self->first_key), start->heading);
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
      mark = app_panel_model_mark_of (self, learn_dialogue_get (self->dialogue, at));
      self->counted += (mark & MARK_COUNTS) != 0;
      self->counted -= (self->marks->data[at] & MARK_COUNTS) != 0;
      if (((mark ^ self->marks->data[at]) & ~MARK_COUNTS) != 0 ||
          app_panel_model_has (self->open, key) || learn_dialogue_get (self->dialogue, at)->held)
        from = MIN (from, key);
      self->marks->data[at] = mark;
    }
  for (guint i = self->marks->len; i < n; i++)
    {
      guint8 mark = app_panel_model_mark_of (self, learn_dialogue_get (self->dialogue, i));

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

gboolean
app_panel_model_pull_some (AppPanelModel *self, WireTap *tap, guint max)
{
  gboolean more = learn_dialogue_pull (self->dialogue, tap, max);

  refresh (self);
  return more;
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
  self->filter.between = g_strcmp0 (uuid, APP_PANEL_BETWEEN) == 0;
  self->filter.account = self->filter.between ? NULL : g_strdup (uuid);
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
  return low > APP_PANEL_RUN_LENGTH ? low - APP_PANEL_RUN_LENGTH : 0;
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

/* @n rows from @at on make way for @fresh. */
static void
splice (AppPanelModel *self, guint at, guint n, GPtrArray *fresh)
{
  guint added = fresh->len;
  guint len = self->rows->len;
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = at; i < at + n; i++)
    {
      AppPanelRow *row = self->rows->pdata[i];

      row->exchange = NULL;
      /* The old ones live until the view knows. */
      g_ptr_array_add (gone, g_object_ref (row));
    }
  if (n > 0)
    g_ptr_array_remove_range (self->rows, at, n);
  if (added > 0)
    {
      gpointer *rows;

      g_ptr_array_set_size (self->rows, (int) (len - n + added));
      rows = self->rows->pdata;
      memmove (rows + at + added, rows + at, (len - n - at) * sizeof (gpointer));
      for (guint i = 0; i < added; i++)
        rows[at + i] = g_object_ref (fresh->pdata[i]);
    }
  if (n > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at, n, added);
}

/* The row of this kind and key; G_MAXUINT: it is not shown. */
static guint
find_kind (AppPanelModel *self, AppPanelRowType kind, guint64 key)
{
  for (guint i = find_row (self, key); i < self->rows->len; i++)
    {
      const AppPanelRow *row = self->rows->pdata[i];

      if (row->key != key)
        break;
      if (row->kind == kind)
        return i;
    }
  return G_MAXUINT;
}

/* What is open decides nothing but its own lines: all other rows stay. */
static void
show_lines (AppPanelModel *self, guint64 key)
{
  guint at = find_kind (self, APP_PANEL_EXCHANGE, key);
  guint n = 0;
  AppPanelRow *row;
  g_autoptr (GPtrArray) fresh = NULL;

  if (at == G_MAXUINT)
    return;
  row = self->rows->pdata[at];
  while (at + 1 + n < self->rows->len &&
         ((AppPanelRow *) self->rows->pdata[at + 1 + n])->kind == APP_PANEL_LINE)
    n++;
  fresh = app_panel_model_flatten_one (self, row->exchange);
  row->open = ((AppPanelRow *) fresh->pdata[0])->open;
  g_ptr_array_remove_index (fresh, 0);
  app_panel_row_changed (row);
  if (n != fresh->len)
    splice (self, at + 1, n, fresh);
}

static void
show_folded (AppPanelModel *self, guint64 key)
{
  guint at = find_kind (self, APP_PANEL_FOLD, key);
  guint n = 0;
  AppPanelRow *row;
  g_autoptr (GPtrArray) fresh = NULL;

  if (at == G_MAXUINT)
    return;
  row = self->rows->pdata[at];
  row->open = app_panel_model_has (self->unfolded, key);
  while (at + 1 + n < self->rows->len && !((AppPanelRow *) self->rows->pdata[at + 1 + n])->start)
    n++;
  fresh = row->open ? app_panel_model_flatten_fold (self, row->exchange, row->count)
                    : g_ptr_array_new ();
  app_panel_row_changed (row);
  splice (self, at + 1, n, fresh);
}

void
app_panel_model_toggle (AppPanelModel *self, AppPanelRow *row)
{
  guint64 key = row->key;

  if (row->kind == APP_PANEL_FOLD)
    {
      set_put (self->unfolded, key, !app_panel_model_has (self->unfolded, key));
      show_folded (self, key);
    }
  else if (row->kind == APP_PANEL_EXCHANGE)
    {
      set_put (self->open, key, !app_panel_model_has (self->open, key));
      show_lines (self, key);
    }
}

void
app_panel_model_open (AppPanelModel *self, guint64 key)
{
  if (app_panel_model_has (self->open, key))
    return;
  set_put (self->open, key, TRUE);
  show_lines (self, key);
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
app_panel_model_position (AppPanelModel *self, const AppPanelRow *row)
{
  guint at = find_kind (self, row->kind, row->key);

  while (at < self->rows->len && self->rows->pdata[at] != row)
    at++;
  return at < self->rows->len ? at : G_MAXUINT;
}

guint
app_panel_model_find_key (AppPanelModel *self, guint64 key)
{
  return find_kind (self, APP_PANEL_EXCHANGE, key);
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
  show_folded (self, fold->key);
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
