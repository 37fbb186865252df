/* Step by step: each command of the practice accounts waits until the learner lets it go, as it is
 * or changed by hand, or lets all go until a certain one. */
#pragma once

#include <gtk/gtk.h>

#include "engine-service.h"
#include "learn-dialogue.h"

G_BEGIN_DECLS

#define APP_TYPE_STEP (app_step_get_type ())
G_DECLARE_FINAL_TYPE (AppStep, app_step, APP, STEP, GtkBox)

/* Signal: "left": the learner wants no more of it. */
void app_step_set_service (AppStep *self, EngineService *service);
/* Closes or opens the gates of all practice accounts. */
void app_step_set_active (AppStep *self, gboolean active);
gboolean app_step_is_active (AppStep *self);
/* The connection that was told to go on until it stops; 0: none. Where others wait meanwhile, it
 * comes first when it does. */
guint64 app_step_get_awaited (AppStep *self);
/* What waits now (nullable); its account is looked for among the practice ones. */
void app_step_show (AppStep *self, const LearnExchange *held);

G_END_DECLS
