/* Each account is followed until none of its letters is on its way any more, or until it said why
 * they do not go. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-parting.h"

#include <glib/gi18n.h>

#include "app-delivery.h"
#include "app-take-back.h"

/* No server is silent for longer than half a minute; the rest is for large letters. */
#define PATIENCE_SECONDS 120
/* What stood in the way before may do so no longer. */
#define ONCE_MORE_SECONDS 10
#define NOTIFICATION "not-sent"

typedef struct
{
  AppApplication *application;
  GPtrArray *leaving; /* Leaving */
  guint once_more, deadline;
} Parting;

/* An account with letters on their way. */
typedef struct
{
  EngineAccount *account;
  GArray *letters;    /* gint64: outbox ids */
  gboolean was_stuck; /* its error is an old one */
  guint status_watch, change_watch;
} Leaving;

static void
leaving_free (gpointer data)
{
  Leaving *leaving = data;

  engine_account_unwatch (leaving->account, leaving->status_watch);
  store_mailbase_unwatch (engine_account_mailbase (leaving->account), leaving->change_watch);
  engine_account_unref (leaving->account);
  g_array_unref (leaving->letters);
  g_free (leaving);
}

/* For a letter that failed once, the next try is a matter of minutes. */
static gboolean
is_on_its_way (const StoreOutboxEntry *entry)
{
  return entry->state == STORE_OUTBOX_SENDING ||
         (entry->state == STORE_OUTBOX_QUEUED && entry->attempts == 0 &&
          entry->next_try <= g_get_real_time ());
}

static GArray *
letters_on_their_way (EngineAccount *account)
{
  g_autoptr (GPtrArray) entries = store_reader_outbox (engine_account_reader (account), NULL);
  GArray *letters = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = entries->pdata[i];

      if (is_on_its_way (entry))
        g_array_append_val (letters, entry->id);
    }
  return letters;
}

guint
app_parting_left (EngineAccount *account)
{
  g_autoptr (GArray) letters = letters_on_their_way (account);

  return letters->len;
}

/* The end */

static void
add_unsent (Leaving *leaving, GString *subjects, guint *count)
{
  for (guint i = 0; i < leaving->letters->len; i++)
    {
      g_autoptr (StoreOutboxEntry) entry = NULL;

      if (!store_reader_outbox_entry (engine_account_reader (leaving->account),
                                      g_array_index (leaving->letters, gint64, i),
                                      &entry,
                                      NULL) ||
          entry == NULL || (entry->state == STORE_OUTBOX_SENT && entry->refused[0] == NULL))
        continue;
      g_string_append_printf (subjects,
                              "%s%s",
                              *count > 0 ? "\n" : "",
                              *entry->subject != '\0' ? entry->subject : _ ("(no subject)"));
      ++*count;
    }
}

static void
tell_unsent (Parting *parting)
{
  g_autoptr (GString) subjects = g_string_new (NULL);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  guint count = 0;

  for (guint i = 0; i < parting->leaving->len; i++)
    add_unsent (parting->leaving->pdata[i], subjects, &count);
  if (count == 0)
    return;
  title = g_strdup_printf (
      ngettext ("%u letter has not been sent yet", "%u letters have not been sent yet", count),
      count);
  body = g_strdup_printf ("%s\n%s",
                          subjects->str,
                          _ ("It waits in the outbox. Open Restante to send it, and to see why."));
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_application_send_notification (
      G_APPLICATION (parting->application), NOTIFICATION, notification);
}

static gboolean
on_end (gpointer data)
{
  Parting *parting = data;
  GApplication *application = G_APPLICATION (parting->application);

  tell_unsent (parting);
  g_clear_handle_id (&parting->once_more, g_source_remove);
  g_ptr_array_unref (parting->leaving);
  g_free (parting);
  g_application_release (application);
  return G_SOURCE_REMOVE;
}

static gboolean
is_stuck (EngineAccount *account)
{
  g_autoptr (EngineStatus) status = engine_account_status (account);

  return status->send_error != NULL && !app_delivery_is_of_letter (status->send_error);
}

static gboolean
is_over (const Leaving *leaving)
{
  return app_parting_left (leaving->account) == 0 ||
         (!leaving->was_stuck && is_stuck (leaving->account));
}

/* The end comes by itself: this may be called while watches are told. */
static void
look (Parting *parting)
{
  for (guint i = 0; i < parting->leaving->len; i++)
    if (!is_over (parting->leaving->pdata[i]))
      return;
  g_source_remove (parting->deadline);
  parting->deadline = g_idle_add (on_end, parting);
}

static gboolean
on_once_more (gpointer data)
{
  Parting *parting = data;

  parting->once_more = 0;
  for (guint i = 0; i < parting->leaving->len; i++)
    ((Leaving *) parting->leaving->pdata[i])->was_stuck = FALSE;
  look (parting);
  return G_SOURCE_REMOVE;
}

static void
on_status (gpointer data)
{
  look (data);
}

static void
on_change (StoreChange *change, gpointer data)
{
  if (change->outbox_changed)
    look (data);
}

/* The beginning */

static void
add_leaving (Parting *parting, EngineAccount *account)
{
  g_autoptr (GArray) letters = letters_on_their_way (account);
  Leaving *leaving;

  /* Where another process has the account, it sends. */
  if (letters->len == 0 || engine_account_info (account)->paused ||
      !store_mailbase_is_owner (engine_account_mailbase (account)))
    return;
  leaving = g_new0 (Leaving, 1);
  leaving->account = engine_account_ref (account);
  leaving->letters = g_steal_pointer (&letters);
  leaving->status_watch = engine_account_watch (account, on_status, parting);
  leaving->change_watch =
      store_mailbase_watch (engine_account_mailbase (account), NULL, on_change, parting);
  leaving->was_stuck = is_stuck (account);
  if (leaving->was_stuck)
    engine_account_refresh (account, NULL);
  g_ptr_array_add (parting->leaving, leaving);
}

void
app_parting_begin (AppApplication *application)
{
  g_autoptr (GPtrArray) accounts = NULL;
  Parting *parting;

  if (app_application_get_service (application) == NULL)
    return;
  app_take_back_end (application);
  parting = g_new0 (Parting, 1);
  parting->application = application;
  parting->leaving = g_ptr_array_new_with_free_func (leaving_free);
  accounts = engine_service_accounts (app_application_get_service (application));
  for (guint i = 0; i < accounts->len; i++)
    add_leaving (parting, accounts->pdata[i]);
  g_application_hold (G_APPLICATION (application));
  parting->once_more = g_timeout_add_seconds (ONCE_MORE_SECONDS, on_once_more, parting);
  parting->deadline = g_timeout_add_seconds (PATIENCE_SECONDS, on_end, parting);
  look (parting);
}
