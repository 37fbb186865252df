/* A list box: accounts have tens of folders. It is rebuilt when folders come or go, and only its
 * counters are touched otherwise. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-sidebar.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app-account-header.h"
#include "app-format.h"
#include "app-leave.h"
#include "app-signal.h"
#include "learn-wording.h"

struct _AppSidebar
{
  GtkBox parent_instance;

  AdwHeaderBar *header;
  GtkListBox *list;
  EngineService *service;
  guint service_watch;
  GPtrArray *watches; /* AccountWatch */
  guint idle;
  gboolean rebuild;
  gboolean focus;         /* the keyboard goes to the folder that is shown */
  char *selected_account; /* UUID */
  char *wanted_account;   /* its inbox is selected once it is there (nullable) */
  gint64 selected_folder; /* 0: the outbox */
};

G_DEFINE_FINAL_TYPE (AppSidebar, app_sidebar, GTK_TYPE_BOX)

enum
{
  FOLDER_SELECTED,
  OUTBOX_SELECTED,
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

typedef struct
{
  AppSidebar *sidebar;
  EngineAccount *account;
  guint watch;
  guint status_watch;
  char *trouble; /* as it is shown (nullable) */
} AccountWatch;

static void
account_watch_free (gpointer data)
{
  AccountWatch *watch = data;

  if (watch->watch != 0)
    store_mailbase_unwatch (engine_account_mailbase (watch->account), watch->watch);
  engine_account_unwatch (watch->account, watch->status_watch);
  g_free (watch->trouble);
  engine_account_unref (watch->account);
  g_free (watch);
}

/* What a folder looks like */

const char *
app_sidebar_folder_icon (const StoreFolder *folder)
{
  switch (folder->role)
    {
    case STORE_ROLE_INBOX:
      return "mail-unread-symbolic";
    case STORE_ROLE_DRAFTS:
      return "document-edit-symbolic";
    case STORE_ROLE_SENT:
      return "mail-send-symbolic";
    case STORE_ROLE_JUNK:
      return "dialog-warning-symbolic";
    case STORE_ROLE_TRASH:
      return "user-trash-symbolic";
    case STORE_ROLE_FLAGGED:
      return "starred-symbolic";
    case STORE_ROLE_IMPORTANT:
      return "emblem-important-symbolic";
    case STORE_ROLE_ARCHIVE:
      return "restante-archive-symbolic";
    case STORE_ROLE_NONE:
    case STORE_ROLE_ALL:
    case STORE_ROLE_MAILDROP:
    default:
      return "folder-symbolic";
    }
}

/* The order people expect: the inbox, what they write, what they keep, the rest by name. */
static int
role_rank (StoreRole role)
{
  static const StoreRole order[] = { STORE_ROLE_INBOX,  STORE_ROLE_FLAGGED, STORE_ROLE_IMPORTANT,
                                     STORE_ROLE_DRAFTS, STORE_ROLE_SENT,    STORE_ROLE_ARCHIVE,
                                     STORE_ROLE_ALL };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (order[i] == role)
      return (int) i;
  if (role == STORE_ROLE_JUNK)
    return 100;
  if (role == STORE_ROLE_TRASH)
    return 101;
  return 50;
}

static int
compare_folders (gconstpointer a, gconstpointer b)
{
  const StoreFolder *x = *(StoreFolder *const *) a;
  const StoreFolder *y = *(StoreFolder *const *) b;
  int difference = role_rank (x->role) - role_rank (y->role);

  return difference != 0 ? difference : g_utf8_collate (x->name, y->name);
}

/* Rows */

typedef struct
{
  EngineAccount *account;
  gint64 folder; /* 0: the outbox */
  GtkLabel *count;
  char *title;
} RowData;

static void
row_data_free (gpointer data)
{
  RowData *row = data;

  engine_account_unref (row->account);
  g_free (row->title);
  g_free (row);
}

static RowData *
row_data (GtkListBoxRow *row)
{
  return row != NULL ? g_object_get_data (G_OBJECT (row), "row-data") : NULL;
}

static void
set_count (GtkListBoxRow *row, gint64 count)
{
  RowData *data = g_object_get_data (G_OBJECT (row), "row-data");
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, count);
  g_autofree char *account = app_format_account (engine_account_info (data->account));
  g_autofree char *name = NULL;

