/* The desktop may have to start its service first, so it is asked on a thread of its own. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-desktop-list.h"

#include <glib/gi18n.h>

#include "app-signal.h"
#include "app-spoken.h"

struct _AppDesktopList
{
  GtkBox parent_instance;
  GPtrArray *accounts; /* EngineDesktopAccount */
};

G_DEFINE_FINAL_TYPE (AppDesktopList, app_desktop_list, GTK_TYPE_BOX)

enum
{
  CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
on_use (GtkButton *button, AppDesktopList *self)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index"));

  g_signal_emit (self, signals[CHOSEN], 0, self->accounts->pdata[index]);
}

static GtkWidget *
make_row (AppDesktopList *self, guint index)
{
  const EngineDesktopAccount *account = self->accounts->pdata[index];
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *use = gtk_button_new_from_icon_name ("go-next-symbolic");
  g_autofree char *title = g_markup_escape_text (account->email, -1);
  g_autofree char *subtitle = g_markup_escape_text (account->provider, -1);
  /* Translators: an address and its provider: "Use ada@example.org, Google" */
  g_autofree char *name = g_strdup_printf (_ ("Use %1$s, %2$s"), account->email, account->provider);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (use, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (use, "flat");
  g_object_set_data (G_OBJECT (use), "index", GUINT_TO_POINTER (index));
  g_signal_connect (use, "clicked", G_CALLBACK (on_use), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), use);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), use);
  app_spoken_row (use, name);
  app_spoken_row_button (ADW_ACTION_ROW (row), use);
  return row;
}

static void
ask (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (
      task, engine_token_desktop_accounts (), (GDestroyNotify) g_ptr_array_unref);
}

static void
on_answer (GObject *object, GAsyncResult *result, gpointer data)
{
  AppDesktopList *self = APP_DESKTOP_LIST (object);
  GtkWidget *group = adw_preferences_group_new ();

  self->accounts = g_task_propagate_pointer (G_TASK (result), NULL);
  g_object_ref_sink (group);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group),
                                   _ ("Use an Account of This Computer"));
  for (guint i = 0; self->accounts != NULL && i < self->accounts->len; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_row (self, i));
  if (self->accounts != NULL && self->accounts->len > 0)
    {
      gtk_box_append (GTK_BOX (self), group);
      gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
    }
  g_object_unref (group);
}

void
app_desktop_list_load (AppDesktopList *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_answer, NULL);

  g_task_run_in_thread (task, ask);
}

static void
app_desktop_list_finalize (GObject *object)
{
  g_clear_pointer (&APP_DESKTOP_LIST (object)->accounts, g_ptr_array_unref);
  G_OBJECT_CLASS (app_desktop_list_parent_class)->finalize (object);
}

static void
app_desktop_list_class_init (AppDesktopListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_desktop_list_finalize;
  signals[CHOSEN] = app_signal_new (klass, "chosen", 1, G_TYPE_POINTER);
}

static void
app_desktop_list_init (AppDesktopList *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
