/* From a letter, an error or what is going on to the exchange behind it, and back: what the window
 * does when it is asked for one or the other. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include <glib/gi18n.h>

#include "app-window-private.h"
#include "engine-error.h"
#include "learn-wording.h"

static void
open_panel (AppWindow *self)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self->panel)))
    app_window_set_panel_open (self, TRUE);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, AppWindow *self)
{
  if (g_str_equal (response, "open"))
    gtk_widget_activate_action (GTK_WIDGET (self->panel), "panel.open-recording", NULL);
}

/* The ledger still knows which it was, and when. */
static void
tell_gone (AppWindow *self, const StoreLedgerEntry *entry)
{
  g_autofree char *why = learn_cause_text (entry->cause);
  g_autofree char *when = learn_time_text (entry->at);
  /* Translators: a command, a time, and why it was said: "It was UID FETCH, 9:41: You opened
   * “lunch?”. …" */
  g_autofree char *text = g_strdup_printf (
      _ ("It was %1$s, %2$s: %3$s. Its lines are no longer in memory, which holds what was said "
         "since the program was started. If you recorded it, the recording has them."),
      entry->exchange,
      when,
      why);
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (self), _ ("The Ledger Remembers, the Panel Does Not"), NULL);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), text);
  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"), "open", _ ("_Open a Recording…"), NULL);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* The newest thing the ledger knows of the letter, with the exchange that made it so. */
static void
on_exchange (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);
  AppMessage *message = app_reader_get_message (self->reader);
  const StoreLedgerEntry *last = NULL;
  g_autoptr (GPtrArray) ledger = NULL;

  if (message == NULL)
    return;
  ledger = store_reader_ledger (engine_account_reader (app_reader_get_account (self->reader)),
                                app_message_get_row (message)->message,
                                NULL);
  for (guint i = ledger != NULL ? ledger->len : 0; i-- > 0;)
    {
      const StoreLedgerEntry *entry = ledger->pdata[i];

      if (entry->cause == NULL || *entry->exchange == '\0')
        continue;
      if (app_panel_show_cause (self->panel, entry->cause->id, entry->exchange, entry->at))
        {
          open_panel (self);
          app_panel_take_focus (self->panel);
          return;
        }
      last = last != NULL ? last : entry;
    }
  if (last != NULL)
    tell_gone (self, last);
  else
    app_window_tell (self, _ ("No server has been asked about this letter yet."), 0);
}

static void
show_latest (AppWindow *self, gboolean failed)
{
  const char *uuid = self->account != NULL ? engine_account_info (self->account)->uuid : NULL;

  if (uuid == NULL)
    return;
  open_panel (self);
  if (!app_panel_show_latest (self->panel, uuid, failed) &&
      !app_panel_show_latest (self->panel, uuid, FALSE))
    app_window_tell (self, _ ("Nothing has been said to this account’s servers yet."), 0);
  else
    app_panel_take_focus (self->panel);
}

/* What a server leaves out is no exchange that failed: it did not offer to encrypt the line in the
 * last thing that it said. */
static gboolean
show_no_tls (AppWindow *self)
{
  const StoreAccountInfo *info = self->account != NULL ? engine_account_info (self->account) : NULL;
  g_autoptr (EngineStatus) status = info != NULL ? engine_account_status (self->account) : NULL;
  gboolean incoming;

  if (status == NULL)
    return FALSE;
  incoming = g_error_matches (status->error, ENGINE_ERROR, ENGINE_ERROR_NO_TLS);
  if (!incoming && !g_error_matches (status->send_error, ENGINE_ERROR, ENGINE_ERROR_NO_TLS))
    return FALSE;
  open_panel (self);
  if (!app_panel_show_last (self->panel, info->uuid, incoming ? info->protocol : "smtp"))
    return FALSE;
  app_panel_take_focus (self->panel);
  return TRUE;
}

static void
on_trouble (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AppWindow *self = APP_WINDOW (widget);

  if (self->problem_cause != 0)
    {
      open_panel (self);
      if (app_panel_show_cause (self->panel, self->problem_cause, NULL, G_MAXINT64))
        {
          app_panel_take_focus (self->panel);
          return;
        }
    }
  if (!show_no_tls (self))
    show_latest (self, TRUE);
}

static void
on_activity (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_latest (APP_WINDOW (widget), FALSE);
}

void
app_window_show_letter (AppWindow *self, const char *uuid, gint64 message)
{
  g_autoptr (GPtrArray) accounts =
      engine_service_accounts (app_application_get_service (self->application));

  for (guint i = 0; i < accounts->len; i++)
    {
      EngineAccount *account = accounts->pdata[i];
      g_autoptr (GPtrArray) placements = NULL;
      const StoreRow *row;

      if (!g_str_equal (engine_account_info (account)->uuid, uuid))
        continue;
      placements = store_reader_placements (engine_account_reader (account), message, NULL);
      row = placements != NULL && placements->len > 0 ? placements->pdata[0] : NULL;
      if (row == NULL)
        {
          app_window_tell (self, _ ("The letter is no longer there."), 0);
          return;
        }
      app_sidebar_select_folder (self->sidebar, uuid, row->folder);
      app_message_list_select_placement (self->list, row->placement);
    }
}

static void
on_show_letter (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *uuid;
  gint64 message;

  g_variant_get (parameter, "(&sx)", &uuid, &message);
  app_window_show_letter (APP_WINDOW (widget), uuid, message);
}

void
app_window_install_exchange_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.see-exchange", NULL, on_exchange);
  gtk_widget_class_install_action (widget_class, "win.see-trouble", NULL, on_trouble);
  gtk_widget_class_install_action (widget_class, "win.show-letter", "(sx)", on_show_letter);
  gtk_widget_class_install_action (widget_class, "win.see-activity", NULL, on_activity);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_F12, GDK_SHIFT_MASK, "win.see-exchange", NULL);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_F12, GDK_CONTROL_MASK, "win.see-activity", NULL);
}
