/* The toast outlives the composer: what it needs of the letter goes with it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-take-back.h"

#include <glib/gi18n.h>

#include "app-composer.h"
#include "app-window.h"

/* A letter that can still be taken back. */
typedef struct
{
  AppApplication *application;
  EngineAccount *account;
  gint64 outbox;
} Sent;

static void
sent_free (gpointer data, GClosure *closure)
{
  Sent *sent = data;

  engine_account_unref (sent->account);
  g_free (sent);
}

static void
on_take_back (AdwToast *toast, Sent *sent)
{
  g_autoptr (GError) error = NULL;
  AppComposer *composer = NULL;

  adw_toast_dismiss (toast);
  if (engine_account_unsend (sent->account, sent->outbox, &error))
    composer = app_composer_new_draft (sent->application, sent->account, sent->outbox, &error);
  if (composer != NULL)
    {
      gtk_window_set_application (GTK_WINDOW (composer), GTK_APPLICATION (sent->application));
      gtk_window_present (GTK_WINDOW (composer));
    }
  else if (error != NULL)
    gtk_widget_activate_action (
        GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (sent->application))),
        "win.tell",
        "s",
        error->message);
}

void
app_take_back_offer (AppApplication *application,
                     EngineAccount *account,
                     gint64 outbox,
                     guint seconds)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (application));
  g_autofree char *text = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "Sending in %u second", "Sending in %u seconds", seconds),
      seconds);

  for (GList *l = windows; l != NULL; l = l->next)
    if (APP_IS_WINDOW (l->data))
      {
        AdwToast *toast = adw_toast_new (text);
        Sent *sent = g_new0 (Sent, 1);

        sent->application = application;
        sent->account = engine_account_ref (account);
        sent->outbox = outbox;
        adw_toast_set_timeout (toast, seconds);
        adw_toast_set_button_label (toast, _ ("Undo"));
        g_signal_connect_data (
            toast, "button-clicked", G_CALLBACK (on_take_back), sent, sent_free, 0);
        app_window_add_toast (l->data, toast);
        return;
      }
}
