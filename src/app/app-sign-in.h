/* How an account proves whose it is: a password, or another way that few people need. */
#pragma once

#include <adwaita.h>

#include "base-secret.h"
#include "store-types.h"

G_BEGIN_DECLS

#define APP_TYPE_SIGN_IN (app_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (AppSignIn, app_sign_in, APP, SIGN_IN, GtkBox)

/* Signals: "changed"; "activated": Enter in the password's field. */

/* Shows what @info says / writes its sign_in. */
void app_sign_in_load (AppSignIn *self, const StoreAccountInfo *info);
void app_sign_in_save (AppSignIn *self, StoreAccountInfo *info);
/* An account of the desktop's, of this provider. */
void app_sign_in_set_desktop (AppSignIn *self, const char *id, const char *provider);
/* The secret that stands there may stay empty: there is one already. */
void app_sign_in_set_kept (AppSignIn *self);
gboolean app_sign_in_is_complete (AppSignIn *self);
gboolean app_sign_in_is_desktop (AppSignIn *self);
/* What was typed; NULL: nothing, or nothing is to be typed. (transfer full) */
BaseSecret *app_sign_in_dup_secret (AppSignIn *self);
/* It may be held no longer than it is needed. */
void app_sign_in_forget (AppSignIn *self);
/* The field where what was wrong can be mended. */
void app_sign_in_focus (AppSignIn *self);

G_END_DECLS
