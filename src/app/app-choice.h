/* "Where should your mail stay?": IMAP or POP3, each with its drawing and its policy. */
#pragma once

#include <gtk/gtk.h>

#include "engine-account.h"

G_BEGIN_DECLS

#define APP_TYPE_CHOICE (app_choice_get_type ())
G_DECLARE_FINAL_TYPE (AppChoice, app_choice, APP, CHOICE, GtkBox)

GtkWidget *app_choice_new (void);
/* Shows what @info says / writes protocol, leave_policy and keep_policy into it. */
void app_choice_load (AppChoice *self, const StoreAccountInfo *info);
void app_choice_save (AppChoice *self, StoreAccountInfo *info);
/* Says what the policy that is chosen would do to the letters of this account, with their numbers,
 * while it is chosen. */
void app_choice_set_account (AppChoice *self, EngineAccount *account);
/* @fixed: the protocol stays as loaded, because what is stored here was stored by its rules, or
 * because nothing else is offered. */
void app_choice_fix (AppChoice *self, gboolean fixed);

G_END_DECLS
