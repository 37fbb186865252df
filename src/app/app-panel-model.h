/* The dialogue as the panel's list shows it: causes, exchanges, lines and folds, one under another,
 * after the filter. Brought up to date where something happened; rows that stay keep their object
 * for as long as somebody has it, so what is selected stays selected. A hundred thousand exchanges
 * are kept, and 64 MB of lines (LEARN_MAX_BYTES): older ones go, and a row counts them. */
#pragma once

#include <gio/gio.h>

#include "app-panel-filter.h"
#include "app-panel-row.h"

G_BEGIN_DECLS

/* Beyond these the oldest go. */
#define APP_PANEL_MAX_EXCHANGES 100000

#define APP_TYPE_PANEL_MODEL (app_panel_model_get_type ())
G_DECLARE_FINAL_TYPE (AppPanelModel, app_panel_model, APP, PANEL_MODEL, GObject)

AppPanelModel *app_panel_model_new (void);
/* With @max exchanges at most. */
AppPanelModel *app_panel_model_new_sized (guint max);
LearnDialogue *app_panel_model_get_dialogue (AppPanelModel *self);
/* Takes what the tap has and rebuilds. */
void app_panel_model_pull (AppPanelModel *self, WireTap *tap);
/* The same with @max events at most; TRUE: the tap has more. */
gboolean app_panel_model_pull_some (AppPanelModel *self, WireTap *tap, guint max);

/* Takes a recording's events in place of a tap's: WireEvent, and guint64 id → WireConnection. */
void app_panel_model_feed (AppPanelModel *self, GPtrArray *events, GHashTable *connections);
/* Shows what had been said by then (UTC microseconds), and no more; 0: all there is. */
void app_panel_model_set_until (AppPanelModel *self, gint64 when);
gint64 app_panel_model_get_until (AppPanelModel *self);
/* Whether the exchange had ended by the moment that is shown. */
gboolean app_panel_model_is_done (AppPanelModel *self, const LearnExchange *exchange);

/* Only this account (UUID; NULL: all; APP_PANEL_BETWEEN: what hosts say to each other), only this
 * protocol ("": all), only what contains the words of @text, only some kinds; and routine exchanges
 * unfolded. Where there are many, the rest of them is looked at by and by, and the rows are what
 * they were until then; whoever wants to find one row among them does not have to wait. */
#define APP_PANEL_BETWEEN "between"
void app_panel_model_set_account (AppPanelModel *self, const char *uuid);
void app_panel_model_set_filter (AppPanelModel *self, const char *text);
void app_panel_model_set_protocol (AppPanelModel *self, const char *protocol);
void app_panel_model_set_only (AppPanelModel *self, AppPanelOnly only);
void app_panel_model_set_everything (AppPanelModel *self, gboolean everything);
gboolean app_panel_model_is_looking (AppPanelModel *self);
/* What is selected (nullable): others are told of what changes around it. Signal "leaving" (row):
 * it is going to be taken out of the list. */
void app_panel_model_keep (AppPanelModel *self, AppPanelRow *row);
/* Shows or hides the lines of an exchange / what a fold holds. */
void app_panel_model_toggle (AppPanelModel *self, AppPanelRow *row);
void app_panel_model_open (AppPanelModel *self, guint64 key);

/* Position of an exchange's row; G_MAXUINT: not shown. */
guint app_panel_model_find (AppPanelModel *self, guint64 connection, guint64 exchange);
/* Of a row of the list. */
guint app_panel_model_position (AppPanelModel *self, const AppPanelRow *row);
guint app_panel_model_find_key (AppPanelModel *self, guint64 key);
/* Opens the fold that holds the exchange, if one does. */
void app_panel_model_unfold (AppPanelModel *self, guint64 key);
/* Keys (guint64) of all exchanges that are shown, folded ones too, and of where events are missing,
 * oldest first. (transfer full) */
GArray *app_panel_model_dup_shown (AppPanelModel *self);
/* Exchanges that the person would count: not routine. */
guint app_panel_model_count (AppPanelModel *self);
/* The exchange that waits at a gate: of this connection, or the newest of all. (nullable) */
LearnExchange *app_panel_model_get_held (AppPanelModel *self, guint64 connection);
/* Rows made and exchanges looked at since the model was made: for tests of how much that is. */
guint64 app_panel_model_get_work (AppPanelModel *self);

G_END_DECLS
