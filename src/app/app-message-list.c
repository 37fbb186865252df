/* The view over the windowed model, its empty states, its search and its progress. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-message-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app-bench.h"
#include "app-leave.h"
#include "app-message-menu.h"
#include "app-message-row.h"
#include "app-signal.h"
#include "learn-wording.h"

struct _AppMessageList
{
  GtkBox parent_instance;

  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkWidget *back, *refresh;
  GtkToggleButton *search_button;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkWidget *activity; /* leads from what goes on to its exchanges */
  GtkProgressBar *progress;
  GtkStack *stack;
  GtkScrolledWindow *scroller, *outbox;
  GtkListView *view;
  GMenuModel *row_menu;
  AdwStatusPage *empty;
  GtkWidget *find_bar, *find_there;
  GtkLabel *find_note;

  AppListModel *model;
  AppSelection *selection;
  EngineAccount *account;
  StoreFolder *folder;
  gboolean shows_outbox;
  char *asked;   /* what the server is asked for at the moment (nullable) */
  gint64 wanted; /* placement to select once it is in the list */
  gint64 shown;  /* placement that was selected last, alone, in what is listed now */
  gint64 again;  /* the same, to be selected again when the folder is listed after a search */
  guint tick;    /* runs until the newest rows have been painted; 0: none */
  guint ticks;
};

G_DEFINE_FINAL_TYPE (AppMessageList, app_message_list, GTK_TYPE_BOX)

enum
{
  SELECTION_CHANGED,
  ACTIVATED,
  BACK,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_child (item, app_message_row_new ());
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item, AppMessageList *self)
{
  gboolean to = self->folder != NULL &&
                (self->folder->role == STORE_ROLE_SENT || self->folder->role == STORE_ROLE_DRAFTS);

  app_message_row_bind (
      APP_MESSAGE_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item), to);
  app_bench_mark ("first-rows-bound");
}

static void
unbind_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  app_message_row_bind (APP_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL, FALSE);
}

static gboolean
is_searching (AppMessageList *self)
{
  return gtk_search_bar_get_search_mode (self->search_bar) &&
         *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0';
}

static void
show_empty (AppMessageList *self)
{
  g_autoptr (EngineStatus) status = engine_account_status (self->account);
  gboolean busy = status->state == ENGINE_STATE_CONNECTING || status->state == ENGINE_STATE_BUSY;
  gboolean asked =
      self->folder == NULL || self->folder->as_of != 0 || self->folder->place == STORE_PLACE_HERE;
  const char *icon = "mail-read-symbolic";
  const char *title = _ ("No Letters Here");
  const char *description = NULL;

  if (is_searching (self))
    {
      icon = "system-search-symbolic";
      title = _ ("Nothing Found");
      description =
          app_list_model_get_missing (self->model) > 0
              ? _ ("Some letters are not indexed yet; they will be searched a little later.")
              : _ ("Try other words, or fewer.");
    }
  else if (!asked && busy)
    {
      icon = "content-loading-symbolic";
      title = _ ("Asking the server…");
    }
  else if (!asked)
    {
      icon = "network-offline-symbolic";
      title = _ ("Not Fetched Yet");
      description = _ ("This folder will be filled once the server can be reached.");
    }
  adw_status_page_set_icon_name (self->empty, icon);
  adw_status_page_set_title (self->empty, title);
  adw_status_page_set_description (self->empty, description);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
update_subtitle (AppMessageList *self)
{
  g_autofree char *letters = NULL;
  g_autofree char *unread = NULL;
  g_autofree char *text = NULL;

  if (self->folder == NULL || is_searching (self))
    {
      adw_window_title_set_subtitle (self->title, "");
      return;
    }
  letters = g_strdup_printf (ngettext ("%d letter", "%d letters", (gulong) self->folder->total),
                             (int) self->folder->total);
  unread = g_strdup_printf (ngettext ("%d unread", "%d unread", (gulong) self->folder->unread),
                            (int) self->folder->unread);
  text = self->folder->unread > 0 ? g_strdup_printf ("%s · %s", letters, unread)
                                  : g_steal_pointer (&letters);
  adw_window_title_set_subtitle (self->title, text);
}

/* Search on the server */

static void
note_find (AppMessageList *self, const char *note)
{
  gtk_label_set_text (self->find_note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->find_note), note != NULL);
  gtk_widget_set_sensitive (self->find_there, self->asked == NULL);
}

/* Other words, or another place: what was asked before is no longer wanted. */
static void
reset_find (AppMessageList *self)
{
  g_clear_pointer (&self->asked, g_free);
  note_find (self, NULL);
  gtk_widget_set_visible (self->find_bar,
                          self->account != NULL && is_searching (self) &&
                              g_str_equal (engine_account_info (self->account)->protocol, "imap"));
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (AppMessageList) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) messages = engine_account_find_finish (result, &error);
  g_autofree char *note = NULL;
  guint more;

  if (self->asked == NULL || self->account == NULL || !is_searching (self) ||
      strcmp (self->asked, gtk_editable_get_text (GTK_EDITABLE (self->search_entry))) != 0)
    return;
  g_clear_pointer (&self->asked, g_free);
  if (messages == NULL)
    {
      note_find (self, error->message);
      return;
    }
  more = app_list_model_add_found (self->model, messages);
  note = more > 0 ? g_strdup_printf (ngettext ("The server found %u letter",
                                               "The server found %u letters",
                                               (gulong) more),
                                     more)
                  : g_strdup (_ ("The server found nothing"));
  note_find (self, note);
}