  gtk_label_set_text (data->count, text);
  gtk_widget_set_visible (GTK_WIDGET (data->count), count > 0);
  if (data->folder == 0)
    name = g_strdup_printf (ngettext ("%1$s, %2$s, %3$d letter waiting",
                                      "%1$s, %2$s, %3$d letters waiting",
                                      (gulong) count),
                            data->title,
                            account,
                            (int) count);
  else if (count > 0)
    name = g_strdup_printf (
        ngettext ("%1$s, %2$s, %3$d unread", "%1$s, %2$s, %3$d unread", (gulong) count),
        data->title,
        account,
        (int) count);
  else
    name = g_strdup_printf ("%s, %s", data->title, account);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkListBoxRow *
make_row (
    EngineAccount *account, gint64 folder, const char *icon, const char *title, const char *tooltip)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *count = gtk_label_new (NULL);
  RowData *data = g_new0 (RowData, 1);

  data->account = engine_account_ref (account);
  data->folder = folder;
  data->count = GTK_LABEL (count);
  data->title = g_strdup (title);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (count, "count");
  gtk_widget_set_valign (count, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), count);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, tooltip);
  g_object_set_data_full (G_OBJECT (row), "row-data", data, row_data_free);
  return GTK_LIST_BOX_ROW (row);
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  RowData *data = row_data (row);
  RowData *previous = row_data (before);
  g_autofree char *trouble = NULL;

  if (previous != NULL && previous->account == data->account)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  gtk_list_box_row_set_header (row, app_account_header_new (data->account));
  /* A header is in nobody's way who goes from row to row: the first row tells of it too. */
  trouble = app_account_header_trouble (data->account);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  trouble != NULL ? trouble : "",
                                  -1);
}

static gboolean
is_shown (const StoreFolder *folder)
{
  return folder->role != STORE_ROLE_MAILDROP && folder->selectable;
}

static void
select_remembered (AppSidebar *self)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);
      RowData *data = row_data (row);

      if (row == NULL)
        return;
      if (data->folder == self->selected_folder &&
          g_strcmp0 (engine_account_info (data->account)->uuid, self->selected_account) == 0)
        {
          gtk_list_box_select_row (self->list, row);
          return;
        }
    }
}

static void
add_account_rows (AppSidebar *self, EngineAccount *account)
{
  g_autoptr (GPtrArray) folders = store_reader_folders (engine_account_reader (account), NULL);
  guint waiting = engine_account_unsent (account);

  if (folders == NULL)
    return;
  g_ptr_array_sort (folders, compare_folders);
  for (guint i = 0; i < folders->len; i++)
    {
      StoreFolder *folder = folders->pdata[i];
      g_autofree char *title = learn_folder_title (folder);
      GtkListBoxRow *row;

      if (!is_shown (folder))
        continue;
      row = make_row (account, folder->id, app_sidebar_folder_icon (folder), title, folder->name);
      gtk_list_box_append (self->list, GTK_WIDGET (row));
      set_count (row, folder->unread);
    }
  if (waiting > 0)
    {
      GtkListBoxRow *row = make_row (account,
                                     0,
                                     "restante-outbox-symbolic",
                                     _ ("Outbox"),
                                     _ ("Drafts and letters on their way"));

      gtk_list_box_append (self->list, GTK_WIDGET (row));
      set_count (row, waiting);
    }
}

/* The first row of the account that is wanted, or of any account when nothing was selected yet.
 * Rows begin with the inbox. */
