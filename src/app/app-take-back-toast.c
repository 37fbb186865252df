/* One toast for all letters that can still be taken back, which counts down. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-take-back-private.h"

#include <glib/gi18n.h>

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
      !app_take_back_waits (entry))
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
  Waiting letter = { app_take_back_account (application, uuid),
                     outbox,
                     g_get_monotonic_time () + seconds * G_USEC_PER_SEC };

  if (letter.account == NULL)
    return;
  g_array_append_val (countdown->letters, letter);
  g_clear_handle_id (&countdown->tick, g_source_remove);
  if (on_tick (countdown) == G_SOURCE_CONTINUE)
    countdown->tick = g_timeout_add_seconds (1, on_tick, countdown);
}