static void
on_find_there (GtkButton *button, AppMessageList *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEARCH, text);

  if (self->account == NULL || self->asked != NULL)
    return;
  self->asked = g_strdup (text);
  note_find (self, _ ("Asking the server…"));
  engine_account_find_async (self->account, text, cause, on_found, g_object_ref (self));
}

void
app_message_list_update (AppMessageList *self)
{
  g_autoptr (EngineStatus) status = NULL;
  gboolean busy;

  if (self->account == NULL)
    return;
  if (self->folder != NULL)
    {
      StoreFolder *folder =
          store_reader_folder (engine_account_reader (self->account), self->folder->id, NULL);

      if (folder != NULL)
        {
          store_folder_unref (self->folder);
          self->folder = folder;
        }
    }
  status = engine_account_status (self->account);
  busy = status->state == ENGINE_STATE_BUSY && status->total > 0;
  gtk_widget_set_visible (self->activity, busy);
  if (busy)
    gtk_progress_bar_set_fraction (self->progress,
                                   MIN (1.0, (double) status->done / (double) status->total));
  update_subtitle (self);
  if (self->shows_outbox)
    return;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else if (app_list_model_is_loaded (self->model))
    show_empty (self);
}

/* Selecting */

void
app_message_list_select (AppMessageList *self, guint position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  if (n == 0)
    return;
  position = MIN (position, n - 1);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

void
app_message_list_select_placement (AppMessageList *self, gint64 placement)
{
  guint position = app_list_model_find (self->model, placement);

  self->wanted = 0;
  if (position != G_MAXUINT)
    {
      app_message_list_select (self, position);
      return;
    }
  self->wanted = placement;
  app_list_model_complete (self->model);
}

AppMessage *
app_message_list_get_message (AppMessageList *self)
{
  if (self->shows_outbox || app_selection_count (self->selection) != 1)
    return NULL;
  return g_list_model_get_item (G_LIST_MODEL (self->model), app_selection_first (self->selection));
}

static void
on_selection_changed (GtkSelectionModel *model, guint position, guint n_items, AppMessageList *self)
{
  if (app_selection_count (self->selection) == 1)
    self->shown = app_list_model_get_placement (self->model, app_selection_first (self->selection));
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

/* The first tick comes before the newest rows are laid out and painted, the second after. */
static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  AppMessageList *self = APP_MESSAGE_LIST (widget);

  if (self->ticks++ == 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    app_bench_mark ("first-rows");
  app_list_model_complete (self->model);
  return G_SOURCE_REMOVE;
}

static void
complete_behind_frame (AppMessageList *self)
{
  self->ticks = 0;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

/* The letter that is read stays selected when a search ends. */
static void
select_again (AppMessageList *self)
{
  guint position = self->again != 0 && app_selection_count (self->selection) == 0
                       ? app_list_model_find (self->model, self->again)
                       : G_MAXUINT;

  if (position != G_MAXUINT)
    app_message_list_select (self, position);
  if (position != G_MAXUINT || app_list_model_is_loaded (self->model))
    self->again = 0;
}

static void
on_loaded (AppListModel *model, AppMessageList *self)
{
  app_message_list_update (self);
  select_again (self);
  if (self->wanted != 0 && app_list_model_find (self->model, self->wanted) != G_MAXUINT)
    app_message_list_select_placement (self, self->wanted);
}

static void
on_activate (GtkListView *view, guint position, AppMessageList *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

/* In a narrow window a click goes on to the letter; in a wide one it is there anyway. */
static void
on_released (GtkGestureClick *gesture, int n_press, double x, double y, AppMessageList *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if ((state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == 0 &&
      app_selection_count (self->selection) == 1)
    g_signal_emit (self, signals[ACTIVATED], 0);
}

/* What is shown */

static void
set_account (AppMessageList *self, EngineAccount *account)
{
  if (account != NULL)
    engine_account_ref (account);
  g_clear_pointer (&self->account, engine_account_unref);
  self->account = account;
  g_clear_pointer (&self->folder, store_folder_unref);
  self->wanted = self->shown = self->again = 0;
  reset_find (self);
}

void
app_message_list_show_folder (AppMessageList *self,
                              EngineAccount *account,
                              const StoreFolder *folder)
{
  g_autofree char *title = learn_folder_title (folder);

  self->shows_outbox = FALSE;
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  set_account (self, account);
  self->folder = store_folder_ref ((StoreFolder *) folder);
  adw_window_title_set_title (self->title, title);
  gtk_stack_set_visible_child_name (self->stack, "list");
  gtk_widget_set_visible (GTK_WIDGET (self->search_button), TRUE);
  app_list_model_set_folder (self->model, account, folder->id);
  complete_behind_frame (self);
  app_message_list_update (self);
}

void
app_message_list_show_outbox (AppMessageList *self, EngineAccount *account, GtkWidget *outbox)
{
  self->shows_outbox = TRUE;
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  set_account (self, account);
  app_list_model_set_folder (self->model, NULL, 0);
  adw_window_title_set_title (self->title, _ ("Outbox"));
  gtk_widget_set_visible (GTK_WIDGET (self->search_button), FALSE);
  gtk_scrolled_window_set_child (self->outbox, outbox);
  gtk_stack_set_visible_child_name (self->stack, "outbox");
  update_subtitle (self);
}

void
app_message_list_clear (AppMessageList *self)
{
  self->shows_outbox = FALSE;
  set_account (self, NULL);
  app_list_model_set_folder (self->model, NULL, 0);
  adw_window_title_set_title (self->title, "");
  adw_window_title_set_subtitle (self->title, "");
}

static void
on_search_changed (GtkSearchEntry *entry, AppMessageList *self)
{
  if (self->account == NULL || self->shows_outbox)
    return;
  if (is_searching (self))
    app_list_model_set_query (
        self->model, self->account, gtk_editable_get_text (GTK_EDITABLE (entry)));
  else if (self->folder != NULL)
    {
      self->again = self->shown;
      app_list_model_set_folder (self->model, self->account, self->folder->id);
      complete_behind_frame (self);
      select_again (self);
    }
  update_subtitle (self);
  reset_find (self);
}

static void
on_search_mode (GtkSearchBar *bar, GParamSpec *pspec, AppMessageList *self)
{
  /* The words have the keyboard, and go. */
  if (!gtk_search_bar_get_search_mode (bar) &&
      (gtk_widget_get_state_flags (GTK_WIDGET (bar)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  if (!gtk_search_bar_get_search_mode (bar) &&
      *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}

void
app_message_list_search (AppMessageList *self)
{
  if (self->account == NULL || self->shows_outbox)
    return;
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
app_message_list_end_search (AppMessageList *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

/* Also from what was found, not from the words alone. */
static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer data)
{
  AppMessageList *self = APP_MESSAGE_LIST (widget);

  if (!gtk_search_bar_get_search_mode (self->search_bar))
    return FALSE;
  app_message_list_end_search (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  return TRUE;
}

void
app_message_list_set_folded (AppMessageList *self, gboolean folders, gboolean reader)
{
  gtk_widget_set_visible (self->back, folders);
  adw_header_bar_set_show_start_title_buttons (self->header, folders);
  adw_header_bar_set_show_end_title_buttons (self->header, reader);
}

static void
on_back (GtkButton *button, AppMessageList *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

EngineAccount *
app_message_list_get_account (AppMessageList *self)
{
  return self->account;
}

gint64
app_message_list_get_folder (AppMessageList *self)
{
  return self->folder != NULL ? self->folder->id : 0;
}

AppSelection *
app_message_list_get_selection (AppMessageList *self)
{
  return self->selection;
}

AppListModel *
app_message_list_get_model (AppMessageList *self)
{
  return self->model;
}

static void
app_message_list_dispose (GObject *object)
{
  AppMessageList *self = APP_MESSAGE_LIST (object);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_pointer (&self->asked, g_free);
  g_clear_pointer (&self->folder, store_folder_unref);
  g_clear_pointer (&self->account, engine_account_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_MESSAGE_LIST);
  G_OBJECT_CLASS (app_message_list_parent_class)->dispose (object);
}

static void
app_message_list_class_init (AppMessageListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_message_list_dispose;
  signals[SELECTION_CHANGED] = app_signal_new (klass, "selection-changed", 0);
  signals[ACTIVATED] = app_signal_new (klass, "activated", 0);
  signals[BACK] = app_signal_new (klass, "back", 0);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-message-list.ui");
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, header);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, title);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, back);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, refresh);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, search_button);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, search_bar);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, search_entry);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, activity);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, progress);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, stack);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, scroller);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, outbox);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, view);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, row_menu);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, empty);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, find_bar);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, find_there);
  gtk_widget_class_bind_template_child (widget_class, AppMessageList, find_note);
}

static void
app_message_list_init (AppMessageList *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->model = app_list_model_new ();
  self->selection = app_selection_new (self->model);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), NULL);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  app_leave_by_tab (GTK_WIDGET (self->view));
  app_message_menu_install (self->view, self->model, self->selection, self->row_menu);
  g_signal_connect (self->model, "loaded", G_CALLBACK (on_loaded), self);
  g_signal_connect (self->selection, "selection-changed", G_CALLBACK (on_selection_changed), self);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect (click, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect (self->find_there, "clicked", G_CALLBACK (on_find_there), self);
  g_signal_connect (self->search_entry, "search-changed", G_CALLBACK (on_search_changed), self);
  g_signal_connect (
      self->search_bar, "notify::search-mode-enabled", G_CALLBACK (on_search_mode), self);
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  g_object_bind_property (self->search_button,
                          "active",
                          self->search_bar,
                          "search-mode-enabled",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}
