/* Sums and lists are read by a thread with a reader of its own; the rows that are looked at, by id.
 * What changes is read again, at most once a second. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-spoken.h"
#include "app-storage.h"

#include <glib/gi18n.h>

#include "app-accounting.h"
#include "app-backup.h"
#include "app-format.h"
#include "app-signal.h"
#include "app-storage-picture.h"
#include "app-storage-provider.h"
#include "app-storage-twin.h"
#include "app-wrap.h"
#include "learn-before.h"
#include "learn-wording.h"
#include "store-traffic.h"

/* What a place is told in at least, before its link goes below. */
#define DETAIL_CHARS 28

struct _AppStorage
{
  AdwWindow parent_instance;

  AdwViewSwitcherTitle *switcher;
  AdwViewSwitcherBar *switcher_bar;
  AdwViewStack *pages;
  GtkLabel *account_name, *as_of, *count, *twin_text;
  AppStoragePicture *picture;
  GtkListBox *sums;
  AdwActionRow *computer_row, *backup_row, *provider_row, *quota_row;
  GtkButton *backup;
  GtkWidget *quota_group, *twin_group, *details_scroller;
  GtkLevelBar *quota_bar;
  GtkDropDown *which;
  GtkStack *table_stack;
  AppLedgerTable *table;
  GtkBox *details;
  AppAccounting *accounting;

  AppApplication *application;
  EngineAccount *account;
  GPtrArray *folders; /* StoreFolder: what cells are made with */
  GCancellable *cancellable;
  guint change_watch, again;
};

G_DEFINE_FINAL_TYPE (AppStorage, app_storage, ADW_TYPE_WINDOW)

enum
{
  EXCHANGE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* Other devices stand beside this one. */
static void
add_places (AppStorage *self, GPtrArray *places)
{
  g_autoptr (GPtrArray) others = app_storage_provider_places (self->account);

  for (guint i = 1; others->len > 0; i++)
    g_ptr_array_insert (places, (int) i, g_ptr_array_steal_index (others, 0));
}

static LearnCell *
cell_elsewhere (AppStorage *self, const LearnPlace *place, const StoreLetter *letter)
{
  LearnCell *cell = app_storage_provider_cell (self->account, place, letter);

  return cell != NULL ? cell : learn_cell (letter, place, self->folders);
}

/* The table */

static AppLedgerRow *
fill_row (gint64 id, gpointer data)
{
  AppStorage *self = data;
  GPtrArray *places = app_ledger_table_get_places (self->table);
  GPtrArray *cells = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_cell_free);
  g_autoptr (StoreLetter) letter =
      store_reader_letter (engine_account_reader (self->account), id, NULL);
  const char *from;

  for (guint i = 0; i < places->len; i++)
    {
      const LearnPlace *place = places->pdata[i];

      /* It went between the list and the look at it. */
      if (letter == NULL)
        g_ptr_array_add (cells,
                         learn_cell_new (LEARN_CELL_ABSENT, _ ("nothing"), NULL, 0, NULL, NULL));
      else if (place->kind == LEARN_PLACE_ELSEWHERE)
        g_ptr_array_add (cells, cell_elsewhere (self, place, letter));
      else
        g_ptr_array_add (cells, learn_cell (letter, place, self->folders));
    }
  if (letter == NULL)
    return app_ledger_row_new (id, _ ("No longer there"), NULL, cells);
  from = letter->from_name[0] != '\0' ? letter->from_name : letter->from_address;
  return app_ledger_row_new (
      id, letter->subject[0] != '\0' ? letter->subject : _ ("(no subject)"), from, cells);
}

static void
on_see_exchange (GtkButton *button, AppStorage *self)
{
  const LearnCell *cell = g_object_get_data (G_OBJECT (button), "cell");

  g_signal_emit (self, signals[EXCHANGE], 0, cell->cause->id, cell->exchange, cell->since);
}

static GtkWidget *
make_link (AppStorage *self, const LearnPlace *place, const LearnCell *cell)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("See Exchange"));
  g_autofree char *name = g_strdup_printf ("%s, %s", _ ("See Exchange"), place->title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (
      G_OBJECT (button), "cell", learn_cell_copy (cell), (GDestroyNotify) learn_cell_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_see_exchange), self);
  return button;
}

