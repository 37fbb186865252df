/* Results cross from the checking thread by idle sources; those of a check that was cancelled are
 * dropped. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-check-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app-signal.h"
#include "learn-wording.h"

struct _AppCheckList
{
  GtkBox parent_instance;
  GtkListBox *list;
  GtkWidget *rows[ENGINE_CHECK_SUBMIT_SIGN_IN + 1];
  GCancellable *cancellable;
  guint64 serial;  /* of the step told of last */
  gboolean failed; /* a step has told why */
};

G_DEFINE_FINAL_TYPE (AppCheckList, app_check_list, GTK_TYPE_BOX)

enum
{
  FINISHED,
  SEE_EXCHANGE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const char *
step_title (EngineCheckStep step)
{
  switch (step)
    {
    case ENGINE_CHECK_NAME:
      return _ ("Name of the server");
    case ENGINE_CHECK_CONNECT:
      return _ ("Connection");
    case ENGINE_CHECK_ENCRYPT:
      return _ ("Encryption");
    case ENGINE_CHECK_CERTIFICATE:
      return _ ("Certificate");
    case ENGINE_CHECK_SIGN_IN:
      return _ ("Signing in");
    case ENGINE_CHECK_MAILBOX:
      return _ ("Mailbox");
    case ENGINE_CHECK_SUBMIT_CONNECT:
      return _ ("Sending: connection");
    case ENGINE_CHECK_SUBMIT_ENCRYPT:
      return _ ("Sending: encryption");
    case ENGINE_CHECK_SUBMIT_SIGN_IN:
    default:
      return _ ("Sending: signing in");
    }
}

/* A row: its icon and "See exchange" change with the result. */
static void
on_see (GtkButton *button, AppCheckList *self)
{
  guint64 *serial = g_object_get_data (G_OBJECT (button), "serial");

  g_signal_emit (self, signals[SEE_EXCHANGE], 0, *serial);
}

static GtkWidget *
make_row (AppCheckList *self, EngineCheckStep step)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spinner = gtk_spinner_new ();
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *see = gtk_button_new_with_label (_ ("See Exchange"));
  g_autofree char *name = g_strdup_printf ("%s, %s", _ ("See Exchange"), step_title (step));

  gtk_accessible_update_property (GTK_ACCESSIBLE (see), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), step_title (step));
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_widget_set_visible (icon, FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), spinner);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (see, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (see, "flat");
  gtk_widget_set_visible (see, FALSE);
  gtk_image_set_icon_size (GTK_IMAGE (icon), GTK_ICON_SIZE_NORMAL);
  g_signal_connect (see, "clicked", G_CALLBACK (on_see), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), see);
  g_object_set_data (G_OBJECT (row), "spinner", spinner);
  g_object_set_data (G_OBJECT (row), "icon", icon);
  g_object_set_data (G_OBJECT (row), "see", see);
  gtk_list_box_append (self->list, row);
  return row;
}

typedef struct
{
  AppCheckList *list;
  GCancellable *cancellable;
  EngineCheckResult result;
} Posted;

static void
posted_free (gpointer data)
{
  Posted *posted = data;

  g_object_unref (posted->list);
  g_object_unref (posted->cancellable);
  g_clear_error (&posted->result.error);
  g_free (posted->result.detail);
  g_free (posted);
}

