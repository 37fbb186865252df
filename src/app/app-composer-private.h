/* What the files of the composer share: app-composer.c (fields and the draft on disk),
 * app-composer-attach.c (files) and app-composer-send.c (sending). */
#pragma once

#include "app-composer.h"
#include "mail-draft.h"

G_BEGIN_DECLS

struct _AppComposer
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  GtkWidget *from_label;
  GtkDropDown *from;
  GtkEditable *to, *cc, *bcc, *subject;
  GtkToggleButton *more;
  GtkTextView *text;
  GtkWidget *attachments_scroller, *attachments, *envelope;

  AppApplication *application;
  GPtrArray *accounts; /* EngineAccount that can send, as in the drop-down */
  EngineAccount *account;
  MailDraft *draft;
  EngineSendWish wish;
  gint64 outbox; /* id of the saved draft, 0: not saved yet */
  gint64 adopts; /* placement of another client's draft that this one goes on with, 0: none */
  gint64 answers;
  int answer_kind;
  gboolean changed;  /* what is in the window is not on disk */
  gint64 changed_at; /* since when, monotonic */
  gboolean over;     /* sent or discarded: nothing is saved any more */
  guint save_source;
  GSimpleActionGroup *actions;
  GtkFileChooserNative *chooser;
};

void app_composer_tell (AppComposer *self, const char *text);
/* From the window into the draft. */
void app_composer_take_fields (AppComposer *self);
/* The draft on disk becomes what the window says. */
gboolean app_composer_save (AppComposer *self, GError **error);
/* It will be saved soon. */
void app_composer_changed (AppComposer *self);

/* app-composer-attach.c: the actions "composer.attach" and "composer.attach-path", and drops. */
void app_composer_install_attaching (AppComposer *self);
void app_composer_show_attachments (AppComposer *self);

/* app-composer-send.c: the actions "composer.send", "composer.send-later" and what is asked for. */
void app_composer_install_sending (AppComposer *self);

G_END_DECLS
