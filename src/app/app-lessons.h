/* The lessons: a window with the list of them, what each settles and how far one has come, and the
 * lesson that is being taken. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define APP_TYPE_LESSONS (app_lessons_get_type ())
G_DECLARE_FINAL_TYPE (AppLessons, app_lessons, APP, LESSONS, AdwWindow)

/* @data_dir: where progress is remembered. */
GtkWidget *app_lessons_new (const char *data_dir);

G_END_DECLS
