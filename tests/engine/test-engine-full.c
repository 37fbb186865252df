/* The disk becomes full at a write of a session that plays several wishes with one command (at
 * every other one; at each with -m thorough): from then on nothing can be written, or only what
 * makes no file larger. The program says so; when there is room again, it goes on, or is started
 * again: nothing is lost, nothing is done twice, nothing waits any more, and what is here is what
 * is there. */
#include "config.h"

#include <string.h>

#include "engine-error.h"
#include "mail-init.h"
#include "power-vfs.h"
#include "store-sqlite.h"
#include "test-line.h"
#include "test-work.h"

/* An account's database grows with each round: a new one now and then. */
#define ROUNDS 40
/* Steps more or less from one round to the next. */
#define SLACK 10
#define EXIT_IO 74

typedef struct
{
  const char *name;
  const char *hidden; /* from the server's words (nullable) */
  gboolean all;       /* no write succeeds; else those that make no file larger do */
  gboolean restarts;
} Case;

static const Case cases[] = {
  { "move", NULL, TRUE, FALSE },
  { "copy", "MOVE", TRUE, TRUE },
  { "grown", "MOVE", FALSE, FALSE },
};

/* A new account. Returns how many writes and syncs a session has. */
static guint
begin (TestWork *work)
{
  g_autoptr (GError) error = NULL;
  guint before;

  test_work_leave (work);
  power_vfs_reset ();
  test_work_begin (work);
  for (guint i = 0; i < 2; i++)
    {
      test_work_ask (work);
      test_work_check (work);
    }
  test_work_ask (work);
  before = power_vfs_steps ();
  test_work_do (work, &error);
  g_assert_no_error (error);
  return power_vfs_steps () - before;
}

/* FALSE: there was room enough. */
static gboolean
fill_once (TestWork *work, TestLine *line, const Case *one, guint step)
{
  g_autoptr (GError) error = NULL;
  gboolean good;
  gboolean was_full;

  test_work_ask (work);
  power_vfs_full_at (step, one->all);
  good = test_work_do (work, &error);
  was_full = power_vfs_was_full ();
  test_line_settle (line);
  power_vfs_full_at (0, FALSE);
  g_assert_true (good || was_full);
  if (!good)
    {
      g_assert_cmpint (engine_error_exit_code (error), ==, EXIT_IO);
      g_assert_nonnull (strstr (error->message, "full"));
    }
  if (one->restarts)
    test_work_resume (work);
  test_work_check (work);
  test_line_settle (line);
  return was_full;
}

static void
test_full (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (TestLine) line = NULL;
  TestWork work;
  guint stride = g_test_thorough () ? 1 : g_getenv ("RESTANTE_SANITIZED") != NULL ? 10 : 2;
  guint step = 1 + (guint) g_test_rand_int_range (0, (gint32) stride);
  guint rounds = 0, last = 0, full = 0;
  gint64 began = g_get_monotonic_time ();

  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
  test_work_open (&work, "imap", FALSE);
  work.large = work.joined = TRUE;
  line = test_line_new (practice_office_port (work.office, PRACTICE_PORT_IMAP));
  work.port = test_line_port (line);
  if (one->hidden != NULL)
    {
      test_line_hide (line, one->hidden);
      /* Which has it. */
      test_line_hide (line, "IMAP4rev2");
    }
  for (; rounds == 0 || step <= last; step += stride, rounds++)
    {
      if (rounds % ROUNDS == 0)
        last = MAX (last, begin (&work) + SLACK);
      full += fill_once (&work, line, one, step);
    }
  g_test_message ("%u steps, %u rounds, %u times full, %.1f s",
                  last,
                  rounds,
                  full,
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  /* Syncs are steps as well, and a log that is written from its beginning again grows late. */
  g_assert_cmpuint (full, >, one->all ? rounds / 2 : 0);
  test_work_close (&work);
  store_sqlite_set_vfs (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/full/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_full);
    }
  return g_test_run ();
}
