/* The written form of a lesson: groups of keys as GKeyFile has them ("[Step 1]", "Text=…",
 * "Text[fr]=…", "\n" for a new line), read strictly and line by line, so that whatever is wrong is
 * told with its line. A last group “[Recording]” is no group of keys: the rest of the file is a
 * recording, one event a line, as wire-transcript.h writes it.
 *
 * A file may be anybody's: it is bounded in every direction, and is text and nothing else. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LEARN_LESSON_ERROR (learn_lesson_error_quark ())
GQuark learn_lesson_error_quark (void);

typedef enum
{
  LEARN_LESSON_ERROR_FORMAT /* the text says in which line, and why */
} LearnLessonError;

/* Without its recording. */
#define LEARN_LESSON_MAX_TEXT (256 * 1024)
#define LEARN_LESSON_MAX_LINE (16 * 1024)
#define LEARN_LESSON_MAX_KEYS 4096
#define LEARN_LESSON_MAX_RECORDING (16 * 1024 * 1024)

typedef struct
{
  char *name;     /* "Title" */
  char *language; /* "fr"; "" for all that have none of their own */
  char *value;    /* valid UTF-8; no control characters but new lines and tabs */
  guint line;     /* from 1 */
  gboolean asked; /* somebody knew this key */
} LearnLessonKey;

typedef struct
{
  char *name;
  guint line;
  GPtrArray *keys; /* LearnLessonKey, as written */
} LearnLessonGroup;

typedef struct
{
  GPtrArray *groups;    /* LearnLessonGroup, as written; no two of one name */
  GBytes *recording;    /* (nullable) */
  guint recording_line; /* where it begins in the file */
} LearnLessonFile;

/* @text needs no NUL. */
LearnLessonFile *learn_lesson_file_parse (const char *text, gsize len, GError **error);
void learn_lesson_file_free (LearnLessonFile *file);
/* (nullable) */
LearnLessonGroup *learn_lesson_file_find (const LearnLessonFile *file, const char *name);
/* Whether anything is written in @language. */
gboolean learn_lesson_file_speaks (const LearnLessonFile *file, const char *language);

/* The value in @language ("fr"), else the one for all; %NULL: there is none. Asking for a key makes
 * it known in all languages. */
const LearnLessonKey *
learn_lesson_group_find (LearnLessonGroup *group, const char *name, const char *language);
/* The same for a key that must be there and say something. */
const char *learn_lesson_group_need (LearnLessonGroup *group,
                                     const char *name,
                                     const char *language,
                                     GError **error);
/* A key that nobody asked for is a mistake: the line says which. */
gboolean learn_lesson_group_finish (const LearnLessonGroup *group, GError **error);

/* "line 12: …"; returns %FALSE. */
gboolean learn_lesson_fail (GError **error, guint line, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnLessonFile, learn_lesson_file_free)

G_END_DECLS
