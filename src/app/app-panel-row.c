/* A row has nothing of its own: the model fills it, and fills it anew. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-row-private.h"

#include "app-signal.h"

G_DEFINE_FINAL_TYPE (AppPanelRow, app_panel_row, G_TYPE_OBJECT)

static guint changed_signal;

static void
app_panel_row_class_init (AppPanelRowClass *klass)
{
  changed_signal = app_signal_new (klass, "changed", 0);
}

static void
app_panel_row_init (AppPanelRow *self)
{
}

AppPanelRowType
app_panel_row_get_kind (AppPanelRow *self)
{
  return (AppPanelRowType) self->entry.kind;
}

LearnExchange *
app_panel_row_get_exchange (AppPanelRow *self)
{
  return self->exchange;
}

guint
app_panel_row_get_line (AppPanelRow *self)
{
  return self->entry.line;
}

guint64
app_panel_row_get_count (AppPanelRow *self)
{
  return self->entry.count;
}

gboolean
app_panel_row_is_run (AppPanelRow *self)
{
  return self->entry.run;
}

gboolean
app_panel_row_is_earlier (AppPanelRow *self)
{
  return self->entry.earlier;
}

gboolean
app_panel_row_is_under_way (AppPanelRow *self)
{
  return self->under_way;
}

gboolean
app_panel_row_is_open (AppPanelRow *self)
{
  return self->entry.open;
}

void
app_panel_row_changed (AppPanelRow *self)
{
  g_signal_emit (self, changed_signal, 0);
}

gboolean
app_panel_entry_same (const AppPanelEntry *a, const AppPanelEntry *b)
{
  return a->key == b->key && a->kind == b->kind && a->line == b->line;
}

guint
app_panel_row_hash (gconstpointer data)
{
  const AppPanelEntry *entry = &((const AppPanelRow *) data)->entry;

  return g_int64_hash (&entry->key) ^ (entry->line * 8 + (guint) entry->kind);
}

gboolean
app_panel_row_equal (gconstpointer a, gconstpointer b)
{
  return app_panel_entry_same (&((const AppPanelRow *) a)->entry,
                               &((const AppPanelRow *) b)->entry);
}

gboolean
app_panel_row_take (AppPanelRow *self,
                    const AppPanelEntry *entry,
                    LearnExchange *exchange,
                    gboolean under_way)
{
  gboolean changed = self->entry.count != entry->count || self->entry.open != entry->open ||
                     self->under_way != under_way;

  self->entry = *entry;
  self->exchange = exchange;
  self->under_way = under_way;
  return changed;
}
