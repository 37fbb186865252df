/* Puts the panes together and follows the selected account: its status, its problems, its changes.
 * What the person can do is in app-window-actions.c. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-window-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app-bench.h"
#include "app-composer.h"
#include "app-delivery.h"
#include "app-format.h"
#include "app-refused.h"
#include "app-storage-twin.h"
#include "app-wizard.h"
#include "app-wrap.h"
#include "engine-credential.h"
#include "engine-refused.h"
#include "learn-wording.h"

G_DEFINE_FINAL_TYPE (AppWindow, app_window, ADW_TYPE_APPLICATION_WINDOW)

void
app_window_end_undo (AppWindow *self)
{
  if (self->undo != NULL)
    adw_toast_dismiss (self->undo);
  g_clear_weak_pointer (&self->undo);
}

void
app_window_tell (AppWindow *self, const char *text, guint64 undo)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_timeout (toast, undo != 0 ? 8 : 4);
  if (undo != 0)
    {
      /* Undo takes back the last deed: who offered it for one before must not come again. */
      app_window_end_undo (self);
      g_set_weak_pointer (&self->undo, toast);
      adw_toast_set_button_label (toast, _ ("Undo"));
      adw_toast_set_action_name (toast, "win.undo");
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* The account's state */

/* What stands in the way, and the one thing to do about it. */
typedef struct
{
  char *text;
  const char *label, *action;
  guint64 cause; /* of the exchange behind it; 0: the newest that failed */
} Problem;

/* The error of a letter is over when the person has decided about that letter; and what was not
 * decided before the program ended still is to be. (transfer full) (nullable) */
static StoreOutboxEntry *
find_stuck_letter (EngineAccount *account)
{
  g_autoptr (GPtrArray) entries = store_reader_outbox (engine_account_reader (account), NULL);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = entries->pdata[i];

      if (entry->state == STORE_OUTBOX_FAILED || entry->state == STORE_OUTBOX_UNKNOWN ||
          (entry->state == STORE_OUTBOX_SENT && entry->refused[0] != NULL) ||
          (entry->state == STORE_OUTBOX_QUEUED && entry->attempts > 0))
        return g_ptr_array_steal_index (entries, i);
    }
  return NULL;
}

/* A letter is due, and has not come as far as to be refused: the server as a whole says "later". */
static gboolean
keeps_one_back (EngineAccount *account)
{
  gint64 now = store_mailbase_now (engine_account_mailbase (account));
  g_autoptr (GPtrArray) entries = store_reader_outbox (engine_account_reader (account), NULL);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = entries->pdata[i];

      if (entry->state == STORE_OUTBOX_QUEUED && entry->next_try <= now)
        return TRUE;
    }
  return FALSE;
}

static char *
stuck_text (const StoreOutboxEntry *entry)
{
  const char *subject = *entry->subject != '\0' ? entry->subject : _ ("(no subject)");

  switch (entry->state)
    {
    case STORE_OUTBOX_UNKNOWN:
      return g_strdup_printf (
          _ ("“%s” may have been sent: the line was cut before the server answered."), subject);
    case STORE_OUTBOX_SENT:
      return g_strdup_printf (_ ("“%s” was not taken for all its recipients."), subject);
    case STORE_OUTBOX_FAILED:
      return g_strdup_printf (_ ("“%s” was refused by the server."), subject);
    case STORE_OUTBOX_QUEUED:
      if (entry->accepted[0] != NULL)
        return g_strdup_printf (
            _ ("“%s” has not gone to all its recipients yet, and is tried again for the others."),
            subject);
      return g_strdup_printf (_ ("“%s” could not be sent yet, and is tried again."), subject);
    case STORE_OUTBOX_DRAFT:
    case STORE_OUTBOX_SENDING:
    default:
      return g_strdup (subject);
    }
}

