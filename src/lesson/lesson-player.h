/* A lesson for a window: a LessonRun on a thread of its own, told about in the caller's main
 * context. What is told is a snapshot, immutable and counted atomically. */
#pragma once

#include "lesson-run.h"

G_BEGIN_DECLS

typedef enum
{
  LESSON_OPENING, /* the post office opens; then what was done before is done again, and told of
                   * step by step */
  LESSON_READY,   /* nothing is going on */
  LESSON_RUNNING, /* an action after the other */
  LESSON_BROKEN   /* it cannot go on: @error */
} LessonActivity;

typedef struct
{
  gatomicrefcount ref_count;
  LessonActivity activity;
  guint step;           /* that ran last, or runs */
  gboolean ran;         /* @results are that step's; %FALSE: this is no step's end */
  guint64 heard;        /* the tap's events up to this serial have happened by then */
  GPtrArray *letters;   /* LearnLetter: where they are */
  gint64 ahead;         /* the lesson's clock of the computer's, microseconds */
  GPtrArray *overheard; /* char *: what somebody on the line could read in this step */
  GArray *results;      /* gboolean, of the step's checks; empty where no step has ended */
  GPtrArray *failures;  /* char *: what went wrong for devices in this step, in order */
  char *action;         /* what is being done, or was done last, in people's words (nullable) */
  GError *error;        /* (nullable) */
} LessonState;

LessonState *lesson_state_ref (LessonState *state);
void lesson_state_unref (LessonState *state);

typedef struct _LessonPlayer LessonPlayer;
typedef void (*LessonPlayerFunc) (LessonState *state, gpointer data);

/* Opens the lesson's world, and does what the steps before @first do, so that one can go on there,
 * and look back at what came of them. @lesson: (transfer full). @func is called in the main context
 * that is the thread's default now, until free. */
LessonPlayer *lesson_player_new (
    LearnLesson *lesson, const char *language, guint first, LessonPlayerFunc func, gpointer data);
/* What runs is cancelled; the post office closes. */
void lesson_player_free (LessonPlayer *player);

const LearnLesson *lesson_player_lesson (LessonPlayer *player);
/* The devices' tap; %NULL until the first state that is not OPENING. */
WireTap *lesson_player_tap (LessonPlayer *player);

/* Does what the step does. */
void lesson_player_run (LessonPlayer *player, guint step);
/* Does one thing. @words: an action as a lesson's file has it; what is none is told as an error of
 * the state, and nothing is done. */
void lesson_player_act (LessonPlayer *player, const char *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LessonPlayer, lesson_player_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LessonState, lesson_state_unref)

G_END_DECLS
