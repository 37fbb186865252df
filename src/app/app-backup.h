/* Letters of an account written to a file of their own, where the person says: what is left when
 * this computer is not. The account's database remembers when that was done last. */
#pragma once

#include <adwaita.h>

#include "engine-account.h"

G_BEGIN_DECLS

/* @told: where the letters are now; %NULL: nothing was written, and trouble was told of already.
 * Not called after @parent has gone. */
typedef void (*AppBackupFunc) (const char *told, gpointer data);

/* Asks for the file, and writes on a thread of its own. @destroy is called for @data in the end. */
void app_backup_begin (GtkWindow *parent,
                       EngineAccount *account,
                       AppBackupFunc func,
                       gpointer data,
                       GDestroyNotify destroy);

/* When it was done last, in words. (transfer full) */
char *app_backup_text (EngineAccount *account);
/* The same in two words, for the strip: "Backup never". (transfer full) */
char *app_backup_short_text (EngineAccount *account);

G_END_DECLS
