/* Writing a letter: plain text, saved as a draft while it is typed, sent through the outbox. */
#pragma once

#include "app-application.h"
#include "mail-message.h"

G_BEGIN_DECLS

#define APP_TYPE_COMPOSER (app_composer_get_type ())
G_DECLARE_FINAL_TYPE (AppComposer, app_composer, APP, COMPOSER, AdwWindow)

typedef enum
{
  APP_ANSWER_REPLY,
  APP_ANSWER_REPLY_ALL,
  APP_ANSWER_FORWARD
} AppAnswer;

/* A new letter from @account; @mailto: a mailto: URI that fills it (nullable). */
AppComposer *
app_composer_new (AppApplication *application, EngineAccount *account, const char *mailto);
/* An answer to @letter, which is @message (its local id). */
AppComposer *app_composer_new_answer (AppApplication *application,
                                      EngineAccount *account,
                                      gint64 message,
                                      MailMessage *letter,
                                      AppAnswer answer);
/* Goes on with a draft. NULL with an error when it cannot be read. */
AppComposer *app_composer_new_draft (AppApplication *application,
                                     EngineAccount *account,
                                     gint64 outbox,
                                     GError **error);

/* Goes on with a letter of the server's folder of drafts, whoever wrote it: what is saved takes its
 * place there. NULL with an error when it cannot be read. */
AppComposer *app_composer_new_from_letter (AppApplication *application,
                                           EngineAccount *account,
                                           const StoreRow *row,
                                           GError **error);

/* The list of an account's drafts and letters on their way, with what can be done about each. */
GtkWidget *app_outbox_new (AppApplication *application, EngineAccount *account);

G_END_DECLS
