/* A row an account, with what can be done about it. Removing says what only this computer has, and
 * offers to export it first. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-accounts.h"

#include <glib/gi18n.h>

#include "app-format.h"
#include "app-leave.h"
#include "app-removal.h"
#include "app-trouble.h"
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
  GtkSwitch *active;
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
  gtk_window_present (GTK_WINDOW (app_wizard_new_edit (row->accounts->application,
                                                       row->accounts->window,
                                                       engine_account_info (row->account),
                                                       APP_WIZARD_EVERYTHING)));
}

static void
on_remove (GtkButton *button, Row *row)
{
  app_removal_ask (row->accounts->application, row->accounts->window, row->account);
}

static void
on_pause (GtkSwitch *widget, GParamSpec *pspec, Row *row)
{
  GtkWindow *window = row->accounts->window;
  g_autoptr (GError) error = NULL;

  if (gtk_switch_get_active (widget) == !engine_account_info (row->account)->paused)
    return;
  if (!app_application_set_paused (
          row->accounts->application, row->account, !gtk_switch_get_active (widget), &error))
    app_trouble_tell (window, error);
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

/* What may change while the row stays. */
static void
show_row (GtkWidget *widget)
{
  Row *row = g_object_get_data (G_OBJECT (widget), "row");
  const StoreAccountInfo *info = engine_account_info (row->account);
  g_autofree char *protocol = g_ascii_strup (info->protocol, -1);
  g_autofree char *subtitle = g_markup_printf_escaped (
      "%s · %s", protocol, info->practice ? _ ("Practice post office") : info->host);
  g_autofree char *paused = g_strdup_printf ("%s · %s", subtitle, _ ("paused"));
  g_autofree char *title = g_markup_escape_text (info->email, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (widget), info->paused ? paused : subtitle);
  gtk_switch_set_active (row->active, !info->paused);
}

static GtkWidget *
make_row (Accounts *accounts, EngineAccount *account)
{
  const StoreAccountInfo *info = engine_account_info (account);
  g_autofree char *name = app_format_account (info);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *active = gtk_switch_new ();
  GtkWidget *edit = icon_button ("document-edit-symbolic", _ ("Edit"), name);
  GtkWidget *remove = icon_button ("user-trash-symbolic", _ ("Remove"), name);
  Row *data = g_new0 (Row, 1);
  g_autofree char *active_name = g_strdup_printf (_ ("Active: %s"), name);

  data->accounts = accounts;
  data->account = engine_account_ref (account);
  data->active = GTK_SWITCH (active);
  g_object_set_data_full (G_OBJECT (row), "row", data, row_free);
  gtk_widget_set_valign (active, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (active, _ ("Off: nothing is asked of its server"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (active), GTK_ACCESSIBLE_PROPERTY_LABEL, active_name, -1);
  gtk_widget_set_visible (edit, !info->practice);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), active);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), edit);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  show_row (row);
  g_signal_connect (active, "notify::active", G_CALLBACK (on_pause), data);
  g_signal_connect (edit, "clicked", G_CALLBACK (on_edit), data);
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove), data);
  return row;
}

static gboolean
shows (Accounts *accounts, GPtrArray *all)
{
  for (guint i = 0; i < all->len; i++)
    {
      GtkListBoxRow *widget = gtk_list_box_get_row_at_index (accounts->list, (int) i);
      Row *row = widget != NULL ? g_object_get_data (G_OBJECT (widget), "row") : NULL;

      if (row == NULL || row->account != all->pdata[i])
        return FALSE;
    }
  return gtk_list_box_get_row_at_index (accounts->list, (int) all->len) == NULL;
}

/* Rows that stay keep their widgets, and the keyboard its place: this is called from within a click
 * on one of them. */
static void
fill (gpointer data)
{
  Accounts *accounts = data;
  g_autoptr (GPtrArray) all =
      engine_service_accounts (app_application_get_service (accounts->application));
  gboolean same = shows (accounts, all);
  GtkListBoxRow *row;

  while (!same && (row = gtk_list_box_get_row_at_index (accounts->list, 0)) != NULL)
    gtk_list_box_remove (accounts->list, GTK_WIDGET (row));
  for (guint i = 0; i < all->len; i++)
    if (same)
      show_row (GTK_WIDGET (gtk_list_box_get_row_at_index (accounts->list, (int) i)));
    else
      gtk_list_box_append (accounts->list, make_row (accounts, all->pdata[i]));
  gtk_widget_set_visible (GTK_WIDGET (accounts->list), all->len > 0);
}

static void
on_destroy (GtkWidget *window, Accounts *accounts)
{
  engine_service_unwatch (app_application_get_service (accounts->application), accounts->watch);
}

GtkWidget *
app_accounts_new (AppApplication *application, GtkWindow *parent)
{
  Accounts *accounts = g_new0 (Accounts, 1);
  GtkWidget *window = g_object_new (ADW_TYPE_WINDOW,
                                    "accessible-role",
                                    GTK_ACCESSIBLE_ROLE_DIALOG,
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
  app_leave_by_escape (accounts->window);
  gtk_window_set_application (accounts->window, GTK_APPLICATION (application));
  accounts->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (accounts->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (accounts->list), "boxed-list");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (accounts->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Accounts"), -1);
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
  g_object_set_data_full (G_OBJECT (window), "accounts", accounts, g_free);
  g_signal_connect (window, "destroy", G_CALLBACK (on_destroy), accounts);
  fill (accounts);
  return window;
}
