/* The storage strip: where the selected account's mail is, in numbers, and since when they hold. */
#pragma once

#include <gtk/gtk.h>

#include "engine-account.h"

G_BEGIN_DECLS

#define APP_TYPE_STRIP (app_strip_get_type ())
G_DECLARE_FINAL_TYPE (AppStrip, app_strip, APP, STRIP, GtkBox)

GtkWidget *app_strip_new (void);
void app_strip_set_account (AppStrip *self, EngineAccount *account); /* (nullable) */
/* Reads the counters again. */
void app_strip_update (AppStrip *self);
/* Shows the ledger's numbers of that moment (UTC microseconds) instead; 0: now. */
void app_strip_set_moment (AppStrip *self, gint64 when);
/* What the selected exchange changed ("+1 here"); NULL: nothing is selected. */
void app_strip_set_effect (AppStrip *self, const char *effect);

/* Where there is little room only the numbers are shown. */
void app_strip_set_narrow (AppStrip *self, gboolean narrow);

G_END_DECLS
