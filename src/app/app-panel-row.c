/* A row has nothing of its own: the model fills it, and fills it anew. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-row-private.h"

G_DEFINE_FINAL_TYPE (AppPanelRow, app_panel_row, G_TYPE_OBJECT)

static guint changed_signal;

static void
app_panel_row_class_init (AppPanelRowClass *klass)
{
  changed_signal = g_signal_new (
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
app_panel_row_is_under_way (AppPanelRow *self)
{
  return self->under_way;
}

gboolean
app_panel_row_is_open (AppPanelRow *self)
{
  return self->open;
}

void
app_panel_row_changed (AppPanelRow *self)
{
  g_signal_emit (self, changed_signal, 0);
}

guint
app_panel_row_hash (gconstpointer data)
{
  const AppPanelRow *row = data;

  return g_int64_hash (&row->key) ^ (row->line * 8 + (guint) row->kind);
}

gboolean
app_panel_row_equal (gconstpointer a, gconstpointer b)
{
  const AppPanelRow *one = a;
  const AppPanelRow *other = b;

  return one->kind == other->kind && one->key == other->key && one->line == other->line;
}

gboolean
app_panel_row_take (AppPanelRow *self, const AppPanelRow *fresh)
{
  gboolean changed = self->count != fresh->count || self->open != fresh->open ||
                     self->under_way != fresh->under_way;

  self->count = fresh->count;
  self->open = fresh->open;
  self->run = fresh->run;
  self->under_way = fresh->under_way;
  self->start = fresh->start;
  self->heading = fresh->heading;
  self->earlier = fresh->earlier;
  self->exchange = fresh->exchange;
  return changed;
}
