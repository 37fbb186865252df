/* When a server is asked again after a failure: a network that returns and a machine that wakes up
 * are reasons, and for what only the person can mend they are none. A server counts who comes. */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "engine-service.h"
#include "engine-wake.h"
#include "net-clock.h"
#include "test-tree.h"

#define PATIENCE (20 * G_USEC_PER_SEC)
#define LOGIN "/org/freedesktop/login1"

typedef struct
{
  GSocketService *service;
  guint16 port;
  gint visits;            /* atomic */
  const char *on_pass;    /* NULL: nobody gets so far */
  GTestDBus *bus;         /* where logind is */
  GDBusConnection *login; /* which is this */
  char *dir;
  EngineService *engine;
  EngineAccount *account;
  gint64 next_try; /* of the pause that was seen last */
} Room;

/* POP3, as far as it takes to be refused. */
static gboolean
serve (GThreadedSocketService *service, GSocketConnection *client, GObject *source, gpointer data)
{
  Room *room = data;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (client));
  g_autoptr (GDataInputStream) in =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (client)));
  const char *answer = "+OK\r\n";

  g_atomic_int_inc (&room->visits);
  while (room->on_pass != NULL &&
         g_output_stream_write_all (out, answer, strlen (answer), NULL, NULL, NULL))
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);

      if (line == NULL)
        break;
      answer = g_str_has_prefix (line, "PASS")   ? room->on_pass
               : g_str_has_prefix (line, "CAPA") ? "-ERR\r\n"
                                                 : "+OK\r\n";
    }
  return TRUE;
}

static void
add_account (Room *room)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreAccountInfo) info = store_account_info_new ();
  g_autofree char *password = g_build_filename (room->dir, "password", NULL);
  char **fields[] = { &info->protocol, &info->name,     &info->email,        &info->user,
                      &info->host,     &info->security, &info->password_file };
  const char *values[] = {
    "pop3", "box", "ada@restante.test", "ada", "127.0.0.1", "none", password
  };

  g_file_set_contents_full (password, "x", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_free (*fields[i]);
      *fields[i] = g_strdup (values[i]);
    }
  info->port = room->port;
  room->account = engine_service_add (room->engine, info, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (engine_account_start (room->account, &error));
}

static void
room_open (Room *room, gconstpointer on_pass)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;

  room->on_pass = on_pass;
  room->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (room->bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (room->bus), TRUE);
  room->login =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (room->bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL,
                                              NULL,
                                              &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (
      room->login, "org.freedesktop.login1", G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  room->service = g_threaded_socket_service_new (4);
  room->port =
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (room->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (room->service, "run", G_CALLBACK (serve), room);
  room->dir = g_dir_make_tmp ("engine-wake-XXXXXX", NULL);
  data = g_build_filename (room->dir, "data", NULL);
  room->engine = engine_service_new (data, NULL, &error);
  g_assert_no_error (error);
  add_account (room);
}

static void
room_close (Room *room, gconstpointer data)
{
  engine_account_unref (room->account);
  engine_service_free (room->engine);
  g_socket_service_stop (room->service);
  g_object_unref (room->service);
  g_clear_object (&room->login);
  g_test_dbus_down (room->bus);
  g_object_unref (room->bus);
  test_tree_remove (room->dir);
  g_free (room->dir);
}

static gboolean
look_again (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the account stands so, or its patience is over. */
static gboolean
comes_to (Room *room, EngineState state, int visits, gint64 patience)
{
  gint64 until = g_get_monotonic_time () + patience;
  guint timer = g_timeout_add (10, look_again, NULL);
  gboolean there = FALSE;

  while (!there && g_get_monotonic_time () < until)
    {
      g_autoptr (EngineStatus) status = engine_account_status (room->account);

      /* While it visits, the pause before may still be what was last told. */
      there = status->state == state && g_atomic_int_get (&room->visits) == visits &&
              (state != ENGINE_STATE_WAITING || status->next_try != room->next_try);
      if (there)
        room->next_try = status->next_try;
      else
        g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (timer);
  return there;
}

static void
say_sleep (Room *room, gboolean going)
{
  g_dbus_connection_emit_signal (room->login,
                                 NULL,
                                 LOGIN,
                                 "org.freedesktop.login1.Manager",
                                 "PrepareForSleep",
                                 g_variant_new ("(b)", going),
                                 NULL);
}

/* Said again while nobody came: the engine may still be on its way to the bus. */
static gboolean
sleeps (Room *room, int visits, gint64 patience)
{
  gint64 until = g_get_monotonic_time () + patience;
  gboolean there = FALSE;

  while (!there && g_get_monotonic_time () < until)
    {
      say_sleep (room, TRUE);
      say_sleep (room, FALSE);
      there = comes_to (room, ENGINE_STATE_WAITING, visits, G_USEC_PER_SEC);
    }
  return there;
}

static void
say_network (void)
{
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
}

/* The first pause is of five seconds at least: who comes before was woken. */
static void
test_woken (Room *room, gconstpointer data)
{
  gint64 soon = 4 * G_USEC_PER_SEC;

  g_assert_true (comes_to (room, ENGINE_STATE_WAITING, 1, PATIENCE));
  say_network ();
  g_assert_true (comes_to (room, ENGINE_STATE_WAITING, 2, soon));
  g_assert_true (sleeps (room, 3, soon));
  /* Clocks that differ by nothing are no sleep. */
  engine_wake_notice (net_clock_now () - g_get_monotonic_time ());
  engine_wake_notice (net_clock_now () - g_get_monotonic_time () + 60 * G_USEC_PER_SEC);
  g_assert_true (comes_to (room, ENGINE_STATE_WAITING, 4, soon));
}

/* It would lock itself out: nobody but the person makes it ask once more. */
static void
test_refused (Room *room, gconstpointer data)
{
  g_autoptr (EngineStatus) status = NULL;

  g_assert_true (comes_to (room, ENGINE_STATE_NEEDS_USER, 1, PATIENCE));
  say_network ();
  say_sleep (room, FALSE);
  engine_account_look_at (room->account, 1, NULL);
  engine_account_want_body (room->account, 1, FALSE, NULL);
  g_assert_false (comes_to (room, ENGINE_STATE_NEEDS_USER, 2, G_USEC_PER_SEC));
  status = engine_account_status (room->account);
  g_assert_cmpint (status->state, ==, ENGINE_STATE_NEEDS_USER);
  g_assert_error (status->error, ENGINE_ERROR, ENGINE_ERROR_CREDENTIALS);
  engine_account_refresh (room->account, NULL);
  g_assert_true (comes_to (room, ENGINE_STATE_NEEDS_USER, 2, PATIENCE));
}

/* No question about the password where another program has the mailbox. */
static void
test_in_use (Room *room, gconstpointer data)
{
  g_autoptr (EngineStatus) status = NULL;

  g_assert_true (comes_to (room, ENGINE_STATE_WAITING, 1, PATIENCE));
  status = engine_account_status (room->account);
  g_assert_cmpint (status->next_try, >, g_get_real_time () + 2 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (status->error->message, "open in another program"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("GIO_USE_NETWORK_MONITOR", "base", TRUE);
  g_test_add ("/engine/wake/woken", Room, NULL, room_open, test_woken, room_close);
  g_test_add (
      "/engine/wake/refused", Room, "-ERR [AUTH] no\r\n", room_open, test_refused, room_close);
  g_test_add (
      "/engine/wake/in-use", Room, "-ERR [IN-USE] busy\r\n", room_open, test_in_use, room_close);
  return g_test_run ();
}
