/* Between the last window and the end of the program: letters that were sent go out. */
#pragma once

#include "app-application.h"

G_BEGIN_DECLS

/* The last window is going. What could still be taken back is handed over at once; the program
 * stays, without a window, until the servers have it, cannot be reached, or two minutes are over.
 * A letter that has not left is told of by the desktop's notifications. */
void app_parting_begin (AppApplication *application);
/* At the next start: how many letters of @account wait from then, and go out when it is started. */
guint app_parting_left (EngineAccount *account);

G_END_DECLS
