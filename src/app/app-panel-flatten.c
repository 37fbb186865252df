/* Exchanges become rows: which are folded, which belong to a run, what stands above them. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-model-private.h"
#include "app-panel-row-private.h"

gboolean
app_panel_model_has (GHashTable *set, guint64 key)
{
  return g_hash_table_contains (set, &key);
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

  row->open = app_panel_model_has (self->open, exchange->key) || exchange->held;
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
  return n >= APP_PANEL_RUN_LENGTH ? n : 0;
}

static void
add_cause (AppPanelModel *self, GPtrArray *rows, LearnExchange *exchange, guint64 *heading)
{
  if (exchange->cause == NULL || *heading == exchange->cause->id)
    return;
  add_row (self, rows, APP_PANEL_CAUSE, exchange, 0);
  *heading = exchange->cause->id;
}

static gboolean
is_shown (AppPanelModel *self, const LearnExchange *exchange)
{
  return has_mark (self, exchange, MARK_PASSES) &&
         (self->until == 0 || exchange->when <= self->until);
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

      if (is_shown (self, exchange))
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
  fold->open = app_panel_model_has (self->unfolded, exchange->key);
  for (guint j = 0; fold->open && j < length; j++)
    add_exchange (self, rows, shown->pdata[i + j]);
  return length;
}

GPtrArray *
app_panel_model_flatten (AppPanelModel *self, guint from, guint64 heading)
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

GPtrArray *
app_panel_model_flatten_one (AppPanelModel *self, LearnExchange *exchange)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);

  add_exchange (self, rows, exchange);
  return rows;
}

GPtrArray *
app_panel_model_flatten_fold (AppPanelModel *self, const LearnExchange *first, guint64 count)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = learn_dialogue_count (self->dialogue);

  for (guint i = index_of (self, first); i < n && count > 0; i++)
    {
      LearnExchange *exchange = learn_dialogue_get (self->dialogue, i);

      if (!is_shown (self, exchange))
        continue;
      add_exchange (self, rows, exchange);
      count--;
    }
  return rows;
}

guint8
app_panel_model_mark_of (AppPanelModel *self, const LearnExchange *exchange)
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
  if (!exchange->routine && (exchange->info == NULL || exchange->info->caller == NULL) &&
      (self->filter.account == NULL ||
       g_strcmp0 (exchange->info->account, self->filter.account) == 0))
    mark |= MARK_COUNTS;
  if (exchange->held)
    {
      mark |= MARK_HELD;
      self->held = exchange->key;
    }
  return mark;
}
