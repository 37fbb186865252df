/* The list as others see it: of each entry there is one object at most, made when somebody wants it
 * and kept for as long as somebody has it, so that views and selections find again what they had.
 * They are told of what changed, and of no more. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-model-private.h"

#include <string.h>

/* A view has some two hundred widgets, and makes and destroys them when rows come and go, which
 * takes several frames. Where more rows than this make way for others, those that it has say
 * something else instead, where they are. */
#define SAY_ELSE 256

AppPanelEntry *
app_panel_rows_at (AppPanelModel *self, guint index)
{
  return &g_array_index (self->rows, AppPanelEntry, index);
}

/* (nullable) */
static LearnExchange *
exchange_of (AppPanelModel *self, guint64 key)
{
  const LearnExchange *first = learn_dialogue_get (self->dialogue, 0);

  return first != NULL && key >= first->key
             ? learn_dialogue_get (self->dialogue, (guint) (key - first->key))
             : NULL;
}

/* Rows, which are made when somebody wants them */

static gboolean
take (AppPanelModel *self, AppPanelRow *row, const AppPanelEntry *entry)
{
  LearnExchange *exchange = exchange_of (self, entry->key);

  return app_panel_row_take (row,
                             entry,
                             exchange,
                             entry->kind == APP_PANEL_EXCHANGE && exchange != NULL &&
                                 !app_panel_model_is_done (self, exchange));
}

static void
on_row_gone (gpointer data, GObject *row)
{
  AppPanelModel *self = data;

  g_hash_table_remove (self->made, row);
}

/* (transfer none) (nullable) */
static AppPanelRow *
made_of (AppPanelModel *self, const AppPanelEntry *entry)
{
  AppPanelRow probe = { .entry = *entry };

  return g_hash_table_lookup (self->made, &probe);
}

/* (transfer full) */
static AppPanelRow *
make_row (AppPanelModel *self, const AppPanelEntry *entry)
{
  AppPanelRow *row = made_of (self, entry);

  if (row != NULL)
    return g_object_ref (row);
  row = g_object_new (APP_TYPE_PANEL_ROW, NULL);
  take (self, row, entry);
  g_hash_table_add (self->made, row);
  g_object_weak_ref (G_OBJECT (row), on_row_gone, self);
  return row;
}

static void
leave (AppPanelModel *self, AppPanelRow *row)
{
  g_object_weak_unref (G_OBJECT (row), on_row_gone, self);
  g_hash_table_remove (self->made, row);
  row->exchange = NULL;
}

static gpointer
get_item (GListModel *list, guint position)
{
  AppPanelModel *self = APP_PANEL_MODEL (list);
  guint left;

  if (position < (self->before != NULL ? self->told : self->rows->len))
    return make_row (self, app_panel_rows_at (self, position));
  if (self->before == NULL)
    return NULL;
  left = self->gone + (position - self->told);
  return left < self->before->len
             ? make_row (self, &g_array_index (self->before, AppPanelEntry, left))
             : NULL;
}

static guint
get_n_items (GListModel *list)
{
  AppPanelModel *self = APP_PANEL_MODEL (list);

  return self->before != NULL ? self->told + self->before->len - self->gone : self->rows->len;
}

static GType
get_item_type (GListModel *list)
{
  return APP_TYPE_PANEL_ROW;
}

void
app_panel_rows_init_list (GListModelInterface *iface)
{
  iface->get_item = get_item;
  iface->get_n_items = get_n_items;
  iface->get_item_type = get_item_type;
}

/* The first entry that is not of an exchange before @key. */
static guint
find_first (const GArray *entries, guint64 key)
{
  guint low = 0;
  guint high = entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (entries, AppPanelEntry, middle).key < key)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

guint
app_panel_rows_find_from (AppPanelModel *self, guint64 key)
{
  return find_first (self->rows, key);
}

/* Where the same thing stands; G_MAXUINT: nowhere. */
static guint
find_same (const GArray *entries, const AppPanelEntry *wanted)
{
  for (guint i = find_first (entries, wanted->key); i < entries->len; i++)
    {
      const AppPanelEntry *entry = &g_array_index (entries, AppPanelEntry, i);

      if (entry->key != wanted->key)
        break;
      if (app_panel_entry_same (entry, wanted))
        return i;
    }
  return G_MAXUINT;
}