static void
select_wanted (AppSidebar *self)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);
      RowData *data = row_data (row);

      if (row == NULL)
        return;
      if (data->folder == 0 ||
          (self->wanted_account != NULL &&
           !g_str_equal (engine_account_info (data->account)->uuid, self->wanted_account)))
        continue;
      g_clear_pointer (&self->wanted_account, g_free);
      gtk_list_box_select_row (self->list, row);
      return;
    }
}

static gboolean
has_account (GPtrArray *accounts, const char *uuid)
{
  for (guint i = 0; i < accounts->len; i++)
    if (g_strcmp0 (engine_account_info (accounts->pdata[i])->uuid, uuid) == 0)
      return TRUE;
  return FALSE;
}

/* Once there is a folder to stand on. */
static void
focus_if_wanted (AppSidebar *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (self->focus && row != NULL)
    self->focus = !gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
rebuild (AppSidebar *self)
{
  g_autoptr (GPtrArray) accounts = engine_service_accounts (self->service);
  GtkListBoxRow *row;

  /* The keyboard does not leave the folders because one came or went. */
  self->focus |=
      (gtk_widget_get_state_flags (GTK_WIDGET (self->list)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
  g_signal_handlers_block_matched (self->list, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, self);
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < accounts->len; i++)
    add_account_rows (self, accounts->pdata[i]);
  if (!has_account (accounts, self->selected_account))
    g_clear_pointer (&self->selected_account, g_free);
  select_remembered (self);
  g_signal_handlers_unblock_matched (self->list, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, self);
  if (self->wanted_account != NULL ||
      (gtk_list_box_get_selected_row (self->list) == NULL && self->selected_account == NULL))
    select_wanted (self);
}

static void
update_counts (AppSidebar *self)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);
      RowData *data = row_data (row);
      g_autoptr (StoreFolder) folder = NULL;

      if (row == NULL)
        return;
      if (data->folder == 0)
        {
          set_count (row, engine_account_unsent (data->account));
          continue;
        }
      folder = store_reader_folder (engine_account_reader (data->account), data->folder, NULL);
      if (folder != NULL)
        set_count (row, folder->unread);
    }
}

static gboolean
on_idle (gpointer data)
{
  AppSidebar *self = data;

  self->idle = 0;
  if (self->rebuild)
    rebuild (self);
  else
    update_counts (self);
  self->rebuild = FALSE;
  focus_if_wanted (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (AppSidebar *self, gboolean whole)
{
  self->rebuild |= whole;
  if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

static gboolean
has_outbox_row (AppSidebar *self, EngineAccount *account)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);
      RowData *data = row_data (row);

      if (row == NULL)
        return FALSE;
      if (data->folder == 0 && data->account == account)
        return TRUE;
    }
}

static void
on_change (StoreChange *change, gpointer data)
{
  AccountWatch *watch = data;
  gboolean whole = change->folders_changed;

  if (change->outbox_changed)
    whole |= has_outbox_row (watch->sidebar, watch->account) !=
             (engine_account_unsent (watch->account) > 0);
  if (whole || change->folders->len > 0 || change->outbox_changed)
    schedule (watch->sidebar, whole);
}

static void
on_status (gpointer data)
{
  AccountWatch *watch = data;
  g_autofree char *trouble = app_account_header_trouble (watch->account);

  if (g_strcmp0 (trouble, watch->trouble) == 0)
    return;
  g_free (watch->trouble);
  watch->trouble = g_steal_pointer (&trouble);
  gtk_list_box_invalidate_headers (watch->sidebar->list);
}

static void
on_accounts_changed (gpointer data)
{
  AppSidebar *self = data;
  g_autoptr (GPtrArray) accounts = engine_service_accounts (self->service);

  g_ptr_array_set_size (self->watches, 0);
  for (guint i = 0; i < accounts->len; i++)
    {
      AccountWatch *watch = g_new0 (AccountWatch, 1);

      watch->sidebar = self;
      watch->account = engine_account_ref (accounts->pdata[i]);
      watch->watch =
          store_mailbase_watch (engine_account_mailbase (watch->account), NULL, on_change, watch);
      watch->status_watch = engine_account_watch (watch->account, on_status, watch);
      watch->trouble = app_account_header_trouble (watch->account);
      g_ptr_array_add (self->watches, watch);
    }
  schedule (self, TRUE);
}

