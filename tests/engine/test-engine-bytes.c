/* The line is closed after every number of bytes, of what the server says and of what is said to
 * it, in one short session of each protocol. Whatever that left undone, the next session on a whole
 * line ends with everything once, on both sides, letter by letter and flag by flag. */
#include "config.h"

#include <string.h>

#include "engine-error.h"
#include "mail-init.h"
#include "power-vfs.h"
#include "store-sqlite.h"
#include "test-line.h"
#include "test-work.h"

/* An account's database grows with each round: a new one now and then. */
#define ROUNDS 60

/* Digits more or less from one round to the next. */
#define SLACK 16

/* Between the two words it is decided what became of letters: there it is cut at each byte;
 * elsewhere at each @stride-th, beginning anywhere. */
typedef struct
{
  const char *name, *protocol;
  TestLineDirection direction;
  gboolean only_data;
  const char *first, *last; /* last %NULL: to the end */
  guint stride;
} Session;

static const Session sessions[] = {
  { "imap/heard", "imap", TEST_LINE_IN, FALSE, "OK [READ-WRITE]", "APPENDUID", 61 },
  { "imap/said", "imap", TEST_LINE_OUT, FALSE, "UID STORE", "Words", 23 },
  { "pop3/heard", "pop3", TEST_LINE_IN, FALSE, "+OK Marked", NULL, 7 },
  { "pop3/said", "pop3", TEST_LINE_OUT, FALSE, "RETR", NULL, 7 },
  { "smtp/heard", "smtp", TEST_LINE_IN, FALSE, "250 2.1.5", NULL, 13 },
  { "smtp/said", "smtp", TEST_LINE_OUT, FALSE, "BDAT", NULL, 13 },
  { "smtp-data/heard", "smtp", TEST_LINE_IN, TRUE, "250 2.1.5", NULL, 13 },
  { "smtp-data/said", "smtp", TEST_LINE_OUT, TRUE, "DATA", NULL, 13 },
};

/* TRUE: the line was cut. */
static gboolean
cut_once (TestWork *work, TestLine *line, TestLineDirection direction, gsize after)
{
  g_autoptr (GError) error = NULL;
  gboolean good, was_cut;

  test_work_ask (work);
  test_line_cut (line, direction, after);
  good = test_work_do (work, &error);
  was_cut = test_line_settle (line);
  g_assert_true (good || was_cut);
  /* "Try again later", or "may have been sent". */
  if (!good)
    g_assert_true (engine_error_exit_code (error) == 75 ||
                   (strcmp (work->protocol, "smtp") == 0 && engine_error_exit_code (error) == 74));
  test_work_check (work);
  test_line_settle (line);
  return was_cut;
}

/* A new account; notes where the bytes are that decide. */
static void
begin (TestWork *work, TestLine *line, const Session *session, gsize *from, gsize *to)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *carried = NULL;
  const char *first, *last;

  test_work_leave (work);
  power_vfs_reset ();
  test_work_begin (work);
  for (guint i = 0; i < 2; i++)
    {
      test_work_ask (work);
      test_work_check (work);
    }
  test_work_ask (work);
  test_work_do (work, &error);
  g_assert_no_error (error);
  test_line_settle (line);
  carried = test_line_carried (line, session->direction);
  test_work_check (work);
  test_line_settle (line);
  first = strstr (carried, session->first);
  g_assert_nonnull (first);
  last = session->last ? g_strrstr (carried, session->last) : carried + strlen (carried);
  g_assert_nonnull (last);
  *from = (gsize) (first - carried) - SLACK;
  *to = (gsize) (last - carried) + SLACK;
}

static void
test_session (gconstpointer data)
{
  const Session *session = data;
  g_autoptr (TestLine) line = NULL;
  TestWork work;
  gboolean sanitized = g_getenv ("RESTANTE_SANITIZED") != NULL;
  guint slower = sanitized ? 5 : 1;
  gsize stride = g_test_thorough () ? 1 : session->stride * slower;
  gsize after = (gsize) g_test_rand_int_range (0, (gint32) stride);
  gsize from = 0;
  gsize to = 0;
  guint rounds = 0;
  gint64 began = g_get_monotonic_time ();

  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
  test_work_open (&work, session->protocol, session->only_data);
  line = test_line_new (
      practice_office_port (work.office,
                            strcmp (session->protocol, "imap") == 0   ? PRACTICE_PORT_IMAP
                            : strcmp (session->protocol, "pop3") == 0 ? PRACTICE_PORT_POP3
                                                                      : PRACTICE_PORT_SUBMISSION));
  work.port = test_line_port (line);
  do
    {
      if (rounds++ % ROUNDS == 0)
        begin (&work, line, session, &from, &to);
      if (rounds > 1)
        after += after >= from && after < to ? slower
                                             : MIN (stride, after < from ? from - after : stride);
    }
  while (cut_once (&work, line, session->direction, after));
  g_test_message ("%" G_GSIZE_FORMAT " bytes, each from %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT
                  ", %u rounds, %.1f s",
                  after,
                  from,
                  to,
                  rounds,
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  g_assert_cmpuint (after, >=, from);
  test_work_close (&work);
  store_sqlite_set_vfs (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/bytes/", sessions[i].name, NULL);

      g_test_add_data_func (path, &sessions[i], test_session);
    }
  return g_test_run ();
}
