/* A group of rows is what belongs together: a cause with its first exchange, a fold, a run. What
 * comes in or changes is flattened again from the group it falls into, some groups before it too,
 * because it may make a run of them, but none before a fold, which grows; everything before stays
 * as it is. So the work of a look is that of what happened since the last, however much is shown.
 * Another filter is another mark for each exchange: they are gone through piece by piece, and the
 * rows stay what they were until all are known. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-model-private.h"

#include <string.h>

#include "app-signal.h"

#define PULL_EVENTS 5000
/* What looking at an exchange costs with a filter that has no words; with words it is four times
 * that, and as much again for each line and each 256 bytes. */
#define LOOK_AT_ONCE 8192
#define LOOK_FOR_WORDS 4
#define LOOK_BYTES 256

G_DEFINE_FINAL_TYPE_WITH_CODE (AppPanelModel,
                               app_panel_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, app_panel_rows_init_list))

static void
set_put (GHashTable *set, guint64 key, gboolean present)
{
  if (present)
    g_hash_table_add (set, g_memdup2 (&key, sizeof key));
  else
    g_hash_table_remove (set, &key);
}

/* Flattens again from the exchange with this key on. */
static void
rebuild_from (AppPanelModel *self, guint64 key)
{
  guint at = app_panel_rows_find_from (self, key);
  g_autoptr (GArray) after = NULL;

  for (guint groups = 0; at > 0 && groups <= APP_PANEL_RUN_LENGTH; groups++)
    {
      guint start = at - 1;
      guint fold;

      while (start > 0 && !app_panel_rows_at (self, start)->start)
        start--;
      /* A run stands under its cause. */
      fold = app_panel_rows_at (self, start)->kind == APP_PANEL_CAUSE ? start + 1 : start;
      if (fold >= at || app_panel_rows_at (self, fold)->kind != APP_PANEL_FOLD ||
          app_panel_rows_at (self, fold)->last >= key)
        {
          at = start;
          continue;
        }
      if (groups > 0)
        break;
      after = app_panel_model_flatten_after (
          self, app_panel_rows_at (self, fold), (guint) (key - self->first_key));
      set_put (self->changed, app_panel_rows_at (self, fold)->key, TRUE);
      app_panel_rows_replace (self, at, after);
      app_panel_rows_renew (self, app_panel_rows_at (self, fold)->key);
      return;
    }
  if (at == 0)
    after = app_panel_model_flatten (self, 0, 0);
  else
    after = app_panel_model_flatten (self,
                                     (guint) (app_panel_rows_at (self, at)->key - self->first_key),
                                     app_panel_rows_at (self, at)->heading);
  app_panel_rows_replace (self, at, after);
}

/* Marks */

static AppPanelMark *
mark_at (AppPanelModel *self, guint at)
{
  return &g_array_index (self->marks, AppPanelMark, at);
}

/* Takes another mark in place of the one there; TRUE: its rows have to be made again. */
static gboolean
mark_again (AppPanelModel *self, guint at)
{
  AppPanelMark fresh = app_panel_model_mark_of (self, learn_dialogue_get (self->dialogue, at));
  AppPanelMark old = *mark_at (self, at);

  self->counted += (fresh.mark & MARK_COUNTS) != 0;
  self->counted -= (old.mark & MARK_COUNTS) != 0;
  *mark_at (self, at) = fresh;
  return ((fresh.mark ^ old.mark) & ~MARK_COUNTS) != 0 || fresh.cause != old.cause;
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

      if (key < self->first_key || at >= self->marks->len)
        continue;
      if (mark_again (self, at) || app_panel_model_has (self->open, key) ||
          learn_dialogue_get (self->dialogue, at)->held)
        from = MIN (from, key);
    }
  for (guint i = self->marks->len; i < n; i++)
    {
      from = MIN (from, self->first_key + i);
      g_array_set_size (self->marks, i + 1);
      mark_again (self, i);
    }
  return from;
}

/* What the dialogue forgot has no marks; whoever has a row of it must not look at it. */
static gboolean
forget_dropped (AppPanelModel *self)
{
  const LearnExchange *first = learn_dialogue_get (self->dialogue, 0);
  guint64 key = first != NULL ? first->key : self->first_key;
  guint n = (guint) MIN (key - self->first_key, self->marks->len);
  gboolean dropped = self->dropped;

  self->dropped = FALSE;
  for (guint i = 0; i < n; i++)
    self->counted -= (mark_at (self, i)->mark & MARK_COUNTS) != 0;
  if (n > 0)
    g_array_remove_range (self->marks, 0, n);
  self->looked -= MIN (self->looked, n);
  self->first_key = key;
  if (dropped)
    app_panel_rows_forget (self, key);
  return dropped;
}

