/* Envelope and letter, side by side: of a letter that was sent, of one that came, and of one that
 * is still being written. */
#pragma once

#include "app-application.h"
#include "mail-draft.h"
#include "mail-message.h"

G_BEGIN_DECLS

/* @message: the letter's id in @account. The envelope is what is remembered of it, with the
 * server's own words while the session is still in the tap; of a letter that came, what its header
 * kept. */
GtkWidget *app_envelope_new (AppApplication *application,
                             GtkWindow *parent,
                             EngineAccount *account,
                             gint64 message,
                             MailMessage *letter);
/* Shows what will be said for @draft, which is on disk as @outbox, once that is known.
 * @options: StoreSendOption bits. */
void app_envelope_show_draft (GtkWindow *parent,
                              EngineAccount *account,
                              const MailDraft *draft,
                              gint64 outbox,
                              guint options);

G_END_DECLS