static void
describe_error (const StoreAccountInfo *info,
                const GError *error,
                gint64 next_try,
                Problem *problem)
{
  g_autofree char *time = next_try > 0 ? app_format_next_try (next_try) : NULL;
  /* Translators: a time: "Next try at 9:41." */
  g_autofree char *next = time != NULL ? g_strdup_printf (_ ("Next try at %s."), time) : NULL;

  problem->text =
      next != NULL
          ? g_strdup_printf (
                "%s%s %s", error->message, g_str_has_suffix (error->message, ".") ? "" : ".", next)
          : g_strdup (error->message);
  if (info->practice || base_error_retry (error) != BASE_RETRY_USER)
    {
      problem->label = _ ("Try Again");
      problem->action = "win.refresh";
      return;
    }
  problem->label = app_wizard_start_for (error) == APP_WIZARD_PASSWORD &&
                           engine_credential_is_typed (info) && strcmp (info->sign_in, "token") != 0
                       ? _ ("Enter the Password")
                       : _ ("Account Settings");
  problem->action = "win.mend";
}

static void
find_problem (AppWindow *self, const EngineStatus *status, Problem *problem)
{
  const StoreAccountInfo *info = engine_account_info (self->account);
  gboolean receives = status->state != ENGINE_STATE_NEEDS_USER &&
                      status->state != ENGINE_STATE_WAITING &&
                      status->state != ENGINE_STATE_CONNECTING;
  g_autoptr (StoreOutboxEntry) stuck = NULL;
  g_autoptr (StoreJournalEntry) refused = NULL;
  guint count;

  if (info->paused)
    {
      problem->text = g_strdup (_ ("This account is paused: nothing is asked of its server."));
      problem->label = _ ("Go On");
      problem->action = "win.resume";
    }
  else if (status->error != NULL && !receives)
    describe_error (info, status->error, status->next_try, problem);
  else if (status->send_error != NULL && !app_delivery_is_of_letter (status->send_error))
    describe_error (info, status->send_error, 0, problem);
  else if ((stuck = find_stuck_letter (self->account)) != NULL)
    {
      problem->text = stuck_text (stuck);
      problem->label = _ ("Open the Outbox");
      problem->action = "win.outbox";
    }
  else if (status->send_error != NULL && keeps_one_back (self->account))
    {
      describe_error (info, status->send_error, 0, problem);
    }
  else if ((refused = engine_refused_find (self->account, &count)) != NULL)
    {
      gboolean waits = engine_refused_waits (refused);

      problem->text = app_refused_text (self->account, refused, count);
      problem->label = waits ? _ ("Try Again") : _ ("Understood");
      problem->action = waits ? "win.file-again" : "win.put-back";
      problem->cause = refused->cause->id;
    }
  else if (status->state == ENGINE_STATE_IDLE &&
           (problem->text = app_storage_twin_notice (
                app_application_get_service (self->application), self->account)) != NULL)
    {
      problem->label = _ ("Understood");
      problem->action = "win.understood";
    }
}

static void
show_problem (AppWindow *self, const EngineStatus *status)
{
  Problem problem = { 0 };
  g_autofree char *text = NULL;

  find_problem (self, status, &problem);
  text = problem.text;
  self->problem_cause = problem.cause;
  gtk_revealer_set_reveal_child (self->problem_bar, text != NULL);
  /* Behind a closed revealer nothing is to be found, by nobody. */
  gtk_widget_set_visible (GTK_WIDGET (self->problem_bar), text != NULL);
  if (text == NULL)
    return;
  gtk_label_set_text (self->problem_text, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->problem_text), text);
  /* The alert that it stands in is what is announced. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (self->problem_text))),
      GTK_ACCESSIBLE_PROPERTY_LABEL,
      text,
      -1);
  gtk_button_set_label (self->problem_action, problem.label);
  /* What is so without anything having been said has no exchange. */
  gtk_widget_set_visible (GTK_WIDGET (self->problem_exchange),
                          !g_str_equal (problem.action, "win.resume") &&
                              !g_str_equal (problem.action, "win.understood"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->problem_action), problem.action);
}

void
app_window_update_problem (AppWindow *self)
{
  g_autoptr (EngineStatus) status = engine_account_status (self->account);

  show_problem (self, status);
}

static void
update_footer (AppWindow *self)
{
  g_autofree char *summary = app_panel_dup_summary (self->panel);

  gtk_label_set_text (self->footer_text, summary);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->footer), GTK_ACCESSIBLE_PROPERTY_LABEL, summary, -1);
}

static void
on_status (gpointer data)
{
  AppWindow *self = data;
  g_autoptr (EngineStatus) status = engine_account_status (self->account);

  show_problem (self, status);
  app_message_list_update (self->list);
  app_reader_update (self->reader);
  update_footer (self);
}

