/* Pages in a row: person, choice, servers, check, done. What is typed is kept in one account
 * record, which is stored only when the person says so, after a good check or against a bad one. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-wizard.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-check-list.h"
#include "app-choice-drawing.h"
#include "app-choice.h"
#include "app-desktop-list.h"
#include "app-leave.h"
#include "app-panel.h"
#include "app-server-form.h"
#include "app-sign-in.h"
#include "app-policy.h"
#include "engine-credential.h"
#include "engine-error.h"
#include "engine-guess.h"
#include "mail-address.h"

typedef enum
{
  PAGE_PERSON,
  PAGE_CHOICE,
  PAGE_SERVERS,
  PAGE_CHECK,
  PAGE_DONE
} Page;

static const char *const page_names[] = { "person", "choice", "servers", "check", "done" };

struct _AppWizard
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkWidget *back, *anyway, *change_password, *change_servers, *mend;
  GtkButton *next;
  GtkStack *pages;
  GtkEditable *full_name, *email;
  AppSignIn *sign_in;
  AppDesktopList *desktop;
  AppChoice *choice;
  AppServerForm *servers;
  GtkLabel *guess, *check_title;
  AppCheckList *check;
  AppChoiceDrawing *drawing;
  AdwStatusPage *done;

  AppApplication *application;
  StoreAccountInfo *info;
  Page page;
  gboolean edit;
  gboolean checked;  /* the check on screen was good */
  gboolean straight; /* one page is mended: the check comes next */
  gboolean touched;  /* something would be lost by closing */
  char *guessed;     /* the address and protocol the servers were guessed for */
};

G_DEFINE_FINAL_TYPE (AppWizard, app_wizard, ADW_TYPE_WINDOW)

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static gboolean
can_go_on (AppWizard *self)
{
  switch (self->page)
    {
    case PAGE_PERSON:
      return mail_address_is_valid (gtk_editable_get_text (self->email)) &&
             app_sign_in_is_complete (self->sign_in);
    case PAGE_SERVERS:
      return app_server_form_is_complete (self->servers);
    case PAGE_CHECK:
    case PAGE_CHOICE:
    case PAGE_DONE:
    default:
      return TRUE;
    }
}

/* On the check's page: what to do with what it found. */
static const char *
next_label (AppWizard *self)
{
  switch (self->page)
    {
    case PAGE_DONE:
      return _ ("Done");
    case PAGE_SERVERS:
      return _ ("Check");
    case PAGE_CHECK:
      if (!self->checked)
        return _ ("Check Again");
      return self->edit ? _ ("Save") : _ ("Add Account");
    case PAGE_PERSON:
    case PAGE_CHOICE:
    default:
      return self->straight ? _ ("Check") : _ ("Next");
    }
}

static void
update (AppWizard *self)
{
  gtk_button_set_label (self->next, next_label (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->next), can_go_on (self));
}

static void
show_page (AppWizard *self, Page page)
{
  self->page = page;
  gtk_stack_set_visible_child_name (self->pages, page_names[page]);
  gtk_widget_set_visible (self->back, page != PAGE_PERSON && page != PAGE_DONE);
  gtk_widget_set_visible (GTK_WIDGET (self->next), page != PAGE_CHECK);
  adw_window_title_set_subtitle (self->title, self->info->email);
  update (self);
}

/* Servers are guessed once for an address and a protocol; what the person edits stays. */
static void
guess_servers (AppWizard *self)
{
  g_autofree char *key = g_strdup_printf ("%s %s", self->info->email, self->info->protocol);
  gboolean touched = self->touched;
  gboolean known;

  if (!self->edit && !app_sign_in_is_desktop (self->sign_in) && g_strcmp0 (self->guessed, key) != 0)
    {
      known = engine_guess (self->info);
      gtk_label_set_text (
          self->guess,
          known ? _ ("This provider is known. Change what is different for you.")
                : _ ("Guessed from your address. Change what your provider says otherwise."));
      set (&self->guessed, key);
    }
  app_server_form_load (self->servers, self->info);
  self->touched = touched;
}

static void
run_check (AppWizard *self)
{
  g_autoptr (BaseSecret) password = app_sign_in_dup_secret (self->sign_in);

  self->straight = FALSE;
  self->checked = FALSE;
  gtk_label_set_text (self->check_title, _ ("Checking…"));
  gtk_widget_set_visible (GTK_WIDGET (self->next), FALSE);
  gtk_widget_set_visible (self->mend, FALSE);
  app_check_list_run (
      self->check, self->info, password, app_application_get_tap (self->application));
}

