/* One row of the panel's list. Signal "changed": it says something else now. */
#pragma once

#include <gio/gio.h>

#include "learn-dialogue.h"

G_BEGIN_DECLS

typedef enum
{
  APP_PANEL_CAUSE, /* why: the heading of the exchanges under it */
  APP_PANEL_EXCHANGE,
  APP_PANEL_LINE,   /* of the exchange above it */
  APP_PANEL_FOLD,   /* routine exchanges, or a run of the same command */
  APP_PANEL_DROPPED /* events that were lost because the ring was full */
} AppPanelRowType;

#define APP_TYPE_PANEL_ROW (app_panel_row_get_type ())
G_DECLARE_FINAL_TYPE (AppPanelRow, app_panel_row, APP, PANEL_ROW, GObject)

AppPanelRowType app_panel_row_get_kind (AppPanelRow *self);
/* The exchange of CAUSE (its first), EXCHANGE, LINE and FOLD (its first). NULL once it is gone. */
LearnExchange *app_panel_row_get_exchange (AppPanelRow *self);
guint app_panel_row_get_line (AppPanelRow *self);      /* LINE: which */
guint64 app_panel_row_get_count (AppPanelRow *self);   /* FOLD: exchanges; DROPPED: events */
gboolean app_panel_row_is_run (AppPanelRow *self);     /* FOLD: a run of one command */
gboolean app_panel_row_is_earlier (AppPanelRow *self); /* FOLD: the first of all */
gboolean app_panel_row_is_open (AppPanelRow *self);    /* EXCHANGE, FOLD */
/* EXCHANGE: it had not ended at the moment that is shown. */
gboolean app_panel_row_is_under_way (AppPanelRow *self);

G_END_DECLS
