/* How much a panel may look that is told the time: at once after a silence, a tenth of the time in
 * a stream, and never so little that nothing is seen. */
#include "app-panel-pace.h"

#define LOOK 2000 /* microseconds of work */
#define FRAME 16667

/* What is said after a silence is looked at without a rest, again and again. */
static void
test_single (void)
{
  AppPanelPace pace;
  gint64 now = 5 * G_USEC_PER_SEC;

  app_panel_pace_begin (&pace, now);
  for (guint i = 0; i < 1000; i++)
    {
      g_assert_cmpint (app_panel_pace_spend (&pace, now, LOOK), ==, now);
      now += LOOK * APP_PANEL_PACE_SHARE;
    }
}

/* A greeting, a sign-in and a folder's first answers come one upon the other: each has its frame.
 */
static void
test_burst (void)
{
  AppPanelPace pace;
  gint64 now = 0;

  app_panel_pace_begin (&pace, now);
  for (guint i = 0; i < 20; i++)
    {
      g_assert_cmpint (app_panel_pace_spend (&pace, now, LOOK), ==, now);
      now += FRAME;
    }
}

/* Something to look at, always: its share of a minute is spent, beside what had been saved up. */
static void
test_stream (void)
{
  AppPanelPace pace;
  gint64 now = 0;
  gint64 spent = 0;

  app_panel_pace_begin (&pace, now);
  while (now < 60 * G_USEC_PER_SEC)
    {
      gint64 next = app_panel_pace_spend (&pace, now, LOOK);

      spent += LOOK;
      g_assert_cmpint (next - now, <=, APP_PANEL_PACE_REST);
      now = MAX (next, now + LOOK);
    }
  g_assert_cmpint (
      spent, <=, 60 * G_USEC_PER_SEC / APP_PANEL_PACE_SHARE + APP_PANEL_PACE_SAVED + LOOK);
  g_assert_cmpint (spent, >, 50 * G_USEC_PER_SEC / APP_PANEL_PACE_SHARE);
}

/* However long a look took, or however the clock jumps, the next is not far; and a silence is worth
 * no more than what can be saved up. */
static void
test_bounds (void)
{
  AppPanelPace pace;
  gint64 now = 0;

  app_panel_pace_begin (&pace, now);
  g_assert_cmpint (
      app_panel_pace_spend (&pace, now, 10 * G_USEC_PER_SEC), ==, now + APP_PANEL_PACE_REST);
  g_assert_cmpint (app_panel_pace_spend (&pace, now - 5, 0), ==, now - 5 + APP_PANEL_PACE_REST);
  now = G_TIME_SPAN_DAY;
  g_assert_cmpint (app_panel_pace_spend (&pace, now, APP_PANEL_PACE_SAVED), ==, now);
  g_assert_cmpint (app_panel_pace_spend (&pace, now, 1), ==, now + APP_PANEL_PACE_SHARE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/panel-pace/single", test_single);
  g_test_add_func ("/app/panel-pace/burst", test_burst);
  g_test_add_func ("/app/panel-pace/stream", test_stream);
  g_test_add_func ("/app/panel-pace/bounds", test_bounds);
  return g_test_run ();
}
