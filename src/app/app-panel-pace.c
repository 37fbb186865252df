/* A bucket of credit, which time fills and work empties. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-pace.h"

void
app_panel_pace_begin (AppPanelPace *pace, gint64 now)
{
  pace->credit = APP_PANEL_PACE_SAVED;
  pace->at = now;
}

gint64
app_panel_pace_spend (AppPanelPace *pace, gint64 now, gint64 spent)
{
  gint64 earned = MAX (now - pace->at, 0) / APP_PANEL_PACE_SHARE;

  pace->credit = MIN (pace->credit + earned, APP_PANEL_PACE_SAVED) - MAX (spent, 0);
  pace->credit = MAX (pace->credit, -APP_PANEL_PACE_REST / APP_PANEL_PACE_SHARE);
  pace->at = now;
  return pace->credit >= 0 ? now : now - pace->credit * APP_PANEL_PACE_SHARE;
}
