/* The attachments under a letter, in as many lines as they need; from three lines on they scroll.
 */
#pragma once

#include <adwaita.h>

#include "mail-message.h"

G_BEGIN_DECLS

#define APP_TYPE_ATTACHMENTS (app_attachments_get_type ())
G_DECLARE_FINAL_TYPE (AppAttachments, app_attachments, APP, ATTACHMENTS, AdwBin)

/* @letter: (nullable). Without any it is not seen. */
void app_attachments_show (AppAttachments *self, MailMessage *letter);

G_END_DECLS
