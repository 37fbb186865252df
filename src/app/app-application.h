/* The program: one data directory, its accounts, the tap, and the practice post office when it is
 * wanted. */
#pragma once

#include <adwaita.h>

#include "engine-service.h"
#include "practice-office.h"

G_BEGIN_DECLS

#define APP_TYPE_APPLICATION (app_application_get_type ())
G_DECLARE_FINAL_TYPE (AppApplication, app_application, APP, APPLICATION, AdwApplication)

/* Signal: "parting": the last window is going. */
AppApplication *app_application_new (void);
AppApplication *app_application_get (void); /* the one that runs */

/* Opens the data directory. Once it is open it stays. */
gboolean app_application_open (AppApplication *self, GError **error);
/* Starts all accounts, and the practice post office where there are accounts of it. */
void app_application_begin (AppApplication *self);

const char *app_application_get_data_dir (AppApplication *self);
EngineService *app_application_get_service (AppApplication *self); /* %NULL until it is open */
WireTap *app_application_get_tap (AppApplication *self);
GSettings *app_application_get_settings (AppApplication *self); /* window state only */

/* Opens the practice post office and its two accounts (IMAP that keeps headers only, and POP3),
 * made at the first time. */
gboolean app_application_start_practice (AppApplication *self, GError **error);
/* %NULL while it is closed. */
PracticeOffice *app_application_get_office (AppApplication *self);
/* Brings the practice mailboxes back to how they were, here and at the post office. */
gboolean app_application_reset_practice (AppApplication *self, GError **error);
/* How to reach the practice post office by IMAP with @security ("tls", "starttls"), for a
 * connection that is only to be looked at. NULL: it is not open, or has no account. (transfer full)
 */
StoreAccountInfo *app_application_dup_practice (AppApplication *self, const char *security);
/* Nothing is asked of a paused account's servers; what was asked for waits. */
gboolean app_application_set_paused (AppApplication *self,
                                     EngineAccount *account,
                                     gboolean paused,
                                     GError **error);

G_END_DECLS
