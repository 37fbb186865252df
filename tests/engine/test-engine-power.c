/* The power goes at 500 random moments of synchronising, collecting and sending, on a disk that
 * forgets what was not synced, or keeps any part of it. Then the program is started again: nothing
 * is lost, nothing is there twice, but what is said to be maybe sent.
 *
 * Of letters that go out one behind the other this guards that a mark is on the disk before the end
 * of its letter may go, and that the witness is told before: a letter that had gone without either
 * would be found waiting, and go twice. */
#include "config.h"

#include <glib/gstdio.h>

#include "mail-init.h"
#include "power-vfs.h"
#include "store-sqlite.h"
#include "test-line.h"
#include "test-tree.h"
#include "test-work.h"

#define MOMENTS 504
#define SANITIZED_MOMENTS 96
/* An account's database grows with each moment: a new one now and then, which begins with nothing.
 */
#define ROUNDS 24
#define FIRST_STEPS 300

typedef struct
{
  const char *name, *protocol;
  gboolean joined;    /* several wishes in one command */
  const char *hidden; /* from the server's words (nullable) */
} Case;

static const Case cases[] = {
  { "imap", "imap", FALSE, NULL },
  { "imap-joined", "imap", TRUE, NULL },
  { "imap-joined-copy", "imap", TRUE, "MOVE" },
  { "pop3", "pop3", FALSE, NULL },
  { "smtp", "smtp", FALSE, NULL },
};

typedef struct
{
  TestWork work;
  TestLine *line;
  guint steps;  /* of a whole round */
  char *memory; /* the person's runtime directory (nullable) */
} Room;

static void
room_open (Room *room, gconstpointer data)
{
  const Case *one = data;

  store_sqlite_set_vfs ("power");
  power_vfs_reset ();
  power_vfs_set_seed (g_test_rand_int ());
  room->memory = g_strdup ("/dev/shm/restante-power-XXXXXX");
  if (g_mkdtemp (room->memory) == NULL)
    g_clear_pointer (&room->memory, g_free);
  else
    g_setenv ("XDG_RUNTIME_DIR", room->memory, TRUE);
  test_work_open (&room->work, one->protocol, FALSE);
  room->work.large = room->work.many = TRUE;
  room->work.joined = one->joined;
  room->line = test_line_new (
      practice_office_port (room->work.office,
                            g_str_equal (one->protocol, "imap")   ? PRACTICE_PORT_IMAP
                            : g_str_equal (one->protocol, "pop3") ? PRACTICE_PORT_POP3
                                                                  : PRACTICE_PORT_SUBMISSION));
  room->work.port = test_line_port (room->line);
  if (one->hidden != NULL)
    {
      test_line_hide (room->line, one->hidden);
      /* Which has it. */
      test_line_hide (room->line, "IMAP4rev2");
    }
}

static void
room_close (Room *room, gconstpointer data)
{
  test_work_close (&room->work);
  test_line_free (room->line);
  store_sqlite_set_vfs (NULL);
  if (room->memory != NULL)
    test_tree_remove (room->memory);
  g_clear_pointer (&room->memory, g_free);
}

static void
begin (Room *room)
{
  test_work_leave (&room->work);
  power_vfs_reset ();
  test_work_begin (&room->work);
  room->steps = FIRST_STEPS;
}

/* What is in memory goes with the power; where only the disk was pulled out, it stays. */
static void
forget_memory (Room *room)
{
  if (room->memory == NULL || g_test_rand_bit ())
    return;
  test_tree_remove (room->memory);
  g_assert_cmpint (g_mkdir (room->memory, 0700), ==, 0);
}

/* TRUE: it was at work when the power went. @whole: it does not go, so that the steps are known. */
static gboolean
cut_once (Room *room, gboolean whole)
{
  TestWork *work = &room->work;
  PowerCut kind = (PowerCut) g_test_rand_int_range (POWER_DROP, POWER_MIXED + 1);
  guint before = power_vfs_steps ();
  gboolean was_cut;

  power_vfs_cut_at (whole ? 0 : (guint) g_test_rand_int_range (1, (gint32) room->steps), kind);
  test_work_ask (work);
  test_work_do (work, NULL);
  test_work_leave (work);
  was_cut = power_vfs_is_off ();
  if (whole)
    room->steps = power_vfs_steps () - before;
  test_line_settle (room->line);
  power_vfs_restore ();
  forget_memory (room);
  test_work_resume (work);
  test_work_check (work);
  return was_cut;
}

static void
test_power (Room *room, gconstpointer data)
{
  gboolean sanitized = g_getenv ("RESTANTE_SANITIZED") != NULL;
  guint moments = (sanitized ? SANITIZED_MOMENTS : MOMENTS) / 3 * (g_test_thorough () ? 10 : 1);
  gint64 began = g_get_monotonic_time ();
  guint rounds = 0;

  for (guint cuts = 0; cuts < moments; rounds++)
    {
      if (rounds % ROUNDS == 0)
        begin (room);
      cuts += cut_once (room, rounds % ROUNDS == 1);
    }
  g_test_message ("%u moments in %u rounds of some %u steps, %u letters, %.1f s",
                  moments,
                  rounds,
                  room->steps,
                  room->work.made,
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/power/", cases[i].name, NULL);

      g_test_add (path, Room, &cases[i], room_open, test_power, room_close);
    }
  return g_test_run ();
}
