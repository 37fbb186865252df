/* “Conversation”: the letters that belong together with one, oldest first and with who answered
 * whom: by what they say they answer, and apart from these what the server groups with them. */
#pragma once

#include <gtk/gtk.h>

#include "engine-account.h"

G_BEGIN_DECLS

/* A window over @parent, which is told by “win.show-letter” which letter to show. */
GtkWidget *app_conversation_new (GtkWindow *parent, EngineAccount *account, const StoreRow *letter);

G_END_DECLS
