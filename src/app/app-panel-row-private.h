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

/* Tells that it says something else now. */
void app_panel_row_changed (AppPanelRow *self);

G_END_DECLS
