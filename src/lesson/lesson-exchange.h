/* The exchange that a step of a lesson looks at. */
#pragma once

#include "learn-dialogue.h"
#include "learn-lesson.h"

G_BEGIN_DECLS

/* The last one of the step's device and command that began after the tap's event @from and no later
 * than @until: of commands that are said more than once, a step means its own. A step that does
 * nothing looks at what was said last, and before @from where there was no such thing since.
 * (nullable) (transfer none): the dialogue's. */
const LearnExchange *
lesson_exchange_find (LearnDialogue *dialogue, const LearnStep *step, guint64 from, guint64 until);

G_END_DECLS