/* Replacing */

/* Those that say something else are told so, those that are no longer there left. */
void
app_panel_rows_renew (AppPanelModel *self, guint64 from)
{
  guint n;
  g_autofree gpointer *made = g_hash_table_get_keys_as_array (self->made, &n);

  for (guint i = 0; i < n; i++)
    g_object_ref (made[i]);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AppPanelRow) row = made[i];
      guint at = row->entry.key >= from ? find_same (self->rows, &row->entry) : 0;

      if (row->entry.key < from)
        continue;
      if (at == G_MAXUINT)
        leave (self, row);
      else if (take (self, row, app_panel_rows_at (self, at)) ||
               app_panel_model_has (self->changed, row->entry.key))
        app_panel_row_changed (row);
    }
}

/* The list is the new one for so many more rows than was told, and the old one without as many. */
static void
tell (AppPanelModel *self, guint told, guint gone)
{
  guint at = self->told;
  guint removed = gone - self->gone;
  guint added = told - self->told;

  self->gone = gone;
  self->told = told;
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at, removed, added);
}

/* Rows that somebody has, of @before from @old on, that have a place among @common others: from the
 * new ones at @fresh on. All others of the @n_old leave. (transfer full) */
static GPtrArray *
take_over (AppPanelModel *self, guint old, guint n_old, guint skipped, guint common, guint fresh)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func (g_object_unref);
  guint n;
  g_autofree gpointer *made = g_hash_table_get_keys_as_array (self->made, &n);
  g_autofree guint *places = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    {
      AppPanelRow *row = made[i];
      guint at = find_same (self->before, &row->entry);

      if (at == G_MAXUINT || at < old || at >= old + n_old)
        continue;
      g_hash_table_remove (self->made, row);
      if (at < old + skipped || at >= old + skipped + common)
        {
          g_object_weak_unref (G_OBJECT (row), on_row_gone, self);
          row->exchange = NULL;
          continue;
        }
      places[taken->len] = fresh + (at - old - skipped);
      g_ptr_array_add (taken, g_object_ref (row));
    }
  for (guint i = 0; i < taken->len; i++)
    {
      take (self, taken->pdata[i], app_panel_rows_at (self, places[i]));
      g_hash_table_add (self->made, taken->pdata[i]);
    }
  return taken;
}

/* @n_old rows from here on make way for @n_new. Where they are many, rows at one end of them, the
 * last or the first, stay where they are and say what the new ones say. */
static void
tell_replaced (AppPanelModel *self, guint n_old, guint n_new, gboolean last)
{
  guint common = MIN (n_old, n_new);
  guint skipped_old = last ? n_old - common : 0;
  guint skipped_new = last ? n_new - common : 0;
  guint old = self->gone;
  guint fresh = self->told;
  g_autoptr (GPtrArray) taken = NULL;

  if (common == 0 || MAX (n_old, n_new) <= SAY_ELSE)
    {
      tell (self, fresh + n_new, old + n_old);
      return;
    }
  taken = take_over (self, old, n_old, skipped_old, common, fresh + skipped_new);
  memcpy (&g_array_index (self->before, AppPanelEntry, old + skipped_old),
          app_panel_rows_at (self, fresh + skipped_new),
          common * sizeof (AppPanelEntry));
  tell (self, fresh + skipped_new, old + skipped_old);
  self->told += common;
  self->gone += common;
  tell (self, fresh + n_new, old + n_old);
  for (guint i = 0; i < taken->len; i++)
    app_panel_row_changed (taken->pdata[i]);
}

/* Whoever looks at the end looks at the new end then. */
static gboolean
is_end_seen (AppPanelModel *self, guint n)
{
  const GArray *before = self->before;

  return n > 0 && n == before->len &&
         made_of (self, &g_array_index (before, AppPanelEntry, n - 1)) != NULL &&
         made_of (self, &g_array_index (before, AppPanelEntry, 0)) == NULL;
}

