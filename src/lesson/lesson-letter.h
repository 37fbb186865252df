/* Letters written for a lesson, in the words of its actions. */
#pragma once

#include "lesson-world.h"
#include "mail-compose.h"

G_BEGIN_DECLS

/* "grace" or "grace@b.example", of the practice post office's people or anybody's; %NULL: no
 * address. (transfer full) */
MailAddress *lesson_address (const char *word);

/* The letter of a LETTER or SEND action, and the addresses that its envelope needs (char *). @from:
 * who writes, unless the action says otherwise. (transfer full) */
GBytes *lesson_letter_compose (const LearnLessonAction *action,
                               const MailAddress *from,
                               GPtrArray **recipients,
                               GError **error);

G_END_DECLS
