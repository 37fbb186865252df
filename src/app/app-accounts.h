/* The accounts: what each does, edit, pause, remove. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

/* A window over @parent (nullable). */
GtkWidget *app_accounts_new (AppApplication *application, GtkWindow *parent);

G_END_DECLS
