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

static AppPanelEntry *
add_entry (AppPanelModel *self, GArray *entries, AppPanelRowType kind, guint64 key, guint line)
{
  AppPanelEntry entry = { .kind = (guint8) kind, .key = key, .line = line };

  self->work++;
  g_array_append_val (entries, entry);
  return &g_array_index (entries, AppPanelEntry, entries->len - 1);
}

static const AppPanelMark *
mark_at (AppPanelModel *self, guint at)
{
  return &g_array_index (self->marks, AppPanelMark, at);
}

/* Of the @i-th of those that are shown. */
static guint
position (const GArray *shown, guint i)
{
  return g_array_index (shown, guint, i);
}

/* What is under way at the gate cannot be closed. */
static gboolean
is_open (AppPanelModel *self, guint at)
{
  return (mark_at (self, at)->mark & MARK_HELD) != 0 ||
         (g_hash_table_size (self->open) > 0 &&
          app_panel_model_has (self->open, self->first_key + at));
}

static void
add_lines (AppPanelModel *self, GArray *entries, guint at)
{
  const LearnExchange *exchange = learn_dialogue_get (self->dialogue, at);

  for (guint i = 0; i < exchange->lines->len; i++)
    if (self->until == 0 || ((WireLine *) exchange->lines->pdata[i])->when <= self->until)
      add_entry (self, entries, APP_PANEL_LINE, self->first_key + at, i);
}

static void
add_exchange (AppPanelModel *self, GArray *entries, guint at)
{
  gboolean open = is_open (self, at);

  add_entry (self, entries, APP_PANEL_EXCHANGE, self->first_key + at, 0)->open = open;
  if (open)
    add_lines (self, entries, at);
}

static gboolean
same_run (const AppPanelMark *first, const AppPanelMark *other)
{
  return first->connection == other->connection && first->cause == other->cause &&
         first->verb == other->verb && (other->mark & MARK_RUNS) != 0;
}

/* How many of those from @first on belong to one fold; 0: none. */
static guint
fold_length (AppPanelModel *self, const GArray *shown, guint first, gboolean *run)
{
  const AppPanelMark *mark = mark_at (self, position (shown, first));
  guint n = 0;

  while (first + n < shown->len &&
         (mark_at (self, position (shown, first + n))->mark & MARK_FOLDABLE) != 0)
    n++;
  *run = FALSE;
  if (n > 0)
    return n;
  if (app_panel_filter_is_search (&self->filter))
    return 0;
  while (first + n < shown->len && same_run (mark, mark_at (self, position (shown, first + n))))
    n++;
  *run = TRUE;
  return n >= APP_PANEL_RUN_LENGTH ? n : 0;
}

static void
add_cause (AppPanelModel *self, GArray *entries, guint at, guint64 *heading)
{
  guint64 cause = mark_at (self, at)->cause;

  if (cause == 0 || *heading == cause)
    return;
  add_entry (self, entries, APP_PANEL_CAUSE, self->first_key + at, 0);
  *heading = cause;
}

static gboolean
is_shown (AppPanelModel *self, guint at)
{
  const AppPanelMark *mark = mark_at (self, at);

  return (mark->mark & MARK_PASSES) != 0 && (self->until == 0 || mark->when <= self->until);
}

/* Positions of what is shown of the exchanges from @from on. (transfer full) */
static GArray *
shown_from (AppPanelModel *self, guint from)
{
  GArray *shown = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = from; i < self->marks->len; i++)
    if (is_shown (self, i))
      g_array_append_val (shown, i);
  self->work += self->marks->len - from;
  return shown;
}

/* Into the fold, which is the last entry so far, or its row is: its exchanges from @i on that are
 * shown. */
static void
fill_fold (AppPanelModel *self,
           GArray *entries,
           AppPanelEntry *fold,
           const GArray *shown,
           guint i,
           guint length)
{
  gboolean open = fold->open;

  fold->count += length;
  fold->last = self->first_key + position (shown, i + length - 1);
  for (guint j = 0; open && j < length; j++)
    add_exchange (self, entries, position (shown, i + j));
}

