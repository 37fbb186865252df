/* The application keeps what is offered, because its windows may be gone before the time is over.
 */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-take-back.h"

#include <glib/gi18n.h>

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

/* Taken back elsewhere, it is a draft; it may be on its way too. */
static gboolean
waits (const StoreOutboxEntry *entry)
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

/* (nullable) (transfer full) */
static EngineAccount *
account_of (AppApplication *application, const char *uuid)
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
  account = account_of (application, uuid);
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

/* The toast */

typedef struct
{
  EngineAccount *account;
  gint64 outbox;
  gint64 until; /* monotonic */
} Waiting;

/* One toast for all letters: a queue of them would tell of one that has long gone. */
typedef struct
{
  AdwToastOverlay *overlay; /* which owns it */
  GArray *letters;          /* Waiting; the newest last */
  AdwToast *toast;          /* while it is shown; not owned */
  guint tick;
} Countdown;

static void
waiting_clear (gpointer data)
{
  engine_account_unref (((Waiting *) data)->account);
}

static void
countdown_free (gpointer data)
{
  Countdown *countdown = data;

  g_clear_handle_id (&countdown->tick, g_source_remove);
  g_clear_weak_pointer (&countdown->toast);
  g_array_unref (countdown->letters);
  g_free (countdown);
}

static guint
seconds_left (const Waiting *letter)
{
  gint64 left = letter->until - g_get_monotonic_time ();
  g_autoptr (StoreOutboxEntry) entry = NULL;

  if (left <= 0 ||
      !store_reader_outbox_entry (
          engine_account_reader (letter->account), letter->outbox, &entry, NULL) ||
      !waits (entry))
    return 0;
  return (guint) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/* The newest that can still be taken back. (nullable) */
static const Waiting *
find_newest (Countdown *countdown, guint *seconds)
{
  while (countdown->letters->len > 0)
    {
      guint last = countdown->letters->len - 1;

      *seconds = seconds_left (&g_array_index (countdown->letters, Waiting, last));
      if (*seconds > 0)
        return &g_array_index (countdown->letters, Waiting, last);
      g_array_set_size (countdown->letters, last);
    }
  return NULL;
}

/* Undone, closed, or over: those before it have their turn at the next tick. */
static void
on_dismissed (AdwToast *toast, AdwToastOverlay *overlay)
{
  Countdown *countdown = g_object_get_data (G_OBJECT (overlay), "countdown");

  if (countdown->letters->len > 0)
    g_array_set_size (countdown->letters, countdown->letters->len - 1);
  g_clear_weak_pointer (&countdown->toast);
}

static void
add_toast (Countdown *countdown)
{
  AdwToast *toast = adw_toast_new ("");

  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_action_name (toast, "app.take-back");
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_dismissed), countdown->overlay, 0);
  g_set_weak_pointer (&countdown->toast, toast);
}

/* It says what is true now: how long the newest still waits, and nothing once none does. */
static gboolean
on_tick (gpointer data)
{
  Countdown *countdown = data;
  guint seconds;
  const Waiting *letter = find_newest (countdown, &seconds);
  gboolean fresh = letter != NULL && countdown->toast == NULL;
  g_autofree char *text = NULL;

  if (letter == NULL)
    {
      countdown->tick = 0;
      if (countdown->toast != NULL)
        adw_toast_dismiss (countdown->toast);
      return G_SOURCE_REMOVE;
    }
  if (fresh)
    add_toast (countdown);
  text = g_strdup_printf (ngettext ("Sending in %u second", "Sending in %u seconds", seconds),
                          seconds);
  adw_toast_set_title (countdown->toast, text);
  adw_toast_set_action_target (
      countdown->toast, "(sx)", engine_account_info (letter->account)->uuid, letter->outbox);
  if (fresh)
    adw_toast_overlay_add_toast (countdown->overlay, countdown->toast);
  return G_SOURCE_CONTINUE;
}

static Countdown *
countdown_of (AdwToastOverlay *overlay)
{
  Countdown *countdown = g_object_get_data (G_OBJECT (overlay), "countdown");

  if (countdown != NULL)
    return countdown;
  countdown = g_new0 (Countdown, 1);
  countdown->overlay = overlay;
  countdown->letters = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_array_set_clear_func (countdown->letters, waiting_clear);
  g_object_set_data_full (G_OBJECT (overlay), "countdown", countdown, countdown_free);
  return countdown;
}

void
app_take_back_show (AppApplication *application,
                    AdwToastOverlay *overlay,
                    const char *uuid,
                    gint64 outbox,
                    guint seconds)
{
  Countdown *countdown = countdown_of (overlay);
  Waiting letter = { account_of (application, uuid),
                     outbox,
                     g_get_monotonic_time () + seconds * G_USEC_PER_SEC };

  if (letter.account == NULL)
    return;
  g_array_append_val (countdown->letters, letter);
  g_clear_handle_id (&countdown->tick, g_source_remove);
  if (on_tick (countdown) == G_SOURCE_CONTINUE)
    countdown->tick = g_timeout_add_seconds (1, on_tick, countdown);
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
