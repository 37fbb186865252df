/* The player: states come home in order, one can go on in the middle, act freely, and leave at any
 * moment. */
#include "config.h"

#include "lesson-player.h"
#include "mail-init.h"

#define STEPS 8

typedef struct
{
  LessonState *last;
  LessonState *ends[STEPS]; /* of the steps that were told of while it opened (nullable) */
  guint told, running;
  guint awaited; /* of running: those that were waited for */
} Home;

static void
on_state (LessonState *state, gpointer data)
{
  Home *home = data;

  g_clear_pointer (&home->last, lesson_state_unref);
  home->last = lesson_state_ref (state);
  if (state->activity == LESSON_OPENING && state->ran)
    {
      g_assert_cmpuint (state->step, <, STEPS);
      g_assert_null (home->ends[state->step]);
      home->ends[state->step] = lesson_state_ref (state);
    }
  home->told++;
  home->running += state->activity == LESSON_RUNNING;
}

static void
wait_for (Home *home, LessonActivity activity)
{
  while (home->last == NULL || home->last->activity != activity)
    g_main_context_iteration (NULL, TRUE);
}

/* What was asked for is told of anew: RUNNING, then @activity. */
static void
wait_again (Home *home, LessonActivity activity)
{
  /* Both may come in one turn of the main context. */
  while (home->running == home->awaited)
    g_main_context_iteration (NULL, TRUE);
  wait_for (home, activity);
  home->awaited = home->running;
}

static gboolean
lies_at (const Home *home, const char *place, const char *subject)
{
  for (guint i = 0; i < home->last->letters->len; i++)
    {
      const LearnLetter *letter = home->last->letters->pdata[i];

      if (g_str_equal (letter->place, place) && g_str_equal (letter->subject, subject))
        return TRUE;
    }
  return FALSE;
}

