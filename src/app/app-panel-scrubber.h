/* A rule of time under the list: any moment of what is recorded, by exchange, and back to now. */
#pragma once

#include <gtk/gtk.h>

#include "learn-dialogue.h"

G_BEGIN_DECLS

#define APP_TYPE_PANEL_SCRUBBER (app_panel_scrubber_get_type ())
G_DECLARE_FINAL_TYPE (AppPanelScrubber, app_panel_scrubber, APP, PANEL_SCRUBBER, GtkBox)

/* Signal: "moved" (gint64 when: UTC microseconds; 0: now). Each begin and each end of an exchange
 * is a moment. @dialogue has to outlive the widget. */
void app_panel_scrubber_set_dialogue (AppPanelScrubber *self, LearnDialogue *dialogue);
/* What is shown is over: where the rule ends is the end, and not now. */
void app_panel_scrubber_set_ended (AppPanelScrubber *self, gboolean ended);
/* There may be more moments: at “now” the rule follows. */
void app_panel_scrubber_update (AppPanelScrubber *self);
void app_panel_scrubber_go (AppPanelScrubber *self, gint64 when);

G_END_DECLS
