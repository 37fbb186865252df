/* A lesson: predict → run → observe → explain, and checks that are asked of what really happened.
 * One readable file; data/learn/lessons/README.md tells teachers how to write one. Claims (“POP3
 * always deletes”: true, false, it depends) are short lessons that stand together in one file.
 *
 * A file may be anybody's. It cannot name hosts, files or commands, and everything in it is
 * bounded; what it does happens at a post office that the lesson has for itself (lesson-run.h). */
#pragma once

#include "learn-lesson-action.h"
#include "learn-lesson-check.h"

G_BEGIN_DECLS

#define LEARN_LESSON_MAX_STEPS 40
#define LEARN_LESSON_MAX_ITEMS 20
#define LEARN_LESSON_MAX_DEVICES 4
/* The nineteen misunderstandings, numbered as in data/learn/lessons/README.md. */
#define LEARN_LESSON_MISUNDERSTANDINGS 19

typedef enum
{
  LEARN_STEP_READ,
  LEARN_STEP_EXAMPLE, /* it is done and told, without a question */
  LEARN_STEP_PREDICT,
  LEARN_STEP_RUN,
  LEARN_STEP_OBSERVE, /* one exchange is looked at */
  LEARN_STEP_EXPLAIN
} LearnStepKind;

typedef struct
{
  char *text, *says; /* what is said to who chose it */
} LearnAnswer;

typedef struct
{
  LearnStepKind kind;
  char *title;        /* (nullable) */
  char *text;         /* paragraphs, separated by an empty line; PREDICT: the question */
  GPtrArray *answers; /* PREDICT: LearnAnswer */
  guint right;        /* which of them, from 0 */
  GPtrArray *actions; /* LearnLessonAction: EXAMPLE and RUN */
  GPtrArray *checks;  /* LearnCheck: the same */
  char *look_device;  /* OBSERVE, EXAMPLE, RUN: whose exchange is shown, LEARN_LESSON_HOSTS, too
                         (nullable) */
  char *look_verb;    /* the last one of that verb … */
  char *look_words;   /* … in which somebody says this, in any case; "": whatever is said */
  guint line;
} LearnStep;

typedef enum
{
  LEARN_VERDICT_NONE, /* not a claim */
  LEARN_VERDICT_TRUE,
  LEARN_VERDICT_FALSE,
  LEARN_VERDICT_DEPENDS
} LearnVerdict;

typedef struct
{
  char *id;    /* "where-did-my-letter-go"; claims: "claim-3"; a teacher's: "file-…" by content */
  char *title; /* claims: the claim */
  char *about; /* one sentence (nullable) */
  guint minutes;
  guint settles;      /* bit n: misunderstanding n */
  GPtrArray *devices; /* LearnLessonDevice */
  GPtrArray *start;   /* LearnLessonAction: how things are before the first step */
  GPtrArray *steps;   /* LearnStep */
  LearnVerdict verdict;
  GPtrArray *recording;    /* WireEvent (nullable) */
  GHashTable *connections; /* of the recording: guint64 id → WireConnection (nullable) */
} LearnLesson;

/* @language: "fr", "en"; texts that the file does not have in it are in the file's own. @text needs
 * no NUL. Fails with LEARN_LESSON_ERROR, or WIRE_ERROR for its recording. (transfer full) */
LearnLesson *learn_lesson_parse (
    const char *id, const char *text, gsize len, const char *language, GError **error);
/* A file of claims: LearnLesson. (transfer full) */
GPtrArray *
learn_lesson_parse_claims (const char *text, gsize len, const char *language, GError **error);
void learn_lesson_free (LearnLesson *lesson);

/* Whether days pass in it: then people are shown its clock. */
gboolean learn_lesson_plays_with_time (const LearnLesson *lesson);

/* The program's own, in the order they should be taken; @language NULL: as gettext would choose.
 * LearnLesson. (transfer full) */
GPtrArray *learn_lessons (const char *language);
GPtrArray *learn_claims (const char *language);
/* The program's lesson or claim of that id. (transfer full) (nullable) */
LearnLesson *learn_lesson_named (const char *id, const char *language);
/* A teacher's file. (transfer full) */
LearnLesson *learn_lesson_open (const char *path, const char *language, GError **error);
/* Two devices on one mailbox, and nothing to do but what one likes. (transfer full) */
LearnLesson *learn_lesson_two_devices (const char *language);

/* What learners often believe, as a sentence; 1 to 19. Static, translated. */
const char *learn_misunderstanding_text (guint number);
/* "True", "False", "It depends"; static, translated. */
const char *learn_verdict_text (LearnVerdict verdict);
const char *learn_step_kind_text (LearnStepKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnLesson, learn_lesson_free)

G_END_DECLS
