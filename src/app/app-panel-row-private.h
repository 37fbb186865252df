/* What a row is made of; for app-panel-model, which makes rows and carries them over, alone. */
#pragma once

#include "app-panel-row.h"

G_BEGIN_DECLS

struct _AppPanelRow
{
  GObject parent_instance;
  AppPanelRowType kind;
  guint64 key; /* of its exchange */
  guint line;
  guint64 count;
  gboolean run, open, earlier, under_way;
  gboolean start;          /* of a group */
  guint64 heading;         /* START: the cause that stands above, by id */
  LearnExchange *exchange; /* owned by the dialogue; NULL once the row left the model */
};

/* Whether two rows stand for the same thing; for a hash table of them. */
guint app_panel_row_hash (gconstpointer row);
gboolean app_panel_row_equal (gconstpointer a, gconstpointer b);
/* @self says what @fresh, made for the same thing, says; TRUE if that is something else. */
gboolean app_panel_row_take (AppPanelRow *self, const AppPanelRow *fresh);
/* Tells that it says something else now. */
void app_panel_row_changed (AppPanelRow *self);

G_END_DECLS