/* What is selected is told around: it stays the row that it is. */
void
app_panel_rows_replace (AppPanelModel *self, guint at, const GArray *after)
{
  guint n_before = self->rows->len - at;
  g_autoptr (GArray) before = g_array_sized_new (FALSE, FALSE, sizeof (AppPanelEntry), n_before);
  guint head = 0;
  guint tail = 0;
  guint64 from;
  guint old;

  g_array_append_vals (before, app_panel_rows_at (self, at), n_before);
  if (self->kept != NULL && (old = find_same (before, &self->kept->entry)) != G_MAXUINT &&
      find_same (after, &self->kept->entry) == G_MAXUINT)
    g_signal_emit_by_name (self, "leaving", self->kept);
  while (head < n_before && head < after->len &&
         app_panel_entry_same (&g_array_index (before, AppPanelEntry, head),
                               &g_array_index (after, AppPanelEntry, head)))
    head++;
  while (tail < n_before - head && tail < after->len - head &&
         app_panel_entry_same (&g_array_index (before, AppPanelEntry, n_before - 1 - tail),
                               &g_array_index (after, AppPanelEntry, after->len - 1 - tail)))
    tail++;
  g_array_set_size (self->rows, at);
  g_array_append_vals (self->rows, after->data, after->len);
  self->before = before;
  self->told = at + head;
  self->gone = head;
  from = n_before > 0 ? g_array_index (before, AppPanelEntry, 0).key : G_MAXUINT64;
  old = self->kept != NULL ? find_same (before, &self->kept->entry) : G_MAXUINT;
  if (old != G_MAXUINT && old >= head && old < n_before - tail)
    {
      guint now = find_same (self->rows, &self->kept->entry);

      if (now != G_MAXUINT)
        {
          tell_replaced (self, old - self->gone, now - self->told, TRUE);
          self->told++;
          self->gone++;
        }
    }
  tell_replaced (self,
                 n_before - tail - self->gone,
                 self->rows->len - tail - self->told,
                 is_end_seen (self, n_before - tail));
  self->before = NULL;
  app_panel_rows_renew (self, from);
}

void
app_panel_rows_touch (AppPanelModel *self, guint64 key)
{
  for (guint i = app_panel_rows_find_from (self, key); i < self->rows->len; i++)
    {
      const AppPanelEntry *entry = app_panel_rows_at (self, i);
      AppPanelRow *row;

      if (entry->key != key)
        break;
      row = made_of (self, entry);
      if (row == NULL)
        continue;
      take (self, row, entry);
      app_panel_row_changed (row);
    }
}

void
app_panel_rows_splice (
    AppPanelModel *self, guint at, guint n, const AppPanelEntry *fresh, guint added)
{
  guint64 from = at > 0 ? app_panel_rows_at (self, at - 1)->key : 0;

  if (n > 0)
    g_array_remove_range (self->rows, at, n);
  if (added > 0)
    g_array_insert_vals (self->rows, at, fresh, added);
  app_panel_rows_renew (self, from);
  if (n > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at, n, added);
}

guint
app_panel_rows_find (AppPanelModel *self, AppPanelRowType kind, guint64 key)
{
  return find_same (self->rows, &(AppPanelEntry){ .kind = (guint8) kind, .key = key });
}

guint
app_panel_model_position (AppPanelModel *self, const AppPanelRow *row)
{
  return find_same (self->rows, &row->entry);
}

void
app_panel_model_keep (AppPanelModel *self, AppPanelRow *row)
{
  g_set_weak_pointer (&self->kept, row);
}

void
app_panel_rows_forget (AppPanelModel *self, guint64 before)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->made);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    if (((AppPanelRow *) row)->entry.key < before)
      ((AppPanelRow *) row)->exchange = NULL;
}

void
app_panel_rows_init (AppPanelModel *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (AppPanelEntry));
  self->made = g_hash_table_new (app_panel_row_hash, app_panel_row_equal);
}

void
app_panel_rows_free (AppPanelModel *self)
{
  GHashTableIter iter;
  gpointer row;

  g_clear_weak_pointer (&self->kept);
  g_hash_table_iter_init (&iter, self->made);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    {
      g_object_weak_unref (row, on_row_gone, self);
      ((AppPanelRow *) row)->exchange = NULL;
    }
  g_hash_table_unref (self->made);
  g_array_unref (self->rows);
}