static void
test_step (void)
{
  Home home = { 0 };
  LessonPlayer *player =
      lesson_player_new (learn_lesson_named ("two-devices", "en"), "en", 0, on_state, &home);

  wait_for (&home, LESSON_READY);
  g_assert_nonnull (lesson_player_tap (player));
  g_assert_true (lies_at (&home, "server", "Invitation"));
  g_assert_false (lies_at (&home, "phone", "Invitation"));
  lesson_player_run (player, 0);
  wait_again (&home, LESSON_READY);
  g_assert_true (lies_at (&home, "phone", "Invitation"));
  g_assert_cmpuint (home.last->results->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_true (g_array_index (home.last->results, gboolean, i));
  g_assert_cmpuint (home.running, ==, 2);
  lesson_player_free (player);
  g_clear_pointer (&home.last, lesson_state_unref);
}

/* What came before is done again, each step that does something is told of once, with its own
 * letters, and its checks hold. */
static void
check_ends (Home *home)
{
  for (guint i = 0; i < STEPS; i++)
    g_assert_cmpint (home->ends[i] != NULL, ==, i == 0 || i == 2);
  for (guint i = 0; i < STEPS; i++)
    for (guint j = 0; home->ends[i] != NULL && j < home->ends[i]->results->len; j++)
      g_assert_true (g_array_index (home->ends[i]->results, gboolean, j));
  g_assert_cmpuint (home->ends[0]->results->len, ==, 3);
  g_assert_cmpuint (home->ends[2]->results->len, ==, 4);
  g_assert_cmpuint (home->ends[0]->heard, >, 0);
  g_assert_cmpuint (home->ends[0]->heard, <, home->ends[2]->heard);
  for (guint i = 0; i < STEPS; i++)
    g_clear_pointer (&home->ends[i], lesson_state_unref);
}

static void
test_go_on (void)
{
  Home home = { 0 };
  LessonPlayer *player =
      lesson_player_new (learn_lesson_named ("two-devices", "fr"), "fr", 4, on_state, &home);

  wait_for (&home, LESSON_READY);
  g_assert_true (lies_at (&home, "laptop", "Invitation"));
  g_assert_false (lies_at (&home, "server", "Invitation"));
  g_assert_false (home.last->ran);
  check_ends (&home);
  lesson_player_free (player);
  g_clear_pointer (&home.last, lesson_state_unref);
}

static void
test_act (void)
{
  Home home = { 0 };
  LessonPlayer *player =
      lesson_player_new (learn_lesson_two_devices (NULL), NULL, 0, on_state, &home);

  wait_for (&home, LESSON_READY);
  lesson_player_act (player, "phone sync");
  wait_again (&home, LESSON_READY);
  lesson_player_act (player, "phone erase Photos");
  wait_again (&home, LESSON_READY);
  lesson_player_act (player, "laptop collect");
  wait_again (&home, LESSON_READY);
  g_assert_true (lies_at (&home, "laptop", "Concert"));
  g_assert_false (lies_at (&home, "laptop", "Photos"));
  lesson_player_act (player, "laptop dance");
  wait_again (&home, LESSON_READY);
  g_assert_cmpuint (home.last->failures->len, ==, 1);
  lesson_player_free (player);
  g_clear_pointer (&home.last, lesson_state_unref);
}

static void
act (LessonPlayer *player, Home *home, const char *words, guint failures)
{
  lesson_player_act (player, words);
  wait_again (home, LESSON_READY);
  g_test_message ("%s", words);
  g_assert_cmpuint (home->last->failures->len, ==, failures);
}

/* Pauses and patience are counted by the lesson's clock, the post office's and the devices' alike;
 * the exchanges keep the computer's. */
static void
test_later (void)
{
  Home home = { 0 };
  gint64 before = g_get_real_time ();
  LessonPlayer *player =
      lesson_player_new (learn_lesson_two_devices ("en"), "en", 0, on_state, &home);
  g_autoptr (GPtrArray) events = NULL;

  wait_for (&home, LESSON_READY);
  act (player, &home, "fault \"login-delay=600\"", 0);
  act (player, &home, "laptop collect", 0);
  act (player, &home, "laptop collect", 1);
  act (player, &home, "later 9 minutes", 0);
  act (player, &home, "laptop collect", 1);
  act (player, &home, "later 2 minutes", 0);
  act (player, &home, "laptop collect", 0);
  g_assert_cmpint (home.last->ahead, ==, 11 * 60 * G_USEC_PER_SEC);
  /* A pause that begins after that is one too. */
  act (player, &home, "laptop collect", 1);
  /* From domain to domain, letters are tried for days, and then reported. */
  act (player, &home, "phone send Waiting to=slow@b.example", 0);
  act (player, &home, "phone sync", 0);
  g_assert_true (lies_at (&home, "phone", "Delayed"));
  g_assert_false (lies_at (&home, "phone", "Not delivered"));
  act (player, &home, "later 6 days", 0);
  act (player, &home, "phone sync", 0);
  g_assert_true (lies_at (&home, "phone", "Not delivered"));
  events = wire_tap_read (lesson_player_tap (player), 1, 1000);
  for (guint i = 0; i < events->len; i++)
    g_assert_cmpint (((WireEvent *) events->pdata[i])->when, >=, before);
  for (guint i = 0; i < events->len; i++)
    g_assert_cmpint (((WireEvent *) events->pdata[i])->when, <=, g_get_real_time ());
  lesson_player_free (player);
  g_clear_pointer (&home.last, lesson_state_unref);
}

/* Nothing is told of after free, whenever that is. */
static void
test_leave (void)
{
  for (guint i = 0; i < 5; i++)
    {
      Home home = { 0 };
      LessonPlayer *player =
          lesson_player_new (learn_lesson_two_devices ("en"), "en", 0, on_state, &home);
      guint told;

      if (i > 1)
        wait_for (&home, LESSON_READY);
      if (i > 2)
        lesson_player_act (player, "laptop collect");
      while (i > 3 && home.running == 0)
        g_main_context_iteration (NULL, TRUE);
      lesson_player_free (player);
      told = home.told;
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpuint (home.told, ==, told);
      g_clear_pointer (&home.last, lesson_state_unref);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/player/step", test_step);
  g_test_add_func ("/player/go-on", test_go_on);
  g_test_add_func ("/player/act", test_act);
  g_test_add_func ("/player/later", test_later);
  g_test_add_func ("/player/leave", test_leave);
  return g_test_run ();
}
