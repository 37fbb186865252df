/* The buttons of free play: what two devices can do with the letters of one mailbox, in the words
 * of lessons' actions. */
#pragma once

#include <gtk/gtk.h>

#include "lesson-player.h"

G_BEGIN_DECLS

/* @words: an action, as lesson_player_act() takes it. */
typedef void (*AppLessonOwnFunc) (const char *words, gpointer data);

/* Fills @box anew. */
void app_lesson_own_build (GtkBox *box, AppLessonOwnFunc func, gpointer data);
/* The letters there are, and what went wrong. */
void app_lesson_own_update (GtkBox *box, const LessonState *state);

G_END_DECLS
