/* What was said in a lesson: the Protocol panel's own rows and card, over the lesson's own tap. */
#pragma once

#include <gtk/gtk.h>

#include "learn-lesson.h"
#include "wire-tap.h"

G_BEGIN_DECLS

#define APP_TYPE_LESSON_WIRE (app_lesson_wire_get_type ())
G_DECLARE_FINAL_TYPE (AppLessonWire, app_lesson_wire, APP, LESSON_WIRE, GtkBox)

/* Another lesson: everything shown is forgotten. */
void app_lesson_wire_forget (AppLessonWire *self);
/* Shows what @tap has had since the last time. */
void app_lesson_wire_pull (AppLessonWire *self, WireTap *tap);
/* Selects the exchange that @step looks at, see lesson_exchange_find(); nothing where there is
 * none. */
void app_lesson_wire_look (AppLessonWire *self, const LearnStep *step, guint64 from, guint64 until);

G_END_DECLS
