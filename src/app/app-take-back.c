/* The application keeps what is offered, because its windows may be gone before the time is over.
 */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-take-back-private.h"

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

gboolean
app_take_back_waits (const StoreOutboxEntry *entry)
{
  return entry != NULL && entry->state == STORE_OUTBOX_QUEUED && entry->attempts == 0;
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

EngineAccount *
app_take_back_account (AppApplication *application, const char *uuid)
{
  g_autoptr (GPtrArray) accounts =
      engine_service_accounts (app_application_get_service (application));

  for (guint i = 0; i < accounts->len; i++)
    if (g_str_equal (engine_account_info (accounts->pdata[i])->uuid, uuid))
      return engine_account_ref (accounts->pdata[i]);
  return NULL;
}

static void
forget (AppApplication *application, const char *uuid, gint64 outbox)
{
  GPtrArray *list = offered (application);

  for (guint i = list->len; i > 0; i--)
    {
      const Sent *sent = list->pdata[i - 1];

      if (sent->outbox == outbox && g_str_equal (engine_account_info (sent->account)->uuid, uuid))
        g_ptr_array_remove_index (list, i - 1);
    }
}

static void
on_take_back (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AppApplication *application = data;
  const char *uuid;
  gint64 outbox;
  g_autoptr (EngineAccount) account = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_get (parameter, "(&sx)", &uuid, &outbox);
  account = app_take_back_account (application, uuid);
  if (account == NULL)
    return;
  if (engine_account_unsend (account, outbox, &error))
    {
      forget (application, uuid, outbox);
      g_action_group_activate_action (G_ACTION_GROUP (application), "edit-draft", parameter);
      return;
    }
  gtk_widget_activate_action (
      GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (application))),
      "win.tell",
      "s",
      error->message);
}

void
app_take_back_install (AppApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "take-back", .activate = on_take_back, .parameter_type = "(sx)" },
  };

  g_action_map_add_action_entries (
      G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
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
  /* The one that has letters, not one of those around it. */
  while (windows != NULL && !gtk_widget_activate_action (windows->data,
                                                         "win.offer-back",
                                                         "(sxu)",
                                                         engine_account_info (account)->uuid,
                                                         outbox,
                                                         seconds))
    windows = windows->next;
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
          !app_take_back_waits (entry))
        continue;
      cause = base_cause_new (BASE_CAUSE_SEND, entry->subject);
      engine_account_send_again (sent->account, sent->outbox, cause, NULL);
    }
  g_ptr_array_set_size (list, 0);
}