static void
show_result (AppCheckList *self, const EngineCheckResult *result)
{
  GtkWidget *row = self->rows[result->step];
  GtkImage *icon;
  GtkWidget *see;
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *spoken = NULL;

  if (row == NULL)
    row = self->rows[result->step] = make_row (self, result->step);
  icon = g_object_get_data (G_OBJECT (row), "icon");
  see = g_object_get_data (G_OBJECT (row), "see");
  self->serial = result->serial;
  if (!result->done)
    return;
  self->failed |= result->error != NULL;
  g_object_set_data (G_OBJECT (row), "done", row);
  if (result->error != NULL)
    gtk_widget_add_css_class (row, "failed");
  gtk_widget_set_visible (g_object_get_data (G_OBJECT (row), "spinner"), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (icon), TRUE);
  gtk_image_set_from_icon_name (
      icon, result->error != NULL ? "dialog-error-symbolic" : "emblem-ok-symbolic");
  gtk_widget_remove_css_class (GTK_WIDGET (icon), "error");
  gtk_widget_add_css_class (GTK_WIDGET (icon), result->error != NULL ? "error" : "success");
  time = learn_duration_text (result->microseconds);
  if (result->error != NULL)
    text = g_strdup (result->error->message);
  else
    text = result->detail != NULL ? g_strdup_printf ("%s · %s", result->detail, time)
                                  : g_steal_pointer (&time);
  escaped = g_markup_escape_text (text, -1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  /* The icon's meaning in words. */
  spoken = result->error != NULL ? g_strdup_printf (_ ("Failed: %s"), text)
                                 : g_strdup_printf (_ ("Passed: %s"), text);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
  g_object_set_data_full (
      G_OBJECT (see), "serial", g_memdup2 (&result->serial, sizeof result->serial), g_free);
  gtk_widget_set_visible (see, result->serial != 0);
}

static gboolean
on_posted (gpointer data)
{
  Posted *posted = data;

  if (!g_cancellable_is_cancelled (posted->cancellable))
    show_result (posted->list, &posted->result);
  return G_SOURCE_REMOVE;
}

typedef struct
{
  AppCheckList *list;
  StoreAccountInfo *info;
  BaseSecret *password;
  WireTap *tap;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  store_account_info_unref (check->info);
  g_clear_pointer (&check->password, base_secret_unref);
  wire_tap_unref (check->tap);
  g_free (check);
}

static void
post_result (const EngineCheckResult *result, gpointer data)
{
  GTask *task = data;
  Posted *posted = g_new0 (Posted, 1);

  posted->list = g_object_ref (g_task_get_source_object (task));
  posted->cancellable = g_object_ref (g_task_get_cancellable (task));
  posted->result = *result;
  posted->result.error = result->error != NULL ? g_error_copy (result->error) : NULL;
  posted->result.detail = g_strdup (result->detail);
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_posted, posted, posted_free);
}

static void
check_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Check *check = data;
  GError *error = NULL;

  if (engine_check_account (
          check->info, check->password, check->tap, cancellable, post_result, task, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* What went wrong between two steps is told at the second of them. */
static void
show_error (AppCheckList *self, const GError *error)
{
  EngineCheckResult result = { .done = TRUE, .error = (GError *) error, .serial = self->serial };

  if (self->failed)
    return;
  while (result.step < ENGINE_CHECK_SUBMIT_SIGN_IN && self->rows[result.step] != NULL &&
         g_object_get_data (G_OBJECT (self->rows[result.step]), "done") != NULL)
    result.step++;
  show_result (self, &result);
}

static void
on_checked (GObject *object, GAsyncResult *result, gpointer data)
{
  AppCheckList *self = APP_CHECK_LIST (object);
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  g_clear_object (&self->cancellable);
  if (error != NULL)
    show_error (self, error);
  g_signal_emit (self, signals[FINISHED], 0, error);
}

void
app_check_list_cancel (AppCheckList *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

void
app_check_list_run (AppCheckList *self,
                    const StoreAccountInfo *info,
                    BaseSecret *password,
                    WireTap *tap)
{
  g_autoptr (GTask) task = NULL;
  Check *check = g_new0 (Check, 1);

  app_check_list_cancel (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    {
      if (self->rows[i] != NULL)
        gtk_list_box_remove (self->list, self->rows[i]);
      self->rows[i] = NULL;
    }
  self->failed = FALSE;
  self->serial = 0;
  /* The first steps are told of together, once there is a connection: until then, this one runs. */
  self->rows[ENGINE_CHECK_NAME] = make_row (self, ENGINE_CHECK_NAME);
  check->info = store_account_info_copy (info);
  check->password = password != NULL ? base_secret_ref (password) : NULL;
  check->tap = wire_tap_ref (tap);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, on_checked, NULL);
  g_task_set_task_data (task, check, check_free);
  g_task_run_in_thread (task, check_thread);
}

static void
app_check_list_dispose (GObject *object)
{
  app_check_list_cancel (APP_CHECK_LIST (object));
  G_OBJECT_CLASS (app_check_list_parent_class)->dispose (object);
}

static void
app_check_list_class_init (AppCheckListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_check_list_dispose;
  signals[FINISHED] = app_signal_new (klass, "finished", 1, G_TYPE_ERROR);
  signals[SEE_EXCHANGE] = app_signal_new (klass, "see-exchange", 1, G_TYPE_UINT64);
}

static void
app_check_list_init (AppCheckList *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_hexpand (GTK_WIDGET (self->list), TRUE);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->list));
}

GtkWidget *
app_check_list_new (void)
{
  return g_object_new (APP_TYPE_CHECK_LIST, NULL);
}
