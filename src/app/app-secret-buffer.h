/* What stands in a password field: kept in memory that is wiped, and told to nobody who asks the
 * field for its text (GTK 4.8 tells the accessibility bus), as long as the field hides it. */
#pragma once

#include <gtk/gtk.h>

#include "base-secret.h"

G_BEGIN_DECLS

#define APP_TYPE_SECRET_BUFFER (app_secret_buffer_get_type ())
G_DECLARE_FINAL_TYPE (AppSecretBuffer, app_secret_buffer, APP, SECRET_BUFFER, GtkEntryBuffer)

/* Makes @field (a GtkEditable whose delegate is a GtkText) a field of that kind. The buffer lives
 * as long as the field. Whether it is empty can still be asked of the field. (transfer none) */
AppSecretBuffer *app_secret_buffer_install (GtkEditable *field);
/* What was typed; %NULL: nothing. (transfer full) */
BaseSecret *app_secret_buffer_dup (AppSecretBuffer *self);

G_END_DECLS
