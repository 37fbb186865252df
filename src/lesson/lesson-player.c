/* The thread, its queue of wishes, and the snapshots it sends home. */
#include "config.h"

#include "lesson-player.h"

typedef struct
{
  gboolean quit;
  guint step;
  char *words; /* an action instead of a step (nullable) */
} Wish;

/* Shared by the player and by the states that are still on their way home. */
typedef struct
{
  gatomicrefcount ref_count;
  LessonPlayerFunc func;
  gpointer data;
  gboolean gone; /* of the home context's thread alone */
} Listener;

struct _LessonPlayer
{
  LearnLesson *lesson;
  char *language;
  guint first;
  Listener *listener;
  GMainContext *home;
  GAsyncQueue *wishes; /* Wish */
  GCancellable *cancellable;
  GThread *thread;
  WireTap *tap; /* set by the thread before it tells of anything */

  /* The thread's own. */
  LessonRun *run;
  guint step;
  GPtrArray *failures;
};

/* --- states --- */

LessonState *
lesson_state_ref (LessonState *state)
{
  g_atomic_ref_count_inc (&state->ref_count);
  return state;
}

void
lesson_state_unref (LessonState *state)
{
  if (!g_atomic_ref_count_dec (&state->ref_count))
    return;
  g_ptr_array_unref (state->letters);
  g_ptr_array_unref (state->overheard);
  g_ptr_array_unref (state->failures);
  g_array_unref (state->results);
  g_free (state->action);
  g_clear_error (&state->error);
  g_free (state);
}

static gpointer
copy_text (gconstpointer text, gpointer data)
{
  return g_strdup (text);
}

static GPtrArray *
copy_texts (GPtrArray *texts)
{
  GPtrArray *copy = g_ptr_array_copy (texts, (GCopyFunc) copy_text, NULL);

  g_ptr_array_set_free_func (copy, g_free);
  return copy;
}

static LessonState *
make_state (LessonPlayer *player, LessonActivity activity, gboolean ran)
{
  LessonState *state = g_new0 (LessonState, 1);
  g_autoptr (LearnFacts) none = player->run == NULL ? learn_facts_new () : NULL;
  const LearnFacts *facts = none != NULL ? none : lesson_run_facts (player->run);

  g_atomic_ref_count_init (&state->ref_count);
  state->activity = activity;
  state->step = player->step;
  state->ran = ran;
  state->heard = player->run != NULL ? wire_tap_last_serial (lesson_run_tap (player->run)) : 0;
  state->letters = learn_facts_copy_letters (facts);
  state->ahead = facts->ahead;
  state->overheard = copy_texts (facts->overheard);
  state->failures = copy_texts (player->failures);
  state->results = ran ? g_array_copy ((GArray *) lesson_run_results (player->run))
                       : g_array_new (FALSE, FALSE, sizeof (gboolean));
  return state;
}

typedef struct
{
  Listener *listener;
  LessonState *state;
} Letter;

static void
listener_unref (Listener *listener)
{
  if (g_atomic_ref_count_dec (&listener->ref_count))
    g_free (listener);
}

static gboolean
arrive (gpointer data)
{
  Letter *letter = data;

  if (!letter->listener->gone)
    letter->listener->func (letter->state, letter->listener->data);
  return G_SOURCE_REMOVE;
}

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  lesson_state_unref (letter->state);
  listener_unref (letter->listener);
  g_free (letter);
}

/* @state: (transfer full) */
static void
tell (LessonPlayer *player, LessonState *state)
{
  Letter *letter = g_new0 (Letter, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_atomic_ref_count_inc (&player->listener->ref_count);
  letter->listener = player->listener;
  letter->state = state;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, arrive, letter, letter_free);
  g_source_attach (source, player->home);
}

static void
tell_activity (LessonPlayer *player, LessonActivity activity, gboolean ran, GError *error)
{
  LessonState *state = make_state (player, activity, ran);

  state->error = error;
  tell (player, state);
}

/* --- the thread --- */

static void
on_action (LessonRun *run, const LearnLessonAction *action, gpointer data)
{
  LessonPlayer *player = data;
  LessonState *state;

  if (lesson_run_failure (run) != NULL)
    g_ptr_array_add (player->failures, g_strdup (lesson_run_failure (run)));
  state = make_state (player, LESSON_RUNNING, FALSE);
  state->action = learn_lesson_action_text (action);
  tell (player, state);
}

