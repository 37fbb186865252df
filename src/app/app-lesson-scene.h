/* The devices of a lesson and the post office between them, side by side, with the letters that
 * each has. */
#pragma once

#include <gtk/gtk.h>

#include "lesson-player.h"

G_BEGIN_DECLS

#define APP_TYPE_LESSON_SCENE (app_lesson_scene_get_type ())
G_DECLARE_FINAL_TYPE (AppLessonScene, app_lesson_scene, APP, LESSON_SCENE, GtkBox)

/* Shows @lesson's devices; what was shown is forgotten. */
void app_lesson_scene_set_lesson (AppLessonScene *self, const LearnLesson *lesson);
/* Where letters are: LearnLetter. What is not among @before (nullable) is set off. */
void app_lesson_scene_show (AppLessonScene *self, GPtrArray *letters, GPtrArray *before);

G_END_DECLS
