/* The first window opens with what is on disk, and only when that is shown is anybody asked. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-start.h"

#include <glib/gi18n.h>

#include "app-accounts.h"
#include "app-composer.h"
#include "app-lessons.h"
#include "app-parting.h"
#include "app-storage-twin.h"
#include "app-take-back.h"
#include "app-window.h"
#include "app-wizard.h"

/* Until the list stands, the processor is the window's. */
#define WORK_AFTER_MS 200

/* The first window */

static void
show_fatal (AppApplication *self, const GError *error)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (self));
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "dialog-error-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _ ("Your mail cannot be opened"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), error->message);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 420);
  gtk_window_present (GTK_WINDOW (window));
}

/* Letters that were sent when the program was about to end, and did not leave. */
static void
tell_left (AppApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  g_autoptr (GPtrArray) accounts = engine_service_accounts (app_application_get_service (self));
  g_autofree char *text = NULL;
  guint left = 0;

  for (guint i = 0; i < accounts->len; i++)
    if (!engine_account_info (accounts->pdata[i])->paused)
      left += app_parting_left (accounts->pdata[i]);
  if (left == 0 || window == NULL)
    return;
  text = g_strdup_printf (ngettext ("%u letter from last time is being sent now",
                                    "%u letters from last time are being sent now",
                                    left),
                          left);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.tell", "s", text);
}

static gboolean
start_work (gpointer data)
{
  AppApplication *self = data;

  if (app_application_get_service (self) == NULL)
    return G_SOURCE_REMOVE;
  tell_left (self);
  app_application_begin (self);
  return G_SOURCE_REMOVE;
}

/* The list's rows are in the frames behind the first. */
static void
on_first_frame (GdkFrameClock *clock, AppApplication *self)
{
  g_signal_handlers_disconnect_by_func (clock, on_first_frame, self);
  g_timeout_add_full (
      G_PRIORITY_LOW, WORK_AFTER_MS, start_work, g_object_ref (self), g_object_unref);
}

static void
on_activate (AppApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  g_autoptr (GError) error = NULL;

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }
  if (app_application_get_service (self) == NULL)
    {
      if (!app_application_open (self, &error))
        {
          show_fatal (self, error);
          return;
        }
      app_storage_twin_provide (app_application_get_service (self));
    }
  window = GTK_WINDOW (app_window_new (self));
  gtk_window_present (window);
  /* First what is on disk is shown, then the network is asked. */
  g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (window)),
                           "after-paint",
                           G_CALLBACK (on_first_frame),
                           self,
                           0);
}

/* Links from web pages and other programs: "restante mailto:…". They fill a letter in, which a
 * person reads and sends; see mail-mailto.h. */
static void
on_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  GList *windows;

  g_application_activate (application);
  windows = gtk_application_get_windows (GTK_APPLICATION (application));
  while (windows != NULL && !APP_IS_WINDOW (windows->data))
    windows = windows->next;
  for (int i = 0; windows != NULL && i < n_files; i++)
    {
      g_autofree char *uri = g_file_get_uri (files[i]);

      gtk_widget_activate_action (windows->data, "win.mailto", "s", uri);
    }
}

/* Windows that are asked for by name */

static void
on_add_account (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppApplication *self = data;

  gtk_window_present (GTK_WINDOW (
      app_wizard_new (self, gtk_application_get_active_window (GTK_APPLICATION (self)))));
}

static void
on_accounts (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppApplication *self = data;

  gtk_window_present (GTK_WINDOW (
      app_accounts_new (self, gtk_application_get_active_window (GTK_APPLICATION (self)))));
}

/* One window of lessons is enough. */
static void
on_lessons (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppApplication *self = data;
  GtkWindow *window = NULL;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (APP_IS_LESSONS (l->data))
      window = l->data;
  if (window == NULL)
    {
      window = GTK_WINDOW (app_lessons_new (app_application_get_data_dir (self)));
      gtk_window_set_application (window, GTK_APPLICATION (self));
    }
  gtk_window_present (window);
}

/* A draft of the outbox, in a composer. */
static void
on_edit_draft (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppApplication *self = data;
  g_autoptr (GPtrArray) accounts = engine_service_accounts (app_application_get_service (self));
  const char *uuid;
  gint64 outbox;

  g_variant_get (parameter, "(&sx)", &uuid, &outbox);
  for (guint i = 0; i < accounts->len; i++)
    if (g_str_equal (engine_account_info (accounts->pdata[i])->uuid, uuid))
      {
        g_autoptr (GError) error = NULL;
        AppComposer *composer = app_composer_new_draft (self, accounts->pdata[i], outbox, &error);

        if (composer == NULL)
          {
            gtk_widget_activate_action (
                GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (self))),
                "win.tell",
                "s",
                error->message);
            return;
          }
        gtk_window_set_application (GTK_WINDOW (composer), GTK_APPLICATION (self));
        gtk_window_present (GTK_WINDOW (composer));
      }
}

void
app_start_prepare (AppApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "add-account", .activate = on_add_account },
    { .name = "accounts", .activate = on_accounts },
    { .name = "lessons", .activate = on_lessons },
    { .name = "edit-draft", .activate = on_edit_draft, .parameter_type = "(sx)" },
  };

  g_action_map_add_action_entries (
      G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  app_take_back_install (application);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  g_signal_connect (application, "open", G_CALLBACK (on_open), NULL);
  g_signal_connect (application, "parting", G_CALLBACK (app_parting_begin), NULL);
}
