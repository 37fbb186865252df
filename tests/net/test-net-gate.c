/* Step mode: what a session says waits until somebody lets it go, on this thread of the person. */
#include "test-net-server.h"

#include <string.h>

#define PATIENCE (20 * G_USEC_PER_SEC)

/* The session's side: says three things, and notes what it heard. */
typedef struct
{
  NetSession *session;
  GError *error;
  GString *heard;
} Talk;

static gpointer
talk (gpointer data)
{
  Talk *talk = data;
  const char *const words[] = { "one", "two", "three" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    toy_say (net_session_core (talk->session), words[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      BaseEvent *event;

      if (net_session_step (talk->session, FALSE, G_MAXINT64, &event, &talk->error) !=
          NET_STEP_EVENT)
        return NULL;
      g_string_append_printf (talk->heard, "%s;", ((ToyEvent *) event)->line);
      base_event_unref (event);
    }
  return NULL;
}

typedef struct
{
  NetGate *gate;
  WireTap *tap;
  TestServer *server;
  Talk talk;
  GThread *thread;
  guint64 connection;
  guint64 read;      /* events of the tap */
  GAsyncQueue *news; /* something happened: 1; a line was refused: 1 + its exchange */
} Step;

/* Under the tap's lock: it must only wake somebody up. */
static void
on_news (gpointer data)
{
  g_async_queue_push (data, GUINT_TO_POINTER (1));
}

/* @server: (transfer full) */
static void
step_start_at (Step *step, TestServer *server, gboolean closed)
{
  NetSessionOptions options = { 0 };
  GError *error = NULL;

  step->gate = net_gate_new ();
  if (closed)
    net_gate_close (step->gate, NULL);
  step->news = g_async_queue_new ();
  step->tap = wire_tap_new (0);
  wire_tap_watch (step->tap, on_news, step->news);
  options.tap = step->tap;
  options.gate = step->gate;
  step->server = server;
  step->talk.session =
      test_connect (step->server, "localhost", NET_SECURITY_NONE, NULL, &options, &error);
  g_assert_no_error (error);
  step->talk.heard = g_string_new (NULL);
  step->connection = net_session_connection (step->talk.session);
  step->thread = g_thread_new ("talk", talk, &step->talk);
}

static void
step_start (Step *step, gboolean closed)
{
  step_start_at (step, test_server_toy (NULL, FALSE), closed);
}

/* Ends the talk; what was heard and what arrived. */
static void
step_end (Step *step, const char *heard, const char *arrived)
{
  g_autofree char *said = NULL;

  g_thread_join (step->thread);
  net_session_free (step->talk.session);
  said = test_server_join (step->server);
  g_assert_cmpstr (said, ==, arrived);
  g_assert_cmpstr (step->talk.heard->str, ==, heard);
  g_string_free (step->talk.heard, TRUE);
  test_server_free (step->server);
  wire_tap_unref (step->tap);
  g_async_queue_unref (step->news);
  net_gate_unref (step->gate);
}

/* Waits until the tap has another event of @type and gives its text ("" without one). */
static char *
await (Step *step, WireEventType type)
{
  for (;;)
    {
      g_autoptr (GPtrArray) events = wire_tap_read (step->tap, step->read + 1, 1);
      const WireEvent *event;

      if (events->len == 0)
        {
          if (g_async_queue_timeout_pop (step->news, PATIENCE) == NULL)
            g_error ("nothing of the kind happened");
          continue;
        }
      event = events->pdata[0];
      step->read = event->serial;
      if (event->type == type)
        return event->bytes != NULL ? g_strndup (g_bytes_get_data (event->bytes, NULL),
                                                 g_bytes_get_size (event->bytes))
                                    : g_strdup ("");
    }
}

static void
assert_await (Step *step, WireEventType type, const char *text)
{
  g_autofree char *got = await (step, type);

  g_assert_cmpstr (got, ==, text);
}

static void
test_open (void)
{
  Step step = { 0 };

  step_start (&step, FALSE);
  g_assert_false (net_gate_is_closed (step.gate));
  step_end (&step, "OK one;OK two;OK three;", "SAY one\nSAY two\nSAY three\n");
}

static void
test_one_by_one (void)
{
  Step step = { 0 };

  step_start (&step, TRUE);
  assert_await (&step, WIRE_HELD, "SAY one\r\n");
  g_assert_false (net_gate_step (step.gate, step.connection + 1));
  g_assert_true (net_gate_step (step.gate, step.connection));
  assert_await (&step, WIRE_RELEASED, "");
  assert_await (&step, WIRE_HELD, "SAY two\r\n");
  /* Opened: all the rest goes. */
  net_gate_open (step.gate);
  step_end (&step, "OK one;OK two;OK three;", "SAY one\nSAY two\nSAY three\n");
}

static void
test_run_to (void)
{
  const char *const passing[] = { "SAY", NULL };
  Step step = { 0 };

  step_start (&step, TRUE);
  assert_await (&step, WIRE_HELD, "SAY one\r\n");
  g_assert_true (net_gate_run_to (step.gate, step.connection, "SAY"));
  assert_await (&step, WIRE_HELD, "SAY two\r\n");
  g_assert_true (net_gate_run_to (step.gate, step.connection, "NEVER"));
  step_end (&step, "OK one;OK two;OK three;", "SAY one\nSAY two\nSAY three\n");

  memset (&step, 0, sizeof step);
  step_start (&step, TRUE);
  assert_await (&step, WIRE_HELD, "SAY one\r\n");
  net_gate_close (step.gate, passing);
  step_end (&step, "OK one;OK two;OK three;", "SAY one\nSAY two\nSAY three\n");
}

/* The changed line is said and answered, where everybody can see it; to the program it never was.
 */
static void
test_edit (void)
{
  g_autoptr (GBytes) other = g_bytes_new_static ("SAY other\r\n", 11);
  Step step = { 0 };

  step_start (&step, TRUE);
  assert_await (&step, WIRE_HELD, "SAY one\r\n");
  g_assert_false (net_gate_edit (step.gate, step.connection, 77, other));
  g_assert_true (net_gate_edit (step.gate, step.connection, 1, other));
  assert_await (&step, WIRE_BYTES, "SAY other\r\n");
  assert_await (&step, WIRE_BYTES, "OK other\r\n");
  g_thread_join (g_thread_ref (step.thread));
  g_assert_error (step.talk.error, NET_ERROR, NET_ERROR_EDITED);
  g_clear_error (&step.talk.error);
  step_end (&step, "", "SAY other\n");
}

static void
on_refused (guint64 connection, guint64 exchange, gpointer data)
{
  g_async_queue_push (data, GUINT_TO_POINTER (1 + exchange));
}

static void
test_edit_refused (void)
{
  g_autoptr (GBytes) other = g_bytes_new_static ("QUIT\r\n", 6);
  Step step = { 0 };
  gpointer news;

  step_start (&step, TRUE);
  net_gate_watch (step.gate, on_refused, step.news);
  assert_await (&step, WIRE_HELD, "SAY one\r\n");
  g_assert_true (net_gate_edit (step.gate, step.connection, 1, other));
  do
    news = g_async_queue_timeout_pop (step.news, PATIENCE);
  while (news == GUINT_TO_POINTER (1));
  g_assert_cmpuint (GPOINTER_TO_UINT (news), ==, 1 + 1);
  /* It waits as it was. */
  g_assert_true (net_gate_step (step.gate, step.connection));
  assert_await (&step, WIRE_HELD, "SAY two\r\n");
  net_gate_open (step.gate);
  step_end (&step, "OK one;OK two;OK three;", "SAY one\nSAY two\nSAY three\n");
}

/* Hangs up when it is told to, and says nothing. */
static void
script_hang_up (GSocket *socket, gpointer data)
{
  GPollFD fd;

  g_assert_true (g_cancellable_make_pollfd (data, &fd));
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (data);
}

/* The line ends while a command waits: the session notices without anybody letting it go, and the
 * command was never said. */
static void
test_cut (void)
{
  g_autoptr (GCancellable) hang_up = g_cancellable_new ();
  Step step = { 0 };

  step_start_at (&step, test_server_script (script_hang_up, hang_up), TRUE);
  assert_await (&step, WIRE_HELD, "SAY one\r\n");
  g_cancellable_cancel (hang_up);
  g_thread_join (g_thread_ref (step.thread));
  g_assert_error (step.talk.error, BASE_CORE_ERROR, BASE_CORE_ERROR_CLOSED);
  g_clear_error (&step.talk.error);
  g_assert_false (net_gate_step (step.gate, step.connection + 1));
  step_end (&step, "", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/gate/open", test_open);
  g_test_add_func ("/net/gate/one-by-one", test_one_by_one);
  g_test_add_func ("/net/gate/cut", test_cut);
  g_test_add_func ("/net/gate/run-to", test_run_to);
  g_test_add_func ("/net/gate/edit", test_edit);
  g_test_add_func ("/net/gate/edit-refused", test_edit_refused);
  return g_test_run ();
}