/* The account's name must be its own: the address, then the address and a number. */
static void
choose_name (AppWizard *self)
{
  StoreBook *book = engine_service_book (app_application_get_service (self->application));

  if (self->edit)
    return;
  set (&self->info->name, self->info->email);
  for (guint i = 2;; i++)
    {
      g_autoptr (StoreAccountInfo) taken = store_book_find (book, self->info->name, NULL);

      if (taken == NULL)
        return;
      g_free (self->info->name);
      self->info->name = g_strdup_printf ("%s (%u)", self->info->email, i);
    }
}

static gboolean
store_account (AppWizard *self, GError **error)
{
  EngineService *service = app_application_get_service (self->application);
  g_autoptr (BaseSecret) password = app_sign_in_dup_secret (self->sign_in);
  g_autoptr (EngineAccount) account = NULL;

  choose_name (self);
  if (self->edit)
    {
      g_autoptr (StoreAccountInfo) before =
          store_book_find (engine_service_book (service), self->info->uuid, NULL);

      /* A password that was typed here goes where passwords typed here are kept. */
      if (password != NULL)
        set (&self->info->password_file, "");
      if (!engine_service_update (service, self->info, password, error))
        return FALSE;
      /* What is needed no more is kept no longer. */
      if (before != NULL && !engine_credential_is_typed (self->info))
        engine_credential_forget (before, NULL);
      account = engine_service_account (service, self->info->uuid, FALSE, error);
    }
  else
    {
      account = engine_service_add (service, self->info, password, error);
    }
  return account != NULL && (self->info->paused || engine_account_start (account, error));
}

static void
describe_done (AppWizard *self)
{
  gboolean imap = g_str_equal (self->info->protocol, "imap");
  gboolean keeps = g_str_equal (self->info->leave_policy, "all");

  app_choice_drawing_set (self->drawing, imap, keeps);
  if (imap)
    adw_status_page_set_description (
        self->done, _ ("On the server, with copies here. What you do here shows everywhere."));
  else if (keeps)
    adw_status_page_set_description (
        self->done, _ ("On this computer. The server keeps its own copy of what it had."));
  else
    adw_status_page_set_description (
        self->done,
        _ ("On this computer. The server’s copies are removed as you chose: keep a backup."));
}

/* The main window may be some dialogs away. */
static void
show_account (AppWizard *self)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (self));

  while (window != NULL && !gtk_widget_activate_action (
                               GTK_WIDGET (window), "win.show-account", "s", self->info->uuid))
    window = gtk_window_get_transient_for (window);
}

static void
keep (GtkWindow *window)
{
  AppWizard *self = APP_WIZARD (window);
  g_autoptr (GError) error = NULL;

  if (!store_account (self, &error))
    {
      gtk_label_set_text (self->check_title, error->message);
      gtk_widget_set_visible (self->mend, TRUE);
      return;
    }
  if (!self->edit)
    show_account (self);
  app_sign_in_forget (self->sign_in);
  self->touched = FALSE;
  describe_done (self);
  show_page (self, PAGE_DONE);
  gtk_widget_grab_focus (GTK_WIDGET (self->next));
}

/* A policy that removes letters from the server is not kept without a word about how many. */
static void
finish (AppWizard *self)
{
  g_autoptr (EngineAccount) account =
      self->edit
          ? engine_service_account (
                app_application_get_service (self->application), self->info->uuid, FALSE, NULL)
          : NULL;
  const StoreAccountInfo *before = account != NULL ? engine_account_info (account) : NULL;

  if (before != NULL && g_str_equal (self->info->protocol, "pop3") &&
      !g_str_equal (before->leave_policy, self->info->leave_policy))
    app_policy_ask (GTK_WINDOW (self), account, self->info->leave_policy, keep);
  else
    keep (GTK_WINDOW (self));
}

AppWizardStart
app_wizard_start_for (const GError *error)
{
  return g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_CREDENTIALS) ||
                 g_error_matches (error, ENGINE_ERROR, ENGINE_ERROR_NO_PASSWORD)
             ? APP_WIZARD_PASSWORD
             : APP_WIZARD_SERVERS;
}

