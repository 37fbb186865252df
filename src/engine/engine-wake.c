/* What tells is listened to while somebody wants to know. Without a system bus, or without logind,
 * the clocks alone have to tell. */
#include "config.h"

#include "engine-wake.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "net-clock.h"

/* Clocks are read one after the other; less than this is no sleep. */
#define LEAST_SLEEP (5 * G_USEC_PER_SEC)

typedef struct
{
  guint id;
  EngineWakeFunc func;
  gpointer data;
} Watch;

typedef struct
{
  GArray *watches;
  guint last_id;
  gulong network;
  GCancellable *cancellable;
  GDBusConnection *bus;
  guint signal;
  int timer;
  guint timer_source;
  gint64 asleep; /* of the machine, when it was last looked at */
} Listener;

static Listener listener;

static void
tell (EngineWake what)
{
  /* One who is told may leave. */
  g_autoptr (GArray) watches = g_array_copy (listener.watches);

  for (guint i = 0; i < watches->len; i++)
    {
      const Watch *watch = &g_array_index (watches, Watch, i);

      watch->func (what, watch->data);
    }
}

static void
network_changed (GNetworkMonitor *monitor, gboolean available, gpointer data)
{
  if (available)
    tell (ENGINE_WAKE_NETWORK);
}

/* CLOCK_MONOTONIC stands still while the machine sleeps, CLOCK_BOOTTIME does not. */
static gint64
time_asleep (void)
{
  return net_clock_now () - g_get_monotonic_time ();
}

void
engine_wake_notice (gint64 asleep)
{
  gboolean slept = asleep - listener.asleep >= LEAST_SLEEP;

  listener.asleep = asleep;
  if (slept)
    tell (ENGINE_WAKE_RESUME);
}

/* logind: TRUE before the machine sleeps, FALSE when it is back. */
static void
prepare_for_sleep (GDBusConnection *bus,
                   const char *sender,
                   const char *path,
                   const char *interface,
                   const char *name,
                   GVariant *parameters,
                   gpointer data)
{
  gboolean going;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &going);
  if (going)
    return;
  /* The clocks say the same, and are not to say it once more. */
  listener.asleep = time_asleep ();
  tell (ENGINE_WAKE_RESUME);
}

static void
got_bus (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (!bus)
    return;
  listener.bus = bus;
  listener.signal = g_dbus_connection_signal_subscribe (bus,
                                                        "org.freedesktop.login1",
                                                        "org.freedesktop.login1.Manager",
                                                        "PrepareForSleep",
                                                        "/org/freedesktop/login1",
                                                        NULL,
                                                        G_DBUS_SIGNAL_FLAGS_NONE,
                                                        prepare_for_sleep,
                                                        NULL,
                                                        NULL);
}

/* A timer that never comes, but is told when the clock on the wall jumps, as it does when the
 * machine wakes up: nothing has to look now and then. */
static gboolean
arm_timer (void)
{
  /* In 2242, where such a time can be told. */
  time_t far = sizeof (time_t) > 4 ? (time_t) (G_GINT64_CONSTANT (1) << 33) : G_MAXINT32;
  struct itimerspec never = { .it_value = { .tv_sec = far } };

  return timerfd_settime (
             listener.timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0;
}

static gboolean
clock_jumped (int fd, GIOCondition condition, gpointer data)
{
  guint64 expired;
  gboolean again = read (fd, &expired, sizeof expired) >= 0 || errno == ECANCELED ||
                   errno == EAGAIN || errno == EINTR;

  if (again && arm_timer ())
    {
      engine_wake_notice (time_asleep ());
      return G_SOURCE_CONTINUE;
    }
  listener.timer_source = 0;
  return G_SOURCE_REMOVE;
}

static void
start (void)
{
  listener.watches = g_array_new (FALSE, FALSE, sizeof (Watch));
  listener.network = g_signal_connect (
      g_network_monitor_get_default (), "network-changed", G_CALLBACK (network_changed), NULL);
  listener.cancellable = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SYSTEM, listener.cancellable, got_bus, NULL);
  listener.asleep = time_asleep ();
  listener.timer = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (listener.timer >= 0 && arm_timer ())
    listener.timer_source = g_unix_fd_add (listener.timer, G_IO_IN, clock_jumped, NULL);
}

static void
stop (void)
{
  g_clear_signal_handler (&listener.network, g_network_monitor_get_default ());
  g_cancellable_cancel (listener.cancellable);
  g_clear_object (&listener.cancellable);
  if (listener.bus)
    g_dbus_connection_signal_unsubscribe (listener.bus, listener.signal);
  g_clear_object (&listener.bus);
  g_clear_handle_id (&listener.timer_source, g_source_remove);
  if (listener.timer >= 0)
    close (listener.timer);
  g_clear_pointer (&listener.watches, g_array_unref);
}

guint
engine_wake_watch (EngineWakeFunc func, gpointer data)
{
  Watch watch = { ++listener.last_id, func, data };

  if (!listener.watches)
    start ();
  g_array_append_val (listener.watches, watch);
  return watch.id;
}

void
engine_wake_unwatch (guint id)
{
  for (guint i = 0; i < listener.watches->len; i++)
    if (g_array_index (listener.watches, Watch, i).id == id)
      {
        g_array_remove_index (listener.watches, i);
        break;
      }
  if (listener.watches->len == 0)
    stop ();
}
