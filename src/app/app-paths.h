/* Where the program's own files are: installed, or in the build directory it was started from. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Before anything of GTK or GSettings. When the program runs from its build directory, schemas and
 * icons of that directory are found too. */
void app_paths_init (const char *argv0);
const char *app_paths_locale (void);
/* The folder of loadable modules. */
const char *app_paths_modules (void);

G_END_DECLS