static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, AppSidebar *self)
{
  RowData *data = row_data (row);

  /* GTK says so as well when the keyboard only comes by. */
  if (data == NULL ||
      (data->folder == self->selected_folder &&
       g_strcmp0 (engine_account_info (data->account)->uuid, self->selected_account) == 0))
    return;
  g_free (self->selected_account);
  self->selected_account = g_strdup (engine_account_info (data->account)->uuid);
  self->selected_folder = data->folder;
  if (data->folder == 0)
    g_signal_emit (self, signals[OUTBOX_SELECTED], 0, data->account);
  else
    g_signal_emit (self, signals[FOLDER_SELECTED], 0, data->account, data->folder);
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, AppSidebar *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

void
app_sidebar_select_account (AppSidebar *self, const char *uuid)
{
  g_free (self->wanted_account);
  self->wanted_account = g_strdup (uuid);
  select_wanted (self);
}

void
app_sidebar_select_folder (AppSidebar *self, const char *uuid, gint64 folder)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      RowData *data = row_data (row);

      if (data->folder == folder && g_str_equal (engine_account_info (data->account)->uuid, uuid))
        gtk_list_box_select_row (self->list, row);
    }
}

void
app_sidebar_set_alone (AppSidebar *self, gboolean alone)
{
  adw_header_bar_set_show_end_title_buttons (self->header, alone);
}

void
app_sidebar_take_focus (AppSidebar *self)
{
  self->focus = TRUE;
  schedule (self, FALSE);
}

void
app_sidebar_select_outbox (AppSidebar *self, const char *uuid)
{
  app_sidebar_select_folder (self, uuid, 0);
}

void
app_sidebar_set_service (AppSidebar *self, EngineService *service)
{
  self->service = service;
  self->service_watch = engine_service_watch (service, on_accounts_changed, self);
  on_accounts_changed (self);
  /* The first list is wanted at once, not in the next idle moment. */
  g_clear_handle_id (&self->idle, g_source_remove);
  self->rebuild = FALSE;
  rebuild (self);
}

static void
app_sidebar_dispose (GObject *object)
{
  AppSidebar *self = APP_SIDEBAR (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->service_watch != 0)
    engine_service_unwatch (self->service, self->service_watch);
  self->service_watch = 0;
  g_clear_pointer (&self->watches, g_ptr_array_unref);
  g_clear_pointer (&self->selected_account, g_free);
  g_clear_pointer (&self->wanted_account, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), APP_TYPE_SIDEBAR);
  G_OBJECT_CLASS (app_sidebar_parent_class)->dispose (object);
}

static void
app_sidebar_class_init (AppSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_sidebar_dispose;
  signals[FOLDER_SELECTED] =
      app_signal_new (klass, "folder-selected", 2, G_TYPE_POINTER, G_TYPE_INT64);
  signals[OUTBOX_SELECTED] = app_signal_new (klass, "outbox-selected", 1, G_TYPE_POINTER);
  signals[ACTIVATED] = app_signal_new (klass, "activated", 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, AppSidebar, header);
  gtk_widget_class_bind_template_child (widget_class, AppSidebar, list);
}

static void
app_sidebar_init (AppSidebar *self)
{
  self->watches = g_ptr_array_new_with_free_func (account_watch_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, update_header, NULL, NULL);
  /* Tab from folder to folder would show each of them on the way. */
  app_leave_by_tab (GTK_WIDGET (self->list));
  g_signal_connect (self->list, "row-selected", G_CALLBACK (on_row_selected), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_row_activated), self);
}
