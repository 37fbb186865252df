/* What an account's connections cost: a week as a chart, what it was for, and the same week over
 * POP3 and over IMAP. */
#pragma once

#include <adwaita.h>

#include "engine-service.h"

G_BEGIN_DECLS

#define APP_TYPE_ACCOUNTING (app_accounting_get_type ())
G_DECLARE_FINAL_TYPE (AppAccounting, app_accounting, APP, ACCOUNTING, AdwBin)

GtkWidget *app_accounting_new (void);
/* Reads the sums again: a few rows a day, by day. @twin: the account that reads the same mailbox by
 * the other protocol (nullable). @letters, @bytes: what arrived in the last seven days. */
void app_accounting_show (
    AppAccounting *self, EngineAccount *account, EngineAccount *twin, gint64 letters, gint64 bytes);

G_END_DECLS