/* What was said stays to be looked at, also when all is good. */
static void
on_checked (AppCheckList *list, const GError *error, AppWizard *self)
{
  self->checked = error == NULL;
  gtk_label_set_text (self->check_title,
                      error == NULL ? _ ("Everything works") : _ ("Something is not right yet"));
  gtk_widget_set_visible (self->mend, error != NULL);
  gtk_widget_set_visible (self->change_password,
                          app_wizard_start_for (error) == APP_WIZARD_PASSWORD);
  gtk_button_set_label (GTK_BUTTON (self->change_password),
                        engine_credential_is_typed (self->info) ? _ ("Change the Password")
                                                                : _ ("Change How It Signs In"));
  gtk_widget_set_visible (GTK_WIDGET (self->next), TRUE);
  update (self);
  gtk_widget_grab_focus (error == NULL                                    ? GTK_WIDGET (self->next)
                         : gtk_widget_get_visible (self->change_password) ? self->change_password
                                                                          : self->change_servers);
}

/* A window over this one, because the account may have no place in the main window yet. */
static void
on_see_exchange (AppCheckList *list, guint64 serial, AppWizard *self)
{
  GtkWidget *panel = g_object_new (APP_TYPE_PANEL, "vexpand", TRUE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *window = g_object_new (ADW_TYPE_WINDOW,
                                    "transient-for",
                                    self,
                                    "modal",
                                    TRUE,
                                    "destroy-with-parent",
                                    TRUE,
                                    "title",
                                    _ ("What was said"),
                                    "default-width",
                                    860,
                                    "default-height",
                                    520,
                                    NULL);

  app_leave_by_escape (GTK_WINDOW (window));
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), panel);
  adw_window_set_content (ADW_WINDOW (window), box);
  app_panel_set_service (APP_PANEL (panel), app_application_get_service (self->application));
  app_panel_set_account (APP_PANEL (panel), NULL);
  app_panel_set_open (APP_PANEL (panel), TRUE);
  app_panel_set_closable (APP_PANEL (panel), FALSE);
  gtk_window_present (GTK_WINDOW (window));
  app_panel_show_serial (APP_PANEL (panel), serial);
}

static void
save_page (AppWizard *self)
{
  if (self->page == PAGE_PERSON)
    {
      const char *email = gtk_editable_get_text (self->email);

      /* Another address has other servers. */
      if (!self->edit && g_strcmp0 (self->info->email, email) != 0)
        self->straight = FALSE;
      set (&self->info->full_name, gtk_editable_get_text (self->full_name));
      set (&self->info->email, gtk_editable_get_text (self->email));
      app_sign_in_save (self->sign_in, self->info);
    }
  else if (self->page == PAGE_CHOICE)
    {
      app_choice_save (self->choice, self->info);
    }
  else if (self->page == PAGE_SERVERS)
    {
      app_server_form_save (self->servers, self->info);
    }
}

static void
go_to (AppWizard *self, Page page)
{
  /* First: a form that is empty yet would take the keyboard from Next. */
  if (page == PAGE_SERVERS)
    guess_servers (self);
  show_page (self, page);
  if (page == PAGE_CHECK)
    run_check (self);
  update (self);
}

static void
on_next (GtkButton *button, AppWizard *self)
{
  save_page (self);
  if (self->page == PAGE_DONE)
    gtk_window_close (GTK_WINDOW (self));
  else if (self->page == PAGE_CHECK && self->checked)
    finish (self);
  else if (self->page == PAGE_CHECK || self->straight)
    go_to (self, PAGE_CHECK);
  else
    go_to (self, self->page + 1);
}

static void
on_back (GtkButton *button, AppWizard *self)
{
  save_page (self);
  app_check_list_cancel (self->check);
  self->straight = FALSE;
  show_page (self, self->page - 1);
}

static gboolean
on_back_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  AppWizard *self = APP_WIZARD (widget);

  if (!gtk_widget_get_visible (self->back))
    return FALSE;
  on_back (NULL, self);
  return TRUE;
}

/* Straight to what the check found wrong, and from there to the check again. */
static void
on_change_password (GtkButton *button, AppWizard *self)
{
  self->straight = TRUE;
  show_page (self, PAGE_PERSON);
  app_sign_in_focus (self->sign_in);
}