static void
on_change (StoreChange *change, gpointer data)
{
  AppWindow *self = data;

  app_message_list_update (self->list);
  app_reader_update (self->reader);
  if (change->outbox_changed || change->journal_changed)
    app_window_update_problem (self);
}

static void
set_account (AppWindow *self, EngineAccount *account)
{
  gboolean practice;

  if (self->account == account)
    return;
  if (self->account != NULL)
    {
      engine_account_unwatch (self->account, self->status_watch);
      store_mailbase_unwatch (engine_account_mailbase (self->account), self->change_watch);
      g_clear_pointer (&self->account, engine_account_unref);
    }
  app_panel_set_account (self->panel, account);
  gtk_widget_set_visible (GTK_WIDGET (self->problem_bar), FALSE);
  practice = account != NULL && engine_account_info (account)->practice;
  gtk_widget_set_visible (self->practice_banner, practice);
  if (account == NULL)
    return;
  self->account = engine_account_ref (account);
  self->status_watch = engine_account_watch (account, on_status, self);
  self->change_watch =
      store_mailbase_watch (engine_account_mailbase (account), NULL, on_change, self);
  on_status (self);
}

/* Navigation */

static void
on_folder_selected (AppSidebar *sidebar, EngineAccount *account, gint64 folder_id, AppWindow *self)
{
  g_autoptr (StoreFolder) folder =
      store_reader_folder (engine_account_reader (account), folder_id, NULL);
  g_autoptr (BaseCause) cause = NULL;
  g_autofree char *title = NULL;

  if (folder == NULL)
    return;
  title = learn_folder_title (folder);
  cause = base_cause_new (BASE_CAUSE_SYNC, title);
  set_account (self, account);
  app_reader_show_none (self->reader, 0);
  app_message_list_show_folder (self->list, account, folder);
  engine_account_look_at (account, folder_id, cause);
  adw_leaflet_set_visible_child_name (self->inner, "letters");
  app_window_update_actions (self);
}

static void
on_outbox_selected (AppSidebar *sidebar, EngineAccount *account, AppWindow *self)
{
  set_account (self, account);
  app_message_list_show_outbox (self->list, account, app_outbox_new (self->application, account));
  app_reader_show_outbox (self->reader);
  adw_leaflet_set_visible_child_name (self->inner, "letters");
  app_window_update_actions (self);
}

/* Back to the folder itself from a search of it, and in a narrow window on to its letters. */
static void
on_sidebar_activated (AppSidebar *sidebar, AppWindow *self)
{
  app_message_list_end_search (self->list);
  adw_leaflet_set_visible_child_name (self->inner, "letters");
}

/* On the practice IMAP account the very first letter is fetched only when its question has been
 * answered: nothing has been copied here yet, so there is something to predict. */
static gboolean
holds_first_fetch (AppWindow *self)
{
  const StoreAccountInfo *info = engine_account_info (self->account);
  StoreStrip strip;

  return info->practice && g_str_equal (info->protocol, "imap") &&
         store_reader_strip (engine_account_reader (self->account), &strip, NULL) &&
         strip.copies_here == 0;
}

static void
on_selection_changed (AppMessageList *list, AppWindow *self)
{
  g_autoptr (AppMessage) message = app_message_list_get_message (list);

  if (message != NULL)
    app_reader_show (self->reader, self->account, message, holds_first_fetch (self));
  else
    app_reader_show_none (self->reader,
                          app_selection_count (app_message_list_get_selection (list)));
  app_window_update_actions (self);
}

static void
on_activated (AppMessageList *list, AppWindow *self)
{
  /* A draft is opened to be written on. */
  if (app_window_edit_draft (self))
    return;
  adw_leaflet_set_visible_child_name (self->outer, "reader");
}

static void
on_list_back (AppMessageList *list, AppWindow *self)
{
  adw_leaflet_set_visible_child_name (self->inner, "folders");
}

static void
on_reader_back (AppReader *reader, AppWindow *self)
{
  adw_leaflet_set_visible_child_name (self->outer, "lists");
}