/* One group: a fold, or an exchange; returns how many exchanges it took. */
static guint
add_group (AppPanelModel *self, GArray *entries, const GArray *shown, guint i, guint64 *heading)
{
  guint at = position (shown, i);
  guint64 key = self->first_key + at;
  gboolean run;
  guint length;
  AppPanelEntry *fold;

  if ((mark_at (self, at)->mark & MARK_LOST) != 0)
    {
      add_entry (self, entries, APP_PANEL_DROPPED, key, 0)->count =
          learn_dialogue_get (self->dialogue, at)->folded;
      return 1;
    }
  length = fold_length (self, shown, i, &run);

  if (length == 0 || run)
    add_cause (self, entries, at, heading);
  if (length == 0)
    {
      add_exchange (self, entries, at);
      return 1;
    }
  fold = add_entry (self, entries, APP_PANEL_FOLD, key, 0);
  fold->run = run;
  fold->open = app_panel_model_has (self->unfolded, key);
  fill_fold (self, entries, fold, shown, i, length);
  return length;
}

static void
add_groups (AppPanelModel *self,
            GArray *entries,
            const GArray *shown,
            guint i,
            gboolean whole,
            guint64 heading)
{
  while (i < shown->len)
    {
      guint at = entries->len;
      guint64 above = heading;
      AppPanelEntry *start;

      i += add_group (self, entries, shown, i, &heading);
      start = &g_array_index (entries, AppPanelEntry, at);
      start->start = TRUE;
      start->heading = above;
      start->earlier =
          whole && at <= 1 && start->kind == APP_PANEL_FOLD &&
          (at == 0 || g_array_index (entries, AppPanelEntry, 0).kind == APP_PANEL_DROPPED);
    }
}

static GArray *
make_entries (void)
{
  return g_array_new (FALSE, FALSE, sizeof (AppPanelEntry));
}

GArray *
app_panel_model_flatten (AppPanelModel *self, guint from, guint64 heading)
{
  GArray *entries = make_entries ();
  g_autoptr (GArray) shown = shown_from (self, from);

  if (from == 0 && self->first_key > 1)
    add_entry (self, entries, APP_PANEL_DROPPED, 0, 0)->count = self->first_key - 1;
  add_groups (self, entries, shown, 0, from == 0, heading);
  return entries;
}

GArray *
app_panel_model_flatten_after (AppPanelModel *self, AppPanelEntry *fold, guint from)
{
  GArray *entries = make_entries ();
  g_autoptr (GArray) shown = shown_from (self, from);
  const AppPanelMark *first = mark_at (self, (guint) (fold->key - self->first_key));
  guint n = 0;

  while (n < shown->len &&
         (fold->run ? same_run (first, mark_at (self, position (shown, n)))
                    : (mark_at (self, position (shown, n))->mark & MARK_FOLDABLE) != 0))
    n++;
  if (n > 0)
    fill_fold (self, entries, fold, shown, 0, n);
  /* A run stands under its cause. */
  add_groups (self,
              entries,
              shown,
              n,
              FALSE,
              fold->run && first->cause != 0 ? first->cause : fold->heading);
  return entries;
}

GArray *
app_panel_model_flatten_below (AppPanelModel *self, AppPanelEntry *entry)
{
  GArray *entries = make_entries ();
  guint at = (guint) (entry->key - self->first_key);

  if (entry->kind == APP_PANEL_EXCHANGE)
    {
      entry->open = is_open (self, at);
      if (entry->open)
        add_lines (self, entries, at);
      return entries;
    }
  entry->open = app_panel_model_has (self->unfolded, entry->key);
  for (; entry->open && at <= entry->last - self->first_key; at++)
    if (is_shown (self, at))
      add_exchange (self, entries, at);
  return entries;
}

/* Each session has its own, and each has to be let go. */
static void
note_held (AppPanelModel *self, guint64 key)
{
  for (guint i = 0; i < self->held->len; i++)
    if (g_array_index (self->held, guint64, i) == key)
      return;
  g_array_append_val (self->held, key);
}

static guint
marks_of (AppPanelModel *self, const LearnExchange *exchange)
{
  guint mark = 0;

  /* Whatever is looked for: here something is missing. */
  if (g_str_equal (exchange->verb, LEARN_DROPPED_EVENTS))
    return MARK_PASSES | MARK_LOST;
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
      note_held (self, exchange->key);
    }
  return mark;
}

AppPanelMark
app_panel_model_mark_of (AppPanelModel *self, const LearnExchange *exchange)
{
  AppPanelMark mark = { .connection = exchange->connection,
                        .cause = exchange->cause != NULL ? exchange->cause->id : 0,
                        .verb = exchange->verb,
                        .when = exchange->when,
                        .mark = marks_of (self, exchange) };

  self->work++;
  return mark;
}