static GtkWidget *
make_detail (AppStorage *self, const LearnPlace *place, const LearnCell *cell)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *wrap = g_object_new (APP_TYPE_WRAP, "hexpand", TRUE, NULL);
  GtkWidget *text = gtk_label_new (NULL);
  g_autofree char *heading = g_strdup_printf (_ ("%1$s: %2$s"), place->title, cell->text);
  g_autofree char *words = cell->why[0] != '\0'
                               ? g_markup_printf_escaped ("<b>%s</b>\n%s", heading, cell->why)
                               : g_markup_printf_escaped ("<b>%s</b>", heading);

  gtk_label_set_markup (GTK_LABEL (text), words);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_hexpand (text, TRUE);
  /* Where there is no room for both, the link stands below. */
  gtk_label_set_width_chars (GTK_LABEL (text), DETAIL_CHARS);
  gtk_box_append (GTK_BOX (box),
                  gtk_image_new_from_icon_name (app_ledger_place_icon (place->kind)));
  gtk_widget_set_parent (text, wrap);
  if (cell->cause != NULL && cell->exchange[0] != '\0')
    gtk_widget_set_parent (make_link (self, place, cell), wrap);
  gtk_box_append (GTK_BOX (box), wrap);
  return box;
}

static void
on_row_selected (AppLedgerTable *table, AppLedgerRow *row, AppStorage *self)
{
  GPtrArray *places = app_ledger_table_get_places (table);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->details))) != NULL)
    gtk_box_remove (self->details, child);
  gtk_widget_set_visible (self->details_scroller, row != NULL);
  for (guint i = 0; row != NULL && i < places->len; i++)
    {
      const LearnCell *cell = app_ledger_row_get_cell (row, i);

      if (cell->state != LEARN_CELL_ABSENT)
        gtk_box_append (self->details, make_detail (self, places->pdata[i], cell));
    }
}

/* The overview */

static void
on_show (GtkButton *button, AppStorage *self)
{
  app_storage_show_letters (self,
                            GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "where")));
}

/* The letters behind a number. */
static GtkWidget *
make_next (AppStorage *self, StoreWhere where, const char *what)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("go-next-symbolic");
  /* Translators: a button's name, after what its letters have in common: "Only here: show letters"
   */
  g_autofree char *name = g_strdup_printf (_ ("%s: show letters"), what);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (button), "where", GUINT_TO_POINTER (where));
  g_signal_connect (button, "clicked", G_CALLBACK (on_show), self);
  return button;
}

/* The row lends its title to the button's name, which has it already. */
static void
press_by_row (AdwActionRow *row, GtkWidget *next)
{
  adw_action_row_set_activatable_widget (row, next);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (next), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_widget_set_focusable (next, FALSE);
}

static void
add_sum (AppStorage *self, StoreWhere where, const char *what, const StoreSum *sum)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *next = make_next (self, where, what);
  GtkWidget *numbers = gtk_label_new (NULL);
  g_autofree char *size = learn_size_text ((guint64) sum->bytes);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT " · %s", sum->letters, size);
  g_autofree char *name = g_strdup_printf (_ ("%1$s: %2$s"), what, text);

  gtk_label_set_text (GTK_LABEL (numbers), text);
  gtk_widget_add_css_class (numbers, "dim-label");
  gtk_widget_add_css_class (row, "storage-sum");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), what);
  /* An empty one keeps its place, so that the numbers stand under each other. */
  gtk_widget_set_opacity (next, sum->letters > 0 ? 1 : 0);
  gtk_widget_set_sensitive (next, sum->letters > 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), numbers);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), next);
  if (sum->letters > 0)
    press_by_row (ADW_ACTION_ROW (row), next);
  app_spoken_row (row, name);
  gtk_list_box_append (self->sums, row);
}

static void
show_sums (AppStorage *self, const StoreSurvey *survey)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->sums, 0)) != NULL)
    gtk_list_box_remove (self->sums, GTK_WIDGET (row));
  add_sum (self, STORE_WHERE_ONLY_THERE, _ ("Only on the server"), &survey->only_there);
  add_sum (self, STORE_WHERE_BOTH, _ ("Here and on the server"), &survey->both);
  add_sum (self, STORE_WHERE_ONLY_HERE, _ ("Only here"), &survey->only_here);
  if (survey->leaving.letters > 0)
    add_sum (self, STORE_WHERE_LEAVING, _ ("Leaving the server"), &survey->leaving);
}

static void
show_loss (AdwActionRow *row, const char *when, char *what, char *why)
{
  g_autofree char *subtitle = g_strdup_printf ("%s. %s", what, why);
  g_autofree char *escaped = g_markup_escape_text (subtitle, -1);
  g_autofree char *name = g_strdup_printf (_ ("%1$s: %2$s"), when, subtitle);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), when);
  adw_action_row_set_subtitle (row, escaped);
  adw_action_row_set_subtitle_lines (row, 0);
  app_spoken_row (GTK_WIDGET (row), name);
  g_free (what);
  g_free (why);
}