/* Read is what has been on screen. Nobody marked it: it was opened. */
static void
on_opened (AppReader *reader, AppWindow *self)
{
  const StoreRow *row = app_message_get_row (app_reader_get_message (reader));
  g_autoptr (GError) error = NULL;

  app_window_update_actions (self);
  if ((row->flags & STORE_FLAG_SEEN) != 0)
    return;
  if (!engine_account_flag (app_reader_get_account (reader),
                            &row->placement,
                            1,
                            STORE_FLAG_SEEN,
                            0,
                            app_reader_get_cause (reader),
                            &error))
    app_window_tell (self, error->message, 0);
}

/* Below this a list and a letter with all its buttons do not fit beside each other. What is hidden
 * depends on this width alone: if it depended on what is folded, which depends on the width of what
 * is shown, a window between the two would fold and unfold for ever. */
#define SPARE_WIDTH 720

/* Pixels; as long as nobody chose them they grow with large letters. */
static int
size_of (GSettings *settings, const char *key)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (settings, key);
  int size = g_settings_get_int (settings, key);
  int dpi = -1; /* in 1024ths */

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  return chosen != NULL || dpi <= 96 * 1024 ? size : (int) ((gint64) size * dpi / (96 * 1024));
}

/* The panel's height is kept, not the height of what is above it. On a screen as narrow as a
 * phone's, where the card stands under the exchanges, it has most of the window. */
static void
place_panel (AppWindow *self)
{
  gboolean narrow = adw_leaflet_get_folded (self->outer);
  int height = gtk_widget_get_height (GTK_WIDGET (self->split));
  int wanted = size_of (app_application_get_settings (self->application), "panel-height");

  if (height > 0)
    gtk_paned_set_position (self->split, narrow ? height / 3 : MAX (height - wanted, height / 3));
}

static gboolean
fold (gpointer data)
{
  AppWindow *self = data;
  gboolean inner = adw_leaflet_get_folded (self->inner);
  gboolean outer = adw_leaflet_get_folded (self->outer);

  app_sidebar_set_alone (self->sidebar, inner && outer);
  app_message_list_set_folded (self->list, inner, outer);
  app_reader_set_folded (self->reader, outer);
  app_reader_set_narrow (self->reader, gtk_widget_get_width (GTK_WIDGET (self)) < SPARE_WIDTH);
  app_pane_set_resizable (self->sidebar_pane, !inner);
  app_pane_set_resizable (self->list_pane, !outer);
  if (outer != self->folded && gtk_widget_get_visible (GTK_WIDGET (self->panel)))
    place_panel (self);
  self->folded = outer;
  self->folding = 0;
  return G_SOURCE_REMOVE;
}

static void
fold_later (AppWindow *self)
{
  if (self->folding == 0)
    self->folding = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold, self, NULL);
}

/* Told while widgets take their places: what is shown or hidden then would be drawn without one. */
static void
on_folded (GObject *object, GParamSpec *pspec, AppWindow *self)
{
  fold_later (self);
}

static void
on_measured (GtkDrawingArea *measure, int width, int height, AppWindow *self)
{
  fold_later (self);
}

/* Before widgets take their places: a window that becomes narrow at once must not ask for more. */
static void
on_width (AppWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0)
    app_reader_set_narrow (self->reader, width < SPARE_WIDTH);
}

/* The panel */

static gboolean
on_first_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  if (gtk_widget_get_height (widget) == 0)
    return G_SOURCE_CONTINUE;
  place_panel (APP_WINDOW (data));
  return G_SOURCE_REMOVE;
}

