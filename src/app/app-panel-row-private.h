/* What a row is made of; for app-panel-model, which keeps entries, and makes a row of one when
 * somebody looks at it. */
#pragma once

#include "app-panel-row.h"

G_BEGIN_DECLS

/* What stands in one row of the list: of a hundred thousand exchanges there are twice as many. */
typedef struct
{
  guint64 key;     /* of its exchange; 0: what is no longer kept */
  guint64 last;    /* FOLD: of the last exchange in it */
  guint64 count;   /* FOLD: exchanges; DROPPED: events */
  guint64 heading; /* START: the cause that stands above, by id */
  guint line;      /* LINE */
  guint8 kind;     /* AppPanelRowType */
  guint start : 1; /* of a group */
  guint run : 1, open : 1, earlier : 1;
} AppPanelEntry;

struct _AppPanelRow
{
  GObject parent_instance;
  AppPanelEntry entry;
  gboolean under_way;
  LearnExchange *exchange; /* owned by the dialogue; NULL once the row left the model */
};

/* Whether two stand for the same thing; for a hash table of rows. */
gboolean app_panel_entry_same (const AppPanelEntry *a, const AppPanelEntry *b);
guint app_panel_row_hash (gconstpointer row);
gboolean app_panel_row_equal (gconstpointer a, gconstpointer b);
/* @self says what @entry says, which is for the same thing; TRUE if that is something else. */
gboolean app_panel_row_take (AppPanelRow *self,
                             const AppPanelEntry *entry,
                             LearnExchange *exchange,
                             gboolean under_way);
/* Tells that it says something else now. */
void app_panel_row_changed (AppPanelRow *self);

G_END_DECLS
