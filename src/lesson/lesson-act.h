/* The actions of a lesson, done for real in its world. */
#pragma once

#include "lesson-world.h"

G_BEGIN_DECLS

/* Does it and looks what became of it. What goes wrong for a device, as things do in lessons, is in
 * the facts, and no error; %FALSE: the lesson asks for what cannot be (LEARN_LESSON_ERROR), or was
 * cancelled (G_IO_ERROR). @cancellable: (nullable) */
gboolean lesson_act (LessonWorld *world,
                     const LearnLesson *lesson,
                     const LearnLessonAction *action,
                     GCancellable *cancellable,
                     GError **error);

/* For lesson-act.c: the recording, as if it were said now, up to the end of the first exchange of
 * @verb that was not replayed before (NULL: all of the rest). Nothing is said to anybody. */
gboolean lesson_replay (LessonWorld *world, const LearnLesson *lesson, const char *verb);

/* For lesson-act.c: says the lines as they are, one after the other, and waits for each answer.
 * Stops where the session ends. */
gboolean lesson_console_type (LessonWorld *world,
                              LessonDevice *device,
                              const char *protocol,
                              GPtrArray *lines,
                              gboolean stranger,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
