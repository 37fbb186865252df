/* The computer's clock jumps by years, forwards and back, between and in the middle of sessions:
 * nothing is lost, nothing is there twice, and nothing waits for a time that was never meant. */
#include "config.h"

#include <time.h>

#include "engine-error.h"
#include "engine-outbox.h"
#include "mail-init.h"
#include "power-vfs.h"
#include "store-sqlite.h"
#include "test-work.h"

#define HOUR ((gint64) 3600 * G_USEC_PER_SEC)
#define YEARS (10 * 365 * 24 * HOUR)

static gint64 jump;    /* microseconds, from the real time */
static int until_jump; /* looks at the clock; 0: none comes */
static gint64 jump_then;

/* In the place of GLib's own, for all of this process. */
gint64
g_get_real_time (void)
{
  struct timespec now;

  if (g_atomic_int_get (&until_jump) > 0 && g_atomic_int_dec_and_test (&until_jump))
    jump = jump_then;
  clock_gettime (CLOCK_REALTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 + jump;
}

static void
test_jumps (gconstpointer data)
{
  static const gint64 jumps[] = { YEARS, -YEARS, 0, HOUR, 0 };
  TestWork work;

  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
  jump = 0;
  test_work_open (&work, data, FALSE);
  test_work_begin (&work);
  for (guint i = 0; i < G_N_ELEMENTS (jumps) * 4; i++)
    {
      test_work_ask (&work);
      /* Now, or in the middle of the session. */
      g_atomic_int_set (&until_jump, 1 + (int) (i / G_N_ELEMENTS (jumps)) * 5);
      jump_then = jumps[i % G_N_ELEMENTS (jumps)];
      test_work_do (&work, NULL);
      test_work_check (&work);
      if (i % 3 == 0)
        {
          test_work_leave (&work);
          test_work_resume (&work);
        }
    }
  test_work_close (&work);
  store_sqlite_set_vfs (NULL);
  g_atomic_int_set (&until_jump, 0);
  jump = 0;
}

static gboolean
is_due (TestWork *work)
{
  g_autoptr (GError) error = NULL;
  gint64 next;
  g_autoptr (StoreOutboxEntry) entry = engine_outbox_due (engine_account_mailbase (work->account),
                                                          engine_account_reader (work->account),
                                                          0,
                                                          &next,
                                                          &error);

  g_assert_no_error (error);
  return entry != NULL;
}

/* What the server refused for now waits for minutes, not until a wrong clock's time comes again. */
static void
test_next_try (void)
{
  TestWork work;
  g_autoptr (GError) error = NULL;

  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
  test_work_open (&work, "smtp", FALSE);
  test_work_begin (&work);
  jump = YEARS;
  practice_faults_add (
      practice_office_faults (work.office), "1x,reply=smtp:MAIL:451 4.3.0 later", &error);
  g_assert_no_error (error);
  test_work_ask (&work);
  g_assert_false (test_work_do (&work, &error));
  g_assert_cmpint (engine_error_exit_code (error), ==, 75);
  g_clear_error (&error);
  g_assert_false (is_due (&work));
  jump = 0;
  g_assert_true (is_due (&work));
  test_work_do (&work, &error);
  g_assert_no_error (error);
  test_work_check (&work);
  test_work_close (&work);
  store_sqlite_set_vfs (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_data_func ("/engine/clock/imap", "imap", test_jumps);
  g_test_add_data_func ("/engine/clock/pop3", "pop3", test_jumps);
  g_test_add_data_func ("/engine/clock/smtp", "smtp", test_jumps);
  g_test_add_func ("/engine/clock/next-try", test_next_try);
  return g_test_run ();
}
