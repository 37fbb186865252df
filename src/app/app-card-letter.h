/* The letter in a line, opened: its header, its structure and each part, with what it is, how it is
 * written and what stands in it. All of it is closed until somebody opens it. */
#pragma once

#include <gtk/gtk.h>

#include "learn-dialogue.h"

G_BEGIN_DECLS

/* The letter whose content went by in @line, from what is kept on this computer; NULL: it is not
 * here. (transfer full) */
typedef GBytes *(*AppCardLetterFunc) (const LearnExchange *exchange,
                                      const WireLine *line,
                                      gpointer data);

/* Takes out what @box holds and puts in the content of @line, if there is any. Only when it is
 * opened is @find called (nullable); both must live as long as the widgets. @details: also how each
 * part is written. */
void app_card_letter_fill (GtkBox *box,
                           const LearnExchange *exchange,
                           guint line,
                           gboolean details,
                           AppCardLetterFunc find,
                           gpointer data);

G_END_DECLS
