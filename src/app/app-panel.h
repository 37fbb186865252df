/* The Protocol panel: cause → exchange → lines, live, with a card that explains the selected line,
 * and the storage strip of the selected account under it. */
#pragma once

#include <gtk/gtk.h>

#include "app-panel-replay.h"
#include "engine-service.h"

G_BEGIN_DECLS

#define APP_TYPE_PANEL (app_panel_get_type ())
G_DECLARE_FINAL_TYPE (AppPanel, app_panel, APP, PANEL, GtkBox)

/* Signals: "letter" (account UUID, message id: the person wants to see it), "close" (the person
 * closed it), "release" (char *account UUID: the question about a held
 * command was answered, run it). */
void app_panel_set_service (AppPanel *self, EngineService *service);
/* Shows a recording in place of what a service says: there is no tap, and no account. Once. */
void app_panel_set_recording (AppPanel *self, const AppPanelRecording *recording);
/* The account whose strip is shown. (nullable) */
void app_panel_set_account (AppPanel *self, EngineAccount *account);
/* In a window of its own it is closed with the window. */
void app_panel_set_closable (AppPanel *self, gboolean closable);
/* While it is not open nothing is drawn; the tap is still followed for the footer. */
void app_panel_set_open (AppPanel *self, gboolean open);
/* Selects the first exchange that began at or after event @serial of the tap: "See exchange". */
void app_panel_show_serial (AppPanel *self, guint64 serial);
/* Selects the exchange that the ledger names: of this cause, by this command (nullable), over by
 * @at. FALSE: it is not in memory. */
gboolean app_panel_show_cause (AppPanel *self, guint64 cause, const char *verb, gint64 at);
/* Selects the account's newest exchange, or the newest that failed. FALSE: there is none. */
gboolean app_panel_show_latest (AppPanel *self, const char *uuid, gboolean failed);
/* Selects its newest exchange over that protocol ("smtp"), be it a mere greeting. FALSE: none. */
gboolean app_panel_show_last (AppPanel *self, const char *uuid, const char *protocol);
/* The keyboard goes to what was selected so, once it is in sight. */
void app_panel_take_focus (AppPanel *self);
/* "IMAP · idle · 3 exchanges", for the footer; notify by "summary-changed". (transfer full) */
char *app_panel_dup_summary (AppPanel *self);

G_END_DECLS
