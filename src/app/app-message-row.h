/* A letter in the list: from and date, subject, the first words. */
#pragma once

#include <gtk/gtk.h>

#include "app-message.h"

G_BEGIN_DECLS

#define APP_TYPE_MESSAGE_ROW (app_message_row_get_type ())
G_DECLARE_FINAL_TYPE (AppMessageRow, app_message_row, APP, MESSAGE_ROW, GtkWidget)

GtkWidget *app_message_row_new (void);
/* Shows @message and follows it; NULL: nothing. With @to, recipients stand where the sender would
 * (folders of what was sent). */
void app_message_row_bind (AppMessageRow *self, AppMessage *message, gboolean to);
AppMessage *app_message_row_get_message (AppMessageRow *self); /* (nullable) */

G_END_DECLS
