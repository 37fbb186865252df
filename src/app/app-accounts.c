/* A row an account, with what can be done about it. Removing says what only this computer has. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-accounts.h"

#include <glib/gi18n.h>

#include "app-wizard.h"

typedef struct
{
  AppApplication *application;
  GtkWindow *window;
  GtkListBox *list;
  guint watch;
} Accounts;

typedef struct
{
  Accounts *accounts;
  EngineAccount *account;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  engine_account_unref (row->account);
  g_free (row);
}

static void
on_edit (GtkButton *button, Row *row)
{
  AppWizard *wizard = app_wizard_new_edit (row->accounts->application,
                                           gtk_window_get_transient_for (row->accounts->window),
                                           engine_account_info (row->account));

  gtk_window_present (GTK_WINDOW (wizard));
}

static void
tell_error (Row *row, const GError *error)
{
  GtkWidget *dialog =
      adw_message_dialog_new (row->accounts->window, _ ("That did not work"), error->message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_pause (GtkSwitch *widget, GParamSpec *pspec, Row *row)
{
  g_autoptr (StoreAccountInfo) info = store_account_info_copy (engine_account_info (row->account));
  g_autoptr (GError) error = NULL;
  gboolean ok;

  info->paused = !gtk_switch_get_active (widget);
  ok = engine_service_update (
      app_application_get_service (row->accounts->application), info, NULL, &error);
  if (ok && info->paused)
    engine_account_stop (row->account);
  else if (ok)
    ok = engine_account_start (row->account, &error);
  if (!ok)
    tell_error (row, error);
}

static void
on_remove_response (AdwMessageDialog *dialog, const char *response, Row *row)
{
  g_autoptr (GError) error = NULL;

  if (g_str_equal (response, "remove") &&
      !engine_service_remove (app_application_get_service (row->accounts->application),
                              engine_account_info (row->account)->uuid,
                              &error))
    tell_error (row, error);
}

static char *
what_is_lost (EngineAccount *account)
{
  StoreStrip strip;

  if (!store_reader_strip (engine_account_reader (account), &strip, NULL))
    return g_strdup (_ ("Its mail is removed from this computer."));
  if (strip.only_here > 0)
    return g_strdup_printf (
        ngettext ("%d letter is nowhere else: its only copy is on this computer. Export it first "
                  "if you want to keep it (restante-cli export).",
                  "%d letters are nowhere else: their only copies are on this computer. Export "
                  "them first if you want to keep them (restante-cli export).",
                  (gulong) strip.only_here),
        (int) strip.only_here);
  if (strip.waiting > 0)
    return g_strdup_printf (ngettext ("%d change has not reached the server yet and will be lost. "
                                      "The letters stay on the server.",
                                      "%d changes have not reached the server yet and will be "
                                      "lost. The letters stay on the server.",
                                      (gulong) strip.waiting),
                            (int) strip.waiting);
  return g_strdup (_ ("Every letter here is on the server too; only the copies are removed."));
}

static void
on_remove (GtkButton *button, Row *row)
{
  g_autofree char *heading =
      g_strdup_printf (_ ("Remove “%s”?"), engine_account_info (row->account)->name);
  g_autofree char *body = what_is_lost (row->account);
  GtkWidget *dialog = adw_message_dialog_new (row->accounts->window, heading, body);

  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove", _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_remove_response), row);
  gtk_window_present (GTK_WINDOW (dialog));
}

static GtkWidget *
icon_button (const char *icon, const char *what, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  g_autofree char *label = g_strdup_printf ("%s, %s", what, name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, what);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return button;
}

static GtkWidget *
make_row (Accounts *accounts, EngineAccount *account)
{
  const StoreAccountInfo *info = engine_account_info (account);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *active = gtk_switch_new ();
  GtkWidget *edit = icon_button ("document-edit-symbolic", _ ("Edit"), info->name);
  GtkWidget *remove = icon_button ("user-trash-symbolic", _ ("Remove"), info->name);
  Row *data = g_new0 (Row, 1);
  g_autofree char *protocol = g_ascii_strup (info->protocol, -1);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", protocol, info->host);
  g_autofree char *title = g_markup_escape_text (info->name, -1);
  g_autofree char *active_name = g_strdup_printf (_ ("Active: %s"), info->name);

  data->accounts = accounts;
  data->account = engine_account_ref (account);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               info->practice ? _ ("Practice post office") : subtitle);
  gtk_switch_set_active (GTK_SWITCH (active), !info->paused);
  gtk_widget_set_valign (active, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (active), GTK_ACCESSIBLE_PROPERTY_LABEL, active_name, -1);
  g_signal_connect (active, "notify::active", G_CALLBACK (on_pause), data);
  g_signal_connect (edit, "clicked", G_CALLBACK (on_edit), data);
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove), data);
  gtk_widget_set_visible (edit, !info->practice);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), active);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), edit);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  g_object_set_data_full (G_OBJECT (row), "row", data, row_free);
  return row;
}

static void
fill (gpointer data)
{
  Accounts *accounts = data;
  g_autoptr (GPtrArray) all =
      engine_service_accounts (app_application_get_service (accounts->application));
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (accounts->list, 0)) != NULL)
    gtk_list_box_remove (accounts->list, GTK_WIDGET (row));
  for (guint i = 0; i < all->len; i++)
    gtk_list_box_append (accounts->list, make_row (accounts, all->pdata[i]));
  gtk_widget_set_visible (GTK_WIDGET (accounts->list), all->len > 0);
}

static void
accounts_free (gpointer data)
{
  Accounts *accounts = data;

  engine_service_unwatch (app_application_get_service (accounts->application), accounts->watch);
  g_free (accounts);
}

GtkWidget *
app_accounts_new (AppApplication *application, GtkWindow *parent)
{
  Accounts *accounts = g_new0 (Accounts, 1);
  GtkWidget *window = g_object_new (ADW_TYPE_WINDOW,
                                    "transient-for",
                                    parent,
                                    "modal",
                                    TRUE,
                                    "title",
                                    _ ("Accounts"),
                                    "default-width",
                                    520,
                                    "default-height",
                                    420,
                                    NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *add = gtk_button_new_with_label (_ ("Add an Account…"));
  GtkWidget *scroller = gtk_scrolled_window_new ();

  accounts->application = application;
  accounts->window = GTK_WINDOW (window);
  gtk_window_set_application (accounts->window, GTK_APPLICATION (application));
  accounts->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (accounts->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (accounts->list), "boxed-list");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (add), "app.add-account");
  gtk_widget_set_halign (add, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (add, "pill");
  gtk_widget_add_css_class (inner, "wizard-page");
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (accounts->list));
  gtk_box_append (GTK_BOX (inner), add);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 480);
  adw_clamp_set_child (ADW_CLAMP (clamp), inner);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scroller);
  adw_window_set_content (ADW_WINDOW (window), box);
  accounts->watch =
      engine_service_watch (app_application_get_service (application), fill, accounts);
  g_object_set_data_full (G_OBJECT (window), "accounts", accounts, accounts_free);
  fill (accounts);
  return window;
}
