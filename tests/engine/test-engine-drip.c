/* What the server says comes one byte a second, by a clock that goes on by a second with each byte.
 * Lines that end within five minutes are waited for, and the work is done; a line or a letter that
 * does not is given up, which is said, and nothing is lost. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "engine-error.h"
#include "mail-init.h"
#include "net-clock.h"
#include "power-vfs.h"
#include "store-sqlite.h"
#include "test-line.h"
#include "test-work.h"

/* Where the program is busy otherwise, so long is waited until the next byte. */
#define BUSY 50000
#define LOOK 50

static GThread *program;
static int seconds;
static int asked; /* how often the program looked at the clock */

/* In the place of net's own, for both sides. */
gint64
net_clock_now (void)
{
  struct timespec now;

  if (g_thread_self () == program)
    g_atomic_int_inc (&asked);
  clock_gettime (CLOCK_BOOTTIME, &now);
  return ((gint64) now.tv_sec + g_atomic_int_get (&seconds)) * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* A byte has gone: a second later it has been read. */
static void
on_byte (void)
{
  int before = g_atomic_int_get (&asked);

  g_atomic_int_inc (&seconds);
  for (guint i = 0; i < BUSY / LOOK && g_atomic_int_get (&asked) == before; i++)
    g_usleep (LOOK);
}

typedef struct
{
  const char *name, *protocol;
  gboolean large;
  gboolean ends;
} Session;

static const Session sessions[] = {
  { "pop3", "pop3", FALSE, TRUE },
  { "pop3-large", "pop3", TRUE, FALSE },
  { "smtp", "smtp", FALSE, TRUE },
  /* All that the server is capable of stands in one line. */
  { "imap", "imap", FALSE, FALSE },
};

static void
test_drip (gconstpointer data)
{
  const Session *session = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TestLine) line = NULL;
  TestWork work;
  gboolean good;
  int before, took;

  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
  test_work_open (&work, session->protocol, FALSE);
  work.large = session->large;
  line = test_line_new (
      practice_office_port (work.office,
                            strcmp (session->protocol, "imap") == 0   ? PRACTICE_PORT_IMAP
                            : strcmp (session->protocol, "pop3") == 0 ? PRACTICE_PORT_POP3
                                                                      : PRACTICE_PORT_SUBMISSION));
  work.port = test_line_port (line);
  test_work_begin (&work);
  /* Until a large one is among them. */
  for (guint i = 0; i < 2; i++)
    {
      test_work_ask (&work);
      test_work_check (&work);
    }
  test_work_ask (&work);
  test_line_settle (line);
  test_line_drip (line, on_byte);
  before = g_atomic_int_get (&seconds);
  good = test_work_do (&work, &error);
  took = g_atomic_int_get (&seconds) - before;
  test_line_drip (line, NULL);
  test_line_settle (line);
  g_test_message ("%s after %d s: %s", session->name, took, error ? error->message : "done");
  g_assert_cmpint (took, >, 300);
  if (session->ends)
    g_assert_no_error (error);
  else
    {
      g_assert_false (good);
      g_assert_cmpint (engine_error_exit_code (error), ==, 75);
      g_assert_nonnull (strstr (error->message, "slow"));
    }
  test_work_check (&work);
  test_work_close (&work);
  store_sqlite_set_vfs (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  program = g_thread_self ();
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/drip/", sessions[i].name, NULL);

      g_test_add_data_func (path, &sessions[i], test_drip);
    }
  return g_test_run ();
}