static void
on_change_servers (GtkButton *button, AppWizard *self)
{
  self->straight = TRUE;
  show_page (self, PAGE_SERVERS);
  app_server_form_load (self->servers, self->info);
  gtk_widget_grab_focus (GTK_WIDGET (self->servers));
}

static void
on_anyway (GtkButton *button, AppWizard *self)
{
  finish (self);
}

/* The desktop knows the servers, and lends what signs in: only what is kept here is to be chosen.
 */
static void
on_desktop (AppDesktopList *list, const EngineDesktopAccount *account, AppWizard *self)
{
  StoreAccountInfo *info = self->info;

  set (&info->protocol, "imap");
  set (&info->host, account->host);
  set (&info->security, account->security);
  set (&info->user, account->user);
  info->port = account->port;
  set (&info->smtp_host, account->smtp_host);
  set (&info->smtp_security, account->smtp_security);
  set (&info->smtp_user, account->smtp_user);
  info->smtp_port = account->smtp_port;
  if (*account->full_name != '\0')
    gtk_editable_set_text (self->full_name, account->full_name);
  gtk_editable_set_text (self->email, account->email);
  app_sign_in_set_desktop (self->sign_in, account->id, account->provider);
  save_page (self);
  app_choice_load (self->choice, info);
  app_server_form_load (self->servers, info);
  gtk_label_set_text (self->guess, _ ("As this computer’s settings have them."));
  self->straight = TRUE;
  go_to (self, PAGE_CHOICE);
}

/* Without the desktop, other protocols and servers can be chosen again. */
static void
on_sign_in (AppWizard *self)
{
  if (!self->edit)
    app_choice_fix (self->choice, app_sign_in_is_desktop (self->sign_in));
  update (self);
}

static void
on_touched (AppWizard *self)
{
  self->touched = TRUE;
}

/* Leaving */

static gboolean
close_now (gpointer data)
{
  gtk_window_close (data);
  return G_SOURCE_REMOVE;
}

static void
on_leave (AdwMessageDialog *dialog, const char *response, AppWizard *self)
{
  if (!g_str_equal (response, "stop"))
    return;
  self->touched = FALSE;
  /* The question goes with its window, and is still busy with its answer. */
  g_idle_add_full (G_PRIORITY_DEFAULT, close_now, g_object_ref (self), g_object_unref);
}

static gboolean
app_wizard_close_request (GtkWindow *window)
{
  AppWizard *self = APP_WIZARD (window);
  GtkWidget *dialog;

  if (!self->touched)
    return GTK_WINDOW_CLASS (app_wizard_parent_class)->close_request (window);
  dialog = adw_message_dialog_new (
      window,
      self->edit ? _ ("Leave the Account as It Was?") : _ ("Stop Adding This Account?"),
      self->edit ? _ ("What you changed will not be kept.") : _ ("Nothing of it will be kept."));
  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Go On"), "stop", _ ("_Stop"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "stop", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_leave), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

/* Next is no default widget: Enter on a row would press it, instead of what the row is for. */
static void
on_entry_activated (AppWizard *self)
{
  if (can_go_on (self))
    on_next (self->next, self);
}

static void
app_wizard_dispose (GObject *object)
{
  AppWizard *self = APP_WIZARD (object);

  g_clear_pointer (&self->info, store_account_info_unref);
  g_clear_pointer (&self->guessed, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_WIZARD);
  G_OBJECT_CLASS (app_wizard_parent_class)->dispose (object);
}

static void
app_wizard_class_init (AppWizardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_wizard_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = app_wizard_close_request;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  g_type_ensure (APP_TYPE_SIGN_IN);
  g_type_ensure (APP_TYPE_DESKTOP_LIST);
  g_type_ensure (APP_TYPE_CHOICE);
  g_type_ensure (APP_TYPE_CHOICE_DRAWING);
  g_type_ensure (APP_TYPE_SERVER_FORM);
  g_type_ensure (APP_TYPE_CHECK_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-wizard.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppWizard, name)
  BIND (title);
  BIND (back);
  BIND (mend);
  BIND (change_password);
  BIND (change_servers);
  BIND (anyway);
  BIND (next);
  BIND (pages);
  BIND (full_name);
  BIND (email);
  BIND (sign_in);
  BIND (desktop);
  BIND (choice);
  BIND (servers);
  BIND (guess);
  BIND (check_title);
  BIND (check);
  BIND (drawing);
  BIND (done);
#undef BIND
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_ALT_MASK, on_back_key, NULL);
}

