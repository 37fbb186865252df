/* What stands above an account's folders: its address, its protocol, and a mark when something is
 * in its way. */
#pragma once

#include <gtk/gtk.h>

#include "engine-account.h"

G_BEGIN_DECLS

GtkWidget *app_account_header_new (EngineAccount *account);

/* What is in the account's way, in words; %NULL: nothing. (transfer full) */
char *app_account_header_trouble (EngineAccount *account);

G_END_DECLS
