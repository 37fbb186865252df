/* What somebody on the network sees, drawn: facts, readable lines, and bytes that mean nothing. */
#pragma once

#include <gtk/gtk.h>

#include "learn-eavesdropper.h"

G_BEGIN_DECLS

/* Rows that are drawn; what is more is counted in words. */
#define APP_CARD_NETWORK_MAX 200

/* Empties @box and fills it with @seen (LearnSeen). @info: who speaks to whom (nullable). */
void app_card_network_fill (GtkBox *box, GPtrArray *seen, const WireConnection *info);

G_END_DECLS
