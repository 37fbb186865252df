/* What the card shows closed: a line that says what is inside, and opens by pointer and keyboard.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @inside: what is shown when it is open. (transfer floating) */
GtkWidget *app_card_fold_new (const char *title, GtkWidget *inside, gboolean open);
/* A box for what is inside. (transfer floating) */
GtkWidget *app_card_fold_box_new (void);
/* A wrapping, selectable label at the end of @box. (transfer none) */
GtkWidget *app_card_fold_add (GtkWidget *box, const char *text, const char *css);

G_END_DECLS
