/* The toast outlives the composer: what it needs of the letter goes with it. The application keeps
 * what is offered, because its windows may be gone before the time is over. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-take-back.h"

#include <glib/gi18n.h>

#include "app-composer.h"
#include "app-window.h"

/* A letter that can still be taken back. */
typedef struct
{
  gatomicrefcount ref_count;
  AppApplication *application;
  EngineAccount *account;
  gint64 outbox;
} Sent;

static Sent *
sent_ref (Sent *sent)
{
  g_atomic_ref_count_inc (&sent->ref_count);
  return sent;
}

static void
sent_unref (gpointer data)
{
  Sent *sent = data;

  if (!g_atomic_ref_count_dec (&sent->ref_count))
    return;
  engine_account_unref (sent->account);
  g_free (sent);
}

static void
unref_of_closure (gpointer data, GClosure *closure)
{
  sent_unref (data);
}

static GPtrArray *
offered (AppApplication *application)
{
  GPtrArray *list = g_object_get_data (G_OBJECT (application), "offered");

  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func (sent_unref);
      g_object_set_data_full (
          G_OBJECT (application), "offered", list, (GDestroyNotify) g_ptr_array_unref);
    }
  return list;
}

static gboolean
on_over (gpointer data)
{
  Sent *sent = data;

  g_ptr_array_remove (offered (sent->application), sent);
  return G_SOURCE_REMOVE;
}

static void
on_take_back (AdwToast *toast, Sent *sent)
{
  g_autoptr (GError) error = NULL;
  AppComposer *composer = NULL;

  adw_toast_dismiss (toast);
  if (engine_account_unsend (sent->account, sent->outbox, &error))
    composer = app_composer_new_draft (sent->application, sent->account, sent->outbox, &error);
  if (composer != NULL)
    {
      g_ptr_array_remove (offered (sent->application), sent);
      gtk_window_set_application (GTK_WINDOW (composer), GTK_APPLICATION (sent->application));
      gtk_window_present (GTK_WINDOW (composer));
    }
  else if (error != NULL)
    gtk_widget_activate_action (
        GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (sent->application))),
        "win.tell",
        "s",
        error->message);
}

static void
add_toast (AppWindow *window, Sent *sent, guint seconds)
{
  g_autofree char *text = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "Sending in %u second", "Sending in %u seconds", seconds),
      seconds);
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_timeout (toast, seconds);
  adw_toast_set_button_label (toast, _ ("Undo"));
  g_signal_connect_data (
      toast, "button-clicked", G_CALLBACK (on_take_back), sent_ref (sent), unref_of_closure, 0);
  app_window_add_toast (window, toast);
}

void
app_take_back_offer (AppApplication *application,
                     EngineAccount *account,
                     gint64 outbox,
                     guint seconds)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (application));
  Sent *sent = g_new0 (Sent, 1);

  g_atomic_ref_count_init (&sent->ref_count);
  sent->application = application;
  sent->account = engine_account_ref (account);
  sent->outbox = outbox;
  g_ptr_array_add (offered (application), sent);
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, seconds, on_over, sent_ref (sent), sent_unref);
  for (GList *l = windows; l != NULL; l = l->next)
    if (APP_IS_WINDOW (l->data))
      {
        add_toast (l->data, sent, seconds);
        return;
      }
}

/* Taken back elsewhere, it is a draft; it may be on its way too. */
static gboolean
waits (const StoreOutboxEntry *entry)
{
  return entry != NULL && entry->state == STORE_OUTBOX_QUEUED && entry->attempts == 0;
}

void
app_take_back_end (AppApplication *application)
{
  GPtrArray *list = offered (application);

  for (guint i = 0; i < list->len; i++)
    {
      const Sent *sent = list->pdata[i];
      g_autoptr (StoreOutboxEntry) entry = NULL;
      g_autoptr (BaseCause) cause = NULL;

      if (!store_reader_outbox_entry (
              engine_account_reader (sent->account), sent->outbox, &entry, NULL) ||
          !waits (entry))
        continue;
      cause = base_cause_new (BASE_CAUSE_SEND, entry->subject);
      engine_account_send_again (sent->account, sent->outbox, cause, NULL);
    }
  g_ptr_array_set_size (list, 0);
}
