/* Sending hands the draft on disk to the outbox, now or for later. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-composer-private.h"

#include <glib/gi18n.h>

#include "app-format.h"
#include "app-later-dialog.h"
#include "app-later.h"
#include "app-take-back.h"

static const char *
bad_address (AppComposer *self)
{
  GPtrArray *lists[] = { self->draft->to, self->draft->cc, self->draft->bcc };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < lists[i]->len; j++)
      {
        const MailAddress *address = lists[i]->pdata[j];

        if (!mail_address_is_valid (address->address))
          return address->address;
      }
  return NULL;
}

static void
remember_addresses (AppComposer *self)
{
  StoreBook *book = engine_service_book (app_application_get_service (self->application));
  GPtrArray *lists[] = { self->draft->to, self->draft->cc, self->draft->bcc };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < lists[i]->len; j++)
      {
        const MailAddress *address = lists[i]->pdata[j];

        store_book_used_address (book, address->address, address->name, NULL);
      }
}

/* Nothing goes to the server while it can be taken back. */
static guint
undo_seconds (AppComposer *self)
{
  return self->wish.when > 0 ? 0
                             : (guint) g_settings_get_int (
                                   app_application_get_settings (self->application), "undo-send");
}

/* In the window that stays. */
static void
tell_when (AppComposer *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self->application));
  g_autofree char *time = app_format_when (self->wish.when);
  g_autofree char *text = g_strdup_printf (_ ("To be sent: %s"), time);

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_widget_activate_action (l->data, "win.tell", "s", text);
}

static void
send_letter (AppComposer *self)
{
  guint seconds = undo_seconds (self);
  EngineSendWish wish = self->wish;
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, self->draft->subject);

  if (seconds > 0)
    wish.when = g_get_real_time () + seconds * G_USEC_PER_SEC;
  if (!app_composer_save (self, &error) ||
      !engine_account_send_draft (self->account, self->outbox, &wish, cause, &error))
    {
      app_composer_tell (self, error->message);
      return;
    }
  self->over = TRUE;
  remember_addresses (self);
  if (seconds > 0)
    app_take_back_offer (self->application, self->account, self->outbox, seconds);
  else if (self->wish.when > 0)
    tell_when (self);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_no_subject (AdwMessageDialog *dialog, const char *response, AppComposer *self)
{
  if (g_str_equal (response, "send"))
    send_letter (self);
}

static void
on_send (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;
  GtkWidget *dialog;
  const char *bad;
  g_autofree char *text = NULL;

  /* The button means now. */
  if (action != NULL)
    self->wish.when = 0;
  app_composer_take_fields (self);
  bad = bad_address (self);
  if (self->draft->to->len + self->draft->cc->len + self->draft->bcc->len == 0)
    {
      app_composer_tell (self, _ ("Who should get this letter? Fill in To."));
      gtk_widget_grab_focus (GTK_WIDGET (self->to));
      return;
    }
  if (bad != NULL)
    {
      text = g_strdup_printf (_ ("“%s” is not a mail address."), bad);
      app_composer_tell (self, text);
      return;
    }
  if (*self->draft->subject != '\0')
    {
      send_letter (self);
      return;
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (self),
                                   _ ("Send Without a Subject?"),
                                   _ ("A subject helps people find your letter again."));
  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "send", _ ("_Send"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_no_subject), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_send_later (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  self->wish.when = app_later_time (g_variant_get_string (parameter, NULL), now);
  on_send (NULL, NULL, self);
}

static void
on_option (GSimpleAction *action, GVariant *state, gpointer data)
{
  AppComposer *self = data;
  guint option = g_str_equal (g_action_get_name (G_ACTION (action)), "reports")
                     ? STORE_SEND_REPORTS
                     : STORE_SEND_REQUIRE_TLS;

  self->wish.options =
      g_variant_get_boolean (state) ? self->wish.options | option : self->wish.options & ~option;
  g_simple_action_set_state (action, state);
}

static void
on_chosen (AppLaterDialog *dialog, gint64 when, AppComposer *self)
{
  self->wish.when = when;
  on_send (NULL, NULL, self);
}

static void
on_send_at (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppComposer *self = data;
  AppLaterDialog *dialog = app_later_dialog_new (GTK_WINDOW (self), self->wish.when);

  g_signal_connect_object (dialog, "chosen", G_CALLBACK (on_chosen), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
app_composer_install_sending (AppComposer *self)
{
  static const GActionEntry entries[] = {
    { .name = "send", .activate = on_send },
    { .name = "send-later", .activate = on_send_later, .parameter_type = "s" },
    { .name = "send-at", .activate = on_send_at },
    { .name = "reports", .state = "false", .change_state = on_option },
    { .name = "require-tls", .state = "false", .change_state = on_option },
  };

  g_action_map_add_action_entries (
      G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
}