void
app_window_set_panel_open (AppWindow *self, gboolean open)
{
  GSettings *settings = app_application_get_settings (self->application);
  GtkWidget *from = open ? GTK_WIDGET (self->footer) : GTK_WIDGET (self->panel);
  GtkWidget *to = open ? GTK_WIDGET (self->panel) : GTK_WIDGET (self->footer);
  gboolean focused = (gtk_widget_get_state_flags (from) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;

  app_panel_set_open (self->panel, open);
  gtk_widget_set_visible (to, TRUE);
  /* One takes the place of the other, for the keyboard too. */
  if (focused)
    gtk_widget_child_focus (to, GTK_DIR_TAB_FORWARD);
  gtk_widget_set_visible (from, FALSE);
  if (open)
    gtk_widget_add_tick_callback (GTK_WIDGET (self->split), on_first_tick, self, NULL);
  g_settings_set_boolean (settings, "panel-open", open);
}

static void
on_panel_close (AppPanel *panel, AppWindow *self)
{
  app_window_set_panel_open (self, FALSE);
}

static void
on_panel_release (AppPanel *panel, const char *uuid, AppWindow *self)
{
  g_autoptr (GPtrArray) accounts =
      engine_service_accounts (app_application_get_service (self->application));

  for (guint i = 0; i < accounts->len; i++)
    if (g_str_equal (engine_account_info (accounts->pdata[i])->uuid, uuid))
      engine_account_release (accounts->pdata[i]);
}

static void
on_panel_letter (AppPanel *panel, const char *uuid, gint64 message, AppWindow *self)
{
  app_window_show_letter (self, uuid, message);
}

static void
on_panel_summary (AppPanel *panel, AppWindow *self)
{
  update_footer (self);
}

/* The first sight of the practice account: its newest letter, with the panel open. */
static void
on_list_loaded (AppListModel *model, AppWindow *self)
{
  if (!self->first_sight || self->account == NULL ||
      !g_str_equal (engine_account_info (self->account)->protocol, "imap") ||
      !engine_account_info (self->account)->practice ||
      g_list_model_get_n_items (G_LIST_MODEL (model)) == 0)
    return;
  self->first_sight = FALSE;
  app_window_set_panel_open (self, TRUE);
  app_message_list_select (self->list, 0);
}

/* Accounts come and go */

static void
on_accounts_changed (gpointer data)
{
  AppWindow *self = data;
  g_autoptr (GPtrArray) accounts =
      engine_service_accounts (app_application_get_service (self->application));
  gboolean gone = TRUE;
  GtkWidget *welcome = gtk_stack_get_child_by_name (self->root, "welcome");

  for (guint i = 0; i < accounts->len; i++)
    gone = gone && accounts->pdata[i] != self->account;
  if (gone)
    {
      app_reader_show_none (self->reader, 0);
      app_message_list_clear (self->list);
      set_account (self, NULL);
    }
  else if (self->account != NULL)
    on_status (self);
  /* What was pressed on the welcome page goes with it. */
  if (accounts->len > 0 && g_strcmp0 (gtk_stack_get_visible_child_name (self->root), "mail") != 0)
    app_sidebar_take_focus (self->sidebar);
  if (accounts->len == 0)
    gtk_widget_set_visible (welcome, TRUE);
  gtk_stack_set_visible_child_name (self->root, accounts->len > 0 ? "mail" : "welcome");
  /* Its menu is not the main menu any more, for keys and screen readers. */
  gtk_widget_set_visible (welcome, accounts->len == 0);
  app_window_update_actions (self);
}

/* Window state */

static void
save_state (AppWindow *self)
{
  GSettings *settings = app_application_get_settings (self->application);
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (settings, "width", width);
  g_settings_set_int (settings, "height", height);
  g_settings_set_boolean (settings, "maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_int (settings, "sidebar-width", app_pane_get_width (self->sidebar_pane));
  g_settings_set_int (settings, "list-width", app_pane_get_width (self->list_pane));
  /* Behind the welcome page it has no height yet. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self->panel)) && !adw_leaflet_get_folded (self->outer))
    g_settings_set_int (settings, "panel-height", gtk_widget_get_height (GTK_WIDGET (self->panel)));
}

static gboolean
app_window_close_request (GtkWindow *window)
{
  save_state (APP_WINDOW (window));
  return GTK_WINDOW_CLASS (app_window_parent_class)->close_request (window);
}

static void
app_window_dispose (GObject *object)
{
  AppWindow *self = APP_WINDOW (object);

  if (self->service_watch != 0)
    engine_service_unwatch (app_application_get_service (self->application), self->service_watch);
  self->service_watch = 0;
  g_clear_weak_pointer (&self->undo);
  g_clear_handle_id (&self->folding, g_source_remove);
  if (self->panel != NULL)
    {
      set_account (self, NULL);
      /* It goes after the window has forgotten it, and then has nobody to tell. */
      g_signal_handlers_disconnect_by_data (self->panel, self);
    }
  g_clear_pointer (&self->last_account, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_WINDOW);
  G_OBJECT_CLASS (app_window_parent_class)->dispose (object);
}

static void
app_window_class_init (AppWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = app_window_close_request;
  g_type_ensure (APP_TYPE_PANE);
  g_type_ensure (APP_TYPE_WRAP);
  g_type_ensure (APP_TYPE_SIDEBAR);
  g_type_ensure (APP_TYPE_MESSAGE_LIST);
  g_type_ensure (APP_TYPE_READER);
  g_type_ensure (APP_TYPE_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppWindow, name)
  BIND (root);
  BIND (welcome);
  BIND (practice_banner);
  BIND (toasts);
  BIND (measure);
  BIND (split);
  BIND (outer);
  BIND (inner);
  BIND (sidebar_pane);
  BIND (list_pane);
  BIND (reader_pane);
  BIND (sidebar);
  BIND (list);
  BIND (reader);
  BIND (panel);
  BIND (footer);
  BIND (footer_text);
  BIND (problem_bar);
  BIND (problem_text);
  BIND (problem_action);
  BIND (problem_exchange);
#undef BIND
  app_window_install_actions (widget_class);
  app_window_install_exchange_actions (widget_class);
}

static void
app_window_init (AppWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Nothing stands after the reader. */
  app_pane_set_resizable (self->reader_pane, FALSE);
}

static void
connect_panes (AppWindow *self)
{
  GListModel *model = G_LIST_MODEL (app_message_list_get_model (self->list));

  g_signal_connect (self->sidebar, "folder-selected", G_CALLBACK (on_folder_selected), self);
  g_signal_connect (self->sidebar, "activated", G_CALLBACK (on_sidebar_activated), self);
  g_signal_connect (self->sidebar, "outbox-selected", G_CALLBACK (on_outbox_selected), self);
  g_signal_connect (self->list, "selection-changed", G_CALLBACK (on_selection_changed), self);
  g_signal_connect (self->list, "activated", G_CALLBACK (on_activated), self);
  g_signal_connect (self->list, "back", G_CALLBACK (on_list_back), self);
  /* A load under way outlives the window. */
  g_signal_connect_object (model, "loaded", G_CALLBACK (on_list_loaded), self, G_CONNECT_AFTER);
  g_signal_connect (self->reader, "opened", G_CALLBACK (on_opened), self);
  g_signal_connect (self->reader, "back", G_CALLBACK (on_reader_back), self);
  g_signal_connect (self->inner, "notify::folded", G_CALLBACK (on_folded), self);
  g_signal_connect (self->outer, "notify::folded", G_CALLBACK (on_folded), self);
  g_signal_connect (self->measure, "resize", G_CALLBACK (on_measured), self);
  g_signal_connect (self, "notify::default-width", G_CALLBACK (on_width), NULL);
  g_signal_connect (self->panel, "close", G_CALLBACK (on_panel_close), self);
  g_signal_connect (self->panel, "release", G_CALLBACK (on_panel_release), self);
  g_signal_connect (self->panel, "letter", G_CALLBACK (on_panel_letter), self);
  g_signal_connect (self->panel, "summary-changed", G_CALLBACK (on_panel_summary), self);
}

AppWindow *
app_window_new (AppApplication *application)
{
  AppWindow *self = g_object_new (APP_TYPE_WINDOW, "application", application, NULL);
  EngineService *service = app_application_get_service (application);
  GSettings *settings = app_application_get_settings (application);

  self->application = application;
  self->first_sight = TRUE;
  adw_bin_set_child (self->welcome, app_welcome_new ());
  app_reader_set_book (self->reader, engine_service_book (service));
  connect_panes (self);
  app_panel_set_service (self->panel, service);
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (settings, "width"),
                               g_settings_get_int (settings, "height"));
  if (g_settings_get_boolean (settings, "maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  app_pane_set_width (self->sidebar_pane, size_of (settings, "sidebar-width"));
  app_pane_set_width (self->list_pane, size_of (settings, "list-width"));
  gtk_widget_set_size_request (GTK_WIDGET (self->panel), -1, 140);
  app_window_set_panel_open (self, g_settings_get_boolean (settings, "panel-open"));
  self->service_watch = engine_service_watch (service, on_accounts_changed, self);
  on_accounts_changed (self);
  app_sidebar_set_service (self->sidebar, service);
  return self;
}
