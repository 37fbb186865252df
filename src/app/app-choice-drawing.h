/* A small drawing of phone, server and this computer, and where the letter is with a protocol. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_CHOICE_DRAWING (app_choice_drawing_get_type ())
G_DECLARE_FINAL_TYPE (AppChoiceDrawing, app_choice_drawing, APP, CHOICE_DRAWING, GtkWidget)

GtkWidget *app_choice_drawing_new (void);
/* IMAP: solid on the server, hollow copies on both sides. POP3: solid here, the phone unknown, the
 * server's kept (solid) or removed (crossed out). */
void app_choice_drawing_set (AppChoiceDrawing *self, gboolean imap, gboolean server_keeps);

G_END_DECLS