/* What came in, and what changed by it. */
static void
refresh (AppPanelModel *self)
{
  gboolean dropped = forget_dropped (self);
  guint64 from;
  GHashTableIter iter;
  gpointer key;

  if (self->looking)
    return;
  from = mark_changes (self);
  if (dropped)
    from = 0;
  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (*(guint64 *) key < from)
      app_panel_rows_touch (self, *(guint64 *) key);
  if (from != G_MAXUINT64)
    rebuild_from (self, from);
  g_hash_table_remove_all (self->changed);
}

/* What looking at it costs. */
static guint
cost_of (AppPanelModel *self, const LearnExchange *exchange)
{
  guint cost = 1;

  if (self->filter.words == NULL)
    return cost;
  cost = LOOK_FOR_WORDS;
  for (guint i = 0; i < exchange->lines->len; i++)
    cost += 1 + (guint) (g_bytes_get_size (((WireLine *) exchange->lines->pdata[i])->bytes) /
                         LOOK_BYTES);
  return cost;
}

/* TRUE: there is more to look at. */
static gboolean
look_on (AppPanelModel *self)
{
  guint cost = 0;

  forget_dropped (self);
  for (; self->looked < self->marks->len && cost < LOOK_AT_ONCE; self->looked++)
    {
      cost += cost_of (self, learn_dialogue_get (self->dialogue, self->looked));
      mark_again (self, self->looked);
    }
  /* What comes of it has a turn of its own. */
  if (self->looked < self->marks->len || cost >= LOOK_AT_ONCE)
    return TRUE;
  self->looking = FALSE;
  mark_changes (self);
  rebuild_from (self, 0);
  g_hash_table_remove_all (self->changed);
  return FALSE;
}

static gboolean
on_idle (gpointer data)
{
  AppPanelModel *self = data;

  if (look_on (self))
    return G_SOURCE_CONTINUE;
  self->idle = 0;
  return G_SOURCE_REMOVE;
}