static void
app_wizard_init (AppWizard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->next, "clicked", G_CALLBACK (on_next), self);
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect (self->anyway, "clicked", G_CALLBACK (on_anyway), self);
  g_signal_connect (self->change_password, "clicked", G_CALLBACK (on_change_password), self);
  g_signal_connect (self->change_servers, "clicked", G_CALLBACK (on_change_servers), self);
  g_signal_connect (self->check, "finished", G_CALLBACK (on_checked), self);
  g_signal_connect (self->check, "see-exchange", G_CALLBACK (on_see_exchange), self);
  g_signal_connect (self->desktop, "chosen", G_CALLBACK (on_desktop), self);
  g_signal_connect_swapped (self->servers, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->servers, "changed", G_CALLBACK (on_touched), self);
  g_signal_connect_swapped (self->full_name, "changed", G_CALLBACK (on_touched), self);
  g_signal_connect_swapped (self->email, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->email, "changed", G_CALLBACK (on_touched), self);
  g_signal_connect_swapped (self->sign_in, "changed", G_CALLBACK (on_sign_in), self);
  g_signal_connect_swapped (self->sign_in, "changed", G_CALLBACK (on_touched), self);
  g_signal_connect_swapped (self->email, "entry-activated", G_CALLBACK (on_entry_activated), self);
  g_signal_connect_swapped (self->sign_in, "activated", G_CALLBACK (on_entry_activated), self);
  g_signal_connect_swapped (self->servers, "activated", G_CALLBACK (on_entry_activated), self);
}

static AppWizard *
wizard_new (AppApplication *application, GtkWindow *parent, StoreAccountInfo *info, gboolean edit)
{
  const char *title = edit ? _ ("Edit the Account") : _ ("Add My Account");
  AppWizard *self = g_object_new (
      APP_TYPE_WIZARD, "transient-for", parent, "modal", parent != NULL, "title", title, NULL);

  self->application = application;
  self->info = info;
  self->edit = edit;
  adw_window_title_set_title (self->title, title);
  gtk_editable_set_text (self->full_name, info->full_name);
  gtk_editable_set_text (self->email, info->email);
  app_choice_load (self->choice, info);
  app_sign_in_load (self->sign_in, info);
  self->touched = FALSE;
  return self;
}

AppWizard *
app_wizard_new (AppApplication *application, GtkWindow *parent)
{
  StoreAccountInfo *info = store_account_info_new ();
  AppWizard *self;

  set (&info->protocol, "imap");
  set (&info->keep_policy, "all");
  set (&info->leave_policy, "all");
  /* Some systems know no real name, or repeat the login there. */
  if (g_strcmp0 (g_get_real_name (), "Unknown") != 0 &&
      g_strcmp0 (g_get_real_name (), g_get_user_name ()) != 0)
    set (&info->full_name, g_get_real_name ());
  self = wizard_new (application, parent, info, FALSE);
  app_desktop_list_load (self->desktop);
  show_page (self, PAGE_PERSON);
  return self;
}

AppWizard *
app_wizard_new_edit (AppApplication *application,
                     GtkWindow *parent,
                     const StoreAccountInfo *info,
                     AppWizardStart start)
{
  AppWizard *self = wizard_new (application, parent, store_account_info_copy (info), TRUE);
  g_autoptr (EngineAccount) account = NULL;

  app_server_form_load (self->servers, self->info);
  gtk_label_set_text (self->guess, _ ("Change only what is no longer right."));
  app_sign_in_set_kept (self->sign_in);
  gtk_button_set_label (GTK_BUTTON (self->anyway), _ ("Save Anyway"));
  app_choice_fix (self->choice, TRUE);
  account =
      engine_service_account (app_application_get_service (application), info->uuid, FALSE, NULL);
  if (account != NULL)
    app_choice_set_account (self->choice, account);
  self->straight = start != APP_WIZARD_EVERYTHING;
  show_page (self, start == APP_WIZARD_SERVERS ? PAGE_SERVERS : PAGE_PERSON);
  if (start == APP_WIZARD_PASSWORD)
    app_sign_in_focus (self->sign_in);
  self->touched = FALSE;
  return self;
}
