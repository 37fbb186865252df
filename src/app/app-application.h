/* The program: one data directory, its accounts, the tap, and the practice post office when it is
 * wanted. */
#pragma once

#include <adwaita.h>

#include "engine-service.h"
#include "practice-office.h"

G_BEGIN_DECLS

#define APP_TYPE_APPLICATION (app_application_get_type ())
G_DECLARE_FINAL_TYPE (AppApplication, app_application, APP, APPLICATION, AdwApplication)

AppApplication *app_application_new (void);
AppApplication *app_application_get (void); /* the one that runs */

EngineService *app_application_get_service (AppApplication *self);
WireTap *app_application_get_tap (AppApplication *self);
GSettings *app_application_get_settings (AppApplication *self); /* window state only */

/* Opens the practice post office and its two accounts (IMAP that keeps headers only, and POP3),
 * made at the first time. */
gboolean app_application_start_practice (AppApplication *self, GError **error);
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
