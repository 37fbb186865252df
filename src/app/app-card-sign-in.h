/* The base64 of a sign-in, opened: its fields by name, and their values where they are public. */
#pragma once

#include <gtk/gtk.h>

#include "learn-dialogue.h"

G_BEGIN_DECLS

/* Takes out what @box holds and puts in the fields of line @index, if it has any. */
void app_card_sign_in_fill (GtkBox *box, const LearnExchange *exchange, guint index);

G_END_DECLS
