/* Words in the middle of a place, which go on in another line where there is no room. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* An empty label at the end of @box, with the style class @css. */
GtkLabel *app_words_add (GtkBox *box, const char *css);

G_END_DECLS