/* The filter is another: frames and clicks go before the rest of it. */
static void
look_again (AppPanelModel *self)
{
  self->looking = TRUE;
  self->looked = 0;
  if (!look_on (self))
    g_clear_handle_id (&self->idle, g_source_remove);
  else if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

gboolean
app_panel_model_is_looking (AppPanelModel *self)
{
  return self->looking;
}

static void
settle (AppPanelModel *self)
{
  if (!self->looking)
    return;
  while (look_on (self))
    ;
  g_clear_handle_id (&self->idle, g_source_remove);
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
  look_again (self);
}

void
app_panel_model_set_filter (AppPanelModel *self, const char *text)
{
  app_panel_filter_set_text (&self->filter, text);
  look_again (self);
}

void
app_panel_model_set_protocol (AppPanelModel *self, const char *protocol)
{
  g_free (self->filter.protocol);
  self->filter.protocol = *protocol != '\0' ? g_strdup (protocol) : NULL;
  look_again (self);
}

void
app_panel_model_set_only (AppPanelModel *self, AppPanelOnly only)
{
  self->filter.only = only;
  look_again (self);
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
  guint64 from;
  GHashTableIter iter;
  gpointer key;
  gint64 bound = self->until == 0 ? when : when == 0 ? self->until : MIN (self->until, when);

  if (when == self->until)
    return;
  refresh (self);
  self->until = when;
  /* What had not ended then stands far above, perhaps; and what is open shows fewer lines. */
  from = self->first_key + first_later (self, bound);
  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    from = MIN (from, MAX (*(guint64 *) key, self->first_key));
  app_panel_rows_renew (self, 0);
  if (!self->looking)
    rebuild_from (self, from);
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
  look_again (self);
}

void
app_panel_model_set_everything (AppPanelModel *self, gboolean everything)
{
  self->everything = everything;
  look_again (self);
}

/* What is open decides nothing but what stands below it, lines of an exchange or exchanges of a
 * fold: all other rows stay. */
static void
show_below (AppPanelModel *self, AppPanelRowType kind, guint64 key)
{
  guint at = app_panel_rows_find (self, kind, key);
  guint n = 0;
  g_autoptr (GArray) below = NULL;

  /* While words are looked for, it may be shown and no longer kept. */
  if (at == G_MAXUINT || key < self->first_key)
    return;
  for (guint i = at + 1; i < self->rows->len; i++, n++)
    if (kind == APP_PANEL_FOLD ? app_panel_rows_at (self, i)->start
                               : app_panel_rows_at (self, i)->kind != APP_PANEL_LINE)
      break;
  below = app_panel_model_flatten_below (self, app_panel_rows_at (self, at));
  if (n == below->len)
    app_panel_rows_touch (self, key);
  else
    app_panel_rows_splice (
        self, at + 1, n, (const AppPanelEntry *) (gpointer) below->data, below->len);
}

void
app_panel_model_toggle (AppPanelModel *self, AppPanelRow *row)
{
  guint64 key = row->entry.key;

  if (row->entry.kind == APP_PANEL_FOLD)
    {
      set_put (self->unfolded, key, !app_panel_model_has (self->unfolded, key));
      show_below (self, APP_PANEL_FOLD, key);
    }
  else if (row->entry.kind == APP_PANEL_EXCHANGE)
    {
      set_put (self->open, key, !app_panel_model_has (self->open, key));
      show_below (self, APP_PANEL_EXCHANGE, key);
    }
}

void
app_panel_model_open (AppPanelModel *self, guint64 key)
{
  if (app_panel_model_has (self->open, key))
    return;
  set_put (self->open, key, TRUE);
  show_below (self, APP_PANEL_EXCHANGE, key);
}

guint
app_panel_model_find (AppPanelModel *self, guint64 connection, guint64 exchange)
{
  for (guint i = learn_dialogue_count (self->dialogue); i-- > 0;)
    {
      const LearnExchange *each = learn_dialogue_get (self->dialogue, i);

      if (each->connection == connection && each->exchange == exchange)
        return app_panel_model_find_key (self, each->key);
    }
  return G_MAXUINT;
}

guint
app_panel_model_find_key (AppPanelModel *self, guint64 key)
{
  settle (self);
  return app_panel_rows_find (self, APP_PANEL_EXCHANGE, key);
}

void
app_panel_model_unfold (AppPanelModel *self, guint64 key)
{
  guint at;

  if (app_panel_model_find_key (self, key) != G_MAXUINT)
    return;
  at = app_panel_rows_find_from (self, key + 1);
  while (at > 0 && app_panel_rows_at (self, at - 1)->kind != APP_PANEL_FOLD)
    at--;
  if (at == 0)
    return;
  key = app_panel_rows_at (self, at - 1)->key;
  set_put (self->unfolded, key, TRUE);
  show_below (self, APP_PANEL_FOLD, key);
}

GArray *
app_panel_model_dup_shown (AppPanelModel *self)
{
  GArray *keys = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint n;

  settle (self);
  n = MIN (learn_dialogue_count (self->dialogue), self->marks->len);
  for (guint i = 0; i < n; i++)
    {
      const LearnExchange *exchange = learn_dialogue_get (self->dialogue, i);

      if ((mark_at (self, i)->mark & MARK_PASSES) != 0)
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
app_panel_model_get_held (AppPanelModel *self, guint64 connection)
{
  LearnExchange *newest = NULL;

  for (guint i = self->held->len; i-- > 0;)
    {
      guint64 key = g_array_index (self->held, guint64, i);
      LearnExchange *exchange =
          key >= self->first_key
              ? learn_dialogue_get (self->dialogue, (guint) (key - self->first_key))
              : NULL;

      if (exchange == NULL || !exchange->held)
        g_array_remove_index (self->held, i);
      else if (exchange->connection == connection)
        return exchange;
      else if (newest == NULL)
        newest = exchange;
    }
  return newest;
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

  g_clear_handle_id (&self->idle, g_source_remove);
  app_panel_rows_free (self);
  learn_dialogue_free (self->dialogue);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->unfolded);
  g_hash_table_unref (self->changed);
  g_array_unref (self->marks);
  g_array_unref (self->held);
  app_panel_filter_clear (&self->filter);
  G_OBJECT_CLASS (app_panel_model_parent_class)->finalize (object);
}

static void
app_panel_model_class_init (AppPanelModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_panel_model_finalize;
  app_signal_new (klass, "leaving", 1, APP_TYPE_PANEL_ROW);
}

static void
app_panel_model_init (AppPanelModel *self)
{
  app_panel_rows_init (self);
  self->first_key = 1;
  self->open = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->unfolded = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->changed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->marks = g_array_new (FALSE, TRUE, sizeof (AppPanelMark));
  self->held = g_array_new (FALSE, FALSE, sizeof (guint64));
}

AppPanelModel *
app_panel_model_new_sized (guint max)
{
  AppPanelModel *self = g_object_new (APP_TYPE_PANEL_MODEL, NULL);

  self->dialogue = learn_dialogue_new (max, on_dialogue, self);
  return self;
}

AppPanelModel *
app_panel_model_new (void)
{
  return app_panel_model_new_sized (APP_PANEL_MAX_EXCHANGES);
}
