/* A handshake told in full, drawn: what was asked first, each step, and the certificates. */
#pragma once

#include <gtk/gtk.h>

#include "learn-tls.h"

G_BEGIN_DECLS

/* Empties @box and fills it. @details: what each step is for, and the certificates' fingerprints.
 */
void app_card_tls_fill (GtkBox *box, const LearnTls *tls, gboolean details);

G_END_DECLS
