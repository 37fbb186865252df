/* One lesson at work: on one side the text, the questions and what to run; on the other the devices
 * and what was said. Everything shown there really happened, at a post office of the lesson's own.
 */
#pragma once

#include <adwaita.h>

#include "learn-lesson.h"
#include "lesson-progress.h"

G_BEGIN_DECLS

#define APP_TYPE_LESSON (app_lesson_get_type ())
G_DECLARE_FINAL_TYPE (AppLesson, app_lesson, APP, LESSON, GtkBox)

/* Signals: "finished": the last step was left. "again": it broke, and somebody wants it to begin
 * again. */
/* Begins @lesson (transfer full) where @progress says. @progress stays the caller's, and outlives
 * the widget's work. @free_play: no steps, but buttons. */
void app_lesson_begin (AppLesson *self,
                       LearnLesson *lesson,
                       LessonProgress *progress,
                       gboolean free_play);
/* Its post office closes. */
void app_lesson_leave (AppLesson *self);

G_END_DECLS
