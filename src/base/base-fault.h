/* What a server is made to do wrong: the practice post office teaches with it, and tests see what a
 * client makes of it. The core asks before it does anything about a command. Server role only. */
#pragma once

#include "base-core.h"

G_BEGIN_DECLS

void base_core_set_fault (BaseCore *core, BaseFaultFunc func, gpointer data);

/* For the cores, and for whoever greets: %TRUE if @command was answered with a fault and is done
 * with. @tag: IMAP's, in front of each line that is not untagged itself (nullable). A server that
 * says goodbye ("421", "BYE"), and one that fails at its greeting or after QUIT, hangs up. */
gboolean
base_core_has_fault (BaseCore *core, guint64 exchange, const char *command, const char *tag);

G_END_DECLS