static gboolean
run_step (LessonPlayer *player, guint step, GError **error)
{
  player->step = step;
  g_ptr_array_set_size (player->failures, 0);
  return lesson_run_step (player->run, step, on_action, player, player->cancellable, error);
}

static gboolean
open_world (LessonPlayer *player, GError **error)
{
  player->run = lesson_run_new (player->lesson, player->language, player->cancellable, error);
  if (player->run == NULL)
    return FALSE;
  player->tap = wire_tap_ref (lesson_run_tap (player->run));
  tell_activity (player, LESSON_OPENING, FALSE, NULL);
  for (guint i = 0; i < player->first && i < player->lesson->steps->len; i++)
    {
      if (!run_step (player, i, error))
        return FALSE;
      if (((LearnStep *) player->lesson->steps->pdata[i])->actions->len > 0)
        tell_activity (player, LESSON_OPENING, TRUE, NULL);
    }
  return TRUE;
}

/* What is no action is an answer too, and the lesson goes on. */
static gboolean
act (LessonPlayer *player, const char *words, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autoptr (LearnLessonAction) action =
      learn_lesson_action_parse (words, player->lesson->devices, 1, &wrong);

  g_ptr_array_set_size (player->failures, 0);
  if (action == NULL)
    {
      g_ptr_array_add (player->failures, g_strdup (wrong->message));
      return TRUE;
    }
  if (!lesson_run_act (player->run, action, player->cancellable, error))
    return FALSE;
  on_action (player->run, action, player);
  return TRUE;
}

static void
wish_free (Wish *wish)
{
  g_free (wish->words);
  g_free (wish);
}

static gpointer
play (gpointer data)
{
  LessonPlayer *player = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  GError *error = NULL;
  gboolean good;

  g_main_context_push_thread_default (context);
  good = open_world (player, &error);
  tell_activity (player, good ? LESSON_READY : LESSON_BROKEN, FALSE, error);
  for (;;)
    {
      Wish *wish = g_async_queue_pop (player->wishes);
      gboolean quit = wish->quit;

      error = NULL;
      if (good && !quit)
        {
          tell_activity (player, LESSON_RUNNING, FALSE, NULL);
          good = wish->words != NULL ? act (player, wish->words, &error)
                                     : run_step (player, wish->step, &error);
          tell_activity (
              player, good ? LESSON_READY : LESSON_BROKEN, good && wish->words == NULL, error);
        }
      wish_free (wish);
      if (quit)
        break;
    }
  g_clear_pointer (&player->run, lesson_run_free);
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* --- from outside --- */

LessonPlayer *
lesson_player_new (
    LearnLesson *lesson, const char *language, guint first, LessonPlayerFunc func, gpointer data)
{
  LessonPlayer *player = g_new0 (LessonPlayer, 1);

  player->lesson = lesson;
  player->language = g_strdup (language);
  player->first = first;
  player->listener = g_new0 (Listener, 1);
  g_atomic_ref_count_init (&player->listener->ref_count);
  player->listener->func = func;
  player->listener->data = data;
  player->home = g_main_context_ref_thread_default ();
  player->wishes = g_async_queue_new ();
  player->cancellable = g_cancellable_new ();
  player->failures = g_ptr_array_new_with_free_func (g_free);
  player->thread = g_thread_new ("lesson", play, player);
  return player;
}

static void
wish (LessonPlayer *player, gboolean quit, guint step, const char *words)
{
  Wish *new = g_new0 (Wish, 1);

  new->quit = quit;
  new->step = step;
  new->words = g_strdup (words);
  g_async_queue_push (player->wishes, new);
}

void
lesson_player_free (LessonPlayer *player)
{
  player->listener->gone = TRUE;
  g_cancellable_cancel (player->cancellable);
  wish (player, TRUE, 0, NULL);
  g_thread_join (player->thread);
  g_async_queue_unref (player->wishes);
  g_clear_pointer (&player->tap, wire_tap_unref);
  g_ptr_array_unref (player->failures);
  g_object_unref (player->cancellable);
  g_main_context_unref (player->home);
  listener_unref (player->listener);
  learn_lesson_free (player->lesson);
  g_free (player->language);
  g_free (player);
}

const LearnLesson *
lesson_player_lesson (LessonPlayer *player)
{
  return player->lesson;
}

WireTap *
lesson_player_tap (LessonPlayer *player)
{
  return player->tap;
}

void
lesson_player_run (LessonPlayer *player, guint step)
{
  wish (player, FALSE, step, NULL);
}

void
lesson_player_act (LessonPlayer *player, const char *words)
{
  wish (player, FALSE, 0, words);
}
