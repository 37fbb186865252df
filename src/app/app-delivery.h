/* What became of a letter on its way, in words: why a recipient was refused, and what delivery
 * reports said. */
#pragma once

#include <gtk/gtk.h>

#include "engine-account.h"

G_BEGIN_DECLS

/* Whether a letter alone was refused, so that others may go. */
gboolean app_delivery_is_of_letter (const GError *error);
/* "Nobody of that name here. Check the spelling …", by the status ("5.1.1", maybe "") or, without
 * one, by the reply's code (0: none). (transfer full) */
char *app_delivery_meaning (const char *status, guint code);
/* Fills @box with what reports said of the letter with @message_id (nullable), a line for each
 * recipient; it is hidden where they said nothing. */
void app_delivery_fill (GtkBox *box, EngineAccount *account, const char *message_id);
/* A line of StoreOutboxEntry.refused: "bob@x.example: Nobody of that name here … (550 5.1.1)".
 * (transfer full) */
char *app_delivery_refused_text (const char *refused);

G_END_DECLS
