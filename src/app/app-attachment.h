/* An attachment under a letter: opened with its program, or saved. */
#pragma once

#include <gtk/gtk.h>

#include "mail-message.h"

G_BEGIN_DECLS

#define APP_TYPE_ATTACHMENT (app_attachment_get_type ())
G_DECLARE_FINAL_TYPE (AppAttachment, app_attachment, APP, ATTACHMENT, GtkBox)

/* @part belongs to @letter, which is kept. Failures are told by the window's "win.tell" action. */
GtkWidget *app_attachment_new (MailMessage *letter, MailPart *part);

G_END_DECLS