static void
show_quota (AppStorage *self, const StoreStrip *strip)
{
  g_autofree char *used = learn_size_text ((guint64) strip->quota_used * 1024);
  g_autofree char *limit = learn_size_text ((guint64) strip->quota_limit * 1024);
  g_autofree char *text = g_strdup_printf (_ ("%1$s of %2$s used"), used, limit);

  gtk_widget_set_visible (self->quota_group, strip->quota_limit > 0);
  if (strip->quota_limit <= 0)
    return;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->quota_row), text);
  gtk_level_bar_set_value (self->quota_bar,
                           MIN (1.0, (double) strip->quota_used / (double) strip->quota_limit));
}

/* Letters that a server has too need none: the rows beside it say so. */
static void
show_backup (AppStorage *self)
{
  g_autofree char *text = app_backup_text (self->account);

  adw_action_row_set_subtitle (self->backup_row, text);
}

static void
on_exported (const char *told, gpointer data)
{
  AppStorage *self = data;

  if (told != NULL)
    show_backup (self);
}

static void
on_backup (GtkButton *button, AppStorage *self)
{
  app_backup_begin (GTK_WINDOW (self), self->account, on_exported, self, NULL);
}

static void
show_overview (AppStorage *self, const StoreSurvey *survey)
{
  const StoreAccountInfo *info = engine_account_info (self->account);
  g_autofree char *name = app_format_account (info);
  g_autofree char *as_of = NULL;
  g_autofree char *twin =
      app_storage_twin_text (app_application_get_service (self->application), self->account);
  StoreStrip strip;

  gtk_label_set_text (self->account_name, name);
  app_storage_picture_set (self->picture, survey);
  show_sums (self, survey);
  show_loss (self->computer_row,
             _ ("If this computer died tonight"),
             learn_loss_computer (survey),
             learn_loss_computer_why (survey));
  show_backup (self);
  show_loss (self->provider_row,
             _ ("If the provider closed"),
             learn_loss_provider (survey),
             learn_loss_provider_why (survey));
  gtk_widget_set_visible (self->twin_group, twin != NULL);
  gtk_label_set_text (self->twin_text, twin);
  if (!store_reader_strip (engine_account_reader (self->account), &strip, NULL))
    return;
  show_quota (self, &strip);
  if (strip.server_as_of > 0)
    {
      g_autofree char *time = learn_time_text (strip.server_as_of);

      as_of = g_strdup_printf (_ ("What the server has: as of %s"), time);
    }
  gtk_label_set_text (self->as_of, as_of != NULL ? as_of : _ ("The server was not asked yet"));
}

/* Reading */

typedef struct
{
  EngineAccount *account; /* the window has it too, and lets go last */
  StoreMailbase *mailbase;
  StoreWhere where;
  StoreSurvey survey;
  gint64 letters, bytes; /* that arrived in the last seven days */
  GArray *ids;
  GPtrArray *folders;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  store_mailbase_unref (look->mailbase);
  engine_account_unref (look->account);
  g_clear_pointer (&look->ids, g_array_unref);
  g_clear_pointer (&look->folders, g_ptr_array_unref);
  g_free (look);
}

static void
look (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *wanted = data;
  GError *error = NULL;
  g_autoptr (StoreReader) reader = store_mailbase_reader (wanted->mailbase, &error);

  /* What was said up to now is shown too. */
  engine_account_save_traffic (wanted->account, NULL);
  if (reader == NULL || (wanted->folders = store_reader_folders (reader, &error)) == NULL ||
      !store_reader_survey (reader, &wanted->survey, &error) ||
      !store_reader_arrived (reader,
                             g_get_real_time () / G_USEC_PER_SEC - 7 * 24 * 60 * 60,
                             &wanted->letters,
                             &wanted->bytes,
                             &error) ||
      (wanted->ids = store_reader_survey_list (reader, wanted->where, &error)) == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
show_letters (AppStorage *self, Look *found)
{
  GPtrArray *places = learn_places (found->folders);
  g_autoptr (AppLedgerModel) model = NULL;
  g_autofree char *count = g_strdup_printf (ngettext ("%d letter", "%d letters", found->ids->len),
                                            (int) found->ids->len);
  gboolean any = found->ids->len > 0;

  add_places (self, places);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  self->folders = g_steal_pointer (&found->folders);
  app_ledger_table_set_places (self->table, places);
  model = app_ledger_model_new (g_steal_pointer (&found->ids), fill_row, self);
  app_ledger_table_set_rows (self->table, G_LIST_MODEL (model));
  gtk_label_set_text (self->count, count);
  gtk_stack_set_visible_child_name (self->table_stack, any ? "table" : "empty");
}

static void
show_accounting (AppStorage *self, const Look *found)
{
  g_autoptr (EngineAccount) twin =
      app_storage_twin (app_application_get_service (self->application), self->account);

  app_accounting_show (self->accounting, self->account, twin, found->letters, found->bytes);
}

static void
on_looked (GObject *object, GAsyncResult *result, gpointer data)
{
  AppStorage *self = APP_STORAGE (object);
  Look *found = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL) || self->account == NULL)
    return;
  show_overview (self, &found->survey);
  show_accounting (self, found);
  show_letters (self, found);
}

