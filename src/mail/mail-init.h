/* Start-up of the folder. Everything else in it may then be called from any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* mail_init: prepares GMime; call it once in main(), before any thread uses the folder. Calling it
 * again does nothing. */
void mail_init (void);

G_END_DECLS