static void
look_now (AppStorage *self)
{
  Look *wanted = g_new0 (Look, 1);
  g_autoptr (GTask) task = NULL;

  /* An older look that is still under way has nothing to say any more. */
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, on_looked, NULL);
  wanted->account = engine_account_ref (self->account);
  wanted->mailbase = store_mailbase_ref (engine_account_mailbase (self->account));
  wanted->where = gtk_drop_down_get_selected (self->which);
  g_task_set_task_data (task, wanted, look_free);
  g_task_run_in_thread (task, look);
}

static gboolean
on_again (gpointer data)
{
  AppStorage *self = data;

  self->again = 0;
  look_now (self);
  return G_SOURCE_REMOVE;
}

static void
on_change (StoreChange *change, gpointer data)
{
  AppStorage *self = data;

  if (self->again == 0)
    self->again = g_timeout_add (1000, on_again, self);
}

static void
on_which (GtkDropDown *which, GParamSpec *pspec, AppStorage *self)
{
  if (self->account != NULL)
    look_now (self);
}

void
app_storage_show_letters (AppStorage *self, StoreWhere where)
{
  gtk_drop_down_set_selected (self->which, where);
  adw_view_stack_set_visible_child_name (self->pages, "letters");
}

EngineAccount *
app_storage_get_account (AppStorage *self)
{
  return self->account;
}

static void
app_storage_dispose (GObject *object)
{
  AppStorage *self = APP_STORAGE (object);

  g_clear_handle_id (&self->again, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->table != NULL)
    app_ledger_table_set_rows (self->table, NULL);
  if (self->account != NULL)
    store_mailbase_unwatch (engine_account_mailbase (self->account), self->change_watch);
  g_clear_pointer (&self->account, engine_account_unref);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), APP_TYPE_STORAGE);
  G_OBJECT_CLASS (app_storage_parent_class)->dispose (object);
}

static void
app_storage_class_init (AppStorageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_storage_dispose;
  g_type_ensure (APP_TYPE_ACCOUNTING);
  g_type_ensure (APP_TYPE_LEDGER_TABLE);
  g_type_ensure (APP_TYPE_STORAGE_PICTURE);
  signals[EXCHANGE] =
      app_signal_new (klass, "exchange", 3, G_TYPE_UINT64, G_TYPE_STRING, G_TYPE_INT64);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-storage.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppStorage, name)
  BIND (switcher);
  BIND (switcher_bar);
  BIND (pages);
  BIND (account_name);
  BIND (as_of);
  BIND (picture);
  BIND (sums);
  BIND (computer_row);
  BIND (backup_row);
  BIND (backup);
  BIND (provider_row);
  BIND (quota_group);
  BIND (quota_row);
  BIND (quota_bar);
  BIND (twin_group);
  BIND (twin_text);
  BIND (which);
  BIND (count);
  BIND (table_stack);
  BIND (table);
  BIND (details_scroller);
  BIND (details);
  BIND (accounting);
#undef BIND
}

static void
add_next (AppStorage *self, AdwActionRow *row, StoreWhere where, const char *what)
{
  GtkWidget *next = make_next (self, where, what);

  adw_action_row_add_suffix (row, next);
  press_by_row (row, next);
}

static void
app_storage_init (AppStorage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_drop_down (self->which);
  g_object_bind_property (
      self->switcher, "title-visible", self->switcher_bar, "reveal", G_BINDING_SYNC_CREATE);
  g_signal_connect (self->table, "selected", G_CALLBACK (on_row_selected), self);
  g_signal_connect (self->which, "notify::selected", G_CALLBACK (on_which), self);
  g_signal_connect (self->backup, "clicked", G_CALLBACK (on_backup), self);
  add_next (self, self->computer_row, STORE_WHERE_ONLY_HERE, _ ("If this computer died tonight"));
  add_next (self, self->provider_row, STORE_WHERE_ONLY_THERE, _ ("If the provider closed"));
}

GtkWidget *
app_storage_new (AppApplication *application, GtkWindow *parent, EngineAccount *account)
{
  AppStorage *self =
      g_object_new (APP_TYPE_STORAGE, "application", application, "transient-for", parent, NULL);

  self->application = application;
  self->account = engine_account_ref (account);
  self->change_watch =
      store_mailbase_watch (engine_account_mailbase (account), NULL, on_change, self);
  look_now (self);
  return GTK_WIDGET (self);
}
